"""Referrals that the day concerns: those past their end, and those whose reports are overdue."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.rules.lifecycle import Stage
from services.referrals.tables import Referral

BATCH = 50
_LIVING = (Stage.ISSUED, Stage.RECEIVED, Stage.IN_FORCE)


async def past_their_end(session: AsyncSession, today: date) -> Sequence[Referral]:
    """Some of the orders whose last day has passed and that still stand, in order."""
    statement = select(Referral).where(Referral.stage.in_(_LIVING), Referral.ends_on < today)
    return (await session.scalars(statement.order_by(Referral.id).limit(BATCH))).all()


async def with_reports_overdue(session: AsyncSession, today: date) -> Sequence[Referral]:
    """Some of the orders under which a report was due before today and is not looked at yet, in order."""
    statement = select(Referral).where(Referral.report_due_on < today)
    return (await session.scalars(statement.order_by(Referral.id).limit(BATCH))).all()
