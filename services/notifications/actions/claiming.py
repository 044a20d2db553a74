"""Claiming: which lanes are served now, by whom, for how long; nothing is sent here.

A lane is leased for a minute under a fencing number. Who holds it sends its next messages in order; should he
come back late, the number has moved on and what he says is not written. Claimers hold an endpoint's gate, so
that how many of its lanes are served at once, and how fast, is right for all processes together. A claim
takes the same few statements however many endpoints, lanes and messages it finds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.queries.each import Top, of_each
from services.notifications.rules.pace import Bucket, filled, free_at
from services.notifications.rules.schedule import Breaker
from services.notifications.rules.vocabulary import Asking, EndpointState, OrderMode
from services.notifications.tables import (
    PENDING_WORD,
    Delivery,
    Endpoint,
    Gate,
    Lane,
    Secret,
    Tls,
    table,
)
from shared.statements import among

LEASE = timedelta(seconds=60)
HEADS = 20
MOST_CHALLENGES = 20


Sealed = tuple[UUID, str, bytes]  # a secret: its id, the name of the vault's key, and what that has sealed


@dataclass(frozen=True, slots=True)
class Room:
    """How many more lanes this process can serve, and how many of one endpoint that names no number."""

    free: int
    per_endpoint: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to be sent."""

    delivery_id: UUID
    number: int
    event_id: UUID
    event_type: str
    about: UUID | None
    tries: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Papers:
    """An endpoint's own authority, the certificate that we show it, and its sealed key."""

    authority: str | None
    certificate: str | None
    vault_kid: str | None
    sealed_key: bytes | None


@dataclass(frozen=True, slots=True)
class Called:
    """The endpoint that is called: where, for whom, in which order, with which sealed secrets and papers."""

    id: UUID
    url: str
    owner: str
    order_mode: OrderMode
    secrets: tuple[Sealed, ...] = ()
    papers: Papers | None = None
    troubled: bool = False  # it failed the last time


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
    """A message of our own to an endpoint: a challenge, or a test."""

    endpoint: Called
    asking: Asking
    word: str
    tries: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Ready:
    """An endpoint with due lanes that may be called: how many of them, and how many messages in all."""

    called: Called
    lanes: int
    messages: int | None
    rate: int | None
    bucket: Bucket | None
    probe: bool
    sealed: bool  # it has secrets


LANE = table(Lane)
LANES, GATES, ENDPOINTS, PAPERS = LANE.c, table(Gate).c, table(Endpoint).c, table(Tls).c
NOW = bindparam("now", type_=LANES.next_due.type)
LANE_DUE = and_(LANES.next_due <= NOW, or_(LANES.lease_until.is_(None), LANES.lease_until <= NOW))
SHOWN = (PAPERS.authority, PAPERS.certificate, PAPERS.vault_kid, PAPERS.sealed_key)
CALLED = (ENDPOINTS.id, ENDPOINTS.url, ENDPOINTS.owner, ENDPOINTS.order_mode)
PACE = (
    ENDPOINTS.parallel,
    ENDPOINTS.rate_per_minute,
    GATES.breaker,
    GATES.in_a_row,
    GATES.tokens,
    GATES.counted_at,
)
SEALED = table(Secret).c
READY = (
    select(*CALLED, *PACE, *SHOWN, exists().where(SEALED.endpoint_id == ENDPOINTS.id).label("sealed"))
    .join_from(table(Endpoint), table(Gate), GATES.endpoint_id == ENDPOINTS.id)
    .outerjoin(table(Tls), PAPERS.endpoint_id == ENDPOINTS.id)
    .where(
        ENDPOINTS.state == EndpointState.ACTIVE,
        or_(GATES.opens_at.is_(None), GATES.opens_at <= NOW),
        or_(GATES.free_at.is_(None), GATES.free_at <= NOW),
        exists().where(LANES.endpoint_id == ENDPOINTS.id, LANE_DUE),
    )
)
READY_TO_TAKE = (
    READY.order_by(func.random()).limit(bindparam("most")).with_for_update(of=table(Gate), skip_locked=True)
)
ANY_READY = READY.with_only_columns(ENDPOINTS.id)
ANY_CHALLENGE = select(ENDPOINTS.id).where(ENDPOINTS.challenge_due_at <= NOW)
ANYTHING = select(or_(ANY_READY.exists(), ANY_CHALLENGE.exists()))


async def anything_due(session: AsyncSession, now: datetime) -> bool:
    """Whether a claim would find anything; read-only, so that an idle worker writes nothing."""
    return bool(await session.scalar(ANYTHING, {"now": now}))


@dataclass(frozen=True, slots=True)
class Claimed:
    """What is served now, and whether more is due that there was no room for."""

    rounds: Sequence[Round] = ()
    more: bool = False


async def claim(session: AsyncSession, now: datetime, room: Room) -> Claimed:
    """Lease due lanes of endpoints that may be called, a few of each, whichever endpoint comes first."""
    ready = await _ready_endpoints(session, now, room)
    if not ready:
        return Claimed()
    candidates, more = await _candidates(session, now, ready, room)
    leased = await _lease(session, now, candidates) if candidates else ()
    if not leased:
        return Claimed(more=more)
    heads = await _heads(session, now, ready, leased)
    secrets = await _secrets(session, [id_ for id_, each in ready.items() if each.sealed])
    called = {id_: replace(each.called, secrets=secrets.get(id_, ())) for id_, each in ready.items()}
    rounds = [
        Round(
            lane.id,
            lane.fence,
            lane.matter_id,
            called[lane.endpoint_id],
            tuple(heads.get(lane.id, ())),
            now,
            ready[lane.endpoint_id].probe,
        )
        for lane in leased
    ]
    await _hold_gates(session, now, ready, rounds)
    return Claimed(rounds, more)


async def _ready_endpoints(session: AsyncSession, now: datetime, room: Room) -> dict[UUID, Ready]:
    """Those that may be called and have room, their gates held until the claim is over."""
    rows = (await session.execute(READY_TO_TAKE, {"now": now, "most": room.free})).all()
    return {row.id: _as_ready(row, now, room) for row in rows}


def _as_ready(row: Any, now: datetime, room: Room) -> Ready:
    probe = row.breaker is Breaker.OPEN
    # One that failed the last time is called once at a time until it takes a message again.
    lanes = 1 if probe or row.in_a_row else row.parallel or room.per_endpoint
    bucket = messages = None
    if row.rate_per_minute is not None:
        before = None if row.tokens is None else Bucket(row.tokens, row.counted_at)
        bucket = filled(before, row.rate_per_minute, now)
        messages = int(bucket.tokens)
    return Ready(_called(row), lanes, messages, row.rate_per_minute, bucket, probe, bool(row.sealed))


# Asked once the gates are held: what another process has leased meanwhile counts.
ALSO_LEASED = LANE.alias("also").c


def _busy(endpoint_id: ColumnElement[UUID]) -> Select[Any]:
    leased = (ALSO_LEASED.endpoint_id == endpoint_id, ALSO_LEASED.lease_until > NOW)
    return select(func.count().label("busy")).where(*leased)


DUE_LANES = Top(LANES.endpoint_id, (LANES.id,), (LANE_DUE,), (LANES.next_due,), _busy)


async def _candidates(
    session: AsyncSession, now: datetime, ready: Mapping[UUID, Ready], room: Room
) -> tuple[list[UUID], bool]:
    """Lanes that may be leased, and whether there may be more of them."""
    most = min(room.free, max(each.lanes for each in ready.values()))
    found = await of_each(session, DUE_LANES, list(ready), most, now=now)
    candidates: list[UUID] = []
    more = False
    for endpoint_id, rows in found.items():
        each = ready[endpoint_id]
        left = max(0, each.lanes - rows[0].busy)
        left = left if each.messages is None else min(left, each.messages)
        candidates += [row.id for row in rows[:left]]
        more = more or len(rows) >= most or len(rows) > left
    return candidates[: room.free], more or len(candidates) > room.free


FREE = select(LANES.id).where(among(LANES.id, "ids"), LANE_DUE).with_for_update(skip_locked=True)
LEASED = (
    update(table(Lane))
    .where(LANES.id.in_(FREE))
    .values(lease_until=bindparam("until", type_=LANES.lease_until.type), fence=LANES.fence + 1)
    .returning(LANES.id, LANES.fence, LANES.matter_id, LANES.endpoint_id)
)


async def _lease(session: AsyncSession, now: datetime, ids: Sequence[UUID]) -> Sequence[Any]:
    leased = {"ids": ids, "now": now, "until": now + LEASE}
    return (await session.execute(LEASED, leased)).all()


WAITS = table(Delivery).c
PARCEL = (
    WAITS.id, WAITS.number, WAITS.event_id, WAITS.event_type, WAITS.about, WAITS.tries, WAITS.body
)  # fmt: skip
PENDING = WAITS.state == PENDING_WORD
WAITING = Top(WAITS.lane_id, PARCEL, (PENDING,), (WAITS.number, WAITS.id))
WAITING_AND_DUE = replace(WAITING, where=(PENDING, WAITS.due_at <= NOW))


async def _heads(
    session: AsyncSession, now: datetime, ready: Mapping[UUID, Ready], leased: Sequence[Any]
) -> dict[UUID, list[Parcel]]:
    """The next messages of these lanes: by number; without order only those that are due themselves.

    A few index entries per lane, however many wait behind them.
    """
    heads: dict[UUID, list[Parcel]] = {}
    for mode, top in ((OrderMode.MATTER, WAITING), (OrderMode.NONE, WAITING_AND_DUE)):
        for probe in (False, True):
            lanes = [lane.id for lane in leased if _kind(ready[lane.endpoint_id]) == (mode, probe)]
            found = await of_each(session, top, lanes, 1 if probe else HEADS, now=now)
            heads |= {lane: [_parcel(row) for row in rows] for lane, rows in found.items()}
    _keep_to_the_rate(ready, leased, heads)
    return heads


def _kind(ready: Ready) -> tuple[OrderMode, bool]:
    return ready.called.order_mode, ready.probe


def _parcel(row: Any) -> Parcel:
    return Parcel(*(getattr(row, column.key) for column in PARCEL))


def _keep_to_the_rate(
    ready: Mapping[UUID, Ready], leased: Sequence[Any], heads: dict[UUID, list[Parcel]]
) -> None:
    """Of an endpoint with a rate, each lane's share of the messages that there is room for."""
    for endpoint_id, each in ready.items():
        lanes = [lane.id for lane in leased if lane.endpoint_id == endpoint_id]
        if each.messages is not None and lanes:
            share, more = divmod(each.messages, len(lanes))
            for index, lane in enumerate(lanes):
                heads[lane] = heads.get(lane, [])[: share + (index < more)]


async def _hold_gates(
    session: AsyncSession, now: datetime, ready: Mapping[UUID, Ready], rounds: Sequence[Round]
) -> None:
    """What is about to be sent takes its tokens; where a probe is sent, nobody else sends meanwhile."""
    for each in ready.values():
        gate = update(Gate).where(Gate.endpoint_id == each.called.id)
        if each.probe:
            await session.execute(gate.values(opens_at=now + LEASE))
        if each.bucket is not None and each.rate is not None:
            sent = sum(len(one.parcels) for one in rounds if one.endpoint.id == each.called.id)
            left = Bucket(each.bucket.tokens - sent, now)
            free = free_at(left, each.rate)
            await session.execute(gate.values(tokens=left.tokens, counted_at=now, free_at=free))


SECRETS = (
    select(SEALED.endpoint_id, SEALED.id, SEALED.vault_kid, SEALED.sealed)
    .where(among(SEALED.endpoint_id, "ids"))
    .order_by(SEALED.id.desc())
)


async def _secrets(session: AsyncSession, endpoint_ids: Iterable[UUID]) -> dict[UUID, tuple[Sealed, ...]]:
    found: dict[UUID, tuple[Sealed, ...]] = {}
    ids = list(endpoint_ids)
    for row in await session.execute(SECRETS, {"ids": ids}) if ids else ():
        found[row.endpoint_id] = (*found.get(row.endpoint_id, ()), (row.id, row.vault_kid, row.sealed))
    return found


CHALLENGES = (
    select(*CALLED, *SHOWN, ENDPOINTS.asking, ENDPOINTS.challenge, ENDPOINTS.challenge_tries)
    .select_from(table(Endpoint))
    .outerjoin(table(Tls), PAPERS.endpoint_id == ENDPOINTS.id)
    .where(ENDPOINTS.challenge_due_at <= NOW)
    .order_by(ENDPOINTS.challenge_due_at)
    .limit(MOST_CHALLENGES)
    .with_for_update(of=table(Endpoint), skip_locked=True)
)
ASKED = (
    update(table(Endpoint))
    .where(among(ENDPOINTS.id, "ids"))
    .values(challenge_due_at=bindparam("until", type_=LANES.lease_until.type))
)


async def claim_challenges(session: AsyncSession, now: datetime) -> list[Challenge]:
    """Messages of our own that are due, each leased to this worker by moving its time."""
    rows = (await session.execute(CHALLENGES, {"now": now})).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    await session.execute(ASKED, {"ids": ids, "until": now + LEASE})
    secrets = await _secrets(session, ids)
    return [
        Challenge(_called(row, secrets.get(row.id, ())), row.asking, row.challenge, row.challenge_tries, now)
        for row in rows
    ]


def _called(row: Any, secrets: tuple[Sealed, ...] = ()) -> Called:
    papers = Papers(*(getattr(row, column.key) for column in SHOWN))
    none = papers.authority is None and papers.certificate is None
    troubled = bool(getattr(row, "in_a_row", 0))
    return Called(row.id, row.url, row.owner, row.order_mode, secrets, None if none else papers, troubled)
