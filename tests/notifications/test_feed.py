"""Fetching instead of being called: a gapless position, a cursor, a commit, a stream."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from services.notifications.rules.schedule import STEPS
from shared import clock
from tests import given
from tests.notifications.conftest import Post
from tests.notifications.receiver import Receiver

ENDPOINTS = "/notifications/v1/endpoints"
Counting = Callable[[], AbstractContextManager[list[str]]]


async def fetching(post: Post, **more: Any) -> str:
    """The path of an endpoint that only fetches."""
    made = await post.app.client.create(ENDPOINTS, {"purpose": "拉取"} | more, by=post.agency)
    assert (made["state"], made["pull_only"]) == ("active", True)
    return f"{ENDPOINTS}/{made['id']}"


async def test_what_nobody_may_call_is_fetched_and_committed(post: Post) -> None:
    path, matter = await fetching(post), await post.matter()
    for _ in range(3):
        await post.dispatch(matter)
    assert await post.deliver() == 0
    page = await post.app.client.read(f"{path}/feed", post.agency)
    assert [item["position"] for item in page["items"]] == [1, 2, 3]
    assert [item["event"]["sequence"] for item in page["items"]] == ["1", "2", "3"]
    assert await post.states() == ["pending"] * 3
    said = await post.app.client.create(f"{path}/commitment", {"position": 2}, by=post.agency)
    assert said == {"committed": 2, "delivered": 2}
    assert await post.states() == ["delivered", "delivered", "pending"]
    proofs = await post.app.recorded("message_delivered", matter)
    assert [len(proof.body["body_sha256"]) for proof in proofs] == [64, 64]
    rest = await post.app.client.read(f"{path}/feed", post.agency, after=2)
    assert ([item["position"] for item in rest["items"]], rest["committed"]) == ([3], 2)


@pytest.mark.parametrize("position", [1, 9])
async def test_a_commit_goes_forward_and_no_further_than_the_feed(post: Post, position: int) -> None:
    path, matter = await fetching(post), await post.matter()
    for _ in range(3):
        await post.dispatch(matter)
    await post.app.client.create(f"{path}/commitment", {"position": 2}, by=post.agency)
    answer = await post.app.client.post(f"{path}/commitment", {"position": position}, by=post.agency)
    assert (answer.status_code, answer.json()["code"]) == (409, "NothingToCommit")


async def test_a_repeated_commit_is_answered_as_before(post: Post) -> None:
    path = await fetching(post)
    await post.dispatch(await post.matter())
    sent = [
        await post.app.client.post(f"{path}/commitment", {"position": 1}, by=post.agency, key="one")
        for _ in range(2)
    ]
    assert [answer.json() for answer in sent] == [{"committed": 1, "delivered": 1}] * 2
    assert len(await post.app.recorded("feed_committed")) == 1


async def test_positions_are_gapless_over_all_matters_and_filters_pass_over(post: Post) -> None:
    path = await fetching(post)
    first, second = await post.matter(), await post.matter()
    for matter in (first, second, first, second):
        await post.dispatch(matter)
    whole = await post.app.client.read(f"{path}/feed", post.agency, limit=3)
    assert ([item["position"] for item in whole["items"]], whole["after"]) == ([1, 2, 3], 3)
    one = await post.app.client.read(f"{path}/feed", post.agency, matter=str(second))
    assert ([item["position"] for item in one["items"]], one["after"]) == ([2, 4], 4)
    none = await post.app.client.read(f"{path}/feed", post.agency, event_type="referrals.handoff_returned")
    assert (none["items"], none["after"]) == ([], 4)


async def test_a_feed_can_be_waited_for(post: Post) -> None:
    path, matter = await fetching(post), await post.matter()
    waiting = asyncio.create_task(post.app.client.read(f"{path}/feed", post.agency, wait=20))
    await asyncio.sleep(0)
    await post.dispatch(matter)
    began = time.monotonic()
    assert [item["position"] for item in (await waiting)["items"]] == [1]
    assert time.monotonic() - began < 15


async def test_an_endpoint_that_is_called_has_a_feed_too(post: Post, receiver: Receiver) -> None:
    endpoint = await post.endpoint(receiver)
    await post.dispatch(await post.matter())
    await post.deliver()
    path = f"{ENDPOINTS}/{endpoint['id']}"
    (item,) = (await post.app.client.read(f"{path}/feed", post.agency))["items"]
    assert (item["state"], item["event"]) == ("delivered", receiver.messages[0].event)
    said = await post.app.client.create(f"{path}/commitment", {"position": 1}, by=post.agency)
    assert said == {"committed": 1, "delivered": 0}


async def test_only_its_owner_reads_a_feed_and_only_while_it_is_active(post: Post) -> None:
    path = await fetching(post)
    assert (await post.app.client.get(f"{path}/feed", post.office)).status_code == 404
    assert (await post.app.client.get(f"{path}/feed", given.admin())).status_code == 404
    await post.app.client.act(path, "pause", {"reason": "维护"}, by=post.agency)
    await post.dispatch(await post.matter())
    refused = await post.app.client.get(f"{path}/feed", post.agency)
    assert (refused.status_code, refused.json()["code"]) == (409, "EndpointNotActive")
    await post.app.client.act(path, "resumption", {"reason": "恢复"}, by=post.agency)
    assert len((await post.app.client.read(f"{path}/feed", post.agency))["items"]) == 1


async def test_an_office_reads_no_message_of_a_matter_that_is_kept_from_the_reader(post: Post) -> None:
    made = await post.app.client.create(ENDPOINTS, {"purpose": "拉取"}, by=post.office.cleared(3))
    await post.dispatch(await post.matter(classification=3))
    (item,) = (await post.app.client.read(f"{ENDPOINTS}/{made['id']}/feed", post.office))["items"]
    assert (item["position"], item["event"]) == (1, None)


async def test_a_stream_gives_what_is_there_and_ends_with_the_token(post: Post) -> None:
    path, matter = await fetching(post), await post.matter()
    for _ in range(3):
        await post.dispatch(matter)
    soon = int(clock.now().timestamp()) + 2
    headers = {"Authorization": f"Bearer {post.agency.token(exp=soon)}", "Last-Event-ID": "1"}
    answer = await post.app.client.http.get(f"{path}/stream", headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    blocks = [block.split("\n") for block in answer.text.strip().split("\n\n")]
    events = [(block[0], json.loads(block[1].removeprefix("data: "))) for block in blocks if len(block) == 2]
    assert [(name, event["event"]["sequence"]) for name, event in events] == [("id: 2", "2"), ("id: 3", "3")]
    assert clock.now().timestamp() >= soon


class Listening:
    """A stream read as it comes, which an ASGI transport that waits for the end of an answer cannot do."""

    def __init__(self, post: Post, path: str) -> None:
        self.status = 0
        self._parts: asyncio.Queue[bytes] = asyncio.Queue()
        self._left = asyncio.Event()
        token = post.agency.token(exp=int(clock.now().timestamp()) + 60)
        scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
        }
        scope |= {"headers": [(b"authorization", f"Bearer {token}".encode())], "http_version": "1.1"}
        scope |= {"scheme": "http", "server": ("casebridge", 80), "client": ("127.0.0.1", 1), "root_path": ""}
        scope |= {"asgi": {"version": "3.0", "spec_version": "2.4"}}
        self.over = asyncio.create_task(post.app.app(scope, self._receive, self._send))
        self._asked = False

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if self._left.is_set():
            raise OSError("the client has left")
        self.status = message.get("status", self.status)
        if part := message.get("body"):
            self._parts.put_nowait(part)

    async def next(self) -> str:
        """What comes next."""
        async with asyncio.timeout(20):
            return (await self._parts.get()).decode()

    def leave(self) -> None:
        """The client hangs up."""
        self._left.set()


async def test_a_stream_beats_gives_what_comes_and_forgets_a_client_that_leaves(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notifications.router.feed.HEARTBEAT_SECONDS", 0.2)
    path, matter = await fetching(post), await post.matter()
    listeners = len(post.app.frame.database.committed)
    stream = Listening(post, f"{path}/stream")
    assert (await stream.next(), stream.status) == (": casebridge\n\n", 200)
    assert await stream.next() == ": still here\n\n"
    assert len(post.app.frame.database.committed) == listeners + 1
    await post.dispatch(matter)
    came = await stream.next()
    while came == ": still here\n\n":
        came = await stream.next()
    name, data = came.strip().split("\n")
    assert name == "id: 1"
    assert json.loads(data.removeprefix("data: "))["event"]["sequence"] == "1"
    stream.leave()
    async with asyncio.timeout(20):
        await asyncio.wait([stream.over])
    assert len(post.app.frame.database.committed) == listeners, "nobody listens for it any more"
    assert await post.states() == ["pending"], "what was streamed is not committed"


async def test_a_feed_costs_the_same_however_long(post: Post, statements: Counting) -> None:
    path, matter, seen = await fetching(post), await post.matter(), []
    for _ in range(2):
        await post.dispatch(matter)
        with statements() as counted:
            await post.app.client.read(f"{path}/feed", post.agency)
        seen.append(len(counted))
    assert seen[0] == seen[1]


async def _exhausted(post: Post, receiver: Receiver, **more: Any) -> str:
    """An endpoint with one message that was given up and two that were taken; its path."""
    endpoint = await post.endpoint(receiver, order_mode="none", **more)
    matter = await post.matter()
    await post.dispatch(matter)
    receiver.status = 500
    now = clock.now()
    for step in range(len(STEPS)):
        await post.deliver(now.replace(year=now.year + step))
    receiver.status = 200
    for _ in range(2):
        await post.dispatch(matter)
    await post.deliver(now.replace(year=now.year + 20))
    assert await post.states() == ["dead", "delivered", "delivered"]
    receiver.arrived.clear()
    return f"{ENDPOINTS}/{endpoint['id']}"


@pytest.mark.parametrize(("everything", "again"), [(False, ["1"]), (True, ["1", "2", "3"])])
async def test_what_was_not_taken_is_replayed_or_everything(
    post: Post, receiver: Receiver, everything: bool, again: list[str]
) -> None:
    path = await _exhausted(post, receiver)
    wish = {"since": "2020-01-01T00:00:00Z", "all": everything, "reason": "接收端数据丢失"}
    said = await post.app.client.create(f"{path}/replay", wish, by=post.agency)
    assert said == {"deliveries": len(again), "next_since": None}
    await post.deliver(clock.now().replace(year=clock.now().year + 21))
    assert sorted(m.event["sequence"] for m in receiver.messages) == again
    originals = {each["number"]: each for each in await post.deliveries() if each["trigger"] == "event"}
    for each in await post.deliveries():
        if each["trigger"] == "replay":
            first = originals[each["number"]]
            assert (each["original_id"], each["event_id"]) == (first["id"], first["event_id"])
    (told,) = await post.app.recorded("messages_replayed")
    assert told.body["deliveries"] == len(again)


async def test_one_event_is_replayed_in_whatever_state_it_is(post: Post, receiver: Receiver) -> None:
    path = await _exhausted(post, receiver)
    second = (await post.deliveries())[1]
    wish = {"event_id": second["event_id"], "all": True, "reason": "接收端数据丢失"}
    await post.app.client.create(f"{path}/replay", wish, by=post.agency)
    again = await post.app.client.create(f"{path}/replay", wish, by=post.agency)
    assert again["deliveries"] == 0, "it is on its way"
    await post.deliver(clock.now().replace(year=clock.now().year + 21))
    assert [m.headers["webhook-id"] for m in receiver.messages] == [second["event_id"]]


async def test_a_replay_names_one_event_or_a_span(post: Post, receiver: Receiver) -> None:
    path = f"{ENDPOINTS}/{(await post.endpoint(receiver))['id']}/replay"
    for wish in ({}, {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}):
        answer = await post.app.client.post(path, wish | {"reason": "?"}, by=post.agency)
        assert (answer.status_code, answer.json()["code"]) == (422, "ReplayTooLarge")


async def test_what_blocks_a_lane_is_replayed_and_the_lane_goes_on(post: Post, receiver: Receiver) -> None:
    endpoint = await post.endpoint(receiver)
    matter = await post.matter()
    for _ in range(2):
        await post.dispatch(matter)
    receiver.status = 500
    now = clock.now()
    for step in range(len(STEPS)):
        await post.deliver(now.replace(year=now.year + step))
    receiver.status = 200
    wish = {"since": "2020-01-01T00:00:00Z", "reason": "恢复"}
    await post.app.client.create(f"{ENDPOINTS}/{endpoint['id']}/replay", wish, by=post.agency)
    receiver.arrived.clear()
    await post.deliver(now.replace(year=now.year + 21))
    assert [m.event["sequence"] for m in receiver.messages] == ["1", "2"]
