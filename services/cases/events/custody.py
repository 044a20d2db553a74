"""What is announced of where a matter is going, and of the leave to know that orders give."""

from typing import ClassVar
from uuid import UUID

from shared.events import Event


class CustodyLocked(Event):
    """The matter waits for its receipt by the office to which an order moves it."""

    name: ClassVar[str] = "custody_locked"

    matter_id: UUID
    order_id: UUID
    epoch: int


class CustodyRefused(Event):
    """An order cannot move the matter as it stands."""

    name: ClassVar[str] = "custody_refused"

    matter_id: UUID
    order_id: UUID
    reason: str


class CustodyMoved(Event):
    """The matter has another handling office."""

    name: ClassVar[str] = "custody_moved"

    matter_id: UUID
    order_id: UUID
    from_office: str
    to_office: str
    epoch: int


class CustodyReleased(Event):
    """The matter no longer waits for this order."""

    name: ClassVar[str] = "custody_released"

    matter_id: UUID
    order_id: UUID
    reason: str


class GrantGiven(Event):
    """An order gave an office leave to know of the matter."""

    name: ClassVar[str] = "grant_given"

    matter_id: UUID
    order_id: UUID
    org: str
    scope: str


class GrantEnded(Event):
    """The leave that an order gave has ended."""

    name: ClassVar[str] = "grant_ended"

    matter_id: UUID
    order_id: UUID
    org: str
    reason: str


class GrantRefused(Event):
    """The leave that an order asks for cannot be given."""

    name: ClassVar[str] = "grant_refused"

    matter_id: UUID
    order_id: UUID
    reason: str
