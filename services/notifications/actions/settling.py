"""Settling: what became of the messages sent, in one transaction with when their lane is due again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import case, func, literal, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import noting
from services.notifications.actions.claiming import Challenge, Parcel, Round
from services.notifications.actions.endpoints import GONE, disable, subject_of, verified
from services.notifications.channels.message import answers_challenge
from services.notifications.channels.sender import Answer
from services.notifications.events import DeliveryBlocked, MessageDelivered
from services.notifications.rules.recipients import KEEPERS, Category
from services.notifications.rules.schedule import (
    WINDOW,
    Breaker,
    Health,
    Outcome,
    Verdict,
    health_after,
    next_wait,
    retry_after,
)
from services.notifications.rules.vocabulary import DeliveryState, EndpointState, OrderMode
from services.notifications.tables import Attempt, Delivery, Endpoint, Gate, Lane
from shared import events, journal
from shared.citation import OURS
from shared.database import uuid7
from shared.standing import matters
from shared.transactions import frame

KEPT_BYTES = 512
CHALLENGE_TRIES = 3
EXHAUSTED = "exhausted"
TRANSPORT = OURS["proof of transport"]
STUCK = "notifications.delivery_blocked"


@dataclass(frozen=True, slots=True)
class Try:
    """One message that was sent: what was signed, and how it ended; `luck` in [0, 1] spreads the next try."""

    parcel: Parcel
    answer: Answer
    at: datetime
    signature: str
    luck: float

    @property
    def succeeded(self) -> bool:
        """Whether the receiver took it."""
        return self.answer.verdict is Verdict.DELIVERED


async def settle(session: AsyncSession, round_: Round, tries: Sequence[Try], now: datetime) -> bool:
    """Write down the tries of a round and free its lane; False, nothing written, if the lease was lost."""
    await journal.lock(session, events.subject_of(round_.matter_id))
    held = select(Lane.id).where(Lane.id == round_.lane_id, Lane.fence == round_.fence)
    if await session.scalar(held.with_for_update()) is None:
        return False
    sent = select(Delivery).where(Delivery.id.in_([each.parcel.delivery_id for each in tries]))
    deliveries = {delivery.id: delivery for delivery in await session.scalars(sent)}
    for each in tries:
        session.add(_attempt(round_, each))
        await _settle_one(session, round_, deliveries[each.parcel.delivery_id], each, now)
    await session.flush()
    await set_next_due(session, round_.lane_id, round_.endpoint.order_mode, lease_until=None)
    await _settle_gate(session, round_, tries, now)
    return True


def _attempt(round_: Round, tried: Try) -> Attempt:
    answer = tried.answer
    return Attempt(
        delivery_id=tried.parcel.delivery_id,
        endpoint_id=round_.endpoint.id,
        at=tried.at,
        signature=tried.signature,
        outcome=answer.outcome,
        succeeded=tried.succeeded,
        status=answer.status,
        latency_ms=answer.latency_ms,
        error=answer.error,
        first_bytes=answer.body[:KEPT_BYTES],
    )


async def _settle_one(
    session: AsyncSession, round_: Round, delivery: Delivery, tried: Try, now: datetime
) -> None:
    delivery.tries += 1
    if tried.succeeded:
        delivery.state, delivery.delivered_at = DeliveryState.DELIVERED, tried.at
        taken = MessageDelivered(**facts_of(delivery))
        await journal.record(session, events.subject_of(delivery.matter_id), taken, basis=TRANSPORT)
        return
    answer = tried.answer
    asked = retry_after(answer.retry_after, now)
    wait = next_wait(delivery.tries, answer.verdict, tried.luck, asked)
    if wait is not None:
        delivery.due_at = now + wait
    elif delivery.state is DeliveryState.PENDING:
        await _give_up(session, round_, delivery, now)


async def _give_up(session: AsyncSession, round_: Round, delivery: Delivery, now: datetime) -> None:
    ordered = round_.endpoint.order_mode is OrderMode.MATTER
    delivery.state = DeliveryState.BLOCKED if ordered else DeliveryState.DEAD
    if ordered:
        await session.execute(update(Lane).where(Lane.id == delivery.lane_id).values(blocked=True))
    event = DeliveryBlocked(reason=EXHAUSTED, **facts_of(delivery))
    subject = events.subject_of(delivery.matter_id)
    event_id = await journal.record(session, subject, event, basis=OURS["when all tries have failed"])
    await _tell_holder(session, delivery, event, event_id, now)


def facts_of(delivery: Delivery) -> dict[str, Any]:
    """What every event about a delivery says."""
    return {
        "matter_id": delivery.matter_id,
        "about": delivery.about,
        "endpoint_id": delivery.endpoint_id,
        "owner": delivery.owner,
        "event_id": delivery.event_id,
        "event_type": delivery.event_type,
        "lane": delivery.number,
        "delivery_id": delivery.id,
    }


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


async def set_next_due(session: AsyncSession, lane_id: UUID, mode: OrderMode, **more: Any) -> None:
    """The lane is due when its first message is; without order, when any is; a blocked lane never."""
    pending = select(Delivery.due_at).where(
        Delivery.lane_id == lane_id, Delivery.state == DeliveryState.PENDING
    )
    by = (Delivery.number, Delivery.id) if mode is OrderMode.MATTER else (Delivery.due_at,)
    due = literal(await session.scalar(pending.order_by(*by).limit(1)), Lane.next_due.type)
    unless_blocked = case((Lane.blocked, null()), else_=due)
    await session.execute(update(Lane).where(Lane.id == lane_id).values(next_due=unless_blocked, **more))


async def _settle_gate(session: AsyncSession, round_: Round, tries: Sequence[Try], now: datetime) -> None:
    endpoint_id = round_.endpoint.id
    if not tries:
        return
    if all(each.succeeded for each in tries):
        # The usual case takes no lock: rounds of one endpoint do not wait for each other.
        troubled = (Gate.endpoint_id == endpoint_id, Gate.in_a_row > 0)
        sound = {"breaker": Breaker.CLOSED, "in_a_row": 0, "shut": 0, "opens_at": None}
        await session.execute(update(Gate).where(*troubled).values(sound))
        return
    known = select(Gate).where(Gate.endpoint_id == endpoint_id).with_for_update()
    gate = (await session.scalars(known)).one()
    health = Health(gate.breaker, gate.in_a_row, gate.shut, gate.opens_at)
    recent, failed = await _recent(session, endpoint_id, now - WINDOW)
    for each in tries:
        health = health_after(health, each.succeeded, recent, failed, now, probe=round_.probe)
    gate.breaker, gate.in_a_row, gate.shut = health.breaker, health.in_a_row, health.shut
    gate.opens_at = health.opens_at


async def _recent(session: AsyncSession, endpoint_id: UUID, since: datetime) -> tuple[int, int]:
    """How many answers the endpoint gave since then, and how many of them were failures."""
    counted = (
        select(Attempt.succeeded, func.count())
        .where(Attempt.endpoint_id == endpoint_id, Attempt.at > since)
        .group_by(Attempt.succeeded)
    )
    counts = {succeeded: count for succeeded, count in await session.execute(counted)}
    return sum(counts.values()), counts.get(False, 0)


async def release(session: AsyncSession, rounds: Sequence[Round]) -> None:
    """Lanes that will not be served after all are free again at once."""
    for each in rounds:
        held = update(Lane).where(Lane.id == each.lane_id, Lane.fence == each.fence)
        await session.execute(held.values(lease_until=None))


async def gone(session: AsyncSession, endpoint_id: UUID) -> None:
    """The receiver asked never to be called again: the endpoint is disabled."""
    await journal.lock(session, subject_of(endpoint_id))
    endpoint = await session.get_one(Endpoint, endpoint_id)
    if endpoint.state is EndpointState.ACTIVE:
        await disable(session, endpoint, GONE)


async def settle_challenge(
    session: AsyncSession, challenge: Challenge, answer: Answer, now: datetime
) -> None:
    """An endpoint that answered with its challenge is told from now on; another is asked thrice in all."""
    await journal.lock(session, subject_of(challenge.endpoint_id))
    mine = (Endpoint.id == challenge.endpoint_id, Endpoint.challenge == challenge.word)
    endpoint = await session.scalar(select(Endpoint).where(*mine))
    if endpoint is None:
        return
    if answer.verdict is Verdict.DELIVERED and answers_challenge(answer.body, challenge.word):
        # Read again under the lock: who is told from when on has to agree with the order of commits.
        await verified(session, endpoint, await frame(session).database.dialect.now(session))
        return
    tries = challenge.tries + 1
    wait = next_wait(tries, Verdict.FAILED, 0.5) if tries < CHALLENGE_TRIES else None
    due = now + wait if wait is not None else None
    again = update(Endpoint).where(*mine).values(challenge_due_at=due, challenge_tries=tries)
    await session.execute(again.values(challenge_result=_in_words(answer)))


def _in_words(answer: Answer) -> str:
    if answer.outcome is not Outcome.ANSWERED:
        return f"{answer.outcome}: {answer.error}"[:200].rstrip(": ")
    said = "without the challenge" if answer.verdict is Verdict.DELIVERED else "refusing"
    return f"answered {answer.status} {said}"
