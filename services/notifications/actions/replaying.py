"""Replaying: messages of one endpoint sent again, of one event or of a span, under the same message ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.notifications.actions.fan_out import next_positions
from services.notifications.actions.settling import set_next_due
from services.notifications.errors import ReplayTooLarge
from services.notifications.events import MessagesReplayed, subject_of
from services.notifications.rules.vocabulary import DeliveryState, EndpointState, Trigger
from services.notifications.tables import Delivery, Endpoint, Lane, table
from shared import events, journal
from shared.citation import OURS
from shared.database import uuid7
from shared.statements import among
from shared.transactions import frame

AT_ONCE = 500
BASIS = OURS["replay of messages"]
ON_ITS_WAY = (DeliveryState.PENDING, DeliveryState.HELD)
SAME = (
    "endpoint_id", "owner", "owner_path", "lane_id", "number", "matter_id", "about", "event_id", "event_type",
    "body",
)  # fmt: skip
LANES = table(Lane)
UNBLOCKED = update(LANES).where(among(LANES.c.id, "ids")).values(blocked=False)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which messages are sent again: of one event, or those of a span; `everything`: also what was taken."""

    event_id: UUID | None
    since: datetime | None
    until: datetime | None
    everything: bool


async def replay(
    session: AsyncSession, endpoint: Endpoint, wish: Wish, reason: str
) -> tuple[int, datetime | None]:
    """How many are sent again; with more than five hundred, also from when on to ask for the rest.

    What is on its way already is never doubled.
    """
    if (wish.event_id is None) == (wish.since is None) or (
        wish.until and wish.since and wish.until < wish.since
    ):
        raise ReplayTooLarge
    found = await _originals(session, endpoint, wish)
    rest = found[AT_ONCE].at if len(found) > AT_ONCE else None
    again = found[:AT_ONCE]
    await journal.lock(session, *(events.subject_of(each.matter_id) for each in again))
    await _send_again(session, endpoint, again)
    said = MessagesReplayed(endpoint_id=endpoint.id, owner=endpoint.owner, deliveries=len(again))
    await journal.record(session, subject_of(endpoint.id), said, basis=BASIS, details={"reason": reason})
    session.info["due"] = True
    return len(again), rest


async def _originals(session: AsyncSession, endpoint: Endpoint, wish: Wish) -> Sequence[Delivery]:
    other = aliased(Delivery)
    same = (other.endpoint_id == Delivery.endpoint_id, other.event_id == Delivery.event_id)
    settled = ON_ITS_WAY if wish.everything else (*ON_ITS_WAY, DeliveryState.DELIVERED)
    asked = select(Delivery).where(
        Delivery.owner == endpoint.owner,
        Delivery.endpoint_id == endpoint.id,
        Delivery.trigger == Trigger.EVENT,
        ~exists().where(*same, other.state.in_(settled)),
    )
    if wish.event_id is not None:
        asked = asked.where(Delivery.event_id == wish.event_id)
    if wish.since is not None:
        asked = asked.where(Delivery.at >= wish.since)
    if wish.until is not None:
        asked = asked.where(Delivery.at <= wish.until)
    return (await session.scalars(asked.order_by(Delivery.at, Delivery.id).limit(AT_ONCE + 1))).all()


async def _send_again(session: AsyncSession, endpoint: Endpoint, again: Sequence[Delivery]) -> None:
    if not again:
        return
    now = await frame(session).database.dialect.now(session)
    last = (await next_positions(session, [endpoint.id], len(again)))[endpoint.id]
    active = endpoint.state is EndpointState.ACTIVE
    state = DeliveryState.PENDING if active else DeliveryState.HELD
    rows = [
        {
            **{name: getattr(each, name) for name in SAME},
            **{"id": uuid7(), "position": last - len(again) + index, "trigger": Trigger.REPLAY},
            **{"original_id": each.id, "state": state, "tries": 0, "due_at": now, "at": now},
        }
        for index, each in enumerate(again, start=1)
    ]
    await session.execute(plain_insert(table(Delivery)), rows)
    lanes = sorted({each.lane_id for each in again})
    await session.execute(UNBLOCKED, {"ids": lanes})
    if active and not endpoint.pull_only:
        await set_next_due(session, lanes, endpoint.order_mode)
