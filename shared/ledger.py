"""The clocks that run on a matter: when each began, when it ends and why, and what became of it.

Rows are recomputed, never edited by hand; the answer carries its trace. Which rows run where is each
service's law; this is only the keeping. Reminders go out at 7, 3 and 1 days and on the day; a breach is
announced once. Today is not overdue.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Date, Index, String, Text, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared import journal
from shared.citation import OURS, Citation
from shared.clock import today as clock_today
from shared.clocks import Deadline, Period, deadline
from shared.database import FRAME, types, uuid7
from shared.events import Event, subject_of
from shared.transactions import frame

REMIND_DAYS = (7, 3, 1, 0)
BATCH = 50
WATCHING = OURS["reminders and breaches go up our own line"]


class ClockState(StrEnum):
    """What became of a clock."""

    RUNNING = "running"
    MET = "met"
    BREACHED = "breached"
    ENDED = "ended"


class FrameBase(DeclarativeBase):
    """Frame tables that are handled as rows of a class."""

    metadata = FRAME
    type_annotation_map = types(ClockState)


class Clock(FrameBase):
    """One running or finished time limit of a matter."""

    __tablename__ = "clocks"
    __table_args__ = (
        Index(None, "state", "due_on"),
        Index(None, "matter_id", "row"),
        Index(None, "office", "state", "due_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    matter_id: Mapped[UUID]
    row: Mapped[str] = mapped_column(String(40))
    about: Mapped[UUID | None]
    office: Mapped[str] = mapped_column(String(40))
    basis: Mapped[str] = mapped_column(String(80))
    statutory: Mapped[bool]
    basis_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[ClockState] = mapped_column(default=ClockState.RUNNING)
    met_on: Mapped[date | None] = mapped_column(Date)
    reminded: Mapped[int | None]
    breached: Mapped[bool] = mapped_column(default=False)
    calendar_version: Mapped[str] = mapped_column(String(80))
    trace: Mapped[str] = mapped_column(Text)
    warnings: Mapped[str] = mapped_column(Text, default="")


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
    """A time limit no longer matters."""

    name: ClassVar[str] = "clock_ended"

    matter_id: UUID
    clock_id: UUID
    row: str
    office: str
    reason: str


PUBLISHED: tuple[type[Event], ...] = (ClockStarted, ClockMet, ClockDueSoon, ClockBreached, ClockEnded)


async def start(
    session: AsyncSession,
    matter_id: UUID,
    period: Period,
    basis_on: date,
    *,
    office: str,
    about: UUID | None = None,
) -> Clock:
    """A clock begins to run for that office; announced with its last day."""
    end: Deadline = deadline(period, basis_on, frame(session).calendar)
    clock = Clock(
        id=uuid7(),
        matter_id=matter_id,
        row=period.row,
        about=about,
        office=office,
        basis=str(period.basis),
        statutory=period.statutory,
        basis_on=basis_on,
        due_on=end.due_on,
        calendar_version=end.calendar_version,
        trace="\n".join(end.trace),
        warnings="\n".join(end.warnings),
    )
    session.add(clock)
    event = ClockStarted(
        matter_id=matter_id,
        clock_id=clock.id,
        row=clock.row,
        office=office,
        basis_on=basis_on,
        due_on=clock.due_on,
        statutory=clock.statutory,
        about=about,
    )
    await _record(session, clock, event, period.basis, min(basis_on, clock_today()))
    return clock


async def open_clocks(
    session: AsyncSession, matter_id: UUID, rows: Sequence[str], about: UUID | None = None
) -> Sequence[Clock]:
    """The clocks of these rows that still run or were breached, of one thing if it is named."""
    statement = select(Clock).where(
        Clock.matter_id == matter_id,
        Clock.row.in_(rows),
        Clock.state.in_((ClockState.RUNNING, ClockState.BREACHED)),
    )
    if about is not None:
        statement = statement.where(Clock.about == about)
    return (await session.scalars(statement.order_by(Clock.id))).all()


async def meet(
    session: AsyncSession, matter_id: UUID, row: str, on: date, *, about: UUID | None = None
) -> Sequence[Clock]:
    """What the row asks for was done that day: its open clocks are met, late if after their last day."""
    met = await open_clocks(session, matter_id, [row], about)
    for clock in met:
        clock.state, clock.met_on = ClockState.MET, on
        event = ClockMet(
            matter_id=matter_id,
            clock_id=clock.id,
            row=row,
            office=clock.office,
            met_on=on,
            late=on > clock.due_on,
        )
        await _record(session, clock, event, clock.basis, on)
    return met


async def end(
    session: AsyncSession, matter_id: UUID, rows: Sequence[str], reason: str, *, about: UUID | None = None
) -> None:
    """These rows no longer matter: their open clocks end without being met."""
    for clock in await open_clocks(session, matter_id, rows, about):
        clock.state = ClockState.ENDED
        event = ClockEnded(
            matter_id=matter_id, clock_id=clock.id, row=clock.row, office=clock.office, reason=reason
        )
        await _record(session, clock, event, clock.basis)


async def hand_over(session: AsyncSession, matter_id: UUID, office: str) -> None:
    """The open clocks of a matter answer to its new holder; no last day changes by that."""
    statement = select(Clock).where(
        Clock.matter_id == matter_id, Clock.state.in_((ClockState.RUNNING, ClockState.BREACHED))
    )
    for clock in await session.scalars(statement):
        clock.office = office


async def watch(session: AsyncSession, today: date) -> int:
    """Announce what is due in 7, 3, 1 and 0 days, and each breach once; how many were announced.

    Doing it twice changes nothing. Heads are locked before the rows are read again for writing.
    """
    horizon = today + timedelta(days=REMIND_DAYS[0])
    soon = select(Clock.id, Clock.matter_id, Clock.due_on, Clock.reminded).where(
        Clock.state == ClockState.RUNNING, Clock.due_on <= horizon
    )
    rows = (await session.execute(soon.order_by(Clock.due_on, Clock.id))).all()
    wanted = [row for row in rows if row.due_on < today or _threshold(row.due_on, today) != row.reminded][
        :BATCH
    ]
    if not wanted:
        return 0
    await journal.lock(session, *{subject_of(row.matter_id) for row in wanted})
    ids = [row.id for row in wanted]
    clocks = await session.scalars(
        select(Clock).where(Clock.id.in_(ids), Clock.state == ClockState.RUNNING).order_by(Clock.id)
    )
    return sum([await _announce(session, clock, today) for clock in clocks])


def _threshold(due_on: date, today: date) -> int | None:
    """The smallest reminder that is due: 7, 3, 1 or 0 days before the last day."""
    left = (due_on - today).days
    return min((days for days in REMIND_DAYS if left <= days), default=None)


async def _announce(session: AsyncSession, clock: Clock, today: date) -> int:
    facts = {"matter_id": clock.matter_id, "clock_id": clock.id, "row": clock.row, "office": clock.office}
    if clock.due_on < today:
        clock.state, clock.breached = ClockState.BREACHED, True
        await _record(session, clock, ClockBreached(due_on=clock.due_on, **facts), WATCHING)
        return 1
    threshold = _threshold(clock.due_on, today)
    if threshold is None or threshold == clock.reminded:
        return 0
    clock.reminded = threshold
    days = (clock.due_on - today).days
    await _record(session, clock, ClockDueSoon(due_on=clock.due_on, days=days, **facts), WATCHING)
    return 1


async def _record(
    session: AsyncSession, clock: Clock, event: Event, basis: Citation | str, on: date | None = None
) -> None:
    await journal.record(session, subject_of(clock.matter_id), event, basis=basis, occurred_on=on)
