"""Leads over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from services.cases import queries
from services.cases.actions import leads as actions
from services.cases.router.acts import LEAD_DOORS, add_doors
from services.cases.router.filtering import LeadFilters, Sort
from services.cases.router.showing import REGISTRARS, show_clocks, show_lead, show_list, show_timeline
from services.cases.schemas.sent import LeadIn
from services.cases.schemas.told import ClockOut, LeadItem, LeadOut, TimelineEntry
from services.cases.tables import Lead
from shared import journal
from shared.events import subject_of
from shared.paging import Page, Paging
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

router = door_router(prefix="/v1/leads", tags=["leads"])


async def _this_lead(lead_id: UUID, actor: CurrentActor, session: Transaction, call: Call) -> Lead:
    await journal.lock(session, subject_of(lead_id))
    lead = await queries.lead_for(session, actor, lead_id)
    call.admit(lead)
    return lead


ThisLead = Annotated[Lead, Depends(_this_lead)]


@router.post("", status_code=201, response_model=LeadOut, dependencies=[roles(*REGISTRARS)])
async def register_lead(body: LeadIn, actor: CurrentActor, session: Transaction, call: Call) -> LeadOut:
    """Register a lead; the answer says which points of emphasis it meets, and why."""
    await call.fresh()
    facts = body.model_dump(exclude={"occurred_on", "late_reason", "external_ids", "look_back_of"})
    elsewhere = [each.model_dump() for each in body.external_ids]
    dating = (body.occurred_on, body.late_reason)
    lead = await actions.register_lead(session, actor, facts, elsewhere, *dating, body.look_back_of)
    call.tag(lead)
    return await show_lead(session, actor, lead)


@router.get("", response_model=Page[LeadItem], dependencies=[anyone()])
async def list_leads(
    actor: CurrentActor, session: Reading, filters: LeadFilters, paging: Paging, sort: Sort = Sort.NEWEST
) -> Page[LeadItem]:
    """The leads you may see, newest or most emphasised first; `below` takes in every office under one."""
    return await show_list(session, queries.listed(Lead, actor, filters), Lead, LeadItem, sort, paging)


@router.get("/{lead_id}", response_model=LeadOut, dependencies=[anyone()])
async def read_lead(lead_id: UUID, actor: CurrentActor, session: Reading, request: Request) -> LeadOut:
    """A lead with the acts that are open now, who may do them, and on which article."""
    lead = await queries.lead_for(session, actor, lead_id)
    tag(request, lead)
    return await show_lead(session, actor, lead)


@router.get("/{lead_id}/timeline", response_model=Page[TimelineEntry], dependencies=[anyone()])
async def read_timeline(
    lead_id: UUID, actor: CurrentActor, session: Reading, paging: Paging
) -> Page[TimelineEntry]:
    """Everything that happened in this lead, here and elsewhere, from the beginning on."""
    lead = await queries.lead_for(session, actor, lead_id)
    return await show_timeline(session, paging, lead.id)


@router.get("/{lead_id}/clocks", response_model=Page[ClockOut], dependencies=[anyone()])
async def read_clocks(lead_id: UUID, actor: CurrentActor, session: Reading, paging: Paging) -> Page[ClockOut]:
    """The time limits of this lead: when each ends, how that was counted, and what became of it."""
    lead = await queries.lead_for(session, actor, lead_id)
    return await show_clocks(session, paging, lead.id)


add_doors(router, "lead", LEAD_DOORS, ThisLead)
