"""Recusal (回避): asked for, decided, reviewed once; the standing keeps a recused person out from then on."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.stepping import Matter, late, legal_day, own, rule_day, stand, start_clocks
from services.cases.actions.teaming import follow_standing
from services.cases.errors import (
    AlreadyRecused,
    OwnRecusal,
    RecusalDoesNotFit,
    RecusalPending,
    ReviewNotOpen,
)
from services.cases.events import RecusalDecided, RecusalRequested, RecusalReviewRequested
from services.cases.rules.recusal import DECIDE, REVIEW, REVIEWED_ONCE, Petitioner, decider_of
from services.cases.rules.vocabulary import Capacity, Recusal
from services.cases.tables import RecusalRequest
from shared import journal, ledger
from shared.citation import Citation, Mark
from shared.database import uuid7
from shared.events import subject_of
from shared.identity import Actor
from shared.standing import standing_of


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on whom, on which article, and on whose request."""

    matter_id: UUID
    office: str
    person: str
    person_role: Capacity
    outcome: Recusal
    occurred_on: date
    article: str
    mark: Mark
    request_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What is said to be decided on whom, and why; the ground is kept where it can be erased."""

    person: str
    person_role: Capacity
    outcome: Recusal
    ground: str
    on: date
    late_reason: str | None


async def request_recusal(
    session: AsyncSession,
    actor: Actor,
    matter: Matter,
    *,
    person: str,
    person_role: Capacity,
    petitioner: Petitioner,
    petitioner_name: str,
    ground: str,
    said_on: date | None,
    late_reason: str | None,
) -> RecusalRequest:
    """A person's recusal is asked for: the office has three days; until then the person works on (R 23)."""
    own(actor, matter)
    on = await legal_day(session, said_on, matter.begun_on, late_reason)
    row = decider_of(person_role, rule_day(matter, on))
    if await _is_recused(session, matter.id, person):
        raise AlreadyRecused(matter_id=matter.id)
    affair = await queries.affair_of(session, matter.id)
    if pending := await queries.pending_recusal(session, affair, person):
        raise RecusalPending(request_id=pending.id)
    request = RecusalRequest(
        id=uuid7(),
        matter_id=matter.id,
        person=person,
        person_role=person_role,
        petitioner=petitioner,
        requested_on=on,
    )
    session.add(request)
    event = RecusalRequested(matter_id=matter.id, request_id=request.id, office=matter.office)
    asked = {"person": person, "petitioner": petitioner_name, "ground": ground} | late(late_reason)
    subject = subject_of(matter.id)
    await journal.record(session, subject, event, basis=row.basis, occurred_on=on, details=asked)
    await start_clocks(session, matter, {DECIDE: on}, request.id)
    return request


async def decide_recusal(
    session: AsyncSession,
    actor: Actor,
    matter: Matter,
    *,
    person: str,
    person_role: Capacity,
    ground: str,
    decided: Recusal,
    request_id: UUID | None,
    said_on: date | None,
    late_reason: str | None,
) -> Decision:
    """Decide whether a person is recused: by the chief, on the chief by the committee, never on oneself.

    It answers the request against that person, if one waits. Who the person is stands only in the erasable
    details, in the request, and in the standing as long as the recusal lasts.
    """
    own(actor, matter)
    affair = await queries.affair_of(session, matter.id)
    request = await queries.pending_recusal(session, affair, person)
    if request_id is not None and (request is None or request.id != request_id):
        raise RecusalDoesNotFit(request_id=request_id)
    if request is not None and request.person_role is not person_role:
        raise RecusalDoesNotFit(request_id=request.id, person_role=request.person_role)
    on = await legal_day(session, said_on, request.requested_on if request else matter.begun_on, late_reason)
    if decided is Recusal.RECUSED and await _is_recused(session, matter.id, person):
        raise AlreadyRecused(matter_id=matter.id)
    said = Said(person, person_role, decided, ground, on, late_reason)
    decision = await _decided(session, actor, matter, said, request)
    if request is not None:
        request.decided_on, request.outcome = on, decided
        await ledger.meet(session, request.matter_id, DECIDE, on, about=request.id)
    return decision


async def request_review(
    session: AsyncSession,
    actor: Actor,
    matter: Matter,
    request: RecusalRequest,
    *,
    reason: str,
    said_on: date | None,
    late_reason: str | None,
) -> RecusalRequest:
    """The decision is to be reviewed, once: the office has three days; what was decided holds till then."""
    own(actor, matter)
    if request.decided_on is None or request.review_requested_on is not None:
        raise ReviewNotOpen(request_id=request.id, article=str(REVIEWED_ONCE))
    on = await legal_day(session, said_on, request.decided_on, late_reason)
    request.review_requested_on = on
    event = RecusalReviewRequested(matter_id=matter.id, request_id=request.id, office=matter.office)
    asked = {"reason": reason} | late(late_reason)
    subject = subject_of(matter.id)
    await journal.record(session, subject, event, basis=REVIEWED_ONCE, occurred_on=on, details=asked)
    await start_clocks(session, matter, {REVIEW: on}, request.id)
    return request


async def review_recusal(
    session: AsyncSession,
    actor: Actor,
    matter: Matter,
    request: RecusalRequest,
    *,
    decided: Recusal,
    ground: str,
    said_on: date | None,
    late_reason: str | None,
) -> Decision:
    """Decide on the review, by whoever decides on that person; it ends there (R 23)."""
    own(actor, matter)
    if request.review_requested_on is None or request.reviewed_on is not None:
        raise ReviewNotOpen(request_id=request.id, article=str(REVIEWED_ONCE))
    on = await legal_day(session, said_on, request.review_requested_on, late_reason)
    said = Said(request.person, request.person_role, decided, ground, on, late_reason)
    decision = await _decided(session, actor, matter, said, request, on_review=True)
    request.reviewed_on, request.review_outcome = on, decided
    for matter_id in await queries.affair_of(session, matter.id):
        await ledger.meet(session, matter_id, REVIEW, on, about=request.id)
    return decision


async def _decided(
    session: AsyncSession,
    actor: Actor,
    matter: Matter,
    said: Said,
    request: RecusalRequest | None,
    on_review: bool = False,
) -> Decision:
    """Whoever decides on a person of that capacity has decided; it holds for the whole affair."""
    row = decider_of(said.person_role, rule_day(matter, said.on))
    actor.require(row.by)
    if actor.sub == said.person:
        raise OwnRecusal(article=str(row.basis), mark=row.basis.mark)
    for matter_id in await queries.affair_of(session, matter.id):
        await _listed(session, matter_id, said.person, said.outcome, row.basis, said.on)
    event = RecusalDecided(
        matter_id=matter.id,
        office=matter.office,
        outcome=said.outcome,
        request_id=request.id if request else None,
        on_review=on_review,
    )
    details = {"person": said.person, "person_role": said.person_role, "ground": said.ground}
    subject = subject_of(matter.id)
    kept = details | late(said.late_reason)
    await journal.record(session, subject, event, basis=row.basis, occurred_on=said.on, details=kept)
    told = (matter.id, matter.office, said.person, said.person_role, said.outcome, said.on)
    return Decision(*told, str(row.basis), row.basis.mark, event.request_id)


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
        await follow_standing(session, matter)


async def keep_out(session: AsyncSession, matter_id: UUID, person: str, basis: Citation, on: date) -> None:
    """A person recused from one matter is so from another that it becomes part of, and from its affair."""
    for each in await queries.affair_of(session, matter_id):
        await _listed(session, each, person, Recusal.RECUSED, basis, on)
