"""Recusal (回避): the decision on a person, and the standing that keeps a recused one out from then on."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.stepping import Matter, late, legal_day, own, stand
from services.cases.errors import AlreadyRecused, OwnRecusal
from services.cases.events import RecusalDecided
from services.cases.rules.recusal import decider_of
from services.cases.rules.vocabulary import Capacity, Recusal
from shared import journal
from shared.citation import Citation, Mark
from shared.events import subject_of
from shared.identity import Actor
from shared.standing import standing_of


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on whom, and on which article."""

    matter_id: UUID
    office: str
    person: str
    person_role: Capacity
    outcome: Recusal
    occurred_on: date
    article: str
    mark: Mark


async def decide_recusal(
    session: AsyncSession,
    actor: Actor,
    matter: Matter,
    *,
    person: str,
    person_role: Capacity,
    ground: str,
    decided: Recusal,
    said_on: date | None,
    late_reason: str | None,
) -> Decision:
    """Decide whether a person is recused: by the chief, on the chief by the committee, never on oneself.

    Who the person is stands only in the erasable details, and in the standing as long as the recusal lasts.
    """
    own(actor, matter)
    on = legal_day(session, said_on, matter.begun_on, late_reason)
    row = decider_of(person_role, on)
    actor.require(row.by)
    if actor.sub == person:
        raise OwnRecusal(article=str(row.basis), mark=row.basis.mark)
    if decided is Recusal.RECUSED and await _is_recused(session, matter.id, person):
        raise AlreadyRecused(matter_id=matter.id)
    for matter_id in await queries.affair_of(session, matter.id):
        await _listed(session, matter_id, person, decided, row.basis, on)
    event = RecusalDecided(matter_id=matter.id, office=matter.office, outcome=decided)
    details = {"person": person, "person_role": person_role, "ground": ground} | late(late_reason)
    subject = subject_of(matter.id)
    await journal.record(session, subject, event, basis=row.basis, occurred_on=on, details=details)
    told = (matter.id, matter.office, person, person_role, decided, on)
    return Decision(*told, str(row.basis), row.basis.mark)


async def _is_recused(session: AsyncSession, matter_id: UUID, person: str) -> bool:
    standing = await standing_of(session, matter_id)
    return standing is not None and person in standing.recused


async def _listed(
    session: AsyncSession, matter_id: UUID, person: str, decided: Recusal, basis: Citation, on: date
) -> None:
    """The person is on the matter's list of recused ones, or off it; told only where it changes anything."""
    matter, standing = await queries.matter_of(session, matter_id), await standing_of(session, matter_id)
    if matter is None or standing is None:
        return
    others = set(standing.recused) - {person}
    recused = tuple(sorted(others | ({person} if decided is Recusal.RECUSED else set())))
    if recused != standing.recused:
        await stand(session, matter, basis, on, recused=recused)


async def keep_out(session: AsyncSession, matter_id: UUID, person: str, basis: Citation, on: date) -> None:
    """A person recused from one matter is so from another that it becomes part of, and from its affair."""
    for each in await queries.affair_of(session, matter_id):
        await _listed(session, each, person, Recusal.RECUSED, basis, on)
