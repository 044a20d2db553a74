"""Journal chains for frame tests: somebody notes something about a subject."""

from contextlib import AbstractAsyncContextManager
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared import journal
from shared.citation import OURS
from shared.database import Database, uuid7
from shared.events import Event, subject_of
from shared.identity import Actor, Kind, Role
from shared.journal import Origin

WANG = Actor(
    "wang", "王", "330110", Kind.OFFICE, frozenset({Role.PROSECUTOR}), path="/000000/330000/330100/330110/"
)


class Noted(Event):
    """Something was noted."""

    name: ClassVar[str] = "noted"

    number: int


def writing(database: Database, service: str = "left") -> AbstractAsyncContextManager[AsyncSession]:
    """A writing session as a door opens it."""
    return database.writing(origin=Origin(service, WANG, "request-1", "00-trace-span-01"))


async def note(database: Database, subject: str, count: int = 1, **more: Any) -> None:
    """So many notes about the subject, each in a transaction of its own."""
    for number in range(count):
        async with writing(database) as session:
            await journal.record(session, subject, Noted(number=number), basis=OURS["notes"], **more)


def some_matter() -> tuple[UUID, str]:
    """A new matter and its subject."""
    matter_id = uuid7()
    return matter_id, subject_of(matter_id)


async def rows_of(database: Database, subject: str) -> list[Any]:
    """The chain of a subject, in order."""
    chain = (
        select(journal.journal).where(journal.journal.c.subject == subject).order_by(journal.journal.c.seq)
    )
    async with database.reading() as session:
        return list(await session.execute(chain))
