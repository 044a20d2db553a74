"""What levels above do about a request: add an opinion and pass it on, approve, refuse, reply; and its end.

Approval creates the binding act in the same transaction and names it; a granted extension is announced to
`cases`, whose clock it is (events.ReferralApproved is the contract).
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import events, queries
from services.referrals.actions.acting import parties_to
from services.referrals.actions.issuing import Asked, issue_on, start_answer_clock
from services.referrals.actions.orders import ended
from services.referrals.actions.stages import facts, say, take, tell
from services.referrals.errors import (
    DecidedHere,
    DesigneeMissing,
    MatterClosed,
    MatterNotYetKnown,
    NobodyAbove,
)
from services.referrals.rules.days import not_before
from services.referrals.rules.deadlines import Limit
from services.referrals.rules.lifecycle import Act
from services.referrals.rules.modes import CHIEFS, ModeRow, mode_for
from services.referrals.rules.orders import check_dispute, check_role
from services.referrals.rules.vocabulary import Mode, Occasion
from services.referrals.tables import Referral, Statement
from shared import ledger
from shared.clocks import Unit
from shared.identity import Actor
from shared.standing import Standing
from shared.transactions import frame


@dataclass(frozen=True, slots=True)
class Approved:
    """How a superior approves: its words, and what the binding act or the extension needs."""

    on: date
    opinion: str | None = None
    designee: str | None = None
    length: int | None = None
    unit: Unit | None = None
    decision_number: str | None = None
    decided_on: date | None = None
    decision_sha256: str | None = None


async def opine(
    session: AsyncSession, actor: Actor, request: Referral, on: date, agrees: bool, words: str
) -> Referral:
    """The level that has the request adds its opinion and passes it to its next superior."""
    row = _row(request)
    step = take(request, Act.OPINE, await parties_to(session, actor, request))
    if not row.climbs:
        raise DecidedHere(mode=request.mode)
    above = frame(session).offices.superior_of(actor.org)
    if above is None:
        raise NobodyAbove(office=actor.org)
    await _not_before_what_was_said(session, request, on)
    made = await say(session, request, Act.OPINE, actor.org, on, words, agrees=agrees)
    await _decided(session, request, on)
    request.addressee, request.addressee_path = above.code, above.path
    event = events.ReferralOpined(**facts(request), office=actor.org, seq_no=made.seq_no, agrees=agrees)
    await tell(session, request, event, step.basis, on)
    await start_answer_clock(session, request, row, on)
    return request


async def approve(session: AsyncSession, actor: Actor, request: Referral, how: Approved) -> Referral:
    """Approve the request; what it asked for is done in the same transaction, by this office."""
    row = _row(request)
    take(request, Act.APPROVE, await parties_to(session, actor, request))
    check_role(CHIEFS, actor.roles)
    await _not_before_what_was_said(session, request, how.on)
    made = await _binding_act(session, actor, request, row, how)
    request.binding_act, request.ended_on = made.id if made else None, how.on
    if how.opinion:
        await say(session, request, Act.APPROVE, actor.org, how.on, how.opinion, agrees=True)
    await tell(session, request, _approval(actor, request, how, made), request.basis, how.on)
    await _decided(session, request, how.on)
    return request


async def refuse(session: AsyncSession, actor: Actor, request: Referral, on: date, reason: str) -> Referral:
    """Refuse the request with reasons; the matter stays as it is."""
    take(request, Act.REFUSE, await parties_to(session, actor, request))
    check_role(CHIEFS, actor.roles)
    await _not_before_what_was_said(session, request, on)
    request.ended_on, request.reason = on, reason
    await say(session, request, Act.REFUSE, actor.org, on, reason, agrees=False)
    await tell(session, request, events.ReferralRefused(**facts(request)), request.basis, on)
    await _decided(session, request, on)
    return request


async def reply(
    session: AsyncSession, actor: Actor, referral: Referral, on: date, words: str, sha256: str | None
) -> Statement:
    """Reply to an entrustment, a request for instruction or guidance; a late reply counts as well."""
    step = take(referral, Act.REPLY, await parties_to(session, actor, referral))
    not_before(on, referral.received_on)
    made = await say(session, referral, Act.REPLY, actor.org, on, words, sha256=sha256)
    event = events.ReferralReplied(**facts(referral), seq_no=made.seq_no, replied_on=on)
    await tell(session, referral, event, step.basis, on)
    await ledger.meet(session, referral.matter_id, Limit.T3, on, about=referral.id)
    await _decided(session, referral, on)
    return made


async def close(session: AsyncSession, actor: Actor, referral: Referral, on: date, reason: str) -> Referral:
    """The issuer needs no further answer: leave to know that came with the entrustment ends in `cases`."""
    step = take(referral, Act.CLOSE, await parties_to(session, actor, referral))
    not_before(on, referral.received_on)
    referral.reason = reason
    await ended(session, referral, _row(referral).ends_as, step, on)
    return referral


def _row(referral: Referral) -> ModeRow:
    return mode_for(referral.mode, referral.rules_of)


async def _decided(session: AsyncSession, request: Referral, on: date) -> None:
    """This level did its part: its internal limit is met."""
    await ledger.meet(session, request.matter_id, Limit.INTERNAL_DECISION, on, about=request.id)


async def _not_before_what_was_said(session: AsyncSession, request: Referral, on: date) -> None:
    said = await queries.statements_of(session, request.id)
    not_before(on, request.issued_on, *(each.said_on for each in said))


async def _binding_act(
    session: AsyncSession, actor: Actor, request: Referral, row: ModeRow, how: Approved
) -> Referral | None:
    """The order that approval makes, by the approver and under its own line, role and writing; else none."""
    matter = await queries.known_matter(session, actor, request.matter_id)
    if matter is None:
        raise MatterNotYetKnown(matter_id=str(request.matter_id))
    if matter.closed:
        raise MatterClosed(matter_id=str(request.matter_id))
    mode, occasion = _what_is_made(request, row, how)
    if mode is None:
        return None
    check_dispute(frame(session).offices, actor.org, request.disputed_with)
    asked = _asked(mode, occasion, _to_whom(mode, actor, request, how), request, how, matter)
    return await issue_on(session, actor.org, asked, matter, roles=actor.roles)


def _what_is_made(request: Referral, row: ModeRow, how: Approved) -> tuple[Mode | None, Occasion | None]:
    if request.mode is Mode.REQUEST_EXTENSION and how.designee:
        return Mode.DESIGNATE, Occasion.TO_SUE
    return row.makes, None


def _to_whom(mode: Mode, actor: Actor, request: Referral, how: Approved) -> str:
    if mode is not Mode.DESIGNATE:
        return actor.org
    designee = how.designee or request.proposed
    if designee is None:
        raise DesigneeMissing(mode=request.mode)
    return designee


def _asked(
    mode: Mode,
    occasion: Occasion | None,
    addressee: str,
    request: Referral,
    how: Approved,
    matter: Standing,
) -> Asked:
    return Asked(
        matter_id=request.matter_id,
        mode=mode,
        addressee=addressee,
        basis_epoch=matter.epoch,
        on=how.on,
        about=request.about,
        decision_number=how.decision_number,
        decided_on=how.decided_on,
        decision_sha256=how.decision_sha256,
        occasion=occasion,
        request_id=request.id,
        answers=request.mode,
    )


def _approval(
    actor: Actor, request: Referral, how: Approved, made: Referral | None
) -> events.ReferralApproved:
    extends = request.mode is Mode.REQUEST_EXTENSION and made is None
    return events.ReferralApproved(
        **facts(request),
        about=request.about,
        length=(how.length or request.length) if extends else None,
        unit=(how.unit or request.unit) if extends else None,
        approved_by=actor.org,
        approved_on=how.on,
        binding_act=made.id if made else None,
    )
