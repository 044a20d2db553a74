"""What a failing receiver holds up, and what a person does about it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from services.notifications.rules.schedule import STEPS
from services.notifications.tables import Attempt, Endpoint
from shared import clock
from tests.notifications.conftest import AGENCY, Post
from tests.notifications.receiver import Receiver

Counting = Callable[[], AbstractContextManager[list[str]]]


async def test_a_failing_message_keeps_the_later_ones_of_its_matter_waiting(
    post: Post, receiver: Receiver
) -> None:
    await post.endpoint(receiver)
    matter = await post.matter()
    for _ in range(3):
        await post.dispatch(matter)
    receiver.answers.append(500)
    await post.deliver()
    assert await post.states() == ["pending"] * 3
    assert len(receiver.messages) == 1
    await post.deliver(clock.now() + timedelta(seconds=7))
    assert await post.states() == ["delivered"] * 3
    assert [m.event["sequence"] for m in receiver.messages] == ["1", "1", "2", "3"]


async def test_without_order_a_failing_message_keeps_nobody_waiting(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver, order_mode="none")
    matter = await post.matter()
    for _ in range(3):
        await post.dispatch(matter)
    receiver.answers.append(500)
    await post.deliver()
    assert await post.states() == ["pending", "delivered", "delivered"]
    await post.dispatch(matter)
    await post.deliver()
    assert await post.states() == ["pending", "delivered", "delivered", "delivered"]
    await post.deliver(clock.now() + timedelta(seconds=7))
    assert await post.states() == ["delivered"] * 4


async def test_a_dead_receiver_holds_up_only_its_own_lanes(
    post: Post, receiver: Receiver, other: Receiver
) -> None:
    await post.endpoint(receiver)
    await post.endpoint(other, by=post.office)
    receiver.status = 503
    for _ in range(5):
        await post.dispatch(await post.matter())
    await post.deliver()
    assert await post.states(post.office) == ["delivered"] * 5
    assert await post.states(post.agency) == ["pending"] * 5


async def test_one_receivers_failing_matter_does_not_hold_up_its_others(
    post: Post, receiver: Receiver
) -> None:
    await post.endpoint(receiver)
    stuck, free = await post.matter(), await post.matter()
    await post.dispatch(stuck)
    receiver.answers.append(500)
    await post.deliver()
    await post.dispatch(stuck)
    await post.dispatch(free)
    await post.deliver()
    assert await post.states(matter=stuck) == ["pending", "pending"]
    assert await post.states(matter=free) == ["delivered"]


async def test_a_slow_answer_waits_a_minute_and_a_redirect_is_a_failure(
    post: Post, receiver: Receiver
) -> None:
    await post.endpoint(receiver)
    await post.dispatch(await post.matter())
    receiver.answers.extend([429, 301])
    await post.deliver()
    now = clock.now()
    await post.deliver(now + timedelta(seconds=30))
    assert len(receiver.messages) == 1
    await post.deliver(now + timedelta(seconds=62))
    assert len(receiver.messages) == 2
    await post.deliver(now + timedelta(seconds=110))
    assert await post.states() == ["delivered"]


async def test_a_receiver_that_is_gone_is_disabled_and_what_comes_is_held(
    post: Post, receiver: Receiver
) -> None:
    endpoint = await post.endpoint(receiver)
    path = f"/notifications/v1/endpoints/{endpoint['id']}"
    matter = await post.matter()
    await post.dispatch(matter)
    receiver.status = 410
    await post.deliver()
    found = await post.app.client.read(path, post.agency)
    assert (found["state"], found["disabled_reason"]) == ("disabled", "gone")
    await post.dispatch(matter)
    await post.deliver(clock.now() + timedelta(days=9))
    assert await post.states() == ["held", "held"]
    assert len(await post.app.recorded("endpoint_disabled")) == 1

    receiver.status = 200
    await post.app.client.act(path, "verification", by=post.agency)
    await post.deliver()
    assert await post.states() == ["delivered", "delivered"]
    assert [m.event["sequence"] for m in receiver.messages] == ["1", "1", "2"]


async def _exhaust(post: Post, tries: int = len(STEPS)) -> None:
    now = clock.now()
    for _ in range(tries):
        await post.deliver(now)
        now += timedelta(days=2)


async def test_when_all_tries_fail_the_lane_waits_for_a_person_and_the_office_is_told(
    post: Post, receiver: Receiver
) -> None:
    await post.endpoint(receiver)
    matter = await post.matter()
    for _ in range(2):
        await post.dispatch(matter)
    receiver.status = 500
    await _exhaust(post, len(STEPS) + 3)
    assert len(receiver.messages) == len(STEPS)
    assert await post.states() == ["blocked", "pending"]
    (blocked,) = await post.app.recorded("delivery_blocked", matter)
    assert (blocked.body["reason"], blocked.body["owner"]) == ("exhausted", AGENCY)
    inbox = await post.app.client.read("/notifications/v1/inbox", post.office)
    assert inbox["items"][0]["sentence"].startswith("向机关 psb-330110推送失败")

    receiver.status = 200
    await post.dispatch(matter)
    await post.deliver(clock.now() + timedelta(days=60))
    assert await post.states() == ["blocked", "pending", "pending"]


async def test_a_person_has_a_blocked_message_sent_again(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    matter = await post.matter()
    for _ in range(2):
        await post.dispatch(matter)
    receiver.status = 500
    await _exhaust(post)
    blocked = (await post.deliveries())[0]
    path = f"/notifications/v1/deliveries/{blocked['id']}/retry"
    receiver.status = 200
    why = {"reason": "接收端已恢复"}
    again = await post.app.client.create(path, why, by=post.agency)
    assert (again["number"], again["event_id"], again["trigger"]) == (1, blocked["event_id"], "manual")
    refused = await post.app.client.post(path, why, by=post.agency)
    assert (refused.status_code, refused.json()["code"]) == (409, "NothingToRetry")
    assert (await post.app.client.post(path, why, by=post.office)).status_code == 404
    await post.deliver(clock.now() + timedelta(days=60))
    assert sorted(await post.states()) == ["blocked", "delivered", "delivered"]
    assert [m.event["sequence"] for m in receiver.messages[-2:]] == ["1", "2"]
    assert len(await post.app.recorded("delivery_retried", matter)) == 1


async def test_a_person_passes_over_a_message_and_the_next_one_says_so(
    post: Post, receiver: Receiver
) -> None:
    await post.endpoint(receiver)
    matter = await post.matter()
    for _ in range(2):
        await post.dispatch(matter)
    receiver.status = 500
    await _exhaust(post)
    blocked, waiting = await post.deliveries()
    skipping = "/notifications/v1/deliveries/{}/skipping".format
    reason = {"reason": "改为纸质送交"}
    wrong = await post.app.client.post(skipping(waiting["id"]), reason, by=post.agency)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "NothingToSkip")
    receiver.status = 200
    skipped = await post.app.client.post(skipping(blocked["id"]), reason, by=post.agency)
    assert skipped.json()["state"] == "skipped"
    await post.deliver(clock.now() + timedelta(days=60))
    assert await post.states() == ["skipped", "delivered"]
    assert receiver.messages[-1].event["skipped"] == "1"
    assert len(await post.app.recorded("delivery_skipped", matter)) == 1


async def test_with_nothing_waiting_the_next_message_of_all_names_the_skipped_one(
    post: Post, receiver: Receiver
) -> None:
    await post.endpoint(receiver)
    matter = await post.matter()
    await post.dispatch(matter)
    receiver.status = 500
    await _exhaust(post)
    receiver.status = 200
    (blocked,) = await post.deliveries()
    path = f"/notifications/v1/deliveries/{blocked['id']}/skipping"
    await post.app.client.create(path, {"reason": "改为纸质送交"}, by=post.agency)
    await post.dispatch(matter)
    await post.dispatch(matter)
    await post.deliver(clock.now() + timedelta(days=60))
    assert [m.event.get("skipped") for m in receiver.messages[-2:]] == ["1", None]


async def test_without_order_an_exhausted_message_is_dead_and_the_others_go_on(
    post: Post, receiver: Receiver
) -> None:
    await post.endpoint(receiver, order_mode="none")
    matter = await post.matter()
    await post.dispatch(matter)
    receiver.status = 500
    await _exhaust(post)
    receiver.status = 200
    await post.dispatch(matter)
    await post.deliver(clock.now() + timedelta(days=60))
    assert await post.states() == ["dead", "delivered"]


async def test_the_breaker_leaves_a_failing_endpoint_alone_and_one_probe_opens_it_again(
    post: Post, receiver: Receiver
) -> None:
    endpoint = await post.endpoint(receiver)
    receiver.status = 500
    matters = [await post.matter() for _ in range(14)]
    for matter in matters:
        await post.dispatch(matter)
    await post.deliver()
    sent = len(receiver.messages)
    assert 10 <= sent <= 14
    path = f"/notifications/v1/endpoints/{endpoint['id']}"
    assert (await post.app.client.read(path, post.agency))["breaker"] == "open"
    now = clock.now()
    await post.deliver(now + timedelta(seconds=20))
    assert len(receiver.messages) == sent
    await post.deliver(now + timedelta(seconds=40))
    assert len(receiver.messages) == sent + 1
    receiver.status = 200
    await post.deliver(now + timedelta(seconds=100))
    assert len(receiver.messages) == sent + 1
    await post.deliver(now + timedelta(minutes=4))
    assert await post.states() == ["delivered"] * 14
    detail = await post.app.client.read(path, post.agency)
    assert (detail["breaker"], detail["failures_in_a_row"], detail["called_again_at"]) == ("closed", 0, None)


async def test_an_address_that_may_no_longer_be_called_fails_and_says_so(
    post: Post, receiver: Receiver
) -> None:
    endpoint = await post.endpoint(receiver)
    async with post.app.writing() as session:
        moved = update(Endpoint).where(Endpoint.id == UUID(endpoint["id"]))
        await session.execute(moved.values(url="https://10.0.0.1/in"))
    await post.dispatch(await post.matter())
    await post.deliver()
    async with post.app.reading() as session:
        (attempt,) = (await session.scalars(select(Attempt))).all()
    assert (attempt.outcome, attempt.status) == ("refused", None)
    assert await post.states() == ["pending"]
