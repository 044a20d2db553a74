"""What follows here from acts of `cases` and from deliveries: anchors, documents, judgements, transport."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import events, queries
from services.referrals.actions.handoffs import (
    concluded,
    handoff_facts,
    take_handoff,
    taken_back,
    tell_handoff,
)
from services.referrals.actions.protocol import voided
from services.referrals.actions.receipts import Taken, keep_delivery
from services.referrals.rules.courses import HandoffAct, HandoffStage, handoff_is_open
from services.referrals.rules.law import OURS
from services.referrals.rules.modes import mode_for
from services.referrals.rules.vocabulary import Course, Form, Kind, MatterKind, Outcome, Party
from services.referrals.tables import CaseLead, FiledDocument, Handoff
from shared import journal, ledger
from shared.database import insert
from shared.events import subject_of
from shared.ledger import Clock

_ANNOUNCED = frozenset({Party.ANNOUNCEMENT})
_RESULTS = frozenset({Outcome.FILED, Outcome.DECLINED, Outcome.MERGED, Outcome.SPLIT})
_TRANSPORT = OURS["transport is no answer"]


async def anchor_to_case(
    session: AsyncSession, lead_id: UUID, case_id: UUID, procedure: str | None, opened_on: date, on: date
) -> None:
    """What is open about a lead goes on under the case that was opened on it; its clocks go with it.

    What can only be asked about a lead is void: the lead is a case now.
    """
    await journal.lock(session, subject_of(lead_id), subject_of(case_id))
    facts = {"case_id": case_id, "lead_id": lead_id, "procedure": procedure, "opened_on": opened_on}
    await session.execute(insert(session, CaseLead).values(facts).on_conflict_do_nothing())
    for request in await queries.open_requests(session, lead_id):
        if MatterKind.CASE not in mode_for(request.mode, request.rules_of).matters:
            await voided(session, request, "case_opened", on)
    orders = await queries.standing_orders(session, lead_id)
    handoffs = await queries.open_handoffs(session, lead_id)
    for order in orders:
        order.matter_id, order.basis_epoch = case_id, 0  # where the case begins
    for handoff in handoffs:
        handoff.matter_id = case_id
    about = [order.id for order in orders] + [handoff.id for handoff in handoffs]
    if about:
        theirs = update(Clock).where(Clock.matter_id == lead_id, Clock.about.in_(about))
        await session.execute(theirs.values(matter_id=case_id))


async def keep_document(session: AsyncSession, document: FiledDocument) -> None:
    """A document is known to be filed with its matter."""
    row = {column.key: getattr(document, column.key) for column in FiledDocument.__table__.columns}
    await session.execute(insert(session, FiledDocument).values(row).on_conflict_do_nothing())


async def delivered(session: AsyncSession, handoff: Handoff, taken: Taken, at: datetime) -> None:
    """The receiver's endpoint took the notice of a handoff: transport, apart from every business stage."""
    if handoff.delivered_at is not None:
        return
    handoff.delivered_at = at
    await keep_delivery(session, handoff, taken)
    event = events.HandoffDelivered(**handoff_facts(handoff), endpoint_id=taken.endpoint_id)
    await journal.record(session, subject_of(handoff.matter_id), event, basis=_TRANSPORT)


async def judged(session: AsyncSession, handoff: Handoff, on: date) -> None:
    """The reply, or its absence, was judged in the case: the handoff is done with."""
    if not handoff_is_open(handoff.course, handoff.stage, HandoffAct.JUDGE):
        return
    take_handoff(handoff, HandoffAct.JUDGE, _ANNOUNCED)
    step = take_handoff(handoff, HandoffAct.CONCLUDE, _ANNOUNCED)
    await concluded(session, handoff, step, on)


async def reply_is_due(session: AsyncSession, case_id: UUID, due_on: date) -> None:
    """The limit of the reply, which `cases` counts from service, stands on the suggestion it is for."""
    for handoff in await queries.open_handoffs(session, case_id):
        if handoff.kind is Kind.SUGGESTION and handoff.stage is HandoffStage.SERVED:
            handoff.respond_by = due_on


async def suggestion_over(
    session: AsyncSession, case_id: UUID, on: date, *, suggestion_id: UUID | None = None
) -> None:
    """That suggestion was withdrawn; without one, whatever stands is replaced by what comes now (SUG 22)."""
    for handoff in await queries.open_handoffs(session, case_id):
        same = suggestion_id is None or handoff.about == suggestion_id
        if handoff.kind is not Kind.SUGGESTION or not same:
            continue
        if handoff_is_open(handoff.course, handoff.stage, HandoffAct.WITHDRAW):
            await taken_back(session, handoff, "withdrawn" if suggestion_id else "replaced", on)


async def lead_ended(
    session: AsyncSession, lead_id: UUID, case_id: UUID | None, outcome: str, on: date
) -> None:
    """What became of a lead goes back to the agency that sent it; a case opened on it goes on.

    That a case was opened may have been heard before: what came in then stands under the case already.
    """
    if outcome not in _RESULTS:
        return
    matters = [lead_id, *([case_id] if case_id else [])]
    await journal.lock(session, *(subject_of(matter_id) for matter_id in matters))
    came_in = [each for matter_id in matters for each in await queries.open_handoffs(session, matter_id)]
    for handoff in came_in:
        decides = handoff_is_open(handoff.course, handoff.stage, HandoffAct.DECIDE)
        if handoff.course is Course.INBOUND and decides:
            await _tell_result(session, handoff, outcome, on)


async def _tell_result(session: AsyncSession, handoff: Handoff, outcome: str, on: date) -> None:
    step = take_handoff(handoff, HandoffAct.DECIDE, _ANNOUNCED)
    handoff.outcome, handoff.decided_on = outcome, on
    event = events.HandoffDecided(**handoff_facts(handoff), outcome=outcome)
    await tell_handoff(session, handoff, event, step.basis, on)
    if handoff.respond_row:
        await ledger.meet(session, handoff.matter_id, handoff.respond_row, on, about=handoff.id)
    if outcome != Outcome.FILED:
        await concluded(session, handoff, take_handoff(handoff, HandoffAct.CONCLUDE, _ANNOUNCED), on)


async def case_ended(session: AsyncSession, case_id: UUID, on: date) -> None:
    """Served documents of a case that ended await nothing more, and an agency's lead has come to its end.

    What agencies took over they still answer.
    """
    for handoff in await queries.open_handoffs(session, case_id):
        ours = handoff.form is Form.SERVICE or handoff.course is Course.INBOUND
        if ours and handoff_is_open(handoff.course, handoff.stage, HandoffAct.CONCLUDE):
            step = take_handoff(handoff, HandoffAct.CONCLUDE, _ANNOUNCED)
            await concluded(session, handoff, step, on)
