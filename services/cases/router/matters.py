"""What is decided of a lead and of a case alike, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from services.cases import queries
from services.cases.actions.custody import release_by_hand
from services.cases.actions.linking import add_number, link
from services.cases.actions.recusing import Decision, decide_recusal
from services.cases.router.showing import PROPOSERS, REGISTRARS, act_out
from services.cases.schemas.beside import LinkIn, LinkOut
from services.cases.schemas.sent import ExternalIdIn, LockReleaseIn, RecusalIn
from services.cases.schemas.told import ActOut, ExternalIdOut, MatterItem, RecusalOut
from services.cases.tables import Case, Lead, Link, OfficialAct
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
    later decision that the person stays lifts the recusal. A request that waits for it is answered by it.
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


async def _these_matters(
    matter_id: UUID, body: LinkIn, actor: CurrentActor, session: Transaction, call: Call
) -> tuple[Lead | Case, Lead | Case]:
    await journal.lock(session, subject_of(matter_id), subject_of(body.other_id))
    matter = await queries.matter_for(session, actor, matter_id)
    call.admit(matter)
    return matter, await queries.matter_for(session, actor, body.other_id)


TheseMatters = Annotated[tuple[Lead | Case, Lead | Case], Depends(_these_matters)]


@router.post("/links", status_code=201, response_model=LinkOut, dependencies=[roles(*PROPOSERS)])
async def link_matters(
    both: TheseMatters, body: LinkIn, actor: CurrentActor, session: Transaction
) -> LinkOut:
    """Link a matter with another that you may see: handled in parallel, or an ended case looked back on."""
    said = body.said()
    del said["other_id"]
    made = await link(session, actor, *both, **said)
    return LinkOut.model_validate(made).model_copy(update={"other_number": both[1].number})


@router.get("/links", response_model=Page[LinkOut], dependencies=[anyone()])
async def read_links(matter_id: UUID, actor: CurrentActor, session: Reading, paging: Paging) -> Page[LinkOut]:
    """What belongs with this matter: parallel ones, parts and wholes, what it looks back on."""
    matter = await queries.matter_for(session, actor, matter_id)
    found, after = await page(session, queries.links_of(matter.id), (Link.id,), paging, descending=False)
    numbers = await queries.visible_numbers(session, actor, [each.other_id for each in found])
    items = [
        LinkOut.model_validate(each).model_copy(update={"other_number": numbers.get(each.other_id)})
        for each in found
    ]
    return Page(items=items, next=after)


@router.post(
    "/external-ids", status_code=201, response_model=ExternalIdOut, dependencies=[roles(*REGISTRARS)]
)
async def add_external_id(
    matter: ThisMatter, body: ExternalIdIn, actor: CurrentActor, session: Transaction
) -> ExternalIdIn:
    """Note the number that a lead or case carries in another system of the office; it is then found by it."""
    await add_number(session, actor, matter, body.system, body.number)
    return body


@router.post("/lock-release", response_model=MatterItem, dependencies=[roles(Role.ADMIN)])
async def release_lock(
    matter: ThisMatter, body: LockReleaseIn, actor: CurrentActor, session: Transaction
) -> Lead | Case:
    """Release a matter from the order it waits for, with the reason; the order is void from then on."""
    await release_by_hand(session, actor, matter, body.reason)
    return matter
