"""Holding back what waits for an endpoint, and letting it go: sent after all, or passed over."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.rules.numbers import joined
from services.notifications.rules.schedule import Breaker
from services.notifications.rules.vocabulary import DeliveryState, Held
from services.notifications.tables import Delivery, Endpoint, Gate, Lane, table
from shared.statements import among

LANES = table(Lane)
NOT_DUE = update(LANES).where(among(LANES.c.id, "ids")).values(next_due=None)
DUE = (
    update(LANES)
    .where(among(LANES.c.id, "ids"), LANES.c.blocked.is_(False))
    .values(next_due=bindparam("now"))
)


async def hold(session: AsyncSession, endpoint: Endpoint) -> None:
    """What waits for the endpoint is held; its lanes are not due."""
    due = (Lane.endpoint_id == endpoint.id, Lane.next_due.is_not(None))
    lanes = await _lanes(session, *due)
    await session.execute(NOT_DUE, {"ids": lanes})
    waiting = (Delivery.endpoint_id == endpoint.id, Delivery.state == DeliveryState.PENDING)
    held = update(Delivery).where(*waiting).values(state=DeliveryState.HELD)
    await session.execute(held.execution_options(synchronize_session=False))


async def let_go(session: AsyncSession, endpoint: Endpoint, held: Held, now: datetime) -> int:
    """What was held is due now, or passed over for good; how many messages that were."""
    mine = (Delivery.endpoint_id == endpoint.id, Delivery.state == DeliveryState.HELD)
    lanes = await _lanes(session, Lane.id.in_(select(Delivery.lane_id).where(*mine)))
    if held is Held.SKIP:
        count = await _pass_over(session, mine)
    else:
        pending = update(Delivery).where(*mine).values(state=DeliveryState.PENDING, due_at=now)
        released = await session.execute(
            pending.execution_options(synchronize_session=False).returning(Delivery.id)
        )
        count = len(released.all())
        if not endpoint.pull_only:
            await session.execute(DUE, {"ids": lanes, "now": now})
    sound = {"breaker": Breaker.CLOSED, "in_a_row": 0, "shut": 0, "opens_at": None}
    await session.execute(update(Gate).where(Gate.endpoint_id == endpoint.id).values(sound))
    session.info["due"] = True
    return count


async def _pass_over(session: AsyncSession, mine: Sequence[ColumnElement[bool]]) -> int:
    """They are skipped, and each lane's next message will name their numbers."""
    skipped = update(Delivery).where(*mine).values(state=DeliveryState.SKIPPED)
    columns = (Delivery.lane_id, Delivery.number)
    rows = await session.execute(skipped.returning(*columns).execution_options(synchronize_session=False))
    by_lane: dict[UUID, list[int]] = {}
    for lane_id, number in rows.all():
        by_lane.setdefault(lane_id, []).append(number)
    for lane_id, numbers in by_lane.items():
        lane = await session.get_one(Lane, lane_id, populate_existing=True)
        lane.skipped = joined(lane.skipped, numbers)
    await session.flush()
    return sum(map(len, by_lane.values()))


async def _lanes(session: AsyncSession, *which: ColumnElement[bool]) -> Sequence[UUID]:
    """These lanes, locked in the order in which everybody locks lanes."""
    found = select(Lane.id).where(*which).order_by(Lane.id).with_for_update()
    return (await session.scalars(found)).all()
