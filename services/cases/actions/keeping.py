"""Keeping what others announced: orders that concern a matter, and every event for its timeline."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import orjson
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.tables import Heard, Order
from shared.events import Envelope
from shared.statements import insert_all

HEARD = cast(Table, Heard.__table__)


def keep_order(session: AsyncSession, order_id: UUID, facts: Mapping[str, Any]) -> Order:
    """The order as announced; what becomes of it here is not decided yet."""
    order = Order(id=order_id, **facts)
    session.add(order)
    return order


async def keep_heard(session: AsyncSession, envelopes: Sequence[Envelope]) -> None:
    """What others announce about matters, as it came, for their timelines."""
    rows = [
        {
            "id": each.id,
            "matter_id": each.matter_id,
            "source": each.source,
            "type": each.type,
            "basis": each.basis,
            "org": each.org,
            "on_behalf_of": each.on_behalf_of,
            "occurred_on": each.occurred_on,
            "at": each.at,
            "body": orjson.dumps(each.body).decode(),
        }
        for each in envelopes
        if each.matter_id is not None
    ]
    if rows:
        await insert_all(session, HEARD, rows)
