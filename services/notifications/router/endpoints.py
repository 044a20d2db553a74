"""Endpoints: where an organisation wants to be told."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import queries
from services.notifications.actions import endpoints as actions
from services.notifications.channels.outfit import policy_of, vault_of
from services.notifications.channels.sender import Sender
from services.notifications.rules.egress import Target, target_of
from services.notifications.rules.filters import Wanted
from services.notifications.schemas import EndpointDetail, EndpointIn, EndpointOut, SecretIn, SecretOut
from services.notifications.tables import Endpoint, Secret
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


async def _reachable(request: Request, body: EndpointIn, actor: CurrentActor) -> Target:
    """The address, past the first two gates; asked before any transaction begins."""
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
    await journal.lock(session, actions.subject_of(endpoint_id))
    return await queries.own_endpoint(session, actor, endpoint_id)


Reachable = Annotated[Target, Depends(_reachable)]
ThisEndpoint = Annotated[Endpoint, Depends(_locked, scope="function")]


@router.post("", response_model=EndpointOut, status_code=201, dependencies=[KEEPERS])
async def register_endpoint(
    target: Reachable, body: EndpointIn, actor: CurrentActor, session: Transaction, call: Call
) -> Endpoint:
    """Register an endpoint of your organisation; it is challenged at once and told once it has answered."""
    await call.fresh(partial(_still_own, session, actor))
    wanted = Wanted(tuple(body.event_types), body.matter_id, body.kind, body.place)
    asked = actions.Request(target.url, body.purpose, body.order_mode, wanted)
    endpoint = await actions.register(session, actor, asked)
    if body.secret:
        await actions.add_secret(session, vault_of(frame(session).settings), endpoint, body.secret)
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
    gate, secrets = await queries.gate_and_secrets(session, endpoint.id)
    return EndpointDetail(
        **EndpointOut.model_validate(endpoint).model_dump(),
        breaker=gate.breaker,
        failures_in_a_row=gate.in_a_row,
        called_again_at=gate.opens_at,
        secrets=[secret.id for secret in secrets],
    )


@router.post(
    "/{endpoint_id}/verification", response_model=EndpointOut, status_code=202, dependencies=[KEEPERS]
)
async def verify_endpoint(endpoint: ThisEndpoint, session: Transaction, call: Call) -> Endpoint:
    """Send a new challenge; an endpoint that answers it is told from then on, first what was held for it."""
    call.admit(endpoint)
    return await actions.ask_again(session, endpoint)


@router.post("/{endpoint_id}/disabling", response_model=EndpointOut, dependencies=[KEEPERS])
async def disable_endpoint(endpoint: ThisEndpoint, session: Transaction, call: Call) -> Endpoint:
    """Tell this endpoint nothing more; what it would be told is held until it is verified again."""
    call.admit(endpoint)
    return await actions.disable(session, endpoint, actions.OWNER)


@router.post("/{endpoint_id}/secrets", response_model=SecretOut, status_code=201, dependencies=[KEEPERS])
async def add_secret(body: SecretIn, endpoint: ThisEndpoint, session: Transaction, call: Call) -> Secret:
    """Keep one more shared secret; it signs beside the one before, of three the oldest is gone."""
    call.admit(endpoint)
    return await actions.add_secret(session, vault_of(frame(session).settings), endpoint, body.secret)
