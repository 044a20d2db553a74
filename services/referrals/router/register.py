"""The duty register, agreements, routing and the tables of the law over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.referrals import actions, queries
from services.referrals.router.admitting import today
from services.referrals.rules.kinds import kind_for
from services.referrals.rules.recipients import Facts, candidates
from services.referrals.rules.vocabulary import Kind
from services.referrals.schemas.agencies import (
    AgreementIn,
    AgreementOut,
    DutyIn,
    DutyOut,
    EndingIn,
    RoutingIn,
    RoutingOut,
    routing,
)
from services.referrals.schemas.rules import RulesOut, rules
from services.referrals.tables import Agreement, Duty
from shared.identity import Role
from shared.paging import Page, Paging, page
from shared.transactions import Call, CurrentActor, Reading, Transaction, anyone, door_router, roles

router = door_router(prefix="/v1", tags=["register"])

OFFICE = (
    Role.PROSECUTOR,
    Role.DEPARTMENT_HEAD,
    Role.CHIEF,
    Role.CLERK,
    Role.OVERSEER,
    Role.ADMIN,
    Role.AUDITOR,
)
CROSSING = (Kind.SUGGESTION,)  # what SUG 3 speaks of
Filter = Annotated[str | None, Query(max_length=40)]


@router.post("/duties", status_code=201, response_model=DutyOut, dependencies=[roles(Role.ADMIN)])
async def enter_duty(body: DutyIn, actor: CurrentActor, session: Transaction, call: Call) -> Duty:
    """Enter a line of the duty register."""
    await call.fresh()
    return await actions.enter_duty(session, actions.DutyLine(**body.model_dump()))


@router.get("/duties", response_model=Page[DutyOut], dependencies=[anyone()])
async def list_duties(
    session: Reading, paging: Paging, agency: Filter = None, place: Filter = None
) -> Page[DutyOut]:
    """The duty register, newest line first."""
    rows, following = await page(session, queries.all_duties(agency, place), (Duty.id,), paging)
    return Page[DutyOut](items=[DutyOut.model_validate(row) for row in rows], next=following)


@router.post("/duties/{duty_id}/ending", response_model=DutyOut, dependencies=[roles(Role.ADMIN)])
async def end_duty(
    duty_id: UUID, body: EndingIn, actor: CurrentActor, session: Transaction, call: Call
) -> Duty:
    """A line of the duty register holds until that day."""
    await call.fresh()
    return await actions.end_duty(session, duty_id, body.valid_to)


@router.post("/agreements", status_code=201, response_model=AgreementOut, dependencies=[roles(Role.ADMIN)])
async def enter_agreement(
    body: AgreementIn, actor: CurrentActor, session: Transaction, call: Call
) -> Agreement:
    """Enter an agreement about answers to handoffs."""
    await call.fresh()
    return await actions.enter_agreement(session, actions.Agreed(**body.model_dump()))


@router.post(
    "/agreements/{agreement_id}/ending", response_model=AgreementOut, dependencies=[roles(Role.ADMIN)]
)
async def end_agreement(
    agreement_id: UUID, body: EndingIn, actor: CurrentActor, session: Transaction, call: Call
) -> Agreement:
    """An agreement holds until that day."""
    await call.fresh()
    return await actions.end_agreement(session, agreement_id, body.valid_to)


@router.get("/agreements", response_model=Page[AgreementOut], dependencies=[roles(*OFFICE)])
async def list_agreements(
    session: Reading, paging: Paging, office: Filter = None, agency: Filter = None
) -> Page[AgreementOut]:
    """The agreements, newest first."""
    statement = queries.all_agreements(office, agency)
    rows, following = await page(session, statement, (Agreement.id,), paging)
    return Page[AgreementOut](items=[AgreementOut.model_validate(row) for row in rows], next=following)


@router.post("/routing", response_model=RoutingOut, dependencies=[roles(*OFFICE)])
async def propose(body: RoutingIn, actor: CurrentActor, session: Reading) -> RoutingOut:
    """Whom the duty register proposes for such a handoff, and why; a person confirms or overrides it."""
    on = body.on or today()
    row = kind_for(body.kind, on)
    facts = Facts(row, body.sector, body.subject, body.place, on)
    found = candidates(facts, await queries.register(session, body.place, on))
    way = (
        await queries.way_from(session, actor.org, found[0].agency)
        if found and row.kind in CROSSING
        else None
    )
    return routing(found, str(row.basis), way)


@router.get("/rules", response_model=RulesOut, dependencies=[anyone()])
async def read_rules() -> RulesOut:
    """The tables of modes, kinds, steps and limits that this service goes by, with articles."""
    return rules()
