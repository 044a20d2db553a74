"""The team of a matter (办案组): named by the chief, changed on a day, with the leave that it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.stepping import Matter, late, legal_day, own, rule_day, stand
from services.cases.errors import AlreadyRecused, CallUpNeeded, InTeamAlready, MatterEnded, NotInTeam
from services.cases.events import TeamChanged
from services.cases.rules.lifecycle import ENDED
from services.cases.rules.team import Place, Seat, check_team, place_of
from services.cases.tables import TeamMember
from shared import clock, journal
from shared.database import uuid7
from shared.events import subject_of
from shared.identity import Actor
from shared.problems import Malformed
from shared.standing import Grant, Standing, standing_of
from shared.transactions import frame

TEAM, CALL_UP = "team", "call_up"
BY_ORDER = "order"
COPIED = ("office", "seat", "person", "name", "org", "until", "grant_id", "named_by", "named_by_name")


@dataclass(frozen=True, slots=True)
class Joining:
    """Who is named to which place, from which office if it is another one, until when."""

    seat: Seat
    name: str
    person: str | None
    org: str | None
    until: date | None


async def change_team(
    session: AsyncSession,
    actor: Actor,
    matter: Matter,
    *,
    join: Sequence[Mapping[str, Any]],
    leave: Sequence[UUID],
    reason: str,
    said_on: date | None,
    late_reason: str | None,
) -> Sequence[TeamMember]:
    """The chief names who joins and who leaves, on one day; what comes of it must be a lawful team (R 6)."""
    own(actor, matter)
    if matter.stage in ENDED:
        raise MatterEnded(stage=matter.stage)
    rests_on = await queries.team_changed_on(session, matter.id) or matter.begun_on
    on = await legal_day(session, said_on, rests_on, late_reason)
    standing = await standing_of(session, matter.id)
    now = await queries.team_on(session, matter.id, on)
    gone = [_leaver(now, member_id) for member_id in dict.fromkeys(leave)]
    stays = [member for member in now if member not in gone]
    come = [_member(session, actor, matter, Joining(**each), on) for each in join]
    _admitted(stays, come, standing)
    check_team([member.seat for member in (*stays, *come)], rule_day(matter, on))
    details = {"joined": [_told(m) for m in come], "left": [_told(m) for m in gone], "reason": reason}
    await _changed(session, matter, standing, come, gone, on, details | late(late_reason))
    return (*stays, *come)


def _leaver(now: Sequence[TeamMember], member_id: UUID) -> TeamMember:
    found = next((member for member in now if member.id == member_id), None)
    if found is None or found.named_by == BY_ORDER:
        raise NotInTeam(member_id=member_id)
    return found


def _member(session: AsyncSession, actor: Actor, matter: Matter, said: Joining, on: date) -> TeamMember:
    place = place_of(said.seat, rule_day(matter, on))
    org = said.org or matter.office
    if not frame(session).offices.exists(org):
        raise Malformed(errors=[{"at": "body.join.org", "problem": "no such office"}])
    _check_place(place, matter, org, said, on)
    return TeamMember(
        id=uuid7(),
        matter_id=matter.id,
        office=matter.office,
        seat=said.seat,
        person=said.person,
        name=said.name,
        org=org,
        since=on,
        until=said.until,
        named_by=actor.sub,
        named_by_name=actor.name,
    )


def _check_place(place: Place, matter: Matter, org: str, said: Joining, on: date) -> None:
    """Refuse staff of another office without an order, and whoever could not be known or let in."""
    elsewhere = org != matter.office
    if place.by_order or (elsewhere and not place.from_outside):
        raise CallUpNeeded(seat=place.seat, org=org, article="R 11", next_way=CALL_UP)
    if said.person is None and (elsewhere or not place.from_outside):
        raise Malformed(errors=[{"at": "body.join.person", "problem": f"needed for a {place.seat}"}])
    if said.until is not None and said.until < on:
        raise Malformed(errors=[{"at": "body.join.until", "problem": "before the day of joining"}])


def _admitted(stays: Sequence[TeamMember], come: Sequence[TeamMember], standing: Standing | None) -> None:
    """Refuse a recused person, and one who would sit in the team twice."""
    known = {member.person for member in stays if member.person}
    for member in come:
        if member.person is None:
            continue
        if standing is not None and member.person in standing.recused:
            raise AlreadyRecused(seat=member.seat)
        if member.person in known:
            raise InTeamAlready(seat=member.seat)
        known.add(member.person)


def _told(member: TeamMember) -> dict[str, str | None]:
    return {"seat": member.seat, "person": member.person, "name": member.name}


async def _changed(
    session: AsyncSession,
    matter: Matter,
    standing: Standing | None,
    come: Sequence[TeamMember],
    gone: Sequence[TeamMember],
    on: date,
    details: Mapping[str, Any],
) -> None:
    """The rows change, leave to know follows them, and the change is announced without names."""
    if not come and not gone:
        return
    for member in gone:
        member.left_on = on
    given = [_grant(member, matter) for member in come if member.named_by != BY_ORDER and _needs(member)]
    taken = {member.grant_id for member in gone if member.named_by != BY_ORDER and member.grant_id}
    session.add_all(come)
    basis = place_of((come or gone)[0].seat, rule_day(matter, on)).basis
    if standing is not None and (given or any(grant.id in taken for grant in standing.grants)):
        kept = tuple(grant for grant in standing.grants if grant.id not in taken)
        await stand(session, matter, basis, on, grants=(*kept, *given))
    await session.flush()
    event = TeamChanged(
        matter_id=matter.id,
        office=matter.office,
        joined=tuple(member.seat for member in come),
        left=tuple(member.seat for member in gone),
        members=len(await queries.team_on(session, matter.id, on)),
    )
    subject = subject_of(matter.id)
    await journal.record(session, subject, event, basis=basis, occurred_on=on, details=details)


def _needs(member: TeamMember) -> bool:
    return member.person is not None and member.org != member.office


def _grant(member: TeamMember, matter: Matter) -> Grant:
    """Leave for one person of another office, as long as the place lasts."""
    member.grant_id = member.id
    span = {"begins_on": member.since, "ends_on": member.until}
    whose = {"id": member.id, "org": member.org, "sub": member.person}
    return Grant.model_validate(whose | span | {"scope": TEAM, "ceiling": matter.classification})


async def follow_standing(session: AsyncSession, matter: Matter) -> None:
    """Who is recused, let go by another office or of the former holder leaves; who was called up joins."""
    on = clock.today()
    standing = await standing_of(session, matter.id)
    if standing is None:
        return
    now = await queries.team_on(session, matter.id, on)
    grants = {grant.id for grant in standing.grants}
    gone = [m for m in now if m.office != matter.office or _without(m, standing, grants)]
    there = {member.grant_id for member in now if member not in gone}
    called = [grant for grant in standing.grants if _calls(grant, standing, on) and grant.id not in there]
    come = [_called_up(matter, grant, on) for grant in called]
    details = {"joined": [_told(m) for m in come], "left": [_told(m) for m in gone]}
    await _changed(session, matter, standing, come, gone, on, details)


def _without(member: TeamMember, standing: Standing, grants: set[UUID]) -> bool:
    return member.person in standing.recused or (
        member.grant_id is not None and member.grant_id not in grants
    )


def _calls(grant: Grant, standing: Standing, on: date) -> bool:
    runs = grant.ends_on is None or grant.ends_on >= on
    return grant.scope == CALL_UP and runs and grant.sub not in standing.recused


def _called_up(matter: Matter, grant: Grant, on: date) -> TeamMember:
    """The place of whom an order calls up: one person, or an office whose staff the order names on paper."""
    return TeamMember(
        id=uuid7(),
        matter_id=matter.id,
        office=matter.office,
        seat=Seat.CALLED_UP,
        person=grant.sub,
        name=grant.sub or grant.org,
        org=grant.org,
        since=max(grant.begins_on, on),
        until=grant.ends_on,
        grant_id=grant.id,
        named_by=BY_ORDER,
        named_by_name=BY_ORDER,
    )


async def carry_over(session: AsyncSession, source: Matter, target: Matter, on: date) -> None:
    """Who works in a lead works on in the case it becomes, or in its parts; their leave was copied before."""
    for member in await queries.team_on(session, source.id, clock.today()):
        same = {name: getattr(member, name) for name in COPIED}
        session.add(TeamMember(id=uuid7(), matter_id=target.id, since=on, **same))
