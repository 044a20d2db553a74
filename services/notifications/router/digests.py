"""Digests: what there is to do in an office and below it, day by day and week by week."""

from typing import Annotated, Any

from fastapi import Query

from services.notifications.queries import inbox as queries
from services.notifications.rules.digests import Period
from services.notifications.schemas.inbox import DigestOut
from services.notifications.tables import Line
from shared.paging import Page, Paging, page
from shared.schemas import Code
from shared.transactions import CurrentActor, Reading, anyone, door_router

router = door_router(prefix="/v1/digests", tags=["inbox"])


@router.get("", response_model=Page[DigestOut], dependencies=[anyone()])
async def list_digests(
    actor: CurrentActor,
    session: Reading,
    paging: Paging,
    period: Annotated[Period | None, Query()] = None,
    office: Annotated[Code | None, Query(description="an office below yours, for an overseer")] = None,
) -> Page[DigestOut]:
    """The digests of your office, newest first: numbers only, its own, and those of the offices below it."""
    found = queries.visible_digests(actor, period, office)
    rows, following = await page(session, found, (Line.at, Line.id), paging)
    return Page(items=[_digest(row) for row in rows], next=following)


def _digest(row: Any) -> DigestOut:
    return DigestOut.model_validate(row.facts | {"id": row.id, "org": row.org, "at": row.at})
