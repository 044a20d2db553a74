"""What the owner of an endpoint decides: to pause, to resume, to try, to confirm, how much, how fast."""

from datetime import timedelta
from typing import Any

import pytest

from services.notifications.tables import YEAR
from shared import clock
from tests import given
from tests.notifications.conftest import AGENCY, OFFICE, Post
from tests.notifications.receiver import Receiver

ENDPOINTS = "/notifications/v1/endpoints"
WHY = {"reason": "系统维护"}


async def paused(post: Post, receiver: Receiver, messages: int) -> tuple[str, Any]:
    """An endpoint that is paused with so many messages held; its path, and the matter."""
    endpoint = await post.endpoint(receiver)
    path, matter = f"{ENDPOINTS}/{endpoint['id']}", await post.matter()
    await post.dispatch(matter)
    await post.app.client.act(path, "pause", WHY, by=post.agency)
    for _ in range(messages - 1):
        await post.dispatch(matter)
    await post.deliver()
    assert await post.states() == ["held"] * messages
    assert not receiver.messages
    return path, matter


async def test_what_comes_while_an_endpoint_is_paused_is_sent_in_order_when_it_is_released(
    post: Post, receiver: Receiver
) -> None:
    path, _ = await paused(post, receiver, 3)
    again = await post.app.client.act(path, "resumption", WHY | {"held": "release"}, by=post.agency)
    assert again["state"] == "active"
    await post.deliver()
    assert [m.event["sequence"] for m in receiver.messages] == ["1", "2", "3"]
    (said,) = await post.app.recorded("endpoint_resumed")
    assert (said.body["held"], said.body["deliveries"]) == ("release", 3)


async def test_or_passed_over_and_the_next_message_names_the_numbers(post: Post, receiver: Receiver) -> None:
    path, matter = await paused(post, receiver, 3)
    await post.app.client.act(path, "resumption", WHY | {"held": "skip"}, by=post.agency)
    await post.dispatch(matter)
    await post.deliver()
    assert await post.states() == ["skipped"] * 3 + ["delivered"]
    (message,) = receiver.messages
    assert (message.event["sequence"], message.event["skipped"]) == ("4", "1-3")


async def test_a_disabled_endpoint_is_resumed_once_it_answers_and_what_was_chosen_then_happens(
    post: Post, receiver: Receiver
) -> None:
    endpoint = await post.endpoint(receiver)
    path, matter = f"{ENDPOINTS}/{endpoint['id']}", await post.matter()
    await post.app.client.act(path, "disabling", WHY, by=post.agency)
    await post.dispatch(matter)
    asked = await post.app.client.act(path, "resumption", WHY | {"held": "skip"}, by=post.agency)
    assert asked["state"] == "disabled"
    await post.deliver()
    assert (await post.app.client.read(path, post.agency))["state"] == "active"
    assert await post.states() == ["skipped"]


async def test_only_what_is_active_is_paused_and_only_what_is_not_is_resumed(
    post: Post, receiver: Receiver
) -> None:
    path, _ = await paused(post, receiver, 1)
    client = post.app.client
    for act in ("pause", "resumption"):
        etag = await client.etag(path, post.agency)
        answer = await client.post(f"{path}/{act}", WHY, by=post.agency, etag=etag)
        wrong = act == "pause"
        assert answer.status_code == (409 if wrong else 200), answer.text
    etag = await client.etag(path, post.agency)
    answer = await client.post(f"{path}/resumption", WHY, by=post.agency, etag=etag)
    assert (answer.status_code, answer.json()["code"]) == (409, "NotPaused")


async def test_a_test_message_is_signed_and_its_answer_is_told(post: Post, receiver: Receiver) -> None:
    endpoint = await post.endpoint(receiver)
    path = f"{ENDPOINTS}/{endpoint['id']}"
    receiver.status = 503
    await post.app.client.act(path, "test", by=post.agency)
    await post.deliver()
    found = await post.app.client.read(path, post.agency)
    assert (found["state"], found["challenge_result"]) == ("active", "answered 503 refusing")
    receiver.status = 200
    await post.app.client.act(path, "test", by=post.agency)
    await post.deliver()
    found = await post.app.client.read(path, post.agency)
    assert found["challenge_result"].startswith("answered 200 in ")
    assert receiver.arrived[-1].event["type"] == "notifications.endpoint_test.v1"
    assert "webhook-signature" in {name.lower() for name in receiver.arrived[-1].headers}


async def test_a_challenge_on_demand_changes_nothing_of_an_active_endpoint(
    post: Post, receiver: Receiver
) -> None:
    endpoint = await post.endpoint(receiver)
    path = f"{ENDPOINTS}/{endpoint['id']}"
    receiver.proves_itself = False
    await post.app.client.act(path, "verification", by=post.agency)
    await post.deliver()
    found = await post.app.client.read(path, post.agency)
    assert (found["state"], found["challenge_result"]) == ("active", "answered 200 without the challenge")
    assert found["verified_at"] == endpoint["verified_at"]


async def test_an_endpoint_that_nobody_confirms_is_warned_of_and_then_ends(
    post: Post, receiver: Receiver
) -> None:
    endpoint = await post.endpoint(receiver)
    path, today = f"{ENDPOINTS}/{endpoint['id']}", clock.today()
    assert endpoint["expires_on"] == (today + YEAR).isoformat()
    for days, done in ((330, 0), (340, 1), (341, 0), (365, 0), (366, 1)):
        assert await post.app.duty("watch_expiry", today + timedelta(days=days)) == done, days
    found = await post.app.client.read(path, post.agency)
    assert (found["state"], found["disabled_reason"]) == ("disabled", "expired")
    (warned,) = await post.app.recorded("endpoint_expiring")
    assert warned.body["expires_on"] == endpoint["expires_on"]


async def test_a_confirmation_is_good_for_a_year_at_most(post: Post, receiver: Receiver) -> None:
    endpoint = await post.endpoint(receiver, expires_on=(clock.today() + timedelta(days=5)).isoformat())
    path, client = f"{ENDPOINTS}/{endpoint['id']}", post.app.client
    too_late = {"expires_on": (clock.today() + YEAR + timedelta(days=1)).isoformat()}
    etag = await client.etag(path, post.agency)
    refused = await client.post(f"{path}/confirmation", too_late, by=post.agency, etag=etag)
    assert (refused.status_code, refused.json()["code"]) == (422, "ExpiryTooLate")
    confirmed = await client.act(path, "confirmation", {}, by=post.agency)
    assert confirmed["expires_on"] == (clock.today() + YEAR).isoformat()
    assert await post.app.duty("watch_expiry", clock.today() + timedelta(days=20)) == 0


async def test_above_its_ceiling_an_endpoint_is_told_nothing(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver, by=post.office, ceiling=1)
    open_one, kept = await post.matter(classification=1), await post.matter(classification=2)
    await post.dispatch(kept)
    await post.dispatch(open_one)
    await post.deliver()
    assert [m.event["partitionkey"] for m in receiver.messages] == [str(open_one)]


async def test_an_office_that_names_no_ceiling_is_told_what_who_registered_it_may_read(
    post: Post, receiver: Receiver, other: Receiver
) -> None:
    low = await post.endpoint(receiver, by=post.office.cleared(1))
    assert low["ceiling"] == 1
    assert (await post.endpoint(other))["ceiling"] is None, (
        "what an agency gets is decided by whom it is sent"
    )
    await post.dispatch(await post.matter(classification=2))
    await post.deliver()
    assert (len(receiver.messages), len(other.messages)) == (0, 1)


@pytest.mark.parametrize(
    ("who", "asked", "code"),
    [
        ("office", {"ceiling": 3}, "CeilingTooHigh"),
        ("agency", {"payload": "full"}, "PayloadRefused"),
        ("agency", {"expires_on": "2020-01-01"}, "ExpiryTooLate"),
    ],
)
async def test_nobody_asks_for_more_than_they_may(
    post: Post, receiver: Receiver, who: str, asked: dict[str, Any], code: str
) -> None:
    by = post.office if who == "office" else post.agency
    said = {"url": receiver.url(), "purpose": "收件"} | asked
    answer = await post.app.client.post(ENDPOINTS, said, by=by)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await post.app.client.read(ENDPOINTS, by))["items"] == []


async def test_an_office_may_be_sent_whole_events_but_none_of_a_classified_matter(
    post: Post, receiver: Receiver
) -> None:
    await post.endpoint(receiver, by=post.office.cleared(3), payload="full")
    for classification in (1, 2):
        await post.dispatch(await post.matter(classification=classification))
    await post.deliver()
    thin, whole = sorted((m.event["data"] for m in receiver.messages), key=len)
    assert thin.keys() < whole.keys()
    assert {"link", "handoff_id"} <= thin.keys()


async def test_a_rate_holds_messages_back_without_a_failure(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver, rate_per_minute=60, parallel=1)
    matter, now = await post.matter(), clock.now()
    for _ in range(10):
        await post.dispatch(matter)
    now = clock.now()
    await post.deliver(now)
    first = len(receiver.messages)
    assert first == 6  # a tenth of the minute's messages at once
    await post.deliver(now + timedelta(milliseconds=100))
    assert len(receiver.messages) == first
    await post.deliver(now + timedelta(seconds=2))
    assert len(receiver.messages) == first + 2
    await post.deliver(now + timedelta(seconds=60))
    assert await post.states() == ["delivered"] * 10
    assert [m.event["sequence"] for m in receiver.messages] == [str(n) for n in range(1, 11)]


async def test_an_endpoint_names_how_many_messages_are_under_way_at_once(
    post: Post, receiver: Receiver
) -> None:
    await post.endpoint(receiver, parallel=2)
    for _ in range(5):
        await post.dispatch(await post.matter())
    assert await post.courier.tick() == 2
    await post.courier.idle()
    await post.deliver()
    assert await post.states() == ["delivered"] * 5


async def test_an_administrator_acts_for_others_and_reads_no_message(post: Post, receiver: Receiver) -> None:
    path, _ = await paused(post, receiver, 1)
    admin = given.admin()
    (delivery,) = await post.deliveries()
    assert (
        await post.app.client.get(f"/notifications/v1/deliveries/{delivery['id']}", admin)
    ).status_code == 404
    etag = await post.app.client.etag(path, post.agency)
    resumed = await post.app.client.post(f"{path}/resumption", WHY, by=admin, etag=etag)
    assert resumed.status_code == 200, resumed.text
    await post.deliver()
    again = f"/notifications/v1/deliveries/{delivery['id']}/retry"
    assert (await post.app.client.post(again, WHY, by=admin)).status_code == 201
    (said,) = await post.app.recorded("delivery_retried")
    assert (said.org, said.body["owner"]) == (admin.org, AGENCY)
    assert post.office.org == OFFICE


async def test_an_office_reads_in_its_inbox_what_becomes_of_its_own_endpoint(
    post: Post, receiver: Receiver
) -> None:
    admin = given.admin(OFFICE)

    async def told(**asked: Any) -> list[str]:
        items = (await post.app.client.read("/notifications/v1/inbox", admin, **asked))["items"]
        return [each["event_type"].removeprefix("notifications.endpoint_") for each in items]

    await post.endpoint(receiver)  # an agency has no inbox
    endpoint = await post.endpoint(receiver, by=post.office)
    today = clock.today()
    assert await post.app.duty("watch_expiry", today + YEAR - timedelta(days=9)) == 2
    assert await told() == ["expiring"]
    path = f"{ENDPOINTS}/{endpoint['id']}"
    await post.app.client.act(path, "confirmation", {}, by=post.office)
    assert await told() == []
    await post.app.client.act(path, "disabling", WHY, by=post.office)
    (line,) = (await post.app.client.read("/notifications/v1/inbox", admin))["items"]
    assert line["link"].endswith(f"/notifications/v1/endpoints/{endpoint['id']}")
    assert "接收端已停用" in line["sentence"]
    await post.app.client.act(path, "verification", by=post.office)
    await post.deliver()
    assert await told() == []
    assert await told(settled=True) == ["disabled", "expiring"]
    (entry,) = await post.app.recorded("endpoint_disabled")
    assert entry.org == OFFICE


async def test_who_asked_and_who_set_certificates_stands_in_the_journal(
    post: Post, receiver: Receiver
) -> None:
    path = f"{ENDPOINTS}/{(await post.endpoint(receiver))['id']}"
    await post.app.client.act(path, "verification", WHY, by=post.agency)
    await post.app.client.act(path, "test", by=post.agency)
    asked = await post.app.recorded("endpoint_asked")
    assert [each.body["asking"] for each in asked] == ["challenge", "test"]
    await post.app.client.act(path, "certificates", {}, by=post.agency)
    assert len(await post.app.recorded("endpoint_certificates_removed")) == 1
