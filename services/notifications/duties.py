"""What this service does because time passed."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import digesting
from services.notifications.tables import Attempt
from shared.clock import SHANGHAI
from shared.service import Duty

KEPT_DAYS = 180
BATCH = 1000


async def forget_answers_of_receivers(session: AsyncSession, today: date) -> int:
    """What receivers answered is erased after 180 days (ours); that they answered, and how, stays."""
    before = datetime.combine(today - timedelta(days=KEPT_DAYS), time(), SHANGHAI)
    old = select(Attempt.id).where(Attempt.at < before, Attempt.first_bytes.is_not(None)).limit(BATCH)
    ids = (await session.scalars(old)).all()
    if ids:
        await session.execute(update(Attempt).where(Attempt.id.in_(ids)).values(first_bytes=None))
    return len(ids)


DUTIES: tuple[Duty, ...] = (
    Duty("forget_answers_of_receivers", 600, forget_answers_of_receivers),
    Duty("make_digests", 300, digesting.make),
)
