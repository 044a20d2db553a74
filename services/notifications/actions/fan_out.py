"""Telling: what an event means for endpoints and inboxes, written in the transaction that hears it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, func, null, or_, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import noting
from services.notifications.channels.message import body_of
from services.notifications.queries import wanted_by
from services.notifications.rules.filters import Facts, is_full, lets_through, may_know
from services.notifications.rules.recipients import (
    Notice,
    about_of,
    kind_of,
    organisations,
    thin,
)
from services.notifications.rules.vocabulary import DeliveryState, EndpointState, OrderMode
from services.notifications.tables import Delivery, Endpoint, Feed, Lane, table
from shared.database import insert_of, uuid7
from shared.events import Envelope
from shared.standing import matters
from shared.statements import among
from shared.transactions import frame


@dataclass(frozen=True, slots=True)
class Telling:
    """One event on its way to everybody who must know of it."""

    notice: Notice
    envelope: Envelope
    matter_id: UUID
    holder: str | None
    place: str | None
    classification: int
    now: datetime

    @property
    def about(self) -> UUID | None:
        """The thing the event is about."""
        about = about_of(self.notice, self.envelope.body)
        return None if about is None else UUID(about)


HERE = matters.c
STANDS = select(HERE.holder, HERE.place, HERE.classification).where(HERE.id == bindparam("matter"))


async def standing_of(session: AsyncSession, matter_id: UUID) -> Any:
    """Where the matter stands, as far as this service has heard; None if it has not."""
    return (await session.execute(STANDS, {"matter": matter_id})).one_or_none()


async def tell(
    session: AsyncSession, envelope: Envelope, notice: Notice, matter_id: UUID, stands: Any
) -> None:
    """One delivery per endpoint that asked for the event, one line per inbox it belongs in."""
    holder, place, classification = stands or (None, None, 0)
    telling = Telling(notice, envelope, matter_id, holder, place, classification, await _now(session))
    await _deliver(session, telling)
    await noting.note(session, notice, envelope, holder, telling.now)


async def _now(session: AsyncSession) -> datetime:
    """The database's clock, read once for all that is told in this transaction."""
    if "told_at" not in session.info:
        session.info["told_at"] = await frame(session).database.dialect.now(session)
    now: datetime = session.info["told_at"]
    return now


# -- endpoints -----------------------------------------------------------------------------------------------


ENDPOINTS, LANES, FEEDS = table(Endpoint), table(Lane), table(Feed)
ASKED = (
    select(ENDPOINTS)
    .where(among(ENDPOINTS.c.owner, "owners"), ENDPOINTS.c.verified_at.is_not(None))
    .order_by(ENDPOINTS.c.id)
    .with_for_update(read=True)
)
THESE = (
    select(ENDPOINTS).where(among(ENDPOINTS.c.id, "ids")).order_by(ENDPOINTS.c.id).with_for_update(read=True)
)
TOLD = plain_insert(table(Delivery))
SAID = update(LANES).where(among(LANES.c.id, "ids")).values(skipped="")
PLACED = (
    update(FEEDS)
    .where(among(FEEDS.c.endpoint_id, "ids"))
    .values(last_position=FEEDS.c.last_position + bindparam("count"))
    .returning(FEEDS.c.endpoint_id, FEEDS.c.last_position)
)


async def _deliver(session: AsyncSession, telling: Telling) -> None:
    offices = frame(session).offices
    parties, body = telling.notice.webhook, telling.envelope.body
    owners = organisations(parties, body, telling.holder, noting.superior_in(offices))
    if not owners:
        return
    # Shared with other tellings, exclusive of an endpoint's change of state: a delivery is pending or held,
    # never lost between the two.
    asked = (await session.execute(ASKED, {"owners": owners})).all()
    told = [endpoint for endpoint in asked if _asked_for(endpoint, telling)]
    if told:
        await _to_endpoints(session, telling, told)


def _asked_for(endpoint: Any, telling: Telling) -> bool:
    kind = kind_of(telling.envelope.body)
    facts = Facts(telling.envelope.type, telling.matter_id, kind, telling.place, telling.classification)
    return lets_through(wanted_by(endpoint), facts)


async def tell_these(
    session: AsyncSession, envelope: Envelope, notice: Notice, stands: Any, endpoint_ids: Sequence[UUID]
) -> list[UUID]:
    """The event is told after all, to those of these endpoints that may be told of it as the matter stands.

    Whose matter it is now does not count: they should have been told while it was theirs.
    """
    assert envelope.matter_id is not None
    holder, place, classification = stands
    telling = Telling(
        notice, envelope, envelope.matter_id, holder, place, classification, await _now(session)
    )
    asked = (await session.execute(THESE, {"ids": endpoint_ids})).all()
    told = [endpoint for endpoint in asked if may_know(endpoint.ceiling, telling.classification)]
    if told:
        await _to_endpoints(session, telling, told)
    return [endpoint.id for endpoint in told]


async def _to_endpoints(session: AsyncSession, telling: Telling, told: Sequence[Any]) -> None:
    """One delivery for each of them, in as many statements as for one."""
    lanes = await _next_in_lanes(session, telling, told)
    positions = await next_positions(session, [endpoint.id for endpoint in told])
    rows = [
        {
            "id": uuid7(),
            "endpoint_id": endpoint.id,
            "owner": endpoint.owner,
            "owner_path": endpoint.owner_path,
            "lane_id": lanes[endpoint.id].id,
            "number": lanes[endpoint.id].last_number,
            "position": positions[endpoint.id],
            "matter_id": telling.matter_id,
            "about": telling.about,
            "event_id": telling.envelope.id,
            "event_type": telling.envelope.type,
            "state": _begins(endpoint),
            "due_at": telling.now,
            "at": telling.now,
            "body": _body(telling, endpoint, lanes[endpoint.id]),
        }
        for endpoint in told
    ]
    await session.execute(TOLD, rows)
    session.info["due"] = True


def _begins(endpoint: Any) -> DeliveryState:
    return DeliveryState.PENDING if endpoint.state is EndpointState.ACTIVE else DeliveryState.HELD


def _body(telling: Telling, endpoint: Any, lane: Any) -> bytes:
    envelope, whole = telling.envelope, is_full(endpoint.payload, telling.classification)
    told = thin(telling.notice, envelope.body)
    told = {**envelope.body, **told} if whole else told
    return body_of(envelope, told, telling.matter_id, lane.last_number, lane.skipped)


async def next_positions(
    session: AsyncSession, endpoint_ids: Sequence[UUID], count: int = 1
) -> dict[UUID, int]:
    """The last of the next `count` places in each endpoint's feed, which are taken by that."""
    rows = await session.execute(PLACED, {"ids": endpoint_ids, "count": count})
    return dict(rows.all())


@cache
def _counted(dialect: str, mode: OrderMode) -> Any:
    """The next number of each lane. In order it is due as before, else at once; if nobody calls, never."""
    statement = insert_of(dialect, LANES)
    new = statement.excluded
    soon = func.coalesce(LANES.c.next_due, new.next_due) if mode is OrderMode.MATTER else new.next_due
    never = or_(LANES.c.blocked, new.next_due.is_(None))
    return statement.on_conflict_do_update(
        index_elements=["endpoint_id", "matter_id"],
        set_={"last_number": LANES.c.last_number + 1, "next_due": case((never, null()), else_=soon)},
    ).returning(LANES.c.endpoint_id, LANES.c.id, LANES.c.last_number, LANES.c.skipped)


async def _next_in_lanes(session: AsyncSession, telling: Telling, told: Sequence[Any]) -> dict[UUID, Any]:
    """By endpoint: its lane, the next number, and the numbers a person skipped since the last message."""
    lanes: list[Any] = []
    dialect = session.get_bind().dialect.name
    for mode in OrderMode:
        rows = [_lane(telling, endpoint) for endpoint in told if endpoint.order_mode is mode]
        if rows:
            lanes += (await session.execute(_counted(dialect, mode), rows)).all()
    if said := [lane.id for lane in lanes if lane.skipped]:
        await session.execute(SAID, {"ids": said})
    return {lane.endpoint_id: lane for lane in lanes}


def _lane(telling: Telling, endpoint: Any) -> dict[str, Any]:
    due = telling.now if _is_called(endpoint) else None
    row = {"id": uuid7(), "endpoint_id": endpoint.id, "matter_id": telling.matter_id, "next_due": due}
    return row | {"last_number": 1, "fence": 0, "blocked": False, "skipped": ""}


def _is_called(endpoint: Any) -> bool:
    return endpoint.state is EndpointState.ACTIVE and not endpoint.pull_only
