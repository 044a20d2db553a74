"""What this service announces."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from services.notifications.rules.vocabulary import Asking, Held
from shared.events import Event


def subject_of(endpoint_id: UUID) -> str:
    """The journal subject of an endpoint."""
    return f"endpoint/{endpoint_id}"


class _AboutAnEndpoint(Event):
    endpoint_id: UUID
    owner: str


class EndpointRegistered(_AboutAnEndpoint):
    """An organisation named an address at which it wants to be told."""

    name: ClassVar[str] = "endpoint_registered"


class EndpointVerified(_AboutAnEndpoint):
    """An endpoint answered its challenge; from now on it is told."""

    name: ClassVar[str] = "endpoint_verified"


class EndpointDisabled(_AboutAnEndpoint):
    """An endpoint is not told any more; what it would be told is held."""

    name: ClassVar[str] = "endpoint_disabled"


class EndpointPaused(_AboutAnEndpoint):
    """An endpoint is not told for a while, at its owner's wish; what it would be told is held."""

    name: ClassVar[str] = "endpoint_paused"


class EndpointResumed(_AboutAnEndpoint):
    """An endpoint is told again; what was held for it is sent, or passed over."""

    name: ClassVar[str] = "endpoint_resumed"

    held: Held
    deliveries: int


class EndpointConfirmed(_AboutAnEndpoint):
    """The owner says that the endpoint is still wanted; it is told until that day."""

    name: ClassVar[str] = "endpoint_confirmed"

    expires_on: date


class EndpointAsked(_AboutAnEndpoint):
    """A person had an endpoint sent a challenge or a test."""

    name: ClassVar[str] = "endpoint_asked"

    asking: Asking


class EndpointSecretAdded(_AboutAnEndpoint):
    """A shared secret signs what an endpoint is sent from now on."""

    name: ClassVar[str] = "endpoint_secret_added"

    secret_id: UUID


class EndpointSecretRemoved(_AboutAnEndpoint):
    """A shared secret signs no more: its owner removed it, or a third one has taken its place."""

    name: ClassVar[str] = "endpoint_secret_removed"

    secret_id: UUID


class EndpointCertificatesSet(_AboutAnEndpoint):
    """An endpoint is known by an authority of its own, or shown a certificate of ours, or both."""

    name: ClassVar[str] = "endpoint_certificates_set"

    authority: bool
    certificate: bool


class EndpointCertificatesRemoved(_AboutAnEndpoint):
    """An endpoint is known by the usual authorities again, and shown no certificate."""

    name: ClassVar[str] = "endpoint_certificates_removed"


class EndpointExpiring(_AboutAnEndpoint):
    """An endpoint will not be told after that day unless its owner confirms it."""

    name: ClassVar[str] = "endpoint_expiring"

    expires_on: date


class EndpointFailing(_AboutAnEndpoint):
    """An endpoint fails so often that it is left alone for a while."""

    name: ClassVar[str] = "endpoint_failing"

    in_a_row: int


class EndpointRecovered(_AboutAnEndpoint):
    """An endpoint that failed takes messages again."""

    name: ClassVar[str] = "endpoint_recovered"


class EndpointLate(_AboutAnEndpoint):
    """Messages for an endpoint have waited longer than they should."""

    name: ClassVar[str] = "endpoint_late"

    oldest_seconds: int


class EndpointCaughtUp(_AboutAnEndpoint):
    """No message for the endpoint waits longer than it should any more."""

    name: ClassVar[str] = "endpoint_caught_up"


class MessagesReplayed(_AboutAnEndpoint):
    """A person had messages of an endpoint sent again, each as a new delivery under the same message id."""

    name: ClassVar[str] = "messages_replayed"

    deliveries: int


class FeedCommitted(_AboutAnEndpoint):
    """The owner of an endpoint that fetches says how far it has taken its messages."""

    name: ClassVar[str] = "feed_committed"

    position: int


class _AboutADelivery(Event):
    matter_id: UUID
    about: UUID | None
    endpoint_id: UUID
    owner: str
    event_id: UUID
    event_type: str
    lane: int  # the message's number among those to this endpoint about this matter
    delivery_id: UUID


class MessageDelivered(_AboutADelivery):
    """A receiver's endpoint took a message; proof of transport, never of service or receipt."""

    name: ClassVar[str] = "message_delivered"

    body_sha256: str | None = None  # of the bytes that were taken


class DeliveryBlocked(_AboutADelivery):
    """All tries to deliver a message failed; the receiver must be told in another way."""

    name: ClassVar[str] = "delivery_blocked"

    reason: str


class DeliveryRetried(_AboutADelivery):
    """A person had a message sent again, as a new delivery under the same message id and number."""

    name: ClassVar[str] = "delivery_retried"


class DeliverySkipped(_AboutADelivery):
    """A person passed over a message that would not go through; the next one says so."""

    name: ClassVar[str] = "delivery_skipped"


class DeliveryRestored(_AboutADelivery):
    """A message that an endpoint was owed and never sent was made from the source's own journal."""

    name: ClassVar[str] = "delivery_restored"


class _AboutAMailAddress(Event):
    address_id: UUID
    office: str


class MailAddressAdded(_AboutAMailAddress):
    """An office named an address to which letters go; the address itself is not said."""

    name: ClassVar[str] = "mail_address_added"


class MailAddressEnded(_AboutAMailAddress):
    """An office has no more letters sent to an address."""

    name: ClassVar[str] = "mail_address_ended"


PUBLISHED: tuple[type[Event], ...] = (
    EndpointRegistered,
    EndpointVerified,
    EndpointDisabled,
    EndpointPaused,
    EndpointResumed,
    EndpointConfirmed,
    EndpointAsked,
    EndpointSecretAdded,
    EndpointSecretRemoved,
    EndpointCertificatesSet,
    EndpointCertificatesRemoved,
    EndpointExpiring,
    EndpointFailing,
    EndpointRecovered,
    EndpointLate,
    EndpointCaughtUp,
    MessagesReplayed,
    FeedCommitted,
    MessageDelivered,
    DeliveryBlocked,
    DeliveryRetried,
    DeliverySkipped,
    DeliveryRestored,
    MailAddressAdded,
    MailAddressEnded,
)
