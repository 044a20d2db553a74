"""Agencies and their keys over HTTP."""

from typing import Annotated

from fastapi import Query

from services.referrals import actions, queries
from services.referrals.rules.vocabulary import OrganisationKind
from services.referrals.schemas.agencies import AgencyIn, AgencyOut, KeyIn, KeyOut
from shared.agencies import AgencyChanged, AgencyKeyChanged, agencies
from shared.identity import Role
from shared.paging import Page, Paging, page
from shared.transactions import Call, CurrentActor, Reading, Transaction, anyone, door_router, roles

router = door_router(prefix="/v1/agencies", tags=["agencies"])


@router.post("", status_code=201, response_model=AgencyOut, dependencies=[roles(Role.ADMIN)])
async def enter(body: AgencyIn, actor: CurrentActor, session: Transaction, call: Call) -> AgencyOut:
    """Enter an agency, or change it under the same code."""
    await call.fresh()
    said = AgencyChanged(**body.model_dump(exclude={"name"}), agency_name=body.name)
    return AgencyOut.model_validate(await actions.enter_agency(session, said))


@router.get("", response_model=Page[AgencyOut], dependencies=[anyone()])
async def list_agencies(
    session: Reading,
    paging: Paging,
    kind: OrganisationKind | None = None,
    division: Annotated[str | None, Query(max_length=12)] = None,
) -> Page[AgencyOut]:
    """Every agency, by code."""
    statement = queries.all_agencies(kind, division)
    rows, following = await page(session, statement, (agencies.c.code,), paging, descending=False)
    return Page[AgencyOut](items=[AgencyOut.model_validate(row) for row in rows], next=following)


@router.get("/{code}", response_model=AgencyOut, dependencies=[anyone()])
async def read(code: str, session: Reading) -> AgencyOut:
    """An agency."""
    return AgencyOut.model_validate(await queries.agency_row(session, code))


@router.post("/{code}/keys", status_code=201, response_model=KeyOut, dependencies=[roles(Role.ADMIN)])
async def register_key(
    code: str, body: KeyIn, actor: CurrentActor, session: Transaction, call: Call
) -> AgencyKeyChanged:
    """Register a public key with which the agency signs; the same key id again changes its dates."""
    await call.fresh()
    return await actions.register_key(session, code, body.jwk, body.valid_from, body.valid_to)


@router.get("/{code}/keys", response_model=list[KeyOut], dependencies=[anyone()])
async def list_keys(code: str, session: Reading) -> list[KeyOut]:
    """The registered keys of an agency with their dates, for verifying what it signed."""
    await queries.agency_row(session, code)
    return [KeyOut.model_validate(row) for row in await queries.keys_of(session, code)]
