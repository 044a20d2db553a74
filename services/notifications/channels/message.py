"""The body of a message: a CloudEvents 1.0 event in structured JSON, built once, stored, signed as stored."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from services.notifications.rules.numbers import joined, listed
from shared.events import Envelope

MEDIA_TYPE = "application/cloudevents+json; charset=utf-8"
CHALLENGE, TEST = "notifications.endpoint_challenge", "notifications.endpoint_test"


def body_of(
    envelope: Envelope, told: Mapping[str, Any], matter_id: UUID, number: int, skipped: str = ""
) -> bytes:
    """The bytes that one endpoint is sent about an event; `sequence` is the gapless number in its lane.

    `skipped` names the numbers before it that a person passed over, so that their absence is no riddle.
    """
    event = _event(str(envelope.id), envelope.source, envelope.type, envelope.version, envelope.at)
    event |= {
        "subject": envelope.subject,
        "partitionkey": str(matter_id),
        "sequence": str(number),
        "sequencetype": "Integer",
    }
    if envelope.traceparent:
        event["traceparent"] = envelope.traceparent
    if skipped:
        event["skipped"] = skipped
    facts = {**told, "occurred_on": envelope.occurred_on.isoformat(), "basis": envelope.basis}
    return orjson.dumps({**event, "data": facts})


def with_skipped(body: bytes, numbers: str) -> bytes:
    """A message that was never sent yet, built again to name the numbers passed over before it."""
    event = orjson.loads(body)
    event["skipped"] = joined(event.get("skipped", ""), listed(numbers))
    return orjson.dumps(event)


def challenge_body(message_id: str, endpoint_id: UUID, challenge: str, at: datetime) -> bytes:
    """The bytes that ask a receiver to prove that it expects us: it answers with the same `challenge`."""
    event = _event(message_id, "notifications", CHALLENGE, 1, at)
    return orjson.dumps({**event, "data": {"endpoint_id": str(endpoint_id), "challenge": challenge}})


def test_body(message_id: str, endpoint_id: UUID, at: datetime) -> bytes:
    """The bytes of a message that means nothing, for a receiver to try itself out."""
    event = _event(message_id, "notifications", TEST, 1, at)
    return orjson.dumps({**event, "data": {"endpoint_id": str(endpoint_id)}})


def _event(event_id: str, source: str, type_: str, version: int, at: datetime) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/{source}",
        "type": f"{type_}.v{version}",
        "time": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": f"urn:casebridge:schema:{type_}:v{version}",
    }


def answers_challenge(body: bytes, challenge: str) -> bool:
    """Whether a receiver's answer is JSON with that very challenge."""
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return isinstance(read, dict) and read.get("challenge") == challenge
