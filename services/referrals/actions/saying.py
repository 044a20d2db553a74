"""What each act on a handoff wants before it is done, and what it changes on the row: one line per act."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import queries
from services.referrals.actions.stages import check_documents
from services.referrals.errors import (
    AskedAlready,
    FeedbackNotForeseen,
    NothingAsked,
    NotRefused,
    OnBehalfNeedsProof,
    PresenceNeeded,
    ReasonNeeded,
    ServiceNeedsAgreement,
    UnknownAgency,
)
from services.referrals.rules.courses import HandoffAct
from services.referrals.rules.kinds import check_outcome, kind_for
from services.referrals.rules.law import ECONOMIC_CRIME_RULES
from services.referrals.rules.vocabulary import (
    Course,
    Feedback,
    Manner,
    Outcome,
    Party,
    ServiceManner,
)
from services.referrals.rules.watched import Watched, lengthening
from services.referrals.tables import Handoff, PackagePaper
from shared import ledger
from shared.clocks import Unit
from shared.identity import Actor, Role


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said, on which day, in which words; and how it came, if somebody else writes it down."""

    act: HandoffAct
    on: date
    stated_on: date | None
    said: dict[str, Any]
    on_behalf_of: str | None = None
    manner: Manner | None = None
    document_sha256: str | None = None
    signature: str | None = None


async def want(
    session: AsyncSession, actor: Actor, handoff: Handoff, given: Answer, parties: frozenset[Party]
) -> None:
    """Refuses an act whose conditions are not met."""
    if check := _WANTED.get(given.act):
        check(handoff, given)
    if given.act is HandoffAct.SERVE:
        _check_service(given, parties)
    if given.act is HandoffAct.REEXAMINE:
        actor.require(Role.CHIEF)
    to = given.said.get("to")
    if to is not None and await queries.organisation_kind(session, to, given.on) is None:
        raise UnknownAgency(agency=to, on=given.on.isoformat())
    if given.act is HandoffAct.SUPPLY and not handoff.inbound:
        await check_documents(session, handoff.matter_id, _hashes(given), actor.clearance)


def _check_service(given: Answer, parties: frozenset[Party]) -> None:
    """The receiver itself can only sign; a refusal is described (R 76), reading out needs agreement (SUG 18)
    and names who was present."""
    manner = ServiceManner(given.said["manner"])
    if manner is not ServiceManner.SIGNATURE and Party.SENDER not in parties:
        raise OnBehalfNeedsProof(manner=manner, open_to_receiver=[ServiceManner.SIGNATURE])
    if manner is ServiceManner.REFUSAL_LEFT and not given.said.get("note"):
        raise ReasonNeeded(manner=manner)
    if manner is ServiceManner.READ_OUT and not given.said.get("agreed"):
        raise ServiceNeedsAgreement()
    if manner is ServiceManner.READ_OUT and not given.said.get("present"):
        raise PresenceNeeded()


def _outcome(handoff: Handoff, given: Answer) -> None:
    row = kind_for(handoff.kind, handoff.rules_of)
    check_outcome(row, Outcome(given.said["outcome"]), given.said.get("reasons"))


def _was_refused(handoff: Handoff, given: Answer) -> None:
    row = kind_for(handoff.kind, handoff.rules_of)
    again = given.act is HandoffAct.ASK_REVIEW and handoff.reviewed
    if handoff.outcome not in row.refusals or again:
        raise NotRefused(outcome=handoff.outcome, reviewed=handoff.reviewed)


def _not_notified(handoff: Handoff, given: Answer) -> None:
    """The notice to file is given once, and not where a case was opened."""
    if handoff.notified_on is not None or handoff.outcome == Outcome.FILED:
        raise AskedAlready(asked_on=str(handoff.notified_on), outcome=handoff.outcome)


def _was_filed(handoff: Handoff, given: Answer) -> None:
    if handoff.outcome != Outcome.FILED:
        raise NothingAsked(outcome=handoff.outcome)


def _papers_not_asked(handoff: Handoff, given: Answer) -> None:
    if handoff.papers_open:
        raise AskedAlready(asked_on=str(handoff.papers_asked_on))


def _papers_asked(handoff: Handoff, given: Answer) -> None:
    if not handoff.papers_open:
        raise NothingAsked()


def _no_objection(handoff: Handoff, given: Answer) -> None:
    if handoff.objection_open:
        raise AskedAlready(asked_on=str(handoff.objected_on))


def _objected(handoff: Handoff, given: Answer) -> None:
    if not handoff.objection_open:
        raise NothingAsked()


def _feedback(handoff: Handoff, given: Answer) -> None:
    what = Feedback(given.said["what"])
    if handoff.course is not Course.COURT and what is not Feedback.PROGRESS:
        raise FeedbackNotForeseen(what=what, foreseen=[Feedback.PROGRESS])


def _reply(handoff: Handoff, given: Answer) -> None:
    if given.said.get("refuses") and not given.said.get("text"):
        raise ReasonNeeded(refuses=True)


_WANTED: dict[HandoffAct, Callable[[Handoff, Answer], None]] = {
    HandoffAct.DECIDE: _outcome,
    HandoffAct.REVIEW: _outcome,
    HandoffAct.ASK_REVIEW: _was_refused,
    HandoffAct.NOTIFY_TO_FILE: _not_notified,
    HandoffAct.PROPOSE_SUPERVISION: _was_refused,
    HandoffAct.HAND_OVER: _was_filed,
    HandoffAct.ASK_PAPERS: _papers_not_asked,
    HandoffAct.SUPPLY: _papers_asked,
    HandoffAct.OBJECT: _no_objection,
    HandoffAct.REEXAMINE: _objected,
    HandoffAct.REPORT: _feedback,
    HandoffAct.REPLY: _reply,
}
# The first day of an act stays on the row, a later one is in the records; what is asked anew has a new day.
_FIRST_DAY = {
    HandoffAct.ACKNOWLEDGE: "acknowledged_on",
    HandoffAct.ACCEPT: "accepted_on",
    HandoffAct.RETURN: "returned_on",
    HandoffAct.REDIRECT: "redirected_on",
    HandoffAct.DECIDE: "decided_on",
    HandoffAct.SERVE: "served_on",
    HandoffAct.REPLY: "replied_on",
}
_NEW_DAY = {
    HandoffAct.ASK_PAPERS: ("papers_asked_on", "supplied_on"),
    HandoffAct.SUPPLY: ("supplied_on", None),
    HandoffAct.ASK_REVIEW: ("review_asked_on", None),
    HandoffAct.NOTIFY_TO_FILE: ("notified_on", None),
    HandoffAct.OBJECT: ("objected_on", "reexamined_on"),
    HandoffAct.REEXAMINE: ("reexamined_on", None),
}


async def take_effect(session: AsyncSession, handoff: Handoff, given: Answer) -> None:
    """The row shows what was said."""
    _write_days(handoff, given)
    if given.act in (HandoffAct.DECIDE, HandoffAct.REVIEW):
        handoff.outcome = given.said["outcome"]
    if given.act is HandoffAct.REVIEW:
        handoff.reviewed = True
    if given.act is HandoffAct.REPLY and given.said.get("refuses"):
        handoff.outcome = Outcome.REFUSED
    if given.act is HandoffAct.SERVE:
        handoff.service_manner = ServiceManner(given.said["manner"])
    if given.act is HandoffAct.REDIRECT:
        handoff.redirect_to = given.said.get("to")
    if given.act is HandoffAct.SUPPLY:
        await _supply(session, handoff, given)
    if given.act is HandoffAct.LENGTHEN:
        await _lengthen(session, handoff, given)
    handoff.counterpart_number = given.said.get("number") or handoff.counterpart_number


def _write_days(handoff: Handoff, given: Answer) -> None:
    first = _FIRST_DAY.get(given.act)
    if first and getattr(handoff, first) is None:
        setattr(handoff, first, given.on)
    if given.act in _NEW_DAY:
        day, cleared = _NEW_DAY[given.act]
        setattr(handoff, day, given.on)
        if cleared:
            setattr(handoff, cleared, None)


def _hashes(given: Answer) -> list[str]:
    return [each["sha256"] for each in given.said["documents"]]


async def _supply(session: AsyncSession, handoff: Handoff, given: Answer) -> None:
    known = {paper.sha256 for paper in await queries.papers_of(session, handoff.id)}
    new = {each["sha256"]: each["paper"] for each in given.said["documents"] if each["sha256"] not in known}
    session.add_all(
        PackagePaper(handoff_id=handoff.id, sha256=sha256, paper=paper, place=place)
        for place, (sha256, paper) in enumerate(new.items(), start=handoff.paper_count)
    )
    handoff.paper_count += len(new)


async def _lengthen(session: AsyncSession, handoff: Handoff, given: Answer) -> None:
    running = await ledger.open_clocks(session, handoff.matter_id, [Watched.L11], handoff.id)
    now = max(((clock.due_on - clock.basis_on).days for clock in running), default=0)
    added = lengthening(handoff.economic, now, given.said["to_days"])
    for clock in running:
        await ledger.extend(
            session,
            clock,
            added,
            Unit.DAYS,
            approved_on=given.on,
            approved_by=handoff.receiver,
            basis=ECONOMIC_CRIME_RULES[16],
        )
