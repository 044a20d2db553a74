"""The approval chain: an act is proposed, reviewed by the head, decided by the chief, and only then done.

The law is asked when the act is proposed and again when it is decided. Proposer and approver are two persons.
"""

from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.deeds import By, Content, Deed, perform
from services.cases.actions.delegating import authority
from services.cases.actions.doings import checked, doing_of
from services.cases.actions.stepping import (
    Matter,
    late,
    legal_day,
    may_do,
    own,
    rule_day,
    step_now,
    unless_moving,
)
from services.cases.errors import AnotherPersonNeeded, ProposalNotOpen, ProposalPending
from services.cases.events import StepDecided, StepProposed, StepReviewed
from services.cases.rules.custody import PROTOCOL
from services.cases.rules.documents import document_on
from services.cases.rules.lifecycle import TWO_PERSONS, Step
from services.cases.rules.vocabulary import Act, ProposalState
from services.cases.tables import Proposal
from shared import clock, journal
from shared.database import uuid7
from shared.events import subject_of
from shared.identity import Actor, Role

DECIDERS = (Role.CHIEF, Role.COMMITTEE)


async def propose(
    session: AsyncSession,
    actor: Actor,
    matter: Matter,
    act: Act,
    content: Content,
    said_on: date | None,
    late_reason: str | None,
) -> Proposal:
    """Propose an act; refused at once where the law, the stage or a pending proposal stands against it."""
    own(actor, matter)
    on = await legal_day(session, said_on, matter.last_act_on, late_reason)
    step = await step_now(session, matter, act, on)
    may_do(session, actor, matter, step)
    await unless_moving(session, matter, step, on)
    if pending := await queries.pending_proposal(session, matter.id):
        raise ProposalPending(proposal_id=pending.id, act=pending.act)
    await checked(Deed(session, matter, step, dict(content), on, By.person(actor)))
    proposal = _proposal(actor, matter, step, content, on)
    session.add(proposal)
    event = StepProposed(**_facts(proposal), awaiting=_awaited(proposal))
    await _record(session, proposal, event, step.basis, on, late(late_reason))
    return proposal


def _proposal(actor: Actor, matter: Matter, step: Step, content: Content, on: date) -> Proposal:
    """A proposer who heads the department has reviewed it by proposing (R 7); the chief always decides."""
    reviewed = step.chain[0] is Role.DEPARTMENT_HEAD and Role.DEPARTMENT_HEAD in actor.roles
    awaiting = step.chain[1] if reviewed else step.chain[0]
    form = document_on(step.form, rule_day(matter, on)) if step.form else None
    return Proposal(
        id=uuid7(),
        matter_id=matter.id,
        kind="lead" if step.tracks[0] == "lead" else "case",
        act=step.act,
        office=matter.office,
        state=_waiting(awaiting),
        awaiting=awaiting,
        form=form.code if form else None,
        form_name=form.zh if form else None,
        content=content,
        proposer=actor.sub,
        proposer_name=actor.name,
        proposed_on=on,
    )


def _waiting(role: Role) -> ProposalState:
    return ProposalState.AWAITING_REVIEW if role is Role.DEPARTMENT_HEAD else ProposalState.AWAITING_DECISION


def _awaited(proposal: Proposal) -> Role:
    assert proposal.awaiting is not None
    return proposal.awaiting


def _facts(proposal: Proposal) -> dict[str, Any]:
    return {
        "matter_id": proposal.matter_id,
        "proposal_id": proposal.id,
        "act": proposal.act,
        "office": proposal.office,
    }


async def _record(
    session: AsyncSession, proposal: Proposal, event: Any, basis: Any, on: date, details: Content
) -> None:
    subject = subject_of(proposal.matter_id)
    await journal.record(session, subject, event, basis=basis, occurred_on=on, details=details or None)


def _open_to(actor: Actor, proposal: Proposal, matter: Matter, state: ProposalState) -> None:
    own(actor, matter)
    if proposal.state is not state:
        raise ProposalNotOpen(state=proposal.state, awaiting=proposal.awaiting)
    if actor.sub == proposal.proposer:
        raise AnotherPersonNeeded(article=str(TWO_PERSONS), mark=TWO_PERSONS.mark)


async def review(
    session: AsyncSession,
    actor: Actor,
    proposal: Proposal,
    matter: Matter,
    *,
    agrees: bool,
    opinion: str,
    said_on: date | None,
    late_reason: str | None,
) -> Proposal:
    """The department head's review (R 7): an opinion that goes to the chief, whichever way it falls."""
    actor.require(Role.DEPARTMENT_HEAD)
    _open_to(actor, proposal, matter, ProposalState.AWAITING_REVIEW)
    on = await legal_day(session, said_on, proposal.proposed_on, late_reason)
    step = await step_now(session, matter, proposal.act, on)
    proposal.reviewer, proposal.reviewer_name, proposal.reviewed_on = actor.sub, actor.name, on
    proposal.agrees, proposal.opinion = agrees, opinion
    proposal.awaiting = step.chain[step.chain.index(Role.DEPARTMENT_HEAD) + 1]
    proposal.state = _waiting(proposal.awaiting)
    event = StepReviewed(**_facts(proposal), awaiting=proposal.awaiting)
    await _record(session, proposal, event, step.basis, on, late(late_reason))
    return proposal


async def decide(
    session: AsyncSession,
    actor: Actor,
    proposal: Proposal,
    matter: Matter,
    *,
    approved: bool,
    reason: str | None,
    said_on: date | None,
    late_reason: str | None,
) -> Proposal:
    """The chief's, the committee's or a delegate's decision; what is approved is done with it."""
    delegation = await authority(session, actor, proposal, said_on or clock.today(), DECIDERS)
    _open_to(actor, proposal, matter, ProposalState.AWAITING_DECISION)
    rests_on = max(proposal.reviewed_on or proposal.proposed_on, matter.last_act_on)
    on = await legal_day(session, said_on, rests_on, late_reason)
    step = await step_now(session, matter, proposal.act, on)
    deed = _deed(session, proposal, matter, step, on)
    if approved:
        await unless_moving(session, matter, step, on)
        await checked(deed)
    proposal.decider, proposal.decider_name, proposal.decided_on = actor.sub, actor.name, on
    proposal.approved, proposal.reason, proposal.awaiting = approved, reason, None
    proposal.delegation_id = delegation.id if delegation else None
    proposal.state = ProposalState.APPROVED if approved else ProposalState.REFUSED
    event = StepDecided(**_facts(proposal), approved=approved, delegation_id=proposal.delegation_id)
    await _record(session, proposal, event, step.basis, on, late(late_reason))
    if approved:
        await perform(deed, doing_of(proposal.act).do)
        proposal.result_id = deed.result_id or matter.id
        await session.flush()
    return proposal


def _deed(session: AsyncSession, proposal: Proposal, matter: Matter, step: Step, on: date) -> Deed:
    """The act as it is done once approved: the proposer's own, on the day of the decision."""
    by = By(proposal.proposer, proposal.proposer_name)
    return Deed(session, matter, step, dict(proposal.content), on, by, proposal_id=proposal.id)


async def cancel(session: AsyncSession, matter: Matter) -> None:
    """What was proposed in the old holder's name is cancelled: the new holder did not propose it."""
    proposal = await queries.pending_proposal(session, matter.id)
    if proposal is None:
        return
    proposal.state, proposal.awaiting, proposal.approved = ProposalState.CANCELLED, None, False
    event = StepDecided(**_facts(proposal), approved=False)
    await journal.record(session, subject_of(matter.id), event, basis=PROTOCOL)
