"""What waits for whom: limits passed or soon due, leads nobody has assessed, moves under way, proposals.

Each reason is a select of its own that follows its own index in the order of the day that counts: the last
day of the limit, or the day since which it waits. The oldest comes first. By emphasis,
all that waits is put in order before it is cut to a page: no index holds both the emphasis and the limits.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, union
from sqlalchemy.orm import aliased

from services.cases.queries.people import in_team_on
from services.cases.rules.finding import Reason, Whose
from services.cases.rules.vocabulary import OrderState, Stage
from services.cases.tables import Case, Lead, OfficialAct, Order, Proposal, TeamMember
from shared import clock
from shared.identity import Actor
from shared.ledger import OPEN, Clock, ClockState
from shared.standing import matters, permits, ways


def part_of(actor: Actor) -> Any:
    """The matters that a person has a part in: where they did an act, proposed one, or are in the team."""
    did = select(OfficialAct.matter_id).where(OfficialAct.done_by == actor.sub)
    proposed = select(Proposal.matter_id).where(Proposal.proposer == actor.sub)
    named = select(TeamMember.matter_id).where(TeamMember.person == actor.sub, *in_team_on(clock.today()))
    return union(did, proposed, named)


def waiting(actor: Actor, whose: Whose, within: int, reasons: Sequence[Reason]) -> tuple[Select[Any], ...]:
    """What waits, by select: reason, id, matter, the day that counts; always in matters one may know of."""
    known, by_line = permits(matters.c.id, actor), ways(actor, matters)[0]
    scope = {
        Whose.MINE: (known, matters.c.id.in_(part_of(actor))),
        Whose.OFFICE: (by_line, matters.c.holder == actor.org),
        Whose.BELOW: (by_line, matters.c.holder != actor.org),
    }[whose]
    asked = [(each, make) for each, make in _REASONS.items() if each in reasons]
    found = [entry.where(*scope) for each, make in asked for entry in make(actor, whose, within)]
    if Reason.APPROVAL in reasons:
        found.append(_approvals(actor, whose).where(*((known,) if whose is Whose.MINE else scope)))
    return tuple(found)


def emphasised(found: Select[Any]) -> Select[Any]:
    """The same with `behind`, which is the less the more the matter is emphasised."""
    case, lead = aliased(Case), aliased(Lead)
    behind = -func.coalesce(case.emphasis, lead.emphasis)
    with_matters = found.outerjoin(case, case.id == matters.c.id).outerjoin(lead, lead.id == matters.c.id)
    return with_matters.add_columns(behind.label("behind"))


def _entry(reason: Reason, thing_id: Any, matter_id: Any, day: Any) -> Select[Any]:
    named = (literal(reason.value).label("reason"), thing_id.label("id"), matter_id.label("matter_id"))
    statement: Select[Any] = select(*named, day.label("day")).join(matters, matters.c.id == matter_id)
    return statement


def _overdue(actor: Actor, whose: Whose, _: int) -> list[Select[Any]]:
    """Open limits whose last day has passed, announced or not yet; one select per state, each in order."""
    late = _limit(Reason.OVERDUE, actor, whose).where(Clock.due_on < clock.today())
    return [late.where(Clock.state == state) for state in OPEN]


def _due(actor: Actor, whose: Whose, within: int) -> list[Select[Any]]:
    today = clock.today()
    soon = Clock.due_on.between(today, today + timedelta(days=within))
    return [_limit(Reason.DUE, actor, whose).where(Clock.state == ClockState.RUNNING, soon)]


def _limit(reason: Reason, actor: Actor, whose: Whose) -> Select[Any]:
    own = [Clock.office == actor.org] if whose is Whose.OFFICE else []
    entry = _entry(reason, Clock.id, Clock.matter_id, Clock.due_on)
    return entry.where(Clock.stopped_since.is_(None), *own)


def _unassessed(actor: Actor, whose: Whose, _: int) -> list[Select[Any]]:
    own = [Lead.office == actor.org] if whose is Whose.OFFICE else []
    entry = _entry(Reason.UNASSESSED, Lead.id, Lead.id, Lead.registered_on)
    return [entry.where(Lead.stage == Stage.REGISTERED, *own)]


def _moving(_: Actor, __: Whose, ___: int) -> list[Select[Any]]:
    entry = _entry(Reason.MOVING, Order.id, Order.matter_id, Order.issued_on)
    return [entry.where(Order.state == OrderState.LOCKED)]


_REASONS = {
    Reason.OVERDUE: _overdue,
    Reason.DUE: _due,
    Reason.UNASSESSED: _unassessed,
    Reason.MOVING: _moving,
}


def _approvals(actor: Actor, whose: Whose) -> Select[Any]:
    """Proposals that wait: for one of the actor's own roles and not made by them, or for anybody there."""
    entry = _entry(Reason.APPROVAL, Proposal.id, Proposal.matter_id, Proposal.proposed_on)
    waits: ColumnElement[bool] = Proposal.awaiting.is_not(None)
    if whose is Whose.MINE:
        waits = and_(Proposal.awaiting.in_(actor.roles), Proposal.proposer != actor.sub)
    own = [Proposal.office == actor.org] if whose is not Whose.BELOW else []
    return entry.where(waits, *own)


def with_limits(found: Any, order: Sequence[Any]) -> Select[Any]:
    """The entries of one page with their matters' names and next open limits."""
    nearest = (
        select(Clock.id)
        .where(Clock.matter_id == found.c.matter_id, Clock.state.in_(OPEN))
        .order_by(Clock.due_on, Clock.id)
        .limit(1)
        .correlate(found)
        .scalar_subquery()
    )
    names = ("number", "title", "office", "stage", "emphasis", "classification")
    either = [func.coalesce(getattr(Case, name), getattr(Lead, name)).label(name) for name in names]
    kind = matters.c.kind
    limit = (Clock.id.label("limit_id"), Clock.row, Clock.due_on, Clock.statutory, Clock.basis)
    return (
        select(*found.c, kind, *either, Proposal.act, Proposal.awaiting, *limit)
        .join(matters, matters.c.id == found.c.matter_id)
        .outerjoin(Case, Case.id == found.c.matter_id)
        .outerjoin(Lead, Lead.id == found.c.matter_id)
        .outerjoin(Proposal, Proposal.id == found.c.id)
        .outerjoin(Clock, Clock.id == nearest)
        .order_by(*order)
    )
