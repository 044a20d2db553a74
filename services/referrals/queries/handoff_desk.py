"""An organisation's lists of handoffs, and how quickly each partner answers: all counted by the database."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.queries.visibility import visible_handoffs
from services.referrals.rules.courses import HANDOFFS_AWAITED, OVER, HandoffStage
from services.referrals.rules.desk import Desk
from services.referrals.rules.vocabulary import Course, Party
from services.referrals.tables import Handoff
from shared import standing
from shared.identity import Actor
from shared.ledger import Clock, ClockState

_INBOUND = Handoff.sender_path == ""
_TO_AN_OFFICE = and_(_INBOUND, Handoff.receiver_path.is_not(None))
_LIVING = Handoff.stage.not_in(OVER)
_PAPERS_OPEN = and_(Handoff.papers_asked_on.is_not(None), Handoff.supplied_on.is_(None), _LIVING)
_NOBODY_NAMED = and_(Handoff.stage == HandoffStage.HELD, Handoff.forward_by.is_(None))
_OBJECTION_OPEN = and_(Handoff.objected_on.is_not(None), Handoff.reexamined_on.is_(None), _LIVING)


def _waits_for(*parties: Party) -> ColumnElement[bool]:
    rows = [row for row in HANDOFFS_AWAITED if row.party in parties]
    return or_(false(), *(and_(Handoff.course == row.course, Handoff.stage == row.stage) for row in rows))


def _handles(org: str) -> ColumnElement[bool]:
    matter = standing.matters
    return exists().where(matter.c.id == Handoff.matter_id, matter.c.holder == org)


def _receives(org: str) -> ColumnElement[bool]:
    return or_(and_(Handoff.receiver == org, ~_TO_AN_OFFICE), and_(_TO_AN_OFFICE, _handles(org)))


def _sends(org: str) -> ColumnElement[bool]:
    return or_(and_(_INBOUND, Handoff.sender == org), and_(~_INBOUND, _handles(org)))


def _overdue(today: date) -> ColumnElement[bool]:
    """A clock of ours has passed; or that of the reply to a served document, which `cases` keeps."""
    ours = exists().where(
        Clock.matter_id == Handoff.matter_id,
        Clock.about == Handoff.id,
        Clock.state.in_((ClockState.RUNNING, ClockState.BREACHED)),
        Clock.due_on < today,
    )
    unanswered = and_(Handoff.course == Course.SERVICE, Handoff.stage == HandoffStage.SERVED)
    return or_(ours, and_(unanswered, Handoff.respond_by < today))


def handoffs_on_desk(desk: Desk, org: str, today: date) -> ColumnElement[bool]:
    """Whether a handoff belongs on that list of that organisation."""
    receives, sends, forwards = _receives(org), _sends(org), Handoff.forward_by == org
    for_receiver, for_forwarder = _waits_for(Party.RECEIVER), _waits_for(Party.FORWARDER)
    for_sender = or_(_waits_for(Party.SENDER), _PAPERS_OPEN, _OBJECTION_OPEN, _NOBODY_NAMED)
    return {
        Desk.INCOMING: receives,
        Desk.OUTGOING: sends,
        Desk.WAITING_FOR_US: or_(
            and_(receives, for_receiver), and_(sends, for_sender), and_(forwards, for_forwarder)
        ),
        Desk.WAITING_FOR_THEM: or_(
            and_(sends, ~receives, or_(for_receiver, for_forwarder)), and_(receives, ~sends, _PAPERS_OPEN)
        ),
        Desk.OVERDUE: _overdue(today),
    }[desk]


async def handoffs_counted(session: AsyncSession, actor: Actor, today: date) -> dict[Desk, int]:
    """How long each list of the actor's organisation is."""
    columns = [func.sum(case((handoffs_on_desk(desk, actor.org, today), 1), else_=0)) for desk in Desk]
    row = (await session.execute(visible_handoffs(actor).with_only_columns(*columns))).one()
    return {desk: count or 0 for desk, count in zip(Desk, row, strict=True)}


def partners(actor: Actor, since: date, until: date, today: date) -> Select[Any]:
    """Per receiver, of what one may see and what left in that time: how many, how late, how many days."""
    sent = visible_handoffs(actor).where(
        ~_INBOUND,
        Handoff.dispatch_event.is_not(None),
        Handoff.dispatched_on >= since,
        Handoff.dispatched_on <= until,
    )
    return sent.with_only_columns(*_figures(today)).group_by(Handoff.receiver)


def _figures(today: date) -> Iterable[Any]:
    yield Handoff.receiver.label("receiver")
    yield func.count().label("sent")
    yield func.count(Handoff.answered_on).label("answered")
    yield func.sum(case((_overdue(today), 1), else_=0)).label("overdue")
    yield func.avg(Handoff.acknowledged_days).label("acknowledged_days")
    yield func.avg(Handoff.answered_days).label("answered_days")
    yield func.max(Handoff.answered_days).label("longest_days")
