"""Typical cases as every office finds them; of which case one was made, is shown to who may know of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, false, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.queries.lists import has_word
from services.cases.tables import TypicalCase
from shared.identity import Actor, Kind
from shared.problems import NotFound
from shared.standing import permits

SHOWN = (
    *("id", "office", "procedure", "sector", "focuses", "title", "facts", "handling", "significance"),
    *("approved_on", "at"),
)


def typical_cases(actor: Actor, words: Sequence[str] = (), **equal: Any) -> Select[Any]:
    """The typical cases that stand, narrowed by words and columns; they are for offices, not for agencies."""
    known = case((permits(TypicalCase.case_id, actor), TypicalCase.case_id), else_=null()).label("case_id")
    shown = [getattr(TypicalCase, name) for name in SHOWN]
    statement = select(*shown, known).where(TypicalCase.withdrawn_on.is_(None))
    said = [getattr(TypicalCase, name) == value for name, value in equal.items() if value is not None]
    found = statement.where(*said, *(has_word(TypicalCase.id, word) for word in words))
    return found if actor.kind is Kind.OFFICE else found.where(false())


async def typical_case_for(session: AsyncSession, actor: Actor, typical_id: UUID) -> Any:
    """That typical case, if it stands."""
    found = await session.execute(typical_cases(actor).where(TypicalCase.id == typical_id))
    row = found.one_or_none()
    if row is None:
        raise NotFound(typical_id=typical_id)
    return row


async def typical_of(session: AsyncSession, case_id: UUID) -> TypicalCase | None:
    """The typical case made of that case, unless it was withdrawn."""
    made = select(TypicalCase).where(TypicalCase.case_id == case_id, TypicalCase.withdrawn_on.is_(None))
    found: TypicalCase | None = await session.scalar(made)
    return found
