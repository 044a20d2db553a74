"""Protected reporters over HTTP."""

from typing import Any
from uuid import UUID

from services.cases import queries
from services.cases.actions import protecting as actions
from services.cases.router.leads import ThisLead
from services.cases.router.showing import REGISTRARS
from services.cases.schemas.beside import (
    ReporterIn,
    ReporterKeptOut,
    ReporterOut,
    ReporterReaderIn,
    ReporterReaderOut,
    ReporterReadingOut,
)
from services.cases.tables import Reporter, ReporterReader, ReporterReading
from shared.identity import Role
from shared.paging import Page, Paging, page
from shared.transactions import CurrentActor, Reading, Transaction, anyone, door_router, roles

router = door_router(prefix="/v1/leads/{lead_id}", tags=["reporters"])

KEEPERS = (Role.CHIEF, Role.AUDITOR)


@router.post("/reporter", status_code=201, response_model=ReporterKeptOut, dependencies=[roles(*REGISTRARS)])
async def keep_reporter(
    lead: ThisLead, body: ReporterIn, actor: CurrentActor, session: Transaction
) -> Reporter:
    """Seal who reported the lead; the answer does not repeat it, and nothing else will say it."""
    return await actions.keep_reporter(session, actor, lead, body.model_dump())


@router.get("/reporter", response_model=ReporterOut, dependencies=[anyone()])
async def read_reporter(lead_id: UUID, actor: CurrentActor, session: Transaction) -> dict[str, Any]:
    """Who reported the lead, for persons whom the chief has named; each reading is recorded."""
    lead = await queries.lead_for(session, actor, lead_id)
    return await actions.read_reporter(session, actor, lead)


@router.post(
    "/reporter-readers",
    status_code=201,
    response_model=ReporterReaderOut,
    dependencies=[roles(Role.CHIEF)],
)
async def decide_reader(
    lead: ThisLead, body: ReporterReaderIn, actor: CurrentActor, session: Transaction
) -> ReporterReader:
    """Name a person who may read who reported the lead, or withdraw that leave."""
    return await actions.decide_reader(session, actor, lead, **body.model_dump())


@router.get("/reporter-readers", response_model=Page[ReporterReaderOut], dependencies=[roles(*KEEPERS)])
async def list_readers(
    lead_id: UUID, actor: CurrentActor, session: Reading, paging: Paging
) -> Page[ReporterReaderOut]:
    """Who was named to read who reported the lead, newest first."""
    lead = await queries.lead_for(session, actor, lead_id)
    found, after = await page(session, queries.readers_of(lead.id), (ReporterReader.id,), paging)
    return Page(items=[ReporterReaderOut.model_validate(each) for each in found], next=after)


@router.get("/reporter-readings", response_model=Page[ReporterReadingOut], dependencies=[roles(*KEEPERS)])
async def list_readings(
    lead_id: UUID, actor: CurrentActor, session: Reading, paging: Paging
) -> Page[ReporterReadingOut]:
    """Who has read who reported the lead, newest first."""
    lead = await queries.lead_for(session, actor, lead_id)
    found, after = await page(session, queries.readings_of(lead.id), (ReporterReading.id,), paging)
    return Page(items=[ReporterReadingOut.model_validate(each) for each in found], next=after)
