"""What a person does about a delivery that will not go through: send it again, or pass over it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions.fan_out import next_positions
from services.notifications.actions.settling import set_next_due
from services.notifications.channels.message import with_skipped
from services.notifications.errors import NothingToRetry, NothingToSkip
from services.notifications.events import DeliveryRetried, DeliverySkipped
from services.notifications.queries import facts_of
from services.notifications.rules.numbers import joined
from services.notifications.rules.vocabulary import DeliveryState, EndpointState, Trigger
from services.notifications.tables import Delivery, Endpoint, Lane
from shared import events, journal
from shared.citation import OURS
from shared.database import uuid7
from shared.transactions import frame

ON_ITS_WAY = (DeliveryState.PENDING, DeliveryState.HELD)
BY_HAND = OURS["a person decides about a stuck delivery"]


async def retry(session: AsyncSession, delivery: Delivery, reason: str) -> Delivery:
    """The same message under the same id and number, as a new delivery; a lane that waited for it goes on."""
    lane, endpoint = await _lane_and_endpoint(session, delivery)
    under_way = select(Delivery.id).where(
        Delivery.endpoint_id == delivery.endpoint_id,
        Delivery.event_id == delivery.event_id,
        Delivery.state.in_(ON_ITS_WAY),
    )
    if await session.scalar(under_way.limit(1)) is not None:
        raise NothingToRetry
    again = await _again(session, delivery, endpoint)
    lane.blocked = False
    await session.flush()
    await resume_lane(session, lane, endpoint)
    event, details = DeliveryRetried(**facts_of(again)), {"reason": reason}
    subject = events.subject_of(delivery.matter_id)
    await journal.record(session, subject, event, basis=BY_HAND, details=details)
    session.info["due"] = True
    return again


async def skip(session: AsyncSession, delivery: Delivery, reason: str) -> Delivery:
    """The lane no longer waits for this message; the next one names the number that was passed over."""
    lane, endpoint = await _lane_and_endpoint(session, delivery)
    if delivery.state is not DeliveryState.BLOCKED or not lane.blocked:
        raise NothingToSkip(state=delivery.state)
    delivery.state, lane.blocked = DeliveryState.SKIPPED, False
    await _announce_skipped(session, lane, delivery.number)
    await session.flush()
    await resume_lane(session, lane, endpoint)
    event, details = DeliverySkipped(**facts_of(delivery)), {"reason": reason}
    subject = events.subject_of(delivery.matter_id)
    await journal.record(session, subject, event, basis=BY_HAND, details=details)
    session.info["due"] = True
    return delivery


async def _lane_and_endpoint(session: AsyncSession, delivery: Delivery) -> tuple[Lane, Endpoint]:
    """Both as they are under the matter's lock, which every writer of the lane takes first."""
    await journal.lock(session, events.subject_of(delivery.matter_id))
    await session.refresh(delivery)
    lane = await session.get_one(Lane, delivery.lane_id, with_for_update=True)
    return lane, await session.get_one(Endpoint, delivery.endpoint_id)


async def resume_lane(session: AsyncSession, lane: Lane, endpoint: Endpoint) -> None:
    """The lane is due when its first message is, if its endpoint is called at all."""
    if endpoint.state is EndpointState.ACTIVE and not endpoint.pull_only:
        await set_next_due(session, [lane.id], endpoint.order_mode)


async def _again(session: AsyncSession, delivery: Delivery, endpoint: Endpoint) -> Delivery:
    now = await frame(session).database.dialect.now(session)
    same = ("endpoint_id", "owner", "owner_path", "lane_id", "number", "matter_id", "about", "event_id")
    held = endpoint.state is not EndpointState.ACTIVE
    positions = await next_positions(session, [endpoint.id])
    again = Delivery(
        **{name: getattr(delivery, name) for name in (*same, "event_type", "body")},
        id=uuid7(),
        position=positions[endpoint.id],
        trigger=Trigger.MANUAL,
        original_id=delivery.original_id or delivery.id,
        state=DeliveryState.HELD if held else DeliveryState.PENDING,
        tries=0,
        due_at=now,
        at=now,
    )
    session.add(again)
    return again


async def _announce_skipped(session: AsyncSession, lane: Lane, number: int) -> None:
    """In the next message if it was never sent yet, else in the one after those that wait."""
    waiting = select(Delivery).where(Delivery.lane_id == lane.id, Delivery.state.in_(ON_ITS_WAY))
    following = await session.scalar(waiting.order_by(Delivery.number, Delivery.id).limit(1))
    if following is not None and following.tries == 0 and following.trigger is Trigger.EVENT:
        following.body = with_skipped(following.body, str(number))
    else:
        lane.skipped = joined(lane.skipped, [number])
