"""The first few rows of each of many keys, in one statement; what lies behind them costs nothing."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, bindparam, column, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import is_sqlite


@dataclass(frozen=True, slots=True, eq=False)
class Top:
    """Which rows come first for one key: of that column, these columns, where this holds, in this order.

    What differs from one time to the next is a named parameter of `where`. Beside its rows each key has what
    `beside` finds out once for it: a query of one row, by the key that it is given.
    """

    key: ColumnElement[UUID]
    columns: tuple[ColumnElement[Any], ...]
    where: tuple[ColumnElement[bool], ...]
    order: tuple[Any, ...]
    beside: Callable[[ColumnElement[UUID]], Select[Any]] | None = None


async def of_each(
    session: AsyncSession, top: Top, keys: Sequence[UUID], most: int, **values: Any
) -> dict[UUID, list[Any]]:
    """The first `most` rows of each of these keys; a key without any is not there."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    if not keys:
        return found
    if is_sqlite(session):
        rows = await session.execute(_one_by_one(top, keys, most), values)
    else:
        rows = await session.execute(_lateral(top), {"keys": list(keys), "most": most, **values})
    for row in rows:
        found[row.of].append(row)
    return found


@cache
def _lateral(top: Top) -> Any:
    listed = func.unnest(bindparam("keys", type_=ARRAY(Uuid()))).table_valued(column("of", Uuid()))
    keys = listed.render_derived(name="keys")
    first = (
        select(*top.columns)
        .where(top.key == keys.c.of, *top.where)
        .order_by(*top.order)
        .limit(bindparam("most"))
        .correlate(keys)
        .lateral("first")
    )
    true = literal(value=True)
    if top.beside is None:
        return select(keys.c.of, *first.c).select_from(keys.join(first, true))
    once = top.beside(keys.c.of).correlate(keys).lateral("once")
    return select(keys.c.of, *once.c, *first.c).select_from(keys.join(once, true).join(first, true))


def _one_by_one(top: Top, keys: Sequence[UUID], most: int) -> Any:
    each = []
    for key in keys:
        one = literal(key, Uuid())
        ordered = select(one.label("of"), *top.columns).where(top.key == key, *top.where)
        if top.beside is not None:
            once = top.beside(one).subquery()
            held: Any = top.key
            ordered = ordered.add_columns(*once.c).select_from(held.table.join(once, literal(value=True)))
        each.append(select(ordered.order_by(*top.order).limit(most).subquery()))
    return union_all(*each)
