"""Stages and steps of referrals and of handoffs. What is not listed is refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from services.referrals.errors import NotYourStep, StepNotOpen
from services.referrals.rules.law import HANDLING_RULES, OURS, Citation
from services.referrals.rules.modes import Track
from services.referrals.rules.vocabulary import Party


class Stage(StrEnum):
    """How far a referral between offices has come."""

    ISSUED = "issued"
    ARMED = "armed"
    RECEIVED = "received"
    IN_FORCE = "in_force"
    ENDED = "ended"
    VOIDED = "voided"
    WITHDRAWN = "withdrawn"
    SENT = "sent"
    NOTED = "noted"
    OPINED = "opined"
    APPROVED = "approved"
    REFUSED = "refused"
    REPLIED = "replied"
    CLOSED = "closed"


class Act(StrEnum):
    """What moves a referral on, or is done under it."""

    ARM = "arm"
    RECEIVE = "receive"
    ENTER_FORCE = "enter_force"
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    VOID = "void"
    REPORT = "report"
    LIFT = "lift"
    NOTE = "note"
    OPINE = "opine"
    APPROVE = "approve"
    REFUSE = "refuse"
    REPLY = "reply"
    CLOSE = "close"
    PAPERS = "papers"
    DISAGREE = "disagree"


@dataclass(frozen=True, slots=True)
class Step:
    """One lawful step of a referral: what it takes, where it leads, who takes it."""

    track: Track
    act: Act
    source: Stage
    target: Stage
    by: tuple[Party, ...]
    basis: Citation


_CASES = (Party.ANNOUNCEMENT,)
_ISSUER = (Party.ISSUER, Party.ISSUERS_SUPERIOR)
_ADDRESSEE = (Party.ADDRESSEE,)
_SIGNED = (Party.ADDRESSEE, Party.ITSELF)
_HOLDER = (Party.HOLDER,)
_EXECUTES = (Party.ADDRESSEE, Party.HOLDER, Party.FORMER_HOLDER)
_OR_TIME = (Party.ANNOUNCEMENT, Party.ITSELF)
_OR_CASES = (Party.ISSUER, Party.ANNOUNCEMENT)
_PROTOCOL = OURS["the custody protocol"]
_PAPERS = OURS["papers follow a matter that was taken up"]
_STANDING = OURS["orders that move nothing"]
_UPWARD = OURS["requests climb level by level"]
_RECORDS = OURS["reports for record are noted"]
_ENTRUSTED = OURS["entrustment, instruction and guidance are answered and closed"]
_DISAGREED = HANDLING_RULES[10]

C, T, U, R, E = Track.CUSTODY, Track.STANDING, Track.REQUEST, Track.RECORD, Track.ENTRUSTMENT

STEPS = (
    Step(C, Act.ARM,         Stage.ISSUED,   Stage.ARMED,     _CASES,     _PROTOCOL),
    Step(C, Act.RECEIVE,     Stage.ARMED,    Stage.RECEIVED,  _SIGNED,    _PROTOCOL),
    Step(C, Act.ENTER_FORCE, Stage.RECEIVED, Stage.IN_FORCE,  _CASES,     _PROTOCOL),
    Step(C, Act.WITHDRAW,    Stage.ISSUED,   Stage.WITHDRAWN, _ISSUER,    _PROTOCOL),
    Step(C, Act.WITHDRAW,    Stage.ARMED,    Stage.WITHDRAWN, _ISSUER,    _PROTOCOL),
    Step(C, Act.VOID,        Stage.ISSUED,   Stage.VOIDED,    _CASES,     _PROTOCOL),
    Step(C, Act.VOID,        Stage.ARMED,    Stage.VOIDED,    _CASES,     _PROTOCOL),
    Step(C, Act.VOID,        Stage.RECEIVED, Stage.VOIDED,    _CASES,     _PROTOCOL),
    Step(C, Act.PAPERS,      Stage.IN_FORCE, Stage.IN_FORCE,  _ADDRESSEE, _PAPERS),
    Step(C, Act.DISAGREE,    Stage.ARMED,    Stage.ARMED,     _EXECUTES,  _DISAGREED),
    Step(C, Act.DISAGREE,    Stage.RECEIVED, Stage.RECEIVED,  _EXECUTES,  _DISAGREED),
    Step(C, Act.DISAGREE,    Stage.IN_FORCE, Stage.IN_FORCE,  _EXECUTES,  _DISAGREED),

    Step(T, Act.RECEIVE,     Stage.ISSUED,   Stage.RECEIVED,  _ADDRESSEE, _STANDING),
    Step(T, Act.ENTER_FORCE, Stage.RECEIVED, Stage.IN_FORCE,  _CASES,     _STANDING),
    Step(T, Act.CONFIRM,     Stage.ISSUED,   Stage.ISSUED,    _CASES,     _STANDING),
    Step(T, Act.CONFIRM,     Stage.RECEIVED, Stage.RECEIVED,  _CASES,     _STANDING),
    Step(T, Act.REPORT,      Stage.RECEIVED, Stage.RECEIVED,  _HOLDER,    _STANDING),
    Step(T, Act.REPORT,      Stage.IN_FORCE, Stage.IN_FORCE,  _HOLDER,    _STANDING),
    Step(T, Act.LIFT,        Stage.RECEIVED, Stage.ENDED,     _ISSUER,    _STANDING),
    Step(T, Act.LIFT,        Stage.IN_FORCE, Stage.ENDED,     _ISSUER,    _STANDING),
    Step(T, Act.WITHDRAW,    Stage.ISSUED,   Stage.WITHDRAWN, _ISSUER,    _STANDING),
    Step(T, Act.VOID,        Stage.ISSUED,   Stage.VOIDED,    _OR_TIME,   _STANDING),
    Step(T, Act.VOID,        Stage.RECEIVED, Stage.VOIDED,    _OR_TIME,   _STANDING),
    Step(T, Act.CLOSE,       Stage.IN_FORCE, Stage.ENDED,     _OR_TIME,   _STANDING),
    Step(T, Act.DISAGREE,    Stage.RECEIVED, Stage.RECEIVED,  _EXECUTES,  _DISAGREED),
    Step(T, Act.DISAGREE,    Stage.IN_FORCE, Stage.IN_FORCE,  _EXECUTES,  _DISAGREED),

    Step(R, Act.CONFIRM,     Stage.SENT,     Stage.SENT,      _CASES,     _RECORDS),
    Step(R, Act.CONFIRM,     Stage.NOTED,    Stage.NOTED,     _CASES,     _RECORDS),
    Step(R, Act.NOTE,        Stage.SENT,     Stage.NOTED,     _ADDRESSEE, _RECORDS),

    Step(U, Act.OPINE,       Stage.ISSUED,   Stage.OPINED,    _ADDRESSEE, _UPWARD),
    Step(U, Act.OPINE,       Stage.OPINED,   Stage.OPINED,    _ADDRESSEE, _UPWARD),
    Step(U, Act.APPROVE,     Stage.ISSUED,   Stage.APPROVED,  _ADDRESSEE, _UPWARD),
    Step(U, Act.APPROVE,     Stage.OPINED,   Stage.APPROVED,  _ADDRESSEE, _UPWARD),
    Step(U, Act.REFUSE,      Stage.ISSUED,   Stage.REFUSED,   _ADDRESSEE, _UPWARD),
    Step(U, Act.REFUSE,      Stage.OPINED,   Stage.REFUSED,   _ADDRESSEE, _UPWARD),
    Step(U, Act.WITHDRAW,    Stage.ISSUED,   Stage.WITHDRAWN, (Party.ISSUER,), _UPWARD),
    Step(U, Act.WITHDRAW,    Stage.OPINED,   Stage.WITHDRAWN, (Party.ISSUER,), _UPWARD),
    Step(U, Act.VOID,        Stage.ISSUED,   Stage.VOIDED,    _CASES,     _UPWARD),
    Step(U, Act.VOID,        Stage.OPINED,   Stage.VOIDED,    _CASES,     _UPWARD),

    Step(E, Act.RECEIVE,     Stage.ISSUED,   Stage.RECEIVED,  _ADDRESSEE, _ENTRUSTED),
    Step(E, Act.OPINE,       Stage.ISSUED,   Stage.ISSUED,    _ADDRESSEE, _UPWARD),
    Step(E, Act.OPINE,       Stage.RECEIVED, Stage.ISSUED,    _ADDRESSEE, _UPWARD),
    Step(E, Act.CONFIRM,     Stage.ISSUED,   Stage.ISSUED,    _CASES,     _ENTRUSTED),
    Step(E, Act.CONFIRM,     Stage.RECEIVED, Stage.RECEIVED,  _CASES,     _ENTRUSTED),
    Step(E, Act.CONFIRM,     Stage.REPLIED,  Stage.REPLIED,   _CASES,     _ENTRUSTED),
    Step(E, Act.REPLY,       Stage.RECEIVED, Stage.REPLIED,   _ADDRESSEE, _ENTRUSTED),
    Step(E, Act.REPLY,       Stage.REPLIED,  Stage.REPLIED,   _ADDRESSEE, _ENTRUSTED),
    Step(E, Act.CLOSE,       Stage.RECEIVED, Stage.CLOSED,    _OR_CASES,  _ENTRUSTED),
    Step(E, Act.CLOSE,       Stage.REPLIED,  Stage.CLOSED,    _OR_CASES,  _ENTRUSTED),
    Step(E, Act.WITHDRAW,    Stage.ISSUED,   Stage.WITHDRAWN, _ISSUER,    _ENTRUSTED),
    Step(E, Act.VOID,        Stage.ISSUED,   Stage.VOIDED,    _CASES,     _ENTRUSTED),
    Step(E, Act.VOID,        Stage.RECEIVED, Stage.VOIDED,    _CASES,     _ENTRUSTED),
)  # fmt: skip

_STEPS = {(step.track, step.source, step.act): step for step in STEPS}

FIRST_STAGE = {track: Stage.SENT if track is Track.RECORD else Stage.ISSUED for track in Track}
OPEN_STAGES = (Stage.ISSUED, Stage.ARMED, Stage.RECEIVED)
UNDECIDED = (Stage.ISSUED, Stage.OPINED)
OVER = (
    Stage.ENDED,
    Stage.VOIDED,
    Stage.WITHDRAWN,
    Stage.APPROVED,
    Stage.REFUSED,
    Stage.CLOSED,
)


def step_for(track: Track, stage: Stage, act: Act) -> Step:
    """The one step that `act` takes from `stage`, or a refusal that says what is open."""
    if step := _STEPS.get((track, stage, act)):
        return step
    raise StepNotOpen(act=act, stage=stage, open=[step.act for step in open_steps(track, stage)])


def open_steps(track: Track, stage: Stage) -> tuple[Step, ...]:
    """Every step that a referral of that track may take from that stage."""
    return tuple(step for step in STEPS if step.track is track and step.source is stage)


def receipt_act(track: Track, binds_itself: bool) -> Act:
    """What signing means: taking note of a report, having the papers of what was taken up, else receipt."""
    if track is Track.RECORD:
        return Act.NOTE
    return Act.PAPERS if binds_itself else Act.RECEIVE


def is_open(track: Track, stage: Stage, act: Act) -> bool:
    """Whether `act` can be taken; what an announcement asks before it changes anything."""
    return (track, stage, act) in _STEPS


class Taken(Protocol):
    """A step of any table: which act it is, and whose."""

    @property
    def act(self) -> StrEnum: ...

    @property
    def by(self) -> tuple[Party, ...]: ...


def check_party(step: Taken, parties: Iterable[Party]) -> None:
    """Refuses a step that belongs to another party than the one asking."""
    mine = frozenset(parties)
    if not mine & set(step.by):
        raise NotYourStep(act=step.act, belongs_to=list(step.by), you_are=sorted(mine))
