"""What a request may read; each query takes the actor: what you may not see is not there."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.rules.filters import Wanted
from services.notifications.rules.vocabulary import DeliveryState
from services.notifications.tables import Attempt, Delivery, Endpoint, Feed, Gate, Secret
from shared.identity import Actor, Kind, Role
from shared.problems import NotFound
from shared.standing import below, matters, permits, recusals


def own_or_below(owner: Any, owner_path: Any, actor: Actor) -> ColumnElement[bool]:
    """Rows of the actor's own organisation, and for an overseer those of every office below."""
    mine: ColumnElement[bool] = owner == actor.org
    if actor.kind is not Kind.OFFICE or not actor.roles & {Role.OVERSEER, Role.AUDITOR}:
        return mine
    return or_(mine, below(owner_path, actor.path))


def not_kept_from(matter_id: Any, actor: Actor) -> ColumnElement[bool]:
    """The matter is known here, within the actor's clearance, and the actor is not recused from it."""
    recused = exists().where(recusals.c.matter_id == matter_id, recusals.c.sub == actor.sub)
    cleared = exists().where(matters.c.id == matter_id, matters.c.classification <= actor.clearance)
    return and_(cleared, ~recused)


def wanted_by(endpoint: Endpoint) -> Wanted:
    """What the endpoint asked for."""
    lists = (tuple(endpoint.kinds), tuple(endpoint.places))
    return Wanted(tuple(endpoint.event_types), endpoint.matter_id, *lists, endpoint.ceiling)


def visible_endpoints(actor: Actor) -> Select[Endpoint]:
    """The endpoints that the actor may know of."""
    return select(Endpoint).where(own_or_below(Endpoint.owner, Endpoint.owner_path, actor))


async def endpoint_for(session: AsyncSession, actor: Actor, endpoint_id: UUID) -> Endpoint:
    """That endpoint, if the actor may see it."""
    endpoint = await session.scalar(visible_endpoints(actor).where(Endpoint.id == endpoint_id))
    if endpoint is None:
        raise NotFound(what="endpoint")
    return endpoint


async def own_endpoint(
    session: AsyncSession, actor: Actor, endpoint_id: UUID, *, or_admin: bool = False
) -> Endpoint:
    """That endpoint, if it is the actor's own organisation's (where that is enough, for an admin)."""
    own = select(Endpoint).where(Endpoint.id == endpoint_id)
    if not (or_admin and Role.ADMIN in actor.roles):
        own = own.where(Endpoint.owner == actor.org)
    endpoint = await session.scalar(own)
    if endpoint is None:
        raise NotFound(what="endpoint")
    return endpoint


async def gate_feed_and_secrets(
    session: AsyncSession, endpoint_id: UUID
) -> tuple[Gate, Feed, Sequence[Secret]]:
    """The gate and the feed of an endpoint that was found before, and its secrets, newest first."""
    gate, feed = await session.get_one(Gate, endpoint_id), await session.get_one(Feed, endpoint_id)
    kept = select(Secret).where(Secret.endpoint_id == endpoint_id).order_by(Secret.id.desc())
    return gate, feed, (await session.scalars(kept)).all()


async def sees_matter(session: AsyncSession, actor: Actor, matter_id: UUID) -> bool:
    """Whether an office may know of the matter; to an agency it is a number that it may have been told."""
    if actor.kind is Kind.AGENCY:
        return True
    known = select(matters.c.id).where(matters.c.id == matter_id, permits(matters.c.id, actor))
    return await session.scalar(known) is not None


def visible_deliveries(
    actor: Actor,
    *,
    endpoint_id: UUID | None = None,
    matter_id: UUID | None = None,
    state: DeliveryState | None = None,
) -> Select[Any]:
    """Deliveries to the actor's organisation, as the list shows them: without their bodies."""
    statement = select(
        *(getattr(Delivery, name) for name in DELIVERY_COLUMNS),
    ).where(own_or_below(Delivery.owner, Delivery.owner_path, actor), _readable(actor))
    if endpoint_id is not None:
        statement = statement.where(Delivery.endpoint_id == endpoint_id)
    if matter_id is not None:
        statement = statement.where(Delivery.matter_id == matter_id)
    if state is not None:
        statement = statement.where(Delivery.state == state)
    return statement


DELIVERY_COLUMNS = (
    "id", "endpoint_id", "owner", "number", "position", "matter_id", "about", "event_id", "event_type",
    "trigger", "original_id", "state", "tries", "due_at", "at", "delivered_at",
)  # fmt: skip


def _readable(actor: Actor) -> ColumnElement[bool]:
    if actor.kind is Kind.AGENCY:
        return Delivery.owner == actor.org
    return not_kept_from(Delivery.matter_id, actor)


async def delivery_for(session: AsyncSession, actor: Actor, delivery_id: UUID) -> Delivery:
    """That delivery with its body, if the actor may see it."""
    mine = own_or_below(Delivery.owner, Delivery.owner_path, actor)
    statement = select(Delivery).where(Delivery.id == delivery_id, mine, _readable(actor))
    delivery = await session.scalar(statement)
    if delivery is None:
        raise NotFound(what="delivery")
    return delivery


async def own_delivery(session: AsyncSession, actor: Actor, delivery_id: UUID) -> Delivery:
    """That delivery, if it is to the actor's own organisation and the actor may see it, or for an admin."""
    if Role.ADMIN in actor.roles:
        delivery = await session.get(Delivery, delivery_id)
    else:
        delivery = await delivery_for(session, actor, delivery_id)
    if delivery is None or (Role.ADMIN not in actor.roles and delivery.owner != actor.org):
        raise NotFound(what="delivery")
    return delivery


def facts_of(delivery: Any) -> dict[str, Any]:
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


async def feed_of(
    session: AsyncSession,
    actor: Actor,
    endpoint_id: UUID,
    after: int,
    limit: int,
    *,
    event_types: Sequence[str] = (),
    matter_id: UUID | None = None,
) -> tuple[Feed, Sequence[Any]]:
    """How far a feed goes, and what it holds after a position; with each whether the actor may read it."""
    feed = await session.get_one(Feed, endpoint_id)
    columns = ("id", "position", "event_id", "state", "at", "body")
    asked = select(*(getattr(Delivery, name) for name in columns), _readable(actor).label("readable"))
    asked = asked.where(Delivery.endpoint_id == endpoint_id, Delivery.position > after)
    if event_types:
        asked = asked.where(Delivery.event_type.in_(event_types))
    if matter_id is not None:
        asked = asked.where(Delivery.matter_id == matter_id)
    return feed, (await session.execute(asked.order_by(Delivery.position).limit(limit))).all()


async def attempts_of(session: AsyncSession, delivery_id: UUID) -> Sequence[Attempt]:
    """Every try of a delivery, the first one first."""
    tried = select(Attempt).where(Attempt.delivery_id == delivery_id).order_by(Attempt.at, Attempt.id)
    return (await session.scalars(tried)).all()
