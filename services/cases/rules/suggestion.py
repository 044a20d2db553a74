"""What a suggestion contains (R 75), how its answer may be judged (R 82), why a case may end (R 74, 90)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.cases.errors import FindingDoesNotFit, GroundDoesNotFit, PeriodTooShort, SuggestionIncomplete
from services.cases.rules.deadlines import reply_period
from services.cases.rules.law import HANDLING_RULES, INTERPRETATION
from services.cases.rules.vocabulary import Act, Finding, Ground, Pace, Stage, Track
from shared.calendar import Calendar
from shared.citation import Citation, Mark
from shared.clocks import deadline

_R = HANDLING_RULES
_SINCE = date(2021, 7, 1)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the suggestion; `other` alone may be empty."""

    code: str
    zh: str
    en: str
    required: bool
    basis: Citation
    since: date
    until: date | None = None


PARTS = (
    Part("agency", "行政机关名称", "name of the agency", True, _R[75], _SINCE),
    Part("case_source", "案件来源", "source of the case", True, _R[75], _SINCE),
    Part("harm", "公共利益受损事实", "facts of the harm", True, _R[75], _SINCE),
    Part("failure", "未依法履职的事实和理由", "facts and reasons of the failure", True, _R[75], _SINCE),
    Part("legal_basis", "法律依据", "legal basis", True, _R[75], _SINCE),
    Part("content", "建议的具体内容", "what exactly is suggested", True, _R[75], _SINCE),
    Part("rectification_period", "整改期限", "rectification period", True, _R[75], _SINCE),
    Part("other", "其他需要说明的事项", "anything else", False, _R[75], _SINCE),
)


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
_ANY = (Stage.OPENED, Stage.PERFORMED, Stage.NOT_PERFORMED)
_BEFORE = (Stage.OPENED,)

ENDINGS = (
    Ending(Ground.NO_UNLAWFUL_ACT, _ADMINISTRATIVE, _BEFORE, "行政机关不存在违法行使职权或不作为",
           "no unlawful act or inaction", _R[74], _SINCE),
    Ending(Ground.INTEREST_PROTECTED, _ADMINISTRATIVE, _ANY, "公共利益已得到有效保护",
           "the interest is effectively protected", _R[74], _SINCE),
    Ending(Ground.FULLY_RECTIFIED, _ADMINISTRATIVE, (Stage.OPENED, Stage.PERFORMED),
           "行政机关已全面采取整改措施", "the agency has fully rectified", _R[74], _SINCE),
    Ending(Ground.OTHER, _ADMINISTRATIVE, _ANY, "其他应当终结的情形", "other", _R[74], _SINCE),
    Ending(Ground.NO_UNLAWFUL_ACT, _CIVIL, _BEFORE, "不存在违法行为", "no unlawful act", _R[90], _SINCE),
    Ending(Ground.OTHER_SUBJECT_SUED, _CIVIL, _BEFORE, "其他适格主体已起诉",
           "another proper subject has sued", _R[90], _SINCE),
    Ending(Ground.INTEREST_PROTECTED, _CIVIL, _BEFORE, "公共利益已得到有效保护",
           "the interest is effectively protected", _R[90], _SINCE),
    Ending(Ground.OTHER, _CIVIL, _BEFORE, "其他应当终结的情形", "other", _R[90], _SINCE),
    Ending(Ground.NO_UNLAWFUL_ACT, _INCIDENTAL, _BEFORE, "不存在违法行为", "no unlawful act",
           _LIKE_CIVIL, _SINCE),
    Ending(Ground.OTHER_SUBJECT_SUED, _INCIDENTAL, _BEFORE, "其他适格主体已起诉",
           "another proper subject has sued", _LIKE_CIVIL, _SINCE),
    Ending(Ground.INTEREST_PROTECTED, _INCIDENTAL, _BEFORE, "公共利益已得到有效保护",
           "the interest is effectively protected", _LIKE_CIVIL, _SINCE),
    Ending(Ground.OTHER, _INCIDENTAL, _BEFORE, "其他应当终结的情形", "other", _LIKE_CIVIL, _SINCE),
)  # fmt: skip


def check_parts(parts: Mapping[str, str | None]) -> None:
    """Refuse a suggestion that lacks one of the parts R 75 asks for, naming every missing one."""
    missing = [p for p in PARTS if p.required and not (parts.get(p.code) or "").strip()]
    if missing:
        said = [{"part": p.code, "zh": p.zh, "en": p.en} for p in missing]
        raise SuggestionIncomplete(missing=said, article=str(_R[75]))


def check_rectification(pace: Pace, decided_on: date, rectify_by: date, calendar: Calendar) -> None:
    """Refuse a rectification period that would end before the agency's own time could.

    J 21 counts from receipt, never before the decision; so an earlier end is too short in any case.
    """
    earliest = deadline(reply_period(pace, decided_on), decided_on, calendar).due_on
    if rectify_by < earliest:
        basis = INTERPRETATION[21].marked(Mark.INFERENCE)
        raise PeriodTooShort(rectify_by=rectify_by, earliest=earliest, article=str(basis), mark=basis.mark)


def form_for(finding: Finding, replied: bool) -> Form:
    """The row of that finding; refused when it supposes a reply that was not made, or none where one was."""
    form = next(f for f in FORMS if f.finding is finding)
    if form.replied is not None and form.replied is not replied:
        raise FindingDoesNotFit(finding=finding, replied=replied, article=str(form.basis))
    return form


def ending_for(ground: Ground, track: Track, stage: Stage) -> Ending:
    """The row of that ground, if it is open to a case of this track at this stage."""
    for ending in ENDINGS:
        if ending.ground is ground and track in ending.tracks and stage in ending.stages:
            return ending
    here = [e.ground for e in ENDINGS if track in e.tracks and stage in e.stages]
    raise GroundDoesNotFit(ground=ground, stage=stage, open=here)
