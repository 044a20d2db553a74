"""Referrals over HTTP: issue, list, read, sign, report, lift, withdraw."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request

from services.referrals import actions, queries
from services.referrals.router.admitting import confirmed, still_open, today
from services.referrals.rules.days import stated
from services.referrals.rules.desk import Desk
from services.referrals.rules.lifecycle import Act, Stage, receipt_act
from services.referrals.rules.modes import mode_for
from services.referrals.rules.vocabulary import Mode
from services.referrals.schemas.referrals import (
    ApprovalIn,
    Decision,
    DisagreementIn,
    OpinionIn,
    ReasonIn,
    ReceiptIn,
    ReferralDetail,
    ReferralIn,
    ReferralOut,
    ReportIn,
    StatementOut,
    detail,
)
from services.referrals.tables import Referral, Statement
from shared.identity import Role
from shared.paging import Page, Paging, page
from shared.transactions import Call, CurrentActor, Reading, Transaction, door_router, roles, tag

router = door_router(prefix="/v1/referrals", tags=["referrals"])

READERS = (
    Role.PROSECUTOR,
    Role.DEPARTMENT_HEAD,
    Role.CHIEF,
    Role.COMMITTEE,
    Role.CLERK,
    Role.TECHNICIAN,
    Role.OVERSEER,
    Role.AUDITOR,
)
ISSUERS = (Role.PROSECUTOR, Role.DEPARTMENT_HEAD, Role.CHIEF, Role.OVERSEER)
DECIDERS = (Role.DEPARTMENT_HEAD, Role.CHIEF, Role.OVERSEER)
SIGNERS = (Role.PROSECUTOR, Role.DEPARTMENT_HEAD, Role.CHIEF, Role.CLERK, Role.OVERSEER)


async def _this_referral(
    referral_id: UUID, actor: CurrentActor, session: Transaction, call: Call
) -> Referral:
    return await actions.hold_referral(session, actor, referral_id)


def written(decision: Decision | None) -> dict[str, Any]:
    """A written decision as an act takes it."""
    said = decision.model_dump() if decision else {}
    names = {"number": "decision_number", "decided_on": "decided_on", "sha256": "decision_sha256"}
    return {name: said.get(key) for key, name in names.items()}


ThisReferral = Annotated[Referral, Depends(_this_referral)]


@router.post("", status_code=201, response_model=ReferralDetail, dependencies=[roles(*ISSUERS)])
async def issue(body: ReferralIn, actor: CurrentActor, session: Transaction, call: Call) -> ReferralDetail:
    """Issue an order, a request or a report about a matter."""
    await call.fresh(lambda known: queries.referral_is_visible(session, actor, known))
    said = body.model_dump(exclude={"decision", "occurred_on"})
    said |= {name: tuple(said[name]) for name in ("milestones", "staff", "co_handlers")}
    on = stated(body.occurred_on, today())
    asked = actions.Asked(**said, **written(body.decision), on=on)
    referral = await actions.issue(session, actor, asked)
    call.tag(referral)
    return detail(referral)


@router.get("", response_model=Page[ReferralOut], dependencies=[roles(*READERS)])
async def list_referrals(
    actor: CurrentActor,
    session: Reading,
    paging: Paging,
    matter_id: UUID | None = None,
    mode: Mode | None = None,
    stage: Stage | None = None,
    issuer: Annotated[str | None, Query(max_length=20)] = None,
    addressee: Annotated[str | None, Query(max_length=20)] = None,
    desk: Annotated[Desk | None, Query(description="a list of your own office")] = None,
) -> Page[ReferralOut]:
    """The referrals one may see, newest first."""
    filters = {"matter_id": matter_id, "mode": mode, "stage": stage, "issuer": issuer, "addressee": addressee}
    wanted = {name: value for name, value in filters.items() if value is not None}
    statement = queries.visible_referrals(actor).filter_by(**wanted)
    if desk is not None:
        statement = statement.where(queries.on_desk(desk, actor.org, today()))
    rows, following = await page(session, statement, (Referral.id,), paging)
    return Page[ReferralOut](items=[ReferralOut.model_validate(row) for row in rows], next=following)


@router.get("/{referral_id}", response_model=ReferralDetail, dependencies=[roles(*READERS)])
async def read(referral_id: UUID, request: Request, actor: CurrentActor, session: Reading) -> ReferralDetail:
    """A referral with its reports and what may be done next."""
    referral = await queries.referral_for(session, actor, referral_id)
    tag(request, referral)
    return detail(referral, list(await queries.statements_of(session, referral.id)))


@router.post(
    "/{referral_id}/receipt",
    response_model=ReferralDetail,
    dependencies=[roles(*SIGNERS), Depends(confirmed)],
)
async def sign(
    body: ReceiptIn, referral: ThisReferral, actor: CurrentActor, session: Transaction, call: Call
) -> ReferralDetail:
    """Sign for a referral; an order that is not confirmed yet answers 409 NotYetConfirmed after a second."""
    act = receipt_act(referral.track, mode_for(referral.mode, referral.rules_of).binds_itself)
    still_open(call, referral, act)
    signed = await actions.sign(session, actor, referral, stated(body.occurred_on, today()))
    return detail(signed, list(await queries.statements_of(session, referral.id)))


@router.post("/{referral_id}/withdrawal", response_model=ReferralDetail, dependencies=[roles(*ISSUERS)])
async def withdraw(
    body: ReasonIn, referral: ThisReferral, actor: CurrentActor, session: Transaction, call: Call
) -> ReferralDetail:
    """Take a referral back before its receipt."""
    still_open(call, referral, Act.WITHDRAW)
    on = stated(body.occurred_on, today())
    return detail(await actions.withdraw(session, actor, referral, on, body.reason))


@router.post(
    "/{referral_id}/reports", status_code=201, response_model=StatementOut, dependencies=[roles(*SIGNERS)]
)
async def report(
    body: ReportIn, referral: ThisReferral, actor: CurrentActor, session: Transaction, call: Call
) -> Statement:
    """Report to the supervising office."""
    call.admit(referral)
    on = stated(body.occurred_on, today())
    return await actions.report(session, actor, referral, on, body.summary, body.sha256)


@router.post("/{referral_id}/lifting", response_model=ReferralDetail, dependencies=[roles(*ISSUERS)])
async def lift(
    body: ReasonIn, referral: ThisReferral, actor: CurrentActor, session: Transaction, call: Call
) -> ReferralDetail:
    """Lift a standing order."""
    still_open(call, referral, Act.LIFT)
    on = stated(body.occurred_on, today())
    lifted = await actions.lift(session, actor, referral, on, body.reason)
    return detail(lifted, list(await queries.statements_of(session, referral.id)))


@router.post("/{referral_id}/opinion", response_model=ReferralDetail, dependencies=[roles(*DECIDERS)])
async def opine(
    body: OpinionIn, referral: ThisReferral, actor: CurrentActor, session: Transaction, call: Call
) -> ReferralDetail:
    """Add this level's opinion to a request and pass it on to the next superior."""
    still_open(call, referral, Act.OPINE)
    on = stated(body.occurred_on, today())
    passed = await actions.opine(session, actor, referral, on, body.agrees, body.opinion)
    return detail(passed, list(await queries.statements_of(session, referral.id)))


@router.post("/{referral_id}/approval", response_model=ReferralDetail, dependencies=[roles(*DECIDERS)])
async def approve(
    body: ApprovalIn, referral: ThisReferral, actor: CurrentActor, session: Transaction, call: Call
) -> ReferralDetail:
    """Approve a request; the binding act that it asked for is made with it and named in the answer."""
    still_open(call, referral, Act.APPROVE)
    how = actions.Approved(
        on=stated(body.occurred_on, today()),
        **body.model_dump(include={"opinion", "designee", "length", "unit"}),
        **written(body.decision),
    )
    approved = await actions.approve(session, actor, referral, how)
    return detail(approved, list(await queries.statements_of(session, referral.id)))


@router.post("/{referral_id}/refusal", response_model=ReferralDetail, dependencies=[roles(*DECIDERS)])
async def refuse(
    body: ReasonIn, referral: ThisReferral, actor: CurrentActor, session: Transaction, call: Call
) -> ReferralDetail:
    """Refuse a request with reasons."""
    still_open(call, referral, Act.REFUSE)
    on = stated(body.occurred_on, today())
    refused = await actions.refuse(session, actor, referral, on, body.reason)
    return detail(refused, list(await queries.statements_of(session, referral.id)))


@router.post(
    "/{referral_id}/reply", status_code=201, response_model=StatementOut, dependencies=[roles(*SIGNERS)]
)
async def reply(
    body: ReportIn, referral: ThisReferral, actor: CurrentActor, session: Transaction, call: Call
) -> Statement:
    """Reply to an entrustment, a request for instruction or guidance."""
    still_open(call, referral, Act.REPLY)
    on = stated(body.occurred_on, today())
    return await actions.reply(session, actor, referral, on, body.summary, body.sha256)


@router.post("/{referral_id}/closing", response_model=ReferralDetail, dependencies=[roles(*ISSUERS)])
async def close(
    body: ReasonIn, referral: ThisReferral, actor: CurrentActor, session: Transaction, call: Call
) -> ReferralDetail:
    """Close an entrustment, a request for instruction or guidance: no further answer is needed."""
    still_open(call, referral, Act.CLOSE)
    on = stated(body.occurred_on, today())
    closed = await actions.close(session, actor, referral, on, body.reason)
    return detail(closed, list(await queries.statements_of(session, referral.id)))


@router.post(
    "/{referral_id}/disagreement",
    status_code=201,
    response_model=StatementOut,
    dependencies=[roles(*SIGNERS)],
)
async def disagree(
    body: DisagreementIn, referral: ThisReferral, actor: CurrentActor, session: Transaction, call: Call
) -> Statement:
    """Report disagreement with an order while carrying it out; nothing stops for that."""
    still_open(call, referral, Act.DISAGREE)
    on = stated(body.occurred_on, today())
    return await actions.disagree(session, actor, referral, on, body.words)
