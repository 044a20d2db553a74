"""The clocks that run on a matter: when each began, when it ends and why, and what became of it.

Rows are recomputed, never edited by hand; the answer carries its trace. Which rows run where is each
service's law; this is only the keeping. Reminders go out at 7, 3 and 1 days and on the day; a breach is
announced once; a window that closes is no breach. Today is not overdue.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import today as clock_today
from shared.clocks import Period, deadline
from shared.database import uuid7
from shared.ledger.counting import extend, pause, recount, resume, say, stop
from shared.ledger.events import (
    PUBLISHED,
    ClockBreached,
    ClockChanged,
    ClockDueSoon,
    ClockEnded,
    ClockMet,
    ClockStarted,
)
from shared.ledger.tables import OPEN, Change, Clock, ClockChange, ClockState
from shared.ledger.watching import follow_the_calendar, watch
from shared.statements import among
from shared.transactions import frame

__all__ = [
    "OPEN",
    "PUBLISHED",
    "Change",
    "Clock",
    "ClockBreached",
    "ClockChange",
    "ClockChanged",
    "ClockDueSoon",
    "ClockEnded",
    "ClockMet",
    "ClockStarted",
    "ClockState",
    "end",
    "extend",
    "follow_the_calendar",
    "hand_over",
    "meet",
    "meet_about",
    "open_clocks",
    "pause",
    "recount",
    "resume",
    "start",
    "stop",
    "watch",
]


async def start(
    session: AsyncSession,
    matter_id: UUID,
    period: Period,
    basis_on: date,
    *,
    office: str,
    about: UUID | None = None,
    note: str | None = None,
) -> Clock:
    """A clock begins to run for that office; announced with its last day. A note opens its trace."""
    end = deadline(period, basis_on, frame(session).calendar)
    clock = Clock(
        id=uuid7(),
        matter_id=matter_id,
        row=period.row,
        about=about,
        office=office,
        basis=str(period.basis),
        statutory=period.statutory,
        basis_on=basis_on,
        note=note,
        **{name: getattr(period, name) for name in _KEPT},
    )
    clock.counted(end)
    session.add(clock)
    event = ClockStarted(
        **clock.named(),
        basis_on=basis_on,
        due_on=clock.due_on,
        statutory=clock.statutory,
        about=about,
    )
    await say(session, clock, event, period.basis, min(basis_on, clock_today()))
    return clock


_KEPT = ("length", "unit", "rolls", "suspends", "excludes", "window")


OPEN_CLOCKS = (
    select(Clock)
    .where(Clock.matter_id == bindparam("matter_id"), among(Clock.row, "rows"), Clock.state.in_(OPEN))
    .order_by(Clock.id)
)
OPEN_ABOUT = OPEN_CLOCKS.where(Clock.about == bindparam("about"))


async def open_clocks(
    session: AsyncSession, matter_id: UUID, rows: Sequence[str], about: UUID | None = None
) -> Sequence[Clock]:
    """The clocks of these rows that still run or were breached, of one thing if it is named."""
    asked: dict[str, Any] = {"matter_id": matter_id, "rows": list(rows)}
    if about is None:
        return (await session.scalars(OPEN_CLOCKS, asked)).all()
    return (await session.scalars(OPEN_ABOUT, asked | {"about": about})).all()


async def meet(
    session: AsyncSession, matter_id: UUID, row: str, on: date, *, about: UUID | None = None
) -> Sequence[Clock]:
    """What the row asks for was done that day: its open clocks are met, late if after their last day."""
    return await meet_about(session, matter_id, [row], about, on)


async def meet_about(
    session: AsyncSession, matter_id: UUID, rows: Sequence[str], about: UUID | None, on: date
) -> Sequence[Clock]:
    """The open clocks of these rows, of one thing if it is named, are met; late if after their last day."""
    met = await open_clocks(session, matter_id, rows, about)
    for clock in met:
        clock.state, clock.met_on = ClockState.MET, on
        event = ClockMet(**clock.named(), met_on=on, late=on > clock.due_on)
        await say(session, clock, event, clock.basis, on)
    return met


async def end(
    session: AsyncSession, matter_id: UUID, rows: Sequence[str], reason: str, *, about: UUID | None = None
) -> None:
    """These rows no longer matter: their open clocks end without being met."""
    for clock in await open_clocks(session, matter_id, rows, about):
        clock.state = ClockState.ENDED
        event = ClockEnded(**clock.named(), reason=reason)
        await say(session, clock, event, clock.basis)


async def hand_over(session: AsyncSession, matter_id: UUID, office: str) -> None:
    """The open clocks of a matter answer to its new holder; no last day changes by that."""
    statement = select(Clock).where(Clock.matter_id == matter_id, Clock.state.in_(OPEN))
    for clock in await session.scalars(statement):
        clock.office = office
