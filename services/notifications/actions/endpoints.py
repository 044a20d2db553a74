"""Registering endpoints, and what their owners decide about them: to pause, to resume, to confirm, to end."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import queries
from services.notifications.actions.announcing import announce
from services.notifications.actions.holding import hold, let_go
from services.notifications.errors import (
    AlreadyDisabled,
    CeilingTooHigh,
    ExpiryTooLate,
    NothingToAsk,
    NotPaused,
    PayloadRefused,
    TooManyEndpoints,
)
from services.notifications.events import (
    EndpointAsked,
    EndpointConfirmed,
    EndpointDisabled,
    EndpointPaused,
    EndpointRegistered,
    EndpointResumed,
    EndpointVerified,
    subject_of,
)
from services.notifications.rules.filters import Wanted, check_wanted
from services.notifications.rules.vocabulary import Asking, EndpointState, Held, OrderMode, Payload
from services.notifications.tables import YEAR, Endpoint, Feed, Gate
from shared import clock, journal
from shared.citation import OURS
from shared.database import uuid7
from shared.events import Event
from shared.identity import Actor, Kind
from shared.problems import NotFound
from shared.transactions import frame

MOST_ENDPOINTS = 50
BASIS = OURS["endpoints of an organisation"]
OWNER, OPERATOR, GONE, EXPIRED = "by_owner", "by_operator", "gone", "expired"


@dataclass(frozen=True, slots=True)
class Request:
    """What an organisation asks for: an address already checked (none: it fetches), why, what, how."""

    url: str | None
    purpose: str
    wanted: Wanted
    order_mode: OrderMode = OrderMode.MATTER
    payload: Payload = Payload.THIN
    rate_per_minute: int | None = None
    parallel: int | None = None
    expires_on: date | None = None


async def register(session: AsyncSession, actor: Actor, asked: Request) -> Endpoint:
    """An endpoint of the actor's organisation: challenged, and told once it has answered.

    One that only fetches has nothing to prove beyond its owner's token, and is told at once.
    """
    await _check(session, actor, asked)
    endpoint_id = uuid7()
    await journal.lock(session, subject_of(endpoint_id))
    await _check_room(session, actor.org)
    now = await frame(session).database.dialect.now(session)
    endpoint = _endpoint(endpoint_id, actor, asked, now)
    session.add_all((endpoint, Gate(endpoint_id=endpoint_id), Feed(endpoint_id=endpoint_id)))
    await _record(session, endpoint, EndpointRegistered(**_about(endpoint)))
    if endpoint.pull_only:
        await verified(session, endpoint, now)
    else:
        await ask(session, endpoint, Asking.CHALLENGE)
    return endpoint


def _endpoint(endpoint_id: Any, actor: Actor, asked: Request, now: datetime) -> Endpoint:
    wanted = asked.wanted
    return Endpoint(
        id=endpoint_id,
        owner=actor.org,
        owner_path=actor.path,
        purpose=asked.purpose,
        url=asked.url or "",
        pull_only=asked.url is None,
        order_mode=asked.order_mode,
        event_types=list(wanted.event_types),
        matter_id=wanted.matter_id,
        kinds=list(wanted.kinds),
        places=list(wanted.places),
        ceiling=_ceiling(actor, wanted.ceiling),
        payload=asked.payload,
        rate_per_minute=asked.rate_per_minute,
        parallel=asked.parallel,
        expires_on=_expiry(asked.expires_on),
        state=EndpointState.PENDING,
        at=now,
    )


async def _check(session: AsyncSession, actor: Actor, asked: Request) -> None:
    wanted, of_agency = asked.wanted, actor.kind is Kind.AGENCY
    check_wanted(wanted.event_types, of_agency)
    if wanted.matter_id is not None and not await queries.sees_matter(session, actor, wanted.matter_id):
        raise NotFound(what="matter")
    if wanted.ceiling is not None and not of_agency and wanted.ceiling > actor.clearance:
        raise CeilingTooHigh(yours=actor.clearance)
    if asked.payload is Payload.FULL and of_agency:
        raise PayloadRefused


def _ceiling(actor: Actor, asked: int | None) -> int | None:
    """An office's endpoint is told of nothing that whoever registers it may not read."""
    return actor.clearance if asked is None and actor.kind is not Kind.AGENCY else asked


def _expiry(asked: date | None) -> date:
    latest = clock.today() + YEAR
    if asked is not None and not clock.today() <= asked <= latest:
        raise ExpiryTooLate(latest=latest.isoformat(), basis=str(OURS["yearly confirmation"]))
    return asked or latest


async def _check_room(session: AsyncSession, owner: str) -> None:
    count = await session.scalar(select(func.count()).select_from(Endpoint).where(Endpoint.owner == owner))
    if (count or 0) >= MOST_ENDPOINTS:
        raise TooManyEndpoints(most=MOST_ENDPOINTS, basis=str(OURS["endpoints of one organisation"]))


def _about(endpoint: Endpoint) -> dict[str, Any]:
    return {"endpoint_id": endpoint.id, "owner": endpoint.owner}


def _why(reason: str | None) -> dict[str, str] | None:
    return {"reason": reason} if reason else None


async def _record(
    session: AsyncSession, endpoint: Endpoint, event: Event, details: Mapping[str, Any] | None = None
) -> None:
    await announce(session, endpoint.id, endpoint.owner, event, BASIS, details)


# -- messages of our own -------------------------------------------------------------------------------------


async def ask(session: AsyncSession, endpoint: Endpoint, asking: Asking) -> Endpoint:
    """A challenge or a test is on its way; when a disabled endpoint answers a challenge, it is told again."""
    if endpoint.pull_only:
        raise NothingToAsk
    if asking is Asking.TEST and endpoint.verified_at is None:
        asking = Asking.CHALLENGE
    endpoint.asking, endpoint.challenge = asking, secrets.token_urlsafe(32)
    endpoint.challenge_due_at = await frame(session).database.dialect.now(session)
    endpoint.challenge_tries, endpoint.challenge_result = 0, None
    session.info["due"] = session.info["asked"] = True
    return endpoint


async def ask_again(
    session: AsyncSession, endpoint: Endpoint, asking: Asking, reason: str | None = None
) -> Endpoint:
    """A person wants the endpoint asked."""
    await ask(session, endpoint, asking)
    await _record(session, endpoint, EndpointAsked(asking=endpoint.asking, **_about(endpoint)), _why(reason))
    return endpoint


async def verified(session: AsyncSession, endpoint: Endpoint, now: datetime) -> Endpoint:
    """The endpoint has proved itself: it is told from now on, first of all what was held for it."""
    was_told, held = endpoint.verified_at is not None, endpoint.on_return or Held.RELEASE
    endpoint.verified_at = endpoint.verified_at or now
    await _tell(session, endpoint)
    await _record(session, endpoint, EndpointVerified(**_about(endpoint)))
    if was_told:
        await let_go(session, endpoint, held, now)
    return endpoint


async def _tell(session: AsyncSession, endpoint: Endpoint) -> None:
    endpoint.state, endpoint.disabled_reason, endpoint.on_return = EndpointState.ACTIVE, None, None
    endpoint.challenge, endpoint.challenge_due_at, endpoint.challenge_result = None, None, None
    if endpoint.expires_on < clock.today():
        endpoint.expires_on, endpoint.warned_on = clock.today() + YEAR, None
    await session.flush()
    session.info["due"] = True


# -- what the owner decides ----------------------------------------------------------------------------------


async def pause(session: AsyncSession, endpoint: Endpoint, reason: str) -> Endpoint:
    """The endpoint is told nothing for a while; what waits for it, and what comes, is held."""
    if endpoint.state is not EndpointState.ACTIVE:
        raise NotPaused(state=endpoint.state)
    endpoint.state = EndpointState.PAUSED
    await session.flush()
    await hold(session, endpoint)
    await _record(session, endpoint, EndpointPaused(**_about(endpoint)), {"reason": reason})
    return endpoint


async def resume(session: AsyncSession, endpoint: Endpoint, held: Held, reason: str) -> Endpoint:
    """A paused endpoint is told again at once, a disabled one once it answers the challenge that follows."""
    if endpoint.state is EndpointState.DISABLED and not endpoint.pull_only:
        endpoint.on_return = held
        return await ask_again(session, endpoint, Asking.CHALLENGE, reason)
    if endpoint.state not in (EndpointState.PAUSED, EndpointState.DISABLED):
        raise NotPaused(state=endpoint.state)
    await _tell(session, endpoint)
    count = await let_go(session, endpoint, held, await frame(session).database.dialect.now(session))
    event = EndpointResumed(held=held, deliveries=count, **_about(endpoint))
    await _record(session, endpoint, event, {"reason": reason})
    return endpoint


async def confirm(
    session: AsyncSession, endpoint: Endpoint, until: date | None, reason: str | None = None
) -> Endpoint:
    """The endpoint is still wanted: for another year, or until the day named."""
    endpoint.expires_on, endpoint.warned_on = _expiry(until), None
    await session.flush()
    event = EndpointConfirmed(expires_on=endpoint.expires_on, **_about(endpoint))
    await _record(session, endpoint, event, _why(reason))
    return endpoint


async def disable(session: AsyncSession, endpoint: Endpoint, why: str, reason: str | None = None) -> Endpoint:
    """The endpoint is told nothing; what waits for it, and what comes, is held."""
    if endpoint.state is EndpointState.DISABLED:
        raise AlreadyDisabled
    endpoint.state, endpoint.disabled_reason = EndpointState.DISABLED, why
    endpoint.challenge, endpoint.challenge_due_at = None, None
    await session.flush()
    await hold(session, endpoint)
    await _record(session, endpoint, EndpointDisabled(**_about(endpoint)), _why(reason))
    return endpoint
