"""How delivery stands: for administrators and auditors, counts and identifiers of every organisation."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.notifications.queries import overview
from services.notifications.rules.vocabulary import DeliveryState, EndpointState
from services.notifications.schemas import LastTry, Overview, ReportOut, Standing, StuckOut
from services.notifications.tables import Endpoint, Report
from shared import clock
from shared.identity import Role
from shared.paging import Page, Paging, page
from shared.transactions import Reading, door_router, roles

router = door_router(prefix="/v1/overview", tags=["overview"])
WATCHERS = roles(Role.ADMIN, Role.AUDITOR)


@router.get("", response_model=Overview, dependencies=[WATCHERS])
async def read_overview(session: Reading) -> Overview:
    """How many deliveries are unfinished, how old the oldest is, and what needs a person."""
    found = await overview.totals(session, clock.today())
    counts = {state.value: found.states.get(state, 0) for state in overview.UNFINISHED}
    return Overview.model_validate(
        counts | {name: getattr(found, name) for name in Overview.model_fields if name not in counts}
    )


@router.get("/endpoints", response_model=Page[Standing], dependencies=[WATCHERS])
async def list_standings(
    session: Reading,
    paging: Paging,
    state: Annotated[EndpointState | None, Query()] = None,
    failing: Annotated[bool, Query(description="only those left alone for a while")] = False,
) -> Page[Standing]:
    """Every endpoint with what waits for it and since when, newest first."""
    order = (Endpoint.at, Endpoint.id)
    rows, following = await page(session, overview.standings(state, failing), order, paging)
    waiting = await overview.waiting_at(session, [row.id for row in rows])
    return Page(items=[_standing(row, waiting.get(row.id, {})) for row in rows], next=following)


def _standing(row: Any, waiting: dict[DeliveryState, Any]) -> Standing:
    counts = {state.value: waiting[state][0] if state in waiting else 0 for state in overview.UNFINISHED}
    oldest = waiting.get(DeliveryState.PENDING)
    return Standing(
        endpoint_id=row.id,
        owner=row.owner,
        purpose=row.purpose,
        state=row.state,
        expires_on=row.expires_on,
        breaker=row.breaker,
        failures_in_a_row=row.in_a_row,
        called_again_at=row.opens_at,
        oldest_waiting_at=oldest[1] if oldest else None,
        **counts,
    )


@router.get("/stuck", response_model=Page[StuckOut], dependencies=[WATCHERS])
async def list_stuck(
    session: Reading,
    paging: Paging,
    state: Annotated[DeliveryState, Query()] = DeliveryState.BLOCKED,
    endpoint: Annotated[UUID | None, Query()] = None,
) -> Page[StuckOut]:
    """Deliveries of one state (blocked, dead, held, pending) by endpoint, the oldest first."""
    order = (overview.ROWS.endpoint_id, overview.ROWS.at, overview.ROWS.id)
    found = overview.stuck(state, endpoint)
    rows, following = await page(session, found, order, paging, descending=False)
    tries = await overview.last_tries(session, [row.id for row in rows])
    return Page(items=[_stuck(row, tries.get(row.id)) for row in rows], next=following)


def _stuck(row: Any, last_try: Any) -> StuckOut:
    found = StuckOut.model_validate(row)
    return found.model_copy(update={"last_try": last_try and LastTry.model_validate(last_try)})


@router.get("/reports", response_model=Page[ReportOut], dependencies=[WATCHERS])
async def list_reports(session: Reading, paging: Paging) -> Page[ReportOut]:
    """Every day's reconciliation as a compact JWS, the newest first."""
    rows, following = await page(session, overview.reports(), (Report.on,), paging)
    return Page(items=[ReportOut.model_validate(row) for row in rows], next=following)
