"""Endpoints: where an organisation wants to be told."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import queries
from services.notifications.actions import credentials
from services.notifications.actions import endpoints as actions
from services.notifications.channels.outfit import policy_of, vault_of
from services.notifications.channels.sender import Sender
from services.notifications.channels.signing import new_secret
from services.notifications.events import subject_of
from services.notifications.rules.egress import Target, target_of
from services.notifications.rules.filters import Wanted
from services.notifications.rules.vocabulary import Asking
from services.notifications.schemas import (
    CertificatesIn,
    CertificatesOut,
    ConfirmIn,
    EndpointDetail,
    EndpointIn,
    EndpointOut,
    ReasonIn,
    ResumeIn,
    SecretIn,
    SecretMade,
    WhyIn,
)
from services.notifications.tables import Endpoint, Tls
from shared import journal
from shared.identity import Actor, Role
from shared.paging import Page, Paging, page
from shared.service import Frame
from shared.transactions import (
    Call,
    CurrentActor,
    Reading,
    Transaction,
    anyone,
    door_router,
    frame,
    roles,
    tag,
)

router = door_router(prefix="/v1/endpoints", tags=["endpoints"])
KEEPERS = roles(Role.AGENCY_OFFICER, Role.PROSECUTOR, Role.CLERK, Role.ADMIN)


async def _reachable(request: Request, body: EndpointIn, actor: CurrentActor) -> Target | None:
    """The address, past the first two gates; asked before any transaction begins."""
    if body.url is None:
        return None
    frame_: Frame = request.app.state.frame
    policy = policy_of(frame_.settings)
    target = target_of(body.url, actor.org, policy)
    sender = Sender(policy)
    try:
        await sender.check(target)
    finally:
        await sender.close()
    return target


async def _locked(endpoint_id: UUID, actor: CurrentActor, session: Transaction) -> Endpoint:
    await journal.lock(session, subject_of(endpoint_id))
    return await queries.own_endpoint(session, actor, endpoint_id, or_admin=True)


Reachable = Annotated[Target | None, Depends(_reachable)]
ThisEndpoint = Annotated[Endpoint, Depends(_locked, scope="function")]


@router.post("", response_model=EndpointOut, status_code=201, dependencies=[KEEPERS])
async def register_endpoint(
    target: Reachable, body: EndpointIn, actor: CurrentActor, session: Transaction, call: Call
) -> Endpoint:
    """Register an endpoint of your organisation; it is challenged at once and told once it has answered."""
    await call.fresh(partial(_still_own, session, actor))
    lists = (tuple(body.kinds), tuple(body.places))
    wanted = Wanted(tuple(body.event_types), body.matter_id, *lists, body.ceiling)
    same = body.model_dump(include={"order_mode", "payload", "rate_per_minute", "parallel", "expires_on"})
    asked = actions.Request(target.url if target else None, body.purpose, wanted, **same)
    endpoint = await actions.register(session, actor, asked)
    if body.secret:
        await credentials.add_secret(session, vault_of(frame(session).settings), endpoint, body.secret)
    call.tag(endpoint)
    return endpoint


async def _still_own(session: AsyncSession, actor: Actor, endpoint_id: UUID) -> bool:
    return (await queries.own_endpoint(session, actor, endpoint_id)).id == endpoint_id


@router.get("", response_model=Page[EndpointOut], dependencies=[anyone()])
async def list_endpoints(actor: CurrentActor, session: Reading, paging: Paging) -> Page[EndpointOut]:
    """The endpoints of your organisation (an overseer's: of those below too), newest first."""
    order = (Endpoint.at, Endpoint.id)
    rows, following = await page(session, queries.visible_endpoints(actor), order, paging)
    return Page(items=[EndpointOut.model_validate(row) for row in rows], next=following)


@router.get("/{endpoint_id}", response_model=EndpointDetail, dependencies=[anyone()])
async def read_endpoint(
    endpoint_id: UUID, request: Request, actor: CurrentActor, session: Reading
) -> EndpointDetail:
    """One endpoint, and whether it is being called."""
    endpoint = await queries.endpoint_for(session, actor, endpoint_id)
    tag(request, endpoint)
    return await _detail(session, endpoint)


async def _detail(session: AsyncSession, endpoint: Endpoint) -> EndpointDetail:
    gate, feed, secrets = await queries.gate_feed_and_secrets(session, endpoint.id)
    return EndpointDetail(
        **EndpointOut.model_validate(endpoint).model_dump(),
        breaker=gate.breaker,
        failures_in_a_row=gate.in_a_row,
        called_again_at=gate.opens_at,
        last_position=feed.last_position,
        committed=feed.committed,
        secrets=[secret.id for secret in secrets],
    )


@router.post(
    "/{endpoint_id}/verification", response_model=EndpointOut, status_code=202, dependencies=[KEEPERS]
)
async def verify_endpoint(
    endpoint: ThisEndpoint, session: Transaction, call: Call, body: WhyIn | None = None
) -> Endpoint:
    """Send a challenge; an endpoint that answers it is told from then on, first what was held for it."""
    call.admit(endpoint)
    return await actions.ask_again(session, endpoint, Asking.CHALLENGE, body.reason if body else None)


@router.post("/{endpoint_id}/test", response_model=EndpointOut, status_code=202, dependencies=[KEEPERS])
async def try_endpoint(
    endpoint: ThisEndpoint, session: Transaction, call: Call, body: WhyIn | None = None
) -> Endpoint:
    """Send a signed message that means nothing; `challenge_result` says how it was answered."""
    call.admit(endpoint)
    return await actions.ask_again(session, endpoint, Asking.TEST, body.reason if body else None)


@router.post("/{endpoint_id}/pause", response_model=EndpointOut, dependencies=[KEEPERS])
async def pause_endpoint(
    body: ReasonIn, endpoint: ThisEndpoint, session: Transaction, call: Call
) -> Endpoint:
    """Tell this endpoint nothing for a while; what it would be told is held."""
    call.admit(endpoint)
    return await actions.pause(session, endpoint, body.reason)


@router.post("/{endpoint_id}/resumption", response_model=EndpointOut, dependencies=[KEEPERS])
async def resume_endpoint(
    body: ResumeIn, endpoint: ThisEndpoint, session: Transaction, call: Call
) -> Endpoint:
    """Tell it again, a disabled one once it answers its challenge; what was held is sent or passed over."""
    call.admit(endpoint)
    return await actions.resume(session, endpoint, body.held, body.reason)


@router.post("/{endpoint_id}/confirmation", response_model=EndpointOut, dependencies=[KEEPERS])
async def confirm_endpoint(
    body: ConfirmIn, endpoint: ThisEndpoint, session: Transaction, call: Call
) -> Endpoint:
    """Say that the endpoint is still wanted: for another year, or until the day named."""
    call.admit(endpoint)
    return await actions.confirm(session, endpoint, body.expires_on, body.reason)


@router.post("/{endpoint_id}/disabling", response_model=EndpointOut, dependencies=[KEEPERS])
async def disable_endpoint(
    body: ReasonIn, endpoint: ThisEndpoint, actor: CurrentActor, session: Transaction, call: Call
) -> Endpoint:
    """Tell this endpoint nothing more; what it would be told is held until it is resumed."""
    call.admit(endpoint)
    who = actions.OWNER if actor.org == endpoint.owner else actions.OPERATOR
    return await actions.disable(session, endpoint, who, body.reason)


@router.post("/{endpoint_id}/secrets", response_model=SecretMade, status_code=201, dependencies=[KEEPERS])
async def add_secret(body: SecretIn, endpoint: ThisEndpoint, session: Transaction, call: Call) -> SecretMade:
    """Keep one more shared secret, yours or one that we make; of three the oldest is gone.

    What we made is shown this once: a repeated call is answered without it.
    """
    call.admit(endpoint)
    secret = body.secret or new_secret()
    kept = await credentials.add_secret(session, vault_of(frame(session).settings), endpoint, secret)
    said = SecretMade.model_validate(kept)
    call.keep_as(said)
    return said.model_copy(update={"secret": None if body.secret else secret})


@router.post("/{endpoint_id}/secrets/{secret_id}/removal", response_model=EndpointOut, dependencies=[KEEPERS])
async def remove_secret(
    secret_id: UUID, body: ReasonIn, endpoint: ThisEndpoint, session: Transaction, call: Call
) -> Endpoint:
    """Sign by that shared secret no more."""
    call.admit(endpoint)
    await credentials.remove_secret(session, endpoint, secret_id, body.reason)
    return endpoint


@router.post(
    "/{endpoint_id}/certificates", response_model=CertificatesOut, status_code=201, dependencies=[KEEPERS]
)
async def set_certificates(
    body: CertificatesIn, endpoint: ThisEndpoint, session: Transaction, call: Call
) -> Tls:
    """Believe that authority alone for this endpoint, and show it that certificate; or neither."""
    call.admit(endpoint)
    papers = (body.authority, body.certificate, body.key)
    return await credentials.set_tls(session, vault_of(frame(session).settings), endpoint, *papers)
