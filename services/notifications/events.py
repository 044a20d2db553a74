"""What this service announces."""

from typing import ClassVar
from uuid import UUID

from shared.events import Event


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
    MessageDelivered,
    DeliveryBlocked,
    DeliveryRetried,
    DeliverySkipped,
    MailAddressAdded,
    MailAddressEnded,
)
