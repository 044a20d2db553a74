"""Receivers written from docs/agency-guide.md alone, and other people's libraries as judges."""

import base64
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.notifications.channels.message import body_of, challenge_body
from services.notifications.channels.message import test_body as try_body
from services.notifications.rules.recipients import NOTICES, notice_of, thin
from services.notifications.workers import Courier
from shared.events import Envelope, Event, subject_of
from shared.identity import read_key
from tests.architecture.product import events
from tests.contracts.examples import example_of
from tests.notifications.conftest import Post
from tests.notifications.receiver import Arrived, Receiver

SECRETS = ["whsec_" + base64.b64encode(bytes([letter]) * 32).decode() for letter in b"abc"]
TOLD = [(wire, event) for wire, event in events() if (row := notice_of(wire)) is not None and row.webhook]


class ByTheGuide:
    """What section 4 of the guide says, and nothing else."""

    def __init__(self, jwks: Mapping[str, Any]) -> None:
        self._keys = [
            Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
            for key in jwks["keys"]
        ]
        self.seen: set[str] = set()
        self.expected: dict[str, int] = {}
        self.missed: list[str] = []

    def take(self, message: Arrived) -> bool:
        """Whether the message is ours, fresh and new."""
        headers = {name.lower(): value for name, value in message.headers.items()}
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + message.body
        if abs(time.time() - int(headers["webhook-timestamp"])) > 300:
            return False
        entries = [entry.split(",", 1) for entry in headers["webhook-signature"].split(" ")]
        if not any(self._verifies(raw, signed) for version, raw in entries if version == "v1a"):
            return False
        new = headers["webhook-id"] not in self.seen
        self.seen.add(headers["webhook-id"])
        if new:
            self._count(message.event)
        return new

    def _verifies(self, signature: str, signed: bytes) -> bool:
        for key in self._keys:
            try:
                key.verify(base64.b64decode(signature), signed)
            except InvalidSignature:
                continue
            return True
        return False

    def _count(self, event: Mapping[str, Any]) -> None:
        matter, number = event["partitionkey"], int(event["sequence"])
        next_ = self.expected.get(matter, 1)
        skipped = _numbers(event.get("skipped", ""))
        self.missed += [f"{matter} {gap}" for gap in range(next_, number) if gap not in skipped]
        self.expected[matter] = number + 1


def _numbers(text: str) -> set[int]:
    found: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


async def test_a_receiver_by_the_guide_takes_each_message_once_in_order_and_misses_none(
    post: Post, receiver: Receiver
) -> None:
    endpoint = await post.endpoint(receiver)
    theirs = ByTheGuide(await post.app.client.read("/notifications/v1/keys", post.agency))
    matters = [await post.matter() for _ in range(2)]
    path = f"/notifications/v1/endpoints/{endpoint['id']}"
    for matter in matters:
        await post.dispatch(matter)
    await post.deliver()
    await post.app.client.act(path, "pause", {"reason": "维护"}, by=post.agency)
    for _ in range(2):
        await post.dispatch(matters[0])
    await post.app.client.act(path, "resumption", {"reason": "恢复", "held": "skip"}, by=post.agency)
    await post.dispatch(matters[0])
    await post.deliver()
    wish = {"since": "2020-01-01T00:00:00Z", "all": True, "reason": "重放"}
    await post.app.client.create(f"{path}/replay", wish, by=post.agency)
    await post.deliver()
    taken = [theirs.take(message) for message in receiver.messages]
    assert taken.count(True) == len({m.headers["webhook-id"] for m in receiver.messages})
    assert taken[:3] == [True] * 3
    assert theirs.missed == []


async def test_what_is_changed_on_the_way_is_not_taken(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    theirs = ByTheGuide(await post.app.client.read("/notifications/v1/keys", post.agency))
    await post.dispatch(await post.matter())
    await post.deliver()
    (message,) = receiver.messages
    assert not theirs.take(Arrived(message.path, message.headers, message.body.replace(b'"1"', b'"2"')))
    old = dict(message.headers) | {"webhook-timestamp": str(int(time.time()) - 400)}
    assert not theirs.take(Arrived(message.path, old, message.body))
    assert theirs.take(message)


async def test_a_secret_follows_another_while_messages_flow(post: Post, receiver: Receiver) -> None:
    endpoint = await post.endpoint(receiver, secret=SECRETS[0])
    path, matter = f"/notifications/v1/endpoints/{endpoint['id']}", await post.matter()
    believed = []
    for number in range(3):
        if number:
            await post.app.client.act(path, "secrets", {"secret": SECRETS[number]}, by=post.agency)
        await post.dispatch(matter)
        await post.deliver()
        believed.append([_believes(secret, receiver.messages[-1]) for secret in SECRETS])
    assert believed == [[True, False, False], [True, True, False], [False, True, True]]


def _believes(secret: str, message: Arrived) -> bool:
    try:
        Webhook(secret).verify(message.body, message.headers)
    except WebhookVerificationError:
        return False
    return True


async def test_our_key_follows_another_and_each_message_is_believed_by_the_keys_of_its_time(
    post: Post, receiver: Receiver, new_key_file: Callable[[str], Path]
) -> None:
    endpoint, matter, frame = (
        await post.endpoint(receiver, secret=SECRETS[0]),
        await post.matter(),
        post.app.frame,
    )
    old, new = frame.signing_key, new_key_file("next")
    phases = ((old, None), (old, new), (read_key(new), None))
    believed: list[list[bool]] = []
    published: list[Mapping[str, Any]] = []
    for frame.signing_key, frame.settings.second_signing_key_file in phases:
        courier = post.courier = Courier(frame)
        await post.dispatch(matter)
        await post.deliver()
        await courier.close()
        published.append(await post.app.client.read("/notifications/v1/keys", post.agency))
        believed.append([ByTheGuide(keys).take(receiver.messages[-1]) for keys in published])
    assert believed == [[True], [True, True], [False, True, True]], (
        "who still has the first keys alone asks anew"
    )
    (secret,) = (await post.app.client.read(f"/notifications/v1/endpoints/{endpoint['id']}", post.agency))[
        "secrets"
    ]
    named = []
    for delivery in await post.deliveries():
        path = f"/notifications/v1/deliveries/{delivery['id']}"
        (attempt,) = (await post.app.client.read(path, post.agency))["attempts"]
        token = (await post.app.client.read(f"{path}/receipt", post.agency))["token"]
        assert said_in(token)["keys"] == attempt["keys"]
        assert len(attempt["keys"]) == len(attempt["signature"].split(" "))
        named.append(attempt["keys"])
    assert named == [["service-1", secret], ["service-1", "next", secret], ["next", secret]]


def said_in(token: str) -> dict[str, Any]:
    """The claims of a token, whoever signed it."""
    middle = token.split(".")[1]
    said: dict[str, Any] = orjson.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return said


def test_every_event_that_is_told_is_among_those_that_are_judged() -> None:
    assert {wire for wire, _ in TOLD} == {row.event for row in NOTICES if row.webhook}


def read(body: bytes) -> BaseCloudEvent:
    """The message, as the library of the CloudEvents project reads it."""
    return JSONFormat().read(CloudEvent, body)


@pytest.mark.parametrize(("wire", "event"), TOLD, ids=[wire for wire, _ in TOLD])
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_event_is_a_cloud_event_thin_whole_and_after_skipped_ones(
    wire: str, event: type[Event], data: st.DataObject
) -> None:
    notice, body, matter = notice_of(wire), data.draw(example_of(event)), uuid4()
    assert notice is not None
    envelope = Envelope(
        uuid4(), wire.split(".")[0], subject_of(matter), 1, wire, event.version, datetime.now(UTC),
        date(2026, 11, 3), "R 31", "330110", None, None, body,
    )  # fmt: skip
    told = thin(notice, body)
    for facts in (told, {**body, **told}):
        made = read(body_of(envelope, facts, matter, 3, "1 2"))
        assert made.get_type() == f"{wire}.v{event.version}"
        assert (made.get_attributes()["sequence"], made.get_attributes()["skipped"]) == ("3", "1 2")
        said = made.get_data()
        assert isinstance(said, dict)
        assert {"link", "occurred_on", "basis", *facts} == said.keys()


def test_messages_of_our_own_are_cloud_events_too() -> None:
    endpoint, now = uuid4(), datetime.now(UTC)
    for body, wire in (
        (challenge_body("m1", endpoint, "word", now), "notifications.endpoint_challenge.v1"),
        (try_body("m1", endpoint, now), "notifications.endpoint_test.v1"),
    ):
        made = read(body)
        said = made.get_data()
        assert (made.get_type(), made.get_id()) == (wire, "m1")
        assert isinstance(said, dict)
        assert said["endpoint_id"] == str(endpoint)
