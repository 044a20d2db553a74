"""Appraisal, audit, testing, translation: their time does not count in the review (R 41, 48)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.deeds import Deed
from services.cases.errors import NothingEntrusted
from services.cases.rules.deadlines import EXCLUDED
from services.cases.rules.vocabulary import Act
from shared import ledger
from shared.ledger import Change

# A result comes once, also after the office gave up waiting for it; that it gave up is said once, before.
COMES_BEFORE = {
    Act.RECEIVE_APPRAISAL: (Act.RECEIVE_APPRAISAL,),
    Act.END_APPRAISAL: (Act.RECEIVE_APPRAISAL, Act.END_APPRAISAL),
}


async def entrust(deed: Deed) -> None:
    """From this day the time does not count in T9 and T11 (T13); no other limit stops."""
    await ledger.pause(deed.session, deed.matter.id, Change.EXCLUSION, deed.on, EXCLUDED, about=deed.id)


async def awaited(session: AsyncSession, case_id: UUID, act: Act, entrusted: UUID) -> bool:
    """Whether that act of entrusting in that case still waits for this one."""
    letter = await queries.act_of(session, case_id, entrusted)
    if letter is None or letter.act is not Act.ENTRUST_APPRAISAL:
        return False
    come = [await queries.acts_about(session, case_id, each, entrusted) for each in COMES_BEFORE[act]]
    return not any(come)


async def check_awaited(deed: Deed) -> None:
    """Refuse the result, or the end, of what was not entrusted in this case, or of what is over already."""
    entrusted = UUID(deed.content["entrusted"])
    if not await awaited(deed.session, deed.matter.id, deed.step.act, entrusted):
        raise NothingEntrusted(entrusted=entrusted)


async def over(deed: Deed) -> None:
    """The result has come, or will not: the days since the entrusting are left out, those to come count."""
    deed.about = UUID(deed.content["entrusted"])
    await ledger.resume(deed.session, deed.matter.id, deed.on, EXCLUDED, about=deed.about)
