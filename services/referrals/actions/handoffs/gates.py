"""Before it leaves: a proposed report is approved or declined, or another office sends it on."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.actions.acting import parties_to_handoff
from services.referrals.actions.handoffs.moving import take_handoff
from services.referrals.actions.handoffs.sending import gated, leave
from services.referrals.errors import ApproverMissing
from services.referrals.rules.courses import HandoffAct
from services.referrals.rules.days import not_before
from services.referrals.rules.vocabulary import Gate, Party
from services.referrals.tables import Handoff
from shared.identity import Actor


async def approve_handoff(session: AsyncSession, actor: Actor, handoff: Handoff, on: date) -> Handoff:
    """The chief lets it go, to whom it concerns or to the office that must send it on."""
    if actor.sub == handoff.proposed_by:
        raise ApproverMissing(proposed_by=handoff.proposed_by)
    take_handoff(handoff, HandoffAct.APPROVE, await parties_to_handoff(session, actor, handoff))
    not_before(on, handoff.dispatched_on)
    if handoff.forward_by is not None:
        await gated(session, handoff, Gate.AWAITS_FORWARDING, handoff.forward_by, on)
        return handoff
    take_handoff(handoff, HandoffAct.FORWARD, frozenset({Party.ITSELF}))
    await leave(session, handoff, on)
    return handoff


async def decline_handoff(
    session: AsyncSession, actor: Actor, handoff: Handoff, on: date, reason: str
) -> Handoff:
    """The chief does not let it go."""
    take_handoff(handoff, HandoffAct.DECLINE, await parties_to_handoff(session, actor, handoff))
    not_before(on, handoff.dispatched_on)
    handoff.withdrawn_on = on
    await gated(session, handoff, Gate.DECLINED, actor.org, on, reason)
    return handoff


async def forward_handoff(session: AsyncSession, actor: Actor, handoff: Handoff, on: date) -> Handoff:
    """The office that stands beside the authority, or above ours, has reviewed it and sends it on."""
    take_handoff(handoff, HandoffAct.FORWARD, await parties_to_handoff(session, actor, handoff))
    not_before(on, handoff.dispatched_on)
    await leave(session, handoff, on)
    return handoff
