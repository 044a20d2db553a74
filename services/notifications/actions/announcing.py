"""What happens to an endpoint: recorded, and told to its owner's own inbox, if that is an office."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import noting
from services.notifications.events import subject_of
from services.notifications.rules.recipients import notice_of
from shared import clock, journal
from shared.citation import Citation
from shared.events import Envelope, Event
from shared.transactions import frame


async def announce(
    session: AsyncSession,
    endpoint_id: UUID,
    owner: str,
    event: Event,
    basis: Citation,
    details: Mapping[str, Any] | None = None,
) -> None:
    """The event stands in the endpoint's chain, and what its owner must know of it in their inbox."""
    subject, here = subject_of(endpoint_id), frame(session)
    event_id = await journal.record(session, subject, event, basis=basis, details=details)
    wire = f"{here.name}.{event.name}"
    notice = notice_of(wire)
    if notice is None or not here.offices.exists(owner):
        return
    now, body = await here.database.dialect.now(session), event.model_dump(mode="json")
    told = Envelope(
        event_id, here.name, subject, 0, wire, event.version, now, clock.today(), str(basis), owner, None,
        None, body,
    )  # fmt: skip
    await noting.note(session, notice, told, None, now)
