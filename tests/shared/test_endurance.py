"""What breaks outside does not end or stop anything here for good."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

import aio_pika
import orjson
import pytest

from shared import service
from shared.bus import Member, open_bus
from shared.database import Database
from shared.events import Envelope
from tests.asking import eventually
from tests.running import Alone, envelope
from tests.servers import Servers
from tests.stage import Blueprint, Databases, Lane, clear_broker


async def nothing(*_: object) -> Any:
    """No journal."""
    return []


async def test_a_deleted_queue_is_made_again_and_heard_again(servers: Callable[[], Servers]) -> None:
    heard: list[int] = []

    async def take(batch: Sequence[Envelope]) -> None:
        heard.extend(each.seq for each in batch)

    url, prefix = servers().bus_url, f"t{uuid4().hex[:12]}."
    left, right = (open_bus(f"{url}?prefix={prefix}", "http://nobody", "k") for _ in range(2))
    await left.join(Member("left", ("right",), (), nothing, nothing, nothing))
    await right.join(Member("right", (), ("left",), take, nothing, nothing))
    running = asyncio.create_task(right.run())
    sent = 0

    async def is_heard() -> bool:
        nonlocal sent
        sent += 1
        await left.publish([envelope("left", "matter/x", sent, "left.noted", {})])
        await asyncio.sleep(0.2)
        return sent in heard

    await eventually(is_heard)
    async with await aio_pika.connect(url) as connection:
        await (await connection.channel()).queue_delete(f"{prefix}right.inbox")
    await eventually(is_heard)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await asyncio.gather(left.close(), right.close())
    await clear_broker(url, prefix, ("left", "right"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": 5},
        {"source": {}},
        {"subject": None},
        {"subject": "x" * 81},
        {"seq": 1 << 40},
        {"seq": 0},
        {"at": 5},
        {"at": "2026-01-01T00:00:00"},
        {"body": []},
        {"subject": "a\0"},
    ],
    ids=str,
)
def test_what_an_inbox_could_not_keep_is_no_envelope(wrong: dict[str, object]) -> None:
    good = orjson.loads(envelope("left", "matter/x", 1, "left.noted", {}).encode())
    with pytest.raises(ValueError):  # noqa: PT011
        Envelope.decode(orjson.dumps(good | wrong))


async def test_a_task_survives_a_cancellation_that_nobody_asked_for(
    sample_app: Alone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "RETRY_SECONDS", 0.01)
    runs = 0

    async def run() -> None:
        nonlocal runs
        runs += 1
        if runs < 3:
            raise asyncio.CancelledError

    task = asyncio.create_task(service._every(sample_app.frame, "sample", 0.01, run))

    async def went_on() -> bool:
        return runs >= 3 and "sample" not in sample_app.frame.failed

    await eventually(went_on)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("lane", [Lane.SERVERS], ids=str)
async def test_a_database_url_means_the_same_for_every_connection(databases: Databases) -> None:
    url = await databases.fresh(Blueprint("empty", lambda _: None))
    database = Database(f"{url}?ssl=disable")
    async with database.dialect.leadership("sample") as leadership:
        assert leadership is not None
        await leadership.check()
    await database.close()
