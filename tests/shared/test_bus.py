"""From one service's journal to the other's effect, on both buses: all of it, once, in order."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select

from shared import clock, proof
from shared.bus import BusAway, Member
from shared.bus.memory import MemoryBus
from shared.database import uuid7
from shared.events import Envelope, subject_of
from shared.journal import outbox
from tests import given
from tests.asking import eventually
from tests.running import Running, envelope
from tests.shared.sample.service import HeardNote

WANG = given.prosecutor(given.DISTRICT)


async def write(pair: Running, service: str, words: str, matter_id: UUID | None = None) -> UUID:
    """A note written at that service; returns its matter."""
    matter = matter_id or uuid7()
    said = {"matter_id": str(matter), "words": words}
    await pair.client.create(f"/{service}/v1/notes", said, by=WANG)
    return matter


async def heard(pair: Running, service: str, matter_id: UUID | None = None) -> list[tuple[int, str]]:
    """What took effect at that service, in that order."""
    statement = select(HeardNote).order_by(HeardNote.number)
    if matter_id:
        statement = statement.where(HeardNote.subject == subject_of(matter_id))
    async with pair.reading(service) as session:
        return [(row.seq, row.words) for row in await session.scalars(statement)]


async def all_arrived(pair: Running) -> list[proof.Account] | None:
    """The accounts of both directions, once they are complete."""
    databases = {name: pair.frame(name).database for name in pair.apps}
    accounts = await proof.reconcile(databases, {"left": ("right",), "right": ("left",)})
    return accounts if all(account.complete for account in accounts) else None


async def test_what_one_records_takes_effect_at_the_other(pair: Running) -> None:
    matter = await write(pair, "left", "hello")
    await eventually(lambda: heard(pair, "right"))
    assert await heard(pair, "right", matter) == [(1, "hello")]
    assert await heard(pair, "left") == []


async def test_the_order_of_a_matter_is_kept_and_nothing_is_lost_or_doubled(pair: Running) -> None:
    matters = [uuid7() for _ in range(4)]

    async def story(service: str, matter: UUID) -> None:
        for number in range(1, 9):
            await write(pair, service, f"{service} {number}", matter)

    await asyncio.gather(*(story(service, matter) for matter in matters for service in ("left", "right")))
    await eventually(lambda: all_arrived(pair))
    for matter in matters:
        assert await heard(pair, "right", matter) == [(n, f"left {n}") for n in range(1, 9)]
        assert await heard(pair, "left", matter) == [(n, f"right {n}") for n in range(1, 9)]


async def test_reconcile_says_that_all_arrived_and_the_outbox_is_empty(pair: Running) -> None:
    for number in range(5):
        await write(pair, "left", f"note {number}")
    accounts = await eventually(lambda: all_arrived(pair))
    assert {str(account) for account in accounts} == {
        "left -> right: all 5 events arrived",
        "right -> left: all 0 events arrived",
    }
    async with pair.reading("left") as session:
        assert await session.scalar(select(func.count()).select_from(outbox)) == 0


async def test_reconcile_names_what_one_has_not_applied(pair: Running) -> None:
    matter = await write(pair, "left", "poison")
    await write(pair, "left", "later", matter)

    async def stuck() -> bool:
        return (await pair.frame("right").inbox.measure()).get("quarantined") == 1

    await eventually(stuck)
    databases = {name: pair.frame(name).database for name in pair.apps}
    (account,) = await proof.reconcile(databases, {"right": ("left",)})
    assert not account.complete
    assert account.behind == [f"{subject_of(matter)} at 0 of 2"]
    assert account.quarantined == 1


async def test_a_relay_that_dies_between_publishing_and_deleting_doubles_nothing(pair: Running) -> None:
    matter = await write(pair, "left", "hello")
    await eventually(lambda: all_arrived(pair))
    async with pair.frame("left").database.writing() as session:
        row = {"subject": subject_of(matter), "seq": 1, "at": clock.now()}
        await session.execute(outbox.insert().values(row))
    await write(pair, "left", "again", matter)
    await eventually(lambda: all_arrived(pair))
    assert await heard(pair, "right", matter) == [(1, "hello"), (2, "again")]


@pytest.mark.parametrize("path", ["journal?subject=matter/x", "heads"])
async def test_only_a_peer_may_read_the_internal_routes(pair: Running, path: str) -> None:
    for headers in ({}, {"X-Service-Key": "wrong"}, {"X-Service-Key": ""}, dict(WANG.headers)):
        response = await pair.client.http.get(f"/left/internal/{path}", headers=headers)
        assert response.status_code == 401
    response = await pair.client.http.get(
        f"/left/internal/{path}", headers={"X-Service-Key": given.SERVICE_KEY}
    )
    assert response.status_code == 200


async def test_a_peer_reads_what_it_missed(pair: Running) -> None:
    matter = await write(pair, "left", "hello")
    frame = pair.frame("right")
    (found,) = await frame.bus.journal_of("left", subject_of(matter), 0, 10)
    assert (found.subject, found.seq, found.body["words"]) == (subject_of(matter), 1, "hello")
    assert await frame.bus.heads_of("left", "", 10) == [(subject_of(matter), 1)]


async def test_health_says_what_works(pair: Running) -> None:
    async def healthy() -> httpx.Response | None:
        response = await pair.client.http.get("/left/health")
        return response if response.json()["relay_leads"] and response.status_code == 200 else None

    found = (await eventually(healthy)).json()
    assert (found["status"], found["database"], found["bus"], found["failing"]) == ("ok", True, True, {})


async def test_metrics_count_what_was_published_and_applied(pair: Running) -> None:
    await write(pair, "left", "hello")
    await eventually(lambda: all_arrived(pair))
    left = (await pair.client.http.get("/left/metrics")).text
    right = (await pair.client.http.get("/right/metrics")).text
    assert "casebridge_published_total 1.0" in left
    assert 'casebridge_applied_total{source="left"} 1.0' in right
    assert 'route="/v1/notes",status="201"' in left


# --- The bus in memory -------------------------------------------------------------------------------


async def _nothing(*_: Any) -> tuple[()]:
    return ()


async def test_the_memory_bus_confirms_only_when_every_reader_has_it() -> None:
    name, done = uuid4().hex, asyncio.Event()
    taken: list[Envelope] = []

    async def take(batch: Any) -> None:
        await done.wait()
        taken.extend(batch)

    source, reader = MemoryBus(name), MemoryBus(name)
    await source.join(Member("left", ("right",), (), take, _nothing, _nothing))
    one = envelope("left", "matter/x", 1, "left.noted", {})
    with pytest.raises(BusAway):
        await source.publish([one])
    await reader.join(Member("right", (), ("left",), take, _nothing, _nothing))
    publishing = asyncio.create_task(source.publish([one]))
    await asyncio.sleep(0.05)
    assert not publishing.done()
    done.set()
    assert list(await publishing) == [True]
    assert taken == [one]


async def test_a_reader_that_fails_leaves_the_event_unconfirmed() -> None:
    name = uuid4().hex

    async def fail(_: Any) -> None:
        raise OSError("the disk is full")

    source, reader = MemoryBus(name), MemoryBus(name)
    await source.join(Member("left", ("right",), (), fail, _nothing, _nothing))
    await reader.join(Member("right", (), ("left",), fail, _nothing, _nothing))
    with pytest.raises(OSError, match="full"):
        await source.publish([envelope("left", "matter/x", 1, "left.noted", {})])


def test_an_envelope_is_the_same_after_its_journey() -> None:
    one = envelope("left", "matter/x", 1, "left.noted", {"words": "一", "n": [1, None]}, on_behalf_of="a")
    assert Envelope.decode(one.encode()) == one
    for broken in (b"", b"{", b"[]", b"{}", one.encode().replace(b'"seq":1', b'"seq":"x"')):
        with pytest.raises((ValueError, KeyError, TypeError)):
            Envelope.decode(broken)
