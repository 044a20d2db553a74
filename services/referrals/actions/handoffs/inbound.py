"""Handoffs come in: an agency's lead, or its transfer to the police; sent by its machine, or on paper."""

from itertools import pairwise
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import queries
from services.referrals.actions.acting import hold_handoff, hold_matter
from services.referrals.actions.handoffs.moving import run_clocks
from services.referrals.actions.handoffs.sending import bare, describe, enter, leave, receiver_kind_of
from services.referrals.actions.handoffs.stated import Posted
from services.referrals.actions.receipts import keep_claim
from services.referrals.errors import (
    InboundNeedsSource,
    MatterMissing,
    NotTheHandlingOffice,
    NotTheSameLevel,
    WrongSender,
)
from services.referrals.rules.courses import HandoffAct
from services.referrals.rules.days import not_before
from services.referrals.rules.kinds import (
    KindRow,
    check_receiver,
    check_sender,
    kind_for,
    newest,
    postable,
)
from services.referrals.rules.recipients import same_level
from services.referrals.rules.vocabulary import Course, Path
from services.referrals.rules.watched import Began
from services.referrals.tables import Handoff
from shared import journal
from shared.citation import rule_day
from shared.database import uuid7
from shared.events import subject_of
from shared.identity import Actor, Kind
from shared.standing import Standing


async def receive(session: AsyncSession, actor: Actor, posted: Posted) -> Handoff:
    """What an agency sends, or an office writes down for it, stands with a receipt for the sending."""
    sender = _source(actor, posted)
    check_sender(postable(newest(posted.kind)), await receiver_kind_of(session, sender, posted.on))
    matter_id, matter = await _matter(session, actor, posted)
    as_if_on = await queries.as_if_of(session, matter_id)
    row = kind_for(posted.kind, rule_day(posted.on, as_if_on))
    receiver_kind = await receiver_kind_of(session, posted.receiver, posted.on)
    check_receiver(row, receiver_kind)
    await _check_level(session, row, sender, posted)
    handoff = bare(session, row, matter_id, (sender, posted.receiver), posted.on, as_if_on)
    describe(handoff, posted, receiver_kind, matter)
    handoff.routing, handoff.routing_reason = "by_sender", posted.routing_reason
    await enter(session, handoff, posted.content.papers)
    await leave(session, handoff, posted.on)
    await _stated_days(session, handoff, posted)
    await run_clocks(session, handoff, HandoffAct.DISPATCH, posted.on)
    await _receipt(session, actor, handoff, posted)
    return handoff


def _source(actor: Actor, posted: Posted) -> str:
    """The agency that sends: the one that asks, or the one that the office names with how it came."""
    if actor.kind is Kind.AGENCY:
        if posted.on_behalf_of is not None:
            raise InboundNeedsSource(you_are=actor.org)
        return actor.org
    if posted.on_behalf_of is None:
        raise WrongSender(kind=posted.kind, sender_kind="procuratorate", needed=["on_behalf_of"])
    if posted.manner is None or posted.stated_on is None:
        raise InboundNeedsSource(needed=["on_behalf_of", "manner", "occurred_on"])
    return posted.on_behalf_of


async def _check_level(session: AsyncSession, row: KindRow, sender: str, posted: Posted) -> None:
    """Refuses what leaves its level without a reason; what goes on after a redirect may."""
    if not row.same_level or posted.routing_reason or posted.follows is not None:
        return
    pair = [(await queries.agency_row(session, code)).division for code in (sender, posted.receiver)]
    if not same_level(*pair):
        raise NotTheSameLevel(divisions=pair, basis=str(row.basis))


async def _matter(session: AsyncSession, actor: Actor, posted: Posted) -> tuple[UUID, Standing | None]:
    """A lead that comes in is a matter to be; a transfer belongs to the matter that it answers, or names."""
    if newest(posted.kind).course is Course.INBOUND:
        if actor.kind is not Kind.AGENCY and posted.receiver != actor.org:
            raise NotTheHandlingOffice(receiver=posted.receiver)
        matter_id = uuid7()
        await journal.lock(session, subject_of(matter_id))
        return matter_id, None
    if actor.kind is Kind.AGENCY:
        if posted.in_reply_to is None:
            raise MatterMissing(needed=["in_reply_to"])
        return (await hold_handoff(session, actor, posted.in_reply_to)).matter_id, None
    if posted.matter_id is None or posted.basis_epoch is None:
        raise MatterMissing(kind=posted.kind)
    matter = await hold_matter(session, actor, posted.matter_id, posted.basis_epoch)
    if matter.holder != actor.org:
        raise NotTheHandlingOffice(holder=matter.holder)
    return matter.matter_id, matter


async def _stated_days(session: AsyncSession, handoff: Handoff, posted: Posted) -> None:
    """The days on which the transfer was reported and approved inside the agency, if it states them."""
    days = ((Began.REPORTED, posted.reported_on), (Began.APPROVED, posted.approved_on))
    stated = [(began, on) for began, on in days if on is not None]
    for before, after in pairwise([*(on for _, on in stated), posted.on]):
        not_before(after, before)
    for began, on in stated:
        await run_clocks(session, handoff, began, on)


async def _receipt(session: AsyncSession, actor: Actor, handoff: Handoff, posted: Posted) -> None:
    own = actor.kind is Kind.AGENCY
    said = {"package_sha256": posted.content.sha256, "number": handoff.number}
    await keep_claim(
        session,
        handoff,
        HandoffAct.DISPATCH,
        said,
        org=actor.org,
        on=posted.on,
        path=Path.COUNTERSIGNED if own else Path.RECORDED_BY_OFFICE,
        on_behalf_of=None if own else handoff.sender,
        manner=posted.manner,
    )
