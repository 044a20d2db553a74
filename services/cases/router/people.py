"""Who works in a lead or case, who shall not, and by which day's rules: over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends

from services.cases import queries
from services.cases.actions import recusing
from services.cases.actions.rule_version import go_by
from services.cases.actions.teaming import change_team
from services.cases.router.matters import ThisMatter
from services.cases.router.showing import REGISTRARS
from services.cases.schemas.people import (
    MemberOut,
    RecusalRequestIn,
    RecusalRequestOut,
    RecusalReviewIn,
    ReviewRequestIn,
    RuleVersionIn,
    TeamIn,
    TeamOut,
)
from services.cases.schemas.told import MatterItem, RecusalOut
from services.cases.tables import Case, Lead, RecusalRequest, TeamMember
from shared.identity import Role
from shared.paging import Page, Paging, page
from shared.transactions import CurrentActor, Reading, Transaction, anyone, door_router, roles

router = door_router(prefix="/v1/matters/{matter_id}", tags=["people"])
RECEIVES = (*REGISTRARS, Role.COMMITTEE)


async def _this_request(matter: ThisMatter, request_id: UUID, session: Transaction) -> RecusalRequest:
    return await queries.recusal_request(session, await queries.affair_of(session, matter.id), request_id)


ThisRequest = Annotated[RecusalRequest, Depends(_this_request)]


@router.post("/team", response_model=TeamOut, dependencies=[roles(Role.CHIEF)])
async def change_the_team(matter: ThisMatter, body: TeamIn, actor: CurrentActor, session: Transaction) -> Any:
    """Name who joins the team of a matter and who leaves it (办案组, R 6): the chief does.

    One prosecutor, or several with exactly one in charge; the chief may take such a place himself. Staff of
    another office come by a call-up order (R 11) and appear here with its end; technicians and experts of
    another office get leave to know of the matter for as long as their place lasts.
    """
    return {"members": await change_team(session, actor, matter, **body.said())}


@router.get("/team", response_model=Page[MemberOut], dependencies=[anyone()])
async def read_team(
    matter_id: UUID, actor: CurrentActor, session: Reading, paging: Paging
) -> Page[MemberOut]:
    """Every place in the team that was ever filled, in order of time: who had it, from when until when."""
    matter = await queries.matter_for(session, actor, matter_id)
    found, after = await page(
        session, queries.team_history(matter.id), (TeamMember.id,), paging, descending=False
    )
    return Page(items=[MemberOut.model_validate(each) for each in found], next=after)


@router.post(
    "/recusal-requests", status_code=201, response_model=RecusalRequestOut, dependencies=[roles(*RECEIVES)]
)
async def request_recusal(
    matter: ThisMatter, body: RecusalRequestIn, actor: CurrentActor, session: Transaction
) -> RecusalRequest:
    """Enter that a person's recusal was asked for (申请回避); its receipt starts the three days of R 23.

    The person works on until it is decided.
    """
    return await recusing.request_recusal(session, actor, matter, **body.said())


@router.get("/recusal-requests", response_model=Page[RecusalRequestOut], dependencies=[anyone()])
async def list_recusal_requests(
    matter_id: UUID, actor: CurrentActor, session: Reading, paging: Paging
) -> Page[RecusalRequestOut]:
    """Whose recusal was asked for in a matter and in what it grew from or into, and what was decided."""
    matter = await queries.matter_for(session, actor, matter_id)
    statement = queries.recusal_requests(await queries.affair_of(session, matter.id))
    found, after = await page(session, statement, (RecusalRequest.id,), paging, descending=False)
    return Page(items=[RecusalRequestOut.model_validate(each) for each in found], next=after)


@router.post(
    "/recusal-requests/{request_id}/review-request",
    response_model=RecusalRequestOut,
    dependencies=[roles(*RECEIVES)],
)
async def request_review(
    matter: ThisMatter,
    request: ThisRequest,
    body: ReviewRequestIn,
    actor: CurrentActor,
    session: Transaction,
) -> RecusalRequest:
    """Enter that the decision is to be reviewed (申请复议), once; its receipt starts three days again."""
    return await recusing.request_review(session, actor, matter, request, **body.said())


@router.post(
    "/recusal-requests/{request_id}/review",
    response_model=RecusalOut,
    dependencies=[roles(Role.CHIEF, Role.COMMITTEE)],
)
async def review_recusal(
    matter: ThisMatter,
    request: ThisRequest,
    body: RecusalReviewIn,
    actor: CurrentActor,
    session: Transaction,
) -> recusing.Decision:
    """Decide on the review (复议决定); what it says holds from then on, and it is not reviewed again."""
    return await recusing.review_recusal(session, actor, matter, request, **body.said())


@router.post("/rule-version", response_model=MatterItem, dependencies=[roles(Role.CHIEF)])
async def set_rule_version(
    matter: ThisMatter, body: RuleVersionIn, actor: CurrentActor, session: Transaction
) -> Lead | Case:
    """Let a matter go by the rules of a later day, with a reason that every trace then shows."""
    await go_by(session, actor, matter, **body.said())
    await session.flush()
    return matter
