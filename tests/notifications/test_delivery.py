"""How messages reach their receivers: once, in order, and whatever fails is seen."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import func, select
from standardwebhooks.webhooks import Webhook

from services.notifications.actions import claiming, settling
from services.notifications.actions.claiming import Room
from services.notifications.actions.settling import Served
from services.notifications.tables import Delivery, Lane
from services.notifications.workers import Courier
from shared import clock
from tests.notifications.conftest import AGENCY, OFFICE, Post
from tests.notifications.receiver import Receiver

Counting = Callable[[], AbstractContextManager[list[str]]]


async def test_a_handoff_reaches_its_receiver_signed_and_proved(post: Post, receiver: Receiver) -> None:
    endpoint = await post.endpoint(receiver)
    matter = await post.matter()
    handoff = await post.dispatch(matter)
    await post.deliver()
    (message,) = receiver.messages
    assert message.event["type"] == "referrals.handoff_dispatched.v1"
    assert message.event["sequence"] == "1"
    assert message.event["partitionkey"] == str(matter)
    assert message.event["data"]["link"] == f"/referrals/v1/handoffs/{handoff}"
    assert message.headers["Content-Type"].startswith("application/cloudevents+json")
    (delivery,) = await post.deliveries()
    assert (delivery["state"], delivery["number"], delivery["about"]) == ("delivered", 1, handoff)
    assert message.headers["webhook-id"] == delivery["event_id"] == message.event["id"]
    (proof,) = await post.app.recorded("message_delivered", matter)
    assert proof.body == {
        "matter_id": str(matter),
        "about": handoff,
        "endpoint_id": endpoint["id"],
        "owner": AGENCY,
        "event_id": delivery["event_id"],
        "event_type": "referrals.handoff_dispatched",
        "lane": 1,
        "delivery_id": delivery["id"],
        "body_sha256": sha256(message.body).hexdigest(),
    }


async def test_the_evidence_is_the_signed_bytes_and_every_try(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    receiver.answers.extend([500])
    receiver.body = b"thanks"
    await post.dispatch(await post.matter())
    await post.deliver()
    await post.deliver(clock.now() + timedelta(seconds=7))
    (delivery,) = await post.deliveries()
    detail = await post.app.client.read(f"/notifications/v1/deliveries/{delivery['id']}", post.agency)
    assert [each["status"] for each in detail["attempts"]] == [500, 200]
    assert [each["first_bytes"] for each in detail["attempts"]] == ["thanks", "thanks"]
    assert [each["signature"] for each in detail["attempts"]] == [
        message.headers["webhook-signature"] for message in receiver.messages
    ]
    assert {message.body for message in receiver.messages} == {detail["body"].encode()}
    assert {message.headers["webhook-id"] for message in receiver.messages} == {detail["message_id"]}


async def test_a_receiver_with_a_secret_can_check_by_it(post: Post, receiver: Receiver) -> None:
    secret = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0"
    await post.endpoint(receiver, secret=secret)
    await post.dispatch(await post.matter())
    await post.deliver()
    (message,) = receiver.messages
    Webhook(secret).verify(message.body, message.headers)


async def test_an_event_that_arrives_twice_is_told_once(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    await post.endpoint(receiver, by=post.office)
    matter = await post.matter()
    body: dict[str, Any] = {"matter_id": str(matter), "handoff_id": str(matter), "kind": "work_letter"}
    body |= {
        "number": "1",
        "sender": OFFICE,
        "receiver": AGENCY,
        "about": None,
        "dispatched_on": "2026-11-03",
    }
    envelope = post.app.envelope("referrals.handoff_dispatched", matter, body)
    for batch in ([envelope], [envelope], [envelope, envelope]):
        await post.app.frame.inbox.take(batch)
    await post.deliver()
    assert len(receiver.messages) == 2
    assert len(await post.deliveries(post.agency)) == len(await post.deliveries(post.office)) == 1


async def test_each_matter_is_told_in_order_without_a_gap(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    first, second = await post.matter(), await post.matter()
    for _ in range(7):
        await post.dispatch(first)
        await post.dispatch(second)
    await post.deliver()
    for matter in (first, second):
        told = [m.event["sequence"] for m in receiver.messages if m.event["partitionkey"] == str(matter)]
        assert told == [str(number) for number in range(1, 8)]


ROOM = Room(10, 10)


async def test_a_lane_is_served_by_one_worker_and_its_lease_ends_by_itself(
    post: Post, receiver: Receiver
) -> None:
    await post.endpoint(receiver)
    await post.dispatch(await post.matter())
    now = clock.now()
    async with post.app.writing() as session:
        (dead,) = (await claiming.claim(session, now, ROOM)).rounds
    async with post.app.writing() as session:
        assert not (await claiming.claim(session, now + timedelta(seconds=59), ROOM)).rounds
    async with post.app.writing() as session:
        (living,) = (await claiming.claim(session, now + timedelta(seconds=61), ROOM)).rounds
    assert living.fence == dead.fence + 1
    async with post.app.writing() as session:
        assert not (await settling.settle(session, [Served(dead, [], now)])).lanes
    async with post.app.writing() as session:
        assert (await settling.settle(session, [Served(living, [], now)])).lanes == {living.lane_id}


async def test_a_worker_that_stops_frees_its_lanes_at_once(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    await post.dispatch(await post.matter())
    receiver.delay = 30
    leaving = Courier(post.app.frame)
    assert await leaving.tick() == 1
    await leaving.close()
    receiver.delay = 0
    await post.deliver()
    assert await post.states() == ["delivered"]


async def test_two_workers_never_take_the_same_lane(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    for _ in range(6):
        await post.dispatch(await post.matter())
    second = Courier(post.app.frame)
    for _ in range(3):
        await asyncio.gather(post.courier.tick(), second.tick())
    for courier in (post.courier, second):
        await courier.idle()
    await post.deliver()
    await second.close()
    assert len(receiver.messages) == 6
    assert len({m.headers["webhook-id"] for m in receiver.messages}) == 6


async def test_an_endpoint_takes_only_its_share_of_the_lanes(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    for _ in range(9):
        await post.dispatch(await post.matter())
    assert await post.courier.tick() == 8
    await post.courier.idle()
    assert await post.courier.tick() == 1
    await post.courier.idle()


async def test_idle_it_writes_nothing(post: Post, receiver: Receiver, statements: Counting) -> None:
    await post.endpoint(receiver)
    with statements() as seen:
        assert await post.courier.tick() == 0
    assert not [each for each in seen if each.startswith(("UPDATE", "INSERT", "DELETE"))]


async def test_every_matching_event_has_one_original_delivery_and_every_lane_counts_without_a_gap(
    post: Post, receiver: Receiver, other: Receiver
) -> None:
    await post.endpoint(receiver)
    await post.endpoint(other, by=post.office, event_types=["referrals.handoff_dispatched"])
    for _ in range(3):
        matter = await post.matter()
        for _ in range(4):
            await post.dispatch(matter)
    await post.deliver()
    async with post.app.reading() as session:
        counted = (
            select(Lane.last_number, func.count(), func.count(Delivery.event_id.distinct()))
            .join(Delivery, Delivery.lane_id == Lane.id)
            .group_by(Lane.id)
        )
        assert set((await session.execute(counted)).all()) == {(4, 4, 4)}
        assert await session.scalar(select(func.count()).select_from(Lane)) == 6


@pytest.mark.parametrize("count", [1, 12])
async def test_the_cost_of_a_round_does_not_grow_with_what_waits_behind_it(
    post: Post,
    receiver: Receiver,
    statements: Counting,
    count: int,
) -> None:
    await post.endpoint(receiver)
    matter = await post.matter()
    for _ in range(count):
        await post.dispatch(matter)
    async with post.app.writing() as session:
        with statements() as seen:
            await claiming.claim(session, clock.now(), ROOM)
    assert len(seen) <= 7


async def test_posts_are_measured_by_what_their_answers_mean(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    receiver.answers.append(500)
    await post.dispatch(await post.matter())
    await post.dispatch(await post.matter())
    await post.deliver()
    text = (await post.app.client.get("/notifications/metrics")).text
    for verdict in ("delivered", "failed"):
        assert f'casebridge_post_seconds_count{{verdict="{verdict}"}} 1.0' in text
