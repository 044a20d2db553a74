"""Telling: what an event means for endpoints and inboxes, written in the transaction that hears it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, null, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import noting
from services.notifications.channels.message import body_of
from services.notifications.rules.filters import Facts, Wanted, lets_through
from services.notifications.rules.recipients import (
    Notice,
    about_of,
    kind_of,
    notice_of,
    organisations,
    thin,
)
from services.notifications.rules.vocabulary import DeliveryState, EndpointState, OrderMode
from services.notifications.tables import Delivery, Endpoint, Lane
from shared.database import insert, uuid7
from shared.events import Envelope
from shared.standing import matters
from shared.transactions import frame


@dataclass(frozen=True, slots=True)
class Telling:
    """One event on its way to everybody who must know of it."""

    notice: Notice
    envelope: Envelope
    matter_id: UUID
    holder: str | None
    place: str | None
    now: datetime

    @property
    def about(self) -> UUID | None:
        """The thing the event is about."""
        about = about_of(self.notice, self.envelope.body)
        return None if about is None else UUID(about)


async def known(session: AsyncSession, matter_id: UUID) -> bool:
    """Whether this service has heard where the matter stands."""
    return await session.scalar(select(matters.c.id).where(matters.c.id == matter_id)) is not None


async def tell(session: AsyncSession, envelope: Envelope) -> None:
    """One delivery per endpoint that asked for the event, one line per inbox it belongs in."""
    notice, matter_id = notice_of(envelope.type), envelope.matter_id
    if notice is None or matter_id is None:
        return
    stands = select(matters.c.holder, matters.c.place).where(matters.c.id == matter_id)
    holder, place = (await session.execute(stands)).one_or_none() or (None, None)
    now = await frame(session).database.dialect.now(session)
    telling = Telling(notice, envelope, matter_id, holder, place, now)
    await _deliver(session, telling)
    await noting.note(session, notice, envelope, holder, now)


# -- endpoints -----------------------------------------------------------------------------------------------


async def _deliver(session: AsyncSession, telling: Telling) -> None:
    offices = frame(session).offices
    parties, body = telling.notice.webhook, telling.envelope.body
    owners = organisations(parties, body, telling.holder, noting.superior_in(offices))
    if not owners:
        return
    # Shared with other tellings, exclusive of an endpoint's change of state: a delivery is pending or held,
    # never lost between the two.
    statement = select(Endpoint).where(Endpoint.owner.in_(owners), Endpoint.verified_at.is_not(None))
    asked = (await session.scalars(statement.order_by(Endpoint.id).with_for_update(read=True))).all()
    for endpoint in asked:
        if _asked_for(endpoint, telling):
            await _to_endpoint(session, telling, endpoint)


def _asked_for(endpoint: Endpoint, telling: Telling) -> bool:
    wanted = Wanted(tuple(endpoint.event_types), endpoint.matter_id, endpoint.kind, endpoint.place)
    kind = kind_of(telling.envelope.body)
    return lets_through(wanted, Facts(telling.envelope.type, telling.matter_id, kind, telling.place))


async def _to_endpoint(session: AsyncSession, telling: Telling, endpoint: Endpoint) -> None:
    active = endpoint.state is EndpointState.ACTIVE
    lane_id, number, skipped = await _next_in_lane(session, telling, endpoint, active)
    told = thin(telling.notice, telling.envelope.body)
    row = {
        "id": uuid7(),
        "endpoint_id": endpoint.id,
        "owner": endpoint.owner,
        "owner_path": endpoint.owner_path,
        "lane_id": lane_id,
        "number": number,
        "matter_id": telling.matter_id,
        "about": telling.about,
        "event_id": telling.envelope.id,
        "event_type": telling.envelope.type,
        "state": DeliveryState.PENDING if active else DeliveryState.HELD,
        "due_at": telling.now,
        "at": telling.now,
        "body": body_of(telling.envelope, told, telling.matter_id, number, skipped),
    }
    await session.execute(plain_insert(Delivery), row)
    session.info["due"] = True


async def _next_in_lane(
    session: AsyncSession, telling: Telling, endpoint: Endpoint, active: bool
) -> tuple[UUID, int, str]:
    """The lane, its next number, and the numbers a person skipped since the last message."""
    ordered = endpoint.order_mode is OrderMode.MATTER
    soon = func.coalesce(Lane.next_due, telling.now) if ordered else telling.now
    due = case((Lane.blocked, null()), else_=soon) if active else null()
    row = {
        "id": uuid7(),
        "endpoint_id": endpoint.id,
        "matter_id": telling.matter_id,
        "last_number": 1,
        "next_due": telling.now if active else None,
    }
    statement = insert(session, Lane).values(row)
    statement = statement.on_conflict_do_update(
        index_elements=["endpoint_id", "matter_id"],
        set_={"last_number": Lane.last_number + 1, "next_due": due},
    )
    lane = (await session.execute(statement.returning(Lane.id, Lane.last_number, Lane.skipped))).one()
    if lane.skipped:
        await session.execute(update(Lane).where(Lane.id == lane.id).values(skipped=""))
    return lane.id, lane.last_number, lane.skipped
