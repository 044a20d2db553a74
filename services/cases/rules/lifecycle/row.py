"""The row of the step tables, and the conditions that a row may name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from services.cases.rules.law import (
    ADMINISTRATIVE_LITIGATION,
    HANDLING_RULES,
    INTERPRETATION,
    RULES_SINCE,
)
from services.cases.rules.vocabulary import Act, Finding, Stage, Track
from shared.citation import OURS, Citation, Mark
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
    replied: bool = False
    result_awaited: bool = False
    appraisal_open: bool = False
    may_lengthen: bool = False
    court_to_be_told: bool = False
    we_appealed: bool = False
    other_appealed: bool = False
    typical: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One named thing that must be true before a step is open."""

    code: str
    zh: str
    en: str
    holds: Callable[[Situation], bool]
    basis: Citation


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a step leads, and which limits it touches, if a condition holds on its day."""

    when: Condition
    target: Stage | None
    starts: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One lawful step. `chain` names who must approve, in order; `by` who may propose or do it.

    `target` None means that the matter stays where it is. `by` is empty where the step follows from what
    another service announces. A step that `waits` ends the matter or speaks outward, and is not open while an
    order is moving the matter. `by_superior` steps are those of an office above the handling one. A step that
    is not `in_order` may be written down after acts of a later day, if it is not older than the matter.
    `ends` are limits that nobody waits for after it. `form` is the document in which it is proposed, where
    the law names one.
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
    ends: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    form: str = ""
    since: date = RULES_SINCE
    until: date | None = None

    def turned(self, situation: Situation) -> "Step":
        """This step as it goes in that situation."""
        for turn in self.turns:
            if turn.when.holds(situation):
                return replace(
                    self, target=turn.target, starts=turn.starts, meets=turn.meets, ends=turn.ends, turns=()
                )
        return self


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
PUBLISHED = Condition(
    "published", "公告已刊登", "the announcement was published",
    lambda s: s.notice_ends_on is not None, _R[91],
)  # fmt: skip
RESULT_AWAITED = Condition(
    "result_awaited", "有已委托而结果未到的鉴定等事项", "the result of something entrusted is awaited",
    lambda s: s.result_awaited, _R[48].marked(Mark.OUR_READING),
)  # fmt: skip
APPRAISAL_OPEN = Condition(
    "appraisal_open", "有尚未结束的委托鉴定等事项", "something entrusted has not come to an end",
    lambda s: s.appraisal_open, _R[48].marked(Mark.OUR_READING),
)  # fmt: skip
MAY_LENGTHEN = Condition(
    "may_lengthen", "审查起诉期限正在计算，且本院检察长尚可延长",
    "a review for suit runs that the own chief may still lengthen", lambda s: s.may_lengthen, _R[47],
)  # fmt: skip
COURT_TO_BE_TOLD = Condition(
    "court_to_be_told", "有决定尚未送达法院", "a decision has not reached the court yet",
    lambda s: s.court_to_be_told, _R["84, 99, 102"],
)  # fmt: skip
COURT_TOLD = Condition(
    "court_told", "撤回决定已送达法院", "the decision to withdraw has reached the court",
    lambda s: not s.court_to_be_told, _R["84, 99, 102"].marked(Mark.INFERENCE),
)  # fmt: skip
WE_APPEALED = Condition(
    "we_appealed", "本院已上诉", "the office has appealed", lambda s: s.we_appealed, _R["58-63"],
)  # fmt: skip
NOT_YET_APPEALED = Condition(
    "not_yet_appealed", "本院尚未上诉", "the office has not appealed yet",
    lambda s: not s.we_appealed, _R["58-63"].marked(Mark.INFERENCE),
)  # fmt: skip
OTHER_APPEALED = Condition(
    "other_appealed", "对方已上诉", "the other side has appealed",
    lambda s: s.other_appealed, _R[62].marked(Mark.INFERENCE),
)  # fmt: skip
REPLIED = Condition(
    "replied", "行政机关已回复", "the agency has replied", lambda s: s.replied, _J[21],
)  # fmt: skip
TYPICAL = Condition(
    "typical", "本案已形成典型案例", "a typical case was made of this case",
    lambda s: s.typical, OURS["typical cases"],
)  # fmt: skip
NOT_YET_TYPICAL = Condition(
    "not_yet_typical", "本案尚未形成典型案例", "no typical case was made of this case",
    lambda s: not s.typical, OURS["typical cases"],
)  # fmt: skip
NOT_SECRET = Condition(
    "not_secret", "密级不高于内部", "not classified above internal",
    lambda s: not s.secret, OURS["typical cases"],
)  # fmt: skip
