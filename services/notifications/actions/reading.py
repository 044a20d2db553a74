"""Reading the inbox."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.tables import ReadMark
from shared import clock
from shared.database import insert
from shared.identity import Actor


async def mark_read(session: AsyncSession, actor: Actor, line: Any) -> None:
    """This person has read the line; reading it again changes nothing."""
    mark = {"line_id": line.id, "sub": actor.sub, "at": clock.now()}
    await session.execute(insert(session, ReadMark).values(mark).on_conflict_do_nothing())
