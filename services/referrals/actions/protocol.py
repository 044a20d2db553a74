"""What `cases` announces about orders: locked, refused, moved, released, leave given or ended.

An announcement that finds its order past that step changes nothing: a withdrawn order ignores both answers.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import events, queries
from services.referrals.actions.orders import ended, enter_force, may_enter_force, receive
from services.referrals.actions.stages import end_clocks, facts, start_clock, take, tell
from services.referrals.rules.deadlines import OWED_BY_AN_OFFICE, first_limit
from services.referrals.rules.lifecycle import Act, is_open
from services.referrals.rules.modes import Track, mode_for
from services.referrals.rules.vocabulary import Party
from services.referrals.tables import Referral
from shared import journal
from shared.citation import rule_day
from shared.events import subject_of
from shared.ledger import Clock, ClockState

_ANNOUNCED = frozenset({Party.ANNOUNCEMENT})
MATTER_ENDED = "matter_ended"


async def _order(session: AsyncSession, order_id: UUID, act: Act) -> Referral | None:
    """The order, if that act is open to it; else the announcement has come too late to matter.

    Read under the lock of its matter, which is no longer the announced one if the lead became a case.
    """
    found = await queries.order(session, order_id)
    if found is None:
        return None
    await journal.lock(session, subject_of(found.matter_id))
    await session.refresh(found)
    return found if is_open(found.track, found.stage, act) else None


async def arm(session: AsyncSession, order_id: UUID, on: date) -> None:
    """The matter is held still for the order: its receipt may be signed; taking up binds at once."""
    order = await _order(session, order_id, Act.ARM)
    if order is None:
        return
    step = take(order, Act.ARM, _ANNOUNCED)
    await tell(session, order, events.ReferralArmed(**facts(order)), step.basis, on)
    if mode_for(order.mode, order.rules_of).binds_itself:
        binding = take(order, Act.RECEIVE, {Party.ITSELF})
        await receive(session, order, order.issued_on, binding)


async def void(session: AsyncSession, order_id: UUID, reason: str, on: date) -> None:
    """The order came to nothing, however late that is said."""
    order = await _order(session, order_id, Act.VOID)
    if order is not None:
        await voided(session, order, reason, on)


async def voided(session: AsyncSession, referral: Referral, reason: str, on: date) -> None:
    """The referral is void, and its clocks end."""
    step = take(referral, Act.VOID, _ANNOUNCED)
    referral.ended_on, referral.reason = on, reason
    await tell(session, referral, events.ReferralVoided(**facts(referral), reason=reason), step.basis, on)
    await end_clocks(session, referral, "voided")


async def moved(
    session: AsyncSession, matter_id: UUID, order_id: UUID, offices: tuple[str, str], epoch: int, on: date
) -> None:
    """The matter has another holder: the order is in force, and what runs on answers to the new one.

    What its former holder had asked for is void: the new one asks for itself.
    """
    await _answer_to(session, matter_id, offices[1])
    for request in await queries.open_requests(session, matter_id):
        await voided(session, request, "custody_moved", on)
    order = await _order(session, order_id, Act.ENTER_FORCE)
    if order is None:
        return
    await enter_force(session, order, epoch, on)
    row = mode_for(order.mode, order.rules_of)
    if row.binds_itself and (limit := first_limit(row, rule_day(on, order.as_if_on))):
        await start_clock(session, order, limit, on, offices[0])


async def _answer_to(session: AsyncSession, matter_id: UUID, holder: str) -> None:
    """Clocks on reports and on answers of agencies stay with the matter; what an office owes does not."""
    running = Clock.state.in_((ClockState.RUNNING, ClockState.BREACHED))
    theirs = update(Clock).where(Clock.matter_id == matter_id, running, Clock.row.not_in(OWED_BY_AN_OFFICE))
    await session.execute(theirs.values(office=holder))


async def granted(session: AsyncSession, order_id: UUID, on: date) -> None:
    """The leave that the order gives stands: it is in force as soon as it is also received."""
    order = await _order(session, order_id, Act.CONFIRM)
    if order is None or order.granted:
        return
    take(order, Act.CONFIRM, _ANNOUNCED)
    order.granted = True
    if order.track is Track.STANDING and may_enter_force(order):
        await enter_force(session, order, None, on)


async def grant_ended(session: AsyncSession, order_id: UUID, reason: str, on: date) -> None:
    """The leave has ended: the standing order binds nobody any more."""
    order = await _order(session, order_id, Act.CLOSE)
    if order is None:
        await void(session, order_id, reason, on)
        return
    step = take(order, Act.CLOSE, _ANNOUNCED)
    await ended(session, order, reason, step, on)


async def matter_ended(session: AsyncSession, matter_id: UUID, on: date) -> None:
    """Nothing is asked, ordered or entrusted about a matter that has ended; moving it is up to `cases`.

    Reports for record stay: they may also be sent when all is over.
    """
    for referral in await queries.standing_orders(session, matter_id):
        if is_open(referral.track, referral.stage, Act.CLOSE):
            await ended(session, referral, MATTER_ENDED, take(referral, Act.CLOSE, _ANNOUNCED), on)
        elif is_open(referral.track, referral.stage, Act.VOID):
            await voided(session, referral, MATTER_ENDED, on)
