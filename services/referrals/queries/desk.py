"""An office's lists and figures about referrals: all within what it may see, all counted by the database."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, distinct, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.queries.visibility import visible_referrals
from services.referrals.rules.deadlines import OF_REFERRALS
from services.referrals.rules.desk import GUIDANCE, Desk, awaits
from services.referrals.rules.lifecycle import OVER, Stage
from services.referrals.rules.vocabulary import Mode, Party
from services.referrals.tables import CaseLead, Part, Referral
from shared import standing
from shared.identity import Actor
from shared.ledger import Clock, ClockState


def _waits_for(party: Party) -> ColumnElement[bool]:
    pairs = or_(*(and_(Referral.track == track, Referral.stage == stage) for track, stage in awaits(party)))
    answered = and_(Referral.mode == Mode.GUIDE, Referral.stage == Stage.RECEIVED)  # it needs no reply
    return and_(pairs, ~answered)


def _holder_is(office: str) -> ColumnElement[bool]:
    matter = standing.matters
    return exists().where(matter.c.id == Referral.matter_id, matter.c.holder == office)


def _overdue(today: date) -> ColumnElement[bool]:
    return exists().where(
        Clock.matter_id == Referral.matter_id,
        Clock.row.in_(OF_REFERRALS),
        Clock.about == Referral.id,
        Clock.state.in_((ClockState.RUNNING, ClockState.BREACHED)),
        Clock.due_on < today,
    )


def on_desk(desk: Desk, office: str, today: date) -> ColumnElement[bool]:
    """Whether a referral belongs on that list of that office."""
    to_us, by_us = Referral.addressee == office, Referral.issuer == office
    report = Referral.report_due_on.is_not(None)
    for_addressee, for_issuer = _waits_for(Party.ADDRESSEE), _waits_for(Party.ISSUER)
    return {
        Desk.INCOMING: and_(to_us, ~by_us),
        Desk.OUTGOING: by_us,
        Desk.WAITING_FOR_US: or_(
            and_(to_us, for_addressee), and_(by_us, for_issuer), and_(report, _holder_is(office))
        ),
        Desk.WAITING_FOR_THEM: or_(
            and_(by_us, ~to_us, for_addressee), and_(to_us, ~by_us, for_issuer), and_(by_us, report)
        ),
        Desk.OVERDUE: _overdue(today),
    }[desk]


class Counted(NamedTuple):
    """How many referrals of a mode an office issued, how many are not over, how many are late."""

    mode: Mode
    issuer: str
    issued: int
    open: int
    overdue: int


async def counts_by_mode(
    session: AsyncSession, actor: Actor, since: date, until: date, today: date
) -> Sequence[Counted]:
    """Per mode and issuing office, of what was issued in that time."""
    living = case((Referral.stage.not_in(OVER), 1), else_=0)
    late = case((_overdue(today), 1), else_=0)
    statement = _issued_in(visible_referrals(actor), since, until).with_only_columns(
        Referral.mode, Referral.issuer, func.count(), func.sum(living), func.sum(late)
    )
    rows = await session.execute(statement.group_by(Referral.mode, Referral.issuer))
    return [Counted(*row) for row in rows]


async def counts_on_desk(session: AsyncSession, actor: Actor, today: date) -> dict[Desk, int]:
    """How long each list of the actor's office is."""
    columns = [func.sum(case((on_desk(desk, actor.org, today), 1), else_=0)) for desk in Desk]
    row = (await session.execute(visible_referrals(actor).with_only_columns(*columns))).one()
    return {desk: count or 0 for desk, count in zip(Desk, row, strict=True)}


async def cases_handled(
    session: AsyncSession, actor: Actor, since: date, until: date
) -> Sequence[tuple[str, str, int]]:
    """Per handling office and origin, the cases opened in that time, of those one may know of."""
    matter = standing.matters
    opened = select(matter.c.holder, matter.c.origin, func.count()).join_from(
        CaseLead, matter, matter.c.id == CaseLead.case_id
    )
    in_time = CaseLead.opened_on.between(since, until)
    permitted = opened.where(in_time, standing.permits(matter.c.id, actor))
    rows = await session.execute(permitted.group_by(matter.c.holder, matter.c.origin))
    return [(row[0], row[1], row[2]) for row in rows]


async def matters_guided(
    session: AsyncSession, actor: Actor, since: date, until: date
) -> Sequence[tuple[str, int]]:
    """Per office, how many matters below it guided in that time, in any mode that counts as guidance."""
    modes = [row.mode for row in GUIDANCE]
    statement = _issued_in(visible_referrals(actor), since, until).where(Referral.mode.in_(modes))
    counted = statement.with_only_columns(Referral.issuer, func.count(distinct(Referral.matter_id)))
    rows = await session.execute(counted.group_by(Referral.issuer))
    return [(row[0], row[1]) for row in rows]


def _issued_in(statement: Select[Any], since: date, until: date) -> Select[Any]:
    return statement.where(Referral.issued_on >= since, Referral.issued_on <= until)


def visible_parts(actor: Actor, lead_id: UUID) -> Select[Any]:
    """The parts of a split lead with what became of each, for whoever may know of the lead or of the part."""
    known = or_(standing.permits(Part.split_from, actor), standing.permits(Part.matter_id, actor))
    why = func.coalesce(Part.reason, Referral.reason).label("reason")
    columns: Sequence[Any] = (
        *(Part.matter_id, Part.split_from, Part.addressee, Part.mode, Part.referral_id),
        *(Referral.stage, why),
    )
    statement = select(*columns).outerjoin(Referral, Referral.id == Part.referral_id)
    return statement.where(Part.split_from == lead_id, known)
