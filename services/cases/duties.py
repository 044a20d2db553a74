"""What this service does because time passed; clocks are watched by the frame."""

import time
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import storage
from shared.service import Duty
from shared.transactions import frame

A_DAY = 24 * 3600.0


async def clear_unfinished_uploads(session: AsyncSession, today: date) -> int:
    """Uploads that broke off more than a day ago are gone; how many there were."""
    return await storage.store_of(frame(session).settings).clear_unfinished(time.time() - A_DAY)


DUTIES = (Duty("clear_unfinished_uploads", A_DAY, clear_unfinished_uploads),)
