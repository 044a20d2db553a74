"""Claiming: which lanes are served now, by whom, for how long; nothing is sent here.

A lane is leased for a minute under a fencing number. Who holds it sends its next messages in order; should he
come back late, the number has moved on and what he says is not written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.rules.schedule import Breaker
from services.notifications.rules.vocabulary import DeliveryState, EndpointState, OrderMode
from services.notifications.tables import Delivery, Endpoint, Gate, Lane, Secret

LEASE = timedelta(seconds=60)
HEADS = 5
MOST_CHALLENGES = 20


@dataclass(frozen=True, slots=True)
class Room:
    """How many more lanes this process can serve, and how many it serves of each endpoint."""

    free: int
    per_endpoint: int
    busy: Mapping[UUID, int]

    def full(self) -> list[UUID]:
        """The endpoints of which no further lane is taken."""
        return [endpoint for endpoint, lanes in self.busy.items() if lanes >= self.per_endpoint]

    def left(self, endpoint_id: UUID) -> int:
        """How many more lanes of that endpoint may be taken."""
        return min(self.free, self.per_endpoint - self.busy.get(endpoint_id, 0))


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to be sent."""

    delivery_id: UUID
    number: int
    event_id: UUID
    tries: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Called:
    """The endpoint that is called: where, for whom, in which order, with which sealed secrets."""

    id: UUID
    url: str
    owner: str
    order_mode: OrderMode
    secrets: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Round:
    """A leased lane with its next messages."""

    lane_id: UUID
    fence: int
    matter_id: UUID
    endpoint: Called
    parcels: tuple[Parcel, ...]
    at: datetime
    probe: bool = False


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge to be sent."""

    endpoint_id: UUID
    url: str
    owner: str
    word: str
    tries: int
    at: datetime


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(Lane.next_due <= now, or_(Lane.lease_until.is_(None), Lane.lease_until <= now))


async def anything_due(session: AsyncSession, now: datetime, room: Room) -> bool:
    """Whether a claim would find anything; read-only, so that an idle worker writes nothing."""
    lane = await session.scalar(_ready(now, room).limit(1))
    challenge = await session.scalar(select(Endpoint.id).where(Endpoint.challenge_due_at <= now).limit(1))
    return lane is not None or challenge is not None


def _ready(now: datetime, room: Room) -> Select[UUID, str, str, OrderMode, Breaker, datetime | None]:
    due = exists().where(Lane.endpoint_id == Endpoint.id, _due(now))
    return (
        select(Endpoint.id, Endpoint.url, Endpoint.owner, Endpoint.order_mode, Gate.breaker, Gate.opens_at)
        .join(Gate, Gate.endpoint_id == Endpoint.id)
        .where(
            Endpoint.state == EndpointState.ACTIVE,
            or_(Gate.opens_at.is_(None), Gate.opens_at <= now),
            Endpoint.id.not_in(room.full()),
            due,
        )
    )


async def claim(session: AsyncSession, now: datetime, room: Room) -> list[Round]:
    """Lease due lanes of endpoints that may be called, a few of each, whichever endpoint comes first."""
    ready = await session.execute(_ready(now, room).order_by(func.random()).limit(room.free))
    rounds: list[Round] = []
    for row in ready.all():
        free = Room(room.free - len(rounds), room.per_endpoint, room.busy)
        if free.free <= 0:
            break
        rounds += await _claim_of(session, now, row, free)
    return rounds


async def _claim_of(session: AsyncSession, now: datetime, row: Any, room: Room) -> list[Round]:
    probing = row.breaker is Breaker.OPEN
    if probing and not await _take_probe(session, now, row):
        return []
    lanes = await _lease(session, now, row.id, 1 if probing else room.left(row.id))
    if not lanes:
        return []
    endpoint = Called(row.id, row.url, row.owner, row.order_mode, await _secrets(session, row.id))
    most = 1 if probing else HEADS
    heads = await _heads(session, now, [lane.id for lane in lanes], endpoint.order_mode, most)
    return [
        Round(lane.id, lane.fence, lane.matter_id, endpoint, tuple(heads.get(lane.id, ())), now, probing)
        for lane in lanes
    ]


async def _take_probe(session: AsyncSession, now: datetime, row: Any) -> bool:
    """Whether this worker sends the one probe: whoever moves the gate's time first."""
    gate = update(Gate).where(Gate.endpoint_id == row.id, Gate.opens_at == row.opens_at)
    taken = await session.execute(gate.values(opens_at=now + LEASE).returning(Gate.endpoint_id))
    return taken.one_or_none() is not None


async def _lease(
    session: AsyncSession, now: datetime, endpoint_id: UUID, most: int
) -> Sequence[Row[UUID, int, UUID]]:
    due = (
        select(Lane.id)
        .where(Lane.endpoint_id == endpoint_id, _due(now))
        .order_by(Lane.next_due)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = (await session.scalars(due)).all()
    if not ids:
        return []
    leased = update(Lane).where(Lane.id.in_(ids)).values(lease_until=now + LEASE, fence=Lane.fence + 1)
    return (await session.execute(leased.returning(Lane.id, Lane.fence, Lane.matter_id))).all()


async def _heads(
    session: AsyncSession, now: datetime, lanes: Sequence[UUID], mode: OrderMode, most: int
) -> dict[UUID, list[Parcel]]:
    """The next messages of these lanes: by number; without order only those that are due themselves.

    A few index entries per lane, however many wait behind them.
    """
    row = Delivery
    columns = (row.lane_id, row.id, row.number, row.event_id, row.tries, row.body)
    pending = select(*columns).where(Delivery.state == DeliveryState.PENDING)
    if mode is OrderMode.NONE:
        pending = pending.where(Delivery.due_at <= now)
    ordered = pending.order_by(Delivery.number, Delivery.id).limit(most)
    each = [select(ordered.where(Delivery.lane_id == lane).subquery()) for lane in lanes]
    heads: dict[UUID, list[Parcel]] = {}
    for lane_id, *parcel in await session.execute(union_all(*each)):
        heads.setdefault(lane_id, []).append(Parcel(*parcel))
    for found in heads.values():
        found.sort(key=lambda parcel: (parcel.number, parcel.delivery_id))
    return heads


async def _secrets(session: AsyncSession, endpoint_id: UUID) -> tuple[tuple[str, bytes], ...]:
    kept = select(Secret.vault_kid, Secret.sealed).where(Secret.endpoint_id == endpoint_id)
    rows = await session.execute(kept.order_by(Secret.id.desc()))
    return tuple((row.vault_kid, row.sealed) for row in rows)


async def claim_challenges(session: AsyncSession, now: datetime) -> list[Challenge]:
    """Challenges that are due, each leased to this worker by moving its time."""
    due = (
        select(Endpoint.id, Endpoint.url, Endpoint.owner, Endpoint.challenge, Endpoint.challenge_tries)
        .where(Endpoint.challenge_due_at <= now)
        .order_by(Endpoint.challenge_due_at)
        .limit(MOST_CHALLENGES)
        .with_for_update(skip_locked=True)
    )
    rows = (await session.execute(due)).all()
    if rows:
        taken = update(Endpoint).where(Endpoint.id.in_([row.id for row in rows]))
        await session.execute(taken.values(challenge_due_at=now + LEASE))
    return [Challenge(row.id, row.url, row.owner, row.challenge, row.challenge_tries, now) for row in rows]
