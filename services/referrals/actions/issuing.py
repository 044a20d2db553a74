"""Issuing: an order, request or report is made if the law gives it to that office; `cases` acts on it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import events, queries
from services.referrals.actions.acting import hold_matter
from services.referrals.actions.stages import check_documents, facts, start_clock, tell
from services.referrals.errors import (
    AnotherOrderIsOpen,
    AnotherRequestIsOpen,
    DisputeWithTheHolder,
    MatterClosed,
    MatterIsMoving,
    MilestonesOutOfOrder,
    UnknownOffice,
)
from services.referrals.rules.authority import Order
from services.referrals.rules.days import not_before
from services.referrals.rules.deadlines import first_limit, report_due
from services.referrals.rules.lifecycle import FIRST_STAGE
from services.referrals.rules.modes import ModeRow, Track, mode_for
from services.referrals.rules.occasions import OccasionRow, occasion_for
from services.referrals.rules.orders import (
    check_authority,
    check_co_handlers,
    check_joint_listing,
    check_line,
    check_particulars,
    check_passing_on,
    check_procedure,
    check_role,
    check_writing,
    leaves_of,
    track_of,
)
from services.referrals.rules.vocabulary import MatterKind, Mode, Occasion, Particular
from services.referrals.tables import Referral
from shared.citation import rule_day
from shared.clocks import Unit
from shared.database import uuid7
from shared.identity import Actor
from shared.standing import Standing
from shared.transactions import frame


@dataclass(frozen=True, slots=True)
class Asked:
    """An order, request or report as its issuer states it."""

    matter_id: UUID
    mode: Mode
    addressee: str
    basis_epoch: int
    on: date
    about: UUID | None = None
    occasion: Occasion | None = None
    decision_number: str | None = None
    decided_on: date | None = None
    decision_sha256: str | None = None
    instruction: str | None = None
    joint_with: str | None = None
    milestones: tuple[date, ...] = ()
    court: str | None = None
    length: int | None = None
    unit: Unit | None = None
    proposed: str | None = None
    disputed_with: str | None = None
    subjects: str | None = None
    items: str | None = None
    demands: str | None = None
    staff: tuple[str, ...] = ()
    co_handlers: tuple[str, ...] = ()
    ends_on: date | None = None
    request_id: UUID | None = None
    answers: Mode | None = None

    @property
    def particulars(self) -> frozenset[Particular]:
        """Which particulars are stated."""
        return frozenset(each for each in Particular if getattr(self, each.value))


async def issue(session: AsyncSession, actor: Actor, asked: Asked) -> Referral:
    """Issue an order, request or report on the matter as the actor saw it."""
    matter = await hold_matter(session, actor, asked.matter_id, asked.basis_epoch)
    return await issue_on(session, actor.org, asked, matter, roles=actor.roles)


async def issue_on(
    session: AsyncSession,
    issuer: str,
    asked: Asked,
    matter: Standing,
    roles: Collection[str] | None,
) -> Referral:
    """Issue it for that office on a matter already held; `roles` is none where an approved act orders it."""
    rules_of = rule_day(asked.on, matter.as_if_on)
    row = mode_for(asked.mode, rules_of)
    order = _order(session, issuer, asked, matter)
    if roles is not None:
        check_role(row.signed_by, roles)
    occasion = _check_law(row, order, asked, rules_of)
    if roles is not None:
        check_writing(row, occasion, bool(asked.decision_number and asked.decided_on))
    _check_days(asked)
    track = track_of(row, order)
    check_procedure(row, occasion, await queries.procedure_of(session, matter.matter_id))
    await _check_matter(session, row, track, matter, asked)
    referral = _referral(order, row, track, asked, occasion)
    referral.as_if_on = rules_of if rules_of > asked.on else None
    session.add(referral)
    await tell(session, referral, _issued(referral), referral.basis, asked.on)
    await _start_clocks(session, referral, row)
    return referral


def _order(session: AsyncSession, issuer: str, asked: Asked, matter: Standing) -> Order:
    offices = frame(session).offices
    for code in filter(None, (asked.addressee, asked.proposed, asked.disputed_with, *asked.co_handlers)):
        if not offices.exists(code, asked.on):
            raise UnknownOffice(office=code, on=asked.on.isoformat())
    return Order(offices, issuer, asked.addressee, matter.holder, MatterKind(matter.kind))


def _check_law(row: ModeRow, order: Order, asked: Asked, rules_of: date) -> OccasionRow | None:
    check_authority(row, order)
    occasion = occasion_for(row, asked.occasion, order.matter, rules_of, asked.answers)
    check_particulars(row, occasion, asked.particulars)
    if asked.joint_with:
        check_joint_listing(order.offices, order.issuer)
    check_co_handlers(order, asked.co_handlers)
    if asked.disputed_with == order.holder:
        raise DisputeWithTheHolder(holder=order.holder)
    if occasion is not None and occasion.authority is not None:
        check_line(row.mode, occasion.authority, order, occasion.basis)
    return occasion


def _check_days(asked: Asked) -> None:
    not_before(asked.on, asked.decided_on)
    if asked.ends_on:
        not_before(asked.ends_on, asked.on)
    if any(later <= earlier for earlier, later in pairwise((asked.on, *asked.milestones))):
        raise MilestonesOutOfOrder(issued_on=asked.on.isoformat())


async def _check_matter(
    session: AsyncSession, row: ModeRow, track: Track, matter: Standing, asked: Asked
) -> None:
    """Refuses what the matter does not admit: closed, on its way, or already asked for."""
    if matter.closed and track is not Track.RECORD:
        raise MatterClosed(matter_id=str(matter.matter_id))
    if track is Track.REQUEST and (
        open_id := await queries.open_request(session, matter.matter_id, row.mode)
    ):
        raise AnotherRequestIsOpen(referral_id=str(open_id))
    if asked.about and (served := await queries.served_about(session, asked.matter_id, asked.about)):
        not_before(asked.on, served.served_on)
    if asked.decision_sha256:
        await check_documents(session, asked.matter_id, [asked.decision_sha256])
    if track is Track.CUSTODY:
        await _check_may_move(session, row, matter)


async def _check_may_move(session: AsyncSession, row: ModeRow, matter: Standing) -> None:
    if open_id := await queries.open_order(session, matter.matter_id):
        raise AnotherOrderIsOpen(referral_id=str(open_id))
    if matter.moving:
        raise MatterIsMoving(order_id=str(matter.moving))
    check_passing_on(row, await queries.came_by(session, matter.matter_id, matter.holder))


def _referral(
    order: Order, row: ModeRow, track: Track, asked: Asked, occasion: OccasionRow | None
) -> Referral:
    offices = order.offices
    leaves = leaves_of(row, order, asked.staff, asked.co_handlers)
    return Referral(
        id=uuid7(),
        matter_id=asked.matter_id,
        mode=row.mode,
        occasion=occasion.occasion if occasion else None,
        track=track,
        stage=FIRST_STAGE[track],
        issuer=order.issuer,
        issuer_path=offices.office(order.issuer).path,
        addressee=order.addressee,
        addressee_path=offices.office(order.addressee).path,
        held_by=order.holder,
        held_by_path=offices.office(order.holder).path,
        basis=str(occasion.basis if occasion else row.basis),
        basis_epoch=asked.basis_epoch,
        moves_custody=track is Track.CUSTODY,
        grants_scope=row.scope,
        grants=[{"org": each.org, "sub": each.sub, "scope": each.scope.value} for each in leaves],
        milestones=[day.isoformat() for day in asked.milestones],
        issued_on=asked.on,
        **{name: getattr(asked, name) for name in _AS_ASKED},
    )


_AS_ASKED = (
    "about",
    "decision_number",
    "decided_on",
    "decision_sha256",
    "instruction",
    "joint_with",
    "court",
    "length",
    "unit",
    "proposed",
    "disputed_with",
    "subjects",
    "items",
    "demands",
    "ends_on",
    "request_id",
)


def _issued(referral: Referral) -> events.ReferralIssued:
    return events.ReferralIssued(
        **facts(referral),
        basis_epoch=referral.basis_epoch,
        moves_custody=referral.moves_custody,
        grants_scope=referral.grants_scope,
        about=referral.about,
        issued_on=referral.issued_on,
        grants=tuple(events.GrantAsked(**each, ends_on=referral.ends_on) for each in referral.grants),
        occasion=referral.occasion,
        request_id=referral.request_id,
    )


async def _start_clocks(session: AsyncSession, referral: Referral, row: ModeRow) -> None:
    if not row.binds_itself:
        await start_answer_clock(session, referral, row, referral.issued_on)
    await start_report_clock(session, referral, row, referral.issued_on, 0)


async def start_answer_clock(session: AsyncSession, referral: Referral, row: ModeRow, on: date) -> None:
    """The addressee's own limit begins: to sign, or to decide what was asked."""
    if limit := first_limit(row, rule_day(on, referral.as_if_on)):
        await start_clock(session, referral, limit, on, referral.addressee)


async def start_report_clock(
    session: AsyncSession, referral: Referral, row: ModeRow, basis_on: date, reported: int
) -> None:
    """The next report under a standing order becomes due: on its own date, else by the internal rhythm."""
    milestones = [date.fromisoformat(day) for day in referral.milestones]
    rules_of = rule_day(basis_on, referral.as_if_on)
    due = report_due(row, milestones[reported:], bool(milestones), basis_on, rules_of)
    if due is None:
        referral.report_due_on = None
        return
    office = await queries.holder_of(session, referral.matter_id) or referral.addressee
    clock = await start_clock(session, referral, due, basis_on, office)
    referral.report_due_on = milestones[reported] if milestones else clock.due_on
