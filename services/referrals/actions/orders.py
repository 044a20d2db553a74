"""What offices do about referrals: issue, sign, report, lift, withdraw. `take` alone sets a stage."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import events, queries
from services.referrals.actions.acting import hold_matter, parties_to
from services.referrals.errors import (
    AnotherOrderIsOpen,
    DocumentUnknown,
    MatterClosed,
    MatterIsMoving,
    MilestonesOutOfOrder,
    NotYetConfirmed,
    StepNotOpen,
    UnknownOffice,
)
from services.referrals.rules.authority import Order
from services.referrals.rules.days import not_before
from services.referrals.rules.deadlines import Limit, receipt_limit, report_due
from services.referrals.rules.lifecycle import (
    FIRST_STAGE,
    Act,
    Stage,
    Step,
    check_party,
    receipt_act,
    step_for,
)
from services.referrals.rules.modes import (
    ModeRow,
    Track,
    check_authority,
    check_joint_listing,
    check_writing,
    mode_for,
    offered,
)
from services.referrals.rules.vocabulary import MatterKind, Mode, Party
from services.referrals.tables import Referral, Report
from shared import journal, ledger
from shared.database import uuid7
from shared.events import Event, subject_of
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
    decision_number: str | None = None
    decided_on: date | None = None
    decision_sha256: str | None = None
    instruction: str | None = None
    joint_with: str | None = None
    milestones: tuple[date, ...] = ()


def facts(referral: Referral) -> dict[str, Any]:
    """What every event about a referral says."""
    return {
        "matter_id": referral.matter_id,
        "referral_id": referral.id,
        "mode": referral.mode,
        "issuer": referral.issuer,
        "addressee": referral.addressee,
    }


def take(referral: Referral, act: Act, parties: Collection[Party]) -> Step:
    """Move the referral one lawful step, by one of these parties. Nothing else sets a stage."""
    step = step_for(referral.track, referral.stage, act)
    check_party(step, parties)
    referral.stage = step.target
    if not set(parties) <= {Party.ANNOUNCEMENT, Party.ITSELF}:
        referral.revision += 1
    return step


async def tell(session: AsyncSession, referral: Referral, event: Event, basis: Any, on: date) -> None:
    """Record what happened to a referral in its matter's chain."""
    await journal.record(session, subject_of(referral.matter_id), event, basis=basis, occurred_on=on)


async def issue(session: AsyncSession, actor: Actor, asked: Asked) -> Referral:
    """Issue an order, request or report, if the law gives it to this office; `cases` acts on it."""
    row = offered(mode_for(asked.mode, asked.on))
    matter = await hold_matter(session, actor, asked.matter_id, asked.basis_epoch)
    _check_asked(session, actor, asked, row, matter)
    await _check_matter(session, row, matter)
    if asked.about and (served := await queries.served_about(session, asked.matter_id, asked.about)):
        not_before(asked.on, served.served_on)
    if asked.decision_sha256:
        await check_documents(session, asked.matter_id, [asked.decision_sha256])
    referral = _referral(session, actor, asked, row, matter.holder)
    session.add(referral)
    await tell(session, referral, _issued(referral), row.basis, asked.on)
    await _start_clocks(session, referral, row)
    return referral


def _check_asked(session: AsyncSession, actor: Actor, asked: Asked, row: ModeRow, matter: Standing) -> None:
    offices = frame(session).offices
    if not offices.exists(asked.addressee, asked.on):
        raise UnknownOffice(office=asked.addressee, on=asked.on.isoformat())
    order = Order(offices, actor.org, asked.addressee, matter.holder, MatterKind(matter.kind))
    check_authority(row, order, actor.roles)
    check_writing(row, asked.decision_number, asked.decided_on)
    if asked.decided_on:
        not_before(asked.on, asked.decided_on)
    if asked.joint_with:
        check_joint_listing(offices, actor.org)
    if any(later <= earlier for earlier, later in pairwise((asked.on, *asked.milestones))):
        raise MilestonesOutOfOrder(issued_on=asked.on.isoformat())


async def _check_matter(session: AsyncSession, row: ModeRow, matter: Standing) -> None:
    if matter.closed and row.track is not Track.RECORD:
        raise MatterClosed(matter_id=str(matter.matter_id))
    if not row.moves_custody:
        return
    if open_id := await queries.open_order(session, matter.matter_id):
        raise AnotherOrderIsOpen(referral_id=str(open_id))
    if matter.moving:
        raise MatterIsMoving(order_id=str(matter.moving))


async def check_documents(session: AsyncSession, matter_id: UUID, hashes: list[str]) -> None:
    """Refuses documents that are not filed with the matter, as far as this service has heard."""
    if unknown := await queries.unknown_documents(session, matter_id, hashes):
        raise DocumentUnknown(unknown=unknown)


def _referral(session: AsyncSession, actor: Actor, asked: Asked, row: ModeRow, holder: str) -> Referral:
    offices = frame(session).offices
    return Referral(
        id=uuid7(),
        matter_id=asked.matter_id,
        mode=row.mode,
        track=row.track,
        stage=FIRST_STAGE[row.track],
        issuer=actor.org,
        issuer_path=offices.office(actor.org).path,
        addressee=asked.addressee,
        addressee_path=offices.office(asked.addressee).path,
        held_by=holder,
        held_by_path=offices.office(holder).path,
        basis=str(row.basis),
        basis_epoch=asked.basis_epoch,
        moves_custody=row.moves_custody,
        grants_scope=row.scope,
        about=asked.about,
        decision_number=asked.decision_number,
        decided_on=asked.decided_on,
        decision_sha256=asked.decision_sha256,
        instruction=asked.instruction,
        joint_with=asked.joint_with,
        milestones=[day.isoformat() for day in asked.milestones],
        issued_on=asked.on,
    )


def _issued(referral: Referral) -> events.ReferralIssued:
    return events.ReferralIssued(
        **facts(referral),
        basis_epoch=referral.basis_epoch,
        moves_custody=referral.moves_custody,
        grants_scope=referral.grants_scope,
        about=referral.about,
        issued_on=referral.issued_on,
    )


async def _start_clocks(session: AsyncSession, referral: Referral, row: ModeRow) -> None:
    if not row.binds_itself and (limit := receipt_limit(row, referral.issued_on)):
        await ledger.start(
            session,
            referral.matter_id,
            limit,
            referral.issued_on,
            office=referral.addressee,
            about=referral.id,
        )
    await start_report_clock(session, referral, row, referral.issued_on, 0)


async def start_report_clock(
    session: AsyncSession, referral: Referral, row: ModeRow, basis_on: date, reported: int
) -> None:
    """The next report under a standing order becomes due: on its own date, else by the internal rhythm."""
    milestones = [date.fromisoformat(day) for day in referral.milestones]
    if due := report_due(row, milestones[reported:], bool(milestones), basis_on):
        office = await queries.holder_of(session, referral.matter_id) or referral.addressee
        await ledger.start(session, referral.matter_id, due, basis_on, office=office, about=referral.id)


async def sign(session: AsyncSession, actor: Actor, referral: Referral, on: date) -> Referral:
    """Sign for a referral: receipt of an order, note of a report, or the papers of what was taken up."""
    act = receipt_act(referral.track, mode_for(referral.mode, referral.issued_on).binds_itself)
    if referral.track is Track.CUSTODY and referral.stage is Stage.ISSUED and act is Act.RECEIVE:
        raise NotYetConfirmed(referral_id=str(referral.id))
    if act is Act.PAPERS and referral.papers_on is not None:
        raise StepNotOpen(act=act, stage=referral.stage, open=[])
    step = take(referral, act, await parties_to(session, actor, referral))
    not_before(on, referral.issued_on)
    if act is Act.PAPERS:
        referral.papers_on = on
        await ledger.meet(session, referral.matter_id, Limit.INTERNAL_PAPERS, on, about=referral.id)
        return referral
    await receive(session, referral, on, step)
    return referral


async def receive(session: AsyncSession, referral: Referral, on: date, step: Step) -> None:
    """The receipt is signed, or binds by itself: announced, and what waited for it goes on."""
    referral.received_on = on
    event = events.ReferralReceived(**facts(referral), received_on=on)
    await tell(session, referral, event, step.basis, on)
    await ledger.meet(session, referral.matter_id, Limit.INTERNAL_RECEIPT, on, about=referral.id)
    if referral.track is Track.STANDING and referral.granted:
        await enter_force(session, referral, None, on)


async def enter_force(session: AsyncSession, referral: Referral, epoch: int | None, on: date) -> None:
    """What the referral orders has taken effect in `cases`."""
    step = take(referral, Act.ENTER_FORCE, {Party.ANNOUNCEMENT})
    referral.epoch = epoch
    await tell(session, referral, events.ReferralInForce(**facts(referral), epoch=epoch), step.basis, on)


async def withdraw(
    session: AsyncSession, actor: Actor, referral: Referral, on: date, reason: str
) -> Referral:
    """Take a referral back before its receipt; of receipt and withdrawal the one that came first stands."""
    step = take(referral, Act.WITHDRAW, await parties_to(session, actor, referral))
    not_before(on, referral.issued_on)
    referral.ended_on, referral.reason = on, reason
    await tell(session, referral, events.ReferralWithdrawn(**facts(referral)), step.basis, on)
    await end_clocks(session, referral, "withdrawn")
    return referral


async def lift(session: AsyncSession, actor: Actor, referral: Referral, on: date, reason: str) -> Referral:
    """Lift a standing order; the leave that came with it ends in `cases`."""
    step = take(referral, Act.LIFT, await parties_to(session, actor, referral))
    not_before(on, referral.issued_on, referral.received_on)
    referral.ended_on, referral.reason = on, reason
    await tell(session, referral, events.ReferralEnded(**facts(referral), reason="lifted"), step.basis, on)
    await end_clocks(session, referral, "lifted")
    return referral


async def report(
    session: AsyncSession, actor: Actor, referral: Referral, on: date, summary: str, sha256: str | None
) -> Report:
    """The holder reports under a standing order; the next report becomes due."""
    step = take(referral, Act.REPORT, await parties_to(session, actor, referral))
    given = await queries.reports_of(session, referral.id)
    not_before(on, referral.received_on, *(each.reported_on for each in given))
    if sha256:
        await check_documents(session, referral.matter_id, [sha256])
    made = Report(
        id=uuid7(),
        referral_id=referral.id,
        seq_no=len(given) + 1,
        office=actor.org,
        reported_on=on,
        summary=summary,
        sha256=sha256,
    )
    session.add(made)
    event = events.ReferralReported(**facts(referral), report_id=made.id, seq_no=made.seq_no)
    await tell(session, referral, event, step.basis, on)
    await ledger.meet(session, referral.matter_id, Limit.INTERNAL_REPORT, on, about=referral.id)
    row = mode_for(referral.mode, referral.issued_on)
    await start_report_clock(session, referral, row, on, made.seq_no)
    return made


async def end_clocks(session: AsyncSession, referral: Referral, reason: str) -> None:
    """No clock of a referral that is over goes on."""
    rows = (Limit.INTERNAL_RECEIPT, Limit.INTERNAL_PAPERS, Limit.INTERNAL_REPORT)
    await ledger.end(session, referral.matter_id, rows, reason, about=referral.id)
