"""Our own numbers: gapless per office, kind and year; the counter is the last thing an act locks."""

from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.tables import Counter
from shared.database import insert
from shared.transactions import frame


class Numbered(StrEnum):
    """What carries a number of ours."""

    LEAD = "L"
    CASE = "C"
    SUGGESTION = "S"


async def next_number(session: AsyncSession, office: str, kind: Numbered, year: int) -> str:
    """The next number of that kind; given back when the transaction fails, so that none is missing."""
    key = {"office": office, "kind": kind.value, "year": year}
    statement = insert(session, Counter).values(**key, last=1)
    counted = statement.on_conflict_do_update(index_elements=list(key), set_={"last": Counter.last + 1})
    seq = await session.scalar(counted.returning(Counter.last))
    template: str = frame(session).settings.number_template
    return template.format(office=office, kind=kind.value, year=year, seq=seq)
