"""The day's report: that what this service promised about a day's deliveries holds, signed by its key.

It reads its own tables. That no source's event is missing is asked by `python -m services reconcile`, which
reads the sources' journals too; the report says how far each source was applied, to be compared with them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.channels.receipts import signed
from services.notifications.rules.vocabulary import DeliveryState, Trigger
from services.notifications.tables import Delivery, Feed, Lane, Report, table
from shared.clock import SHANGHAI
from shared.database import uuid7_floor
from shared.inbox import Why, cursors, parked
from shared.transactions import frame

MOST_NAMED = 20
ROWS, LANES, FEEDS = table(Delivery).c, table(Lane).c, table(Feed).c


@dataclass(slots=True)
class Found:
    """What a day's deliveries are, and what is wrong with them."""

    states: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.wrong


async def look(session: AsyncSession, on: date) -> Found:
    """The deliveries made since that midnight, by state, and which lanes and feeds have a gap."""
    since = uuid7_floor(datetime.combine(on, time(), SHANGHAI))
    found = Found()
    counted = select(ROWS.state, func.count()).where(ROWS.id >= since).group_by(ROWS.state)
    for state, count in await session.execute(counted):
        found.states[DeliveryState(state).value] = count
    found.wrong += [f"lane {row.id}" for row in (await session.execute(_lanes(since))).all()]
    found.wrong += [f"feed {row.id}" for row in (await session.execute(_feeds(since))).all()]
    return found


def _lanes(since: Any) -> Any:
    """Lanes whose originals of that time are not one unbroken run up to the lane's last number."""
    first, last = func.min(ROWS.number), func.max(ROWS.number)
    broken = or_(func.count() != last - first + 1, last != LANES.last_number)
    of_day = (ROWS.id >= since, ROWS.trigger == Trigger.EVENT)
    joined = select(LANES.id).join_from(table(Delivery), table(Lane), LANES.id == ROWS.lane_id)
    grouped = joined.where(*of_day).group_by(LANES.id, LANES.last_number)
    return grouped.having(broken).order_by(LANES.id).limit(MOST_NAMED)


def _feeds(since: Any) -> Any:
    """Feeds whose positions of that time are not one unbroken run up to the last."""
    first, last = func.min(ROWS.position), func.max(ROWS.position)
    broken = or_(func.count() != last - first + 1, last != FEEDS.last_position)
    joined = select(FEEDS.endpoint_id.label("id")).join_from(
        table(Delivery), table(Feed), FEEDS.endpoint_id == ROWS.endpoint_id
    )
    grouped = joined.where(ROWS.id >= since).group_by(FEEDS.endpoint_id, FEEDS.last_position)
    return grouped.having(broken).order_by(FEEDS.endpoint_id).limit(MOST_NAMED)


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
    session.add(Report(on=on, at=now, complete=found.complete, token=token))
    await session.flush()
    return found
