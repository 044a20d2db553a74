"""Proposals and their approval chain over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request

from services.cases import queries
from services.cases.actions import proposals as actions
from services.cases.rules.vocabulary import Act, ProposalState
from services.cases.schemas.sent import DecisionIn, ReviewIn
from services.cases.schemas.told import ProposalItem, ProposalOut
from services.cases.tables import Proposal
from shared import journal
from shared.events import subject_of
from shared.identity import Role
from shared.paging import Page, Paging, page_of_ways
from shared.schemas import Code
from shared.transactions import (
    Call,
    CurrentActor,
    Reading,
    Transaction,
    anyone,
    door_router,
    roles,
    tag,
)

router = door_router(prefix="/v1/proposals", tags=["proposals"])


async def _this_proposal(
    proposal_id: UUID, actor: CurrentActor, session: Transaction, call: Call
) -> Proposal:
    matters = await queries.proposal_matters(session, actor, proposal_id)
    await journal.lock(session, *map(subject_of, matters))
    proposal = await queries.proposal_for(session, actor, proposal_id)
    call.admit(proposal)
    return proposal


MAY_DECIDE = (*actions.DECIDERS, Role.PROSECUTOR, Role.DEPARTMENT_HEAD)
ThisProposal = Annotated[Proposal, Depends(_this_proposal)]


@router.get("", response_model=Page[ProposalItem], dependencies=[anyone()])
async def list_proposals(
    actor: CurrentActor,
    session: Reading,
    paging: Paging,
    state: ProposalState | None = None,
    awaiting: Role | None = None,
    act: Act | None = None,
    office: Code | None = None,
    matter_id: UUID | None = None,
) -> Any:
    """The proposals in matters you may see, newest first."""
    equal = {"state": state, "awaiting": awaiting, "act": act, "office": office, "matter_id": matter_id}
    ways = queries.visible_proposals(actor, **equal)
    found, after = await page_of_ways(session, ways, (Proposal.at, Proposal.id), paging)
    items = [dict(row._mapping) | {"etag": str(row.revision)} for row in found]
    return Page(items=[ProposalItem.model_validate(each) for each in items], next=after)


@router.get("/{proposal_id}", response_model=ProposalOut, dependencies=[anyone()])
async def read_proposal(
    proposal_id: UUID, actor: CurrentActor, session: Reading, request: Request
) -> Proposal:
    """A proposal: what is proposed, who has said what, and whom it waits for."""
    proposal = await queries.proposal_for(session, actor, proposal_id)
    tag(request, proposal)
    return proposal


@router.post("/{proposal_id}/review", response_model=ProposalOut, dependencies=[roles(Role.DEPARTMENT_HEAD)])
async def review_proposal(
    proposal: ThisProposal, body: ReviewIn, actor: CurrentActor, session: Transaction
) -> Proposal:
    """The department head's review (R 7); it then goes to the chief."""
    matter = await queries.matter_for(session, actor, proposal.matter_id)
    return await actions.review(session, actor, proposal, matter, **body.said())


@router.post("/{proposal_id}/decision", response_model=ProposalOut, dependencies=[roles(*MAY_DECIDE)])
async def decide_proposal(
    proposal: ThisProposal, body: DecisionIn, actor: CurrentActor, session: Transaction
) -> Proposal:
    """The chief's or the committee's decision, or that of a person whom the chief has authorised (R 5).

    An approved act is done at once; a delegate's decision names the delegation.
    """
    matter = await queries.matter_for(session, actor, proposal.matter_id)
    return await actions.decide(session, actor, proposal, matter, **body.said())
