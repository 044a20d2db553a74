"""What is announced of clocks, by whichever service keeps them."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.events import Event


class ClockStarted(Event):
    """A time limit began to run."""

    name: ClassVar[str] = "clock_started"

    matter_id: UUID
    clock_id: UUID
    row: str
    office: str
    basis_on: date
    due_on: date
    statutory: bool
    about: UUID | None = None


class ClockMet(Event):
    """What a time limit asks for was done, in time or late."""

    name: ClassVar[str] = "clock_met"

    matter_id: UUID
    clock_id: UUID
    row: str
    office: str
    met_on: date
    late: bool


class ClockChanged(Event):
    """A time limit was lengthened, stopped, resumed, or counted anew: its last day was, and is."""

    name: ClassVar[str] = "clock_changed"

    matter_id: UUID
    clock_id: UUID
    row: str
    office: str
    old_due_on: date
    due_on: date
    stopped: bool
    reason: str


class ClockDueSoon(Event):
    """A time limit ends in 7, 3, 1 or 0 days."""

    name: ClassVar[str] = "clock_due_soon"

    matter_id: UUID
    clock_id: UUID
    row: str
    office: str
    due_on: date
    days: int


class ClockBreached(Event):
    """A time limit has passed and what it asks for has not been recorded."""

    name: ClassVar[str] = "clock_breached"

    matter_id: UUID
    clock_id: UUID
    row: str
    office: str
    due_on: date


class ClockEnded(Event):
    """A time limit no longer matters, or its window has closed."""

    name: ClassVar[str] = "clock_ended"

    matter_id: UUID
    clock_id: UUID
    row: str
    office: str
    reason: str


PUBLISHED: tuple[type[Event], ...] = (
    ClockStarted,
    ClockMet,
    ClockChanged,
    ClockDueSoon,
    ClockBreached,
    ClockEnded,
)
