"""Receivers written from docs/agency-guide.md alone, and other people's libraries as judges."""

import base64
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.notifications.channels.message import body_of
from services.notifications.rules.recipients import NOTICES, notice_of, thin
from shared.events import Envelope, Event, subject_of
from tests.architecture.product import events
from tests.contracts.examples import example_of
from tests.notifications.conftest import Post
from tests.notifications.receiver import Arrived, Receiver

SECRETS = ["whsec_" + base64.b64encode(bytes([letter]) * 32).decode() for letter in b"abc"]
TOLD: list[type[Event]] = [event for wire, event in events() if notice_of(wire) is not None]


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


def test_every_event_that_is_told_is_among_those_that_are_judged() -> None:
    assert len(TOLD) >= len({row.event for row in NOTICES}) * 0.9


@pytest.mark.parametrize("event", TOLD, ids=lambda event: event.name)
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_event_is_a_cloud_event(event: type[Event], data: st.DataObject) -> None:
    wire = next(row.event for row in NOTICES if row.event.endswith(f".{event.name}"))
    notice, body = notice_of(wire), data.draw(example_of(event))
    assert notice is not None
    told = thin(notice, body)
    matter = uuid4()
    envelope = Envelope(
        uuid4(), wire.split(".")[0], subject_of(matter), 1, wire, event.version, datetime.now(UTC),
        date(2026, 11, 3), "R 31", "330110", None, None, body,
    )  # fmt: skip
    read = JSONFormat().read(CloudEvent, body_of(envelope, told, matter, 1))
    assert read.get_type() == f"{wire}.v{event.version}"
    said = read.get_data()
    assert isinstance(said, dict)
    assert "link" in said
