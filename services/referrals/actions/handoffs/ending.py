"""Handoffs end: withdrawn before an answer, taken back by the office's own decision, concluded."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import events
from services.referrals.actions.acting import parties_to_handoff
from services.referrals.actions.handoffs.moving import (
    end_handoff_clocks,
    handoff_facts,
    take_handoff,
    tell_handoff,
)
from services.referrals.actions.handoffs.sending import gated
from services.referrals.rules.courses import BEFORE_DISPATCH, HandoffAct, HandoffStep
from services.referrals.rules.days import not_before
from services.referrals.rules.vocabulary import Gate, Party
from services.referrals.tables import Handoff
from shared.identity import Actor


async def withdraw_handoff(
    session: AsyncSession, actor: Actor, handoff: Handoff, on: date, reason: str
) -> Handoff:
    """Take an offer or request back before it is answered."""
    never_left = handoff.stage in BEFORE_DISPATCH
    step = take_handoff(handoff, HandoffAct.WITHDRAW, await parties_to_handoff(session, actor, handoff))
    not_before(on, handoff.dispatched_on, handoff.acknowledged_on)
    handoff.withdrawn_on = on
    if never_left:
        await gated(session, handoff, Gate.TAKEN_BACK, actor.org, on, reason)
        return handoff
    event = events.HandoffWithdrawn(**handoff_facts(handoff))
    await tell_handoff(session, handoff, event, step.basis, on, details={"reason": reason})
    await end_handoff_clocks(session, handoff, "withdrawn")
    return handoff


async def taken_back(session: AsyncSession, handoff: Handoff, reason: str, on: date) -> None:
    """A suggestion was withdrawn or replaced; an open objection is settled by that (SUG 22-23)."""
    never_left = handoff.stage in BEFORE_DISPATCH
    step = take_handoff(handoff, HandoffAct.WITHDRAW, frozenset({Party.ANNOUNCEMENT}))
    handoff.withdrawn_on = on
    if handoff.objection_open:
        handoff.reexamined_on = on
    if never_left:
        await gated(session, handoff, Gate.TAKEN_BACK, handoff.sender, on)
        return
    event = events.HandoffWithdrawn(**handoff_facts(handoff), reason=reason)
    await tell_handoff(session, handoff, event, step.basis, on)
    await end_handoff_clocks(session, handoff, reason)


async def conclude_handoff(session: AsyncSession, actor: Actor, handoff: Handoff, on: date) -> Handoff:
    """The office is done with an offer that was decided, a request, or what it watched."""
    step = take_handoff(handoff, HandoffAct.CONCLUDE, await parties_to_handoff(session, actor, handoff))
    not_before(on, handoff.dispatched_on, handoff.decided_on, handoff.replied_on)
    await concluded(session, handoff, step, on)
    return handoff


async def concluded(session: AsyncSession, handoff: Handoff, step: HandoffStep, on: date) -> None:
    """Nothing more is owed: announced, and its clocks end if they still run."""
    handoff.concluded_on = on
    event = events.HandoffConcluded(**handoff_facts(handoff))
    await tell_handoff(session, handoff, event, step.basis, on)
    await end_handoff_clocks(session, handoff, "concluded")
