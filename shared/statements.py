"""Statements that are made once and used often, and what the two databases spell differently in them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Boolean, ColumnElement, Dialect, Row, Text, bindparam, column, func, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.schema import Table
from sqlalchemy.types import TypeDecorator, TypeEngine

from shared.database import insert_of, is_sqlite


class Many(TypeDecorator[Any]):
    """Any number of values in one parameter: an array, or the JSON of one where there are no arrays."""

    impl = Text
    cache_ok = True

    def __init__(self, one: TypeEngine[Any]) -> None:
        super().__init__()
        self.one = one

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An array of that type, if the database has it."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else postgresql.ARRAY(self.one))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """As the column itself would store each."""
        if dialect.name != "sqlite":
            return list(value)
        bind: Any = self.one.dialect_impl(dialect).bind_processor
        stored = bind(dialect) or (lambda each: each)
        return orjson.dumps([stored(each) for each in value]).decode()


class _Among(FunctionElement[bool]):
    name = "among"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """As it stands: where booleans are numbers, `= 1` would follow, and no index be used."""
        return self


@compiles(_Among, "postgresql")
def _among_postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY({values})"


@compiles(_Among, "sqlite")
def _among_sqlite(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"


def among(column: Any, values: str) -> ColumnElement[bool]:
    """The column is one of the values of that parameter: one statement and one plan, however many."""
    return _Among(column, bindparam(values, type_=Many(column.type)))


async def insert_or_lock(
    session: AsyncSession, table: Table, rows: Sequence[dict[str, Any]]
) -> Sequence[Row[Any]]:
    """Makes the rows that are missing and locks those that exist, one after the other as listed; all of them.

    Locking first what exists and then making what is missing would be two orders, and so a deadlock.
    """
    statement = _insert_or_lock(session.get_bind().dialect.name, table, tuple(rows[0]))
    return (await session.execute(statement, _given(session, rows))).all()


@cache
def _insert_or_lock(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    keys = [column.name for column in table.primary_key]
    same = {keys[0]: table.c[keys[0]]}
    made = _insert(dialect, table, names)
    return made.on_conflict_do_update(index_elements=keys, set_=same).returning(*table.c)


async def insert_all(session: AsyncSession, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """These rows, each with the same columns and every value named."""
    statement = _insert(session.get_bind().dialect.name, table, tuple(rows[0]))
    await session.execute(statement, _given(session, rows))


@cache
def _insert(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    made = insert_of(dialect, table)
    if dialect == "sqlite":
        return made
    arrays = (func.unnest(_array(table.c[name])) for name in names)
    return made.from_select(list(names), select(*arrays), include_defaults=False)


async def update_each(
    session: AsyncSession, table: Table, keys: Sequence[str], rows: Sequence[dict[str, Any]]
) -> None:
    """In the row that these keys name, the other columns become what is given; every key is there once."""
    statement = _update(session.get_bind().dialect.name, table, tuple(keys), tuple(rows[0]))
    # The connection takes all rows at once; the ORM would want each matched by its whole primary key.
    await (await session.connection()).execute(statement, _given(session, rows, "new_"))


@cache
def _update(dialect: str, table: Table, keys: tuple[str, ...], names: tuple[str, ...]) -> Any:
    if dialect == "sqlite":
        new: Any = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    else:
        listed = func.unnest(*(_array(table.c[name], "new_") for name in names))
        typed = (column(name, table.c[name].type) for name in names)
        new = listed.table_valued(*typed).render_derived(name="new").c
    same = (table.c[name] == new[name] for name in keys)
    return update(table).where(*same).values({name: new[name] for name in names if name not in keys})


def _array(column: Any, prefix: str = "") -> Any:
    return bindparam(prefix + column.name, type_=postgresql.ARRAY(column.type))


def _given(session: AsyncSession, rows: Sequence[dict[str, Any]], prefix: str = "") -> Any:
    """Row by row, or, where there are arrays, column by column: one statement for any number."""
    if is_sqlite(session):
        return [{prefix + name: value for name, value in row.items()} for row in rows]
    return {prefix + name: [row[name] for row in rows] for name in rows[0]}
