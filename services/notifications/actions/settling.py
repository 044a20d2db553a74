"""Settling: what became of the messages sent, in one transaction with when their lanes are due again.

Rounds are settled together, as many as are there: the usual case, all of them taken, costs the same few
statements however many they are. Heads are locked first, then lanes, then gates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import case, func, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import noting
from services.notifications.actions.claiming import Parcel, Round
from services.notifications.actions.health import in_doubt, settle_gates
from services.notifications.channels.receipts import sha256
from services.notifications.channels.sender import Answer
from services.notifications.events import DeliveryBlocked, MessageDelivered, subject_of
from services.notifications.queries import facts_of
from services.notifications.rules.recipients import KEEPERS, Category
from services.notifications.rules.schedule import Verdict, next_wait, retry_after
from services.notifications.rules.vocabulary import DeliveryState, OrderMode
from services.notifications.tables import PENDING_WORD, Attempt, Delivery, Lane, table
from shared import events, journal
from shared.citation import OURS
from shared.database import uuid7
from shared.journal import Entry
from shared.standing import matters
from shared.statements import among, insert_all, update_each
from shared.transactions import frame

KEPT_BYTES = 512
EXHAUSTED = "exhausted"
TRANSPORT = OURS["proof of transport"]
STUCK = "notifications.delivery_blocked"
LANES = table(Lane)


@dataclass(frozen=True, slots=True)
class Try:
    """One message that was sent: what was signed by which keys, and how it ended.

    `luck` in [0, 1] spreads the next try.
    """

    parcel: Parcel
    answer: Answer
    at: datetime
    signature: str
    keys: tuple[str, ...]
    luck: float

    @property
    def succeeded(self) -> bool:
        """Whether the receiver took it."""
        return self.answer.verdict is Verdict.DELIVERED


@dataclass(frozen=True, slots=True)
class Served:
    """A round that is over: its tries, and when it ended."""

    round: Round
    tries: Sequence[Try]
    now: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """The lanes whose lease was still held, and when the first of them is due again."""

    lanes: frozenset[UUID]
    due: datetime | None


async def settle(session: AsyncSession, served: Sequence[Served]) -> Settled:
    """Write down the tries of these rounds and free their lanes.

    Of a round whose lease was lost nothing is written.
    """
    matter_subjects = {events.subject_of(each.round.matter_id) for each in served}
    await journal.lock(session, *matter_subjects, *map(subject_of, in_doubt(served)))
    ids = [each.round.lane_id for each in served]
    stand = dict((await session.execute(FENCES, {"ids": ids})).all())
    valid = [each for each in served if stand.get(each.round.lane_id) == each.round.fence]
    tries = [(each, tried) for each in valid for tried in each.tries]
    if tries:
        await insert_all(session, table(Attempt), [_attempt(each.round, one) for each, one in tries])
        await _taken(session, [(each.round, one) for each, one in tries if one.succeeded])
        for each, one in tries:
            if not one.succeeded:
                await _failed(session, each, one)
    due = await free(session, [each.round for each in valid])
    await settle_gates(session, valid)
    return Settled(frozenset(each.round.lane_id for each in valid), due)


def _attempt(round_: Round, tried: Try) -> dict[str, Any]:
    answer = tried.answer
    return {
        "id": uuid7(),
        "delivery_id": tried.parcel.delivery_id,
        "endpoint_id": round_.endpoint.id,
        "at": tried.at,
        "signature": tried.signature,
        "keys": orjson.dumps(tried.keys).decode(),
        "outcome": answer.outcome,
        "succeeded": tried.succeeded,
        "status": answer.status,
        "latency_ms": answer.latency_ms,
        "error": answer.error,
        "first_bytes": answer.body[:KEPT_BYTES],
    }


FENCES = (
    select(LANES.c.id, LANES.c.fence).where(among(LANES.c.id, "ids")).order_by(LANES.c.id).with_for_update()
)


async def _taken(session: AsyncSession, taken: Sequence[tuple[Round, Try]]) -> None:
    if not taken:
        return
    rows = [
        {
            "id": one.parcel.delivery_id,
            "state": DeliveryState.DELIVERED,
            "delivered_at": one.at,
            "tries": one.parcel.tries + 1,
        }
        for _, one in taken
    ]
    await update_each(session, table(Delivery), ("id",), rows)
    entries = [
        Entry(events.subject_of(round_.matter_id), _delivered(round_, one.parcel), TRANSPORT)
        for round_, one in taken
    ]
    await journal.record_all(session, entries)


def _delivered(round_: Round, parcel: Parcel) -> MessageDelivered:
    return MessageDelivered(**_facts(round_, parcel), body_sha256=sha256(parcel.body))


def _facts(round_: Round, parcel: Parcel) -> dict[str, Any]:
    return {
        "matter_id": round_.matter_id,
        "about": parcel.about,
        "endpoint_id": round_.endpoint.id,
        "owner": round_.endpoint.owner,
        "event_id": parcel.event_id,
        "event_type": parcel.event_type,
        "lane": parcel.number,
        "delivery_id": parcel.delivery_id,
    }


async def _failed(session: AsyncSession, served: Served, tried: Try) -> None:
    answer, now = tried.answer, served.now
    wait = next_wait(tried.parcel.tries + 1, answer.verdict, tried.luck, retry_after(answer.retry_after, now))
    delivery = await session.get_one(Delivery, tried.parcel.delivery_id)
    delivery.tries += 1
    if wait is not None:
        delivery.due_at = now + wait
    elif delivery.state is DeliveryState.PENDING:
        await _give_up(session, served.round, delivery, now)
    await session.flush()


async def _give_up(session: AsyncSession, round_: Round, delivery: Delivery, now: datetime) -> None:
    ordered = round_.endpoint.order_mode is OrderMode.MATTER
    delivery.state = DeliveryState.BLOCKED if ordered else DeliveryState.DEAD
    if ordered:
        await session.execute(update(Lane).where(Lane.id == delivery.lane_id).values(blocked=True))
    event = DeliveryBlocked(reason=EXHAUSTED, **facts_of(delivery))
    subject = events.subject_of(delivery.matter_id)
    event_id = await journal.record(session, subject, event, basis=OURS["when all tries have failed"])
    await _tell_holder(session, delivery, event, event_id, now)


async def _tell_holder(
    session: AsyncSession, delivery: Delivery, event: DeliveryBlocked, event_id: UUID, now: datetime
) -> None:
    """The office that handles the matter has to reach the receiver in another way."""
    holder = await session.scalar(select(matters.c.holder).where(matters.c.id == delivery.matter_id))
    offices = frame(session).offices
    if holder is None or not offices.exists(holder):
        return
    facts = event.model_dump(mode="json") | {"link": orjson.loads(delivery.body)["data"]["link"]}
    line = {
        "id": uuid7(),
        "org": holder,
        "org_path": offices.office(holder).path,
        "roles": noting.between_bars(KEEPERS),
        "category": Category.DUE,
        "matter_id": delivery.matter_id,
        "about": delivery.about,
        "event_id": event_id,
        "event_type": STUCK,
        "facts": facts,
        "at": now,
    }
    await noting.write(session, [line])


def _next_due(mode: OrderMode) -> Any:
    waiting = table(Delivery).c
    pending = (waiting.lane_id == LANES.c.id, waiting.state == PENDING_WORD)
    first = select(waiting.due_at).where(*pending).order_by(waiting.number, waiting.id).limit(1)
    earliest = select(func.min(waiting.due_at)).where(*pending)
    due = (first if mode is OrderMode.MATTER else earliest).correlate(LANES).scalar_subquery()
    return case((LANES.c.blocked, null()), else_=due)


NEXT_DUE = {
    mode: update(LANES).where(among(LANES.c.id, "ids")).values(next_due=_next_due(mode)) for mode in OrderMode
}
FREED = {
    mode: statement.values(lease_until=None).returning(LANES.c.next_due)
    for mode, statement in NEXT_DUE.items()
}


async def set_next_due(session: AsyncSession, lane_ids: Sequence[UUID], mode: OrderMode) -> None:
    """Lanes are due when their first message is; without order, when any is; a blocked lane never."""
    await session.execute(NEXT_DUE[mode], {"ids": lane_ids})


async def free(session: AsyncSession, rounds: Iterable[Round]) -> datetime | None:
    """The lanes of these rounds may be served again; when the first of them is due."""
    lanes: dict[OrderMode, list[UUID]] = {}
    dues: list[datetime | None] = []
    for each in rounds:
        lanes.setdefault(each.endpoint.order_mode, []).append(each.lane_id)
    for mode, ids in lanes.items():
        dues += (await session.scalars(FREED[mode], {"ids": ids})).all()
    return min((due for due in dues if due is not None), default=None)


async def release(session: AsyncSession, rounds: Sequence[Round]) -> None:
    """Lanes that will not be served after all are free again at once."""
    for each in rounds:
        held = update(Lane).where(Lane.id == each.lane_id, Lane.fence == each.fence)
        await session.execute(held.values(lease_until=None))
