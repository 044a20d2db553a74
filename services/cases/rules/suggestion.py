"""How long a suggestion gives (J 21), how its answer may be judged (R 82), why a case may end (R 74, 90)."""

from dataclasses import dataclass
from datetime import date

from services.cases.errors import FindingDoesNotFit, GroundDoesNotFit, PeriodTooShort
from services.cases.rules.deadlines import reply_period
from services.cases.rules.law import HANDLING_RULES, INTERPRETATION
from services.cases.rules.vocabulary import Act, Finding, Ground, Pace, Stage, Track
from shared.calendar import Calendar
from shared.citation import Citation, Mark, current, in_force, living
from shared.clocks import deadline

_R = HANDLING_RULES
_SINCE = date(2021, 7, 1)


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which an answer is judged; `replied` says whether it supposes a reply (None: either)."""

    finding: Finding
    act: Act
    zh: str
    en: str
    replied: bool | None
    basis: Citation
    since: date
    until: date | None = None


_NOT = Act.JUDGE_NOT_PERFORMED

FORMS = (
    Form(Finding.PERFORMED, Act.JUDGE_PERFORMED, "已依法履职", "performed", None,
         _R[77].marked(Mark.OUR_READING), _SINCE),
    Form(Finding.NO_REPLY_NO_MEASURES, _NOT, "逾期不回复且未采取有效整改措施",
         "no reply and no measures", False, _R["82(1)"], _SINCE),
    Form(Finding.PLAN_NOT_EXECUTED, _NOT, "已制定整改措施但未实质执行",
         "measures planned, not really executed", None, _R["82(2)"], _SINCE),
    Form(Finding.REPLIED_WITHOUT_PERFORMING, _NOT, "按期回复但未整改或仅部分整改",
         "timely reply, none or part performed", True, _R["82(3)"], _SINCE),
    Form(Finding.CRIME_PURSUED_DUTY_REMAINS, _NOT, "已追究刑事责任但仍需依法履职",
         "crime pursued, yet a duty remains", None, _R["82(4)"], _SINCE),
    Form(Finding.OBSTACLE_GONE_NOT_RESUMED, _NOT, "障碍消除后未及时恢复整改",
         "obstacle gone, not resumed", None, _R["82(5)"], _SINCE),
    Form(Finding.MEASURES_UNLAWFUL, _NOT, "整改措施违反法律规定", "measures unlawful",
         None, _R["82(6)"], _SINCE),
    Form(Finding.OTHER, _NOT, "其他未依法履职的情形", "other failure", None, _R["82(7)"], _SINCE),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ending:
    """One ground on which a case of that track may be terminated, and from which stages."""

    ground: Ground
    tracks: tuple[Track, ...]
    stages: tuple[Stage, ...]
    zh: str
    en: str
    basis: Citation
    since: date
    until: date | None = None


_ADMINISTRATIVE = (Track.ADMINISTRATIVE,)
_CIVIL = (Track.CIVIL,)
_INCIDENTAL = (Track.CRIMINAL_INCIDENTAL,)
_LIKE_CIVIL = _R[90].marked(Mark.INFERENCE)
_ENDS = (Stage.INVESTIGATED, Stage.REVIEWED)
_CIVIL_ENDS = (*_ENDS, Stage.SUPPORT_WITHDRAWN)

ENDINGS = (
    Ending(Ground.NO_UNLAWFUL_ACT, _ADMINISTRATIVE, (Stage.INVESTIGATED,),
           "行政机关不存在违法行使职权或不作为", "no unlawful act or inaction", _R[74], _SINCE),
    Ending(Ground.INTEREST_PROTECTED, _ADMINISTRATIVE, _ENDS, "公共利益已得到有效保护",
           "the interest is effectively protected", _R[74], _SINCE),
    Ending(Ground.FULLY_RECTIFIED, _ADMINISTRATIVE, _ENDS, "行政机关已全面采取整改措施",
           "the agency has fully rectified", _R[74], _SINCE),
    Ending(Ground.OTHER, _ADMINISTRATIVE, _ENDS, "其他应当终结的情形", "other", _R[74], _SINCE),
    *(
        Ending(ground, tracks, stages, zh, en, basis, _SINCE)
        for tracks, stages, basis in ((_CIVIL, _CIVIL_ENDS, _R[90]), (_INCIDENTAL, _ENDS, _LIKE_CIVIL))
        for ground, zh, en in (
            (Ground.NO_UNLAWFUL_ACT, "不存在违法行为", "no unlawful act"),
            (Ground.OTHER_SUBJECT_SUED, "其他适格主体已起诉", "another proper subject has sued"),
            (Ground.INTEREST_PROTECTED, "公共利益已得到有效保护", "the interest is effectively protected"),
            (Ground.OTHER, "其他应当终结的情形", "other"),
        )
    ),
)  # fmt: skip


def check_rectification(
    pace: Pace, decided_on: date, rules_of: date, rectify_by: date, calendar: Calendar
) -> None:
    """Refuse a rectification period that would end before the agency's own time could.

    J 21 counts from receipt, never before the decision; so an earlier end is too short in any case.
    """
    earliest = deadline(reply_period(pace, rules_of), decided_on, calendar).due_on
    if rectify_by < earliest:
        basis = INTERPRETATION[21].marked(Mark.INFERENCE)
        raise PeriodTooShort(rectify_by=rectify_by, earliest=earliest, article=str(basis), mark=basis.mark)


def form_of(finding: Finding, on: date) -> Form:
    """The row of that finding in force that day."""
    return in_force((f for f in FORMS if f.finding is finding), on, f"finding {finding}")


def form_for(finding: Finding, replied: bool, on: date) -> Form:
    """The row of that finding; refused when it supposes a reply that was not made, or none where one was."""
    form = form_of(finding, on)
    if form.replied is not None and form.replied is not replied:
        raise FindingDoesNotFit(finding=finding, replied=replied, article=str(form.basis))
    return form


def ending_for(ground: Ground, track: Track, stage: Stage, on: date) -> Ending:
    """The row of that ground, if it is open that day to a case of this track at this stage."""
    here = [e for e in living(ENDINGS, on) if track in e.tracks and stage in e.stages]
    ending = current([e for e in here if e.ground is ground], on)
    if ending is None:
        raise GroundDoesNotFit(ground=ground, stage=stage, open=[e.ground for e in here])
    return ending
