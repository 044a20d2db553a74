"""What the two databases do differently: connecting, taking turns, leading, waking, telling the time."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any
from weakref import WeakSet

import aiosqlite
import asyncpg
import orjson
from sqlalchemy import event, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from shared import clock

CONNECT_SECONDS = 5
STATEMENT_SECONDS = 15
LOCK_SECONDS = 5
POOL_SECONDS = 5
CLOCK_SECONDS = 1
IDLE_SECONDS = 5.0
STATEMENTS = 500

# Half a minute after this machine has vanished, the server lets go of the locks that it held.
KEEPALIVE = {"tcp_keepalives_idle": "15", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}


class Leadership:
    """Being the one process that does a thing; `check` raises when that is over."""

    CHECK_SECONDS = 2.0

    def __init__(self, connection: "asyncpg.Connection[Any] | None" = None) -> None:
        self._connection = connection
        self._checked = time.monotonic()

    async def check(self) -> None:
        """Still leading; raises ConnectionError or a database error when the lock's connection is gone."""
        if self._connection is None:
            return
        if self._connection.is_closed():
            raise ConnectionError("leadership was lost with its connection")
        if time.monotonic() - self._checked > self.CHECK_SECONDS:
            await self._connection.execute("SELECT 1")
            self._checked = time.monotonic()


class Sqlite:
    """SQLite: one process, one writer at a time, no notifications; leadership is given."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._gate = asyncio.Lock()
        self._threads: WeakSet[Thread] = WeakSet()
        event.listen(engine.sync_engine, "do_connect", self._connecting)
        event.listen(engine.sync_engine, "connect", self._connected)
        event.listen(engine.sync_engine, "begin", self._begin)

    def _connecting(self, _dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        options["async_creator_fn"] = self._opening

    def _opening(self, *arguments: Any, **options: Any) -> aiosqlite.Connection:
        """Its thread is known before anything is opened: it goes on with what a cancelled task began."""
        connection = aiosqlite.connect(*arguments, **options)
        connection._thread.daemon = True
        self._threads.add(connection._thread)
        return connection

    @staticmethod
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @staticmethod
    def _begin(connection: Any) -> None:
        # A read that turns into a write fails at once with "database is locked", whatever the busy timeout.
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    async def finish(self) -> None:
        """Each connection has a thread; one that still works would speak to a loop that is gone."""
        for thread in [each for each in self._threads if each.is_alive()]:
            await asyncio.to_thread(thread.join, LOCK_SECONDS)

    @asynccontextmanager
    async def write_turn(self) -> AsyncIterator[None]:
        """Writers of this process take turns fairly instead of polling the file's lock."""
        async with asyncio.timeout(POOL_SECONDS + LOCK_SECONDS):
            await self._gate.acquire()
        try:
            yield
        finally:
            self._gate.release()

    async def now(self, session: AsyncSession) -> datetime:
        """This machine's clock: the database has none of its own."""
        return clock.now()

    @asynccontextmanager
    async def leadership(self, what: str) -> AsyncIterator["Leadership | None"]:
        """One process, so it always leads."""
        yield Leadership()

    @asynccontextmanager
    async def listening(self, channel: str, heard: Callable[[], None]) -> AsyncIterator[None]:
        """Nothing to listen to: the local wake-up is all there is."""
        yield

    async def notify(self, channels: Iterable[str]) -> None:
        """Nobody else to tell."""


class Postgresql:
    """PostgreSQL: advisory locks for leadership, LISTEN/NOTIFY beside the transactions, its own clock."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        event.listen(engine.sync_engine, "checkin", self._rests)
        event.listen(engine.sync_engine, "checkout", self._wakes)
        self._asked: tuple[datetime, float] | None = None
        self._said = datetime.min.replace(tzinfo=UTC)

    @staticmethod
    def _rests(_connection: Any, record: Any) -> None:
        record.info["rests"] = time.monotonic()

    @staticmethod
    def _wakes(connection: Any, record: Any, _fairy: Any) -> None:
        """One that was cut is replaced; a cut tells itself, but for one that rested long it is asked."""
        rested = time.monotonic() - record.info.get("rests", time.monotonic())
        try:
            if connection.driver_connection.is_closed() or rested > IDLE_SECONDS:
                connection.ping()
        except Exception as exc:
            raise DisconnectionError("the connection was cut") from exc

    async def finish(self) -> None:
        """Nothing goes on after the connections are closed."""

    def write_turn(self) -> AbstractAsyncContextManager[None]:
        """Rows are locked, not the database."""
        return nullcontext()

    async def now(self, session: AsyncSession) -> datetime:
        """The database's clock, which all workers share; asked once a second, counted between."""
        if self._asked is None or time.monotonic() - self._asked[1] > CLOCK_SECONDS:
            said = await session.scalar(text("SELECT clock_timestamp()"))
            self._asked = (said.astimezone(UTC), time.monotonic())  # from the answer on, so never ahead
        counted = self._asked[0] + timedelta(seconds=time.monotonic() - self._asked[1])
        self._said = max(self._said, counted)  # however long the answers took, it never steps back
        return self._said

    async def _own_connection(self) -> "asyncpg.Connection[Any]":
        # The engine's own reading of its URL, so that ?ssl=... and the like mean the same here.
        _, options = self._engine.dialect.create_connect_args(self._engine.url)
        return await asyncpg.connect(
            **options,
            timeout=CONNECT_SECONDS,
            command_timeout=STATEMENT_SECONDS,
            server_settings=KEEPALIVE,
        )

    @asynccontextmanager
    async def leadership(self, what: str) -> AsyncIterator["Leadership | None"]:
        """The leadership of that name for as long as the block runs, or None if another process has it.

        The session lock lives on a connection of its own, outside the pool. When that connection is cut,
        another process may lead before we notice: readers drop what they already have.
        """
        connection = await self._own_connection()
        try:
            held = await connection.fetchval("SELECT pg_try_advisory_lock(hashtext($1))", what)
            yield Leadership(connection) if held else None
        finally:
            await _closed(connection)

    @asynccontextmanager
    async def listening(self, channel: str, heard: Callable[[], None]) -> AsyncIterator[None]:
        """Calls `heard` whenever any process notifies the channel, for as long as the block runs."""
        connection = await self._own_connection()
        try:
            await connection.add_listener(channel, lambda *_: heard())
            yield
        finally:
            await _closed(connection)

    async def notify(self, channels: Iterable[str]) -> None:
        """Tell other processes, from a connection of its own: never inside a domain transaction."""
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            for channel in channels:
                await connection.execute(text("SELECT pg_notify(:channel, '')"), {"channel": channel})


async def _closed(connection: "asyncpg.Connection[Any]") -> None:
    try:
        await connection.close(timeout=CONNECT_SECONDS)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()


def open_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """An engine for sqlite+aiosqlite or postgresql+asyncpg: limits on every wait, no parameters in errors."""
    same: dict[str, Any] = {"pool_size": pool_size, "pool_timeout": POOL_SECONDS, "hide_parameters": True}
    if url.startswith("sqlite"):
        return create_async_engine(url, max_overflow=0, **same)
    settings = {
        "statement_timeout": f"{STATEMENT_SECONDS}s",
        "lock_timeout": f"{LOCK_SECONDS}s",
        "idle_in_transaction_session_timeout": "60s",
        "timezone": "UTC",
        "jit": "off",
    } | KEEPALIVE
    arguments = {
        "timeout": CONNECT_SECONDS,
        "command_timeout": STATEMENT_SECONDS + 5,
        "server_settings": settings,
        "prepared_statement_cache_size": STATEMENTS,
    }
    same |= {"max_overflow": pool_size, "pool_use_lifo": True, "json_deserializer": orjson.loads}
    return create_async_engine(url, connect_args=arguments, **same)
