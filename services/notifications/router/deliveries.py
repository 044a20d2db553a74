"""Deliveries: what was told, and the proof."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.notifications import queries
from services.notifications.actions import by_hand
from services.notifications.channels.receipts import sha256, signed
from services.notifications.errors import NotDelivered
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
    return AttemptOut(**{name: getattr(row, name) for name in facts}, first_bytes=said)


@router.get("/{delivery_id}/receipt", response_model=ReceiptOut, dependencies=[anyone()])
async def read_receipt(delivery_id: UUID, actor: CurrentActor, session: Reading) -> ReceiptOut:
    """Proof of transport as a compact JWS by our key: which bytes were taken, when, with which answer."""
    delivery = await queries.delivery_for(session, actor, delivery_id)
    if delivery.state is not DeliveryState.DELIVERED:
        raise NotDelivered(state=delivery.state)
    attempts = await queries.attempts_of(session, delivery_id)
    taken = next((each for each in reversed(attempts) if each.succeeded), None)
    return ReceiptOut(token=signed(_proof(delivery, taken), frame(session).signing_key))


def _proof(delivery: Delivery, taken: Attempt | None) -> dict[str, Any]:
    """Transport and nothing else: neither service nor a receipt of the receiver's own."""
    facts = ("id", "endpoint_id", "owner", "matter_id", "about", "event_type", "number", "position")
    said = {name: _plain(getattr(delivery, name)) for name in facts}
    said |= {"iss": "casebridge:notifications", "kind": "transport", "message_id": str(delivery.event_id)}
    said |= {"body_sha256": sha256(delivery.body), "delivered_at": _plain(delivery.delivered_at)}
    said |= {"typ": "casebridge-receipt", "at": said["delivered_at"]}
    if taken is None:
        return said | {"manner": "fetched and committed"}
    answer = {"at": _plain(taken.at), "status": taken.status, "latency_ms": taken.latency_ms}
    if taken.first_bytes is not None:
        answer["first_bytes_sha256"] = sha256(taken.first_bytes)
    return said | {"manner": "posted", "signature": taken.signature, "answer": answer}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)


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
