"""What this service does when `cases` or `notifications` announce something; each read in our own words."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import actions, queries
from services.referrals.rules.kinds import Paper
from services.referrals.rules.vocabulary import Kind, MatterKind, Procedure
from services.referrals.tables import FiledDocument
from shared.events import Envelope, Heard
from shared.reactions import NotYet, Reaction, react
from shared.standing import standing_of

FILED = "filed"
DISPATCHED = "referrals.handoff_dispatched"
SUE = "sue"
REPLY_LIMITS = ("T7", "T8")


class OrderAnswered(Heard):
    """Our reading of cases.custody_locked and of cases.grant_given."""

    order_id: UUID


class OrderFailed(Heard):
    """Our reading of cases.custody_refused, custody_released, grant_refused and grant_ended."""

    order_id: UUID
    reason: str


class CustodyMoved(Heard):
    """Our reading of cases.custody_moved."""

    matter_id: UUID
    order_id: UUID
    from_office: str
    to_office: str
    epoch: int


class Stands(Heard):
    """Our reading of cases.standing_changed, beside the projection: whether a matter is over."""

    matter_id: UUID
    kind: str
    closed: bool


class LeadClosed(Heard):
    """Our reading of cases.lead_closed; a lead on which a case was opened goes on as that case."""

    lead_id: UUID
    outcome: str
    case_id: UUID | None = None


class PartOfLead(Heard):
    """One part of a split lead: a lead of its own, where it is to go and by which mode, unless it stays."""

    lead_id: UUID
    addressee: str | None = None
    mode: str | None = None


class LeadSplit(Heard):
    """Our reading of cases.lead_split."""

    lead_id: UUID
    parts: tuple[PartOfLead, ...]


class CaseOpened(Heard):
    """Our reading of cases.case_opened."""

    case_id: UUID
    lead_id: UUID
    number: str
    office: str
    procedure: str
    addressee: str | None = None
    opened_on: date
    document_sha256: str | None = None


class SuggestionMade(Heard):
    """Our reading of cases.suggestion_made."""

    case_id: UUID
    suggestion_id: UUID
    number: str
    office: str
    agency: str
    decided_on: date
    document_sha256: str


class SuggestionWithdrawn(Heard):
    """Our reading of cases.suggestion_withdrawn."""

    case_id: UUID
    suggestion_id: UUID


class ReplyJudged(Heard):
    """Our reading of cases.reply_judged."""

    case_id: UUID
    suggestion_id: UUID


class ActDone(Heard):
    """Our reading of cases.act_done: an act whose document goes to a registered agency."""

    matter_id: UUID
    act_id: UUID
    act: str
    office: str
    document_sha256: str | None = None
    addressee: str | None = None


class ReplyDue(Heard):
    """Our reading of cases.clock_started and cases.clock_changed: until when an agency has to reply."""

    matter_id: UUID
    row: str
    due_on: date


class CaseTerminated(Heard):
    """Our reading of cases.case_terminated; its decision goes to the agency of an administrative case."""

    case_id: UUID
    number: str
    office: str
    addressee: str | None = None
    document_sha256: str | None = None


class DocumentFiled(Heard):
    """Our reading of cases.document_filed."""

    matter_id: UUID
    document_id: UUID
    sha256: str
    size: int
    media_type: str
    classification: int


class MessageDelivered(Heard):
    """Our reading of notifications.message_delivered."""

    endpoint_id: UUID
    owner: str
    event_id: UUID
    event_type: str
    delivery_id: UUID
    body_sha256: str | None = None


async def _locked(session: AsyncSession, heard: OrderAnswered, envelope: Envelope) -> None:
    await actions.arm(session, heard.order_id, envelope.occurred_on)


async def _failed(session: AsyncSession, heard: OrderFailed, envelope: Envelope) -> None:
    await actions.void(session, heard.order_id, heard.reason, envelope.occurred_on)


async def _moved(session: AsyncSession, heard: CustodyMoved, envelope: Envelope) -> None:
    offices = (heard.from_office, heard.to_office)
    await actions.moved(session, heard.matter_id, heard.order_id, offices, heard.epoch, envelope.occurred_on)


async def _granted(session: AsyncSession, heard: OrderAnswered, envelope: Envelope) -> None:
    await actions.granted(session, heard.order_id, envelope.occurred_on)


async def _grant_ended(session: AsyncSession, heard: OrderFailed, envelope: Envelope) -> None:
    await actions.grant_ended(session, heard.order_id, heard.reason, envelope.occurred_on)


async def _opened(session: AsyncSession, heard: CaseOpened, envelope: Envelope) -> None:
    facts = (heard.lead_id, heard.case_id, heard.procedure, heard.opened_on)
    await actions.anchor_to_case(session, *facts, envelope.occurred_on)
    if heard.procedure != Procedure.ADMINISTRATIVE or heard.addressee is None:
        return
    papers = [(heard.document_sha256, Paper.FILING_DECISION)] if heard.document_sha256 else []
    decision = actions.FromAct(
        matter_id=heard.case_id,
        kind=Kind.FILING_DECISION,
        office=heard.office,
        receiver=heard.addressee,
        number=heard.number,
        on=heard.opened_on,
        about=heard.case_id,
        papers=papers,
        event_id=envelope.id,
    )
    await actions.hand_over_act(session, decision)


async def _stands(session: AsyncSession, heard: Stands, envelope: Envelope) -> None:
    if heard.closed and heard.kind == MatterKind.CASE:
        await actions.matter_ended(session, heard.matter_id, envelope.occurred_on)


async def _lead_closed(session: AsyncSession, heard: LeadClosed, envelope: Envelope) -> None:
    await actions.lead_ended(session, heard.lead_id, heard.case_id, heard.outcome, envelope.occurred_on)
    if heard.outcome != FILED:
        await actions.matter_ended(session, heard.lead_id, envelope.occurred_on)


async def _split(session: AsyncSession, heard: LeadSplit, envelope: Envelope) -> None:
    """All parts must be known here before the first is sent on; what was open about the whole is over."""
    on, known = envelope.occurred_on, []
    for part in sorted(heard.parts, key=lambda part: str(part.lead_id)):
        stands = await standing_of(session, part.lead_id)
        if stands is None:
            raise NotYet(f"the part {part.lead_id} is not known yet")
        known.append((stands, part.addressee, part.mode))
    for stands, addressee, mode in known:
        await actions.keep_part(session, heard.lead_id, stands, addressee, mode, on)
    await actions.matter_ended(session, heard.lead_id, on)


async def _suggested(session: AsyncSession, heard: SuggestionMade, envelope: Envelope) -> None:
    await actions.suggestion_over(session, heard.case_id, envelope.occurred_on)
    suggestion = actions.FromAct(
        matter_id=heard.case_id,
        kind=Kind.SUGGESTION,
        office=heard.office,
        receiver=heard.agency,
        number=heard.number,
        on=heard.decided_on,
        about=heard.suggestion_id,
        papers=[(heard.document_sha256, Paper.SUGGESTION)],
        event_id=envelope.id,
    )
    await actions.hand_over_act(session, suggestion)


async def _suggestion_withdrawn(
    session: AsyncSession, heard: SuggestionWithdrawn, envelope: Envelope
) -> None:
    on, suggestion = envelope.occurred_on, heard.suggestion_id
    await actions.suggestion_over(session, heard.case_id, on, suggestion_id=suggestion)


async def _judged(session: AsyncSession, heard: ReplyJudged, envelope: Envelope) -> None:
    handoff = await queries.served_about(session, heard.case_id, heard.suggestion_id)
    if handoff is not None:
        await actions.judged(session, handoff, envelope.occurred_on)


async def _done(session: AsyncSession, heard: ActDone, envelope: Envelope) -> None:
    """The indictment of a suit that was decided goes to the court; other acts concern `cases` alone."""
    if heard.act != SUE or heard.addressee is None:
        return
    papers = [(heard.document_sha256, Paper.INDICTMENT)] if heard.document_sha256 else []
    indictment = actions.FromAct(
        matter_id=heard.matter_id,
        kind=Kind.COURT_FILING,
        office=heard.office,
        receiver=heard.addressee,
        number="",
        on=envelope.occurred_on,
        about=heard.act_id,
        papers=papers,
        event_id=envelope.id,
    )
    await actions.hand_over_act(session, indictment)


async def _reply_due(session: AsyncSession, heard: ReplyDue, _: Envelope) -> None:
    if heard.row in REPLY_LIMITS:
        await actions.reply_is_due(session, heard.matter_id, heard.due_on)


async def _terminated(session: AsyncSession, heard: CaseTerminated, envelope: Envelope) -> None:
    await actions.case_ended(session, heard.case_id, envelope.occurred_on)
    if heard.addressee is None:
        return
    papers = [(heard.document_sha256, Paper.TERMINATION_DECISION)] if heard.document_sha256 else []
    decision = actions.FromAct(
        matter_id=heard.case_id,
        kind=Kind.TERMINATION_DECISION,
        office=heard.office,
        receiver=heard.addressee,
        number=heard.number,
        on=envelope.occurred_on,
        about=heard.case_id,
        papers=papers,
        event_id=envelope.id,
    )
    await actions.hand_over_act(session, decision)


async def _filed(session: AsyncSession, heard: DocumentFiled, _: Envelope) -> None:
    await actions.keep_document(session, FiledDocument(**heard.model_dump()))


async def _of_dispatches(session: AsyncSession, deliveries: Sequence[Envelope]) -> set[UUID]:
    """Which of these deliveries brought a handoff to somebody: looked up for all of them at once."""
    heard = {each.id: MessageDelivered.model_validate(each.body) for each in deliveries}
    told = {each.event_id for each in heard.values() if each.event_type == DISPATCHED}
    known = await queries.known_dispatches(session, told)
    return {id_ for id_, each in heard.items() if each.event_id in known}


async def _delivered(session: AsyncSession, heard: MessageDelivered, envelope: Envelope) -> None:
    handoff = await queries.handoff_dispatched_by(session, heard.event_id)
    if handoff is not None and handoff.receiver == heard.owner:
        taken = actions.Taken(heard.endpoint_id, heard.delivery_id, heard.body_sha256)
        await actions.delivered(session, handoff, taken, envelope.at)


REACTIONS: tuple[Reaction, ...] = (
    react("cases.custody_locked", OrderAnswered, _locked),
    react("cases.custody_refused", OrderFailed, _failed),
    react("cases.custody_released", OrderFailed, _failed),
    react("cases.custody_moved", CustodyMoved, _moved),
    react("cases.grant_given", OrderAnswered, _granted),
    react("cases.grant_refused", OrderFailed, _failed),
    react("cases.grant_ended", OrderFailed, _grant_ended),
    react("cases.standing_changed", Stands, _stands),
    react("cases.lead_closed", LeadClosed, _lead_closed),
    react("cases.lead_split", LeadSplit, _split),
    react("cases.case_opened", CaseOpened, _opened),
    react("cases.case_terminated", CaseTerminated, _terminated),
    react("cases.suggestion_made", SuggestionMade, _suggested),
    react("cases.suggestion_withdrawn", SuggestionWithdrawn, _suggestion_withdrawn),
    react("cases.reply_judged", ReplyJudged, _judged),
    react("cases.act_done", ActDone, _done),
    react("cases.clock_started", ReplyDue, _reply_due),
    react("cases.clock_changed", ReplyDue, _reply_due),
    react("cases.document_filed", DocumentFiled, _filed),
    react("notifications.message_delivered", MessageDelivered, _delivered, _of_dispatches),
)
