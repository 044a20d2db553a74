"""Counting a clock anew: lengthenings, pauses, another calendar. Old and new last day are told."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock, journal
from shared.citation import Citation
from shared.clocks import Deadline, Extension, Pause, Unit, deadline
from shared.events import Event, subject_of
from shared.ledger.events import ClockChanged
from shared.ledger.tables import OPEN, Change, Clock, ClockChange, ClockState
from shared.transactions import frame


async def say(
    session: AsyncSession, of: Clock, event: Event, basis: Citation | str, on: date | None = None
) -> None:
    """Announce something about a clock in its matter's chain."""
    await journal.record(session, subject_of(of.matter_id), event, basis=basis, occurred_on=on)


async def _changes(session: AsyncSession, of: Clock) -> Sequence[ClockChange]:
    rows = select(ClockChange).where(ClockChange.clock_id == of.id).order_by(ClockChange.id)
    return (await session.scalars(rows)).all()


def _deadline(session: AsyncSession, of: Clock, changes: Sequence[ClockChange]) -> Deadline:
    def pauses(kind: Change) -> list[Pause]:
        return [Pause(c.begins_on, c.ends_on, c.basis) for c in changes if c.kind is kind]

    extensions = [
        Extension(c.length, c.unit, c.begins_on, c.approved_by, c.basis)
        for c in changes
        if c.length is not None and c.unit is not None
    ]
    return deadline(
        of.period(),
        of.basis_on,
        frame(session).calendar,
        extensions=extensions,
        suspensions=pauses(Change.SUSPENSION),
        exclusions=pauses(Change.EXCLUSION),
    )


async def recount(
    session: AsyncSession, of: Clock, reason: str, basis: Citation | str, on: date | None = None
) -> None:
    """Count the clock anew from its rule row and everything that changed it; told if anything moved.

    A limit that had passed runs again if its new last day has not come yet; that it was breached stays known.
    """
    await session.flush()
    before = (of.due_on, of.stopped_since)
    of.counted(_deadline(session, of, await _changes(session, of)))
    if (of.due_on, of.stopped_since) == before:
        return
    of.reminded = None
    if of.state is ClockState.BREACHED and of.due_on >= clock.today():
        of.state = ClockState.RUNNING
    event = ClockChanged(
        **of.named(),
        old_due_on=before[0],
        due_on=of.due_on,
        stopped=of.stopped_since is not None,
        reason=reason,
    )
    await say(session, of, event, basis, on)


async def extend(
    session: AsyncSession,
    of: Clock,
    length: int,
    unit: Unit,
    *,
    approved_on: date,
    approved_by: str,
    basis: Citation,
    about: UUID | None = None,
) -> None:
    """The clock is lengthened, counted from the same basis; approved that day by that office or person."""
    session.add(
        ClockChange(
            clock_id=of.id,
            kind=Change.EXTENSION,
            about=about,
            length=length,
            unit=unit,
            begins_on=approved_on,
            approved_by=approved_by,
            basis=str(basis),
        )
    )
    await recount(session, of, Change.EXTENSION, basis, approved_on)


async def pause(
    session: AsyncSession, matter_id: UUID, kind: Change, on: date, basis: Citation, about: UUID
) -> None:
    """Every open clock of the matter that such a pause stops is stopped from that day on."""
    admits = Clock.suspends if kind is Change.SUSPENSION else Clock.excludes
    running = select(Clock).where(Clock.matter_id == matter_id, Clock.state.in_(OPEN), admits.is_(True))
    for each in (await session.scalars(running.order_by(Clock.id))).all():
        await stop(session, each, kind, Pause(on, None, str(basis)), on, about)


async def stop(session: AsyncSession, of: Clock, kind: Change, pause: Pause, on: date, about: UUID) -> None:
    """The clock does not count the days of this pause, which is told on that day; an open one is resumed."""
    session.add(
        ClockChange(
            clock_id=of.id,
            kind=kind,
            about=about,
            begins_on=pause.begins_on,
            ends_on=pause.ends_on,
            approved_by="",
            basis=pause.basis,
        )
    )
    await recount(session, of, kind, pause.basis, on)


async def resume(session: AsyncSession, matter_id: UUID, on: date, basis: Citation, about: UUID) -> None:
    """The pause that is about this thing has ended on that day; the clocks go on, counted anew."""
    paused = select(ClockChange, Clock).join(Clock, Clock.id == ClockChange.clock_id)
    open_ = (Clock.matter_id == matter_id, ClockChange.about == about, ClockChange.ends_on.is_(None))
    for change, each in (await session.execute(paused.where(*open_).order_by(Clock.id))).all():
        if change.kind is Change.EXTENSION:
            continue
        change.ends_on = on
        if each.state in OPEN:
            await recount(session, each, f"{change.kind}_over", basis, on)
