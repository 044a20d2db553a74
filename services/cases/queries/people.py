"""Who works in a matter, by whose authority, and which internal limits bind an office."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.queries.matters import OF_MATTER
from services.cases.rules.deadlines import goes_by_procedure, period_for
from services.cases.rules.limits import Limit, limit_for
from services.cases.rules.office_settings import Setting, Value, nearest
from services.cases.rules.team import Seat
from services.cases.rules.vocabulary import Act
from services.cases.tables import (
    Delegation,
    GlassBreaking,
    OfficeLimit,
    OfficeSetting,
    RecusalRequest,
    TeamMember,
)
from shared.clocks import Period
from shared.identity import Actor
from shared.problems import Malformed, NotFound
from shared.standing import matters, permits, ways
from shared.statements import among
from shared.transactions import frame

ORDER = tuple(Seat)

# -- internal limits ---------------------------------------------------------------------------------------


async def internal_limit(
    session: AsyncSession, office: str, focuses: Collection[str], default: Period, basis_on: date
) -> Limit | None:
    """What the office, or the nearest above it, has set in place of a default row; never of the law's."""
    if default.statutory:
        return None
    line = [office, *(above.code for above in frame(session).offices.line_of(office))]
    newest = await _newest(session, line, default.row, basis_on)
    return limit_for(newest, line, focuses, default, basis_on, frame(session).calendar)


def _newest_of(table: type[OfficeLimit | OfficeSetting], within: tuple[Any, ...], what: Any) -> Select[Any]:
    """The rows that say `what` and are in force that day in these offices, the newest of each group."""
    newest_first = (table.since.desc(), table.id.desc())
    place = func.row_number().over(partition_by=within, order_by=newest_first).label("place")
    said = (among(table.office, "offices"), what == bindparam("what"), table.since <= _ON)
    in_force = select(table.id, place).where(*said).subquery()
    return select(table).join(in_force, in_force.c.id == table.id).where(in_force.c.place == 1)


_ON = bindparam("on", type_=TeamMember.since.type)
NEWEST_LIMITS = _newest_of(OfficeLimit, (OfficeLimit.office, OfficeLimit.focus), OfficeLimit.row)
NEWEST_SETTINGS = _newest_of(OfficeSetting, (OfficeSetting.office,), OfficeSetting.setting)


async def _newest(session: AsyncSession, offices: Sequence[str], row: str, on: date) -> list[Limit]:
    """The newest rows in force that day: one per office and focus."""
    found = await session.scalars(NEWEST_LIMITS, {"offices": offices, "what": row, "on": on})
    return [
        Limit(each.office, each.row, each.focus, each.length, each.unit, each.since, each.set_by_name)
        for each in found
    ]


async def period_asked(
    session: AsyncSession,
    row: str,
    basis_on: date,
    procedure: str | None,
    office: str | None,
    focuses: Collection[str],
) -> tuple[Period, str | None]:
    """The limit of that row on that day, for an office if one is named; and who set it, if an office did.

    Where its article depends on the procedure, a question that names none is malformed.
    """
    if procedure is None and goes_by_procedure(row, basis_on):
        raise Malformed(errors=[{"at": "body.procedure", "problem": "the limit depends on the procedure"}])
    default = period_for(row, basis_on, procedure)
    if office is None:
        return default, None
    if not frame(session).offices.exists(office):
        raise Malformed(errors=[{"at": "body.office", "problem": "no such office"}])
    limit = await internal_limit(session, office, focuses, default, basis_on)
    return (limit.period(default), limit.told()) if limit else (default, None)


def limits_set(**equal: Any) -> Select[Any]:
    """Every internal limit that any office has set, those it has replaced since included."""
    return _equal(select(OfficeLimit), OfficeLimit, equal)


def _equal(statement: Select[Any], table: Any, equal: dict[str, Any]) -> Select[Any]:
    said = [getattr(table, name) == value for name, value in equal.items() if value is not None]
    return statement.where(*said)


# -- office settings ---------------------------------------------------------------------------------------


async def office_setting(
    session: AsyncSession, office: str, setting: Setting, on: date
) -> tuple[str, Value] | None:
    """What the office, or the nearest above it, has settled as of that day, and which office has."""
    line = [office, *(above.code for above in frame(session).offices.line_of(office))]
    found = await session.scalars(NEWEST_SETTINGS, {"offices": line, "what": setting, "on": on})
    return nearest({each.office: each.value for each in found}, line)


def settings_made(**equal: Any) -> Select[Any]:
    """Everything that any office has settled, what it has replaced since included."""
    return _equal(select(OfficeSetting), OfficeSetting, equal)


# -- delegations -------------------------------------------------------------------------------------------


def delegations_of(office: str, person: str | None = None) -> Select[Any]:
    """The delegations given in an office, those that are over included."""
    return _equal(select(Delegation), Delegation, {"office": office, "person": person})


async def delegation_for(session: AsyncSession, actor: Actor, delegation_id: UUID) -> Delegation:
    """That delegation, if it was given in the actor's office or in one below it."""
    found = await session.get(Delegation, delegation_id)
    if found is None or not reads_people_of(session, actor, found.office):
        raise NotFound(delegation_id=delegation_id)
    return found


def reads_people_of(session: AsyncSession, actor: Actor, office: str) -> bool:
    """Whether the actor may read who is authorised in that office: their own, or one below."""
    return actor.org == office or frame(session).offices.is_below(office, actor.org)


async def delegation_in_force(
    session: AsyncSession, office: str, person: str, act: Act, on: date
) -> Delegation | None:
    """A delegation by which that person may decide that act in that office on that day."""
    table = Delegation
    rows = select(table).where(
        table.office == office,
        table.person == person,
        table.since <= on,
        or_(table.until.is_(None), table.until >= on),
        or_(table.revoked_on.is_(None), table.revoked_on > on),
    )
    found = await session.scalars(rows.order_by(table.id))
    return next((each for each in found if act in each.acts), None)


# -- teams -------------------------------------------------------------------------------------------------


def team_history(matter_id: UUID) -> Select[Any]:
    """Every place in the team of a matter that was ever filled."""
    return select(TeamMember).where(TeamMember.matter_id == matter_id)


def in_team_on(on: date | ColumnElement[date]) -> tuple[ColumnElement[bool], ...]:
    """Whether a place in a team is filled on that day: come, not gone, its time not over."""
    table = TeamMember
    gone, over = (
        or_(table.left_on.is_(None), table.left_on > on),
        or_(table.until.is_(None), table.until >= on),
    )
    return (table.since <= on, gone, over)


TEAM = select(TeamMember).where(TeamMember.matter_id == OF_MATTER, *in_team_on(_ON)).order_by(TeamMember.id)


async def team_on(session: AsyncSession, matter_id: UUID, on: date) -> Sequence[TeamMember]:
    """Who is in the team of a matter on that day; who leads, first."""
    found = (await session.scalars(TEAM, {"matter_id": matter_id, "on": on})).all()
    return sorted(found, key=lambda member: ORDER.index(member.seat))


async def team_changed_on(session: AsyncSession, matter_id: UUID) -> date | None:
    """The day of the last change of the team, if it ever changed."""
    latest = select(func.max(TeamMember.since), func.max(TeamMember.left_on))
    came, left = (await session.execute(latest.where(TeamMember.matter_id == matter_id))).one()
    return max((day for day in (came, left) if day is not None), default=None)


# -- breaking the glass ------------------------------------------------------------------------------------


async def knows_of(session: AsyncSession, actor: Actor, matter_id: UUID) -> bool:
    """Whether the actor may know of that matter."""
    here = select(matters.c.id).where(matters.c.id == matter_id, permits(matters.c.id, actor))
    return await session.scalar(here) is not None


def glass_breakings(actor: Actor, matter_id: UUID | None, reviewed: bool | None) -> tuple[Select[Any], ...]:
    """Who broke the glass on matters that the actor may know of; one select per way of knowing."""
    shown = (getattr(GlassBreaking, column.key) for column in GlassBreaking.__table__.columns)
    statement = select(*shown).join(matters, matters.c.id == GlassBreaking.matter_id)
    if matter_id is not None:
        statement = statement.where(GlassBreaking.matter_id == matter_id)
    if reviewed is not None:
        waits = GlassBreaking.reviewed_on.is_(None)
        statement = statement.where(~waits if reviewed else waits)
    return tuple(statement.where(way) for way in ways(actor, matters))


async def glass_breaking_for(session: AsyncSession, actor: Actor, use_id: UUID) -> GlassBreaking:
    """That use, if the actor may know of its matter."""
    use = await session.get(GlassBreaking, use_id)
    if use is None or not await knows_of(session, actor, use.matter_id):
        raise NotFound(use_id=use_id)
    return use


# -- recusals ----------------------------------------------------------------------------------------------


def recusal_requests(matter_ids: Sequence[UUID]) -> Select[Any]:
    """Whose recusal was asked for in these matters, and what was decided."""
    return select(RecusalRequest).where(RecusalRequest.matter_id.in_(matter_ids))


async def recusal_request(
    session: AsyncSession, matter_ids: Sequence[UUID], request_id: UUID
) -> RecusalRequest:
    """That request, if it was made in one of these matters."""
    rows = recusal_requests(matter_ids).where(RecusalRequest.id == request_id)
    found: RecusalRequest | None = await session.scalar(rows)
    if found is None:
        raise NotFound(request_id=request_id)
    return found


async def pending_recusal(
    session: AsyncSession, matter_ids: Sequence[UUID], person: str
) -> RecusalRequest | None:
    """The request against that person which is not decided yet; there is at most one."""
    rows = recusal_requests(matter_ids).where(
        RecusalRequest.person == person, RecusalRequest.decided_on.is_(None)
    )
    found: RecusalRequest | None = await session.scalar(rows.order_by(RecusalRequest.id))
    return found
