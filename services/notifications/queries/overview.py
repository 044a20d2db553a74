"""What an administrator looks at: how many wait where, for how long, and what needs a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.rules.schedule import Breaker
from services.notifications.rules.vocabulary import DeliveryState, EndpointState
from services.notifications.tables import Attempt, Delivery, Endpoint, Gate, Lane, Report, table
from shared.inbox import Why, parked
from shared.statements import among

SOON = timedelta(days=30)
UNFINISHED = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.BLOCKED, DeliveryState.DEAD)
ROWS, TRIES = table(Delivery).c, table(Attempt).c
BY_ENDPOINT = (
    select(ROWS.endpoint_id, ROWS.state, func.count().label("waiting"), func.min(ROWS.at).label("oldest"))
    .where(ROWS.state.in_(UNFINISHED), among(ROWS.endpoint_id, "ids"))
    .group_by(ROWS.endpoint_id, ROWS.state)
)
STUCK = (
    "id",
    "endpoint_id",
    "owner",
    "matter_id",
    "event_id",
    "event_type",
    "number",
    "state",
    "tries",
    "at",
)


@dataclass(slots=True)
class Totals:
    """How delivery stands in all."""

    states: dict[DeliveryState, int] = field(default_factory=dict)
    oldest_waiting_at: datetime | None = None
    endpoints: dict[str, int] = field(default_factory=dict)
    blocked_lanes: int = 0
    failing_endpoints: int = 0
    expiring_endpoints: int = 0
    quarantined_events: int = 0


async def totals(session: AsyncSession, today: date) -> Totals:
    """The counts of what is unfinished, and of endpoints by state; the finished past is not looked at."""
    found = Totals()
    by_state = select(ROWS.state, func.count(), func.min(ROWS.at)).where(ROWS.state.in_(UNFINISHED))
    for state, count, oldest in await session.execute(by_state.group_by(ROWS.state)):
        found.states[state] = count
        if state is DeliveryState.PENDING:
            found.oldest_waiting_at = oldest
    counted = select(Endpoint.state, func.count()).group_by(Endpoint.state)
    found.endpoints = {state.value: count for state, count in await session.execute(counted)}
    soon = (Endpoint.state == EndpointState.ACTIVE, Endpoint.expires_on < today + SOON)
    blocked = select(ROWS.lane_id).where(ROWS.state == DeliveryState.BLOCKED).distinct().subquery()
    held_up = select(func.count()).select_from(blocked).join(Lane, Lane.id == blocked.c.lane_id)
    found.blocked_lanes = await session.scalar(held_up.where(Lane.blocked)) or 0
    found.failing_endpoints = await _count(session, Gate.breaker == Breaker.OPEN)
    found.expiring_endpoints = await _count(session, *soon)
    found.quarantined_events = await _count(session, parked.c.state == Why.QUARANTINED)
    return found


async def _count(session: AsyncSession, *which: Any) -> int:
    return await session.scalar(select(func.count()).where(*which)) or 0


STANDING = (
    Endpoint.id, Endpoint.owner, Endpoint.purpose, Endpoint.state, Endpoint.expires_on, Endpoint.at,
    Gate.breaker, Gate.in_a_row, Gate.opens_at,
)  # fmt: skip


def standings(state: EndpointState | None = None, failing: bool = False) -> Select[Any]:
    """Endpoints with their gates, of every organisation."""
    statement: Any = select(*STANDING).join(Gate, Gate.endpoint_id == Endpoint.id)
    if state is not None:
        statement = statement.where(Endpoint.state == state)
    found: Select[Any] = statement.where(Gate.breaker == Breaker.OPEN) if failing else statement
    return found


async def waiting_at(
    session: AsyncSession, endpoint_ids: Sequence[UUID]
) -> dict[UUID, dict[DeliveryState, tuple[int, datetime]]]:
    """By endpoint and state: how many deliveries are unfinished, and since when the oldest is."""
    found: dict[UUID, dict[DeliveryState, tuple[int, datetime]]] = {}
    for row in await session.execute(BY_ENDPOINT, {"ids": list(endpoint_ids)}):
        found.setdefault(row.endpoint_id, {})[row.state] = (row.waiting, row.oldest)
    return found


def stuck(state: DeliveryState, endpoint_id: UUID | None = None) -> Select[Any]:
    """Deliveries of one unfinished state, of every organisation: without what they say."""
    statement: Select[Any] = select(*(ROWS[name] for name in STUCK)).where(ROWS.state == state)
    return statement if endpoint_id is None else statement.where(ROWS.endpoint_id == endpoint_id)


LAST_TRIES = (
    select(TRIES.delivery_id, TRIES.at, TRIES.outcome, TRIES.status, TRIES.error)
    .where(among(TRIES.delivery_id, "ids"))
    .order_by(TRIES.at, TRIES.id)
)


async def last_tries(session: AsyncSession, delivery_ids: Sequence[UUID]) -> dict[UUID, Any]:
    """By delivery: when it was last tried and how that ended, without what was answered."""
    rows = await session.execute(LAST_TRIES, {"ids": list(delivery_ids)})
    return {row.delivery_id: row for row in rows}


def reports() -> Select[Report]:
    """Every day's report."""
    return select(Report)
