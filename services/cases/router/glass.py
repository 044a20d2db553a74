"""Breaking the glass over HTTP: who did, why, and what was said of it."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request

from services.cases import queries
from services.cases.actions.glass import break_glass, review_use
from services.cases.router.showing import OFFICES
from services.cases.schemas.people import GlassIn, GlassOut, GlassReviewIn
from services.cases.tables import GlassBreaking
from shared import journal
from shared.events import subject_of
from shared.identity import Role
from shared.paging import Page, Paging, page_of_ways
from shared.transactions import Call, CurrentActor, Reading, Transaction, door_router, roles, tag

router = door_router(prefix="/v1", tags=["people"])

MAY_BREAK = (Role.DEPARTMENT_HEAD, Role.CHIEF, Role.OVERSEER, Role.ADMIN)


@router.post(
    "/matters/{matter_id}/break-glass",
    status_code=201,
    response_model=GlassOut,
    dependencies=[roles(*MAY_BREAK)],
)
async def break_the_glass(
    matter_id: UUID, body: GlassIn, actor: CurrentActor, session: Transaction, call: Call
) -> GlassBreaking:
    """Read a matter that you may not know of until the end of the day, with a reason (紧急查阅; internal).

    It is no leave to act. The handling office's chief and the next superior's overseer are told at once, and
    the chief reviews it. It beats neither a recusal nor your clearance.
    """
    await call.fresh()
    await journal.lock(session, subject_of(matter_id))
    use = await break_glass(session, actor, matter_id, body.reason)
    call.tag(use)
    return use


@router.get("/break-glass", response_model=Page[GlassOut], dependencies=[roles(*OFFICES)])
async def list_uses(
    actor: CurrentActor,
    session: Reading,
    paging: Paging,
    matter_id: UUID | None = None,
    reviewed: Annotated[bool | None, Query(description="whether its review was done")] = None,
) -> Page[GlassOut]:
    """Who broke the glass on the matters that you may know of, newest first."""
    found, after = await page_of_ways(
        session,
        queries.glass_breakings(actor, matter_id, reviewed),
        (GlassBreaking.at, GlassBreaking.id),
        paging,
    )
    return Page(items=[GlassOut.model_validate(each) for each in found], next=after)


@router.get("/break-glass/{use_id}", response_model=GlassOut, dependencies=[roles(*OFFICES)])
async def read_use(use_id: UUID, actor: CurrentActor, session: Reading, request: Request) -> GlassBreaking:
    """One use of the glass."""
    use = await queries.glass_breaking_for(session, actor, use_id)
    tag(request, use)
    return use


async def _this_use(use_id: UUID, actor: CurrentActor, session: Transaction, call: Call) -> GlassBreaking:
    use = await queries.glass_breaking_for(session, actor, use_id)
    await journal.lock(session, subject_of(use.matter_id))
    await session.refresh(use)
    call.admit(use)
    return use


@router.post("/break-glass/{use_id}/review", response_model=GlassOut, dependencies=[roles(Role.CHIEF)])
async def review_the_use(
    use: Annotated[GlassBreaking, Depends(_this_use)],
    body: GlassReviewIn,
    actor: CurrentActor,
    session: Transaction,
) -> GlassBreaking:
    """Say, as the chief of the handling office, whether it was justified; that settles the inbox's line."""
    return await review_use(session, actor, use, **body.model_dump())
