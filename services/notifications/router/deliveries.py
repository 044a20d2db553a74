"""Deliveries: what was told, and the proof."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Query

from services.notifications import queries
from services.notifications.actions import by_hand
from services.notifications.actions.proving import receipt_of
from services.notifications.channels.receipts import sha256
from services.notifications.rules.vocabulary import DeliveryState
from services.notifications.schemas import AttemptOut, DeliveryDetail, DeliveryOut, ReasonIn, ReceiptOut
from services.notifications.tables import Attempt, Delivery
from shared.identity import Role
from shared.paging import Page, Paging, page
from shared.transactions import Call, CurrentActor, Reading, Transaction, anyone, door_router, frame, roles

router = door_router(prefix="/v1/deliveries", tags=["deliveries"])
KEEPERS = roles(Role.AGENCY_OFFICER, Role.PROSECUTOR, Role.CLERK, Role.ADMIN)


@router.get("", response_model=Page[DeliveryOut], dependencies=[anyone()])
async def list_deliveries(
    actor: CurrentActor,
    session: Reading,
    paging: Paging,
    endpoint: Annotated[UUID | None, Query()] = None,
    matter: Annotated[UUID | None, Query()] = None,
    state: Annotated[DeliveryState | None, Query()] = None,
) -> Page[DeliveryOut]:
    """Deliveries to your organisation, newest first."""
    found = queries.visible_deliveries(actor, endpoint_id=endpoint, matter_id=matter, state=state)
    rows, following = await page(session, found, (Delivery.at, Delivery.id), paging)
    return Page(items=[DeliveryOut.model_validate(row) for row in rows], next=following)


@router.get("/{delivery_id}", response_model=DeliveryDetail, dependencies=[anyone()])
async def read_delivery(delivery_id: UUID, actor: CurrentActor, session: Reading) -> DeliveryDetail:
    """One delivery with its evidence: the bytes that were signed and every try."""
    delivery = await queries.delivery_for(session, actor, delivery_id)
    attempts = await queries.attempts_of(session, delivery_id)
    return DeliveryDetail(
        **DeliveryOut.model_validate(delivery).model_dump(),
        message_id=str(delivery.event_id),
        body=delivery.body.decode(),
        body_sha256=sha256(delivery.body),
        attempts=[_attempt(each) for each in attempts],
    )


def _attempt(row: Attempt) -> AttemptOut:
    said = None if row.first_bytes is None else row.first_bytes.decode(errors="replace")
    facts = ("at", "outcome", "status", "latency_ms", "error", "signature")
    told = {name: getattr(row, name) for name in facts}
    return AttemptOut(**told, keys=orjson.loads(row.keys), first_bytes=said)


@router.get("/{delivery_id}/receipt", response_model=ReceiptOut, dependencies=[anyone()])
async def read_receipt(delivery_id: UUID, actor: CurrentActor, session: Reading) -> ReceiptOut:
    """Proof of transport as a compact JWS by our key: which bytes were taken, when, with which answer."""
    delivery = await queries.delivery_for(session, actor, delivery_id)
    attempts = await queries.attempts_of(session, delivery_id)
    return ReceiptOut(token=receipt_of(delivery, attempts, frame(session).signing_key))


@router.post("/{delivery_id}/retry", response_model=DeliveryOut, status_code=201, dependencies=[KEEPERS])
async def retry_delivery(
    delivery_id: UUID, body: ReasonIn, actor: CurrentActor, session: Transaction, call: Call
) -> Delivery:
    """Send the same message again, as a new delivery under the same message id and number."""
    delivery = await queries.own_delivery(session, actor, delivery_id)
    await call.fresh()
    return await by_hand.retry(session, delivery, body.reason)


@router.post("/{delivery_id}/skipping", response_model=DeliveryOut, dependencies=[KEEPERS])
async def skip_delivery(
    delivery_id: UUID, body: ReasonIn, actor: CurrentActor, session: Transaction, call: Call
) -> Delivery:
    """Pass over a message that blocks its lane; the next message names the number that is missing."""
    delivery = await queries.own_delivery(session, actor, delivery_id)
    await call.fresh()
    return await by_hand.skip(session, delivery, body.reason)
