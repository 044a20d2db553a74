"""Which act leads from which stage to which, decided by whom, with which document, on which article.

One line per provision: a line that is not here is a refusal. A new act of the law is a new row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from services.cases.errors import ConditionNotMet, StepNotOpen
from services.cases.rules.law import HANDLING_RULES, INTERPRETATION
from services.cases.rules.vocabulary import Act, Stage, Track
from shared.citation import OURS, Citation, Mark, in_force
from shared.identity import Role


@dataclass(frozen=True, slots=True)
class Situation:
    """What a condition may look at."""

    on: date
    reply_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One named thing that must be true before a step is open."""

    code: str
    zh: str
    en: str
    holds: Callable[[Situation], bool]
    basis: Citation


@dataclass(frozen=True, slots=True)
class Step:
    """One lawful step. `chain` names who must approve, in order; `by` who may propose or do it.

    `by` is empty where the step follows from what another service announces. A step that `waits` ends the
    matter or speaks outward, and is not open while an order is moving the matter.
    """

    act: Act
    tracks: tuple[Track, ...]
    source: Stage | None
    target: Stage
    by: tuple[Role, ...]
    chain: tuple[Role, ...]
    document: str
    starts: tuple[str, ...]
    meets: tuple[str, ...]
    waits: bool
    basis: Citation
    since: date
    until: date | None = None
    when: Condition | None = None


_R = HANDLING_RULES
_J = INTERPRETATION
_SINCE = date(2021, 7, 1)

LEAD = (Track.LEAD,)
ADMINISTRATIVE = (Track.ADMINISTRATIVE,)
CIVIL = (Track.CIVIL,)
INCIDENTAL = (Track.CRIMINAL_INCIDENTAL,)

STAFF = (Role.PROSECUTOR, Role.DEPARTMENT_HEAD, Role.CHIEF)
CLERKS = (*STAFF, Role.CLERK)
HEARD = ()
ALONE = ()
CHIEF = (Role.DEPARTMENT_HEAD, Role.CHIEF)  # R 7: what goes to the chief is first reviewed by the head

REPLY_PERIOD_OVER = Condition(
    "reply_period_over",
    "答复期限已届满",
    "the period for the reply has run out",
    lambda s: s.reply_due_on is not None and s.on > s.reply_due_on,
    _J[21],
)

_SUGGEST = _R[75]
_JUDGE = _R[82]
_FOLLOW_UP = _R[77].marked(Mark.OUR_READING)

STEPS = (
    # leads (R 24-31)
    Step(Act.REGISTER, LEAD, None, Stage.REGISTERED,
         CLERKS, ALONE, "线索登记表", ("I1",), (), False, _R[25], _SINCE),
    Step(Act.ASSESS, LEAD, Stage.REGISTERED, Stage.ASSESSED,
         STAFF, ALONE, "初步调查报告", ("I2",), ("I1",), False, _R[27], _SINCE),
    Step(Act.FILE, LEAD, Stage.ASSESSED, Stage.FILED,
         STAFF, CHIEF, "立案决定书", ("T4",), ("I2",), True, _R[30], _SINCE),
    Step(Act.DECLINE, LEAD, Stage.ASSESSED, Stage.DECLINED,
         STAFF, CHIEF, "不立案决定书", (), ("I2",), True, _R[30], _SINCE),
    # administrative cases (R 67-84)
    Step(Act.SUGGEST, ADMINISTRATIVE, Stage.OPENED, Stage.SUGGESTION_MADE,
         STAFF, CHIEF, "检察建议书", ("T5",), (), True, _SUGGEST, _SINCE),
    Step(Act.SERVE, ADMINISTRATIVE, Stage.SUGGESTION_MADE, Stage.SUGGESTION_SERVED,
         HEARD, ALONE, "送达回证", ("T6", "T7", "T8", "T9"), ("T5",), False, _R[76], _SINCE),
    Step(Act.REPLY, ADMINISTRATIVE, Stage.SUGGESTION_SERVED, Stage.REPLIED,
         HEARD, ALONE, "书面回复", ("I3",), ("T7", "T8"), False, _J[21], _SINCE),
    Step(Act.REPLY, ADMINISTRATIVE, Stage.NOT_PERFORMED, Stage.REPLIED,
         HEARD, ALONE, "书面回复", ("I3",), ("T7", "T8"), False, _FOLLOW_UP, _SINCE),
    Step(Act.JUDGE_PERFORMED, ADMINISTRATIVE, Stage.REPLIED, Stage.PERFORMED,
         STAFF, ALONE, "跟进调查记录", (), ("I3",), False, _FOLLOW_UP, _SINCE),
    Step(Act.JUDGE_NOT_PERFORMED, ADMINISTRATIVE, Stage.REPLIED, Stage.NOT_PERFORMED,
         STAFF, ALONE, "跟进调查记录", (), ("I3",), False, _JUDGE, _SINCE),
    Step(Act.JUDGE_PERFORMED, ADMINISTRATIVE, Stage.SUGGESTION_SERVED, Stage.PERFORMED,
         STAFF, ALONE, "跟进调查记录", (), (), False, _FOLLOW_UP, _SINCE, when=REPLY_PERIOD_OVER),
    Step(Act.JUDGE_NOT_PERFORMED, ADMINISTRATIVE, Stage.SUGGESTION_SERVED, Stage.NOT_PERFORMED,
         STAFF, ALONE, "跟进调查记录", (), (), False, _JUDGE, _SINCE, when=REPLY_PERIOD_OVER),
    Step(Act.TERMINATE, ADMINISTRATIVE, Stage.OPENED, Stage.TERMINATED,
         STAFF, CHIEF, "终结案件决定书", (), (), True, _R[74], _SINCE),
    Step(Act.TERMINATE, ADMINISTRATIVE, Stage.PERFORMED, Stage.TERMINATED,
         STAFF, CHIEF, "终结案件决定书", (), ("T9",), True, _R[79], _SINCE),
    Step(Act.TERMINATE, ADMINISTRATIVE, Stage.NOT_PERFORMED, Stage.TERMINATED,
         STAFF, CHIEF, "终结案件决定书", (), ("T9",), True, _R[79], _SINCE),
    # civil cases (R 85-99), and those that go along with a criminal case (R 97)
    Step(Act.TERMINATE, CIVIL, Stage.OPENED, Stage.TERMINATED,
         STAFF, CHIEF, "终结案件决定书", (), (), True, _R[90], _SINCE),
    Step(Act.TERMINATE, INCIDENTAL, Stage.OPENED, Stage.TERMINATED,
         STAFF, CHIEF, "终结案件决定书", (), (), True, _R[90].marked(Mark.INFERENCE), _SINCE),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenAct:
    """A step known at this stage, and what stands in its way now, if anything does."""

    step: Step
    blocked_by: tuple[str, ...]


TWO_PERSONS = OURS["approval by two persons"]
ENDED = frozenset({Stage.FILED, Stage.DECLINED, Stage.TERMINATED})


def step_for(track: Track, stage: Stage | None, act: Act, on: date) -> Step:
    """The one step that `act` takes from `stage`; StepNotOpen says what is open; NoRuleInForce, that day."""
    rows = [s for s in STEPS if s.act is act and track in s.tracks and s.source == stage]
    if not rows:
        raise StepNotOpen(act=act, stage=stage, open=[s.act for s in open_steps(track, stage, on)])
    return in_force(rows, on, f"{track}: {act} from {stage}")


def open_steps(track: Track, stage: Stage | None, on: date) -> tuple[Step, ...]:
    """Every step that the law knows from this stage on that day, conditions apart."""
    return tuple(
        s
        for s in STEPS
        if track in s.tracks and s.source == stage and s.since <= on and (s.until is None or on <= s.until)
    )


def acts_open(
    track: Track, stage: Stage, situation: Situation, moving: bool, pending: bool
) -> tuple[OpenAct, ...]:
    """Every step from this stage with what blocks it: a condition, a move under way, a pending proposal."""

    def blocks(step: Step) -> tuple[str, ...]:
        said = (
            (step.when is not None and not step.when.holds(situation), step.when.code if step.when else ""),
            (moving and step.waits, "matter_is_moving"),
            (pending and bool(step.chain), "proposal_pending"),
        )
        return tuple(code for stands, code in said if stands)

    return tuple(OpenAct(step, blocks(step)) for step in open_steps(track, stage, situation.on))


def require(step: Step, situation: Situation) -> None:
    """Refuse while the step's condition, if it has one, does not hold."""
    if step.when and not step.when.holds(situation):
        condition = step.when
        said = {"condition": condition.code, "zh": condition.zh, "en": condition.en}
        raise ConditionNotMet(act=step.act, article=str(condition.basis), **said)
