"""What is decided of a lead and of a case alike, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.cases import queries
from services.cases.actions.custody import release_by_hand
from services.cases.actions.recusing import Decision, decide_recusal
from services.cases.router.showing import act_out
from services.cases.schemas.sent import LockReleaseIn, RecusalIn
from services.cases.schemas.told import ActOut, MatterItem, RecusalOut
from services.cases.tables import Case, Lead, OfficialAct
from shared import journal
from shared.events import subject_of
from shared.identity import Role
from shared.paging import Page, Paging, page
from shared.transactions import Call, CurrentActor, Reading, Transaction, anyone, door_router, roles

router = door_router(prefix="/v1/matters/{matter_id}", tags=["matters"])


async def _this_matter(matter_id: UUID, actor: CurrentActor, session: Transaction, call: Call) -> Lead | Case:
    affair = await queries.affair_of(session, matter_id)
    await journal.lock(session, *map(subject_of, affair))
    matter = await queries.matter_for(session, actor, matter_id)
    call.admit(matter)
    return matter


ThisMatter = Annotated[Lead | Case, Depends(_this_matter)]


@router.post(
    "/recusals",
    status_code=201,
    response_model=RecusalOut,
    dependencies=[roles(Role.CHIEF, Role.COMMITTEE)],
)
async def decide_on_recusal(
    matter: ThisMatter, body: RecusalIn, actor: CurrentActor, session: Transaction
) -> Decision:
    """Decide on a person's recusal (回避): the chief does, on the chief the committee (R 19-23).

    A recused person sees nothing of the matter any more: of a case, nor of the lead it was opened on. A
    later decision that the person stays lifts the recusal.
    """
    return await decide_recusal(session, actor, matter, **body.said())


@router.get("/acts", response_model=Page[ActOut], dependencies=[anyone()])
async def read_acts(matter_id: UUID, actor: CurrentActor, session: Reading, paging: Paging) -> Page[ActOut]:
    """Every official act of a lead or case with its document: the file, in the order in which it grew."""
    matter = await queries.matter_for(session, actor, matter_id)
    found, after = await page(
        session, queries.acts_of(matter.id), (OfficialAct.id,), paging, descending=False
    )
    return Page(items=[act_out(each) for each in found], next=after)


@router.post("/lock-release", response_model=MatterItem, dependencies=[roles(Role.ADMIN)])
async def release_lock(
    matter: ThisMatter, body: LockReleaseIn, actor: CurrentActor, session: Transaction
) -> Lead | Case:
    """Release a matter from the order it waits for, with the reason; the order is void from then on."""
    await release_by_hand(session, actor, matter, body.reason)
    return matter
