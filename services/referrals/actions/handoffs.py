"""Handoffs leave: posted by the handling office, or following from an official act on its case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import events, queries
from services.referrals.actions.acting import hold_matter, parties_to_handoff
from services.referrals.actions.numbers import next_number
from services.referrals.actions.stages import check_documents
from services.referrals.errors import MatterClosed, NotTheHandlingOffice, UnknownAgency
from services.referrals.rules.days import not_before
from services.referrals.rules.deadlines import Agreement, reply_limit
from services.referrals.rules.kinds import KindRow, check_receiver, kind_for, postable
from services.referrals.rules.lifecycle import (
    HandoffAct,
    HandoffStage,
    HandoffStep,
    check_party,
    handoff_step_for,
)
from services.referrals.rules.recipients import Facts, candidates, check_choice
from services.referrals.rules.vocabulary import Kind, OrganisationKind, Party
from services.referrals.tables import Handoff, PackagePaper
from shared import journal, ledger
from shared.clocks import deadline
from shared.database import uuid7
from shared.events import Event, subject_of
from shared.identity import Actor
from shared.standing import Standing
from shared.transactions import frame

Papers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Content:
    """What the package says; never announced, never in a preview."""

    title: str = ""
    summary: str = ""
    demand: str = ""
    papers: Papers = ()
    external_ids: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """A handoff as the handling office states it."""

    matter_id: UUID
    kind: Kind
    receiver: str
    basis_epoch: int
    on: date
    content: Content
    sector: str | None = None
    subject: str = ""
    place: str | None = None
    number: str | None = None
    about: UUID | None = None
    routing_reason: str | None = None


@dataclass(frozen=True, slots=True)
class FromAct:
    """An official act of `cases` whose document goes to an agency."""

    matter_id: UUID
    kind: Kind
    office: str
    receiver: str
    number: str
    on: date
    about: UUID
    papers: Papers
    event_id: UUID


def handoff_facts(handoff: Handoff) -> dict[str, Any]:
    """What every event about a handoff says."""
    return {
        "matter_id": handoff.matter_id,
        "handoff_id": handoff.id,
        "kind": handoff.kind,
        "sender": handoff.sender,
        "receiver": handoff.receiver,
        "about": handoff.about,
    }


def take_handoff(handoff: Handoff, act: HandoffAct, parties: frozenset[Party]) -> HandoffStep:
    """Move the handoff one lawful step, by one of these parties. Nothing else sets its stage."""
    step = handoff_step_for(handoff.form, handoff.stage, act)
    check_party(step, parties)
    handoff.stage = step.target
    if parties != {Party.ANNOUNCEMENT}:
        handoff.revision += 1
    return step


async def tell_handoff(
    session: AsyncSession,
    handoff: Handoff,
    event: Event,
    basis: Any,
    on: date,
    *,
    on_behalf_of: str | None = None,
) -> UUID:
    """Record what happened to a handoff in its matter's chain; the event's id."""
    subject = subject_of(handoff.matter_id)
    return await journal.record(
        session, subject, event, basis=basis, occurred_on=on, on_behalf_of=on_behalf_of
    )


async def dispatch(session: AsyncSession, actor: Actor, posted: Posted) -> Handoff:
    """Send a lead, request or letter in the handling office's name; how it was routed is kept."""
    row = postable(kind_for(posted.kind, posted.on))
    matter = await hold_matter(session, actor, posted.matter_id, posted.basis_epoch)
    if matter.holder != actor.org:
        raise NotTheHandlingOffice(holder=matter.holder)
    if matter.closed:
        raise MatterClosed(matter_id=str(matter.matter_id))
    receiver_kind = await receiver_kind_of(session, posted.receiver, posted.on)
    check_receiver(row, receiver_kind)
    await check_documents(session, posted.matter_id, [sha256 for sha256, _ in posted.content.papers])
    handoff = _posted(session, actor, posted, row, receiver_kind, matter)
    await _route(session, handoff, row, posted)
    handoff.number = posted.number or await next_number(session, actor.org, posted.on.year)
    await _send(session, handoff, posted.content.papers)
    return handoff


async def receiver_kind_of(session: AsyncSession, code: str, on: date) -> OrganisationKind:
    """What kind of organisation that code names on the day: an agency, or another procuratorate."""
    if frame(session).offices.exists(code, on):
        return OrganisationKind.PROCURATORATE
    found = await queries.organisation_kind(session, code, on)
    if found is None:
        raise UnknownAgency(agency=code, on=on.isoformat())
    return OrganisationKind(found)


def _posted(
    session: AsyncSession,
    actor: Actor,
    posted: Posted,
    row: KindRow,
    receiver_kind: OrganisationKind,
    matter: Standing,
) -> Handoff:
    content = posted.content
    handoff = _bare(session, row, posted.matter_id, actor.org, posted.receiver, posted.on)
    handoff.receiver_kind = receiver_kind
    handoff.about = posted.about
    handoff.sector = posted.sector or matter.sector or ""
    handoff.subject = posted.subject
    handoff.place = posted.place or matter.place or ""
    handoff.title, handoff.summary, handoff.demand = content.title, content.summary, content.demand
    handoff.external_ids = list(content.external_ids)
    return handoff


def _bare(
    session: AsyncSession, row: KindRow, matter_id: UUID, sender: str, receiver: str, on: date
) -> Handoff:
    offices = frame(session).offices
    return Handoff(
        id=uuid7(),
        matter_id=matter_id,
        kind=row.kind,
        form=row.form,
        stage=HandoffStage.DISPATCHED,
        sender=sender,
        sender_path=offices.office(sender).path,
        receiver=receiver,
        receiver_path=offices.office(receiver).path if offices.exists(receiver) else None,
        basis=str(row.basis),
        external_ids=[],
        dispatched_on=on,
        paper_count=0,
        revision=1,
    )


async def _route(session: AsyncSession, handoff: Handoff, row: KindRow, posted: Posted) -> None:
    """The register's proposal is kept with what the person chose: confirmed, or overridden with a reason."""
    facts = Facts(row, handoff.sector, handoff.subject, handoff.place, posted.on)
    found = candidates(facts, await queries.register(session, handoff.place, posted.on))
    handoff.proposed = found[0].agency if found else None
    confirmed = check_choice(handoff.proposed, handoff.receiver, posted.routing_reason)
    handoff.routing = "confirmed" if confirmed else "overridden" if found else "unproposed"
    handoff.routing_reason = posted.routing_reason


async def _send(session: AsyncSession, handoff: Handoff, papers: Papers) -> None:
    """The row, its papers, its event and its clock, in this order."""
    limit = reply_limit(
        kind_for(handoff.kind, handoff.dispatched_on),
        await _agreements(session, handoff),
        handoff.dispatched_on,
    )
    if limit:
        handoff.respond_by = deadline(limit, handoff.dispatched_on, frame(session).calendar).due_on
        handoff.respond_row = limit.row
    handoff.paper_count = len(papers)
    session.add(handoff)
    await session.flush()
    session.add_all(
        PackagePaper(handoff_id=handoff.id, sha256=sha256, paper=paper, place=place)
        for place, (sha256, paper) in enumerate(papers)
    )
    event = events.HandoffDispatched(
        **handoff_facts(handoff),
        form=handoff.form,
        number=handoff.number,
        respond_by=handoff.respond_by,
        dispatched_on=handoff.dispatched_on,
    )
    on = handoff.dispatched_on
    handoff.dispatch_event = await tell_handoff(session, handoff, event, handoff.basis, on)
    if limit:
        await ledger.start(session, handoff.matter_id, limit, on, office=handoff.sender, about=handoff.id)


async def _agreements(session: AsyncSession, handoff: Handoff) -> tuple[Agreement, ...]:
    """What the sender, or an office above it, agreed with the receiver."""
    offices = frame(session).offices
    line = [handoff.sender, *(office.code for office in offices.line_of(handoff.sender))]
    rows = await queries.agreements_between(session, line, handoff.receiver)
    return tuple(
        Agreement(str(row.id), row.kind, row.length, row.unit, row.title, row.valid_from, row.valid_to)
        for row in rows
    )


async def hand_over_act(session: AsyncSession, act: FromAct) -> Handoff:
    """The document of an official act goes to its addressee, as the law of service wants it."""
    row = kind_for(act.kind, act.on)
    handoff = _bare(session, row, act.matter_id, act.office, act.receiver, act.on)
    known = await queries.organisation_kind(session, act.receiver, act.on)
    handoff.receiver_kind = known or OrganisationKind.OTHER_AUTHORITY
    handoff.number, handoff.about, handoff.source_event = act.number, act.about, act.event_id
    handoff.routing = "by_act"
    await _send(session, handoff, act.papers)
    return handoff


async def withdraw_handoff(
    session: AsyncSession, actor: Actor, handoff: Handoff, on: date, reason: str
) -> Handoff:
    """Take an offer or request back before it is answered."""
    step = take_handoff(handoff, HandoffAct.WITHDRAW, await parties_to_handoff(session, actor, handoff))
    not_before(on, handoff.dispatched_on, handoff.acknowledged_on)
    handoff.withdrawn_on = on
    event = events.HandoffWithdrawn(**handoff_facts(handoff))
    subject = subject_of(handoff.matter_id)
    await journal.record(
        session, subject, event, basis=step.basis, occurred_on=on, details={"reason": reason}
    )
    if handoff.respond_row:
        rows = [handoff.respond_row]
        await ledger.end(session, handoff.matter_id, rows, "withdrawn", about=handoff.id)
    return handoff


async def conclude_handoff(session: AsyncSession, actor: Actor, handoff: Handoff, on: date) -> Handoff:
    """The sender is done with an offer that was decided, or a request."""
    step = take_handoff(handoff, HandoffAct.CONCLUDE, await parties_to_handoff(session, actor, handoff))
    not_before(on, handoff.dispatched_on, handoff.decided_on, handoff.replied_on)
    await concluded(session, handoff, step, on)
    return handoff


async def concluded(session: AsyncSession, handoff: Handoff, step: HandoffStep, on: date) -> None:
    """Nothing more is owed: announced, and its clock ends if it still runs."""
    handoff.concluded_on = on
    event = events.HandoffConcluded(**handoff_facts(handoff))
    await tell_handoff(session, handoff, event, step.basis, on)
    if handoff.respond_row:
        rows = [handoff.respond_row]
        await ledger.end(session, handoff.matter_id, rows, "concluded", about=handoff.id)
