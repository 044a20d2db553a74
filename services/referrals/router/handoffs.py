"""Handoffs over HTTP: send, list, read, open the package, answer, prove service, conclude, withdraw."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request

from services.referrals import actions, queries
from services.referrals.router.admitting import today
from services.referrals.rules.days import stated
from services.referrals.rules.lifecycle import HandoffAct, HandoffStage
from services.referrals.rules.vocabulary import Kind
from services.referrals.schemas.handoffs import (
    AcceptanceIn,
    AcknowledgementIn,
    AnswerIn,
    ConclusionIn,
    DecisionIn,
    HandoffIn,
    HandoffOut,
    PackageOut,
    ReceiptOut,
    ReplyIn,
    ReturnIn,
    ServiceIn,
    TicketIn,
    TicketOut,
    package,
    shown,
)
from services.referrals.schemas.referrals import ReasonIn
from services.referrals.tables import Handoff, HandoffRecord
from shared.identity import Role
from shared.paging import Page, Paging, page
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
ANSWERERS = (*SENDERS, Role.CLERK, Role.AGENCY_OFFICER)
VIEW: dict[str, Any] = {"response_model": HandoffOut, "response_model_exclude_unset": True}


async def _this_handoff(handoff_id: UUID, actor: CurrentActor, session: Transaction, call: Call) -> Handoff:
    handoff = await actions.hold_handoff(session, actor, handoff_id)
    call.admit(handoff)
    return handoff


ThisHandoff = Annotated[Handoff, Depends(_this_handoff)]


@router.post("", status_code=201, **VIEW, dependencies=[roles(*SENDERS)])
async def dispatch(body: HandoffIn, actor: CurrentActor, session: Transaction, call: Call) -> HandoffOut:
    """Send a lead, request or letter to an agency; the routing that chose it is kept."""
    await call.fresh(lambda known: queries.handoff_is_visible(session, actor, known))
    content = actions.Content(
        title=body.title,
        summary=body.summary,
        demand=body.demand,
        papers=[(each.sha256, each.paper) for each in body.documents],
        external_ids=[each.model_dump() for each in body.external_ids],
    )
    posted = actions.Posted(
        matter_id=body.matter_id,
        kind=body.kind,
        receiver=body.receiver,
        basis_epoch=body.basis_epoch,
        on=stated(body.occurred_on, today()),
        content=content,
        sector=body.sector,
        subject=body.subject,
        place=body.place,
        number=body.number,
        about=body.about,
        routing_reason=body.routing_reason,
    )
    handoff = await actions.dispatch(session, actor, posted)
    call.tag(handoff)
    return shown(handoff, actor)


@router.get("", response_model=Page[HandoffOut], response_model_exclude_unset=True, dependencies=[anyone()])
async def list_handoffs(
    actor: CurrentActor,
    session: Reading,
    paging: Paging,
    matter_id: UUID | None = None,
    kind: Kind | None = None,
    stage: HandoffStage | None = None,
    sender: Annotated[str | None, Query(max_length=40)] = None,
    receiver: Annotated[str | None, Query(max_length=40)] = None,
) -> Page[HandoffOut]:
    """The handoffs one may see, newest first."""
    filters = {"matter_id": matter_id, "kind": kind, "stage": stage, "sender": sender, "receiver": receiver}
    wanted = {name: value for name, value in filters.items() if value is not None}
    statement = queries.visible_handoffs(actor).filter_by(**wanted)
    rows, following = await page(session, statement, (Handoff.id,), paging)
    return Page[HandoffOut](items=[shown(row, actor) for row in rows], next=following)


@router.get("/{handoff_id}", **VIEW, dependencies=[anyone()])
async def read(handoff_id: UUID, request: Request, actor: CurrentActor, session: Reading) -> HandoffOut:
    """A handoff without its content; its receiver sees the preview until the package opens."""
    handoff = await queries.handoff_for(session, actor, handoff_id)
    tag(request, handoff)
    return shown(handoff, actor)


@router.get("/{handoff_id}/package", response_model=PackageOut, dependencies=[anyone()])
async def read_package(handoff_id: UUID, actor: CurrentActor, session: Reading) -> PackageOut:
    """The whole package: open at once if served, on acknowledgement if asked, on acceptance if offered."""
    handoff = await queries.handoff_for(session, actor, handoff_id)
    return package(handoff, list(await actions.package_papers(session, actor, handoff)))


@router.get("/{handoff_id}/receipts", response_model=list[ReceiptOut], dependencies=[anyone()])
async def read_receipts(handoff_id: UUID, actor: CurrentActor, session: Reading) -> list[HandoffRecord]:
    """Every receipt: what reached the receiver, what it answered; each verifiable offline."""
    handoff = await queries.handoff_for(session, actor, handoff_id)
    return list(await queries.records_of(session, handoff.id))


@router.post("/{handoff_id}/acknowledgement", **VIEW, dependencies=[roles(*ANSWERERS)])
async def acknowledge(
    body: AcknowledgementIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The receiver has it."""
    answered = await actions.answer(session, actor, handoff, _answer(HandoffAct.ACKNOWLEDGE, body))
    return shown(answered, actor)


@router.post("/{handoff_id}/acceptance", **VIEW, dependencies=[roles(*ANSWERERS)])
async def accept(
    body: AcceptanceIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The receiver takes the offer; the package opens."""
    return shown(await actions.answer(session, actor, handoff, _answer(HandoffAct.ACCEPT, body)), actor)


@router.post("/{handoff_id}/return", **VIEW, dependencies=[roles(*ANSWERERS)])
async def give_back(
    body: ReturnIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The receiver does not take the offer, and says why."""
    return shown(await actions.answer(session, actor, handoff, _answer(HandoffAct.RETURN, body)), actor)


@router.post("/{handoff_id}/decision", **VIEW, dependencies=[roles(*ANSWERERS)])
async def decide(
    body: DecisionIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """What the receiver decided about what it took."""
    return shown(await actions.answer(session, actor, handoff, _answer(HandoffAct.DECIDE, body)), actor)


@router.post("/{handoff_id}/service", **VIEW, dependencies=[roles(*ANSWERERS)])
async def prove_service(
    body: ServiceIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """Service is proved; the periods of the case run from this day."""
    given = actions.Answer(
        act=HandoffAct.SERVE,
        on=stated(body.occurred_on, today()),
        stated_on=body.occurred_on,
        said=body.model_dump(mode="json", exclude={"signature"}, exclude_none=True),
        document_sha256=body.document_sha256,
        signature=body.signature,
    )
    return shown(await actions.answer(session, actor, handoff, given), actor)


@router.post("/{handoff_id}/reply", **VIEW, dependencies=[roles(*ANSWERERS)])
async def reply(body: ReplyIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction) -> HandoffOut:
    """The receiver replies; a late reply counts and erases nothing."""
    return shown(await actions.answer(session, actor, handoff, _answer(HandoffAct.REPLY, body)), actor)


@router.post("/{handoff_id}/conclusion", **VIEW, dependencies=[roles(*SENDERS)])
async def conclude(
    body: ConclusionIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """The sender is done with an offer that was decided, or with a request."""
    on = stated(body.occurred_on, today())
    return shown(await actions.conclude_handoff(session, actor, handoff, on), actor)


@router.post("/{handoff_id}/withdrawal", **VIEW, dependencies=[roles(*SENDERS)])
async def withdraw(
    body: ReasonIn, handoff: ThisHandoff, actor: CurrentActor, session: Transaction
) -> HandoffOut:
    """Take an offer or a request back before it is answered."""
    on = stated(body.occurred_on, today())
    return shown(await actions.withdraw_handoff(session, actor, handoff, on, body.reason), actor)


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


def _answer(act: HandoffAct, body: AnswerIn) -> actions.Answer:
    """The answer as stated; what was signed is everything that was sent but the signature."""
    return actions.Answer(
        act=act,
        on=stated(body.occurred_on, today()),
        stated_on=body.occurred_on,
        said=body.model_dump(mode="json", exclude={"signature"}, exclude_none=True),
        on_behalf_of=body.on_behalf_of,
        manner=body.manner,
        document_sha256=body.document_sha256,
        signature=body.signature,
    )
