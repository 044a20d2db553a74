"""What every act on a handoff shares: its one lawful step, what is announced, its clocks."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import queries
from services.referrals.actions.stages import start_clock
from services.referrals.rules.courses import HandoffAct, HandoffStep, handoff_step_for
from services.referrals.rules.kinds import check_answer, kind_for
from services.referrals.rules.lifecycle import check_party
from services.referrals.rules.vocabulary import Party
from services.referrals.rules.watched import (
    OF_HANDOFFS,
    Began,
    Case,
    clocks_met,
    clocks_started,
    watched_for,
)
from services.referrals.tables import Handoff
from shared import journal, ledger
from shared.citation import rule_day
from shared.events import Event, subject_of

_NO_PERSONS = frozenset({Party.ANNOUNCEMENT, Party.ITSELF})


def handoff_facts(handoff: Handoff) -> dict[str, Any]:
    """What every event about a handoff says."""
    return {
        "matter_id": handoff.matter_id,
        "handoff_id": handoff.id,
        "kind": handoff.kind,
        "sender": handoff.sender,
        "receiver": handoff.receiver,
        "about": handoff.about,
        "inbound": handoff.inbound,
    }


def take_handoff(handoff: Handoff, act: HandoffAct, parties: frozenset[Party]) -> HandoffStep:
    """Move the handoff one lawful step, by one of these parties. Nothing else sets its stage."""
    step = handoff_step_for(handoff.course, handoff.stage, act)
    check_answer(kind_for(handoff.kind, handoff.rules_of), act)
    check_party(step, parties)
    handoff.stage = step.target
    if not parties <= _NO_PERSONS:
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
    details: dict[str, Any] | None = None,
) -> UUID:
    """Record what happened to a handoff in its matter's chain; the event's id."""
    subject = subject_of(handoff.matter_id)
    return await journal.record(
        session, subject, event, basis=basis, occurred_on=on, on_behalf_of=on_behalf_of, details=details
    )


async def office_of(session: AsyncSession, handoff: Handoff) -> str:
    """The office that answers for the handoff on our side: whoever handles the matter now."""
    holder = await queries.holder_of(session, handoff.matter_id)
    return holder or (handoff.receiver if handoff.inbound else handoff.sender)


async def run_clocks(session: AsyncSession, handoff: Handoff, by: HandoffAct | Began, on: date) -> None:
    """What the act, or the stated day, meets is met; what begins with it begins."""
    matter, about = handoff.matter_id, handoff.id
    case = Case(handoff.economic, handoff.outcome, handoff.stage)
    for row in clocks_met(handoff.course, by, case):
        await ledger.meet(session, matter, row, on, about=about)
    for row in clocks_started(handoff.course, by, case):
        limit = watched_for(row, rule_day(on, handoff.as_if_on))
        await start_clock(session, handoff, limit, on, await office_of(session, handoff))


async def end_handoff_clocks(session: AsyncSession, handoff: Handoff, reason: str) -> None:
    """No clock of a handoff that is over goes on."""
    rows = [*OF_HANDOFFS, *([handoff.respond_row] if handoff.respond_row else [])]
    await ledger.end(session, handoff.matter_id, rows, reason, about=handoff.id)
