"""Restoring: an event that was never told to an endpoint which it is owed to, told after all."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import fan_out
from services.notifications.events import DeliveryRestored
from services.notifications.queries import facts_of
from services.notifications.rules.recipients import notice_of
from services.notifications.rules.vocabulary import Trigger
from services.notifications.tables import Delivery, table
from shared import events, journal
from shared.citation import OURS
from shared.events import Envelope
from shared.inbox import cursors
from shared.journal import Entry

BASIS = OURS["a person decides about a stuck delivery"]
ROWS = table(Delivery).c


async def restore(
    session: AsyncSession, envelope: Envelope, endpoint_ids: Sequence[UUID], reason: str
) -> int:
    """The deliveries of that event to these endpoints are made, each at the end of its lane; how many.

    None where one is there meanwhile, where the event itself is still on its way, or where the matter is
    classified above the endpoint's ceiling by now.
    """
    notice, matter_id = notice_of(envelope.type), envelope.matter_id
    if notice is None or matter_id is None:
        return 0
    subject = events.subject_of(matter_id)
    await journal.lock(session, subject)
    stands = await fan_out.standing_of(session, matter_id)
    if stands is None or not await _is_applied(session, envelope):
        return 0
    of_event = (
        ROWS.event_id == envelope.id,
        ROWS.trigger == Trigger.EVENT,
        ROWS.endpoint_id.in_(endpoint_ids),
    )
    there = set((await session.scalars(select(ROWS.endpoint_id).where(*of_event))).all())
    lacking = [each for each in endpoint_ids if each not in there]
    told = await fan_out.tell_these(session, envelope, notice, stands, lacking)
    made = select(table(Delivery)).where(*of_event, ROWS.endpoint_id.in_(told)).order_by(ROWS.id)
    entries = [
        Entry(subject, DeliveryRestored(**facts_of(row)), BASIS, details={"reason": reason})
        for row in (await session.execute(made)).all()
    ]
    await journal.record_all(session, entries)
    return len(entries)


async def _is_applied(session: AsyncSession, envelope: Envelope) -> bool:
    here = (cursors.c.source == envelope.source, cursors.c.subject == envelope.subject)
    return (await session.scalar(select(cursors.c.seq).where(*here)) or 0) >= envelope.seq
