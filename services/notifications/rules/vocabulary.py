"""The words that the rows of this service share."""

from enum import StrEnum


class EndpointState(StrEnum):
    """Whether an endpoint is told anything."""

    PENDING = "pending"  # it has not yet answered the challenge
    ACTIVE = "active"
    PAUSED = "paused"  # by its owner, for a while; what it would be told is held for it
    DISABLED = "disabled"  # what it would be told is held for it


class OrderMode(StrEnum):
    """In which order an endpoint is told about one matter."""

    MATTER = "matter"  # one after the other; a message that fails keeps the later ones waiting
    NONE = "none"


class Payload(StrEnum):
    """How much of an event an endpoint is sent."""

    THIN = "thin"  # identifiers, facts, and where to read the rest
    FULL = "full"  # all that the event says; for offices, of matters that are not classified


class Held(StrEnum):
    """What becomes of what was held, once its endpoint is told again."""

    RELEASE = "release"
    SKIP = "skip"


class Asking(StrEnum):
    """Why an endpoint is sent a message of our own."""

    CHALLENGE = "challenge"  # it proves that it expects us by answering with the same word
    TEST = "test"  # any answer of success will do


class DeliveryState(StrEnum):
    """What became of a delivery; none is ever removed before its time."""

    PENDING = "pending"
    DELIVERED = "delivered"  # of an endpoint that fetches: its owner has committed it
    HELD = "held"  # its endpoint is paused or disabled
    BLOCKED = "blocked"  # all tries failed and its lane waits for a person
    SKIPPED = "skipped"  # a person passed over it
    DEAD = "dead"  # all tries failed and nothing waits for it


class Trigger(StrEnum):
    """What a delivery came from."""

    EVENT = "event"  # the original: one per endpoint and event
    MANUAL = "manual"  # one message again, by hand
    REPLAY = "replay"  # many again, by hand
