"""Cases over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request

from services.cases import queries
from services.cases.actions.acting import do_act
from services.cases.router.acts import CASE_DOORS, add_doors
from services.cases.router.leads import Sort
from services.cases.router.showing import PROPOSERS, act_out, named, path_of, show_case, show_timeline
from services.cases.rules.suggestion import form_of
from services.cases.rules.vocabulary import Origin, Procedure, Sector, Stage
from services.cases.schemas.sent import JudgementIn
from services.cases.schemas.told import ActOut, CaseItem, CaseOut, ClockOut, TimelineEntry
from services.cases.tables import Case, OfficialAct
from shared import journal
from shared.events import subject_of
from shared.ledger import Clock
from shared.paging import Page, Paging, page
from shared.schemas import Code
from shared.transactions import (
    Call,
    CurrentActor,
    Reading,
    Transaction,
    anyone,
    door_router,
    roles,
    tag,
)

router = door_router(prefix="/v1/cases", tags=["cases"])


async def _this_case(case_id: UUID, actor: CurrentActor, session: Transaction, call: Call) -> Case:
    await journal.lock(session, subject_of(case_id))
    case = await queries.case_for(session, actor, case_id)
    call.admit(case)
    return case


ThisCase = Annotated[Case, Depends(_this_case)]


@router.get("", response_model=Page[CaseItem], dependencies=[anyone()])
async def list_cases(
    actor: CurrentActor,
    session: Reading,
    paging: Paging,
    stage: Stage | None = None,
    office: Code | None = None,
    below: Code | None = None,
    procedure: Procedure | None = None,
    agency: Code | None = None,
    origin: Origin | None = None,
    sector: Sector | None = None,
    external_system: Annotated[str | None, Query(max_length=40)] = None,
    external_number: Annotated[str | None, Query(max_length=80)] = None,
    sort: Sort = Sort.NEWEST,
) -> Any:
    """The cases you may see, newest or most emphasised first; `below` takes in every office under one."""
    equal = {"stage": stage, "office": office, "procedure": procedure, "agency": agency}
    equal |= {"origin": origin, "sector": sector}
    path, elsewhere = path_of(session, below), named(external_system, external_number)
    statement = queries.visible_cases(actor, path=path, named=elsewhere, **equal)
    order = (Case.at, Case.id) if sort is Sort.NEWEST else (Case.emphasis, Case.at, Case.id)
    found, after = await page(session, statement, order, paging)
    return Page(items=[CaseItem.model_validate(each) for each in found], next=after)


@router.get("/{case_id}", response_model=CaseOut, dependencies=[anyone()])
async def read_case(case_id: UUID, actor: CurrentActor, session: Reading, request: Request) -> CaseOut:
    """A case with the acts that are open now, who may do them, and on which article."""
    case = await queries.case_for(session, actor, case_id)
    tag(request, case)
    return await show_case(session, actor, case)


@router.get("/{case_id}/timeline", response_model=Page[TimelineEntry], dependencies=[anyone()])
async def read_timeline(
    case_id: UUID, actor: CurrentActor, session: Reading, paging: Paging
) -> Page[TimelineEntry]:
    """Everything that happened in this case and in its lead, here and elsewhere, from the beginning on."""
    case = await queries.case_for(session, actor, case_id)
    return await show_timeline(session, paging, case.lead_id, case.id)


@router.get("/{case_id}/clocks", response_model=Page[ClockOut], dependencies=[anyone()])
async def read_clocks(case_id: UUID, actor: CurrentActor, session: Reading, paging: Paging) -> Page[ClockOut]:
    """The time limits of this case: when each ends, how that was counted, and what became of it."""
    case = await queries.case_for(session, actor, case_id)
    found, after = await page(session, queries.clocks_of(case.id), (Clock.id,), paging, descending=False)
    return Page(items=[ClockOut.model_validate(each) for each in found], next=after)


@router.post(
    "/{case_id}/suggestions/{suggestion_id}/judgement",
    response_model=CaseOut,
    dependencies=[roles(*PROPOSERS)],
)
async def judge_suggestion(
    case: ThisCase, suggestion_id: UUID, body: JudgementIn, actor: CurrentActor, session: Transaction
) -> CaseOut:
    """Judge the agency's answer: performed, or one of the seven forms of R 82."""
    act = form_of(body.finding).act
    said = body.content() | {"suggestion_id": str(suggestion_id)}
    done = await do_act(session, actor, case, act, said, body.occurred_on, body.late_reason)
    shown = await show_case(session, actor, case)
    return shown.model_copy(update={"done": act_out(done)})


@router.get("/{case_id}/measures", response_model=Page[ActOut], dependencies=[anyone()])
async def read_measures(case_id: UUID, actor: CurrentActor, session: Reading, paging: Paging) -> Page[ActOut]:
    """The measures of the investigation, hearings and appraisals among them, in the order of their entry."""
    case = await queries.case_for(session, actor, case_id)
    statement = queries.measures_of(case.id)
    found, after = await page(session, statement, (OfficialAct.id,), paging, descending=False)
    return Page(items=[act_out(each) for each in found], next=after)


add_doors(router, "case", CASE_DOORS, ThisCase)
