"""The words that the rows of this service share."""

from enum import StrEnum


class EndpointState(StrEnum):
    """Whether an endpoint is told anything."""

    PENDING = "pending"  # it has not yet answered the challenge
    ACTIVE = "active"
    DISABLED = "disabled"  # what it would be told is held for it


class OrderMode(StrEnum):
    """In which order an endpoint is told about one matter."""

    MATTER = "matter"  # one after the other; a message that fails keeps the later ones waiting
    NONE = "none"


class DeliveryState(StrEnum):
    """What became of a delivery; none is ever removed before its time."""

    PENDING = "pending"
    DELIVERED = "delivered"
    HELD = "held"  # its endpoint is disabled
    BLOCKED = "blocked"  # all tries failed and its lane waits for a person
    SKIPPED = "skipped"  # a person passed over it
    DEAD = "dead"  # all tries failed and nothing waits for it


class Trigger(StrEnum):
    """What a delivery came from."""

    EVENT = "event"
    MANUAL = "manual"
