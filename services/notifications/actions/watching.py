"""Watching endpoints: those that will expire, those that have, and those whose messages wait too long."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions.announcing import announce
from services.notifications.actions.endpoints import EXPIRED, disable
from services.notifications.events import EndpointCaughtUp, EndpointExpiring, EndpointLate, subject_of
from services.notifications.rules.vocabulary import DeliveryState, EndpointState
from services.notifications.tables import Delivery, Endpoint, Gate
from shared import journal
from shared.citation import OURS
from shared.transactions import frame

WARNING = timedelta(days=30)
# Whoever is called is late after a quarter of an hour, whoever fetches after a day without a commit.
TOO_LONG = {False: timedelta(minutes=15), True: timedelta(days=1)}
AT_ONCE = 50
YEARLY, QUEUE_AGE = OURS["yearly confirmation"], OURS["age of a queue"]
TOLD = (EndpointState.ACTIVE, EndpointState.PAUSED)


async def watch_expiry(session: AsyncSession, today: date) -> int:
    """An endpoint that nobody confirmed is not told after its last day; a month before, that is said once."""
    told = (Endpoint.state.in_(TOLD), Endpoint.expires_on < today + WARNING)
    unsaid = or_(Endpoint.expires_on < today, Endpoint.warned_on.is_(None))
    due = select(Endpoint.id).where(*told, unsaid).order_by(Endpoint.expires_on).limit(AT_ONCE)
    ids = (await session.scalars(due)).all()
    await journal.lock(session, *map(subject_of, ids))
    found = await session.scalars(select(Endpoint).where(Endpoint.id.in_(ids), *told))
    for endpoint in found.all():
        if endpoint.expires_on < today:
            await disable(session, endpoint, EXPIRED)
        else:
            endpoint.warned_on = today
            said = {"endpoint_id": endpoint.id, "owner": endpoint.owner}
            event = EndpointExpiring(expires_on=endpoint.expires_on, **said)
            await announce(session, endpoint.id, endpoint.owner, event, YEARLY)
    return len(ids)


async def watch_queues(session: AsyncSession, today: date) -> int:
    """That messages of an endpoint wait too long is said once, and once that they no longer do."""
    now = await frame(session).database.dialect.now(session)
    of_kind = (and_(Endpoint.pull_only.is_(pull), *_waiting(now, pull)) for pull in TOO_LONG)
    waits = exists().where(Delivery.endpoint_id == Endpoint.id, or_(*of_kind))
    changed = or_(waits & Gate.late.is_(False), ~waits & Gate.late)
    asked = (
        select(Endpoint.id, Endpoint.owner, Endpoint.pull_only, Gate.late)
        .join(Gate, Gate.endpoint_id == Endpoint.id)
        .where(changed)
        .order_by(Endpoint.id)
        .limit(AT_ONCE)
    )
    rows = (await session.execute(asked)).all()
    await journal.lock(session, *(subject_of(row.id) for row in rows))
    for row in rows:
        await _say(session, row, now)
    return len(rows)


def _waiting(now: datetime, pull_only: bool) -> tuple[Any, ...]:
    return Delivery.state == DeliveryState.PENDING, Delivery.at < now - TOO_LONG[pull_only]


async def _say(session: AsyncSession, row: Any, now: datetime) -> None:
    about: dict[str, Any] = {"endpoint_id": row.id, "owner": row.owner}
    event: EndpointLate | EndpointCaughtUp = EndpointCaughtUp(**about)
    if not row.late:
        event = EndpointLate(oldest_seconds=await _age(session, row, now), **about)
    await session.execute(update(Gate).where(Gate.endpoint_id == row.id).values(late=not row.late))
    await announce(session, row.id, row.owner, event, QUEUE_AGE)


async def _age(session: AsyncSession, row: Any, now: datetime) -> int:
    waiting = (*_waiting(now, row.pull_only), Delivery.endpoint_id == row.id)
    oldest = select(func.min(Delivery.at)).where(*waiting)
    since = await session.scalar(oldest)
    return int((now - since).total_seconds()) if since else 0
