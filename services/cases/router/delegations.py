"""Delegations over HTTP: who may decide which acts in the chief's place."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request

from services.cases import queries
from services.cases.actions.delegating import delegate, revoke
from services.cases.actions.limiting import office_subject
from services.cases.router.showing import OFFICE_STAFF
from services.cases.schemas.people import DelegationIn, DelegationOut, RevocationIn
from services.cases.tables import Delegation
from shared import journal
from shared.identity import Role
from shared.paging import Page, Paging, page
from shared.problems import NotFound
from shared.schemas import Code
from shared.transactions import Call, CurrentActor, Reading, Transaction, door_router, roles, tag

router = door_router(prefix="/v1/delegations", tags=["delegations"])


async def _this_delegation(
    delegation_id: UUID, actor: CurrentActor, session: Transaction, call: Call
) -> Delegation:
    await journal.lock(session, office_subject(actor.org))
    given = await queries.delegation_for(session, actor, delegation_id)
    call.admit(given)
    return given


ThisDelegation = Annotated[Delegation, Depends(_this_delegation)]


@router.post("", status_code=201, response_model=DelegationOut, dependencies=[roles(Role.CHIEF)])
async def give_delegation(
    body: DelegationIn, actor: CurrentActor, session: Transaction, call: Call
) -> Delegation:
    """Authorise a person of your office to decide acts in the chief's place (R 5), for a time."""
    await call.fresh()
    said = body.model_dump() | {"acts": tuple(body.acts)}
    given = await delegate(session, actor, **said)
    call.tag(given)
    return given


@router.get("", response_model=Page[DelegationOut], dependencies=[roles(*OFFICE_STAFF)])
async def list_delegations(
    actor: CurrentActor,
    session: Reading,
    paging: Paging,
    office: Code | None = None,
    person: Annotated[str | None, Query(max_length=80)] = None,
) -> Page[DelegationOut]:
    """The delegations given in your office, or in one below it, newest first; also those that are over."""
    of = office or actor.org
    if not queries.reads_people_of(session, actor, of):
        raise NotFound(office=of)
    statement = queries.delegations_of(of, person)
    found, after = await page(session, statement, (Delegation.at, Delegation.id), paging)
    return Page(items=[DelegationOut.model_validate(each) for each in found], next=after)


@router.get("/{delegation_id}", response_model=DelegationOut, dependencies=[roles(*OFFICE_STAFF)])
async def read_delegation(
    delegation_id: UUID, actor: CurrentActor, session: Reading, request: Request
) -> Delegation:
    """A delegation, as given or as ended."""
    given = await queries.delegation_for(session, actor, delegation_id)
    tag(request, given)
    return given


@router.post("/{delegation_id}/revocation", response_model=DelegationOut, dependencies=[roles(Role.CHIEF)])
async def revoke_delegation(
    given: ThisDelegation, body: RevocationIn, actor: CurrentActor, session: Transaction
) -> Delegation:
    """End a delegation early: from today on nothing is decided by it."""
    return await revoke(session, actor, given, body.reason)
