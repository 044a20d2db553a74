"""How long an organisation's lists of handoffs are, and how quickly each partner answers, over HTTP."""

from datetime import date
from typing import Annotated

from fastapi import Query

from services.referrals import queries
from services.referrals.router.admitting import today
from services.referrals.router.referrals import READERS
from services.referrals.rules.days import period
from services.referrals.schemas.desk import DeskFigures
from services.referrals.schemas.partners import PartnerOut
from services.referrals.tables import Handoff
from shared.paging import Page, Paging, page
from shared.transactions import CurrentActor, Reading, anyone, door_router, roles

router = door_router(prefix="/v1", tags=["handoffs"])

Day = Annotated[date | None, Query(description="of what left from or to that day; default this year")]


@router.get("/handoff-desk", response_model=DeskFigures, dependencies=[anyone()])
async def desk(actor: CurrentActor, session: Reading) -> DeskFigures:
    """How many handoffs came in, went out, wait for one's own organisation or for the other, are overdue."""
    return DeskFigures(**await queries.handoffs_counted(session, actor, today()))


@router.get("/partners", response_model=Page[PartnerOut], dependencies=[roles(*READERS)])
async def partners(
    actor: CurrentActor, session: Reading, paging: Paging, since: Day = None, until: Day = None
) -> Page[PartnerOut]:
    """Per receiver of handoffs: how many it was sent and answered, how many are overdue, in how many days."""
    begin, end = period(since, until, today())
    statement = queries.partners(actor, begin, end, today())
    rows, following = await page(session, statement, (Handoff.receiver,), paging, descending=False)
    return Page[PartnerOut](items=[PartnerOut.model_validate(row) for row in rows], next=following)
