"""What is announced because time passed: reminders, breaches once, windows that closed; and new calendars."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared import journal
from shared.citation import OURS
from shared.events import subject_of
from shared.ledger.counting import recount, say
from shared.ledger.events import ClockBreached, ClockDueSoon, ClockEnded
from shared.ledger.tables import OPEN, Clock, ClockState
from shared.transactions import frame

REMIND_DAYS = (7, 3, 1, 0)
BATCH = 50
WATCHING = OURS["reminders and breaches go up our own line"]
CALENDAR = "calendar"


async def watch(session: AsyncSession, today: date) -> int:
    """Announce what is due in 7, 3, 1 and 0 days, and each breach once; how many were announced.

    Doing it twice changes nothing. Heads are locked before the rows are read again for writing.
    """
    horizon = today + timedelta(days=REMIND_DAYS[0])
    soon = select(Clock.id, Clock.matter_id, Clock.due_on, Clock.reminded).where(
        Clock.state == ClockState.RUNNING, Clock.due_on <= horizon, Clock.stopped_since.is_(None)
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
    if clock.due_on < today:
        await _passed(session, clock)
        return 1
    threshold = _threshold(clock.due_on, today)
    if threshold is None or threshold == clock.reminded:
        return 0
    clock.reminded = threshold
    days = (clock.due_on - today).days
    event = ClockDueSoon(**clock.named(), due_on=clock.due_on, days=days)
    await say(session, clock, event, WATCHING)
    return 1


async def _passed(session: AsyncSession, clock: Clock) -> None:
    """A window has closed; any other limit is breached."""
    if clock.window:
        clock.state = ClockState.ENDED
        await say(session, clock, ClockEnded(**clock.named(), reason="window_closed"), WATCHING)
        return
    clock.state, clock.breached = ClockState.BREACHED, True
    await say(session, clock, ClockBreached(**clock.named(), due_on=clock.due_on), WATCHING)


async def follow_the_calendar(session: AsyncSession, today: date) -> int:
    """Open clocks that were counted by another calendar are counted by the one that is loaded; how many."""
    version = frame(session).calendar.version
    stale = select(Clock.id, Clock.matter_id).where(
        Clock.state.in_(OPEN), Clock.calendar_version != version, Clock.length.is_not(None)
    )
    rows = (await session.execute(stale.order_by(Clock.id).limit(BATCH))).all()
    if not rows:
        return 0
    await journal.lock(session, *{subject_of(row.matter_id) for row in rows})
    ids = [row.id for row in rows]
    clocks = await session.scalars(
        select(Clock).where(Clock.id.in_(ids), Clock.state.in_(OPEN)).order_by(Clock.id)
    )
    for clock in clocks:
        await recount(session, clock, CALENDAR, WATCHING, today)
    return len(rows)
