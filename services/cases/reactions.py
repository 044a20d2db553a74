"""What this service does when `referrals` or `notifications` announces something about a matter."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions import custody, extending, outward, suggesting
from services.cases.actions.keeping import keep_heard, keep_order
from services.cases.rules.custody import APPROVAL_TO_FILE
from services.cases.rules.vocabulary import CourtOutcome, OrderMode, OrderState
from services.cases.tables import Case
from shared import journal, ledger
from shared.clocks import Unit
from shared.events import Envelope, Heard, subject_of
from shared.reactions import Reaction, keep_all, react


class GrantAsked(Heard):
    """Our reading of the leave that an order names: for an office, or for one person of it."""

    org: str
    sub: str | None = None
    scope: str
    ends_on: date | None = None


class ReferralIssued(Heard):
    """Our reading of referrals.referral_issued."""

    matter_id: UUID
    referral_id: UUID
    mode: str
    occasion: str | None = None
    issuer: str
    addressee: str
    basis_epoch: int
    moves_custody: bool
    grants_scope: str | None
    about: UUID | None = None
    issued_on: date
    grants: tuple[GrantAsked, ...] = ()


class OfReferral(Heard):
    """Our reading of what happens to a referral afterwards."""

    matter_id: UUID
    referral_id: UUID


class ReferralReceived(OfReferral):
    """Our reading of referrals.referral_received."""

    received_on: date


class ReferralEnded(OfReferral):
    """Our reading of referrals.referral_ended and referrals.referral_voided."""

    reason: str


class ReferralApproved(OfReferral):
    """Our reading of referrals.referral_approved: a request that went upward was granted."""

    mode: str
    about: UUID | None = None
    length: int | None = None
    unit: Unit | None = None
    approved_by: str
    approved_on: date


class OfHandoff(Heard):
    """Our reading of what happens to a handoff; `about` names a suggestion or a case."""

    matter_id: UUID
    handoff_id: UUID
    kind: str
    about: UUID | None = None


class HandoffDispatched(OfHandoff):
    """Our reading of referrals.handoff_dispatched; an agency's lead is a lead to be."""

    receiver: str
    number: str
    sector: str | None = None
    place: str | None = None
    dispatched_on: date


class HandoffDecided(OfHandoff):
    """Our reading of referrals.handoff_decided."""

    outcome: str


class HandoffActed(OfHandoff):
    """Our reading of referrals.handoff_acted: what was reported; of a judgment, what it gave."""

    outcome: str | None = None
    result: CourtOutcome | None = None


class HandoffServed(OfHandoff):
    """Our reading of referrals.handoff_served."""

    served_on: date


class HandoffReplied(OfHandoff):
    """Our reading of referrals.handoff_replied; a refusal gives what was asked to nobody."""

    replied_on: date
    refused: bool = False


SUGGESTION, REQUEST_EXTENSION, AGENCY_LEAD = "suggestion", "request_extension", "agency_lead"
SERVED = {"filing_decision": "T4", "termination_decision": "I7"}
# What a report for record may be about: a suggestion, a suit, a judgment, the other side's appeal, and so on.
RECORDED = ("T6", "T15", "T17", "T19", "I6", "I10")


async def _issued(session: AsyncSession, heard: ReferralIssued, _: Envelope) -> None:
    """An order that moves custody locks the matter; one that gives leave gives it; a record is noted."""
    facts = heard.model_dump(exclude={"referral_id", "basis_epoch", "grants"})
    order = keep_order(session, heard.referral_id, facts)
    matter = await queries.matter_of(session, heard.matter_id)
    if heard.moves_custody:
        await custody.lock_for(session, order, matter, heard.basis_epoch)
    elif heard.grants:
        named = [custody.Named(**grant.model_dump()) for grant in heard.grants]
        await custody.give_named(session, order, matter, heard.basis_epoch, named)
    elif heard.grants_scope:
        await custody.give_grant(session, order, matter)
    if heard.mode == OrderMode.REPORT_FOR_RECORD and heard.about and matter is not None:
        await ledger.meet_about(session, matter.id, RECORDED, heard.about, heard.issued_on)


async def _received(session: AsyncSession, heard: ReferralReceived, _: Envelope) -> None:
    order = await queries.order_of(session, heard.referral_id)
    if order is not None and order.moves_custody:
        matter = await queries.matter_of(session, order.matter_id)
        await custody.move(session, order, matter, heard.received_on)


async def _in_force(session: AsyncSession, heard: OfReferral, _: Envelope) -> None:
    order = await queries.order_of(session, heard.referral_id)
    matter = await queries.matter_of(session, heard.matter_id)
    if order is not None and matter is not None:
        custody.note_basis(order, matter)


async def _withdrawn(session: AsyncSession, heard: OfReferral, _: Envelope) -> None:
    await _over(session, heard.referral_id, "withdrawn")


async def _ended(session: AsyncSession, heard: ReferralEnded, _: Envelope) -> None:
    await _over(session, heard.referral_id, heard.reason)


async def _over(session: AsyncSession, order_id: UUID, reason: str) -> None:
    order = await queries.order_of(session, order_id)
    if order is not None:
        matter = await queries.matter_of(session, order.matter_id)
        await custody.let_go(session, order, matter, reason)


async def _approved(session: AsyncSession, heard: ReferralApproved, _: Envelope) -> None:
    """The next superior lengthened a review for suit (R 47), or lets a case be opened (internal)."""
    if heard.mode == APPROVAL_TO_FILE:
        order = await queries.order_of(session, heard.referral_id)
        if order is not None:
            order.state = OrderState.BASIS
        return
    matter = await queries.matter_of(session, heard.matter_id)
    if heard.mode != REQUEST_EXTENSION or heard.length is None or heard.unit is None:
        return
    if isinstance(matter, Case):
        said = (heard.about, heard.length, heard.unit, heard.approved_on, heard.approved_by)
        await extending.note_superior_extension(session, matter, *said)


async def _dispatched(session: AsyncSession, heard: HandoffDispatched, _: Envelope) -> None:
    if heard.kind == AGENCY_LEAD:
        facts = (heard.receiver, heard.number, heard.sector, heard.place, heard.dispatched_on)
        await outward.register_passed_on(session, heard.matter_id, *facts)
        return
    await _outward(session, heard, "dispatched", heard.dispatched_on)
    suggestion = await queries.suggestion_of(session, heard.about)
    if heard.kind == SUGGESTION and suggestion is not None:
        suggestion.handoff_id = heard.handoff_id


async def _served(session: AsyncSession, heard: HandoffServed, _: Envelope) -> None:
    """The day proved by service is the day on which the limits rest."""
    if heard.about is not None and (row := SERVED.get(heard.kind)):
        await ledger.meet(session, heard.matter_id, row, heard.served_on)
    suggestion = await queries.suggestion_of(session, heard.about)
    if heard.kind != SUGGESTION or suggestion is None:
        return
    await journal.lock(session, subject_of(suggestion.case_id))
    case = await queries.matter_of(session, suggestion.case_id)
    if isinstance(case, Case):
        await suggesting.note_service(session, case, suggestion, heard.handoff_id, heard.served_on)


async def _outward(
    session: AsyncSession, heard: OfHandoff, happened: str, on: date, result: CourtOutcome | None = None
) -> None:
    said = (heard.kind, happened, heard.matter_id, heard.handoff_id)
    await outward.note_outward(session, *said, on, result)


def _happened(what: str) -> Reaction:
    """A reaction to what happens with a handoff and says no more than that it did."""

    async def note(session: AsyncSession, heard: OfHandoff, envelope: Envelope) -> None:
        await _outward(session, heard, what, envelope.occurred_on)

    return react(f"referrals.handoff_{what}", OfHandoff, note)


async def _decided(session: AsyncSession, heard: HandoffDecided, envelope: Envelope) -> None:
    await _outward(session, heard, heard.outcome, envelope.occurred_on)


async def _acted(session: AsyncSession, heard: HandoffActed, envelope: Envelope) -> None:
    if heard.outcome is not None:
        await _outward(session, heard, heard.outcome, envelope.occurred_on, heard.result)


async def _replied(session: AsyncSession, heard: HandoffReplied, _: Envelope) -> None:
    await _outward(session, heard, "declined" if heard.refused else "replied", heard.replied_on)
    suggestion = await queries.suggestion_of(session, heard.about)
    if heard.kind != SUGGESTION or suggestion is None:
        return
    await journal.lock(session, subject_of(suggestion.case_id))
    case = await queries.matter_of(session, suggestion.case_id)
    if isinstance(case, Case):
        await suggesting.note_reply(session, case, suggestion, heard.replied_on)


REACTIONS: tuple[Reaction, ...] = (
    keep_all("referrals", keep_heard),
    keep_all("notifications", keep_heard),
    react("referrals.referral_issued", ReferralIssued, _issued),
    react("referrals.referral_received", ReferralReceived, _received),
    react("referrals.referral_approved", ReferralApproved, _approved),
    react("referrals.referral_in_force", OfReferral, _in_force),
    react("referrals.referral_withdrawn", OfReferral, _withdrawn),
    react("referrals.referral_voided", ReferralEnded, _ended),
    react("referrals.referral_ended", ReferralEnded, _ended),
    react("referrals.handoff_dispatched", HandoffDispatched, _dispatched),
    *(_happened(what) for what in ("acknowledged", "redirected", "withdrawn", "concluded")),
    react("referrals.handoff_decided", HandoffDecided, _decided),
    react("referrals.handoff_acted", HandoffActed, _acted),
    react("referrals.handoff_served", HandoffServed, _served),
    react("referrals.handoff_replied", HandoffReplied, _replied),
)
