"""What crosses HTTP of the inbox, digests and letters."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from services.notifications.rules.digests import Period
from services.notifications.rules.mail import MailState, Topic
from services.notifications.rules.recipients import Category
from shared.identity import Role
from shared.schemas import Body, Out

Address = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,187}[A-Za-z0-9]$"
    ),
]


class LineOut(Out):
    """One line of the inbox, in the reader's language; read and done are the reader's own."""

    id: UUID
    org: str
    category: Category
    sentence: str
    event_type: str
    event_id: UUID
    matter_id: UUID | None
    about: UUID | None
    due_on: date | None
    facts: dict[str, Any]
    link: str
    at: datetime
    settled_at: datetime | None
    read_at: datetime | None
    done_at: datetime | None


class MarkOut(Out):
    """One person of the office has read a line, and perhaps has done what it asks."""

    sub: str
    name: str
    at: datetime
    done_at: datetime | None


class CountsOut(Out):
    """How much is due, overdue, new, and waits for approval."""

    due: int
    overdue: int
    arrived: int
    awaiting: int


class OfficeCountsOut(CountsOut):
    """The same of a next lower office, with everything below it."""

    office: str


class DigestOut(CountsOut):
    """One digest of an office: its own counts, those of everything below it, and office by office."""

    id: UUID
    org: str
    period: Period
    begins_on: date
    ends_on: date
    below: CountsOut
    offices: list[OfficeCountsOut]
    at: datetime


class MailAddressIn(Body):
    """Where the office, or one role in it, wants to be written to, and of what."""

    address: Address
    role: Role | None = None
    topics: Annotated[list[Topic], Field(min_length=1, max_length=len(Topic))] = [Topic.DAILY]


class MailAddressOut(Out):
    """A mail address of an office."""

    id: UUID
    org: str
    role: str | None
    address: str
    topics: list[str]
    at: datetime
    ended_at: datetime | None


class MailOut(Out):
    """One letter, and what became of it: `code` is the mail server's answer."""

    id: UUID
    org: str
    line_id: UUID
    address_id: UUID
    state: MailState
    tries: int
    due_at: datetime
    at: datetime
    sent_at: datetime | None
    code: int | None
    error: str
