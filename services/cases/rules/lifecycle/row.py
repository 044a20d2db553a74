"""The row of the step tables, and the conditions that a row may name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from services.cases.rules.law import (
    ADMINISTRATIVE_LITIGATION,
    HANDLING_RULES,
    INTERPRETATION,
    RULES_SINCE,
)
from services.cases.rules.vocabulary import Act, Finding, Stage, Track
from shared.citation import Citation, Mark
from shared.identity import Role


@dataclass(frozen=True, slots=True)
class Situation:
    """What a condition may look at: the day, and what has happened in the matter so far."""

    on: date
    reply_due_on: date | None = None
    finding: Finding | None = None
    notice_ends_on: date | None = None
    subject_sued_on: date | None = None
    indicted_on: date | None = None
    appeal_until: date | None = None


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

    `target` None means that the matter stays where it is. `by` is empty where the step follows from what
    another service announces. A step that `waits` ends the matter or speaks outward, and is not open while an
    order is moving the matter. `by_superior` steps are those of an office above the handling one. A step that
    is not `in_order` may be written down after acts of a later day, if it is not older than the matter.
    """

    act: Act
    tracks: tuple[Track, ...]
    sources: tuple[Stage | None, ...]
    target: Stage | None
    by: tuple[Role, ...]
    chain: tuple[Role, ...]
    document: str
    starts: tuple[str, ...]
    meets: tuple[str, ...]
    waits: bool
    basis: Citation
    when: tuple[Condition, ...] = ()
    by_superior: bool = False
    in_order: bool = True
    since: date = RULES_SINCE
    until: date | None = None


LEAD = (Track.LEAD,)
ADMINISTRATIVE = (Track.ADMINISTRATIVE,)
CIVIL = (Track.CIVIL,)
INCIDENTAL = (Track.CRIMINAL_INCIDENTAL,)
CIVIL_LIKE = (*CIVIL, *INCIDENTAL)
CASES = (*ADMINISTRATIVE, *CIVIL_LIKE)
ALL = (*LEAD, *CASES)

STAFF = (Role.PROSECUTOR, Role.DEPARTMENT_HEAD, Role.CHIEF)
CLERKS = (*STAFF, Role.CLERK)
HEARD = ()
ALONE = ()
CHIEF = (Role.DEPARTMENT_HEAD, Role.CHIEF)  # R 7: what goes to the chief is first reviewed by the head

_R, _J, _ALL = HANDLING_RULES, INTERPRETATION, ADMINISTRATIVE_LITIGATION


def _over(due_on: date | None, on: date) -> bool:
    return due_on is not None and on > due_on


REPLY_PERIOD_OVER = Condition(
    "reply_period_over", "答复期限已届满", "the period for the reply has run out",
    lambda s: _over(s.reply_due_on, s.on), _J[21],
)  # fmt: skip
NOT_PERFORMED = Condition(
    "not_performed", "行政机关未依法履职", "the agency was judged not to have performed",
    lambda s: s.finding not in (None, Finding.PERFORMED), _R[81],
)  # fmt: skip
NOTICE_OVER = Condition(
    "notice_over", "公告期已满，或者其他适格主体已起诉",
    "the notice period is over, or another proper subject has sued",
    lambda s: s.subject_sued_on is not None or _over(s.notice_ends_on, s.on),
    _R["93-95"].marked(Mark.OUR_READING),
)  # fmt: skip
NO_SUBJECT_SUED = Condition(
    "no_subject_sued", "公告期满后没有适格主体起诉",
    "the notice period is over and no proper subject has sued",
    lambda s: s.subject_sued_on is None and _over(s.notice_ends_on, s.on), _R[96],
)  # fmt: skip
INDICTED = Condition(
    "indicted", "刑事案件已提起公诉", "the criminal case has been indicted",
    lambda s: s.indicted_on is not None and s.indicted_on <= s.on, _R[97].marked(Mark.OUR_READING),
)  # fmt: skip
APPEAL_OPEN = Condition(
    "appeal_open", "上诉期限未届满", "the period for appeal has not run out",
    lambda s: s.appeal_until is not None and s.on <= s.appeal_until, _ALL[85],
)  # fmt: skip
APPEAL_OVER = Condition(
    "appeal_over", "上诉期限已届满", "the period for appeal has run out",
    lambda s: _over(s.appeal_until, s.on), _ALL[85],
)  # fmt: skip
