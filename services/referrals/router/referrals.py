"""Referrals over HTTP: issue, list, read, sign, report, lift, withdraw."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request

from services.referrals import actions, queries
from services.referrals.router.admitting import confirmed, still_open, today
from services.referrals.rules.days import stated
from services.referrals.rules.lifecycle import Act, Stage, receipt_act
from services.referrals.rules.modes import mode_for
from services.referrals.rules.vocabulary import Mode
from services.referrals.schemas.referrals import (
    ReasonIn,
    ReceiptIn,
    ReferralDetail,
    ReferralIn,
    ReferralOut,
    ReportIn,
    ReportOut,
    detail,
)
from services.referrals.tables import Referral, Report
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
SIGNERS = (Role.PROSECUTOR, Role.DEPARTMENT_HEAD, Role.CHIEF, Role.CLERK, Role.OVERSEER)


async def _this_referral(
    referral_id: UUID, actor: CurrentActor, session: Transaction, call: Call
) -> Referral:
    return await actions.hold_referral(session, actor, referral_id)


ThisReferral = Annotated[Referral, Depends(_this_referral)]


@router.post("", status_code=201, response_model=ReferralDetail, dependencies=[roles(*ISSUERS)])
async def issue(body: ReferralIn, actor: CurrentActor, session: Transaction, call: Call) -> ReferralDetail:
    """Issue an order, a request or a report about a matter."""
    await call.fresh(lambda known: queries.referral_is_visible(session, actor, known))
    decision = body.decision
    asked = actions.Asked(
        matter_id=body.matter_id,
        mode=body.mode,
        addressee=body.addressee,
        basis_epoch=body.basis_epoch,
        on=stated(body.occurred_on, today()),
        about=body.about,
        decision_number=decision.number if decision else None,
        decided_on=decision.decided_on if decision else None,
        decision_sha256=decision.sha256 if decision else None,
        instruction=body.instruction,
        joint_with=body.joint_with,
        milestones=tuple(body.milestones),
    )
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
) -> Page[ReferralOut]:
    """The referrals one may see, newest first."""
    filters = {"matter_id": matter_id, "mode": mode, "stage": stage, "issuer": issuer, "addressee": addressee}
    wanted = {name: value for name, value in filters.items() if value is not None}
    statement = queries.visible_referrals(actor).filter_by(**wanted)
    rows, following = await page(session, statement, (Referral.id,), paging)
    return Page[ReferralOut](items=[ReferralOut.model_validate(row) for row in rows], next=following)


@router.get("/{referral_id}", response_model=ReferralDetail, dependencies=[roles(*READERS)])
async def read(referral_id: UUID, request: Request, actor: CurrentActor, session: Reading) -> ReferralDetail:
    """A referral with its reports and what may be done next."""
    referral = await queries.referral_for(session, actor, referral_id)
    tag(request, referral)
    return detail(referral, list(await queries.reports_of(session, referral.id)))


@router.post(
    "/{referral_id}/receipt",
    response_model=ReferralDetail,
    dependencies=[roles(*SIGNERS), Depends(confirmed)],
)
async def sign(
    body: ReceiptIn, referral: ThisReferral, actor: CurrentActor, session: Transaction, call: Call
) -> ReferralDetail:
    """Sign for a referral; an order that is not confirmed yet answers 409 NotYetConfirmed after a second."""
    act = receipt_act(referral.track, mode_for(referral.mode, referral.issued_on).binds_itself)
    still_open(call, referral, act)
    signed = await actions.sign(session, actor, referral, stated(body.occurred_on, today()))
    return detail(signed, list(await queries.reports_of(session, referral.id)))


@router.post("/{referral_id}/withdrawal", response_model=ReferralDetail, dependencies=[roles(*ISSUERS)])
async def withdraw(
    body: ReasonIn, referral: ThisReferral, actor: CurrentActor, session: Transaction, call: Call
) -> ReferralDetail:
    """Take a referral back before its receipt."""
    still_open(call, referral, Act.WITHDRAW)
    on = stated(body.occurred_on, today())
    return detail(await actions.withdraw(session, actor, referral, on, body.reason))


@router.post(
    "/{referral_id}/reports", status_code=201, response_model=ReportOut, dependencies=[roles(*SIGNERS)]
)
async def report(
    body: ReportIn, referral: ThisReferral, actor: CurrentActor, session: Transaction, call: Call
) -> Report:
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
    return detail(lifted, list(await queries.reports_of(session, referral.id)))
