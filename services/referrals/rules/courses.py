"""Stages and steps of handoffs: a table per course. What is not listed is refused."""

from dataclasses import dataclass
from enum import StrEnum

from services.referrals.errors import StepNotOpen
from services.referrals.rules.law import (
    ADMINISTRATIVE_LITIGATION,
    CIVIL_LITIGATION,
    ECONOMIC_CRIME_RULES,
    HANDLING_RULES,
    INTERPRETATION,
    OURS,
    POLICE_RULES,
    SUGGESTION_RULES,
    TRANSFER_RULES,
    Citation,
    Mark,
)
from services.referrals.rules.vocabulary import Course, Party


class HandoffStage(StrEnum):
    """How far the business of a handoff has come; its transport is told apart."""

    PROPOSED = "proposed"
    HELD = "held"
    DISPUTED = "disputed"
    DISPATCHED = "dispatched"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REDIRECTED = "redirected"
    DECIDED = "decided"
    UNDER_REVIEW = "under_review"
    NOTIFIED = "notified"
    NOTICE_RECEIVED = "notice_received"
    SERVED = "served"
    REPLIED = "replied"
    JUDGED = "judged"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"


class HandoffAct(StrEnum):
    """What moves a handoff on, or is done under it."""

    DISPATCH = "dispatch"
    APPROVE = "approve"
    DECLINE = "decline"
    FORWARD = "forward"
    DISAGREE = "disagree"
    NAME_FORWARDER = "name_forwarder"
    ACKNOWLEDGE = "acknowledge"
    ACCEPT = "accept"
    RETURN = "return"
    REDIRECT = "redirect"
    ASK_PAPERS = "ask_papers"
    SUPPLY = "supply"
    DECIDE = "decide"
    LENGTHEN = "lengthen"
    ASK_REVIEW = "ask_review"
    REVIEW = "review"
    PROPOSE_SUPERVISION = "propose_supervision"
    HAND_OVER = "hand_over"
    NOTIFY_TO_FILE = "notify_to_file"
    REPORT = "report"
    SERVE = "serve"
    REPLY = "reply"
    OBJECT = "object"
    REEXAMINE = "reexamine"
    JUDGE = "judge"
    CONCLUDE = "conclude"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class HandoffStep:
    """One lawful step of a handoff of that course. `by` names first whose act it is, then who may write it
    down for that party."""

    course: Course
    act: HandoffAct
    source: HandoffStage
    target: HandoffStage
    by: tuple[Party, ...]
    basis: Citation
    in_civil_cases: Citation | None = None


_A = HandoffAct
_H = HandoffStage
# An answer is the receiver's; on paper, the sending office records it for the receiver.
_THEIRS = (Party.RECEIVER, Party.SENDER)
_SENDER = (Party.SENDER,)
_BESIDE = (Party.FORWARDER,)
_CASES = (Party.ANNOUNCEMENT,)
# Between an agency and the police nobody of ours is a party; the office that watches writes down.
_POLICE = (Party.RECEIVER, Party.WATCHER)
_AGENCY = (Party.SENDER, Party.WATCHER)
_WATCHER = (Party.WATCHER,)
# A lead that an agency sends: its acts may be written down by the office that received it.
_OURS_IN = (Party.RECEIVER,)
_OURS_OR_CASES = (Party.RECEIVER, Party.ANNOUNCEMENT)
_AGENCY_IN = (Party.SENDER, Party.RECEIVER)

_R, _SUG, _TR, _MPS, _J = HANDLING_RULES, SUGGESTION_RULES, TRANSFER_RULES, POLICE_RULES, INTERPRETATION
_RECEIPT, _EARLY = _MPS[182].marked(Mark.INFERENCE), _MPS[182].marked(Mark.OUR_READING)
_COURTS, _COURTS_CIVIL = ADMINISTRATIVE_LITIGATION[51], CIVIL_LITIGATION[126]
_SERVED = OURS["service is proved by the article of its kind"]
_LATER = OURS["a later answer adds to the first, a late one still counts"]
_JUDGED = OURS["a judged reply is done with"]
_NO_ANSWER = OURS["served documents await nothing more once their case is decided, or need no answer"]
_OFFERED = OURS["an offer is accepted, returned or redirected, then decided"]
_ASKED = OURS["a request is acknowledged and replied to"]
_PAPERS = OURS["missing papers are asked for inside the handoff"]
_UNNAMED = OURS["the office that is to send it on is named where no office has the authority's code"]
_GATE = OURS["a report that a prosecutor proposes leaves with the chief's approval"]
_LEAD_IN = OURS["an agency's lead is registered, accepted, and its result goes back"]
_WATCHED = OURS["an office watches what passes between others"]
_TO_COURT = OURS["the court's answers come back"]
S, O, I, T = Course.SERVICE, Course.OFFER, Course.INBOUND, Course.TRANSFER  # noqa: E741
D, Q, C = Course.DEMAND, Course.REQUEST, Course.COURT

HANDOFF_STEPS = (
    # served: cannot be returned or redirected; the office's own decision takes it back
    HandoffStep(S, _A.NAME_FORWARDER, _H.HELD,      _H.HELD,         _SENDER, _UNNAMED),
    HandoffStep(S, _A.FORWARD,     _H.HELD,         _H.DISPATCHED,   _BESIDE, _SUG[3]),
    HandoffStep(S, _A.DECLINE,     _H.HELD,         _H.WITHDRAWN,    _BESIDE, _SUG[3]),
    HandoffStep(S, _A.DISAGREE,    _H.HELD,         _H.DISPUTED,     _BESIDE, _SUG[3]),
    HandoffStep(S, _A.FORWARD,     _H.DISPUTED,     _H.DISPATCHED,   _BESIDE, _SUG[3]),
    HandoffStep(S, _A.DECLINE,     _H.DISPUTED,     _H.WITHDRAWN,    _BESIDE, _SUG[3]),
    HandoffStep(S, _A.SERVE,       _H.DISPATCHED,   _H.SERVED,       _THEIRS, _SERVED),
    HandoffStep(S, _A.REPLY,       _H.SERVED,       _H.REPLIED,      _THEIRS, _J[21]),
    HandoffStep(S, _A.REPLY,       _H.REPLIED,      _H.REPLIED,      _THEIRS, _LATER),
    HandoffStep(S, _A.REPLY,       _H.CONCLUDED,    _H.CONCLUDED,    _THEIRS, _LATER),
    HandoffStep(S, _A.REPLY,       _H.WITHDRAWN,    _H.WITHDRAWN,    _THEIRS, _LATER),
    HandoffStep(S, _A.OBJECT,      _H.SERVED,       _H.SERVED,       _THEIRS, _SUG[23]),
    HandoffStep(S, _A.OBJECT,      _H.REPLIED,      _H.REPLIED,      _THEIRS, _SUG[23]),
    HandoffStep(S, _A.REEXAMINE,   _H.SERVED,       _H.SERVED,       _SENDER, _SUG[23]),
    HandoffStep(S, _A.REEXAMINE,   _H.REPLIED,      _H.REPLIED,      _SENDER, _SUG[23]),
    HandoffStep(S, _A.WITHDRAW,    _H.HELD,         _H.WITHDRAWN,    _CASES,  _SUG[22]),
    HandoffStep(S, _A.WITHDRAW,    _H.DISPUTED,     _H.WITHDRAWN,    _CASES,  _SUG[22]),
    HandoffStep(S, _A.WITHDRAW,    _H.DISPATCHED,   _H.WITHDRAWN,    _CASES,  _SUG[22]),
    HandoffStep(S, _A.WITHDRAW,    _H.SERVED,       _H.WITHDRAWN,    _CASES,  _SUG[22]),
    HandoffStep(S, _A.WITHDRAW,    _H.REPLIED,      _H.WITHDRAWN,    _CASES,  _SUG[22]),
    HandoffStep(S, _A.JUDGE,       _H.SERVED,       _H.JUDGED,       _CASES,  _R[82]),
    HandoffStep(S, _A.JUDGE,       _H.REPLIED,      _H.JUDGED,       _CASES,  _R[82]),
    HandoffStep(S, _A.CONCLUDE,    _H.JUDGED,       _H.CONCLUDED,    _CASES,  _JUDGED),
    HandoffStep(S, _A.CONCLUDE,    _H.SERVED,       _H.CONCLUDED,    _CASES,  _NO_ANSWER),
    HandoffStep(S, _A.CONCLUDE,    _H.REPLIED,      _H.CONCLUDED,    _CASES,  _NO_ANSWER),

    HandoffStep(O, _A.ACKNOWLEDGE, _H.DISPATCHED,   _H.ACKNOWLEDGED, _THEIRS, _OFFERED),
    HandoffStep(O, _A.ACCEPT,      _H.ACKNOWLEDGED, _H.ACCEPTED,     _THEIRS, _OFFERED),
    HandoffStep(O, _A.ACCEPT,      _H.RETURNED,     _H.ACCEPTED,     _THEIRS, _LATER),
    HandoffStep(O, _A.RETURN,      _H.ACKNOWLEDGED, _H.RETURNED,     _THEIRS, _OFFERED),
    HandoffStep(O, _A.REDIRECT,    _H.ACKNOWLEDGED, _H.REDIRECTED,   _THEIRS, _OFFERED),
    HandoffStep(O, _A.REDIRECT,    _H.ACCEPTED,     _H.REDIRECTED,   _THEIRS, _OFFERED),
    HandoffStep(O, _A.ASK_PAPERS,  _H.ACKNOWLEDGED, _H.ACKNOWLEDGED, _THEIRS, _PAPERS),
    HandoffStep(O, _A.ASK_PAPERS,  _H.ACCEPTED,     _H.ACCEPTED,     _THEIRS, _PAPERS),
    HandoffStep(O, _A.SUPPLY,      _H.ACKNOWLEDGED, _H.ACKNOWLEDGED, _SENDER, _PAPERS),
    HandoffStep(O, _A.SUPPLY,      _H.ACCEPTED,     _H.ACCEPTED,     _SENDER, _PAPERS),
    HandoffStep(O, _A.DECIDE,      _H.ACCEPTED,     _H.DECIDED,      _THEIRS, _OFFERED),
    HandoffStep(O, _A.DECIDE,      _H.DECIDED,      _H.DECIDED,      _THEIRS, _LATER),
    HandoffStep(O, _A.DECIDE,      _H.CONCLUDED,    _H.CONCLUDED,    _THEIRS, _LATER),
    HandoffStep(O, _A.ASK_REVIEW,  _H.DECIDED,      _H.UNDER_REVIEW, _SENDER, _OFFERED),
    HandoffStep(O, _A.REVIEW,      _H.UNDER_REVIEW, _H.DECIDED,      _THEIRS, _OFFERED),
    HandoffStep(O, _A.REPORT,      _H.ACCEPTED,     _H.ACCEPTED,     _THEIRS, _OFFERED),
    HandoffStep(O, _A.REPORT,      _H.DECIDED,      _H.DECIDED,      _THEIRS, _OFFERED),
    HandoffStep(O, _A.REPORT,      _H.CONCLUDED,    _H.CONCLUDED,    _THEIRS, _LATER),
    HandoffStep(O, _A.CONCLUDE,    _H.DECIDED,      _H.CONCLUDED,    _SENDER, _OFFERED),
    HandoffStep(O, _A.WITHDRAW,    _H.DISPATCHED,   _H.WITHDRAWN,    _SENDER, _OFFERED),
    HandoffStep(O, _A.WITHDRAW,    _H.ACKNOWLEDGED, _H.WITHDRAWN,    _SENDER, _OFFERED),

    HandoffStep(I, _A.ACKNOWLEDGE, _H.DISPATCHED,   _H.ACKNOWLEDGED, _OURS_IN,   _LEAD_IN),
    HandoffStep(I, _A.ACCEPT,      _H.ACKNOWLEDGED, _H.ACCEPTED,     _OURS_IN,   _LEAD_IN),
    HandoffStep(I, _A.ASK_PAPERS,  _H.ACKNOWLEDGED, _H.ACKNOWLEDGED, _OURS_IN,   _PAPERS),
    HandoffStep(I, _A.ASK_PAPERS,  _H.ACCEPTED,     _H.ACCEPTED,     _OURS_IN,   _PAPERS),
    HandoffStep(I, _A.SUPPLY,      _H.ACKNOWLEDGED, _H.ACKNOWLEDGED, _AGENCY_IN, _PAPERS),
    HandoffStep(I, _A.SUPPLY,      _H.ACCEPTED,     _H.ACCEPTED,     _AGENCY_IN, _PAPERS),
    HandoffStep(I, _A.DECIDE,      _H.DISPATCHED,   _H.DECIDED,      _CASES,     _R[30]),
    HandoffStep(I, _A.DECIDE,      _H.ACKNOWLEDGED, _H.DECIDED,      _CASES,     _R[30]),
    HandoffStep(I, _A.DECIDE,      _H.ACCEPTED,     _H.DECIDED,      _CASES,     _R[30]),
    HandoffStep(I, _A.REPORT,      _H.DECIDED,      _H.DECIDED,      _OURS_IN,   _LEAD_IN),
    HandoffStep(I, _A.CONCLUDE,    _H.DECIDED,      _H.CONCLUDED,    _OURS_OR_CASES, _LEAD_IN),

    HandoffStep(T, _A.ACKNOWLEDGE, _H.DISPATCHED,   _H.ACKNOWLEDGED, _POLICE,  _TR[7]),
    HandoffStep(T, _A.REDIRECT,    _H.ACKNOWLEDGED, _H.REDIRECTED,   _POLICE,  _TR[7]),
    HandoffStep(T, _A.ASK_PAPERS,  _H.ACKNOWLEDGED, _H.ACKNOWLEDGED, _POLICE,  _MPS[180]),
    HandoffStep(T, _A.SUPPLY,      _H.ACKNOWLEDGED, _H.ACKNOWLEDGED, _AGENCY,  _MPS[180]),
    HandoffStep(T, _A.LENGTHEN,    _H.ACKNOWLEDGED, _H.ACKNOWLEDGED, _POLICE,  ECONOMIC_CRIME_RULES[16]),
    HandoffStep(T, _A.DECIDE,      _H.ACKNOWLEDGED, _H.DECIDED,      _POLICE,  _TR[8]),
    HandoffStep(T, _A.ASK_REVIEW,  _H.DECIDED,      _H.UNDER_REVIEW, _AGENCY,  _TR[9]),
    HandoffStep(T, _A.REVIEW,      _H.UNDER_REVIEW, _H.DECIDED,      _POLICE,  _MPS[181]),
    HandoffStep(T, _A.PROPOSE_SUPERVISION, _H.DECIDED, _H.DECIDED,   _AGENCY,  _TR[9]),
    HandoffStep(T, _A.HAND_OVER,   _H.DECIDED,      _H.DECIDED,      _AGENCY,  _TR[12]),
    HandoffStep(T, _A.REPORT,      _H.DECIDED,      _H.DECIDED,      _POLICE,  _WATCHED),
    HandoffStep(T, _A.CONCLUDE,    _H.DECIDED,      _H.CONCLUDED,    _WATCHER, _WATCHED),

    HandoffStep(D, _A.ACKNOWLEDGE, _H.DISPATCHED,   _H.ACKNOWLEDGED, _THEIRS, _RECEIPT),
    HandoffStep(D, _A.REPLY,       _H.ACKNOWLEDGED, _H.REPLIED,      _THEIRS, _MPS[182]),
    HandoffStep(D, _A.NOTIFY_TO_FILE, _H.REPLIED,   _H.NOTIFIED,     _SENDER, _MPS[182]),
    HandoffStep(D, _A.NOTIFY_TO_FILE, _H.ACKNOWLEDGED, _H.NOTIFIED,  _SENDER, _EARLY),
    HandoffStep(D, _A.NOTIFY_TO_FILE, _H.DECIDED,   _H.NOTIFIED,     _SENDER, _EARLY),
    HandoffStep(D, _A.ACKNOWLEDGE, _H.NOTIFIED,     _H.NOTICE_RECEIVED, _THEIRS, _RECEIPT),
    HandoffStep(D, _A.REPLY,       _H.NOTIFIED,     _H.NOTIFIED,     _THEIRS, _LATER),
    HandoffStep(D, _A.REPLY,       _H.NOTICE_RECEIVED, _H.NOTICE_RECEIVED, _THEIRS, _LATER),
    HandoffStep(D, _A.DECIDE,      _H.REPLIED,      _H.DECIDED,      _THEIRS, _EARLY),
    HandoffStep(D, _A.DECIDE,      _H.NOTIFIED,     _H.DECIDED,      _THEIRS, _MPS[182]),
    HandoffStep(D, _A.DECIDE,      _H.NOTICE_RECEIVED, _H.DECIDED,   _THEIRS, _MPS[182]),
    HandoffStep(D, _A.DECIDE,      _H.DECIDED,      _H.DECIDED,      _THEIRS, _LATER),
    HandoffStep(D, _A.CONCLUDE,    _H.REPLIED,      _H.CONCLUDED,    _SENDER, _OFFERED),
    HandoffStep(D, _A.CONCLUDE,    _H.DECIDED,      _H.CONCLUDED,    _SENDER, _OFFERED),
    HandoffStep(D, _A.WITHDRAW,    _H.DISPATCHED,   _H.WITHDRAWN,    _SENDER, _OFFERED),
    HandoffStep(D, _A.WITHDRAW,    _H.ACKNOWLEDGED, _H.WITHDRAWN,    _SENDER, _OFFERED),

    HandoffStep(Q, _A.APPROVE,     _H.PROPOSED,     _H.HELD,         _SENDER, _GATE),
    HandoffStep(Q, _A.DECLINE,     _H.PROPOSED,     _H.WITHDRAWN,    _SENDER, _GATE),
    HandoffStep(Q, _A.FORWARD,     _H.HELD,         _H.DISPATCHED,   (Party.FORWARDER, Party.ITSELF), _GATE),
    HandoffStep(Q, _A.WITHDRAW,    _H.HELD,         _H.WITHDRAWN,    _SENDER, _GATE),
    HandoffStep(Q, _A.ACKNOWLEDGE, _H.DISPATCHED,   _H.ACKNOWLEDGED, _THEIRS, _ASKED),
    HandoffStep(Q, _A.REDIRECT,    _H.ACKNOWLEDGED, _H.REDIRECTED,   _THEIRS, _ASKED),
    HandoffStep(Q, _A.ASK_PAPERS,  _H.ACKNOWLEDGED, _H.ACKNOWLEDGED, _THEIRS, _PAPERS),
    HandoffStep(Q, _A.SUPPLY,      _H.ACKNOWLEDGED, _H.ACKNOWLEDGED, _SENDER, _PAPERS),
    HandoffStep(Q, _A.REPLY,       _H.ACKNOWLEDGED, _H.REPLIED,      _THEIRS, _ASKED),
    HandoffStep(Q, _A.REPLY,       _H.REPLIED,      _H.REPLIED,      _THEIRS, _LATER),
    HandoffStep(Q, _A.REPLY,       _H.CONCLUDED,    _H.CONCLUDED,    _THEIRS, _LATER),
    HandoffStep(Q, _A.CONCLUDE,    _H.DISPATCHED,   _H.CONCLUDED,    _SENDER, _ASKED),
    HandoffStep(Q, _A.CONCLUDE,    _H.ACKNOWLEDGED, _H.CONCLUDED,    _SENDER, _ASKED),
    HandoffStep(Q, _A.CONCLUDE,    _H.REPLIED,      _H.CONCLUDED,    _SENDER, _ASKED),
    HandoffStep(Q, _A.WITHDRAW,    _H.DISPATCHED,   _H.WITHDRAWN,    _SENDER, _ASKED),
    HandoffStep(Q, _A.WITHDRAW,    _H.ACKNOWLEDGED, _H.WITHDRAWN,    _SENDER, _ASKED),

    HandoffStep(C, _A.ACKNOWLEDGE, _H.DISPATCHED,   _H.ACKNOWLEDGED, _THEIRS, _TO_COURT),
    HandoffStep(C, _A.DECIDE,      _H.ACKNOWLEDGED, _H.DECIDED,      _THEIRS, _COURTS, _COURTS_CIVIL),
    HandoffStep(C, _A.DECIDE,      _H.DECIDED,      _H.DECIDED,      _THEIRS, _LATER),
    HandoffStep(C, _A.REPORT,      _H.DECIDED,      _H.DECIDED,      _THEIRS, _TO_COURT),
    HandoffStep(C, _A.REPORT,      _H.CONCLUDED,    _H.CONCLUDED,    _THEIRS, _LATER),
    HandoffStep(C, _A.CONCLUDE,    _H.DECIDED,      _H.CONCLUDED,    _SENDER, _TO_COURT),
    HandoffStep(C, _A.WITHDRAW,    _H.DISPATCHED,   _H.WITHDRAWN,    _SENDER, _TO_COURT),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HandoffAwaited:
    """At that stage a handoff of that course waits for that party; where nothing is listed, for nobody."""

    course: Course
    stage: HandoffStage
    party: Party
    basis: Citation


_TURN = OURS["whose turn it is"]
_BY_TURN = {
    Party.RECEIVER: (
        (S, (_H.SERVED,)),
        (O, (_H.DISPATCHED, _H.ACKNOWLEDGED, _H.ACCEPTED, _H.UNDER_REVIEW)),
        (I, (_H.DISPATCHED, _H.ACKNOWLEDGED, _H.ACCEPTED)),
        (T, (_H.DISPATCHED, _H.ACKNOWLEDGED, _H.UNDER_REVIEW)),
        (D, (_H.DISPATCHED, _H.ACKNOWLEDGED, _H.NOTIFIED, _H.NOTICE_RECEIVED)),
        (Q, (_H.DISPATCHED, _H.ACKNOWLEDGED)),
        (C, (_H.DISPATCHED, _H.ACKNOWLEDGED)),
    ),
    Party.SENDER: (
        (S, (_H.DISPATCHED, _H.REPLIED)),
        (O, (_H.DECIDED,)),
        (D, (_H.REPLIED, _H.DECIDED)),
        (Q, (_H.PROPOSED, _H.REPLIED)),
    ),
    Party.FORWARDER: ((S, (_H.HELD, _H.DISPUTED)), (Q, (_H.HELD,))),
}  # fmt: skip
HANDOFFS_AWAITED = tuple(
    HandoffAwaited(course, stage, party, _TURN)
    for party, rows in _BY_TURN.items()
    for course, stages in rows
    for stage in stages
)

_STEPS = {(step.course, step.source, step.act): step for step in HANDOFF_STEPS}

OVER = (
    HandoffStage.CONCLUDED,
    HandoffStage.WITHDRAWN,
    HandoffStage.RETURNED,
    HandoffStage.REDIRECTED,
)
BEFORE_DISPATCH = (HandoffStage.PROPOSED, HandoffStage.HELD, HandoffStage.DISPUTED)
# What the receiver must have done for the reply clock, and the figures, to count it as answered.
ANSWERED_BY = {
    Course.SERVICE: (HandoffAct.REPLY,),
    Course.OFFER: (HandoffAct.ACCEPT, HandoffAct.RETURN, HandoffAct.REDIRECT),
    Course.INBOUND: (HandoffAct.ACCEPT, HandoffAct.DECIDE),
    Course.TRANSFER: (HandoffAct.DECIDE, HandoffAct.REDIRECT),
    Course.DEMAND: (HandoffAct.REPLY,),
    Course.REQUEST: (HandoffAct.REPLY, HandoffAct.REDIRECT),
    Course.COURT: (HandoffAct.DECIDE,),
}


def handoff_step_for(course: Course, stage: HandoffStage, act: HandoffAct) -> HandoffStep:
    """The one step that `act` takes from `stage`, or a refusal that says what is open."""
    if step := _STEPS.get((course, stage, act)):
        return step
    raise StepNotOpen(act=act, stage=stage, open=[step.act for step in open_handoff_steps(course, stage)])


def open_handoff_steps(course: Course, stage: HandoffStage) -> tuple[HandoffStep, ...]:
    """Every step that a handoff of that course may take from that stage."""
    return tuple(step for step in HANDOFF_STEPS if step.course is course and step.source is stage)


def handoff_is_open(course: Course, stage: HandoffStage, act: HandoffAct) -> bool:
    """Whether `act` can be taken; what an announcement asks before it changes anything."""
    return (course, stage, act) in _STEPS
