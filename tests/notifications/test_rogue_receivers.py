"""Receivers that misbehave, die, flap or are many: nothing lost, order kept, the others served."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from services.notifications.channels.sender import Limits
from services.notifications.rules.schedule import STEPS, Breaker
from services.notifications.rules.vocabulary import DeliveryState, EndpointState, OrderMode
from services.notifications.tables import Attempt, Delivery, Endpoint, Feed, Gate
from services.notifications.workers import Courier
from shared import clock
from shared.database import uuid7
from tests.asking import eventually
from tests.notifications import rogues
from tests.notifications.conftest import AGENCY, VAULT_KEY, Post
from tests.notifications.receiver import Receiver
from tests.servers.processes import free_port

QUICK = Limits(connect_seconds=3, total_seconds=3)
DEAD_PORT = free_port()


@pytest.fixture
async def rogue(request: pytest.FixtureRequest) -> AsyncIterator[int]:
    """The port of a receiver that does the one thing."""
    async with rogues.listening(request.param) as port:
        yield port


@pytest.fixture
def extra_settings(request: pytest.FixtureRequest, receiver: Receiver) -> dict[str, dict[str, Any]]:
    """The receiver, the rogue and a port where nobody listens may be called."""
    ports = [receiver.port, DEAD_PORT]
    if "rogue" in request.fixturenames:
        ports.append(request.getfixturevalue("rogue"))
    allow = [f"127.0.0.1:{port}" for port in ports]
    return {"notifications": {"egress_allow": allow, "vault_keys": [VAULT_KEY]}}


@pytest.fixture
async def hasty(post: Post) -> AsyncIterator[Courier]:
    """A courier with little patience."""
    courier = Courier(post.app.frame, QUICK)
    post.courier = courier
    yield courier
    await courier.close()


async def moved(post: Post, endpoint: dict[str, Any], port: int, scheme: str = "http") -> None:
    """The endpoint's address turns out to be another."""
    async with post.app.writing() as session:
        there = update(Endpoint).where(Endpoint.id == UUID(endpoint["id"]))
        await session.execute(there.values(url=f"{scheme}://127.0.0.1:{port}/in"))


FAILS = [
    (rogues.trickles, {"timeout"}),
    (rogues.says_nothing, {"timeout"}),
    (rogues.closes_early, {"unreachable"}),
    (rogues.lies_about_its_length, {"broken"}),
    (rogues.speaks_another_language, {"broken"}),
    (rogues.sends_away, {"answered"}),
    (rogues.floods_with_headers, {"broken", "timeout"}),
    (rogues.is_vouched_for_by_nobody, {"untrusted"}),
]


@pytest.mark.parametrize(
    ("rogue", "outcomes"), FAILS, indirect=["rogue"], ids=[row[0].__name__ for row in FAILS]
)
async def test_a_try_that_ends_badly_is_written_down_and_the_message_comes_again_in_order(
    post: Post, receiver: Receiver, rogue: int, hasty: Courier, outcomes: set[str]
) -> None:
    endpoint = await post.endpoint(receiver)
    matter = await post.matter()
    await moved(post, endpoint, rogue, "https" if outcomes == {"untrusted"} else "http")
    for _ in range(2):
        await post.dispatch(matter)
    await post.deliver()
    assert await post.states() == ["pending", "pending"]
    async with post.app.reading() as session:
        (attempt,) = (await session.scalars(select(Attempt))).all()
    assert (attempt.outcome.value in outcomes, attempt.succeeded) == (True, False), attempt.outcome
    await moved(post, endpoint, receiver.port)
    await post.deliver(clock.now() + timedelta(minutes=2))
    assert await post.states() == ["delivered", "delivered"]
    assert [m.event["sequence"] for m in receiver.messages] == ["1", "2"]


@pytest.mark.parametrize("rogue", [rogues.streams_for_ever], indirect=True)
async def test_an_answer_without_end_is_read_no_further_than_it_is_kept(
    post: Post, receiver: Receiver, rogue: int, hasty: Courier
) -> None:
    endpoint = await post.endpoint(receiver)
    await moved(post, endpoint, rogue)
    await post.dispatch(await post.matter())
    await post.deliver()
    assert await post.states() == ["delivered"]
    async with post.app.reading() as session:
        assert await session.scalar(select(func.length(Attempt.first_bytes))) == 512


async def test_down_for_three_days_loses_nothing_and_keeps_the_order(post: Post, receiver: Receiver) -> None:
    endpoint = await post.endpoint(receiver)
    await moved(post, endpoint, DEAD_PORT)
    matters = [await post.matter() for _ in range(3)]
    for _ in range(4):
        for matter in matters:
            await post.dispatch(matter)
    now = clock.now()
    for hours in range(0, 72, 3):
        await post.deliver(now + timedelta(hours=hours))
    assert await post.states() == ["pending"] * 12
    await moved(post, endpoint, receiver.port)
    for hours in range(72, 120, 2):
        await post.deliver(now + timedelta(hours=hours))
    assert await post.states() == ["delivered"] * 12
    _in_order(receiver, matters, 4)


async def test_a_receiver_that_flaps_gets_everything_in_order(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    matters = [await post.matter() for _ in range(3)]
    for _ in range(6):
        for matter in matters:
            await post.dispatch(matter)
    now = clock.now()
    for step in range(40):
        receiver.answers.extend([200, 500, 200, 429])
        await post.deliver(now + timedelta(minutes=3 * step))
    assert await post.states() == ["delivered"] * 18
    _in_order(receiver, matters, 6)


def _in_order(receiver: Receiver, matters: list[UUID], count: int) -> None:
    """Whoever drops repeated message ids has each matter's messages once, in order."""
    for matter in matters:
        told = [m for m in receiver.messages if m.event["partitionkey"] == str(matter)]
        once = dict.fromkeys((m.headers["webhook-id"], m.event["sequence"]) for m in told)
        assert [sequence for _, sequence in once] == [str(number) for number in range(1, count + 1)]


async def _many(post: Post, urls: list[str]) -> None:
    """So many endpoints of the agency, as if each had proved itself."""
    async with post.app.writing() as session:
        for url in urls:
            id_, now = uuid7(), clock.now()
            mine = {"owner": AGENCY, "owner_path": "", "purpose": "收件", "url": url, "at": now}
            mine |= {"order_mode": OrderMode.MATTER, "event_types": [], "verified_at": now}
            session.add(Endpoint(id=id_, state=EndpointState.ACTIVE, **mine))
            session.add_all((Gate(endpoint_id=id_), Feed(endpoint_id=id_)))


async def test_of_five_hundred_endpoints_a_hundred_are_dead_and_the_others_get_everything(
    post: Post, receiver: Receiver
) -> None:
    healthy = [receiver.url(f"/well/{number}") for number in range(400)]
    await _many(post, [*healthy, *(f"http://127.0.0.1:{DEAD_PORT}/{number}" for number in range(100))])
    matter = await post.matter()
    for _ in range(3):
        await post.dispatch(matter)
    await post.deliver()
    told: dict[str, list[str]] = defaultdict(list)
    for message in receiver.messages:
        told[message.path].append(message.event["sequence"])
    assert len(told) == 400
    assert {tuple(each) for each in told.values()} == {("1", "2", "3")}
    async with post.app.reading() as session:
        counted = select(Delivery.state, func.count()).group_by(Delivery.state)
        states = dict((await session.execute(counted)).all())
    assert states == {DeliveryState.DELIVERED: 1200, DeliveryState.PENDING: 300}


@pytest.mark.parametrize("rogue", [rogues.says_nothing], indirect=True)
async def test_receivers_that_never_answer_do_not_take_up_the_room_of_others(
    post: Post, receiver: Receiver, rogue: int
) -> None:
    post.app.frame.settings.parallel_deliveries = 2
    silent = [f"http://127.0.0.1:{rogue}/{number}" for number in range(6)]
    await _many(post, [*silent, *(receiver.url(f"/well/{number}") for number in range(6))])
    await post.dispatch(await post.matter())

    async def the_others_have_it() -> bool:
        await post.courier.tick()
        return len(receiver.messages) == 6

    await eventually(the_others_have_it, within=12)  # a silent one is waited for fifteen seconds


async def test_a_dead_endpoint_is_left_alone_after_ten_failures_and_asked_by_one_probe(
    post: Post, receiver: Receiver
) -> None:
    endpoint = await post.endpoint(receiver)
    await moved(post, endpoint, DEAD_PORT)
    for _ in range(12):
        await post.dispatch(await post.matter())
    now = clock.now()
    await post.deliver(now)
    async with post.app.reading() as session:
        tried = await session.scalar(select(func.count()).select_from(Attempt)) or 0
        assert await session.scalar(select(Gate.breaker)) is Breaker.OPEN
    assert 10 <= tried <= 12
    others = [Courier(post.app.frame) for _ in range(3)]
    later = now + timedelta(seconds=60)
    started = await asyncio.gather(*(courier.tick(later) for courier in others))
    for courier in others:
        await courier.idle()
        await courier.close()
    assert sum(started) == 1
    assert len(STEPS) == 13
