"""An act that needs nobody's approval: asked, checked against the law, and done at once."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.actions.deeds import By, Content, Deed, perform
from services.cases.actions.doings import checked, doing_of
from services.cases.actions.stepping import Matter, late, legal_day, may_do, step_now, unless_moving
from services.cases.rules.lifecycle import in_order
from services.cases.rules.vocabulary import Act
from services.cases.tables import OfficialAct
from shared.identity import Actor


async def do_act(
    session: AsyncSession,
    actor: Actor,
    matter: Matter,
    act: Act,
    content: Content,
    said_on: date | None,
    late_reason: str | None,
) -> OfficialAct:
    """Do the act; refused where the law, the stage, the role or a move stands against it."""
    earliest = matter.last_act_on if in_order(act) else matter.begun_on
    on = await legal_day(session, said_on, earliest, late_reason)
    step = await step_now(session, matter, act, on)
    may_do(session, actor, matter, step)
    await unless_moving(session, matter, step, on)
    deed = Deed(session, matter, step, content, on, By.person(actor), details=late(late_reason))
    await checked(deed)
    return await perform(deed, doing_of(act).do)
