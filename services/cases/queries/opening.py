"""Which acts are open in a matter today, and what stands in the way of those that are not."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.queries.matters import pending_proposal
from services.cases.rules.lifecycle import OpenAct, Situation, acts_open
from services.cases.tables import Case, Lead
from shared import clock
from shared.ledger import Clock

# Which limits the conditions of steps look at, and as what.
LOOKED_AT = {
    "T7": "reply_due_on",
    "T8": "reply_due_on",
    "T10": "notice_ends_on",
    "T18": "appeal_until",
    "T18r": "appeal_until",
}


async def situation_of(session: AsyncSession, matter: Lead | Case, on: date) -> Situation:
    """What the conditions of steps look at, as the matter and its newest limits stand."""
    if isinstance(matter, Lead):
        return Situation(on)
    looked_at = select(Clock.row, Clock.due_on).where(Clock.matter_id == matter.id, Clock.row.in_(LOOKED_AT))
    rows = await session.execute(looked_at.order_by(Clock.id))  # a newer one takes the place of an older
    facts: dict[str, Any] = {LOOKED_AT[row]: due_on for row, due_on in rows}
    facts |= {name: getattr(matter, name) for name in ("finding", "subject_sued_on", "indicted_on")}
    return Situation(on, **facts)


async def open_acts(session: AsyncSession, matter: Lead | Case) -> tuple[OpenAct, ...]:
    """Every act that the law knows at this stage, today."""
    today = clock.today()
    rules_of = max(today, matter.as_if_on or today)
    situation = await situation_of(session, matter, today)
    pending = await pending_proposal(session, matter.id) is not None
    return acts_open(matter.track, matter.stage, situation, rules_of, matter.moving is not None, pending)
