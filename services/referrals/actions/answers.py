"""What parties say under a handoff: by themselves, or written down for them; each leaves a receipt."""

from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import events, queries
from services.referrals.actions.acting import parties_to_handoff
from services.referrals.actions.handoffs import (
    concluded,
    handoff_facts,
    office_of,
    run_clocks,
    take_handoff,
    tell_handoff,
)
from services.referrals.actions.receipts import keep_receipt, own_signature
from services.referrals.actions.saying import Answer, take_effect, want
from services.referrals.actions.stages import check_documents
from services.referrals.errors import OnBehalfNeedsProof
from services.referrals.rules.courses import ANSWERED_BY, HandoffAct, HandoffStage, HandoffStep
from services.referrals.rules.days import not_before, stated
from services.referrals.rules.kinds import Answers, basis_of, kind_for
from services.referrals.rules.law import Citation
from services.referrals.rules.vocabulary import Party, Path
from services.referrals.rules.watched import Began
from services.referrals.tables import Handoff
from shared import clock, ledger
from shared.events import Event
from shared.identity import Actor

CIVIL = ("civil", "criminal_incidental")
_RESTS_ON = {
    HandoffAct.ACKNOWLEDGE: "notified_on",
    HandoffAct.ACCEPT: "acknowledged_on",
    HandoffAct.RETURN: "acknowledged_on",
    HandoffAct.REDIRECT: "acknowledged_on",
    HandoffAct.ASK_PAPERS: "acknowledged_on",
    HandoffAct.SUPPLY: "papers_asked_on",
    HandoffAct.DECIDE: "accepted_on",
    HandoffAct.ASK_REVIEW: "decided_on",
    HandoffAct.REVIEW: "review_asked_on",
    HandoffAct.OBJECT: "served_on",
    HandoffAct.REEXAMINE: "objected_on",
}
# A day that an answer states beside its own: found before it was told, got after it was decided.
_FOUND = {HandoffAct.REDIRECT: Began.FOUND_ANOTHER, HandoffAct.ASK_PAPERS: Began.FOUND_INCOMPLETE}
_INFORMED = {HandoffAct.DECIDE: Began.INFORMED, HandoffAct.REVIEW: Began.INFORMED_AGAIN}
_EVENTS: dict[HandoffAct, type[Event]] = {
    HandoffAct.ACKNOWLEDGE: events.HandoffAcknowledged,
    HandoffAct.ACCEPT: events.HandoffAccepted,
    HandoffAct.RETURN: events.HandoffReturned,
}


async def answer(session: AsyncSession, actor: Actor, handoff: Handoff, given: Answer) -> Handoff:
    """What was said stands on the row, in the journal and in a receipt that says by which way it came."""
    parties = await parties_to_handoff(session, actor, handoff)
    step = take_handoff(handoff, given.act, parties)
    not_before(given.on, *_basis_days(handoff, given.act), _day(given, "found_on"))
    not_before(stated(_day(given, "informed_on"), clock.today()), given.on)
    path = await _path(session, actor, handoff, step, given, parties)
    await want(session, actor, handoff, given, parties)
    before = handoff.answered_on
    await take_effect(session, handoff, given)
    _note_answer(handoff, given)
    await keep_receipt(session, actor, handoff, given, path)
    owner = await _owner(session, handoff, step)
    event = _event(handoff, given, owner)
    basis = await _basis(session, handoff, step)
    await tell_handoff(session, handoff, event, basis, given.on, on_behalf_of=given.on_behalf_of)
    await _run(session, handoff, given, before)
    await _conclude_if_nothing_is_owed(session, handoff, given.on)
    return handoff


def _day(given: Answer, name: str) -> date | None:
    return date.fromisoformat(given.said[name]) if given.said.get(name) else None


def _basis_days(handoff: Handoff, act: HandoffAct) -> tuple[date | None, ...]:
    if act is HandoffAct.REPLY:
        return handoff.dispatched_on, handoff.served_on or handoff.acknowledged_on
    rests_on = _RESTS_ON.get(act)
    return handoff.dispatched_on, getattr(handoff, rests_on) if rests_on else None


async def _basis(session: AsyncSession, handoff: Handoff, step: HandoffStep) -> Citation:
    procedure = await queries.procedure_of(session, handoff.matter_id) if step.in_civil_cases else None
    row = kind_for(handoff.kind, handoff.rules_of)
    return basis_of(row, step, procedure in CIVIL)


async def _owner(session: AsyncSession, handoff: Handoff, step: HandoffStep) -> str:
    """The organisation whose act this is."""
    if step.by[0] is Party.RECEIVER:
        to_an_office = handoff.inbound and handoff.receiver_path is not None
        return await office_of(session, handoff) if to_an_office else handoff.receiver
    if step.by[0] is Party.SENDER and handoff.inbound:
        return handoff.sender
    return await office_of(session, handoff)


async def _path(
    session: AsyncSession,
    actor: Actor,
    handoff: Handoff,
    step: HandoffStep,
    given: Answer,
    parties: frozenset[Party],
) -> Path:
    """By which way it came: signed with the party's own key, said by it, or written down for it."""
    owner = await _owner(session, handoff, step)
    signed = await own_signature(session, owner, handoff, given)
    if step.by[0] in parties and given.on_behalf_of is None:
        return Path.OWN_KEY if signed else Path.COUNTERSIGNED
    if not parties & set(step.by[1:]):
        raise OnBehalfNeedsProof(receiver=owner, open_to=list(step.by[1:]))
    proven = given.on_behalf_of == owner and given.manner is not None and given.stated_on is not None
    if given.act is HandoffAct.SERVE:  # the sender proves service in its own name
        proven = given.on_behalf_of in (None, owner)
    if not proven:
        raise OnBehalfNeedsProof(receiver=owner, needed=["on_behalf_of", "manner", "occurred_on"])
    if given.document_sha256:
        await check_documents(session, handoff.matter_id, [given.document_sha256], actor.clearance)
    return Path.RECORDED_BY_SENDER if Party.SENDER in parties else Path.RECORDED_BY_OFFICE


def _note_answer(handoff: Handoff, given: Answer) -> None:
    """The first acknowledgement and the first answer count for the figures; later ones are in the records.

    A served document is answered in so many days from its service, everything else from its dispatch.
    """
    days = (given.on - (handoff.served_on or handoff.dispatched_on)).days
    if given.act is HandoffAct.ACKNOWLEDGE and handoff.acknowledged_days is None:
        handoff.acknowledged_days = days
    if given.act in ANSWERED_BY[handoff.course] and handoff.answered_on is None:
        handoff.answered_on, handoff.answered_days = given.on, days


def _event(handoff: Handoff, given: Answer, owner: str) -> Event:
    facts: dict[str, Any] = handoff_facts(handoff)
    act = given.act
    if act in _EVENTS:
        return _EVENTS[act](**facts)
    if act in (HandoffAct.DECIDE, HandoffAct.REVIEW):
        return events.HandoffDecided(**facts, outcome=given.said["outcome"])
    if act is HandoffAct.SERVE:
        return events.HandoffServed(**facts, manner=given.said["manner"], served_on=given.on)
    if act is HandoffAct.REPLY:
        return events.HandoffReplied(**facts, replied_on=given.on, refused=bool(given.said.get("refuses")))
    if act is HandoffAct.REDIRECT:
        return events.HandoffRedirected(**facts, redirect_to=handoff.redirect_to)
    outcome = given.said.get("what") or given.said.get("outcome")
    result = given.said.get("result")
    return events.HandoffActed(**facts, act=act, org=owner, outcome=outcome, result=result)


async def _run(session: AsyncSession, handoff: Handoff, given: Answer, before: date | None) -> None:
    found = _day(given, "found_on")
    if found is not None and given.act in _FOUND:
        await run_clocks(session, handoff, _FOUND[given.act], found)
    await run_clocks(session, handoff, given.act, given.on)
    if given.act in _INFORMED:
        await run_clocks(session, handoff, _INFORMED[given.act], _day(given, "informed_on") or given.on)
    if before is None and handoff.answered_on is not None and handoff.respond_row:
        row = handoff.respond_row
        await ledger.meet(session, handoff.matter_id, row, handoff.answered_on, about=handoff.id)


async def _conclude_if_nothing_is_owed(session: AsyncSession, handoff: Handoff, on: date) -> None:
    """A served document that asks for no reply is done with once service is proved."""
    row = kind_for(handoff.kind, handoff.rules_of)
    if handoff.stage is HandoffStage.SERVED and Answers.REPLY not in row.answers:
        done = take_handoff(handoff, HandoffAct.CONCLUDE, frozenset({Party.ANNOUNCEMENT}))
        await concluded(session, handoff, done, on)
