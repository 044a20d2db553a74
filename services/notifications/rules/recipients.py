"""Who must know of what: which organisations an event names, how it reaches them, and what it tells them.

Nothing here is law: the acts that must be served, reported or answered are made in `cases` and `referrals`.
These rows say who is told that they were. A body holds identifiers and facts, never personal information.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from shared.citation import OURS, Citation


class Party(StrEnum):
    """An organisation as an event names it; those with @ are looked up."""

    OFFICE = "office"
    ORG = "org"
    RECEIVER = "receiver"
    ISSUER = "issuer"
    ADDRESSEE = "addressee"
    FROM_OFFICE = "from_office"
    TO_OFFICE = "to_office"
    OWNER = "owner"  # of an endpoint
    SENDING_AGENCY = "@sending_agency"  # the sender, where an agency sent it
    HOLDER = "@holder"  # the office that handles the matter
    SUPERIOR = "@superior"  # the next office above the event's `office`


class Category(StrEnum):
    """Why a line stands in an office's inbox."""

    DUE = "due"
    ARRIVED = "arrived"
    KNOW = "know"
    DIGEST = "digest"


Roles = tuple[str, ...]
AWAITED: Roles = ("@awaiting",)  # the role that the event itself waits for
HANDLERS: Roles = ("prosecutor", "clerk")
LEADERS: Roles = ("department_head", "chief")
DESK: Roles = (*HANDLERS, *LEADERS)
KEEPERS: Roles = (*HANDLERS, "department_head", "admin")


Events = tuple[str, ...]
ALL: Events = ("*",)  # whatever was told before


@dataclass(frozen=True, slots=True)
class Notice:
    """Who is told of one event type, and what.

    `inbox` reads it under its category, `watch` only to know of it; `settles` names the events whose older
    lines about the same thing it ends.
    """

    event: str
    about: str
    link: str
    fields: tuple[str, ...]
    webhook: tuple[Party, ...]
    inbox: tuple[Party, ...] = ()
    category: Category = Category.KNOW
    roles: Roles = ()
    settles: Events = ()
    watch: tuple[Party, ...] = ()
    basis: Citation = OURS["who is told of what"]

    def is_party(self, party: Party) -> bool:
        """Whether the event names that office itself, so that it reads of it however the matter stands.

        `cases` speaks of the office that handles a matter, `referrals` of the one that owes something.
        """
        if party is Party.OFFICE:
            return self.event.startswith("referrals.")
        return party not in (Party.HOLDER, Party.SUPERIOR)


LEAD = "/cases/v1/leads/{lead_id}"
CASE = "/cases/v1/cases/{case_id}"
PROPOSAL = "/cases/v1/proposals/{proposal_id}"
REFERRAL = "/referrals/v1/referrals/{referral_id}"
HANDOFF = "/referrals/v1/handoffs/{handoff_id}"
GLASS = "/cases/v1/break-glass/{use_id}"
ENDPOINT = "/notifications/v1/endpoints/{endpoint_id}"
INBOX = "/notifications/v1/inbox?matter={matter_id}"

_PROPOSED = ("matter_id", "proposal_id", "act", "office", "awaiting")
_DECIDED = ("matter_id", "proposal_id", "act", "office", "approved")
_MOVED = ("matter_id", "order_id", "from_office", "to_office", "epoch")
_GRANT = ("matter_id", "order_id", "org")
_REFERRAL = ("matter_id", "referral_id", "mode", "issuer", "addressee")
_HANDOFF = ("matter_id", "handoff_id", "kind", "sender", "receiver")
_CLOCK = ("matter_id", "clock_id", "row", "office")

O, H = Party.OFFICE, Party.HOLDER  # noqa: E741  (short names keep the table one line per event)
R = Party.RECEIVER
I, A = Party.ISSUER, Party.ADDRESSEE  # noqa: E741
ARRIVED, DUE = Category.ARRIVED, Category.DUE


def _lead(event: str, *fields: str, to: tuple[Party, ...] = (H,)) -> Notice:
    return Notice(f"cases.{event}", "lead_id", LEAD, ("lead_id", *fields), to)


def _case(event: str, *fields: str, to: tuple[Party, ...] = (H,)) -> Notice:
    return Notice(f"cases.{event}", "case_id", CASE, ("case_id", *fields), to)


def _matter(event: str, *fields: str) -> Notice:
    return Notice(f"cases.{event}", "matter_id", INBOX, ("matter_id", *fields), (H,))


def _order(event: str, inbox: tuple[Party, ...] = (), *fields: str, settles: Events = ()) -> Notice:
    row = Notice(f"referrals.{event}", "referral_id", REFERRAL, (*_REFERRAL, *fields), (I, A))
    return replace(row, inbox=inbox, roles=DESK, settles=settles)


def _handoff(event: str, inbox: tuple[Party, ...] = (), *fields: str, settles: Events = ()) -> Notice:
    """The sender's part belongs to whoever handles the matter now."""
    row = Notice(
        f"referrals.{event}", "handoff_id", HANDOFF, (*_HANDOFF, *fields), (H, R, Party.SENDING_AGENCY)
    )
    return replace(row, inbox=inbox, roles=DESK, settles=settles)


def _endpoint(event: str, *fields: str, settles: Events = (), told: bool = False) -> Notice:
    """What an office must know about an endpoint of its own."""
    row = Notice(f"notifications.endpoint_{event}", "endpoint_id", ENDPOINT, ("owner", *fields), ())
    return replace(
        row, inbox=(Party.OWNER,) if told else (), category=DUE, roles=("admin", "clerk"), settles=settles
    )


def _clock(source: str, event: str, *fields: str) -> Notice:
    return Notice(f"{source}.{event}", "clock_id", INBOX, (*_CLOCK, *fields), (O,), settles=ALL)


def _clocks(source: str) -> tuple[Notice, ...]:
    started = _clock(source, "clock_started", "basis_on", "due_on", "statutory", "about")
    soon = _clock(source, "clock_due_soon", "due_on", "days")
    breached = _clock(source, "clock_breached", "due_on")
    up = (Party.SUPERIOR,)
    return (
        replace(started, inbox=(O,), category=DUE, roles=HANDLERS),
        replace(soon, inbox=(O,), category=DUE, roles=DESK),
        replace(breached, webhook=(O, *up), inbox=(O,), watch=up, category=DUE, roles=(*DESK, "overseer")),
        _clock(source, "clock_met", "met_on", "late"),
        replace(
            _clock(source, "clock_changed", "old_due_on", "due_on", "stopped", "reason"),
            inbox=(O,),
            category=DUE,
            roles=DESK,
        ),
        _clock(source, "clock_ended"),
    )


NOTICES = (
    replace(
        _lead("lead_registered", "number", "office", "sector", "place", "focuses", to=(O,)),
        inbox=(O,), category=ARRIVED, roles=DESK,
    ),
    replace(_lead("lead_assessed", "outcome"), settles=("cases.lead_registered",)),
    replace(_lead("lead_closed", "outcome", "case_id"), settles=ALL),
    _matter("lead_joined", "lead_id", "office"),
    replace(_lead("lead_split", "office"), settles=ALL),
    _matter("act_done", "act_id", "act", "stage", "office", "document", "about"),
    Notice("cases.step_proposed", "proposal_id", PROPOSAL, _PROPOSED, (O,), (O,), DUE, AWAITED),
    Notice("cases.step_reviewed", "proposal_id", PROPOSAL, _PROPOSED, (O,), (O,), DUE, AWAITED, settles=ALL),
    Notice("cases.step_decided", "proposal_id", PROPOSAL, _DECIDED, (O,), (O,), roles=HANDLERS, settles=ALL),
    _case("case_opened", "lead_id", "number", "office", "procedure", "addressee", "opened_on", to=(O,)),
    _case("suggestion_made", "suggestion_id", "number", "office", "agency", "pace", "decided_on",
          "rectify_by", to=(O,)),
    _case("suggestion_withdrawn", "suggestion_id", "handoff_id", "office"),
    _case("reply_judged", "suggestion_id", "handoff_id", "finding"),
    _case("case_terminated", "number", "office", "ground", to=(O,)),
    Notice("cases.custody_moved", "order_id", INBOX, _MOVED, (Party.FROM_OFFICE, Party.TO_OFFICE),
           (Party.FROM_OFFICE, Party.TO_OFFICE), roles=DESK),
    Notice("cases.grant_given", "order_id", INBOX, (*_GRANT, "scope"), (Party.ORG, H), (Party.ORG,),
           roles=(*DESK, "overseer")),
    Notice("cases.grant_ended", "order_id", INBOX, (*_GRANT, "reason"), (Party.ORG, H), (Party.ORG,),
           roles=(*DESK, "overseer"), settles=ALL),
    Notice("cases.document_checked", "document_id", INBOX,
           ("matter_id", "document_id", "sha256", "office", "outcome"),
           (O, Party.SUPERIOR), (O, Party.SUPERIOR), roles=(*DESK, "overseer")),
    Notice("cases.glass_broken", "use_id", GLASS, ("matter_id", "use_id", "office", "org"),
           (O, Party.SUPERIOR), (O,), DUE, ("chief", "overseer"), watch=(Party.SUPERIOR,)),
    Notice("cases.glass_reviewed", "use_id", GLASS, ("matter_id", "use_id", "office", "org", "justified"),
           (O, Party.SUPERIOR), (O, Party.SUPERIOR), roles=("chief", "overseer"), settles=ALL),
    *_clocks("cases"),
    replace(_order("referral_issued", (A,), "about", "issued_on"), category=ARRIVED),
    _order("referral_armed"),
    _order("referral_voided", (I, A), "reason", settles=ALL),
    _order("referral_received", (I,), "received_on", settles=ALL),
    _order("referral_in_force", (), "epoch"),
    _order("referral_withdrawn", (A,), settles=ALL),
    replace(
        _order("referral_reported", (I,), "report_id", "seq_no", settles=("referrals.report_missed",)),
        category=ARRIVED,
    ),
    replace(_order("report_missed", (O,), "office", "seq_no", "due_on"), category=DUE, watch=(I,)),
    replace(_order("referral_opined", (A,), "office", "seq_no", "agrees", settles=ALL),
            category=ARRIVED, watch=(I,)),
    replace(_order("referral_approved", (I,), "approved_by", "approved_on", "binding_act", settles=ALL),
            category=ARRIVED),
    replace(_order("referral_refused", (I,), settles=ALL), category=ARRIVED),
    replace(_order("referral_replied", (I,), "seq_no", "replied_on", settles=ALL), category=ARRIVED),
    replace(_order("referral_disagreed", (I,), "office", "seq_no"), category=ARRIVED),
    _order("referral_ended", (A,), "reason", settles=ALL),
    Notice("referrals.part_not_issued", "matter_id", INBOX, ("matter_id", "split_from", "addressee", "mode"),
           (H,), (H,), ARRIVED, DESK),
    replace(
        _handoff("handoff_dispatched", (R,), "form", "number", "respond_by", "dispatched_on"),
        category=ARRIVED,
    ),
    replace(
        _handoff("handoff_gated", (H, Party.ORG), "gate", "org", settles=ALL),
        webhook=(H, Party.ORG), category=DUE, roles=(*LEADERS, "overseer"),
    ),  # before it leaves nobody outside is told
    replace(_handoff("handoff_delivered"), webhook=(H,)),  # the receiver knows that it arrived
    _handoff("handoff_acknowledged"),
    replace(_handoff("handoff_accepted", (H,), settles=ALL), category=ARRIVED),
    replace(_handoff("handoff_returned", (H,), settles=ALL), category=ARRIVED),
    _handoff("handoff_withdrawn", (R,), "reason", settles=ALL),
    replace(_handoff("handoff_redirected", (H,), "redirect_to", settles=ALL), category=ARRIVED),
    replace(_handoff("handoff_acted", (H, R), "act", "org", "outcome"), category=ARRIVED),
    replace(_handoff("handoff_decided", (H,), "outcome", settles=ALL), category=ARRIVED),
    _handoff("handoff_served", (H,), "manner", "served_on"),
    replace(_handoff("handoff_replied", (H,), "replied_on", settles=ALL), category=ARRIVED),
    _handoff("handoff_concluded", (), settles=ALL),
    *_clocks("referrals"),
    Notice("notifications.delivery_blocked", "about", INBOX,
           ("matter_id", "about", "owner", "event_type", "reason", "delivery_id"), (), (H,), DUE, KEEPERS),
    _endpoint("failing", "in_a_row", told=True),
    _endpoint("recovered", settles=("notifications.endpoint_failing",)),
    _endpoint("late", "oldest_seconds", told=True),
    _endpoint("caught_up", settles=("notifications.endpoint_late",)),
    _endpoint("expiring", "expires_on", told=True),
    _endpoint("confirmed", "expires_on", settles=("notifications.endpoint_expiring",)),
    _endpoint("disabled", settles=ALL, told=True),
    _endpoint("verified", settles=("notifications.endpoint_disabled",)),
)  # fmt: skip

# Lines that wait for somebody's approval.
AWAITING = tuple(row.event for row in NOTICES if row.roles == AWAITED)

_BY_EVENT = {row.event: row for row in NOTICES}


def notice_of(event: str) -> Notice | None:
    """The row of that event type; an event without one is told to nobody."""
    return _BY_EVENT.get(event)


def organisations(
    parties: Iterable[Party],
    body: Mapping[str, Any],
    holder: str | None,
    superior_of: Callable[[str], str | None],
) -> tuple[str, ...]:
    """The codes of those parties for this event, each once; a party that is not there is left out."""
    office = body.get("office")
    looked_up = {
        Party.SENDING_AGENCY: body.get("sender") if body.get("inbound") else None,
        Party.HOLDER: holder,
        Party.SUPERIOR: superior_of(office) if isinstance(office, str) else None,
    }
    codes = (looked_up[party] if party in looked_up else body.get(party) for party in parties)
    return tuple(dict.fromkeys(code for code in codes if isinstance(code, str) and code))


def roles_for(notice: Notice, body: Mapping[str, Any]) -> Roles:
    """In which roles an office reads of it; a proposal waits for the role that the event names."""
    return (str(body["awaiting"]),) if notice.roles == AWAITED and "awaiting" in body else notice.roles


def thin(notice: Notice, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a receiver is told: the row's fields that the event has, and where to ask for the rest."""
    told = {name: body[name] for name in notice.fields if body.get(name) is not None}
    return {**told, "link": notice.link.format_map({**body, "matter_id": body.get("matter_id", "")})}


def kind_of(body: Mapping[str, Any]) -> str | None:
    """What a filter by kind compares: the kind of a handoff or the mode of a referral."""
    kind = body.get("kind") or body.get("mode")
    return None if kind is None else str(kind)


def about_of(notice: Notice, body: Mapping[str, Any]) -> str | None:
    """The identifier of the thing that the event is about."""
    about = body.get(notice.about)
    return None if about is None else str(about)
