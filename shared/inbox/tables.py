"""What the inbox keeps: how far each chain is applied, and what waits."""

from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Column, ColumnElement, Index, Integer, String, Table, Text, and_

from shared.database import FRAME, Instant, Subject, word
from shared.events import Event

Chain = tuple[str, str]


class Why(StrEnum):
    """Why an event waits."""

    GAP = "gap"
    NOT_YET = "not_yet"
    QUARANTINED = "quarantined"


cursors = Table(
    "cursors",
    FRAME,
    Column("source", String(40), primary_key=True),
    Column("subject", Subject, primary_key=True),
    Column("seq", Integer, nullable=False),
)

parked = Table(
    "parked",
    FRAME,
    Column("source", String(40), primary_key=True),
    Column("subject", Subject, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("state", word(Why), nullable=False),
    Column("envelope", Text, nullable=False),
    Column("error", String(500)),
    Column("since", Instant, nullable=False),
    Index(None, "state", "since"),
    Index(None, "subject"),
)


class EventSkipped(Event):
    """An operator decided that an event which could not be applied is passed over."""

    name: ClassVar[str] = "event_skipped"

    source: str
    skipped_subject: str
    skipped_seq: int


def is_chain(source: str, subject: str) -> ColumnElement[bool]:
    """The parked events of that chain."""
    return and_(parked.c.source == source, parked.c.subject == subject)


def is_row(source: str, subject: str, seq: int) -> ColumnElement[bool]:
    """That one parked event."""
    return and_(is_chain(source, subject), parked.c.seq == seq)
