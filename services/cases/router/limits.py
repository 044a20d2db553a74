"""Internal limits of offices over HTTP: what the law leaves open, set by those who answer for it."""

from typing import Annotated

from fastapi import Query

from services.cases import queries
from services.cases.actions.limiting import set_limit
from services.cases.router.showing import OFFICE_STAFF
from services.cases.schemas.people import LimitIn, LimitOut
from services.cases.schemas.sent import LimitRow
from services.cases.tables import OfficeLimit
from shared.identity import Role
from shared.paging import Page, Paging, page
from shared.schemas import Code
from shared.transactions import Call, CurrentActor, Reading, Transaction, door_router, roles

router = door_router(prefix="/v1/limits", tags=["limits"])


@router.post("", status_code=201, response_model=LimitOut, dependencies=[roles(Role.CHIEF, Role.ADMIN)])
async def set_internal_limit(
    body: LimitIn, actor: CurrentActor, session: Transaction, call: Call
) -> OfficeLimit:
    """Set an internal limit of your office, for one focus or for all; it binds the offices below, too.

    Old rows stay as they are, and so do the clocks that were begun by them.
    """
    await call.fresh()
    return await set_limit(session, actor, **body.model_dump())


@router.get("", response_model=Page[LimitOut], dependencies=[roles(*OFFICE_STAFF)])
async def list_limits(
    session: Reading,
    paging: Paging,
    office: Code | None = None,
    row: Annotated[LimitRow | None, Query()] = None,
    focus: Code | None = None,
) -> Page[LimitOut]:
    """The internal limits that offices have set, newest first, those replaced since included."""
    statement = queries.limits_set(office=office, row=row, focus=focus)
    found, after = await page(session, statement, (OfficeLimit.at, OfficeLimit.id), paging)
    return Page(items=[LimitOut.model_validate(each) for each in found], next=after)
