"""What every act shares: the legal day, the one lawful step, the standing, the clocks."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.errors import MatterIsMoving, NotYourMatter, ReasonNeeded, SuperiorNeeded
from services.cases.events import CustodyReleased, StandingChanged
from services.cases.rules.custody import PROTOCOL
from services.cases.rules.deadlines import period_for
from services.cases.rules.lifecycle import ENDED, Step, step_for
from services.cases.rules.office_settings import Setting
from services.cases.rules.vocabulary import Act, OrderState
from services.cases.tables import Case, Lead, Order
from shared import citation, clock, journal, ledger
from shared.citation import Citation
from shared.clocks import Period, deadline
from shared.events import subject_of
from shared.identity import Actor
from shared.problems import DateOutOfOrder
from shared.standing import Grant, Standing, keep, standing_of
from shared.transactions import frame

Matter = Lead | Case


def own(actor: Actor, matter: Matter) -> None:
    """Refuse anybody but the handling office."""
    if actor.org != matter.office:
        raise NotYourMatter(handling_office=matter.office)


def asking(session: AsyncSession) -> Actor:
    """Who opened this transaction."""
    actor: Actor = session.info["origin"].actor
    return actor


async def legal_day(
    session: AsyncSession, said: date | None, basis_on: date | None, reason: str | None
) -> date:
    """The day an act legally happened: today unless said; never in the future, never before its basis.

    One that lies back further than the acting office allows needs a reason.
    """
    today = clock.today()
    on = said or today
    if on > today or (basis_on is not None and on < basis_on):
        raise DateOutOfOrder(occurred_on=on, earliest=basis_on, latest=today)
    if on == today or reason:
        return on
    settled = await queries.office_setting(session, asking(session).org, Setting.LATE_ENTRY_DAYS, today)
    most = int(settled[1] if settled else frame(session).settings.late_entry_days)
    if on < today - timedelta(days=most):
        raise ReasonNeeded(occurred_on=on, needs_reason_before=today - timedelta(days=most), mark="internal")
    return on


def late(reason: str | None) -> dict[str, Any]:
    """The erasable details of an act: why it was entered late, if it was."""
    return {"late_reason": reason} if reason else {}


def rule_day(matter: Matter, on: date) -> date:
    """The day whose rules are asked: the act's own, unless the matter goes by the rules of a later one."""
    return citation.rule_day(on, matter.as_if_on)


async def step_now(session: AsyncSession, matter: Matter, act: Act, on: date) -> Step:
    """The one step that the act takes on that day, as the matter stands."""
    step = step_for(matter.track, matter.stage, act, rule_day(matter, on))
    return step.turned(await queries.situation_of(session, matter, on)) if step.turns else step


def as_if(matter: Matter, on: date) -> str | None:
    """What must be said where a matter goes by rules not yet in force, with the reason; else nothing."""
    rules = citation.later_rules(on, matter.as_if_on)
    return f"{rules}: {matter.as_if_reason}" if rules else None


async def start_clocks(
    session: AsyncSession,
    matter: Matter,
    basis: Mapping[str, date],
    about: UUID | None = None,
    because: Mapping[str, str] | None = None,
) -> None:
    """These rows begin on their basis days, for the office that handles the matter; the trace says why."""
    for row, basis_on in basis.items():
        period, set_by = await limit_of(session, matter, row, basis_on)
        note = (
            "\n".join(said for said in (as_if(matter, basis_on), (because or {}).get(row), set_by) if said)
            or None
        )
        started = await ledger.start(
            session, matter.id, period, basis_on, office=matter.office, about=about, note=note
        )
        if period.excludes or period.suspends:
            await _stand_still(session, matter, started)


async def _stand_still(session: AsyncSession, matter: Matter, started: ledger.Clock) -> None:
    """What had stopped the review before this limit began stops it as well (R 48, 78)."""
    on = min(started.basis_on, clock.today())
    for stop in await queries.stops_of(session, matter, started.basis_on):
        await ledger.stop(session, started, stop.kind, stop.pause, on, stop.about)


async def limit_of(
    session: AsyncSession, matter: Matter, row: str, basis_on: date
) -> tuple[Period, str | None]:
    """That limit for this matter, as in force on the day it rests on; and who set it, if an office did."""
    default = period_for(row, rule_day(matter, basis_on), matter.track)
    limit = await queries.internal_limit(session, matter.office, matter.focuses, default, basis_on)
    return (limit.period(default), limit.told()) if limit else (default, None)


async def last_day(session: AsyncSession, matter: Matter, row: str, basis_on: date) -> date:
    """The last day of that limit, if it rests on that day and nothing changes it."""
    period, _ = await limit_of(session, matter, row, basis_on)
    return deadline(period, basis_on, frame(session).calendar).due_on


def may_do(session: AsyncSession, actor: Actor, matter: Matter, step: Step) -> None:
    """Refuse whoever may not do this step: another office, or another role."""
    if not step.by_superior:
        own(actor, matter)
    elif not frame(session).offices.is_below(matter.office, actor.org):
        raise SuperiorNeeded(handling_office=matter.office, article=str(step.basis))
    actor.require(*step.by)


async def stand(
    session: AsyncSession,
    matter: Matter,
    basis: Citation,
    on: date | None = None,
    grants: tuple[Grant, ...] | None = None,
    recused: tuple[str, ...] | None = None,
) -> None:
    """The matter's standing is kept and announced whole, as its row says, before the act's own event."""
    before = await standing_of(session, matter.id)
    facts = Standing(
        matter_id=matter.id,
        kind="lead" if isinstance(matter, Lead) else "case",
        holder=matter.office,
        epoch=matter.epoch,
        closed=matter.stage in ENDED,
        classification=matter.classification,
        sector=matter.sector,
        place=matter.place,
        origin=matter.origin,
        moving=matter.moving,
        as_if_on=matter.as_if_on,
        grants=grants if grants is not None else before.grants if before else (),
        recused=recused if recused is not None else before.recused if before else (),
    )
    await keep(session, facts, frame(session).offices)
    event = StandingChanged.model_validate(facts.model_dump())
    await journal.record(session, subject_of(matter.id), event, basis=basis, occurred_on=on)


async def unless_moving(session: AsyncSession, matter: Matter, step: Step, on: date) -> None:
    """An act that ends the matter or speaks outward waits while an order moves the matter.

    If a statutory limit that the act meets would expire meanwhile, the act is done and the lock released.
    """
    if not step.waits or matter.moving is None:
        return
    running = await ledger.open_clocks(session, matter.id, step.meets)
    if not any(each.statutory and each.due_on <= on for each in running):
        raise MatterIsMoving(act=step.act, order_id=matter.moving)
    await release(session, matter, "limit_would_expire")


async def release(
    session: AsyncSession, matter: Matter, reason: str, details: dict[str, Any] | None = None
) -> None:
    """The matter no longer waits for the order that had locked it."""
    order_id = matter.moving
    assert order_id is not None
    order = await session.get(Order, order_id)
    if order is not None:
        order.state = OrderState.RELEASED
    matter.moving = None
    await stand(session, matter, PROTOCOL)
    event = CustodyReleased(matter_id=matter.id, order_id=order_id, reason=reason)
    await journal.record(session, subject_of(matter.id), event, basis=PROTOCOL, details=details)
