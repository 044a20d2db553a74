"""What crosses HTTP."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from services.notifications.rules.schedule import Breaker, Outcome
from services.notifications.rules.vocabulary import (
    DeliveryState,
    EndpointState,
    Held,
    OrderMode,
    Payload,
    Trigger,
)
from shared.schemas import Body, Code, Out, Text

EventType = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z_]+$", max_length=80)]
Place = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
Pem = Annotated[str, StringConstraints(pattern=r"^-----BEGIN [A-Z ]+-----\s", max_length=20_000)]
SecretText = Annotated[str, StringConstraints(pattern=r"^whsec_[A-Za-z0-9+/=]{32,88}$")]


class EndpointIn(Body):
    """Where an organisation wants to be told, and of what; an empty filter lets everything through."""

    url: Annotated[
        str | None,
        StringConstraints(max_length=2000),
        Field(description="where messages are posted; without it you fetch them from the feed"),
    ] = None
    purpose: Annotated[str, Text(200)]
    event_types: Annotated[list[EventType], Field(max_length=60)] = []
    matter_id: UUID | None = None
    kinds: Annotated[list[Code], Field(max_length=40)] = []
    places: Annotated[list[Place], Field(max_length=100, description="divisions, with all below them")] = []
    ceiling: Annotated[
        int | None,
        Field(ge=0, le=4, description="told of matters classified so far; an office's: as you are cleared"),
    ] = None
    order_mode: OrderMode = OrderMode.MATTER
    payload: Payload = Payload.THIN
    rate_per_minute: Annotated[int | None, Field(ge=1, le=60_000)] = None
    parallel: Annotated[int | None, Field(ge=1, le=64, description="messages under way at once")] = None
    expires_on: Annotated[date | None, Field(description="a year from today at most, and if not said")] = None
    secret: Annotated[
        SecretText | None, Field(description="whsec_ and base64; for receivers that cannot check Ed25519")
    ] = None

    @model_validator(mode="after")
    def _of_one_kind(self) -> "EndpointIn":
        if self.url is None and (self.secret or self.rate_per_minute or self.parallel):
            raise ValueError("an endpoint without a url takes no secret, rate or parallel")
        return self


class SecretIn(Body):
    """A secret that signs too from now on; of three the oldest is gone. Without one we make it."""

    secret: SecretText | None = None


class CertificatesIn(Body):
    """The authority that your certificate comes from, and the certificate that we show you: all PEM."""

    authority: Pem | None = None
    certificate: Pem | None = None
    key: Annotated[Pem | None, Field(description="the certificate's private key; never shown again")] = None


class ReasonIn(Body):
    """Why."""

    reason: Annotated[str, Text(500)]


class WhyIn(Body):
    """Why, if that needs saying."""

    reason: Annotated[str, Text(500)] | None = None


class ResumeIn(ReasonIn):
    """What becomes of what was held meanwhile, and why."""

    held: Held = Held.RELEASE


class ConfirmIn(WhyIn):
    """Until when the endpoint is wanted; a year from today if not said."""

    expires_on: date | None = None


class EndpointOut(Out):
    """An endpoint; no secret ever leaves."""

    id: UUID
    owner: str
    purpose: str
    url: str
    pull_only: bool
    order_mode: OrderMode
    payload: Payload
    event_types: list[str]
    matter_id: UUID | None
    kinds: list[str]
    places: list[str]
    ceiling: int | None
    rate_per_minute: int | None
    parallel: int | None
    state: EndpointState
    at: datetime
    expires_on: date
    verified_at: datetime | None
    disabled_reason: str | None
    challenge_result: str | None


class EndpointDetail(EndpointOut):
    """An endpoint, whether it is being called, and how far its feed has come."""

    breaker: Breaker
    failures_in_a_row: int
    called_again_at: datetime | None
    last_position: int
    committed: int
    secrets: list[UUID]


class CertificatesOut(Out):
    """That certificates are kept, and since when; never the key."""

    endpoint_id: UUID
    authority: str | None
    certificate: str | None
    at: datetime


class SecretOut(Out):
    """That a secret is kept, and since when; never the secret."""

    id: UUID
    endpoint_id: UUID
    at: datetime


class SecretMade(SecretOut):
    """A secret that is kept now; if we made it, it is shown here, this once."""

    secret: str | None = None


class DeliveryOut(Out):
    """One message to one endpoint: `number` is gapless per endpoint and matter."""

    id: UUID
    endpoint_id: UUID
    owner: str
    number: int
    position: int
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
    keys: Annotated[list[str], Field(description="whose signatures: our key ids, then secrets, in order")]
    first_bytes: str | None


class DeliveryDetail(DeliveryOut):
    """A delivery with its evidence: the bytes that were signed, their SHA-256, and every try."""

    message_id: str
    body: str
    body_sha256: str
    attempts: list[AttemptOut]


class ReceiptOut(Out):
    """Proof of transport, signed: which bytes were taken when, under which keys, with which answer."""

    token: str


class FeedItem(Out):
    """One message, in the very bytes that a webhook would carry."""

    position: int
    delivery_id: UUID
    message_id: str
    state: DeliveryState
    at: datetime
    event: Annotated[dict[str, Any] | None, Field(description="null: its matter is kept from you")]


class FeedPage(Out):
    """Messages after a position; ask again with `after`, commit once you have stored them."""

    items: list[FeedItem]
    after: int
    last_position: int
    committed: int


class CommitIn(Body):
    """You have stored everything up to this position."""

    position: Annotated[int, Field(ge=1, lt=1 << 62)]


class CommitOut(Out):
    """How far the feed is committed, and how many messages count as delivered by that."""

    committed: int
    delivered: int


class ReplayIn(Body):
    """Which messages are sent again: of one event, or of a span; usually only what was not taken."""

    event_id: UUID | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    all: Annotated[bool, Field(description="also those that were taken")] = False
    reason: Annotated[str, Text(500)]


class ReplayOut(Out):
    """How many are sent again, and from when on to ask for the rest (null: that was all)."""

    deliveries: int
    next_since: datetime | None


class Standing(Out):
    """How the deliveries of one endpoint stand."""

    endpoint_id: UUID
    owner: str
    purpose: str
    state: EndpointState
    expires_on: date
    breaker: Breaker
    failures_in_a_row: int
    called_again_at: datetime | None
    pending: int
    held: int
    blocked: int
    dead: int
    oldest_waiting_at: datetime | None


class Overview(Out):
    """How delivery stands in all: by state, by endpoint's state, and what needs a person."""

    pending: int
    held: int
    blocked: int
    dead: int
    blocked_lanes: int
    failing_endpoints: int
    expiring_endpoints: int
    quarantined_events: int
    oldest_waiting_at: datetime | None
    endpoints: dict[str, int]


class LastTry(Out):
    """How a delivery was last tried, without what was answered."""

    at: datetime
    outcome: Outcome
    status: int | None
    error: str


class StuckOut(Out):
    """One delivery that is not finished, without what it says."""

    id: UUID
    endpoint_id: UUID
    owner: str
    matter_id: UUID
    event_id: UUID
    event_type: str
    number: int
    state: DeliveryState
    tries: int
    at: datetime
    last_try: LastTry | None = None


class ReportOut(Out):
    """One day's reconciliation, signed."""

    on: date
    at: datetime
    complete: bool
    token: str


class KeySet(Out):
    """Our public keys (RFC 7517): each active one signs every message."""

    keys: list[dict[str, Any]]


class RuleTable(Out):
    """One table of what this service believes, row by row with its basis."""

    table: str
    rows: list[dict[str, Any]]
