"""Opening a case on a lead, or declining to (R 28-30)."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.deeds import Content, Deed
from services.cases.actions.documents import copy_to
from services.cases.actions.numbers import Numbered, next_number
from services.cases.actions.stepping import as_if, stand, start_clocks
from services.cases.actions.teaming import carry_over
from services.cases.actions.wording import enter_case_words
from services.cases.errors import AgencyUnknown, ApprovalToFileNeeded, OrderNotInForce
from services.cases.events import CaseOpened, LeadClosed
from services.cases.rules.competence import Agency, Question, Rule, require_competence
from services.cases.rules.custody import APPROVAL_TO_FILE
from services.cases.rules.grounds import filing_ground_for
from services.cases.rules.office_settings import Setting
from services.cases.rules.vocabulary import OrderMode, Procedure, Stage
from services.cases.tables import Case, Lead
from shared import agencies, journal
from shared.citation import Mark
from shared.database import uuid7
from shared.events import subject_of
from shared.standing import standing_of
from shared.transactions import frame

GOVERNMENT = "government"
COPIED = (
    "office",
    "origin",
    "classification",
    "sector",
    "place",
    "focuses",
    "emphasis",
    "as_if_on",
    "as_if_reason",
)


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


async def _competence(deed: Deed) -> Rule:
    lead, said = deed.matter, deed.content
    office = frame(deed.session).offices.office(lead.office)
    question = Question(
        procedure=Procedure(said["procedure"]),
        office=office.code,
        level=office.level,
        agency=await agency_facts(deed.session, said["agency"], deed.on),
        places=tuple(lead.places),
        online=said["online"],
        registered_place=said["registered_place"],
        major=said["major"],
        crime_handled_here=said["crime_handled_here"],
        order=await _order(deed.session, lead, said["order_id"]),
    )
    return require_competence(question, deed.rules_of, said["competence_reason"])


async def _approved_above(deed: Deed) -> None:
    """Refuse without a superior's approval where the office, or one above it, settled that it is needed."""
    lead = deed.matter
    settled = await queries.office_setting(deed.session, lead.office, Setting.APPROVAL_TO_FILE, deed.on)
    if settled and settled[1] and not await queries.may_file(deed.session, lead.id):
        raise ApprovalToFileNeeded(settled_by=settled[0], ways_out=[APPROVAL_TO_FILE], mark=Mark.INTERNAL)


async def check_filing(deed: Deed) -> None:
    """Refuse without jurisdiction, or without the approval that an office wants; each names its ways out."""
    await _approved_above(deed)
    await _competence(deed)


async def open_case(deed: Deed) -> None:
    """Open the case (立案): a chain of its own at epoch 0, with the lead's holder, grants and recusals."""
    await _approved_above(deed)
    rule = await _competence(deed)
    session, lead, content, on = deed.session, deed.matter, deed.content, deed.on
    case_id = uuid7()
    await journal.lock(session, subject_of(case_id))
    lead.case_id = deed.result_id = case_id
    deed.event = LeadClosed(lead_id=lead.id, outcome=lead.stage, case_id=case_id)
    case = Case(id=case_id, lead_id=lead.id, epoch=0, **{name: getattr(lead, name) for name in COPIED})
    case.title = content["title"] or lead.title
    case.stage, case.opened_on, case.last_act_on = Stage.OPENED, on, on
    case.procedure, case.agency = Procedure(content["procedure"]), content["agency"]
    case.decision_sha256 = content["document_sha256"]
    case.competence = _told(rule, content) | _ground(case.procedure, deed.rules_of)
    case.competence |= {"as_if": as_if(lead, on)}
    case.number = await next_number(session, case.office, Numbered.CASE, on.year)
    session.add(case)
    await _announce(deed, case)


async def _announce(deed: Deed, case: Case) -> None:
    """The case's first events: its standing, its document, its opening, and the clock of the decision."""
    session, lead, on, basis = deed.session, deed.matter, deed.on, deed.step.basis
    before = await standing_of(session, lead.id)
    grants, recused = (before.grants, before.recused) if before else ((), ())
    await session.flush()
    await enter_case_words(session, case, lead)
    await stand(session, case, basis, on, grants, recused)
    await carry_over(session, lead, case, on)
    if case.decision_sha256:
        await copy_to(session, lead.id, case, case.decision_sha256, on)
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
    await journal.record(session, subject_of(case.id), event, basis=basis, occurred_on=on)
    rows = ("T4", "I4", "I11") if event.addressee else ("I4",)
    await start_clocks(session, case, dict.fromkeys(rows, on), about=case.id)


def _told(rule: Rule, content: Content) -> Content:
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


def _ground(procedure: Procedure, on: date) -> Content:
    row = filing_ground_for(procedure, on)
    return {"ground": {"zh": row.zh, "en": row.en, "article": str(row.basis), "also": str(row.also)}}


async def decline(deed: Deed) -> None:
    """Decline to open a case (不立案) and announce it."""
    deed.event = LeadClosed(lead_id=deed.matter.id, outcome=deed.matter.stage, case_id=None)
