"""Appraisal, audit, testing, translation: their time does not count in the review (R 41, 48)."""

from uuid import UUID

from services.cases import queries
from services.cases.actions.deeds import Deed
from services.cases.errors import NothingEntrusted
from services.cases.rules.law import HANDLING_RULES
from services.cases.rules.vocabulary import Act
from shared import ledger
from shared.ledger import Change

EXCLUDED = HANDLING_RULES[48]


async def entrust(deed: Deed) -> None:
    """From this day the time does not count in T9 and T11 (T13); no other limit stops."""
    await ledger.pause(deed.session, deed.matter.id, Change.EXCLUSION, deed.on, EXCLUDED, about=deed.id)


async def check_result(deed: Deed) -> None:
    """Refuse the result of what was not entrusted in this case, or of what has come already."""
    entrusted = UUID(deed.content["entrusted"])
    letter = await queries.act_of(deed.session, deed.matter.id, entrusted)
    come = await queries.acts_about(deed.session, deed.matter.id, Act.RECEIVE_APPRAISAL, entrusted)
    if letter is None or letter.act is not Act.ENTRUST_APPRAISAL or come:
        raise NothingEntrusted(entrusted=entrusted)


async def receive(deed: Deed) -> None:
    """The result has come: the days in between are left out."""
    deed.about = UUID(deed.content["entrusted"])
    await ledger.resume(deed.session, deed.matter.id, deed.on, EXCLUDED, about=deed.about)
