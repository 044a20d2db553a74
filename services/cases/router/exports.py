"""Lists as files for office programs: streamed page by page at constant memory, under the same filters.

Each page is read in a short transaction of its own, so a slow reader holds nothing in the database; what
changes meanwhile is seen as it is when its page is read.
"""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from fastapi.responses import Response, StreamingResponse
from sqlalchemy import Select

from services.cases import queries
from services.cases.errors import TooMuchToExport
from shared.paging import PageQuery, page_of_ways
from shared.service import Frame

MEDIA_TYPE = "text/csv"
_CODED = f"{MEDIA_TYPE}; charset=utf-8"
ROWS_AT_ONCE = 200
MOST_ROWS = 100_000
BOM = "\ufeff"  # by which office programs know that it is UTF-8
# What a spreadsheet would take for a formula, in either width.
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "the rows", "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}
}

Ways = Callable[[], Sequence[Select[Any]]]


def cell(value: Any) -> str:
    """A value as a spreadsheet shows it and never runs it."""
    if value is None:
        return ""
    if isinstance(value, list):
        return cell(" ".join(str(each) for each in value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    said = str(value)
    return f"'{said}" if said.startswith(_ACTIVE) else said


def line(values: Iterable[Any]) -> str:
    """One row of the file."""
    written = io.StringIO()
    csv.writer(written).writerow([cell(value) for value in values])
    return written.getvalue()


async def export(
    frame: Frame, name: str, columns: Sequence[str], ways: Ways, order: Sequence[Any]
) -> StreamingResponse:
    """The rows as a file of that name; refused at once when there are more than one file takes."""
    async with frame.database.reading(frame=frame) as session:
        if await queries.at_least(session, ways(), MOST_ROWS + 1):
            raise TooMuchToExport(most=MOST_ROWS)
    return StreamingResponse(_lines(frame, columns, ways, order), media_type=_CODED, headers=_headers(name))


def whole_file(name: str, columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> Response:
    """A few rows as a file of that name."""
    told = BOM + "".join(line(row) for row in (columns, *rows))
    return Response(told, media_type=_CODED, headers=_headers(name))


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}


async def _lines(
    frame: Frame, columns: Sequence[str], ways: Ways, order: Sequence[Any]
) -> AsyncIterator[str]:
    yield BOM + line(columns)
    query: PageQuery | None = PageQuery(limit=ROWS_AT_ONCE)
    while query is not None:
        async with frame.database.reading(frame=frame) as session:
            rows, after = await page_of_ways(session, ways(), order, query)
        if rows:
            yield "".join(line(getattr(row, column) for column in columns) for row in rows)
        query = PageQuery(cursor=after, limit=ROWS_AT_ONCE) if after else None
