"""Proof of transport for one delivery, as anybody can check it."""

from collections.abc import Sequence
from typing import Any

import orjson
from joserfc.jwk import OKPKey

from services.notifications.channels.receipts import sha256, signed
from services.notifications.errors import NotDelivered
from services.notifications.rules.vocabulary import DeliveryState
from services.notifications.tables import Attempt, Delivery


def receipt_of(delivery: Delivery, attempts: Sequence[Attempt], key: OKPKey) -> str:
    """Proof of transport and nothing else: neither service nor a receipt of the receiver's own."""
    if delivery.state is not DeliveryState.DELIVERED:
        raise NotDelivered(state=delivery.state)
    taken = next((each for each in reversed(attempts) if each.succeeded), None)
    return signed(_proof(delivery, taken), key)


def _proof(delivery: Delivery, taken: Attempt | None) -> dict[str, Any]:
    facts = ("id", "endpoint_id", "owner", "matter_id", "about", "event_type", "number", "position")
    said = {name: _plain(getattr(delivery, name)) for name in facts}
    said |= {"iss": "casebridge:notifications", "kind": "transport", "message_id": str(delivery.event_id)}
    said |= {"body_sha256": sha256(delivery.body), "delivered_at": _plain(delivery.delivered_at)}
    said |= {"typ": "casebridge-receipt", "at": said["delivered_at"]}
    if taken is None:
        return said | {"manner": "fetched and committed"}
    answer = {"at": _plain(taken.at), "status": taken.status, "latency_ms": taken.latency_ms}
    if taken.first_bytes is not None:
        answer["first_bytes_sha256"] = sha256(taken.first_bytes)
    signature = {"signature": taken.signature, "keys": orjson.loads(taken.keys)}
    return said | {"manner": "posted", **signature, "answer": answer}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)
