"""What every act shares: the legal day, the one lawful step, the standing, the clocks."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.errors import MatterIsMoving, NotYourMatter, ReasonNeeded
from services.cases.events import CustodyReleased, StandingChanged
from services.cases.rules.custody import PROTOCOL
from services.cases.rules.deadlines import period_for
from services.cases.rules.lifecycle import ENDED, Situation, Step, require, step_for
from services.cases.rules.vocabulary import Act, OrderState
from services.cases.tables import Case, Lead, Order
from shared import clock, journal, ledger
from shared.citation import Citation
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


def legal_day(session: AsyncSession, said: date | None, basis_on: date | None, reason: str | None) -> date:
    """The day an act legally happened: today unless said; never in the future, never before its basis."""
    today = clock.today()
    on = said or today
    if on > today or (basis_on is not None and on < basis_on):
        raise DateOutOfOrder(occurred_on=on, earliest=basis_on, latest=today)
    most: int = frame(session).settings.late_entry_days
    if on < today - timedelta(days=most) and not reason:
        raise ReasonNeeded(occurred_on=on, needs_reason_before=today - timedelta(days=most), mark="internal")
    return on


def late(reason: str | None) -> dict[str, Any]:
    """The erasable details of an act: why it was entered late, if it was."""
    return {"late_reason": reason} if reason else {}


def take(matter: Matter, act: Act, on: date, situation: Situation | None = None) -> Step:
    """Move the matter one lawful step. Nothing else sets a stage."""
    step = step_for(matter.track, matter.stage, act, on)
    require(step, situation or Situation(on))
    matter.stage = step.target
    matter.last_act_on = max(matter.last_act_on, on)
    return step


async def meet_clocks(session: AsyncSession, matter: Matter, step: Step, on: date) -> None:
    """The clocks that a step meets are met on that day."""
    for row in step.meets:
        await ledger.meet(session, matter.id, row, on)


async def start_clocks(
    session: AsyncSession, matter: Matter, step: Step, basis: Mapping[str, date], about: UUID | None = None
) -> dict[str, date]:
    """These rows, which the step starts, begin on their basis days; their last days."""
    due: dict[str, date] = {}
    for row, basis_on in basis.items():
        assert row in step.starts, f"{step.act} does not start {row}"
        period = period_for(row, basis_on)
        begun = await ledger.start(session, matter.id, period, basis_on, office=matter.office, about=about)
        due[row] = begun.due_on
    return due


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
