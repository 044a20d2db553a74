"""Answers to handoffs: by the receiver, or recorded for it by the sending office; each leaves a receipt."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import events
from services.referrals.actions.acting import parties_to_handoff
from services.referrals.actions.handoffs import concluded, handoff_facts, take_handoff, tell_handoff
from services.referrals.actions.receipts import keep_receipt, own_signature
from services.referrals.actions.stages import check_documents
from services.referrals.errors import OnBehalfNeedsProof, ReasonNeeded, ServiceNeedsAgreement
from services.referrals.rules.days import not_before
from services.referrals.rules.kinds import Answers, check_answer, kind_for
from services.referrals.rules.lifecycle import HandoffAct, HandoffStage, HandoffStep
from services.referrals.rules.vocabulary import Form, Manner, Party, Path, ServiceManner
from services.referrals.tables import Handoff
from shared import ledger
from shared.events import Event
from shared.identity import Actor


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, on which day, in which words; and how it came, if the sender writes it down."""

    act: HandoffAct
    on: date
    stated_on: date | None
    said: dict[str, Any]
    on_behalf_of: str | None = None
    manner: Manner | None = None
    document_sha256: str | None = None
    signature: str | None = None


FORESEEN = {
    HandoffAct.ACKNOWLEDGE: Answers.ACKNOWLEDGEMENT,
    HandoffAct.ACCEPT: Answers.ACCEPTANCE,
    HandoffAct.RETURN: Answers.RETURN,
    HandoffAct.DECIDE: Answers.DECISION,
    HandoffAct.SERVE: Answers.SERVICE,
    HandoffAct.REPLY: Answers.REPLY,
}
DAY_OF = {
    HandoffAct.ACKNOWLEDGE: "acknowledged_on",
    HandoffAct.ACCEPT: "accepted_on",
    HandoffAct.RETURN: "returned_on",
    HandoffAct.DECIDE: "decided_on",
    HandoffAct.SERVE: "served_on",
    HandoffAct.REPLY: "replied_on",
}
RESTS_ON = {
    HandoffAct.ACKNOWLEDGE: "dispatched_on",
    HandoffAct.ACCEPT: "acknowledged_on",
    HandoffAct.RETURN: "acknowledged_on",
    HandoffAct.DECIDE: "accepted_on",
    HandoffAct.SERVE: "dispatched_on",
}
# What answers an offer is that it is taken or not; what answers a request is the reply.
MEETS_THE_CLOCK = {
    Form.OFFER: (HandoffAct.ACCEPT, HandoffAct.RETURN),
    Form.REQUEST: (HandoffAct.REPLY,),
    Form.SERVICE: (),
}


async def answer(session: AsyncSession, actor: Actor, handoff: Handoff, given: Answer) -> Handoff:
    """An answer stands on the row, in the journal and in a receipt that says by which way it came."""
    parties = await parties_to_handoff(session, actor, handoff)
    step = take_handoff(handoff, given.act, parties)
    check_answer(kind_for(handoff.kind, handoff.dispatched_on), FORESEEN[given.act])
    not_before(given.on, _basis_day(handoff, given.act))
    path = await _path(session, handoff, given, parties)
    _check_service(given, parties)
    _write(handoff, given)
    await keep_receipt(session, actor, handoff, given, path)
    event = _event(handoff, given)
    await tell_handoff(session, handoff, event, step.basis, given.on, on_behalf_of=given.on_behalf_of)
    if given.act in MEETS_THE_CLOCK[handoff.form] and handoff.respond_row:
        row, on = handoff.respond_row, given.on
        await ledger.meet(session, handoff.matter_id, row, on, about=handoff.id)
    await _conclude_if_nothing_is_owed(session, handoff, step, given.on)
    return handoff


def _basis_day(handoff: Handoff, act: HandoffAct) -> date | None:
    if act is HandoffAct.REPLY:
        return handoff.served_on or handoff.acknowledged_on
    day: date | None = getattr(handoff, RESTS_ON[act])
    return day


async def _path(session: AsyncSession, handoff: Handoff, given: Answer, parties: frozenset[Party]) -> Path:
    """By which way the answer came: signed with the receiver's key, said by it, or written down for it."""
    signed = await own_signature(session, handoff, given)
    if Party.RECEIVER in parties and given.on_behalf_of is None:
        return Path.OWN_KEY if signed else Path.COUNTERSIGNED
    if Party.SENDER not in parties:
        raise OnBehalfNeedsProof(receiver=handoff.receiver, open_to=[Party.SENDER])
    if given.act is not HandoffAct.SERVE and (
        given.on_behalf_of != handoff.receiver or given.manner is None or given.stated_on is None
    ):
        raise OnBehalfNeedsProof(receiver=handoff.receiver, needed=["on_behalf_of", "manner", "occurred_on"])
    if given.on_behalf_of not in (None, handoff.receiver):
        raise OnBehalfNeedsProof(receiver=handoff.receiver)
    if given.document_sha256:
        await check_documents(session, handoff.matter_id, [given.document_sha256])
    return Path.RECORDED_BY_SENDER


def _check_service(given: Answer, parties: frozenset[Party]) -> None:
    """The receiver itself can only sign; a refusal is described, reading out needs agreement."""
    if given.act is not HandoffAct.SERVE:
        return
    manner = ServiceManner(given.said["manner"])
    if manner is not ServiceManner.SIGNATURE and Party.SENDER not in parties:
        raise OnBehalfNeedsProof(manner=manner, open_to_receiver=[ServiceManner.SIGNATURE])
    if manner is ServiceManner.REFUSAL_LEFT and not given.said.get("note"):
        raise ReasonNeeded(manner=manner)
    if manner is ServiceManner.READ_OUT and not given.said.get("agreed"):
        raise ServiceNeedsAgreement()


def _write(handoff: Handoff, given: Answer) -> None:
    """The first day of an act stays on the row; a later reply is in the records."""
    if getattr(handoff, DAY_OF[given.act]) is None:
        setattr(handoff, DAY_OF[given.act], given.on)
    if given.act is HandoffAct.DECIDE:
        handoff.outcome = given.said["outcome"]
    if given.act is HandoffAct.SERVE:
        handoff.service_manner = ServiceManner(given.said["manner"])
    handoff.counterpart_number = given.said.get("number") or handoff.counterpart_number


def _event(handoff: Handoff, given: Answer) -> Event:
    facts = handoff_facts(handoff)
    if given.act is HandoffAct.DECIDE:
        return events.HandoffDecided(**facts, outcome=given.said["outcome"])
    if given.act is HandoffAct.SERVE:
        return events.HandoffServed(**facts, manner=given.said["manner"], served_on=given.on)
    if given.act is HandoffAct.REPLY:
        return events.HandoffReplied(**facts, replied_on=given.on)
    plain: dict[HandoffAct, type[Event]] = {
        HandoffAct.ACKNOWLEDGE: events.HandoffAcknowledged,
        HandoffAct.ACCEPT: events.HandoffAccepted,
        HandoffAct.RETURN: events.HandoffReturned,
    }
    return plain[given.act](**facts)


async def _conclude_if_nothing_is_owed(
    session: AsyncSession, handoff: Handoff, step: HandoffStep, on: date
) -> None:
    """A served document that asks for no reply is done with once service is proved."""
    row = kind_for(handoff.kind, handoff.dispatched_on)
    if handoff.stage is HandoffStage.SERVED and Answers.REPLY not in row.answers:
        done = take_handoff(handoff, HandoffAct.CONCLUDE, frozenset({Party.ANNOUNCEMENT}))
        await concluded(session, handoff, done, on)
