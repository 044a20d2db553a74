"""The database: column types that carry policy, and two kinds of session; `engines` has what differs.

A `Database` hands out sessions that write (`writing`: one transaction, committed when the block ends) and
sessions that read (`reading`: read-only on PostgreSQL). Nothing outside `shared` commits.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    Executable,
    Integer,
    MetaData,
    Row,
    String,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.schema import Table
from sqlalchemy.types import TypeDecorator, TypeEngine

from shared.engines import LOCK_SECONDS, Postgresql, Sqlite, open_engine

log = structlog.get_logger(__name__)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# The frame's own tables; every service carries them in its own database, beside its own.
FRAME = MetaData(naming_convention=NAMES)


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored and returned in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a value is: a cursor's parser asks."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC on the way in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is no instant")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware UTC on the way out, also where the database dropped the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def word(vocabulary: type[StrEnum]) -> Enum:
    """A column that stores an enum's value as text, so that a new member needs no migration."""
    return Enum(
        vocabulary,
        native_enum=False,
        length=40,
        create_constraint=False,
        values_callable=lambda members: [member.value for member in members],
    )


Json: TypeEngine[Any] = JSON().with_variant(JSONB(), "postgresql")
Serial: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
# Compared by range, and locked in order, so byte by byte whatever the database's collation is.
Path: TypeEngine[str] = String(200).with_variant(String(200, collation="C"), "postgresql")
Letters: TypeEngine[str] = String(60).with_variant(String(60, collation="C"), "postgresql")
Subject: TypeEngine[str] = String(80).with_variant(String(80, collation="C"), "postgresql")


def types(*vocabularies: type[StrEnum]) -> dict[Any, Any]:
    """The type_annotation_map of a service's Base: aware instants, enums as text, the rest as JSON."""
    return {datetime: Instant, dict[str, Any]: Json, list[str]: Json, list[dict[str, Any]]: Json} | {
        vocabulary: word(vocabulary) for vocabulary in vocabularies
    }


def uuid7() -> UUID:
    """A UUID (RFC 9562, version 7, method 3) that sorts after all that this process made before."""
    global _newest
    _newest = max(time.time_ns() * _PARTS // 1_000_000, _newest + 1)
    stamp, part = divmod(_newest, _PARTS)
    random = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=(stamp & ((1 << 48) - 1)) << 80 | 0x7 << 76 | part << 64 | 0b10 << 62 | random)


_PARTS = 4096  # of a millisecond
_newest = 0


def uuid7_floor(at: datetime) -> UUID:
    """Not greater than any such UUID made at that instant or later."""
    stamp = int(at.timestamp() * 1000)
    return UUID(int=(stamp & ((1 << 48) - 1)) << 80 | 0x7 << 76 | 0b10 << 62)


def insert(session: AsyncSession, table: Table | Any) -> Any:
    """An INSERT that knows ON CONFLICT, of the session's own dialect (both dialects spell it alike)."""
    return insert_of(session.get_bind().dialect.name, table)


def insert_of(dialect: str, table: Table | Any) -> Any:
    """The same of that dialect, for a statement that is made once and used often."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


_BEFORE_COMMIT = "before_commit"


def before_commit(session: AsyncSession, step: Callable[[AsyncSession], Awaitable[None]]) -> None:
    """That step is taken when the writing block has ended well, inside its transaction."""
    session.info.setdefault(_BEFORE_COMMIT, []).append(step)


class Database:
    """A service's database: where its sessions come from, and who is told after a commit."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.engine = open_engine(url, pool_size=pool_size)
        self.dialect: Sqlite | Postgresql = (
            Sqlite(self.engine) if self.engine.dialect.name == "sqlite" else Postgresql(self.engine)
        )
        self.committed: list[Callable[[AsyncSession], None]] = []
        # One moment's data: a snapshot for the whole transaction, which SQLite gives anyway.
        self._reading: dict[str, Any] = {"reading": True}
        self._looking = self.engine.execution_options(reading=True)
        if self.engine.dialect.name == "postgresql":
            self._looking = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            self._reading |= {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}

    @asynccontextmanager
    async def writing(self, **info: Any) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends well, rolled back when it does not."""
        async with (
            self.dialect.write_turn(),
            AsyncSession(self.engine, expire_on_commit=False, info=info) as session,
            session.begin(),
        ):
            yield session
            for step in session.info.get(_BEFORE_COMMIT, ()):
                await step(session)
        for tell in self.committed:
            tell(session)

    @asynccontextmanager
    async def reading(self, **info: Any) -> AsyncIterator[AsyncSession]:
        """A read-only look at one moment's data."""
        async with AsyncSession(self.engine, expire_on_commit=False, autoflush=False, info=info) as session:
            await session.connection(execution_options=self._reading)
            yield session

    async def look(
        self, statement: Executable, values: Mapping[str, Any] | None = None
    ) -> Sequence[Row[*tuple[Any, ...]]]:
        """The rows of one statement: it needs no transaction around it to be one moment's data."""
        async with self._looking.connect() as connection:
            return (await connection.execute(statement, values)).all()

    async def close(self) -> None:
        """All connections closed, also those that a cancelled task left in the middle of something."""
        await self._given_back()
        await self.engine.dispose()
        await self.dialect.finish()

    async def _given_back(self) -> None:
        """A cancelled task's session goes on closing behind it; what it holds comes back."""
        pool = self.engine.pool
        with suppress(TimeoutError):
            async with asyncio.timeout(LOCK_SECONDS):
                while isinstance(pool, QueuePool) and pool.checkedout():  # noqa: ASYNC110 - a pool tells nobody
                    await asyncio.sleep(0.01)


def is_sqlite(connection: AsyncConnection | Any) -> bool:
    """Whether this connection or session speaks to SQLite."""
    bind = connection.get_bind() if hasattr(connection, "get_bind") else connection
    return bool(bind.dialect.name == "sqlite")
