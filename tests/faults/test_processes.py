"""A process is killed between two steps, and started again: what was begun is finished, once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from shared import clock
from tests import given
from tests.asking import eventually
from tests.faults import trapdoor
from tests.faults.fleet import Fleet, until
from tests.faults.trapdoor import Door, Fall, When
from tests.faults.work import LEAD, LEADS, Work
from tests.given import CITY
from tests.running import SERVICES


async def falls(fleet: Fleet, fall: Fall, act: Callable[[], Awaitable[Any]]) -> None:
    """The service falls there while people act; it is started again, and they get their answers."""
    fleet.arm(fall)
    acting = asyncio.ensure_future(act())
    try:
        await fleet.fell(fall)
        await fleet.restart(fall.service)
        await acting
    finally:
        acting.cancel()


def named(*falls: Fall, deep: tuple[Fall, ...] = ()) -> pytest.MarkDecorator:
    """One test per fall, named after it."""
    more = [pytest.param(fall, marks=pytest.mark.deep) for fall in deep]
    return pytest.mark.parametrize("fall", [*falls, *more], ids=str)


@named(
    Fall("cases", When.BEFORE_COMMIT, Door.API, "cases.lead_registered"),
    Fall("cases", When.AFTER_COMMIT, Door.API, "cases.lead_registered"),
)
async def test_a_killed_api_worker_has_done_all_of_a_request_or_nothing(
    fleet: Fleet, work: Work, fall: Fall
) -> None:
    await falls(fleet, fall, lambda: asyncio.gather(*(work.matter() for _ in range(4))))


@named(
    Fall("cases", When.BEFORE_PUBLISH, Door.RELAY),
    Fall("cases", When.AFTER_PUBLISH, Door.RELAY),
    deep=(
        Fall("cases", When.BEFORE_COMMIT, Door.RELAY),
        Fall("cases", When.AFTER_COMMIT, Door.RELAY),
        Fall("referrals", When.BEFORE_PUBLISH, Door.RELAY),
        Fall("referrals", When.AFTER_PUBLISH, Door.RELAY),
        Fall("notifications", When.AFTER_PUBLISH, Door.RELAY),
    ),
)
async def test_a_killed_relay_publishes_again_what_it_had_not_struck_off(
    fleet: Fleet, work: Work, fall: Fall
) -> None:
    await falls(fleet, fall, lambda: asyncio.gather(*(work.whole() for _ in range(3))))


@named(
    Fall("referrals", When.BEFORE_COMMIT, Door.INBOX),
    Fall("notifications", When.AFTER_COMMIT, Door.INBOX),
    deep=(
        Fall("referrals", When.AFTER_COMMIT, Door.INBOX),
        Fall("notifications", When.BEFORE_COMMIT, Door.INBOX),
        Fall("cases", When.BEFORE_COMMIT, Door.INBOX),
        Fall("cases", When.AFTER_COMMIT, Door.INBOX),
    ),
)
async def test_a_killed_consumer_is_sent_again_what_it_had_not_acknowledged(
    fleet: Fleet, work: Work, fall: Fall
) -> None:
    await falls(fleet, fall, lambda: asyncio.gather(*(work.whole() for _ in range(3))))


DELIVERED = "notifications.message_delivered"


@named(
    Fall("notifications", When.BEFORE_COMMIT, Door.COURIER, DELIVERED),
    deep=(
        Fall("notifications", When.AFTER_COMMIT, Door.COURIER, DELIVERED),
        Fall("notifications", When.BEFORE_COMMIT, Door.COURIER),
        Fall("notifications", When.AFTER_COMMIT, Door.COURIER),
    ),
)
async def test_a_killed_courier_sends_again_what_it_had_not_written_down(
    fleet: Fleet, work: Work, fall: Fall
) -> None:
    await falls(fleet, fall, lambda: asyncio.gather(*(work.matter() for _ in range(4))))


async def test_a_courier_killed_while_the_receiver_holds_its_post_sends_it_again(
    fleet: Fleet, work: Work
) -> None:
    leads, held = [await work.lead() for _ in range(3)], fleet.outside.held
    fleet.outside.let_in.clear()
    await asyncio.gather(*map(work.assess, leads))
    await until(lambda: fleet.outside.held > held, 20, "no post has come")
    await fleet.kill("notifications")
    fleet.outside.let_in.set()
    arrived = len(fleet.outside.arrivals)
    await fleet.restart("notifications")
    await until(lambda: len(fleet.outside.arrivals) > arrived, 20, "nothing was sent again")


@pytest.mark.deep
async def test_the_lane_of_a_killed_courier_is_free_after_a_minute_and_not_before(
    fleet: Fleet, work: Work
) -> None:
    held = fleet.outside.held
    fleet.outside.let_in.clear()
    await work.lead()
    await until(lambda: fleet.outside.held > held, 20, "no post has come")
    await fleet.kill("notifications")
    fleet.outside.let_in.set()
    arrived = len(fleet.outside.arrivals)
    fleet.start("notifications")  # its lease is left to end by itself
    await fleet.up("notifications")
    await asyncio.sleep(30)
    assert len(fleet.outside.arrivals) == arrived
    await until(lambda: len(fleet.outside.arrivals) > arrived, 60, "nothing was sent again")


@named(
    Fall("cases", When.BEFORE_COMMIT, Door.DUTY, "cases.clock_breached"),
    Fall("cases", When.AFTER_COMMIT, Door.DUTY, "cases.clock_breached"),
)
async def test_a_killed_duty_announces_each_breach_once(fleet: Fleet, work: Work, fall: Fall) -> None:
    long_ago = {"occurred_on": (clock.today() - timedelta(days=400)).isoformat(), "late_reason": "补录"}
    lead = await work.ask(LEADS, LEAD | {"places": [CITY]} | long_ago, given.prosecutor(CITY))
    fleet.answered.add(lead["id"])
    await fleet.kill("cases")
    fleet.arm(fall)
    fleet.start("cases")  # every duty is done when a service starts
    await fleet.fell(fall)
    await fleet.restart("cases")
    breaches = "SELECT count(*) AS n FROM journal WHERE type = 'cases.clock_breached' AND subject = $1"

    async def announced() -> bool:
        (row,) = await fleet.look("cases", breaches, f"matter/{lead['id']}")
        return bool(row["n"])

    await eventually(announced, within=20)
    (row,) = await fleet.look("cases", breaches, f"matter/{lead['id']}")
    clocks = await fleet.look("cases", "SELECT state FROM clocks WHERE matter_id::text = $1", lead["id"])
    assert row["n"] == [each["state"] for each in clocks].count("breached")


@named(
    Fall("referrals", When.BEFORE_COMMIT, Door.DUTY),
    deep=(
        Fall("referrals", When.AFTER_COMMIT, Door.DUTY),
        Fall("notifications", When.BEFORE_COMMIT, Door.DUTY),
        Fall("notifications", When.AFTER_COMMIT, Door.DUTY),
    ),
)
async def test_a_duty_that_was_killed_is_done_by_the_next_start(fleet: Fleet, work: Work, fall: Fall) -> None:
    made = "SELECT count(*) AS n FROM checkpoints"
    (before,) = await fleet.look(fall.service, made)
    await work.whole()
    await fleet.kill(fall.service)
    fleet.arm(fall)
    fleet.start(fall.service)  # what is new is vouched for when a service starts
    await fleet.fell(fall)
    await fleet.restart(fall.service)

    async def vouched() -> bool:
        (now,) = await fleet.look(fall.service, made)
        return bool(now["n"] > before["n"])

    await eventually(vouched, within=20)


async def test_all_three_are_killed_at_once_and_start_in_another_order(fleet: Fleet, work: Work) -> None:
    async with work.busy():
        for order in (SERVICES, SERVICES[::-1]):
            await asyncio.sleep(0.5)
            await fleet.kill(*order)
            await fleet.leases_end()
            for name in order:
                fleet.start(name)
            await fleet.up()


async def test_a_clock_that_jumps_a_minute_changes_no_order(fleet: Fleet, work: Work) -> None:
    files = [trapdoor.clock_file(fleet.folder, name) for name in SERVICES]
    try:
        async with work.busy():
            for seconds in (60, -60):
                for file in files:
                    file.write_text(str(seconds))
                await asyncio.sleep(1)
    finally:
        for file in files:
            file.unlink()
