"""This system's own numbers for handoffs: gapless per office and year; never claimed to be official."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.tables import Counter
from shared.database import insert


async def next_number(session: AsyncSession, office: str, year: int) -> str:
    """The next number of that office and year; taken last, so that nothing waits behind a counter."""
    first = insert(session, Counter).values(office=office, year=year, last=1)
    taken = first.on_conflict_do_update(
        index_elements=["office", "year"], set_={"last": Counter.__table__.c["last"] + 1}
    ).returning(Counter.__table__.c["last"])
    number = (await session.execute(taken)).scalar_one()
    return f"{office}-H{year}-{number:05d}"
