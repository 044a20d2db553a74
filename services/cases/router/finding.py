"""Worklists and figures over HTTP."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query, Response

from services.cases import queries
from services.cases.queries import FIGURES
from services.cases.router.exports import RESPONSES, whole_file
from services.cases.router.filtering import path_of
from services.cases.router.showing import OFFICES
from services.cases.rules.finding import By, First, Reason, Whose
from services.cases.schemas.finding import StatisticsOut, WorkItem
from shared import clock
from shared.paging import Page, Paging, page_of_ways
from shared.problems import Malformed
from shared.schemas import Code
from shared.transactions import CurrentActor, Reading, door_router, frame, roles

router = door_router(prefix="/v1", tags=["finding"])

_ORDER = {First.OLDEST: ("day", "id"), First.EMPHASIS: ("behind", "day", "id")}
MOST_YEARS = 10
MOST_ROWS = 5000


@router.get("/worklists/{whose}", response_model=Page[WorkItem], dependencies=[roles(*OFFICES)])
async def read_worklist(
    whose: Whose,
    actor: CurrentActor,
    session: Reading,
    paging: Paging,
    reason: Annotated[list[Reason] | None, Query(description="only what waits for these reasons")] = None,
    within: Annotated[int, Query(ge=0, le=90, description="limits that end in so many days are due")] = 7,
    sort: Annotated[First, Query(description="the oldest first, or the most emphasised")] = First.OLDEST,
) -> Page[WorkItem]:
    """What waits, the oldest or the most emphasised first: for you, in your office, or in those below it.

    Yours is what waits for your approval, and what you have a part in. Every entry says why it is here and
    which open limit of its matter ends next.
    """
    waiting = queries.waiting(actor, whose, within, reason or list(Reason))
    if sort is First.EMPHASIS:
        waiting = tuple(queries.emphasised(each) for each in waiting)
    order = [waiting[0].selected_columns[name] for name in _ORDER[sort]]
    found, after = await page_of_ways(
        session, waiting, order, paging, descending=False, show=queries.with_limits
    )
    return Page(items=[_work_item(row) for row in found], next=after)


def _work_item(row: Any) -> WorkItem:
    said = dict(row._mapping)
    limit = said | {"id": said["limit_id"], "article": said["basis"]}
    return WorkItem.model_validate(said | {"next_limit": limit if said["limit_id"] else None})


async def _figures(
    actor: CurrentActor,
    session: Reading,
    under: Annotated[Code | None, Query(description="this office and those below; default: yours")] = None,
    since: Annotated[date | None, Query(description="from that day on; default: 1 January")] = None,
    until: Annotated[date | None, Query(description="to that day; default: today")] = None,
    per: Annotated[list[By] | None, Query(max_length=3, description="broken down by these")] = None,
) -> dict[str, Any]:
    last = until or clock.today()
    first = since or last.replace(month=1, day=1)
    breakdown = tuple(dict.fromkeys(per or ()))
    office = under or actor.org
    path_of(session, office, "under")
    _check_days(first, last)
    asked = queries.Asked(office, first, last, breakdown)
    found = await queries.statistics(session, actor, frame(session).offices, asked)
    if len(found) > MOST_ROWS:
        raise Malformed(errors=[{"at": "query.per", "problem": f"more than {MOST_ROWS} rows; ask for less"}])
    rows = [figures | {"of": of} for of, figures in found]
    days = {"under": office, "since": first, "until": last}
    return days | {"per": breakdown, "rows": rows, "total": _total([figures for _, figures in found])}


TheFigures = Annotated[dict[str, Any], Depends(_figures)]


@router.get("/statistics", response_model=StatisticsOut, dependencies=[roles(*OFFICES)])
async def read_statistics(found: TheFigures) -> dict[str, Any]:
    """How many cases were opened, how many of them self-handled, and what was done in them.

    Counted is what you may know of. Days are legal days; origin and stage are those of today.
    """
    return found


@router.get("/statistics.csv", dependencies=[roles(*OFFICES)], responses=RESPONSES)
async def export_statistics(found: TheFigures) -> Response:
    """The same as a file for office programs: a row for each part of the breakdown, or one for the whole."""
    parts, rows = found["per"], found["rows"] if found["per"] else [found["total"] | {"of": {}}]
    values = [[*(row["of"][part] for part in parts), *(row[name] for name in FIGURES)] for row in rows]
    return whole_file("statistics", [*parts, *FIGURES], values)


def _check_days(first: date, last: date) -> None:
    if not first <= last or last.year - first.year > MOST_YEARS:
        problem = f"since comes before until, and lies at most {MOST_YEARS} years back"
        raise Malformed(errors=[{"at": "query.since", "problem": problem}])


def _total(all_figures: Sequence[queries.Figures]) -> queries.Figures:
    return {name: sum(each[name] for each in all_figures) for name in FIGURES}
