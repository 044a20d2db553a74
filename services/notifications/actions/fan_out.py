"""Telling: what an event means for endpoints and inboxes, written in the transaction that hears it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, exists, func, null, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.channels.message import body_of
from services.notifications.rules.filters import Facts, Wanted, lets_through
from services.notifications.rules.recipients import (
    Notice,
    about_of,
    kind_of,
    notice_of,
    organisations,
    roles_for,
    thin,
)
from services.notifications.rules.vocabulary import DeliveryState, EndpointState, OrderMode
from services.notifications.tables import Delivery, Endpoint, Lane, Line
from shared.database import insert, uuid7
from shared.events import Envelope
from shared.organisations import OfficeTree
from shared.standing import matters
from shared.transactions import frame

MOVED, CLOCKS = "cases.custody_moved", "cases.clock_%"


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
    await _note(session, telling)


def _codes(session: AsyncSession, telling: Telling, parties: Sequence[Any]) -> tuple[str, ...]:
    offices = frame(session).offices
    return organisations(parties, telling.envelope.body, telling.holder, lambda code: _above(offices, code))


def _above(offices: OfficeTree, code: str) -> str | None:
    superior = offices.superior_of(code) if offices.exists(code) else None
    return superior.code if superior else None


# -- endpoints -----------------------------------------------------------------------------------------------


async def _deliver(session: AsyncSession, telling: Telling) -> None:
    owners = _codes(session, telling, telling.notice.webhook)
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


# -- inboxes -------------------------------------------------------------------------------------------------


async def _note(session: AsyncSession, telling: Telling) -> None:
    if telling.notice.settles and telling.about is not None:
        # By what they are about alone: what was told of a lead may go on under the case that it became.
        older = (Line.about == telling.about, Line.settled_at.is_(None))
        await session.execute(update(Line).where(*older).values(settled_at=telling.now))
    if telling.envelope.type == MOVED:
        await _hand_over(session, telling)
    offices = frame(session).offices
    codes = [code for code in _codes(session, telling, telling.notice.inbox) if offices.exists(code)]
    if codes:
        rows = [_line(telling, code, offices.office(code).path) for code in codes]
        await session.execute(plain_insert(Line), rows)


async def _hand_over(session: AsyncSession, telling: Telling) -> None:
    """What is due in the matter stands in its new holder's inbox, and no longer in the old one's."""
    body, offices = telling.envelope.body, frame(session).offices
    due = (
        Line.matter_id == telling.matter_id,
        Line.org == body["from_office"],
        Line.event_type.like(CLOCKS),
        Line.settled_at.is_(None),
    )
    there = Line.__table__.alias("there")
    told = exists().where(there.c.org == body["to_office"], there.c.event_id == Line.event_id)
    await session.execute(update(Line).where(*due, told).values(settled_at=telling.now))
    path = offices.office(body["to_office"]).path
    await session.execute(update(Line).where(*due).values(org=body["to_office"], org_path=path))


def _line(telling: Telling, org: str, path: str) -> dict[str, Any]:
    body = telling.envelope.body
    due = body.get("due_on") or body.get("respond_by")
    return {
        "id": uuid7(),
        "org": org,
        "org_path": path,
        "roles": "|" + "|".join(roles_for(telling.notice, body)) + "|",
        "category": telling.notice.category,
        "matter_id": telling.matter_id,
        "about": telling.about,
        "event_id": telling.envelope.id,
        "event_type": telling.envelope.type,
        "facts": thin(telling.notice, body),
        "due_on": date.fromisoformat(due) if due else None,
        "at": telling.now,
    }
