"""Connections that are cut, seen or unseen: the next to ask gets another one (PostgreSQL)."""

import asyncio

import pytest
from asyncpg.transaction import Transaction
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection

from shared import engines
from shared.database import Database
from tests.stage import Lane

pytestmark = pytest.mark.parametrize("lane", [Lane.SERVERS], ids=str)
OWN = text("SELECT pg_backend_pid()")
CUT = text("SELECT pg_terminate_backend(:pid)")


async def own_pid(database: Database) -> int:
    """Which connection of the server answers."""
    ((pid,),) = await database.look(OWN)
    return int(pid)


async def cut(database: Database, pid: int) -> None:
    """The server ends that connection."""
    other = Database(database.engine.url.render_as_string(hide_password=False), pool_size=1)
    assert await other.look(CUT, {"pid": pid})
    await other.close()


async def test_a_connection_whose_end_was_seen_is_replaced(database: Database) -> None:
    pid = await own_pid(database)
    assert await own_pid(database) == pid
    await cut(database, pid)
    await asyncio.sleep(0.2)
    assert await own_pid(database) != pid


async def test_a_connection_is_asked_only_after_a_rest(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_: AsyncAdapt_asyncpg_connection) -> None:
        raise TimeoutError

    monkeypatch.setattr(AsyncAdapt_asyncpg_connection, "ping", silent)
    pid = await own_pid(database)
    assert await own_pid(database) == pid, "not asked, so used"
    monkeypatch.setattr(engines, "IDLE_SECONDS", 0.0)
    assert await own_pid(database) != pid, "asked, and replaced"


async def test_one_statement_is_sent_without_a_transaction(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def begun(_: Transaction) -> None:
        raise AssertionError("a transaction was begun")

    await own_pid(database)  # the first connection asks the server what it is
    monkeypatch.setattr(Transaction, "start", begun)
    assert await own_pid(database)
