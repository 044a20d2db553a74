"""Before it leaves: a proposed report is approved or declined, or another office sends it on."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.actions.acting import parties_to_handoff
from services.referrals.actions.handoffs.moving import take_handoff
from services.referrals.actions.handoffs.sending import gated, leave, let_forward
from services.referrals.errors import ApproverMissing, AskedAlready, NobodyAbove, StepNotOpen, UnknownOffice
from services.referrals.rules.courses import HandoffAct
from services.referrals.rules.days import not_before
from services.referrals.rules.vocabulary import Gate, Party
from services.referrals.rules.ways import left_open
from services.referrals.tables import Handoff
from shared.identity import Actor
from shared.transactions import frame


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
    """The chief does not let a report go; the office that reviews, or decides, does not let a suggestion."""
    _check_way(handoff, HandoffAct.DECLINE)
    take_handoff(handoff, HandoffAct.DECLINE, await parties_to_handoff(session, actor, handoff))
    not_before(on, handoff.dispatched_on)
    handoff.withdrawn_on = on
    if handoff.way is not None:
        handoff.routing_reason = reason
    await gated(session, handoff, Gate.DECLINED, actor.org, on, reason)
    return handoff


async def forward_handoff(session: AsyncSession, actor: Actor, handoff: Handoff, on: date) -> Handoff:
    """The office that was asked lets it go: beside the authority, above ours, or above both."""
    _check_way(handoff, HandoffAct.FORWARD)
    take_handoff(handoff, HandoffAct.FORWARD, await parties_to_handoff(session, actor, handoff))
    not_before(on, handoff.dispatched_on)
    await leave(session, handoff, on)
    return handoff


async def dispute_handoff(
    session: AsyncSession, actor: Actor, handoff: Handoff, on: date, reason: str
) -> Handoff:
    """The office that was consulted disagrees, with reasons: the common superior decides (SUG 3).

    The reasons stand with the routing, which no receiver reads; the office that gave them goes on seeing it.
    """
    _check_way(handoff, HandoffAct.DISAGREE)
    take_handoff(handoff, HandoffAct.DISAGREE, await parties_to_handoff(session, actor, handoff))
    not_before(on, handoff.dispatched_on)
    decides = frame(session).offices.common_superior(handoff.sender, actor.org)
    if decides is None:
        raise NobodyAbove(office=actor.org)
    handoff.forward_by, handoff.routing_reason = decides.code, reason
    await gated(session, handoff, Gate.AWAITS_DECISION, decides.code, on, reason)
    return handoff


async def name_forwarder(
    session: AsyncSession, actor: Actor, handoff: Handoff, on: date, office: str
) -> Handoff:
    """The sender names the office that sends a suggestion on, where no office has the authority's code."""
    take_handoff(handoff, HandoffAct.NAME_FORWARDER, await parties_to_handoff(session, actor, handoff))
    not_before(on, handoff.dispatched_on)
    if handoff.forward_by is not None:
        raise AskedAlready(forward_by=handoff.forward_by)
    if not frame(session).offices.exists(office, on) or office == actor.org:
        raise UnknownOffice(office=office, on=on.isoformat())
    let_forward(session, handoff, office)
    await gated(session, handoff, Gate.AWAITS_FORWARDING, office, on)
    return handoff


def _check_way(handoff: Handoff, act: HandoffAct) -> None:
    """Refuses what the way of a held suggestion does not leave to the office that was asked."""
    if not left_open(handoff.way, handoff.stage, act):
        raise StepNotOpen(act=act, stage=handoff.stage, way=handoff.way)
