"""Where tests run: fresh migrated databases and a bus of their own, on either lane.

`embedded` is SQLite files and the bus in memory, `servers` is PostgreSQL and RabbitMQ. Each database is a
copy of a template that was migrated once, so a test sees what a deployment has; nothing is rolled back.
"""

import asyncio
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

import aio_pika
import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import Engine, make_url

from tests.servers import Servers

Migrate = Callable[[str], None]


class Lane(StrEnum):
    """The two ways to run Casebridge."""

    EMBEDDED = "embedded"
    SERVERS = "servers"


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A kind of database: its name, and what migrates an empty one."""

    name: str
    migrate: Migrate


@dataclass(slots=True)
class Templates:
    """The migrated templates of this test run, made on first use."""

    folder: Path
    servers: Callable[[], Servers]
    _made: dict[tuple[Lane, str], str] = field(default_factory=dict)

    async def of(self, lane: Lane, blueprint: Blueprint) -> str:
        """The template's file or database name."""
        key = lane, blueprint.name
        if key not in self._made:
            make = self._file if lane is Lane.EMBEDDED else self._database
            self._made[key] = await make(blueprint)
        return self._made[key]

    async def _file(self, blueprint: Blueprint) -> str:
        file = self.folder / f"{blueprint.name}.template.sqlite"
        await asyncio.to_thread(blueprint.migrate, f"sqlite+aiosqlite:///{file}")
        return str(file)

    async def _database(self, blueprint: Blueprint) -> str:
        name = f"casebridge_{blueprint.name}_{uuid4().hex[:8]}"
        url = self.servers().database_url
        admin = await connect(url, "postgres")
        try:
            await admin.execute(f"CREATE DATABASE {name}")
        finally:
            await admin.close()
        await asyncio.to_thread(blueprint.migrate, at(url, name))
        return name

    def drop(self) -> None:
        """The templates on a server that outlives the run are gone."""
        names = [name for (lane, _), name in self._made.items() if lane is Lane.SERVERS]
        if names:
            asyncio.run(drop_databases(self.servers().database_url, names))


@dataclass(slots=True)
class Databases:
    """The databases of one test; gone when the test is over."""

    lane: Lane
    templates: Templates
    folder: Path
    _names: list[str] = field(default_factory=list)

    async def fresh(self, blueprint: Blueprint) -> str:
        """The URL of a new copy of that kind of database."""
        template = await self.templates.of(self.lane, blueprint)
        name = f"t_{blueprint.name}_{uuid4().hex[:12]}"
        if self.lane is Lane.EMBEDDED:
            file = self.folder / f"{name}.sqlite"
            shutil.copyfile(template, file)
            return f"sqlite+aiosqlite:///{file}"
        url = self.templates.servers().database_url
        admin = await connect(url, "postgres")
        try:
            await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        finally:
            await admin.close()
        self._names.append(name)
        return at(url, name)

    async def __aenter__(self) -> "Databases":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._names:
            await drop_databases(self.templates.servers().database_url, self._names)


def at(server_url: str, name: str) -> str:
    """The URL of a database on that server."""
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


async def connect(server_url: str, name: str) -> "asyncpg.Connection[Any]":
    """A plain connection, for what SQLAlchemy would wrap in a transaction."""
    url = make_url(server_url).set(drivername="postgresql", database=name)
    return await asyncpg.connect(url.render_as_string(hide_password=False), timeout=60, command_timeout=60)


async def drop_databases(server_url: str, names: list[str]) -> None:
    """Those databases are gone, whoever is still connected."""
    admin = await connect(server_url, "postgres")
    try:
        for name in names:
            await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    finally:
        await admin.close()


async def clear_broker(url: str, prefix: str, names: Sequence[str]) -> None:
    """The queues and exchanges of one test are gone."""
    connection = await aio_pika.connect(url, timeout=10)
    async with connection:
        channel = await connection.channel()
        for name in names:
            for queue in (f"{prefix}{name}.inbox", f"{prefix}{name}.dead"):
                await channel.queue_delete(queue, timeout=10)
            await channel.exchange_delete(f"{prefix}{name}.events", timeout=10)
        await channel.exchange_delete(f"{prefix}dead", timeout=10)


# --- Statements --------------------------------------------------------------------------------------

_seen: ContextVar[list[str] | None] = ContextVar("statements", default=None)
THE_CLOCK = "SELECT clock_timestamp()"


@event.listens_for(Engine, "before_cursor_execute")
def _count(_c: Any, _cursor: Any, statement: str, _p: Any, _context: Any, _many: bool) -> None:
    seen = _seen.get()
    if seen is not None and statement != THE_CLOCK:
        seen.append(statement)


@contextmanager
def counting() -> Iterator[list[str]]:
    """The SQL statements that this task causes meanwhile; not the clock's, which is asked once a second."""
    seen: list[str] = []
    token = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(token)
