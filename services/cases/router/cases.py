"""Cases over HTTP."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import Select

from services.cases import queries
from services.cases.actions.acting import do_act
from services.cases.actions.stepping import rule_day
from services.cases.router.acts import CASE_DOORS, FACTS_OF_A_CASE, add_doors
from services.cases.router.exports import RESPONSES, export
from services.cases.router.filtering import CaseFilters, Sort
from services.cases.router.showing import (
    PROPOSERS,
    act_out,
    show_case,
    show_clocks,
    show_list,
    show_timeline,
)
from services.cases.rules.suggestion import form_of
from services.cases.schemas.sent import JudgementIn
from services.cases.schemas.told import ActOut, CaseItem, CaseOut, ClockOut, TimelineEntry
from services.cases.tables import Case, OfficialAct
from shared import clock, journal
from shared.events import subject_of
from shared.paging import Page, Paging, page
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
files = door_router(prefix="/v1", tags=["cases"])

EXPORTED = (
    *("number", "title", "procedure", "stage", "office", "origin", "sector", "place", "focuses", "agency"),
    *("opened_on", "terminated_on", "ground", "classification", "id"),
)


async def _this_case(case_id: UUID, actor: CurrentActor, session: Transaction, call: Call) -> Case:
    await journal.lock(session, subject_of(case_id))
    case = await queries.case_for(session, actor, case_id)
    call.admit(case)
    return case


ThisCase = Annotated[Case, Depends(_this_case)]


async def _this_case_and_its_lead(
    case_id: UUID, actor: CurrentActor, session: Transaction, call: Call
) -> Case:
    await journal.lock(session, *map(subject_of, await queries.affair_of(session, case_id)))
    case = await queries.case_for(session, actor, case_id)
    call.admit(case)
    return case


ThisCaseAndItsLead = Annotated[Case, Depends(_this_case_and_its_lead)]


@router.get("", response_model=Page[CaseItem], dependencies=[anyone()])
async def list_cases(
    actor: CurrentActor, session: Reading, filters: CaseFilters, paging: Paging, sort: Sort = Sort.NEWEST
) -> Page[CaseItem]:
    """The cases you may see, newest or most emphasised first; `below` takes in every office under one."""
    return await show_list(session, queries.listed(Case, actor, filters), Case, CaseItem, sort, paging)


@files.get("/cases.csv", dependencies=[anyone()], responses=RESPONSES)
async def export_cases(actor: CurrentActor, filters: CaseFilters, request: Request) -> StreamingResponse:
    """The cases you may see as a file for office programs, newest first, under the filters of the list."""

    def ways() -> Sequence[Select[Any]]:
        return queries.listed(Case, actor, filters)

    return await export(request.app.state.frame, "cases", EXPORTED, ways, (Case.at, Case.id))


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
    return await show_clocks(session, paging, case.id)


@router.post(
    "/{case_id}/suggestions/{suggestion_id}/judgement",
    response_model=CaseOut,
    dependencies=[roles(*PROPOSERS)],
)
async def judge_suggestion(
    case: ThisCase, suggestion_id: UUID, body: JudgementIn, actor: CurrentActor, session: Transaction
) -> CaseOut:
    """Judge the agency's answer: performed, or one of the seven forms of R 82."""
    act = form_of(body.finding, rule_day(case, body.occurred_on or clock.today())).act
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
add_doors(router, "case", FACTS_OF_A_CASE, ThisCaseAndItsLead)
