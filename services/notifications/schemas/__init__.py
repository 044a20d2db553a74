"""What crosses HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from services.notifications.rules.schedule import Breaker, Outcome
from services.notifications.rules.vocabulary import DeliveryState, EndpointState, OrderMode, Trigger
from shared.schemas import Body, Code, Out, Text

EventType = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z_]+$", max_length=80)]
Place = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
SecretText = Annotated[str, StringConstraints(pattern=r"^whsec_[A-Za-z0-9+/=]{32,88}$")]


class EndpointIn(Body):
    """Where an organisation wants to be told, and of what; an empty filter lets everything through."""

    url: Annotated[str, StringConstraints(max_length=2000)]
    purpose: Annotated[str, Text(200)]
    event_types: Annotated[list[EventType], Field(max_length=60)] = []
    matter_id: UUID | None = None
    kind: Code | None = None
    place: Place | None = None
    order_mode: OrderMode = OrderMode.MATTER
    secret: Annotated[
        SecretText | None, Field(description="whsec_ and base64; for receivers that cannot check Ed25519")
    ] = None


class SecretIn(Body):
    """A secret that signs too from now on; of three the oldest is gone."""

    secret: SecretText


class EndpointOut(Out):
    """An endpoint; no secret ever leaves."""

    id: UUID
    owner: str
    purpose: str
    url: str
    order_mode: OrderMode
    event_types: list[str]
    matter_id: UUID | None
    kind: str | None
    place: str | None
    state: EndpointState
    at: datetime
    verified_at: datetime | None
    disabled_reason: str | None
    challenge_result: str | None


class EndpointDetail(EndpointOut):
    """An endpoint, and whether it is being called."""

    breaker: Breaker
    failures_in_a_row: int
    called_again_at: datetime | None
    secrets: list[UUID]


class SecretOut(Out):
    """That a secret is kept, and since when; never the secret."""

    id: UUID
    endpoint_id: UUID
    at: datetime


class DeliveryOut(Out):
    """One message to one endpoint: `number` is gapless per endpoint and matter."""

    id: UUID
    endpoint_id: UUID
    owner: str
    number: int
    matter_id: UUID
    about: UUID | None
    event_id: UUID
    event_type: str
    trigger: Trigger
    original_id: UUID | None
    state: DeliveryState
    tries: int
    due_at: datetime
    at: datetime
    delivered_at: datetime | None


class AttemptOut(Out):
    """One try: what was signed when, how it ended, and the first bytes of the answer."""

    at: datetime
    outcome: Outcome
    status: int | None
    latency_ms: int
    error: str
    signature: str
    first_bytes: str | None


class DeliveryDetail(DeliveryOut):
    """A delivery with its evidence: the bytes that were signed, their SHA-256, and every try."""

    message_id: str
    body: str
    body_sha256: str
    attempts: list[AttemptOut]


class SkipIn(Body):
    """Why a message is passed over."""

    reason: Annotated[str, Text(500)]


class KeySet(Out):
    """Our public keys (RFC 7517): each active one signs every message."""

    keys: list[dict[str, Any]]


class RuleTable(Out):
    """One table of what this service believes, row by row with its basis."""

    table: str
    rows: list[dict[str, Any]]
