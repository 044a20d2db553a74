"""Which acts are open in a matter today, and what stands in the way of those that are not."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.queries.matters import pending_proposal, suggestions_of
from services.cases.rules.lifecycle import OpenAct, Situation, acts_open
from services.cases.tables import Case, Lead
from shared import clock


async def open_acts(session: AsyncSession, matter: Lead | Case) -> tuple[OpenAct, ...]:
    """Every act that the law knows at this stage, today."""
    suggestions = await suggestions_of(session, matter.id) if isinstance(matter, Case) else ()
    reply_due_on = suggestions[-1].reply_due_on if suggestions else None
    situation = Situation(clock.today(), reply_due_on)
    pending = await pending_proposal(session, matter.id) is not None
    return acts_open(matter.track, matter.stage, situation, matter.moving is not None, pending)
