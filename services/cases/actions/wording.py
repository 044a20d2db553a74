"""The words by which leads, cases and typical cases are found, entered in the act's own transaction."""

from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, String, Uuid, bindparam, delete, func, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.actions.facts import flagged
from services.cases.queries import FLAG, FOCUS
from services.cases.tables import Case, Lead, TypicalCase, Word
from shared.database import Letters, is_sqlite
from shared.words import words_in


async def enter_lead_words(session: AsyncSession, lead: Lead) -> None:
    """The lead is found by its number, title, summary, the processors' names, its focuses and its flags."""
    await _enter(session, lead.id, _texts(lead, lead), lead.focuses, flagged(lead))


async def enter_case_words(session: AsyncSession, case: Case, lead: Lead) -> None:
    """The case is found by its number and title, by what its lead says, and by its focuses."""
    await _enter(session, case.id, _texts(case, lead), case.focuses)


async def renew_words(session: AsyncSession, matter: Lead | Case, lead: Lead) -> None:
    """The matter is found by what it and its lead say now, and no longer by what they said before."""
    await session.execute(delete(Word).where(Word.thing_id == matter.id))
    if isinstance(matter, Case):
        await enter_case_words(session, matter, lead)
    else:
        await enter_lead_words(session, lead)


async def enter_typical_words(session: AsyncSession, typical: TypicalCase) -> None:
    """The typical case is found by everything it says, and by its focuses."""
    said = (typical.title, typical.facts, typical.handling, typical.significance)
    await _enter(session, typical.id, said, typical.focuses)


def _texts(matter: Lead | Case, lead: Lead) -> tuple[str, ...]:
    names = (processor["name"] for processor in lead.processors)
    return (matter.number, matter.title, lead.summary, *names)


async def _enter(
    session: AsyncSession,
    thing_id: UUID,
    texts: Iterable[str],
    focuses: Iterable[str],
    flags: Iterable[str] = (),
) -> None:
    """Words of a new thing; one statement, however many they are."""
    words = [*words_in(*texts), *(f"{FOCUS}{code}" for code in focuses), *(f"{FLAG}{code}" for code in flags)]
    asked = {"words": orjson.dumps(words).decode() if is_sqlite(session) else words, "of_thing": thing_id}
    await session.execute(_entering(session.get_bind().dialect.name), asked)


@cache
def _entering(dialect: str) -> Any:
    """One row per word, made by the database itself: as a function of one parameter."""
    if dialect == "sqlite":
        each: Any = func.json_each(bindparam("words", type_=String())).table_valued("value").c.value
    else:
        each = func.unnest(bindparam("words", type_=ARRAY(Letters)))
    rows = select(each, bindparam("of_thing", type_=Uuid()))
    return plain_insert(Word.__table__).from_select(["word", "thing_id"], rows)  # type: ignore[arg-type]
