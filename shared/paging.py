"""Keyset pages: a list is read from where the last page ended, so its cost does not grow with its length."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import CompoundSelect, Select, asc, desc, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from shared.problems import Malformed

T = TypeVar("T")
MOST = 200


class Page(BaseModel, Generic[T]):
    """Part of a list, and the cursor of the next part (null at the end)."""

    items: list[T]
    next: str | None = None


class PageQuery(BaseModel):
    """Which part of a list is asked for."""

    cursor: str | None = None
    limit: int = 50


async def _page_query(
    cursor: Annotated[str | None, Query(max_length=400, description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="how many items at most")] = 50,
) -> PageQuery:
    return PageQuery(cursor=cursor, limit=limit)


Paging = Annotated[PageQuery, Depends(_page_query)]


def encode(values: Sequence[Any]) -> str:
    """A cursor that names the last row's sort values."""
    plain = [value.isoformat() if isinstance(value, date) else str(value) for value in values]
    return base64.urlsafe_b64encode(orjson.dumps(plain)).decode().rstrip("=")


def decode(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """The sort values in a cursor; refused as malformed when it is none of ours."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        plain = orjson.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if not isinstance(plain, list) or not all(isinstance(value, str) for value in plain):
            raise ValueError
        return [_PARSE[kind](value) for kind, value in zip(kinds, plain, strict=True)]
    except (ValueError, TypeError, KeyError, binascii.Error, UnicodeEncodeError):
        raise Malformed(errors=[{"at": "query.cursor", "problem": "not a cursor of this list"}]) from None


def _instant(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    if at.utcoffset() != timedelta(0):
        raise ValueError("not in UTC, as ours are")
    return at


def _number(value: str) -> int:
    number = int(value)
    if abs(number) >= 1 << 31:
        raise ValueError("beyond what a column holds")
    return number


def _words(value: str) -> str:
    if "\0" in value:
        raise ValueError("NUL")
    return value


_PARSE: dict[type, Any] = {
    datetime: _instant,
    date: date.fromisoformat,
    UUID: UUID,
    int: _number,
    str: _words,
}


async def page(
    session: AsyncSession,
    statement: Select[Any],
    order: Sequence[Any],
    query: PageQuery,
    *,
    descending: bool = True,
) -> tuple[list[Any], str | None]:
    """One page of a select of rows or objects, ordered by columns that are unique together.

    Returns the rows (scalars when one entity is selected) and the cursor of the next page.
    """
    columns = [_plain(column) for column in order]
    statement = _from_the_cursor(statement, columns, query, descending)
    result = await session.execute(statement)
    single = len(statement.column_descriptions) == 1 and statement.column_descriptions[0].get("entity")
    return _cut(list(result.scalars()) if single else list(result), columns, query)


Show = Callable[[Any, Sequence[Any]], Select[Any]]


async def page_of_ways(
    session: AsyncSession,
    ways: Sequence[Select[Any]],
    order: Sequence[Any],
    query: PageQuery,
    *,
    descending: bool = True,
    show: Show | None = None,
) -> tuple[list[Any], str | None]:
    """One page of what several selects of the same columns find together, no row found twice.

    Each is read from the cursor on and no further than the page needs, so each can follow its own index.
    The columns of `order` stand in every select under the same names. `show` adds what is only looked up
    for the rows of the page, in the same order.
    """
    columns = [_plain(column) for column in order]
    parts = [
        _from_the_cursor(each, [each.selected_columns[str(c.key)] for c in columns], query, descending)
        for each in ways
    ]
    names = [str(column.key) for column in columns]
    statement: Any = parts[0] if len(parts) == 1 else _together(parts, names, query, descending)
    if show is not None:
        found = statement.subquery("page")
        statement = show(found, _ordered([found.c[name] for name in names], descending))
    return _cut(list(await session.execute(statement)), columns, query)


def _together(
    parts: Sequence[Select[Any]], names: Sequence[str], query: PageQuery, descending: bool
) -> CompoundSelect[Any]:
    """The parts, put in order by the names of columns: to name the columns themselves would list them all."""
    found = union_all(*(select(each.subquery()) for each in parts))
    return found.order_by(*(desc(name) if descending else asc(name) for name in names)).limit(query.limit + 1)


def _ordered(columns: Sequence[Any], descending: bool) -> list[Any]:
    return [column.desc() if descending else column.asc() for column in columns]


def _plain(column: Any) -> Any:
    return column.expression if isinstance(column, InstrumentedAttribute) else column


def _from_the_cursor(
    statement: Select[Any], columns: Sequence[Any], query: PageQuery, descending: bool
) -> Select[Any]:
    if query.cursor:
        values = decode(query.cursor, [column.type.python_type for column in columns])
        here = tuple_(*columns)
        statement = statement.where(here < tuple_(*values) if descending else here > tuple_(*values))
    return statement.order_by(*_ordered(columns, descending)).limit(query.limit + 1)


def _cut(rows: list[Any], columns: Sequence[Any], query: PageQuery) -> tuple[list[Any], str | None]:
    more, rows = len(rows) > query.limit, rows[: query.limit]
    return rows, encode([getattr(rows[-1], str(column.key)) for column in columns]) if more else None
