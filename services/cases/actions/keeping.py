"""Keeping what others announced: orders that concern a matter, and every event for its timeline."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.tables import Heard, Order
from shared.events import Envelope


def keep_order(session: AsyncSession, order_id: UUID, facts: Mapping[str, Any]) -> Order:
    """The order as announced; what becomes of it here is not decided yet."""
    order = Order(id=order_id, **facts)
    session.add(order)
    return order


def keep_heard(session: AsyncSession, envelope: Envelope, body: str) -> None:
    """The event as it came, for the timeline of its matter."""
    session.add(
        Heard(
            id=envelope.id,
            matter_id=envelope.matter_id,
            source=envelope.source,
            type=envelope.type,
            basis=envelope.basis,
            org=envelope.org,
            on_behalf_of=envelope.on_behalf_of,
            occurred_on=envelope.occurred_on,
            at=envelope.at,
            body=body,
        )
    )
