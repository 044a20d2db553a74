"""Which act leads from which stage to which, decided by whom, with which document, on which article.

The tables stand in `before_suit` and `in_court`, one line per provision; here they are asked.
"""

from dataclasses import dataclass
from datetime import date

from services.cases.errors import ConditionNotMet, StepNotOpen
from services.cases.rules.lifecycle.before_suit import (
    ADMINISTRATIVE_STEPS,
    CIVIL_STEPS,
    CLOSING_STEPS,
    INVESTIGATION_STEPS,
    LEAD_STEPS,
)
from services.cases.rules.lifecycle.in_court import JUDGMENT_STEPS, SUIT_STEPS
from services.cases.rules.lifecycle.row import Condition, Situation, Step
from services.cases.rules.vocabulary import Act, Stage, Track
from shared.citation import OURS, in_force, living

__all__ = [
    "ENDED",
    "STEPS",
    "TWO_PERSONS",
    "Condition",
    "OpenAct",
    "Situation",
    "Step",
    "acts_open",
    "in_order",
    "open_steps",
    "require",
    "step_for",
    "unmet",
]

STEPS = (
    *LEAD_STEPS,
    *INVESTIGATION_STEPS,
    *ADMINISTRATIVE_STEPS,
    *CIVIL_STEPS,
    *SUIT_STEPS,
    *JUDGMENT_STEPS,
    *CLOSING_STEPS,
)


@dataclass(frozen=True, slots=True)
class OpenAct:
    """A step known at this stage, and what stands in its way now, if anything does."""

    step: Step
    blocked_by: tuple[str, ...]


TWO_PERSONS = OURS["approval by two persons"]
ENDED = frozenset(
    {
        Stage.FILED,
        Stage.DECLINED,
        Stage.MERGED,
        Stage.SPLIT,
        Stage.TERMINATED,
        Stage.CONCLUDED,
        Stage.ARCHIVED,
    }
)


def step_for(track: Track, stage: Stage | None, act: Act, on: date) -> Step:
    """The one step that `act` takes from `stage`; StepNotOpen says what is open; NoRuleInForce, that day."""
    rows = [s for s in STEPS if s.act is act and track in s.tracks and stage in s.sources]
    if not rows:
        raise StepNotOpen(act=act, stage=stage, open=[s.act for s in open_steps(track, stage, on)])
    return in_force(rows, on, f"{track}: {act} from {stage}")


def in_order(act: Act) -> bool:
    """Whether the act follows in time on whatever was done before."""
    return all(step.in_order for step in STEPS if step.act is act)


def open_steps(track: Track, stage: Stage | None, on: date) -> tuple[Step, ...]:
    """Every step that the law knows from this stage on that day, conditions apart."""
    return tuple(s for s in living(STEPS, on) if track in s.tracks and stage in s.sources)


def unmet(step: Step, situation: Situation) -> tuple[Condition, ...]:
    """The conditions of the step that do not hold."""
    return tuple(condition for condition in step.when if not condition.holds(situation))


def acts_open(
    track: Track, stage: Stage, situation: Situation, rules_of: date, moving: bool, pending: bool
) -> tuple[OpenAct, ...]:
    """Every step from this stage with what blocks it: a condition, a move under way, a pending proposal."""

    def blocks(step: Step) -> tuple[str, ...]:
        said = [condition.code for condition in unmet(step, situation)]
        said += ["matter_is_moving"] if moving and step.waits else []
        said += ["proposal_pending"] if pending and step.chain else []
        return tuple(said)

    return tuple(OpenAct(step, blocks(step)) for step in open_steps(track, stage, rules_of))


def require(step: Step, situation: Situation) -> None:
    """Refuse while a condition of the step does not hold."""
    for condition in unmet(step, situation):
        said = {"condition": condition.code, "zh": condition.zh, "en": condition.en}
        raise ConditionNotMet(act=step.act, article=str(condition.basis), **said)
