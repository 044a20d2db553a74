"""Who is told of what, and in which words."""

from string import Formatter

import pytest

from services.notifications.rules.recipients import (
    AWAITED,
    NOTICES,
    Category,
    Notice,
    Party,
    about_of,
    kind_of,
    notice_of,
    organisations,
    roles_for,
    thin,
)
from services.notifications.rules.wording import say
from services.referrals.rules.kinds import ENVELOPE
from shared.identity import Role
from tests.notifications.contract import FIELDS

LOOKED_UP = {Party.HOLDER, Party.SUPERIOR, Party.SENDING_AGENCY}


@pytest.mark.parametrize("row", NOTICES, ids=lambda row: row.event)
def test_a_row_speaks_only_of_fields_that_its_event_has(row: Notice) -> None:
    fields = FIELDS[row.event]
    assert {row.about, *row.fields} <= fields
    assert {party for party in (*row.webhook, *row.inbox, *row.watch) if party not in LOOKED_UP} <= fields
    in_link = {name for _, name, _, _ in Formatter().parse(row.link) if name}
    assert in_link <= fields


@pytest.mark.parametrize("row", NOTICES, ids=lambda row: row.event)
def test_a_row_with_an_inbox_names_roles_that_exist(row: Notice) -> None:
    assert bool(row.inbox) <= bool(row.roles)
    assert row.roles == AWAITED or {Role(role) for role in row.roles} or not row.inbox


def superior(office: str) -> str | None:
    return {"110101": "110000"}.get(office)


DISPATCHED = {
    "matter_id": "m1",
    "handoff_id": "h1",
    "kind": "criminal_lead",
    "form": "offer",
    "number": "京检移〔2026〕1号",
    "sender": "110101",
    "receiver": "psb-110101",
    "about": None,
    "respond_by": "2026-12-01",
    "dispatched_on": "2026-11-03",
}


def test_a_handoff_is_told_to_both_sides_and_lies_in_the_receivers_inbox() -> None:
    row = notice_of("referrals.handoff_dispatched")
    assert row is not None
    assert organisations(row.webhook, DISPATCHED, "110101", superior) == ("110101", "psb-110101")
    assert organisations(row.inbox, DISPATCHED, "110101", superior) == ("psb-110101",)
    assert (row.category, about_of(row, DISPATCHED), kind_of(DISPATCHED)) == (
        Category.ARRIVED,
        "h1",
        "criminal_lead",
    )
    told = thin(row, DISPATCHED)
    assert told["link"] == "/referrals/v1/handoffs/h1"
    assert "about" not in told


def test_a_breach_goes_up_the_line_and_a_due_date_does_not() -> None:
    body = {"matter_id": "m1", "clock_id": "c1", "row": "T7", "office": "110101", "due_on": "2026-05-11"}
    breached, soon = notice_of("cases.clock_breached"), notice_of("cases.clock_due_soon")
    assert breached is not None
    assert soon is not None
    assert organisations(breached.inbox, body, None, superior) == ("110101",)
    assert organisations(breached.watch, body, None, superior) == ("110000",)
    assert organisations(soon.inbox, body, None, superior) == ("110101",)


def test_the_top_office_has_nobody_above_to_tell() -> None:
    row = notice_of("cases.clock_breached")
    assert row is not None
    assert organisations(row.watch, {"office": "100000"}, None, superior) == ()


def test_a_proposal_waits_in_the_inbox_of_the_role_it_names() -> None:
    row = notice_of("cases.step_proposed")
    assert row is not None
    assert roles_for(row, {"awaiting": "chief"}) == ("chief",)


def test_an_event_of_the_holder_is_told_to_the_holder() -> None:
    row = notice_of("cases.lead_closed")
    assert row is not None
    closed = {"lead_id": "l1", "outcome": "filed"}
    assert organisations(row.webhook, closed, "110101", superior) == ("110101",)


def test_plumbing_is_told_to_nobody() -> None:
    for event in ("cases.standing_changed", "cases.custody_locked", "referrals.document_ticket_issued"):
        assert notice_of(event) is None


NAMES = {"110101": "北京市东城区人民检察院"}

SENTENCES: tuple[tuple[str, dict[str, object], str, str], ...] = (
    (
        "referrals.handoff_dispatched",
        {"sender": "110101", "kind": "criminal_lead", "number": "1号"},
        "北京市东城区人民检察院发来涉嫌犯罪线索（1号）",
        "北京市东城区人民检察院 sent a criminal lead (1号)",
    ),
    (
        "cases.clock_due_soon",
        {"row": "T7", "due_on": "2026-05-11", "days": 3},
        "期限“行政机关履职并书面回复”还有3天，2026-05-11届满",
        "Limit “the agency performs and replies in writing” ends on 2026-05-11, in 3 days",
    ),
    (
        "cases.step_proposed",
        {"act": "file", "awaiting": "chief"},
        "“立案”待检察长审批",
        "“opening the case” waits for the chief procurator",
    ),
    (
        "cases.step_decided",
        {"act": "file", "approved": True},
        "“立案”审批结果：同意",
        "“opening the case” was decided: approved",
    ),
    (
        "referrals.handoff_gated",
        {"kind": "work_letter", "gate": "declined", "org": "110101"},
        "工作函：未批准发出（北京市东城区人民检察院）",
        "a work letter: not let go (北京市东城区人民检察院)",
    ),
    ("cases.lead_closed", {"outcome": "declined"}, "线索已办结：不立案", "The lead was closed: declined"),
    ("cases.case_terminated", {}, "案件 — 已终结", "Case — was terminated"),
    ("nobody.knows", {}, "nobody.knows", "nobody.knows"),
)


@pytest.mark.parametrize(("event", "facts", "zh", "en"), SENTENCES, ids=[row[0] for row in SENTENCES])
def test_a_line_reads_in_both_languages(event: str, facts: dict[str, object], zh: str, en: str) -> None:
    assert say(event, facts, NAMES.get, english=False) == zh
    assert say(event, facts, NAMES.get, english=True) == en


def test_a_handoffs_message_says_no_more_than_its_preview() -> None:
    """Of offers a receiver learns, before it acts, what the preview shows, and where to ask for the rest."""
    told = notice_of("referrals.handoff_dispatched")
    assert told is not None
    assert set(told.fields) - {"matter_id", "handoff_id"} <= set(ENVELOPE)
