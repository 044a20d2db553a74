"""Handoffs over HTTP: send one or several, list, read, open the package, receipts and tickets."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request

from services.referrals import actions, queries
from services.referrals.router.admitting import today
from services.referrals.rules.courses import HandoffStage
from services.referrals.rules.days import stated
from services.referrals.rules.desk import Desk
from services.referrals.rules.vocabulary import Course, Kind
from services.referrals.schemas.handoffs.sent import HandoffBatchIn, HandoffIn, OnwardIn, TicketIn
from services.referrals.schemas.handoffs.told import (
    BatchOut,
    HandoffOut,
    PackageOut,
    ProblemOut,
    ReceiptOut,
    SentOut,
    TicketOut,
    package,
    shown,
)
from services.referrals.tables import Handoff, HandoffRecord
from shared.identity import Role
from shared.paging import Page, Paging, page
from shared.problems import Refusal
from shared.transactions import (
    Call,
    CurrentActor,
    Reading,
    Transaction,
    anyone,
    door_router,
    frame,
    roles,
    tag,
)

router = door_router(prefix="/v1/handoffs", tags=["handoffs"])

SENDERS = (Role.PROSECUTOR, Role.DEPARTMENT_HEAD, Role.CHIEF)
VIEW: dict[str, Any] = {"response_model": HandoffOut, "response_model_exclude_unset": True}
COMES_IN = (Kind.AGENCY_LEAD, Kind.CRIMINAL_TRANSFER)
_NOT_POSTED = {"ground", "rung", "concerning", "title", "summary", "demand", "documents", "external_ids"}


async def this_handoff(handoff_id: UUID, actor: CurrentActor, session: Transaction, call: Call) -> Handoff:
    """That handoff under its matter's lock, in the version that the caller saw."""
    handoff = await actions.hold_handoff(session, actor, handoff_id)
    call.admit(handoff)
    return handoff


ThisHandoff = Annotated[Handoff, Depends(this_handoff)]


def _posted(body: Any, item: Any, **more: Any) -> actions.Posted:
    content = actions.Content(
        title=item.title,
        summary=item.summary,
        demand=item.demand,
        papers=[(each.sha256, each.paper) for each in item.documents],
        external_ids=[each.model_dump() for each in item.external_ids],
    )
    said = item.model_dump(exclude=_NOT_POSTED | {"occurred_on"}) | more
    on, reported = stated(body.occurred_on, today()), actions.Reported(**item.reported())
    return actions.Posted(**said, on=on, stated_on=body.occurred_on, content=content, reported=reported)


@router.post("", status_code=201, **VIEW, dependencies=[roles(*SENDERS, Role.AGENCY_OFFICER)])
async def dispatch(body: HandoffIn, actor: CurrentActor, session: Transaction, call: Call) -> HandoffOut:
    """Send a lead, request or letter; an agency sends a lead, or a copy of its transfer to the police.

    An agency's paper is written down by the office with `on_behalf_of`, `manner` and `occurred_on`.
    """
    await call.fresh(lambda known: queries.handoff_is_visible(session, actor, known))
    posted = _posted(body, body)
    comes_in = body.kind in COMES_IN or Role.AGENCY_OFFICER in actor.roles
    handoff = await (actions.receive if comes_in else actions.dispatch)(session, actor, posted)
    call.tag(handoff)
    return shown(handoff, actor)


@router.post("/batch", status_code=201, response_model=BatchOut, dependencies=[roles(*SENDERS)])
async def dispatch_several(
    body: HandoffBatchIn, actor: CurrentActor, session: Transaction, call: Call
) -> BatchOut:
    """Send several at once about one harm; each is sent, or says why not, and none waits for another."""
    await call.fresh()
    more = {"matter_id": body.matter_id, "basis_epoch": body.basis_epoch}
    several = [_posted(body, item, **more) for item in body.items]
    results = await actions.dispatch_several(session, actor, several)
    pairs = zip(several, results, strict=True)
    return BatchOut(items=[_result(posted, result, actor) for posted, result in pairs])


def _result(posted: actions.Posted, result: Handoff | Refusal, actor: Any) -> SentOut:
    sent = SentOut(receiver=posted.receiver, kind=posted.kind)
    if isinstance(result, Refusal):
        sent.problem = ProblemOut(code=result.code(), title=result.title(), data=result.data)
    else:
        sent.handoff = HandoffOut.model_validate(shown(result, actor).model_dump(exclude_unset=True))
    return sent


@router.get("", response_model=Page[HandoffOut], response_model_exclude_unset=True, dependencies=[anyone()])
async def list_handoffs(
    actor: CurrentActor,
    session: Reading,
    paging: Paging,
    matter_id: UUID | None = None,
    kind: Kind | None = None,
    course: Course | None = None,
    stage: HandoffStage | None = None,
    sender: Annotated[str | None, Query(max_length=40)] = None,
    receiver: Annotated[str | None, Query(max_length=40)] = None,
    desk: Annotated[Desk | None, Query(description="one of the lists of the caller's organisation")] = None,
) -> Page[HandoffOut]:
    """The handoffs one may see, newest first; of one list of one's own organisation, if it is named."""
    filters: dict[str, Any] = {"matter_id": matter_id, "kind": kind, "course": course, "stage": stage}
    filters |= {"sender": sender, "receiver": receiver}
    wanted = {name: value for name, value in filters.items() if value is not None}
    statement = queries.visible_handoffs(actor).filter_by(**wanted)
    if desk is not None:
        statement = statement.where(queries.handoffs_on_desk(desk, actor.org, today()))
    rows, following = await page(session, statement, (Handoff.id,), paging)
    return Page[HandoffOut](items=[shown(row, actor) for row in rows], next=following)


@router.get("/{handoff_id}", **VIEW, dependencies=[anyone()])
async def read(handoff_id: UUID, request: Request, actor: CurrentActor, session: Reading) -> HandoffOut:
    """A handoff and what may be done next; before the package opens a receiver sees the preview alone."""
    handoff = await queries.handoff_for(session, actor, handoff_id)
    tag(request, handoff)
    return shown(handoff, actor)


@router.get(
    "/{handoff_id}/package",
    response_model=PackageOut,
    response_model_exclude_none=True,
    dependencies=[anyone()],
)
async def read_package(handoff_id: UUID, actor: CurrentActor, session: Reading) -> PackageOut:
    """The package, once it is open to you."""
    handoff = await queries.handoff_for(session, actor, handoff_id)
    return package(handoff, list(await actions.package_papers(session, actor, handoff)))


@router.get("/{handoff_id}/receipts", response_model=list[ReceiptOut], dependencies=[anyone()])
async def read_receipts(handoff_id: UUID, actor: CurrentActor, session: Reading) -> list[HandoffRecord]:
    """Every receipt: what reached the receiver, what was said; each verifiable offline."""
    handoff = await queries.handoff_for(session, actor, handoff_id)
    return list(await queries.records_of(session, handoff.id))


@router.post(
    "/{handoff_id}/onward", status_code=201, **VIEW, dependencies=[roles(*SENDERS, Role.AGENCY_OFFICER)]
)
async def go_on(
    body: OnwardIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction, call: Call
) -> HandoffOut:
    """Confirm that a redirected or returned handoff goes on; the new one is linked to it."""
    on = stated(body.occurred_on, today())
    said = body.model_dump(exclude={"occurred_on"})
    onward = actions.Onward(**said, on=on, stated_on=body.occurred_on)
    made = await actions.go_on(session, actor, handoff, onward)
    call.tag(made)
    return shown(made, actor)


@router.post("/{handoff_id}/tickets", status_code=201, response_model=TicketOut, dependencies=[anyone()])
async def issue_ticket(
    handoff_id: UUID, body: TicketIn, actor: CurrentActor, session: Transaction
) -> TicketOut:
    """A ticket with which the receiver reads one document of its open package, for a minute."""
    handoff = await actions.hold_handoff(session, actor, handoff_id)
    ticket = await actions.issue_ticket(session, actor, handoff, body.sha256)
    seconds: int = frame(session).settings.ticket_seconds
    url = f"/cases/v1/documents/{body.sha256}?ticket={ticket}"
    return TicketOut(ticket=ticket, sha256=body.sha256, expires_in=seconds, url=url)
