"""Which events an endpoint asked for, and which it may ask for at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.notifications.errors import FilterRefused
from services.notifications.rules.recipients import NOTICES, Party
from services.notifications.rules.vocabulary import Payload

WHOLE_COUNTRY = "000000"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An endpoint's filters, each with several values; an empty one lets everything through."""

    event_types: tuple[str, ...] = ()
    matter_id: UUID | None = None
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    ceiling: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the filters look at in an event."""

    event_type: str
    matter_id: UUID
    kind: str | None
    place: str | None
    classification: int = 0


def offered(to_agency: bool) -> tuple[str, ...]:
    """The event types that an organisation of this kind can be told of by webhook."""
    sent = (row for row in NOTICES if row.webhook)
    return tuple(row.event for row in sent if not to_agency or Party.RECEIVER in row.webhook)


def check_wanted(event_types: Iterable[str], to_agency: bool) -> None:
    """Refuses an event type that would never be sent there."""
    known = offered(to_agency)
    unknown = sorted(set(event_types) - set(known))
    if unknown:
        raise FilterRefused(unknown=unknown, offered=list(known))


def lets_through(wanted: Wanted, facts: Facts) -> bool:
    """Whether an endpoint with these filters is told of the event."""
    return (
        (not wanted.event_types or facts.event_type in wanted.event_types)
        and (wanted.matter_id is None or wanted.matter_id == facts.matter_id)
        and (not wanted.kinds or facts.kind in wanted.kinds)
        and (not wanted.places or any(lies_in(facts.place, place) for place in wanted.places))
        and may_know(wanted.ceiling, facts.classification)
    )


def may_know(ceiling: int | None, classification: int) -> bool:
    """Whether an endpoint with that ceiling is told of matters so classified."""
    return ceiling is None or classification <= ceiling


def lies_in(place: str | None, division: str) -> bool:
    """Whether a place lies in a division: codes nest by pairs of digits; trailing 00 stands for all below."""
    if place is None:
        return division == WHOLE_COUNTRY
    stem = division
    while stem.endswith("00") and len(stem) > 0:
        stem = stem[:-2]
    return place.startswith(stem)


MOST_FOR_FULL = 1  # `internal`


def is_full(payload: Payload, classification: int) -> bool:
    """Whether an endpoint that asked for whole events is sent this one whole: none that is classified."""
    return payload is Payload.FULL and classification <= MOST_FOR_FULL
