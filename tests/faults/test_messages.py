"""Messages come twice, are lost, find no queue, or cannot be digested: every event takes effect once."""

import asyncio
from typing import Any

import aio_pika
import pytest

from shared import journal
from shared.database import Database
from shared.events import Envelope
from tests.asking import eventually
from tests.faults import trapdoor
from tests.faults.accounts import account
from tests.faults.fleet import Fleet
from tests.faults.work import Work


async def journal_of(fleet: Fleet, service: str, matter: str) -> list[Envelope]:
    """What a service recorded of a matter."""
    database = Database(fleet.urls[service], pool_size=1)
    try:
        async with database.reading() as session:
            return list(await journal.read(session, service, f"matter/{matter}", 0))
    finally:
        await database.close()


async def effects(fleet: Fleet, reader: str, matter: str, source: str = "cases") -> list[tuple[str, int]]:
    """What a source said of a matter, as it took effect in a reader, in order."""
    query = "SELECT source, seq FROM effects WHERE subject = $1 ORDER BY number"
    rows = await fleet.look(reader, query, f"matter/{matter}")
    return [(row["source"], row["seq"]) for row in rows if row["source"] == source]


async def heard(fleet: Fleet, reader: str, matter: str, source: str, seq: int) -> None:
    """The reader has applied that event."""

    async def applied() -> bool:
        return (source, seq) in await effects(fleet, reader, matter, source)

    await eventually(applied, within=40)


async def publish(fleet: Fleet, envelope: Envelope, times: int) -> None:
    """The same message, straight to the exchange of its source."""
    async with fleet.channel() as channel:
        exchange = await channel.get_exchange(f"{fleet.prefix}{envelope.source}.events")
        for _ in range(times):
            message = aio_pika.Message(envelope.encode(), delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
            await exchange.publish(message, envelope.type)


async def purge(fleet: Fleet, reader: str) -> int:
    """The broker loses what waits for a reader; how many messages that was."""
    async with fleet.channel() as channel:
        queue = await channel.declare_queue(fleet.inbox_of(reader), passive=True)
        purged: Any = await queue.purge()
        return int(purged.message_count)


async def test_the_same_message_twice_in_one_batch_takes_effect_once(fleet: Fleet, work: Work) -> None:
    await fleet.kill("referrals")
    lead = await work.matter()
    await fleet.sent("cases")
    for envelope in await journal_of(fleet, "cases", lead):
        await publish(fleet, envelope, 2)
    assert await fleet.waiting("referrals") >= 6
    await fleet.restart("referrals")
    last = len(await journal_of(fleet, "cases", lead))
    await heard(fleet, "referrals", lead, "cases", last)
    assert await effects(fleet, "referrals", lead) == [("cases", seq + 1) for seq in range(last)]


async def test_messages_in_the_wrong_order_take_effect_in_the_right_one(fleet: Fleet, work: Work) -> None:
    await fleet.kill("referrals")
    lead = await work.matter()
    await fleet.sent("cases")
    assert await purge(fleet, "referrals") > 0
    recorded = await journal_of(fleet, "cases", lead)
    for envelope in reversed(recorded):
        await publish(fleet, envelope, 1)
    await fleet.restart("referrals")
    await heard(fleet, "referrals", lead, "cases", len(recorded))
    assert await effects(fleet, "referrals", lead) == [("cases", each.seq) for each in recorded]


async def test_a_message_that_finds_no_queue_is_kept_until_there_is_one(fleet: Fleet, work: Work) -> None:
    await fleet.kill("referrals", "notifications")
    async with fleet.channel() as channel:
        for reader in ("referrals", "notifications"):
            await channel.queue_delete(fleet.inbox_of(reader))
    lead = await work.matter()
    await fleet.sent("cases")
    for reader in ("referrals", "notifications"):
        assert await fleet.waiting(reader) >= 1, "the publisher has declared its readers' queues again"
    await fleet.restart("referrals", "notifications")
    await heard(fleet, "referrals", lead, "cases", len(await journal_of(fleet, "cases", lead)))


async def test_the_queue_of_one_reader_is_deleted_under_it_and_nothing_is_lost(
    fleet: Fleet, work: Work
) -> None:
    async with work.busy():
        for reader in ("notifications", "referrals"):
            await asyncio.sleep(0.5)
            async with fleet.channel() as channel:
                await channel.queue_delete(fleet.inbox_of(reader))
    await asyncio.sleep(1)
    await fleet.kill("notifications", "referrals")  # what has left no gap is found by the sweep of a start
    await fleet.restart("notifications", "referrals")
    await fleet.patience_ends("notifications", "referrals")


async def test_the_last_events_of_a_chain_that_the_broker_lost_are_found_by_a_sweep(
    fleet: Fleet, work: Work
) -> None:
    await fleet.kill("referrals", "notifications")
    lead = await work.matter()
    await fleet.sent("cases")
    assert min(await purge(fleet, "referrals"), await purge(fleet, "notifications")) > 0
    await fleet.restart("referrals", "notifications")  # a service sweeps soon after its start
    last = len(await journal_of(fleet, "cases", lead))
    await asyncio.gather(
        *(heard(fleet, name, lead, "cases", last) for name in ("referrals", "notifications"))
    )


@pytest.mark.parametrize("waits", [False, pytest.param(True, marks=pytest.mark.deep)])
async def test_a_gap_is_fetched_from_its_source_when_patience_ends(
    fleet: Fleet, work: Work, waits: bool
) -> None:
    lead = await work.lead()
    await heard(fleet, "referrals", lead, "cases", 1)
    await fleet.kill("referrals")
    await work.assess(lead)
    await fleet.sent("cases")
    recorded = await journal_of(fleet, "cases", lead)
    assert await purge(fleet, "referrals") > 0
    await publish(fleet, recorded[-1], 1)
    await fleet.restart("referrals")

    async def parked() -> Any:
        query = "SELECT since FROM parked WHERE state = 'gap' AND subject = $1"
        return await fleet.look("referrals", query, f"matter/{lead}")

    await eventually(parked, within=20)
    if not waits:
        await fleet.patience_ends("referrals")
    await heard(fleet, "referrals", lead, "cases", len(recorded))


async def test_an_event_that_cannot_be_digested_stops_its_matter_alone_until_an_operator_retries(
    fleet: Fleet, work: Work
) -> None:
    lead, other = await work.lead(), await work.lead()
    await heard(fleet, "referrals", lead, "cases", 1)
    subject = f"matter/{lead}"
    poison = trapdoor.poison_file(fleet.folder, "referrals")
    poison.write_text(f"cases.lead_assessed {subject}")
    await asyncio.gather(work.assess(lead), work.assess(other))

    async def quarantined() -> Any:
        query = "SELECT seq, error FROM parked WHERE state = 'quarantined' AND subject = $1"
        return await fleet.look("referrals", query, subject)

    (row,) = await eventually(quarantined, within=20)
    await work.move(other)
    print("while it waits:", await account(fleet, parked=[("referrals", subject)]))
    where = ("--service", "referrals", "--source", "cases", "--subject", subject, "--seq", str(row["seq"]))
    code, said = await fleet.operator("parked", "list")
    assert code == 0
    assert f"referrals: quarantined cases {subject} {row['seq']}" in said, said
    for what in ("retry", "skip"):  # of another event: refused in words, and nothing happens
        wrong = [*where[:-1], str(row["seq"] + 100), "--reason", "a slip of the hand"]
        code, said = await fleet.operator("parked", what, *wrong)
        assert (code, "Traceback" in said, "parked list" in said) == (1, False, True), said
    poison.unlink()  # the defect is mended
    code, said = await fleet.operator("parked", "retry", *where)
    assert (code, "applied" in said) == (0, True), said
    await work.move(lead)
    for command in ("verify", "reconcile"):
        code, said = await fleet.operator(command)
        assert code == 0, said
