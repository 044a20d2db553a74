"""Reading the inbox: what one person has read, and has done."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.tables import ReadMark
from shared import clock
from shared.database import insert
from shared.identity import Actor


async def mark_read(session: AsyncSession, actor: Actor, line: Any) -> None:
    """This person has read the line; reading it again changes nothing."""
    await session.execute(insert(session, ReadMark).values(_mark(actor, line)).on_conflict_do_nothing())


async def mark_done(session: AsyncSession, actor: Actor, line: Any) -> None:
    """This person has done what the line asks of them; for others it stays, and the first time stands."""
    mark = _mark(actor, line)
    done = {"done_at": mark["at"]}
    first = ReadMark.done_at.is_(None)
    keys = ["line_id", "sub"]
    statement = insert(session, ReadMark).values(mark | done)
    await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=done, where=first))


def _mark(actor: Actor, line: Any) -> dict[str, Any]:
    return {"line_id": line.id, "sub": actor.sub, "name": actor.name[:80], "at": clock.now()}
