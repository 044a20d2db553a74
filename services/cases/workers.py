"""The keeper: counts the SHA-256 of documents anew after a transfer, outside of any transaction."""

import asyncio

from services.cases import queries, storage
from services.cases.actions.evidence import note_check
from services.cases.tables import Document
from shared.service import Frame

POLL_SECONDS = 2.0


async def check_documents(frame: Frame) -> None:
    """The next document that waits for a check is checked; if there is none, there is a pause."""
    if not await check_next(frame):
        await asyncio.sleep(POLL_SECONDS)


async def check_next(frame: Frame) -> bool:
    """The next document that waits is checked, and what was found is written down; whether there was one."""
    async with frame.database.reading(frame=frame) as session:
        due = await queries.next_check(session)
    if due is None:
        return False
    sha256 = await _counted(frame, due)
    origin = frame.system("worker:check_documents")
    async with frame.database.writing(frame=frame, origin=origin) as session:
        await note_check(session, due, sha256)
    return True


async def _counted(frame: Frame, due: Document) -> str | None:
    """The digest of the bytes as they lie there now; None if there are none."""
    store = storage.store_of(frame.settings)
    try:
        return await storage.digest_of(store.read(due.sha256))
    except FileNotFoundError:
        return None
