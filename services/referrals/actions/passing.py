"""What becomes of referrals because time passed: staff go home, reports are missed."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import events, queries
from services.referrals.actions.orders import ended
from services.referrals.actions.stages import facts, take, tell
from services.referrals.rules.law import OURS
from services.referrals.rules.lifecycle import Act, Stage
from services.referrals.rules.vocabulary import Party
from services.referrals.tables import Referral
from shared import journal
from shared.events import subject_of

_MISSED = OURS["a missed report is announced to whoever asked for it"]
EXPIRED = "expired"


async def expire(session: AsyncSession, today: date) -> int:
    """Orders given until a day that has passed end with it; how many."""
    found = await queries.past_their_end(session, today)
    await journal.lock(session, *{subject_of(each.matter_id) for each in found})
    for referral in found:
        await session.refresh(referral)
        if referral.stage in (Stage.IN_FORCE, Stage.RECEIVED, Stage.ISSUED):
            await _expire(session, referral)
    return len(found)


async def _expire(session: AsyncSession, referral: Referral) -> None:
    assert referral.ends_on is not None
    act = Act.CLOSE if referral.stage is Stage.IN_FORCE else Act.VOID
    step = take(referral, act, {Party.ITSELF})
    await ended(session, referral, EXPIRED, step, referral.ends_on)


async def announce_missed(session: AsyncSession, today: date) -> int:
    """Each report whose last day has passed without it is announced once; how many orders were looked at."""
    found = await queries.with_reports_overdue(session, today)
    await journal.lock(session, *{subject_of(each.matter_id) for each in found})
    for referral in found:
        await session.refresh(referral)
        await _announce(session, referral, today)
    return len(found)


async def _announce(session: AsyncSession, referral: Referral, today: date) -> None:
    """Every report due before today that was neither given nor announced; the next day to look is kept."""
    given = len(await queries.statements_of(session, referral.id, Act.REPORT))
    office = await queries.holder_of(session, referral.matter_id) or referral.addressee
    for seq_no, day in enumerate(_days(referral, given), start=given + 1):
        if day >= today:
            referral.report_due_on = day
            return
        if seq_no > referral.missed:
            referral.missed = seq_no
            event = events.ReportMissed(**facts(referral), office=office, seq_no=seq_no, due_on=day)
            await tell(session, referral, event, _MISSED, today)
    referral.report_due_on = None


def _days(referral: Referral, given: int) -> list[date]:
    """The days on which reports not given yet were or will be due."""
    if referral.milestones:
        return [date.fromisoformat(day) for day in referral.milestones[given:]]
    return [referral.report_due_on] if referral.report_due_on else []
