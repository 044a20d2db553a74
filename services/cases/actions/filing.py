"""Opening a case on a lead, or declining to (R 28-30)."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.documents import copy_to, kept_in
from services.cases.actions.numbers import Numbered, next_number
from services.cases.actions.stepping import meet_clocks, stand, start_clocks, take
from services.cases.errors import AgencyUnknown, OrderNotInForce
from services.cases.events import CaseOpened, LeadClosed
from services.cases.rules.competence import Agency, Question, Rule, require_competence
from services.cases.rules.lifecycle import Step
from services.cases.rules.vocabulary import Act, OrderMode, Procedure, Stage
from services.cases.tables import Case, Lead
from shared import agencies, journal
from shared.database import uuid7
from shared.events import subject_of
from shared.standing import standing_of
from shared.transactions import frame

GOVERNMENT = "government"
COPIED = ("title", "office", "origin", "classification", "sector", "place", "focuses", "emphasis")


async def agency_facts(session: AsyncSession, code: str | None, on: date) -> Agency | None:
    """The agency as the jurisdiction rows look at it; refused when no such agency exists that day."""
    if code is None:
        return None
    row = await agencies.agency(session, code, on)
    if row is None:
        raise AgencyUnknown(agency=code, on=on)
    return Agency(row.division, row.kind == GOVERNMENT)


async def _order(session: AsyncSession, lead: Lead, order_id: str | None) -> OrderMode | None:
    """The mode of the order that settles jurisdiction: the one named, else the latest in force here."""
    order = await queries.settling_order(session, lead.office, lead.id)
    if order_id and (order is None or str(order.id) != order_id):
        raise OrderNotInForce(order_id=order_id)
    return OrderMode(order.mode) if order else None


async def _competence(session: AsyncSession, lead: Lead, content: dict[str, Any], on: date) -> Rule:
    office = frame(session).offices.office(lead.office)
    question = Question(
        procedure=Procedure(content["procedure"]),
        office=office.code,
        level=office.level,
        agency=await agency_facts(session, content["agency"], on),
        places=tuple(lead.places),
        online=content["online"],
        registered_place=content["registered_place"],
        major=content["major"],
        crime_handled_here=content["crime_handled_here"],
        order=await _order(session, lead, content["order_id"]),
    )
    return require_competence(question, on, content["competence_reason"])


async def check_filing(session: AsyncSession, lead: Lead, content: dict[str, Any], on: date) -> None:
    """Refuse where the office has no jurisdiction, or a document is named that is not kept here."""
    await _competence(session, lead, content, on)
    await kept_in(session, content["document_sha256"], lead.id)


async def check_declining(session: AsyncSession, lead: Lead, content: dict[str, Any], on: date) -> None:
    """Refuse where a document is named that is not kept here."""
    await kept_in(session, content["document_sha256"], lead.id)


async def open_case(session: AsyncSession, lead: Lead, content: dict[str, Any], on: date) -> UUID:
    """Open the case (立案): a chain of its own at epoch 0, with the lead's holder, grants and recusals."""
    rule = await _competence(session, lead, content, on)
    case_id = uuid7()
    await journal.lock(session, subject_of(case_id))
    step = take(lead, Act.FILE, on)
    lead.case_id = case_id
    await _close(session, lead, step, on, case_id)
    await meet_clocks(session, lead, step, on)
    case = Case(id=case_id, lead_id=lead.id, epoch=0, **{name: getattr(lead, name) for name in COPIED})
    case.title = content["title"] or lead.title
    case.stage, case.opened_on, case.last_act_on = Stage.OPENED, on, on
    case.procedure, case.agency = Procedure(content["procedure"]), content["agency"]
    case.decision_sha256 = content["document_sha256"]
    case.competence = _told(rule, content)
    case.number = await next_number(session, case.office, Numbered.CASE, on.year)
    session.add(case)
    await _announce(session, lead, case, step, on)
    return case_id


async def _announce(session: AsyncSession, lead: Lead, case: Case, step: Step, on: date) -> None:
    """The case's first events: its standing, its document, its opening, and the clock of the decision."""
    before = await standing_of(session, lead.id)
    grants, recused = (before.grants, before.recused) if before else ((), ())
    await session.flush()
    await stand(session, case, step.basis, on, grants, recused)
    if case.decision_sha256:
        await copy_to(session, lead.id, case.id, case.decision_sha256, on)
    event = CaseOpened(
        case_id=case.id,
        lead_id=lead.id,
        number=case.number,
        office=case.office,
        procedure=case.procedure,
        addressee=case.agency if case.procedure is Procedure.ADMINISTRATIVE else None,
        opened_on=on,
        document_sha256=case.decision_sha256,
    )
    await journal.record(session, subject_of(case.id), event, basis=step.basis, occurred_on=on)
    if event.addressee:
        await start_clocks(session, case, step, {"T4": on}, about=case.id)


def _told(rule: Rule, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "rule": rule.code,
        "verdict": rule.verdict,
        "zh": rule.zh,
        "en": rule.en,
        "article": str(rule.basis),
        "mark": rule.basis.mark,
        "remark": rule.remark,
        "confirmed_because": content["competence_reason"],
    }


async def decline(session: AsyncSession, lead: Lead, content: dict[str, Any], on: date) -> UUID:
    """Decline to open a case (不立案) and announce it."""
    step = take(lead, Act.DECLINE, on)
    await _close(session, lead, step, on, None)
    await meet_clocks(session, lead, step, on)
    return lead.id


async def _close(session: AsyncSession, lead: Lead, step: Step, on: date, case_id: UUID | None) -> None:
    await stand(session, lead, step.basis, on)
    event = LeadClosed(lead_id=lead.id, outcome=step.target, case_id=case_id)
    await journal.record(session, subject_of(lead.id), event, basis=step.basis, occurred_on=on)
