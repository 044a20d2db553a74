"""Typical cases over HTTP: found by every office, by their words."""

from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import StreamingResponse

from services.cases import queries
from services.cases.router.exports import RESPONSES, export
from services.cases.router.filtering import Focus, Text, words_of
from services.cases.router.showing import OFFICES
from services.cases.rules.vocabulary import Procedure, Sector
from services.cases.schemas.finding import TypicalCaseOut
from services.cases.tables import TypicalCase
from shared.paging import Page, Paging, page_of_ways
from shared.transactions import CurrentActor, Reading, door_router, roles

router = door_router(prefix="/v1", tags=["typical cases"])

ORDER = (TypicalCase.at, TypicalCase.id)
COLUMNS = (
    *("title", "procedure", "sector", "focuses", "office", "approved_on"),
    *("facts", "handling", "significance"),
)


@router.get("/typical-cases", response_model=Page[TypicalCaseOut], dependencies=[roles(*OFFICES)])
async def list_typical_cases(
    actor: CurrentActor,
    session: Reading,
    paging: Paging,
    procedure: Procedure | None = None,
    sector: Sector | None = None,
    focus: Focus = None,
    text: Text = None,
) -> Page[TypicalCaseOut]:
    """What ended cases of all offices teach, newest first; anonymised, approved, and not withdrawn."""
    found = queries.typical_cases(actor, words_of(text, focus), procedure=procedure, sector=sector)
    rows, after = await page_of_ways(session, [found], ORDER, paging)
    return Page(items=[TypicalCaseOut.model_validate(row) for row in rows], next=after)


@router.get("/typical-cases.csv", dependencies=[roles(*OFFICES)], responses=RESPONSES)
async def export_typical_cases(
    actor: CurrentActor,
    request: Request,
    procedure: Procedure | None = None,
    sector: Sector | None = None,
    focus: Focus = None,
    text: Text = None,
) -> StreamingResponse:
    """The same as a file for office programs."""
    words, equal = words_of(text, focus), {"procedure": procedure, "sector": sector}

    def ways() -> Any:
        return [queries.typical_cases(actor, words, **equal)]

    return await export(request.app.state.frame, "typical-cases", COLUMNS, ways, ORDER)


@router.get("/typical-cases/{typical_id}", response_model=TypicalCaseOut, dependencies=[roles(*OFFICES)])
async def read_typical_case(typical_id: UUID, actor: CurrentActor, session: Reading) -> TypicalCaseOut:
    """One typical case."""
    found = await queries.typical_case_for(session, actor, typical_id)
    return TypicalCaseOut.model_validate(found)
