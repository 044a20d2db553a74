"""The day's report: that what this service promised about a day's deliveries holds, signed by its key.

It reads its own tables. That no source's event is missing is asked by `python -m services reconcile`, which
reads the sources' journals too; the report says how far each source was applied, to be compared with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Table, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.channels.receipts import signed
from services.notifications.rules.vocabulary import DeliveryState, Trigger
from services.notifications.tables import Delivery, Feed, Lane, Report, table
from shared import clock
from shared.clock import SHANGHAI
from shared.database import insert, uuid7_floor
from shared.inbox import Why, cursors, parked
from shared.transactions import frame

MOST_NAMED = 20
MOST_DAYS = 31
ROWS = table(Delivery).c


@dataclass(slots=True)
class Found:
    """What a day's deliveries are, and what is wrong with them."""

    states: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.wrong


async def unreported(session: AsyncSession, today: date) -> list[date]:
    """The days that are over and have no report: since the newest one, the oldest first, a month at most."""
    newest = await session.scalar(select(func.max(Report.on)))
    yesterday = today - timedelta(days=1)
    first = newest + timedelta(days=1) if newest else yesterday
    return [first + timedelta(days=more) for more in range(min((today - first).days, MOST_DAYS))]


async def look(session: AsyncSession, on: date) -> Found:
    """The deliveries made on that day, by state as of now, and beside which of them a number is missing."""
    kept_days = frame(session).settings.keep_deliveries_days
    day = ROWS.id >= _midnight(on), ROWS.id < _midnight(on + timedelta(days=1))
    whole = _midnight(clock.today() - timedelta(days=kept_days))
    found = Found()
    counted = select(ROWS.state, func.count()).where(*day).group_by(ROWS.state)
    for state, count in await session.execute(counted):
        found.states[DeliveryState(state).value] = count
    for name, run in RUNS.items():
        torn = await session.scalars(run.torn(day, whole))
        found.wrong += [f"{name} {key}" for key in torn.all()]
    return found


def _midnight(on: date) -> UUID:
    return uuid7_floor(datetime.combine(on, time(), SHANGHAI))


@dataclass(frozen=True, slots=True)
class Run:
    """Numbers without a gap: of which deliveries, under which key, and how far they have come.

    `near` is the column by which a neighbour from another day is looked up.
    """

    number: str
    key: str
    near: str
    of: Table
    of_key: str
    last: str
    originals: bool  # a replay has the number of its original

    def torn(self, day: Sequence[Any], whole: UUID) -> Any:
        """The keys under which a number next to one of that day is missing, in order.

        The one before the day's first may have been forgotten, if the run is older than what is kept.
        """
        key, number = ROWS[self.key], ROWS[self.number]
        before = func.lag(number).over(partition_by=key, order_by=number)
        after = func.lead(number).over(partition_by=key, order_by=number)
        named = (key.label("key"), ROWS[self.near].label("near"), number.label("number"))
        numbered = select(*named, before.label("before"), after.label("after"))
        one = numbered.where(*day, *self._counted(ROWS)).subquery("one").c
        of, last = self.of.c[self.of_key], self.of.c[self.last]
        gap_before = and_(
            func.coalesce(one.before, 0) != one.number - 1,
            or_(one.before.is_not(None), of >= whole),
            ~self._is_there(one, one.number - 1),
        )
        gap_after = and_(
            func.coalesce(one.after, last + 1) != one.number + 1, ~self._is_there(one, one.number + 1)
        )
        torn = select(one.key).join(self.of, of == one.key)
        return torn.where(or_(gap_before, gap_after)).distinct().order_by(one.key).limit(MOST_NAMED)

    def _is_there(self, one: Any, number: Any) -> Any:
        other = table(Delivery).alias("other").c
        same = (other[self.near] == one.near, other[self.key] == one.key)
        return exists().where(*same, *self._counted(other), other[self.number] == number)

    def _counted(self, of: Any) -> Sequence[Any]:
        return (of.trigger == Trigger.EVENT,) if self.originals else ()


RUNS = {
    "lane": Run("number", "lane_id", "matter_id", table(Lane), "id", "last_number", originals=True),
    "feed": Run(
        "position", "endpoint_id", "endpoint_id", table(Feed), "endpoint_id", "last_position", originals=False
    ),
}


async def report(session: AsyncSession, on: date) -> Found:
    """That day's report is kept, signed."""
    found, here = await look(session, on), frame(session)
    now = await here.database.dialect.now(session)
    applied = select(cursors.c.source, func.count(), func.sum(cursors.c.seq)).group_by(cursors.c.source)
    waiting = select(func.count()).where(parked.c.state == Why.QUARANTINED)
    claims = {
        "iss": "casebridge:notifications",
        "kind": "deliveries of a day",
        "on": on.isoformat(),
        "until": (on + timedelta(days=1)).isoformat(),
        "at": now.isoformat(),
        "states": found.states,
        "wrong": found.wrong,
        "applied": {
            source: {"subjects": subjects, "events": int(events)}
            for source, subjects, events in await session.execute(applied)
        },
        "quarantined": await session.scalar(waiting) or 0,
    }
    token = signed(claims, here.signing_key)
    kept = insert(session, table(Report)).values(on=on, at=now, complete=found.complete, token=token)
    await session.execute(kept.on_conflict_do_nothing())  # another process may have made it meanwhile
    return found
