"""Deliveries: from the commit of an act to the receiver, the draining of a backlog, and what either costs.

The receiver and the program that records events run on the same cores; their own time is shown and, where it
says so, not counted.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from bench import stock
from bench.fleet import Fleet, Machinery, fleet, names
from bench.machine import Meter, Spread, load, per

SETTLE_SECONDS = 3.0
WARM_UP = 30
IDLE_SECONDS = 10
OUTSIDE = ("receiver",)


@dataclass(slots=True)
class Plan:
    """What is measured, and how much of it."""

    subscribers: list[int] = field(default_factory=lambda: [1, 50])
    idle_events: int = 150
    rate: float = 100.0
    seconds: float = 20.0
    drain: int = 20_000
    old: int = 1_000_000
    repeat: int = 2


def say(what: str, *more: object) -> None:
    """One line of the report, with the load."""
    print(f"  {what:<34}", *more, f"[{load()}]", flush=True)


@dataclass(slots=True)
class Field:
    """A fleet with so many receivers in place."""

    fleet: Fleet
    owners: Mapping[str, UUID]
    matters: list[UUID]

    async def chain(self, events: int, rate: float) -> tuple[Spread, str]:
        """Events at that pace, one receiver each: how long they took, and their cost over all processes."""
        meter = Meter(self.fleet.pids)
        ids = [str(each) for each in self.matters]
        committed = await self.fleet.record(
            events=events, rate=rate, matters=ids, receivers=list(self.owners)
        )
        taken = {event: at for event, _, at, _, _ in await self.fleet.taken(events, 60)}
        await self.fleet.settled()
        assert committed.keys() == taken.keys(), f"{len(committed)} recorded, {len(taken)} arrived"
        seconds = [taken[event] - at for event, at in committed.items()]
        return Spread.of(seconds), per(meter.spent(), events, without=OUTSIDE)


async def prepared(fleet_: Fleet, subscribers: int) -> Field:
    """Matters and subscribers are known, and the way has been walked once."""
    async with fleet_.database() as to:
        urls = {name: fleet_.receiver(f"/in/{name}") for name in names("agency", subscribers)}
        field_ = Field(fleet_, await stock.endpoints(to, urls), await stock.known_matters(to, 400))
    await field_.chain(WARM_UP, 20)
    await asyncio.sleep(SETTLE_SECONDS)
    meter = Meter(fleet_.pids)
    await asyncio.sleep(IDLE_SECONDS)
    say("doing nothing, a second", per(meter.spent(), IDLE_SECONDS, without=OUTSIDE))
    return field_


# -- from commit to receiver ---------------------------------------------------------------------------------


async def latency(machinery: Machinery, plan: Plan) -> None:
    """Idle, and at a steady pace: one subscriber, then many, each event to one of them."""
    for subscribers in plan.subscribers:
        async with fleet(machinery) as fleet_:
            here = await prepared(fleet_, subscribers)
            for _ in range(plan.repeat):
                spread, _ = await here.chain(plan.idle_events, 5)
                say(f"{subscribers} subscribers, idle", spread)
            for _ in range(plan.repeat):
                spread, cost = await here.chain(int(plan.rate * plan.seconds), plan.rate)
                say(f"{subscribers} subscribers, {plan.rate:.0f} events/s", spread, "--", cost)


# -- draining ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drained:
    """How a backlog went."""

    rate: float
    cpu: float
    order_errors: int
    detail: str


async def drain(here: Field, count: int) -> Drained:
    """A backlog of so many is let go: how fast it went, and what each cost over all processes."""
    async with here.fleet.database() as to:
        await stock.backlog(to, dict(here.owners), 10, count // 10)
        await to.execute("ANALYZE")
        meter, began = Meter(here.fleet.pids), time.time()
        await stock.due(to)
    taken = await here.fleet.taken(count, 600)
    assert len({event for event, *_ in taken}) == count, f"{len(taken)} of {count} arrived"
    last = max(at for _, _, at, _, _ in taken)
    await here.fleet.settled()
    spent = meter.spent()
    ours = sum(used for name, used in spent.items() if name not in OUTSIDE) / count * 1000
    return Drained(count / (last - began), ours, _disorder(taken), per(spent, count, without=OUTSIDE))


def _disorder(taken: list[tuple[str, str, float, str, int]]) -> int:
    """How often a message came before one with a lower number of its matter."""
    last: dict[tuple[str, str], int] = {}
    wrong = 0
    for _, path, _, matter, number in taken:
        wrong += number < last.get((path, matter), 0)
        last[path, matter] = max(number, last.get((path, matter), 0))
    return wrong


async def draining(machinery: Machinery, plan: Plan) -> None:
    """A backlog, one subscriber and many."""
    for subscribers in plan.subscribers:
        async with fleet(machinery) as fleet_:
            here = await prepared(fleet_, subscribers)
            for _ in range(plan.repeat):
                found = await drain(here, plan.drain)
                say(f"{subscribers} subscribers, drain {plan.drain}", f"{found.rate:.0f}/s,", found.detail)
                assert not found.order_errors


async def ageing(machinery: Machinery, plan: Plan) -> None:
    """The same with a long past in the tables: a ratio near one means that it costs nothing."""
    async with fleet(machinery) as fleet_:
        here = await prepared(fleet_, 1)
        before = [await drain(here, plan.drain) for _ in range(plan.repeat)]
        began = time.monotonic()
        async with fleet_.database() as to:
            owner, endpoint = next(iter(here.owners.items()))
            await stock.past(to, owner, endpoint, plan.old)
        say(f"{plan.old} old deliveries", f"laid down in {time.monotonic() - began:.0f} s")
        after = [await drain(here, plan.drain) for _ in range(plan.repeat)]
        old, new = (min(each.cpu for each in some) for some in (after, before))
        slow, fast = (max(each.rate for each in some) for some in (after, before))
        say("CPU each", f"{new:.2f} -> {old:.2f} ms, ratio {old / new:.2f}")
        say("deliveries/s", f"{fast:.0f} -> {slow:.0f}, ratio of time {fast / slow:.2f}")


# -- dead receivers ------------------------------------------------------------------------------------------


async def dying(machinery: Machinery, plan: Plan) -> None:
    """Four hundred healthy endpoints with a backlog; then the same beside a hundred that never answer."""
    rates = {}
    for dead in (0, 100):
        async with fleet(machinery) as fleet_:
            healthy = {name: fleet_.receiver(f"/in/{name}") for name in names("well", 400)}
            silent = {name: fleet_.receiver(f"/dead/{name}") for name in names("dead", dead)}
            async with fleet_.database() as to:
                owners = await stock.endpoints(to, healthy)
                if silent:
                    await stock.backlog(to, await stock.endpoints(to, silent), 10, dead)
                await stock.due(to)
            await asyncio.sleep(SETTLE_SECONDS)
            rates[dead] = (await drain(Field(fleet_, owners, []), plan.drain)).rate
            say(f"400 healthy beside {dead} dead", f"{rates[dead]:.0f}/s")
    say("slower by the dead", f"ratio {rates[0] / rates[100]:.2f}")


SCENES: Mapping[str, Callable[[Machinery, Plan], Awaitable[None]]] = {
    "latency": latency,
    "drain": draining,
    "old": ageing,
    "dead": dying,
}


async def run(scenes: list[str], plan: Plan, machinery: Machinery) -> None:
    """These scenes, one after the other, on one pair of servers."""
    for name in scenes:
        print(f"{name}: {(SCENES[name].__doc__ or '').strip()}", flush=True)
        await SCENES[name](machinery, plan)


def main(arguments: list[str]) -> None:
    """Measure what is asked for, with everything else at its usual size."""
    usual = Plan()
    parser = argparse.ArgumentParser(prog="python -m bench delivery", description=__doc__)
    parser.add_argument("scenes", nargs="*", help=f"of {', '.join(SCENES)}; all of them if none is named")
    parser.add_argument("--subscribers", type=int, nargs="+", default=usual.subscribers)
    parser.add_argument("--idle-events", type=int, default=usual.idle_events)
    parser.add_argument("--rate", type=float, default=usual.rate, help="events a second")
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="for so long at that rate")
    parser.add_argument("--drain", type=int, default=usual.drain, help="deliveries in a backlog")
    parser.add_argument("--old", type=int, default=usual.old, help="deliveries of long ago")
    parser.add_argument("--repeat", type=int, default=usual.repeat)
    asked = vars(parser.parse_args(arguments))
    scenes = asked.pop("scenes") or list(SCENES)
    if unknown := set(scenes) - SCENES.keys():
        parser.error(f"no such scene: {', '.join(sorted(unknown))}")
    asyncio.run(run(scenes, Plan(**asked), Machinery.start()))
