"""What ties a matter to others: links told in both chains, and the numbers it carries elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.stepping import Matter, late, legal_day, own, rule_day
from services.cases.errors import AlreadyLinked, ExternalIdTaken, LinkDoesNotFit, TooManyNumbers
from services.cases.events.leads import ExternalIdAdded, MattersLinked
from services.cases.rules.lifecycle import ENDED
from services.cases.rules.links import LinkKind, link_rule
from services.cases.tables import Case, ExternalId, Lead, Link
from shared import journal
from shared.citation import OURS
from shared.database import insert, uuid7
from shared.events import subject_of
from shared.identity import Actor

MOST_NUMBERS = 20
NUMBERED = OURS["numbers of other systems"]


async def link(
    session: AsyncSession,
    actor: Actor,
    matter: Matter,
    other: Matter,
    *,
    kind: LinkKind,
    reason: str,
    said_on: date | None,
    late_reason: str | None,
) -> Link:
    """Link a matter of this office with another that the actor sees; both heads are held."""
    own(actor, matter)
    if kind is LinkKind.LOOK_BACK:
        earliest = await looked_back_on(session, matter, other)
    else:
        earliest = max(matter.begun_on, other.begun_on)
    on = await legal_day(session, said_on, earliest, late_reason)
    if matter.id == other.id:
        raise LinkDoesNotFit(kind=kind, other_id=other.id)
    if await queries.is_linked(session, matter.id, other.id, kind):
        raise AlreadyLinked(kind=kind, other_id=other.id)
    said = {"reason": reason} | late(late_reason)
    rules_of = rule_day(matter, on)
    return await tie(session, actor.sub, matter.id, other.id, kind, on, said, rules_of=rules_of)


async def looked_back_on(session: AsyncSession, matter: Matter | None, other: Matter) -> date:
    """The day on which the case ended that a lead looks back on; refused for any other pair."""
    if not isinstance(other, Case) or isinstance(matter, Case) or other.stage not in ENDED:
        raise LinkDoesNotFit(kind=LinkKind.LOOK_BACK, other_id=other.id, stage=other.stage)
    ended_on = await queries.ended_on(session, other)
    return max(ended_on, matter.begun_on) if isinstance(matter, Lead) else ended_on


async def tie(
    session: AsyncSession,
    by: str,
    here: UUID,
    there: UUID,
    kind: LinkKind,
    on: date,
    details: Mapping[str, Any] | None = None,
    *,
    rules_of: date,
) -> Link:
    """The two belong together: a row and an event on either side; the reason stays where it was given."""
    basis = link_rule(kind, rules_of).basis
    rows = []
    for matter_id, other_id in ((here, there), (there, here)):
        begins = matter_id == here
        ends = {"matter_id": matter_id, "other_id": other_id, "begins": begins}
        cited = {"basis": str(basis), "mark": basis.mark}
        rows.append(Link(id=uuid7(), kind=kind, linked_on=on, linked_by=by, **cited, **ends))
        session.add(rows[-1])
        event = MattersLinked(link=kind, **ends)
        said = details if begins else None
        await journal.record(
            session, subject_of(matter_id), event, basis=basis, occurred_on=on, details=said or None
        )
    return rows[0]


async def name_elsewhere(
    session: AsyncSession, office: str, matter_id: UUID, external_ids: Sequence[Mapping[str, str]]
) -> None:
    """The matter carries these numbers of other systems; each names one matter of the office only."""
    for each in external_ids:
        row = {"office": office, "system": each["system"], "number": each["number"], "matter_id": matter_id}
        statement = insert(session, ExternalId).values(row).on_conflict_do_nothing()
        if await session.scalar(statement.returning(ExternalId.matter_id)) is None:
            raise ExternalIdTaken(system=each["system"], number=each["number"])


async def add_number(session: AsyncSession, actor: Actor, matter: Matter, system: str, number: str) -> None:
    """The matter carries this number of another system too; the number stands in the erasable details."""
    own(actor, matter)
    if len(await queries.named_elsewhere(session, matter.id)) >= MOST_NUMBERS:
        raise TooManyNumbers(most=MOST_NUMBERS, mark=NUMBERED.mark)
    said = {"system": system, "number": number}
    await name_elsewhere(session, matter.office, matter.id, [said])
    event = ExternalIdAdded(matter_id=matter.id, office=matter.office)
    await journal.record(session, subject_of(matter.id), event, basis=NUMBERED, details=said)
