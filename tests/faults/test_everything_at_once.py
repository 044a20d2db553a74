"""All faults mixed by chance while people work. The seed is printed: it chooses the same faults in the same
order again (`FAULTS_SEED`); what they meet is up to the machine.
"""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

import aio_pika
import pytest

from tests.faults import trapdoor
from tests.faults.accounts import account
from tests.faults.fleet import Fleet
from tests.faults.test_messages import journal_of, publish, purge
from tests.faults.work import Work
from tests.running import SERVICES
from tests.servers import processes

Fault = Callable[[Fleet, random.Random], Awaitable[None]]


async def kill_one(fleet: Fleet, dice: random.Random) -> None:
    """A service dies and is started again."""
    name = dice.choice(SERVICES)
    await fleet.kill(name)
    await asyncio.sleep(dice.random())
    await fleet.restart(name)


async def kill_two(fleet: Fleet, dice: random.Random) -> None:
    """Two die at once and come back in any order."""
    names = dice.sample(SERVICES, 2)
    await fleet.kill(*names)
    for name in dice.sample(names, 2):
        await fleet.restart(name)


async def hold_one(fleet: Fleet, dice: random.Random) -> None:
    """A service stands still for a while."""
    name = dice.choice(SERVICES)
    fleet.send(signal.SIGSTOP, name)
    await asyncio.sleep(dice.uniform(0.2, 1.5))
    fleet.send(signal.SIGCONT, name)


async def cut(fleet: Fleet, dice: random.Random) -> None:
    """The database cuts all connections of a service."""
    await fleet.cut(dice.choice(SERVICES))


async def kill_broker(fleet: Fleet, dice: random.Random) -> None:
    """The broker dies and comes back."""
    fleet.own.rabbitmq.kill()
    fleet.kills += 1
    await asyncio.to_thread(fleet.own.rabbitmq.start)


async def hold_broker(fleet: Fleet, dice: random.Random) -> None:
    """The broker stands still for a while."""
    fleet.own.rabbitmq.send(signal.SIGSTOP)
    await asyncio.sleep(dice.uniform(0.5, 3))
    fleet.own.rabbitmq.send(signal.SIGCONT)


async def stop_database(fleet: Fleet, dice: random.Random) -> None:
    """The database stops at once and recovers."""
    fleet.own.postgresql.kill(signal.SIGQUIT)
    fleet.kills += 1
    await asyncio.to_thread(fleet.own.postgresql.start)


async def lose_messages(fleet: Fleet, dice: random.Random) -> None:
    """The broker loses what waits for a reader that is away."""
    reader = dice.choice(SERVICES)
    await fleet.kill(reader)
    await asyncio.sleep(dice.uniform(0.3, 1))
    with suppress(aio_pika.exceptions.ChannelNotFoundEntity):  # another fault has just deleted the queue
        fleet.lost += await purge(fleet, reader)
    await fleet.restart(reader)


async def double_messages(fleet: Fleet, dice: random.Random) -> None:
    """Everything that was said of a matter is said again, the last first."""
    matters = await fleet.look("cases", "SELECT id::text AS id FROM leads")
    if matters:
        for envelope in reversed(await journal_of(fleet, "cases", dice.choice(matters)["id"])):
            await publish(fleet, envelope, 2)


async def delete_queue(fleet: Fleet, dice: random.Random) -> None:
    """A reader's queue is deleted under it."""
    async with fleet.channel() as channel:
        await channel.queue_delete(fleet.inbox_of(dice.choice(SERVICES)))


async def step_clock(fleet: Fleet, dice: random.Random) -> None:
    """The clock of a service jumps a minute, and back."""
    file = trapdoor.clock_file(fleet.folder, dice.choice(SERVICES))
    file.write_text(str(dice.choice((60, -60))))
    await asyncio.sleep(dice.uniform(0.2, 1))
    file.unlink()


async def two_of_one(fleet: Fleet, dice: random.Random) -> None:
    """A second process of a service runs for a while, and is killed."""
    name = dice.choice(SERVICES)
    pid = fleet.another(name, processes.free_port())
    await asyncio.sleep(dice.uniform(1, 3))
    os.kill(pid, signal.SIGKILL)
    await fleet.dead(name, pid)


FAULTS: Mapping[Fault, int] = {
    kill_one: 8,
    kill_two: 2,
    hold_one: 3,
    cut: 4,
    lose_messages: 2,
    double_messages: 3,
    delete_queue: 1,
    step_clock: 2,
    two_of_one: 1,
    kill_broker: 1,
    hold_broker: 1,
    stop_database: 1,
}


@pytest.mark.parametrize("seconds", [20, pytest.param(60, marks=pytest.mark.deep)])
async def test_whatever_breaks_nothing_is_lost_doubled_or_disordered(
    fleet: Fleet, work: Work, seconds: int, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(10**6))
    print(f"seed {seed}")  # stands in the report of a run that fails
    dice, done, before = random.Random(seed), Counter[str](), fleet.kills
    lost = fleet.lost
    fault = list(FAULTS)
    async with work.busy(people=4):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            (chosen,) = dice.choices(fault, list(FAULTS.values()))
            done[chosen.__name__] += 1
            await chosen(fleet, dice)
            await asyncio.sleep(dice.uniform(0.1, 1))
        await fleet.up()
    await fleet.kill(*SERVICES)  # what has left no gap is found by the sweep of a start
    await fleet.restart(*SERVICES)
    await fleet.patience_ends(*SERVICES)
    found = await account(fleet)
    with capsys.disabled():
        told = ", ".join(f"{name} {count}" for name, count in sorted(done.items()))
        print(f"\n  seed {seed}: {told} ({fleet.kills - before} kills, {fleet.lost - lost} messages taken)")
        print(f"  {found}")
