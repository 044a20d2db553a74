"""What an administrator sees, is warned of, and can prove; and what is no longer kept."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import KeySet
from sqlalchemy import delete, func, select, update

from services.notifications import duties
from services.notifications.rules.schedule import STEPS
from services.notifications.tables import Attempt, Delivery, Lane
from services.referrals.rules.receipts import verify_receipt
from shared import clock
from tests import given
from tests.notifications.conftest import Post
from tests.notifications.receiver import Receiver

OVERVIEW = "/notifications/v1/overview"
Counting = Callable[[], AbstractContextManager[list[str]]]


async def blocked(post: Post, receiver: Receiver) -> dict[str, Any]:
    """An endpoint that has failed for good, with one message blocked and one behind it."""
    endpoint = await post.endpoint(receiver)
    matter = await post.matter()
    for _ in range(2):
        await post.dispatch(matter)
    receiver.status = 500
    now = clock.now()
    for step in range(len(STEPS)):
        await post.deliver(now.replace(year=now.year + step))
    return endpoint


async def test_the_overview_counts_what_needs_a_person(post: Post, receiver: Receiver) -> None:
    endpoint = await blocked(post, receiver)
    found = await post.app.client.read(OVERVIEW, given.admin())
    assert (found["blocked"], found["pending"], found["dead"], found["held"]) == (1, 1, 0, 0)
    assert (found["blocked_lanes"], found["failing_endpoints"], found["endpoints"]) == (1, 1, {"active": 1})
    (standing,) = (await post.app.client.read(f"{OVERVIEW}/endpoints", given.admin(), failing=True))["items"]
    assert (standing["endpoint_id"], standing["blocked"], standing["pending"]) == (endpoint["id"], 1, 1)
    assert standing["oldest_waiting_at"] is not None
    (stuck,) = (await post.app.client.read(f"{OVERVIEW}/stuck", given.auditor()))["items"]
    assert (stuck["number"], stuck["state"]) == (1, "blocked")
    assert not {"body", "about"} & stuck.keys()
    last = stuck["last_try"]
    assert (last["outcome"], last["status"], "first_bytes" in last) == ("answered", 500, False)


@pytest.mark.parametrize("path", ["", "/endpoints", "/stuck", "/reports"])
async def test_it_is_for_administrators_and_auditors(post: Post, path: str) -> None:
    assert (await post.app.client.get(OVERVIEW + path, post.office)).status_code == 403
    assert (await post.app.client.get(OVERVIEW + path, given.auditor())).status_code == 200


async def test_the_same_is_measured(post: Post, receiver: Receiver) -> None:
    await blocked(post, receiver)
    await post.app.duty("measure_deliveries")
    text = (await post.app.client.get("/notifications/metrics")).text
    for line in (
        'casebridge_deliveries{state="blocked"} 1.0',
        "casebridge_failing_endpoints 1.0",
        "casebridge_blocked_lanes 1.0",
    ):
        assert line in text
    assert "casebridge_oldest_waiting_seconds" in text


async def test_lists_cost_the_same_however_long(post: Post, receiver: Receiver, statements: Counting) -> None:
    await blocked(post, receiver)
    seen = []
    for _ in range(2):
        with statements() as counted:
            for path in ("", "/endpoints", "/stuck?state=pending", "/reports"):
                assert (await post.app.client.get(OVERVIEW + path, given.admin())).status_code == 200
        seen.append(len(counted))
        await post.app.client.create("/notifications/v1/endpoints", {"purpose": "拉取"}, by=post.agency)
        await post.dispatch(await post.matter())
    assert seen[0] == seen[1]


async def test_an_endpoint_that_fails_and_recovers_says_so_once_each(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    receiver.status = 500
    for _ in range(14):
        await post.dispatch(await post.matter())
    now = clock.now()
    await post.deliver(now)
    (failing,) = await post.app.recorded("endpoint_failing")
    assert failing.body["in_a_row"] >= 10
    receiver.status = 200
    await post.deliver(now + timedelta(minutes=2))
    await post.deliver(now + timedelta(minutes=5))
    assert len(await post.app.recorded("endpoint_recovered")) == 1
    assert await post.states() == ["delivered"] * 14


async def test_messages_that_wait_too_long_are_told_once_and_once_when_they_no_longer_do(
    post: Post, receiver: Receiver
) -> None:
    await post.endpoint(receiver)
    await post.dispatch(await post.matter())
    assert await post.app.duty("watch_queues") == 0
    async with post.app.writing() as session:
        await session.execute(update(Delivery).values(at=clock.now() - timedelta(minutes=21)))
    assert await post.app.duty("watch_queues") == 1
    (late,) = await post.app.recorded("endpoint_late")
    assert late.body["oldest_seconds"] >= 1200
    await post.deliver()
    assert await post.app.duty("watch_queues") == 1
    assert len(await post.app.recorded("endpoint_caught_up")) == 1


async def test_a_feed_that_nobody_fetches_for_a_day_is_late_until_it_is_committed(post: Post) -> None:
    made = await post.app.client.create("/notifications/v1/endpoints", {"purpose": "拉取"}, by=post.agency)
    await post.dispatch(await post.matter())

    async def found_after(hours: int) -> int:
        async with post.app.writing() as session:
            await session.execute(update(Delivery).values(at=clock.now() - timedelta(hours=hours)))
        return await post.app.duty("watch_queues")

    assert [await found_after(23), await found_after(25), await found_after(26)] == [0, 1, 0]
    (late,) = await post.app.recorded("endpoint_late")
    assert late.body["endpoint_id"] == made["id"]
    path = f"/notifications/v1/endpoints/{made['id']}/commitment"
    await post.app.client.create(path, {"position": 1}, by=post.agency)
    assert await post.app.duty("watch_queues") == 1


async def test_attempts_are_removed_after_half_a_year_and_finished_deliveries_after_two(
    post: Post, receiver: Receiver
) -> None:
    await post.endpoint(receiver)
    matter = await post.matter()
    await post.dispatch(matter)
    await post.deliver()
    receiver.status = 500
    await post.dispatch(matter)
    await post.deliver()
    today = clock.today()

    async def kept(table: Any) -> int:
        async with post.app.reading() as session:
            return await session.scalar(select(func.count()).select_from(table)) or 0

    assert await post.app.duty("forget_attempts", today + timedelta(days=180)) == 0
    assert await post.app.duty("forget_attempts", today + timedelta(days=182)) == 2
    assert (await kept(Attempt), await kept(Delivery)) == (0, 2)
    assert await post.app.duty("forget_deliveries", today + timedelta(days=730)) == 0
    assert await post.app.duty("forget_deliveries", today + timedelta(days=732)) == 1
    assert await post.states() == ["pending"], "what is not finished stays"


async def test_a_day_is_reported_once_and_signed(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    matter = await post.matter()
    for _ in range(3):
        await post.dispatch(matter)
    await post.deliver()
    tomorrow = clock.today() + timedelta(days=1)
    assert [await post.app.duty("report_deliveries", tomorrow) for _ in range(2)] == [1, 0]
    report = (await post.app.client.read(f"{OVERVIEW}/reports", given.auditor()))["items"][0]
    said = read(report["token"], post.app.frame.signing_key)
    assert (report["complete"], said["states"], said["wrong"]) == (True, {"delivered": 3}, [])
    assert said["applied"]["referrals"] == {"subjects": 1, "events": 3}


def read(token: str, key: Any) -> dict[str, Any]:
    """What a token says, if the key signed it."""
    said: dict[str, Any] = json.loads(jws.deserialize_compact(token, key, algorithms=["Ed25519"]).payload)
    return said


async def test_days_without_a_report_are_made_up_for_each_with_its_own_deliveries(
    post: Post, receiver: Receiver
) -> None:
    await post.endpoint(receiver)
    matter, today = await post.matter(), clock.today()
    for _ in range(2):
        await post.dispatch(matter)
    await post.app.duty("report_deliveries", today)  # yesterday's, unless it is made already
    assert await post.app.duty("report_deliveries", today + timedelta(days=3)) == 3
    reports = (await post.app.client.read(f"{OVERVIEW}/reports", given.auditor()))["items"]
    told = [read(each["token"], post.app.frame.signing_key) for each in reversed(reports)]
    assert [said["on"] for said in told] == [str(today + timedelta(days=more)) for more in range(-1, 3)]
    assert [said["states"] for said in told] == [{}, {"pending": 2}, {}, {}]
    assert all(each["complete"] for each in reports)


async def test_after_a_restart_the_measure_is_that_of_the_newest_report(
    post: Post, receiver: Receiver
) -> None:
    await post.app.duty("report_deliveries")
    gauge = duties._gauges(post.app.frame.metrics.registry)["reconciled"]
    gauge.set(0)  # as a process begins
    assert await post.app.duty("report_deliveries") == 0
    assert "casebridge_reconciled 1.0" in (await post.app.client.get("/notifications/metrics")).text


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a_lost_delivery_is_named_wherever_it_stood(
    post: Post, receiver: Receiver, number: int
) -> None:
    await post.endpoint(receiver)
    matter = await post.matter()
    for _ in range(3):
        await post.dispatch(matter)
    async with post.app.writing() as session:
        await session.execute(delete(Delivery).where(Delivery.number == number))
    await post.app.duty("report_deliveries", clock.today() + timedelta(days=1))
    (report, *_) = (await post.app.client.read(f"{OVERVIEW}/reports", given.auditor()))["items"]
    said = read(report["token"], post.app.frame.signing_key)
    assert [each.split()[0] for each in said["wrong"]] == ["lane", "feed"]


async def test_a_hole_in_a_lane_is_named_in_the_report(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    await post.dispatch(await post.matter())
    async with post.app.writing() as session:
        await session.execute(update(Lane).values(last_number=2))
    await post.app.duty("report_deliveries", clock.today() + timedelta(days=1))
    report = (await post.app.client.read(f"{OVERVIEW}/reports", given.auditor()))["items"][0]
    said = read(report["token"], post.app.frame.signing_key)
    assert not report["complete"]
    assert [each.split()[0] for each in said["wrong"]] == ["lane"]
    assert "casebridge_reconciled 0.0" in (await post.app.client.get("/notifications/metrics")).text


async def test_a_delivery_has_a_receipt_that_anybody_can_check(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    await post.dispatch(await post.matter())
    receiver.body = b"thanks"
    path = "/notifications/v1/deliveries/{}/receipt".format
    (waiting,) = await post.deliveries()
    refused = await post.app.client.get(path(waiting["id"]), post.agency)
    assert (refused.status_code, refused.json()["code"]) == (409, "NotDelivered")
    await post.deliver()
    token = (await post.app.client.read(path(waiting["id"]), post.agency))["token"]
    keys = await post.app.client.read("/notifications/v1/keys", post.agency)
    said = read(token, KeySet.import_key_set(keys))
    detail = await post.app.client.read(f"/notifications/v1/deliveries/{waiting['id']}", post.agency)
    assert said["body_sha256"] == detail["body_sha256"]
    assert said["signature"] == receiver.messages[0].headers["webhook-signature"]
    assert (said["answer"]["status"], said["kind"], said["manner"]) == (200, "transport", "posted")
    assert verify_receipt(token, keys["keys"]) == said, "one command checks every receipt of ours"
