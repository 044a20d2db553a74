"""The case side of the custody protocol: lock, refuse, move, release; and leave to know, given and ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.evidence import moved
from services.cases.actions.proposals import cancel
from services.cases.actions.stepping import Matter, release, rule_day, stand, start_clocks
from services.cases.actions.teaming import TEAM, follow_standing
from services.cases.errors import NothingMoving, NotYourMatter
from services.cases.events import (
    CustodyLocked,
    CustodyMoved,
    CustodyRefused,
    GrantEnded,
    GrantGiven,
    GrantRefused,
)
from services.cases.rules.custody import BREAK_GLASS, PROTOCOL, effect_of, scope_of, stays
from services.cases.rules.deadlines import restart_for
from services.cases.rules.lifecycle import ENDED
from services.cases.rules.vocabulary import Occasion, OrderMode, OrderState, Stage, Track
from services.cases.tables import Order
from shared import journal, ledger
from shared.events import Event, subject_of
from shared.identity import Actor
from shared.standing import Grant, standing_of
from shared.transactions import frame

RECORD = "record"
OPERATOR = "operator"


async def _say(session: AsyncSession, matter_id: UUID, event: Event) -> None:
    await journal.record(session, subject_of(matter_id), event, basis=PROTOCOL)


async def _refuse(session: AsyncSession, order: Order, reason: str) -> None:
    order.state = OrderState.REFUSED
    event = CustodyRefused(matter_id=order.matter_id, order_id=order.id, reason=reason)
    await _say(session, order.matter_id, event)


def _why_not(order: Order, matter: Matter | None, basis_epoch: int) -> str | None:
    """Why an order cannot move the matter, or nothing."""
    if matter is None:
        return "unknown"
    if matter.stage in ENDED:
        return "ended"
    if order.issued_on < matter.begun_on:
        return "before_the_matter"
    if matter.epoch != basis_epoch:
        return "stale_epoch"
    if order.mode == OrderMode.TRANSFER_FOR_SUIT and matter.track is Track.CRIMINAL_INCIDENTAL:
        return "no_transfer_for_suit"
    if order.occasion == Occasion.AFTER_REVIEW and matter.stage is not Stage.REVIEWED:
        return "not_reviewed"
    return "already_moving" if matter.moving is not None else None


async def lock_for(session: AsyncSession, order: Order, matter: Matter | None, basis_epoch: int) -> None:
    """The matter waits for this order, if it is open, of the epoch the order saw, and waits for no other."""
    reason = _why_not(order, matter, basis_epoch)
    if matter is None or reason:
        await _refuse(session, order, reason or "unknown")
        return
    matter.moving, order.state = order.id, OrderState.LOCKED
    await stand(session, matter, PROTOCOL)
    event = CustodyLocked(matter_id=matter.id, order_id=order.id, epoch=matter.epoch)
    await _say(session, matter.id, event)


async def move(session: AsyncSession, order: Order, matter: Matter | None, received_on: date) -> None:
    """The matter is the addressee's from now on: one more epoch, old leave revoked, clocks and all with it.

    An order that the matter does not wait for changes nothing, and is told so.
    """
    if matter is None or matter.moving != order.id:
        if order.state is not OrderState.MOVED:
            await _refuse(session, order, "not_waiting_for_it")
        return
    before = matter.office
    effect = effect_of(order.mode, order.occasion, rule_day(matter, received_on))
    matter.office, matter.moving = order.addressee, None
    matter.epoch += 1
    matter.last_act_on = max(matter.last_act_on, received_on)
    if effect and effect.origin:
        matter.origin = effect.origin
    order.state = OrderState.MOVED
    await cancel(session, matter)
    await ledger.hand_over(session, matter.id, matter.office)
    await moved(session, matter, order.id, received_on)
    await _restart(session, order, matter, received_on)
    revoked = await _regranted(session, order, matter, before, received_on)
    event = CustodyMoved(
        matter_id=matter.id,
        order_id=order.id,
        from_office=before,
        to_office=matter.office,
        epoch=matter.epoch,
    )
    basis = effect.basis if effect else PROTOCOL
    await journal.record(session, subject_of(matter.id), event, basis=basis, occurred_on=received_on)
    await _say_ended(session, matter, await _given_by(session, matter, revoked), "custody_moved")
    await follow_standing(session, matter)


async def _restart(session: AsyncSession, order: Order, matter: Matter, received_on: date) -> None:
    """An open review for suit begins anew with the receipt, where the order says so (T12)."""
    restart = restart_for(order.mode, order.occasion, rule_day(matter, received_on))
    if restart is None:
        return
    running = await ledger.open_clocks(session, matter.id, restart.rows)
    for clock in running:
        await ledger.end(session, matter.id, [clock.row], "restarted", about=clock.about)
        await start_clocks(
            session, matter, {clock.row: received_on}, clock.about, because={clock.row: str(restart.basis)}
        )


_OWN = (TEAM, BREAK_GLASS)  # leave that no order gave


async def _say_ended(session: AsyncSession, matter: Matter, ended: Mapping[Grant, UUID], reason: str) -> None:
    for grant, order_id in ((each, by) for each, by in ended.items() if each.scope not in _OWN):
        event = GrantEnded(matter_id=matter.id, order_id=order_id, org=grant.org, reason=reason)
        await _say(session, matter.id, event)


async def _given_by(session: AsyncSession, matter: Matter, grants: Sequence[Grant]) -> dict[Grant, UUID]:
    """Which order gave each: a person's leave is known by its order's id and the person."""
    of_persons = any(grant.sub for grant in grants)
    orders = await queries.granting_orders(session, matter) if of_persons else ()
    by_grant = {grant_id(order, grant.sub): order for grant in grants for order in orders}
    return {grant: by_grant.get(grant.id, grant.id) for grant in grants}


async def _regranted(
    session: AsyncSession, order: Order, matter: Matter, before: str, received_on: date
) -> list[Grant]:
    """Leave that came with the old custody is revoked, what the order grants is given; what was revoked."""
    standing = await standing_of(session, matter.id)
    held = standing.grants if standing else ()
    rules_of = rule_day(matter, received_on)
    kept = [g for g in held if stays(g.scope, rules_of) and g.org != matter.office]
    given = [_grant(order, before, matter, received_on)] if order.grants_scope else []
    await stand(session, matter, PROTOCOL, grants=(*kept, *given))
    return [grant for grant in held if grant not in kept]


def _grant(order: Order, org: str, matter: Matter, begins_on: date) -> Grant:
    assert order.grants_scope is not None
    return Grant(
        id=order.id,
        org=org,
        scope=order.grants_scope,
        ceiling=matter.classification,
        begins_on=begins_on,
    )


async def let_go(session: AsyncSession, order: Order, matter: Matter | None, reason: str) -> None:
    """The order is over: its lock is off, and the leave it gave has ended."""
    if matter is not None and matter.moving == order.id:
        await release(session, matter, reason)
    if order.state in (OrderState.LOCKED, OrderState.RELEASED, OrderState.GRANTED):
        order.state = OrderState.WITHDRAWN if reason == "withdrawn" else OrderState.ENDED
    matters = await queries.heirs_of(session, matter) if matter is not None else []
    await journal.lock(session, *(subject_of(each.id) for each in matters))
    for each in matters:
        await end_grant(session, order, each, reason)


async def release_by_hand(session: AsyncSession, actor: Actor, matter: Matter, words: str) -> None:
    """An administrator of the handling office, or of one above it, takes a stuck lock off and says why."""
    offices = frame(session).offices
    if actor.org != matter.office and not offices.is_below(matter.office, actor.org):
        raise NotYourMatter(handling_office=matter.office)
    if matter.moving is None:
        raise NothingMoving(matter_id=matter.id)
    await release(session, matter, OPERATOR, {"reason": words})


def _why_no_grant(order: Order, matter: Matter | None) -> str | None:
    """Why an order's leave cannot be given; an ended matter can still be reported for record."""
    scope = scope_of(order.grants_scope, rule_day(matter, order.issued_on)) if matter else None
    if matter is None or scope is None:
        return "unknown"
    if matter.office != (order.addressee if scope.to_issuer else order.issuer):
        return "not_the_holder"
    return "ended" if matter.stage in ENDED and scope.code != RECORD else None


async def _refuse_grant(session: AsyncSession, order: Order, reason: str) -> None:
    order.state = OrderState.REFUSED
    event = GrantRefused(matter_id=order.matter_id, order_id=order.id, reason=reason)
    await _say(session, order.matter_id, event)


async def give_grant(session: AsyncSession, order: Order, matter: Matter | None) -> None:
    """Leave to know of the matter, from the side of the order that holds it to the other; else the reason."""
    reason = _why_no_grant(order, matter)
    if matter is None or reason:
        await _refuse_grant(session, order, reason or "unknown")
        return
    other = order.issuer if order.issuer != matter.office else order.addressee
    standing = await standing_of(session, matter.id)
    held = standing.grants if standing else ()
    order.state = OrderState.GRANTED
    grant = _grant(order, other, matter, order.issued_on)
    await stand(session, matter, PROTOCOL, grants=(*held, grant))
    given = GrantGiven(matter_id=matter.id, order_id=order.id, org=grant.org, scope=grant.scope)
    await _say(session, matter.id, given)
    await follow_standing(session, matter)


@dataclass(frozen=True, slots=True)
class Named:
    """Leave that an order names: for an office, or one person of it, in a scope, until a day."""

    org: str
    scope: str
    sub: str | None = None
    ends_on: date | None = None


async def give_named(
    session: AsyncSession, order: Order, matter: Matter | None, epoch: int, named: Sequence[Named]
) -> None:
    """All leave that the order names, at once, if the matter still stands as the order saw it."""
    reason = _why_not_named(order, matter, epoch, named)
    if matter is None or reason:
        await _refuse_grant(session, order, reason or "unknown")
        return
    standing = await standing_of(session, matter.id)
    held = standing.grants if standing else ()
    order.state = OrderState.GRANTED
    given = [_named(order, matter, each) for each in named]
    await stand(session, matter, PROTOCOL, grants=(*held, *given))
    for grant in given:
        facts = {"matter_id": matter.id, "order_id": order.id, "org": grant.org, "scope": grant.scope}
        await _say(session, matter.id, GrantGiven(**facts))
    await follow_standing(session, matter)


def _why_not_named(order: Order, matter: Matter | None, epoch: int, named: Sequence[Named]) -> str | None:
    """Why named leave cannot be given: its line was judged by how the matter stood."""
    if matter is None:
        return "unknown"
    rules_of = rule_day(matter, order.issued_on)
    if any(scope_of(each.scope, rules_of) is None for each in named):
        return "unknown"
    if matter.stage in ENDED:
        return "ended"
    return "not_the_holder" if matter.epoch != epoch else None


def _named(order: Order, matter: Matter, named: Named) -> Grant:
    return Grant(
        id=grant_id(order.id, named.sub),
        org=named.org,
        sub=named.sub,
        scope=named.scope,
        ceiling=matter.classification,
        begins_on=order.issued_on,
        ends_on=named.ends_on,
    )


def grant_id(order_id: UUID, sub: str | None) -> UUID:
    """The id of leave that an order gave: the order's own for an office, one of its own for each person."""
    return order_id if sub is None else uuid5(order_id, sub)


async def end_grant(session: AsyncSession, order: Order, matter: Matter, reason: str) -> None:
    """The leave that the order gave is taken back, if it is there."""
    standing = await standing_of(session, matter.id)
    held = standing.grants if standing else ()
    ended = [grant for grant in held if grant.id == grant_id(order.id, grant.sub)]
    if not ended:
        return
    left = tuple(grant for grant in held if grant not in ended)
    await stand(session, matter, PROTOCOL, grants=left)
    await _say_ended(session, matter, {grant: order.id for grant in ended}, reason)
    await follow_standing(session, matter)


def note_basis(order: Order, matter: Matter) -> None:
    """An order in force that moves nothing, but settles jurisdiction, opens the act that rests on it."""
    effect = effect_of(order.mode, order.occasion, rule_day(matter, order.issued_on))
    if effect is not None and effect.settles and not order.moves_custody:
        order.state = OrderState.BASIS
