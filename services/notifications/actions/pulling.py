"""Fetching: how far an organisation says to have taken its messages, and what that settles."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions.settling import TRANSPORT
from services.notifications.channels.receipts import sha256
from services.notifications.errors import NothingToCommit
from services.notifications.events import FeedCommitted, MessageDelivered, subject_of
from services.notifications.queries import facts_of
from services.notifications.rules.vocabulary import DeliveryState
from services.notifications.tables import Delivery, Endpoint, Feed, table
from shared import events, journal
from shared.citation import OURS
from shared.journal import Entry
from shared.statements import among
from shared.transactions import frame

AT_ONCE = 500
BASIS = OURS["commit of a feed"]
ROWS = table(Delivery)
TAKEN = (
    update(ROWS)
    .where(among(ROWS.c.id, "ids"), ROWS.c.state == DeliveryState.PENDING)
    .values(state=DeliveryState.DELIVERED, delivered_at=bindparam("now", type_=ROWS.c.at.type))
    .returning(ROWS)
)


async def taken_up_to(session: AsyncSession, endpoint: Endpoint, position: int) -> tuple[int, int]:
    """Everything up to the position is taken: how far that is now, and how many messages it settled.

    Of an endpoint that only fetches, at most five hundred at once; whoever has more commits again.
    """
    feed = await session.get_one(Feed, endpoint.id)
    if not feed.committed <= position <= feed.last_position:
        raise NothingToCommit(committed=feed.committed, last_position=feed.last_position)
    rows = await _waiting(session, endpoint, position) if endpoint.pull_only else []
    if len(rows) == AT_ONCE:
        position = rows[-1].position
    await journal.lock(session, *(events.subject_of(row.matter_id) for row in rows))
    now = await frame(session).database.dialect.now(session)
    taken: Sequence[Any] = ()
    if rows:
        taken = (await session.execute(TAKEN, {"ids": [row.id for row in rows], "now": now})).all()
    ordered = sorted(taken, key=lambda row: row.position)
    entries = [Entry(events.subject_of(row.matter_id), _delivered(row), TRANSPORT) for row in ordered]
    said = FeedCommitted(endpoint_id=endpoint.id, owner=endpoint.owner, position=position)
    await journal.record_all(session, [Entry(subject_of(endpoint.id), said, BASIS), *entries])
    kept = update(Feed).where(Feed.endpoint_id == endpoint.id)
    await session.execute(kept.values(committed=position, committed_at=now))
    return position, len(entries)


def _delivered(row: Any) -> MessageDelivered:
    return MessageDelivered(**facts_of(row), body_sha256=sha256(row.body))


async def _waiting(session: AsyncSession, endpoint: Endpoint, position: int) -> Sequence[Any]:
    waiting = select(Delivery.id, Delivery.matter_id, Delivery.position).where(
        Delivery.endpoint_id == endpoint.id,
        Delivery.state == DeliveryState.PENDING,
        Delivery.position <= position,
    )
    return (await session.execute(waiting.order_by(Delivery.position).limit(AT_ONCE))).all()
