"""Our own numbers: gapless per office, kind and year, written as the office settled.

The counter is the last thing an act locks.
"""

from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.rules.office_settings import Setting
from services.cases.tables import Counter
from shared import clock
from shared.database import insert
from shared.transactions import frame


class Numbered(StrEnum):
    """What carries a number of ours."""

    LEAD = "L"
    CASE = "C"
    SUGGESTION = "S"


async def next_number(session: AsyncSession, office: str, kind: Numbered, year: int) -> str:
    """The next number of that kind; given back when the transaction fails, so that none is missing."""
    template = await _template(session, office)
    key = {"office": office, "kind": kind.value, "year": year}
    statement = insert(session, Counter).values(**key, last=1)
    counted = statement.on_conflict_do_update(index_elements=list(key), set_={"last": Counter.last + 1})
    seq = await session.scalar(counted.returning(Counter.last))
    return template.format(office=office, kind=kind.value, year=year, seq=seq)


async def _template(session: AsyncSession, office: str) -> str:
    found = await queries.office_setting(session, office, Setting.NUMBER_TEMPLATE, clock.today())
    return str(found[1] if found else frame(session).settings.number_template)
