"""Internal limits and settings of offices over HTTP: what the law leaves open."""

from typing import Annotated

from fastapi import Query

from services.cases import queries
from services.cases.actions.limiting import make_setting, set_limit
from services.cases.router.showing import OFFICE_STAFF
from services.cases.rules.office_settings import Setting
from services.cases.schemas.people import LimitIn, LimitOut, SettingIn, SettingOut
from services.cases.schemas.sent import LimitRow
from services.cases.tables import OfficeLimit, OfficeSetting
from shared.identity import Role
from shared.paging import Page, Paging, page
from shared.schemas import Code
from shared.transactions import Call, CurrentActor, Reading, Transaction, door_router, roles

router = door_router(prefix="/v1/limits", tags=["limits"])
settings = door_router(prefix="/v1/office-settings", tags=["limits"])


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


@settings.post("", status_code=201, response_model=SettingOut, dependencies=[roles(Role.CHIEF, Role.ADMIN)])
async def make_office_setting(
    body: SettingIn, actor: CurrentActor, session: Transaction, call: Call
) -> OfficeSetting:
    """Settle how your office, and those below it that settle nothing else, work from a day on.

    `number_template` says how our own numbers are written (those given never change), `late_entry_days` after
    how many days an act entered late needs a reason, `platform_for_record` whether a lead about a platform
    company is also reported to the next superior for record, `approval_to_file` whether a case is opened only
    after a superior has approved the request to (`request_approval_to_file`).
    """
    await call.fresh()
    return await make_setting(session, actor, **body.model_dump())


@settings.get("", response_model=Page[SettingOut], dependencies=[roles(*OFFICE_STAFF)])
async def list_office_settings(
    session: Reading, paging: Paging, office: Code | None = None, setting: Setting | None = None
) -> Page[SettingOut]:
    """What offices have settled, newest first, what was replaced since included."""
    statement = queries.settings_made(office=office, setting=setting)
    found, after = await page(session, statement, (OfficeSetting.at, OfficeSetting.id), paging)
    return Page(items=[SettingOut.model_validate(each) for each in found], next=after)
