"""Kills between every two steps of the custody protocol: one holder, everywhere the same, and it ends."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.asking import eventually
from tests.faults.fleet import Fleet
from tests.faults.trapdoor import Door, Fall, When
from tests.faults.work import Work
from tests.given import CITY, DISTRICT, PROVINCE
from tests.running import SERVICES

# The protocol's steps in order: who records what, by which door.
STEPS = (
    ("referrals", Door.API, "referral_issued"),
    ("cases", Door.INBOX, "custody_locked"),
    ("referrals", Door.INBOX, "referral_armed"),
    ("referrals", Door.API, "referral_received"),
    ("cases", Door.INBOX, "custody_moved"),
    ("referrals", Door.INBOX, "referral_in_force"),
)

# An order that binds by itself, and one that moves nothing but gives leave to know.
TAKING_UP = (
    ("referrals", Door.API, "referral_issued"),
    ("cases", Door.INBOX, "custody_locked"),
    ("referrals", Door.INBOX, "referral_armed"),
    ("cases", Door.INBOX, "custody_moved"),
    ("referrals", Door.INBOX, "referral_in_force"),
)
SUPERVISING = (
    ("referrals", Door.API, "referral_issued"),
    ("cases", Door.INBOX, "grant_given"),
    ("referrals", Door.API, "referral_in_force"),
)

# The ways back: the issuer withdraws, or an administrator takes the lock off.
WITHDRAWING = (
    ("referrals", Door.API, "referral_withdrawn"),
    ("cases", Door.INBOX, "custody_released"),
)
RELEASING = (
    ("cases", Door.API, "custody_released"),
    ("referrals", Door.INBOX, "referral_voided"),
)
# What `cases` cannot carry out: the order is dated before its matter began.
REFUSING = (
    ("cases", Door.INBOX, "custody_refused"),
    ("referrals", Door.INBOX, "referral_voided"),
)


def between(steps: Sequence[tuple[str, Door, str]]) -> list[Fall]:
    """Every moment at which the service that takes a step can die: around its commit, around its telling."""
    found = []
    for service, door, event in steps:
        name = f"{service}.{event}"
        found += [Fall(service, when, door, name) for when in (When.BEFORE_COMMIT, When.AFTER_COMMIT)]
        telling = (When.BEFORE_PUBLISH, When.AFTER_PUBLISH)
        found += [Fall(service, when, Door.RELAY, name) for when in telling]
    return found


ALWAYS = {"cases.custody_locked": When.AFTER_COMMIT, "cases.custody_moved": When.AFTER_PUBLISH} | {
    "referrals.referral_received": When.BEFORE_PUBLISH,
    "referrals.referral_armed": When.BEFORE_COMMIT,
    "referrals.referral_withdrawn": When.AFTER_COMMIT,
    "cases.custody_refused": When.AFTER_COMMIT,
    "referrals.referral_voided": When.BEFORE_COMMIT,
}
ALWAYS_OTHERWISE = {
    ("take_up", "referrals.referral_armed"): When.BEFORE_COMMIT,
    ("take_up", "cases.custody_moved"): When.AFTER_PUBLISH,
    ("supervise", "cases.grant_given"): When.AFTER_COMMIT,
    ("supervise", "referrals.referral_in_force"): When.BEFORE_COMMIT,
}
HELD = "SELECT office, epoch, moving FROM leads WHERE id::text = $1"


def marked(fall: Fall) -> object:
    """A few of them always; all of them in a deep run."""
    always = ALWAYS.get(fall.event) is fall.when
    return pytest.param(fall, id=str(fall), marks=() if always else pytest.mark.deep)


def otherwise(how: str, steps: Sequence[tuple[str, Door, str]], held: tuple[object, ...]) -> Sequence[object]:
    """The same moments of another mode, with who holds the lead in the end; a few of them always."""
    found = []
    for fall in between(steps):
        always = ALWAYS_OTHERWISE.get((how, fall.event)) is fall.when
        marks = () if always else pytest.mark.deep
        found.append(pytest.param(how, fall, held, id=f"{how}-{fall}", marks=marks))
    return found


BOTH = ("cases", "referrals")
IN_ANY_ORDER = pytest.mark.parametrize("order", [BOTH, pytest.param(BOTH[::-1], marks=pytest.mark.deep)])


async def both_die(fleet: Fleet, fall: Fall, order: Sequence[str]) -> None:
    """The service falls there, the other is killed too, and they come back one after the other."""
    await fleet.fell(fall)
    await fleet.kill(*(name for name in BOTH if name != fall.service))
    for name in order:
        await fleet.restart(name)


async def free(fleet: Fleet, lead: str) -> None:
    """Where orders are issued it is known that the matter waits for none."""

    async def known() -> bool:
        query = "SELECT moving FROM matters WHERE id::text = $1"
        return await fleet.look("referrals", query, lead) == [(None,)]

    await eventually(known, within=60)


@pytest.mark.parametrize("fall", [marked(fall) for fall in between(STEPS)])
async def test_custody_moves_though_a_service_dies_between_two_steps(
    fleet: Fleet, work: Work, fall: Fall
) -> None:
    lead = await work.lead()
    fleet.arm(fall)
    moving = asyncio.ensure_future(work.move(lead))
    await fleet.fell(fall)
    await fleet.restart(fall.service)
    await moving


@IN_ANY_ORDER
@pytest.mark.parametrize("fall", [marked(fall) for fall in between(STEPS)])
async def test_custody_moves_though_both_services_die_between_two_steps(
    fleet: Fleet, work: Work, fall: Fall, order: tuple[str, ...]
) -> None:
    lead = await work.lead()
    fleet.arm(fall)
    moving = asyncio.ensure_future(work.move(lead))
    await both_die(fleet, fall, order)
    await moving
    assert await fleet.look("cases", HELD, lead) == [(DISTRICT, 1, None)]


@IN_ANY_ORDER
@pytest.mark.parametrize(
    ("how", "fall", "held"),
    [
        *otherwise("take_up", TAKING_UP, (PROVINCE, 1, None)),
        *otherwise("supervise", SUPERVISING, (CITY, 0, None)),
    ],
)
async def test_other_orders_take_effect_though_both_services_die_between_two_steps(
    fleet: Fleet, work: Work, how: str, fall: Fall, held: tuple[object, ...], order: tuple[str, ...]
) -> None:
    lead = await work.lead()
    fleet.arm(fall)
    doing = asyncio.ensure_future(getattr(work, how)(lead))
    await both_die(fleet, fall, order)
    await doing
    assert await fleet.look("cases", HELD, lead) == [held]


@IN_ANY_ORDER
@pytest.mark.parametrize("fall", [marked(fall) for fall in between(WITHDRAWING)])
async def test_a_withdrawn_order_frees_its_matter_though_both_services_die(
    fleet: Fleet, work: Work, fall: Fall, order: tuple[str, ...]
) -> None:
    lead = await work.lead()
    taken_back = await work.order(lead)
    await work.reached(taken_back, "armed")
    fleet.arm(fall)
    withdrawing = asyncio.ensure_future(work.withdraw(taken_back))
    await both_die(fleet, fall, order)
    await withdrawing
    await work.reached(taken_back, "withdrawn")
    await free(fleet, lead)
    await work.move(lead)
    assert await fleet.look("cases", HELD, lead) == [(DISTRICT, 1, None)]


@IN_ANY_ORDER
@pytest.mark.parametrize("fall", [marked(fall) for fall in between(RELEASING)])
async def test_a_lock_released_by_hand_voids_its_order_though_both_services_die(
    fleet: Fleet, work: Work, fall: Fall, order: tuple[str, ...]
) -> None:
    lead = await work.lead()
    stuck = await work.order(lead)
    await work.reached(stuck, "armed")
    fleet.arm(fall)
    releasing = asyncio.ensure_future(work.release(lead))
    await both_die(fleet, fall, order)
    await releasing
    await work.reached(stuck, "voided")
    await free(fleet, lead)
    await work.move(lead)
    assert await fleet.look("cases", HELD, lead) == [(DISTRICT, 1, None)]


@IN_ANY_ORDER
@pytest.mark.parametrize("fall", [marked(fall) for fall in between(REFUSING)])
async def test_a_refused_order_is_void_and_moves_nothing_though_both_services_die(
    fleet: Fleet, work: Work, fall: Fall, order: tuple[str, ...]
) -> None:
    lead = await work.lead()
    fleet.arm(fall)
    refusing = asyncio.ensure_future(work.order(lead, days_ago=1))
    await both_die(fleet, fall, order)
    await work.reached(await refusing, "voided")
    await free(fleet, lead)
    assert await fleet.look("cases", HELD, lead) == [(CITY, 0, None)]
    await work.move(lead)
    assert await fleet.look("cases", HELD, lead) == [(DISTRICT, 1, None)]


@pytest.mark.parametrize("order", [SERVICES, pytest.param(SERVICES[::-1], marks=pytest.mark.deep)])
async def test_receipt_and_withdrawal_race_while_both_services_are_killed(
    fleet: Fleet, work: Work, order: tuple[str, ...]
) -> None:
    leads = [await work.lead() for _ in range(4)]
    orders = [await work.order(lead) for lead in leads]
    await asyncio.gather(*(work.reached(each, "armed") for each in orders))
    racing = [asyncio.ensure_future(act) for each in orders for act in (work.sign(each), work.withdraw(each))]
    await asyncio.sleep(0.05)
    both = [name for name in order if name != "notifications"]
    await fleet.kill(*both)
    for name in both:
        await fleet.restart(name)
    results = await asyncio.gather(*racing, return_exceptions=True)
    for signed, withdrawn in zip(results[::2], results[1::2], strict=True):
        won = [result for result in (signed, withdrawn) if not isinstance(result, BaseException)]
        assert len(won) == 1, (signed, withdrawn)


async def test_what_is_armed_while_a_service_is_away_stays_locked_and_moves_when_signed(
    fleet: Fleet, work: Work
) -> None:
    lead = await work.lead()
    order = await work.order(lead)
    await work.reached(order, "armed")
    await fleet.kill("cases")
    await work.sign(order)
    await fleet.kill("referrals")
    for name in ("cases", "referrals"):
        await fleet.restart(name)
    await work.reached(order, "in_force")
