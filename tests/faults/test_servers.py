"""The servers beneath die, hang, or cut their connections while people work."""

import asyncio
import os
import signal

import pytest

from tests.asking import eventually
from tests.faults.fleet import Fleet, alive
from tests.faults.trapdoor import Door, Fall, When
from tests.faults.work import Work
from tests.servers import processes

LEADERS = "pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)"


async def test_the_broker_is_killed_and_comes_back(fleet: Fleet, work: Work) -> None:
    async with work.busy():
        await asyncio.sleep(1)
        fleet.own.rabbitmq.kill()
        fleet.kills += 1
        await asyncio.to_thread(fleet.own.rabbitmq.start)
        await fleet.up()


@pytest.mark.parametrize("seconds", [12, pytest.param(35, marks=pytest.mark.deep)])
async def test_the_broker_hangs(fleet: Fleet, work: Work, seconds: int) -> None:
    async with work.busy():
        await asyncio.sleep(0.5)
        fleet.own.rabbitmq.send(signal.SIGSTOP)
        try:
            await work.lead()  # what needs no other service goes on
            await asyncio.sleep(seconds)
        finally:
            fleet.own.rabbitmq.send(signal.SIGCONT)
        await fleet.up()


async def test_postgresql_stops_at_once_and_recovers(fleet: Fleet, work: Work) -> None:
    async with work.busy():
        await asyncio.sleep(1)
        fleet.own.postgresql.kill(signal.SIGQUIT)
        fleet.kills += 1
        await asyncio.sleep(1)
        await asyncio.to_thread(fleet.own.postgresql.start)
        await fleet.up()
    await fleet.leases_end()


@pytest.mark.parametrize(
    "fall",
    [
        Fall("cases", When.BEFORE_COMMIT, Door.API, "cases.lead_registered", signal.SIGSTOP),
        Fall("referrals", When.BEFORE_COMMIT, Door.INBOX, "referrals.referral_armed", signal.SIGSTOP),
        Fall("notifications", When.BEFORE_COMMIT, Door.COURIER, "", signal.SIGSTOP),
    ],
    ids=str,
)
async def test_a_connection_is_cut_in_the_middle_of_a_transaction(
    fleet: Fleet, work: Work, fall: Fall
) -> None:
    fleet.arm(fall)
    acting = asyncio.ensure_future(work.whole())
    await fleet.fell(fall)
    assert await fleet.cut(fall.service) > 0
    fleet.send(signal.SIGCONT, fall.service)
    await acting
    await fleet.leases_end()


async def test_connections_are_cut_again_and_again(fleet: Fleet, work: Work) -> None:
    async with work.busy():
        for service in ("cases", "referrals", "notifications", "cases", "referrals"):
            await asyncio.sleep(0.4)
            assert await fleet.cut(service) > 0
    await fleet.leases_end()


async def leader(fleet: Fleet, not_any_more: int = 0) -> int:
    """The backend that leads the relay of `cases`; one that was cut may be seen for a moment longer."""

    async def found() -> int | None:
        rows = await fleet.look("cases", f"SELECT pid FROM pg_stat_activity WHERE {LEADERS}")
        ours = await fleet.look("cases", "SELECT oid FROM pg_database WHERE datname = current_database()")
        held = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = $1"
        mine = {row["pid"] for row in await fleet.look("cases", held, ours[0]["oid"])}
        return next((row["pid"] for row in rows if row["pid"] in mine - {not_any_more}), None)

    return await eventually(found, within=15)


async def test_two_relays_at_once_publish_nothing_that_takes_effect_twice(fleet: Fleet, work: Work) -> None:
    second = fleet.another("cases", processes.free_port())
    try:
        async with work.busy():
            for _ in range(3):
                # The lock's connection is cut: another process may lead before this one has noticed.
                before = await leader(fleet)
                assert await fleet.cut("cases", f"pid = {before}") == 1
                await leader(fleet, before)
            await fleet.kill("cases")
            await leader(fleet)
            assert alive(second)
            await fleet.restart("cases")
    finally:
        await _ended(fleet, second)


async def test_two_relays_publish_the_same_events_at_once(fleet: Fleet, work: Work) -> None:
    """One stands still with a batch in hand; its lock is gone, a second publishes that batch too."""
    stopped = Fall("cases", When.BEFORE_PUBLISH, Door.RELAY, "cases.lead_registered", signal.SIGSTOP)
    sends_it_again = Fall("cases", When.AFTER_PUBLISH, Door.RELAY, "cases.lead_registered", signal.SIGCONT)
    second = fleet.another("cases", processes.free_port())
    try:
        fleet.arm(stopped)
        leading = asyncio.ensure_future(work.lead())
        await fleet.fell(stopped)
        before = await leader(fleet)
        assert await fleet.cut("cases", f"pid = {before}") == 1
        await leader(fleet, before)
        await fleet.sent("cases")
        fleet.arm(sends_it_again)
        fleet.send(signal.SIGCONT, "cases")
        await fleet.fell(sends_it_again)
        await work.assess(await leading)
        await fleet.sent("cases")
    finally:
        fleet.send(signal.SIGCONT, "cases")
        await _ended(fleet, second)


async def _ended(fleet: Fleet, pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    await fleet.dead("cases", pid)
