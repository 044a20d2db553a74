"""Registering, verifying and disabling endpoints."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import queries
from services.notifications.channels.signing import secret_bytes
from services.notifications.errors import AlreadyDisabled, AlreadyVerified, SecretsNotKept, TooManyEndpoints
from services.notifications.events import EndpointDisabled, EndpointRegistered, EndpointVerified
from services.notifications.rules.filters import Wanted, check_wanted
from services.notifications.rules.schedule import Breaker
from services.notifications.rules.vocabulary import DeliveryState, EndpointState, OrderMode
from services.notifications.tables import Delivery, Endpoint, Gate, Lane, Secret
from shared import journal
from shared.citation import OURS
from shared.database import uuid7
from shared.identity import Actor, Kind
from shared.problems import NotFound
from shared.transactions import frame
from shared.vault import Vault

MOST_ENDPOINTS = 50
MOST_SECRETS = 2
BASIS = OURS["endpoints of an organisation"]
OWNER, GONE = "by_owner", "gone"


@dataclass(frozen=True, slots=True)
class Request:
    """What an organisation asks for: an address already checked, why, what, in which order."""

    url: str
    purpose: str
    order_mode: OrderMode
    wanted: Wanted


def subject_of(endpoint_id: UUID) -> str:
    """The journal subject of an endpoint."""
    return f"endpoint/{endpoint_id}"


async def register(session: AsyncSession, actor: Actor, asked: Request) -> Endpoint:
    """An endpoint of the actor's organisation that will be challenged, and is told once it has answered."""
    check_wanted(asked.wanted.event_types, actor.kind is Kind.AGENCY)
    matter_id = asked.wanted.matter_id
    if matter_id is not None and not await queries.sees_matter(session, actor, matter_id):
        raise NotFound(what="matter")
    endpoint_id = uuid7()
    await journal.lock(session, subject_of(endpoint_id))
    await _check_room(session, actor.org)
    endpoint = Endpoint(
        id=endpoint_id,
        owner=actor.org,
        owner_path=actor.path,
        purpose=asked.purpose,
        url=asked.url,
        order_mode=asked.order_mode,
        event_types=list(asked.wanted.event_types),
        matter_id=matter_id,
        kind=asked.wanted.kind,
        place=asked.wanted.place,
        state=EndpointState.PENDING,
        at=await frame(session).database.dialect.now(session),
    )
    session.add_all((endpoint, Gate(endpoint_id=endpoint_id)))
    await _challenge(session, endpoint)
    event = EndpointRegistered(endpoint_id=endpoint_id, owner=actor.org)
    await journal.record(session, subject_of(endpoint_id), event, basis=BASIS)
    return endpoint


async def _check_room(session: AsyncSession, owner: str) -> None:
    count = await session.scalar(select(func.count()).select_from(Endpoint).where(Endpoint.owner == owner))
    if (count or 0) >= MOST_ENDPOINTS:
        raise TooManyEndpoints(most=MOST_ENDPOINTS, basis=str(OURS["endpoints of one organisation"]))


async def add_secret(session: AsyncSession, vault: Vault | None, endpoint: Endpoint, secret: str) -> Secret:
    """A shared secret signs too from now on; with two, the older one of three is gone."""
    raw = secret_bytes(secret)
    if vault is None:
        raise SecretsNotKept
    kid, sealed = vault.seal(raw, endpoint.id)
    now = await frame(session).database.dialect.now(session)
    added = Secret(endpoint_id=endpoint.id, vault_kid=kid, sealed=sealed, at=now)
    session.add(added)
    await session.flush()
    newest_first = select(Secret).where(Secret.endpoint_id == endpoint.id).order_by(Secret.id.desc())
    for old in (await session.scalars(newest_first)).all()[MOST_SECRETS:]:
        await session.delete(old)
    return added


async def ask_again(session: AsyncSession, endpoint: Endpoint) -> Endpoint:
    """Another challenge is on its way; when a disabled endpoint answers it, what was held is sent."""
    if endpoint.state is EndpointState.ACTIVE:
        raise AlreadyVerified
    await _challenge(session, endpoint)
    return endpoint


async def _challenge(session: AsyncSession, endpoint: Endpoint) -> None:
    endpoint.challenge = secrets.token_urlsafe(32)
    endpoint.challenge_due_at = await frame(session).database.dialect.now(session)
    endpoint.challenge_tries, endpoint.challenge_result = 0, None
    session.info["due"] = True


async def disable(session: AsyncSession, endpoint: Endpoint, reason: str) -> Endpoint:
    """The endpoint is told nothing; what waits for it, and what comes, is held."""
    if endpoint.state is EndpointState.DISABLED:
        raise AlreadyDisabled
    endpoint.state, endpoint.disabled_reason = EndpointState.DISABLED, reason
    endpoint.challenge, endpoint.challenge_due_at = None, None
    await session.flush()
    waiting = (Delivery.endpoint_id == endpoint.id, Delivery.state == DeliveryState.PENDING)
    await session.execute(update(Lane).where(Lane.endpoint_id == endpoint.id).values(next_due=None))
    await session.execute(update(Delivery).where(*waiting).values(state=DeliveryState.HELD))
    event = EndpointDisabled(endpoint_id=endpoint.id, owner=endpoint.owner)
    await journal.record(session, subject_of(endpoint.id), event, basis=BASIS)
    return endpoint


async def verified(session: AsyncSession, endpoint: Endpoint, now: datetime) -> Endpoint:
    """The endpoint answered its challenge: it is told from now on, first of all what was held for it."""
    endpoint.state, endpoint.verified_at = EndpointState.ACTIVE, endpoint.verified_at or now
    endpoint.challenge, endpoint.challenge_due_at = None, None
    endpoint.challenge_result, endpoint.disabled_reason = None, None
    await session.flush()
    held = (Delivery.endpoint_id == endpoint.id, Delivery.state == DeliveryState.HELD)
    lanes = select(Delivery.lane_id).where(*held)
    due = update(Lane).where(Lane.id.in_(lanes), Lane.blocked.is_(False)).values(next_due=now)
    await session.execute(due)
    await session.execute(update(Delivery).where(*held).values(state=DeliveryState.PENDING, due_at=now))
    shut = update(Gate).where(Gate.endpoint_id == endpoint.id)
    await session.execute(shut.values(breaker=Breaker.CLOSED, in_a_row=0, shut=0, opens_at=None))
    event = EndpointVerified(endpoint_id=endpoint.id, owner=endpoint.owner)
    await journal.record(session, subject_of(endpoint.id), event, basis=BASIS)
    session.info["due"] = True
    return endpoint
