"""Figures about referrals, and the parts of a split lead, over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from services.referrals import queries
from services.referrals.router.admitting import today
from services.referrals.router.referrals import READERS
from services.referrals.rules.days import period
from services.referrals.schemas.desk import DeskFigures, FiguresOut, Levels, PartOut
from services.referrals.tables import Part
from shared.paging import Page, Paging, page
from shared.transactions import CurrentActor, Reading, door_router, roles

router = door_router(prefix="/v1", tags=["referrals"])

_SPAN = "of cases opened and orders issued from or to that day; default this year"
Day = Annotated[date | None, Query(description=_SPAN)]


@router.get("/figures", response_model=FiguresOut, dependencies=[roles(*READERS)])
async def figures(
    request: Request, actor: CurrentActor, session: Reading, since: Day = None, until: Day = None
) -> FiguresOut:
    """What the office has on its lists, and per mode and level what was issued, handled and guided."""
    begin, end = period(since, until, today())
    levels = Levels(request.app.state.frame.offices)
    return FiguresOut(
        since=begin,
        until=end,
        desk=DeskFigures(**await queries.counts_on_desk(session, actor, today())),
        by_mode=levels.by_mode(await queries.counts_by_mode(session, actor, begin, end, today())),
        handled=levels.handled(await queries.cases_handled(session, actor, begin, end)),
        guided=levels.guided(await queries.matters_guided(session, actor, begin, end)),
    )


@router.get("/splits/{lead_id}/parts", response_model=Page[PartOut], dependencies=[roles(*READERS)])
async def list_parts(lead_id: UUID, actor: CurrentActor, session: Reading, paging: Paging) -> Page[PartOut]:
    """What became of each part of a split lead: the order that sends it on, or why there is none."""
    statement = queries.visible_parts(actor, lead_id)
    rows, following = await page(session, statement, (Part.matter_id,), paging, descending=False)
    return Page[PartOut](items=[PartOut.model_validate(row) for row in rows], next=following)
