"""Which office may file: a table of jurisdiction that answers competent, not, or unclear, and the way out.

The rows are asked from the top; the first that applies answers. A division is the six-digit code of a place;
an office's own area is what its code covers, so an office whose code carries a suffix (a branch, a railway
office) has an area that no code tells, and a person must confirm.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from services.cases.errors import CompetenceUnclear, NotCompetent
from services.cases.rules.law import GUIDING_CASE, HANDLING_RULES, INTERPRETATION
from services.cases.rules.vocabulary import OrderMode, Procedure
from shared.citation import Citation, Mark, living
from shared.organisations import Level
from shared.problems import NoRuleInForce


class Verdict(StrEnum):
    """Whether the office may file."""

    COMPETENT = "competent"
    NOT = "not"
    UNCLEAR = "unclear"


class Way(StrEnum):
    """The lawful ways out for an office that may not file by itself; each is a mode of referral."""

    TRANSFER_LEAD = "transfer_lead"
    REQUEST_LEAD_TRANSFER_UP = "request_lead_transfer_up"
    REQUEST_DESIGNATION = "request_designation"
    REQUEST_TAKE_UP = "request_take_up"
    ASSIGN = "assign"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Agency:
    """The agency whose duty is in question: where it stands, and whether it is a people's government."""

    division: str
    government: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What the rows look at. `places` are those of the act, of the result, and the wrongdoer's domicile."""

    procedure: Procedure
    office: str
    level: Level
    agency: Agency | None = None
    places: tuple[str, ...] = ()
    online: bool = False
    registered_place: str | None = None
    major: bool = False
    crime_handled_here: bool = False
    order: OrderMode | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of jurisdiction: when it applies, what it answers, the article, the ways out, a remark."""

    code: str
    procedures: tuple[Procedure, ...]
    verdict: Verdict
    zh: str
    en: str
    ways: tuple[Way, ...]
    basis: Citation
    since: date
    applies: Callable[[Question], bool] = field(repr=False)
    until: date | None = None
    remark: str = ""


_R = HANDLING_RULES
_SINCE = date(2021, 7, 1)
_CASE_141 = date(2022, 3, 7)
_SUFFIX = "-"
_DIGITS = {Level.SUPREME: 0, Level.PROVINCIAL: 2, Level.MUNICIPAL: 4, Level.PRIMARY: 6}


def level_of(division: str) -> Level:
    """The level of government at which a division stands, by its code."""
    if division.startswith("00"):
        return Level.SUPREME
    if division[2:6] == "0000":
        return Level.PROVINCIAL
    return Level.MUNICIPAL if division[4:6] == "00" else Level.PRIMARY


def covers(office: str, level: Level, division: str) -> bool:
    """Whether a division lies in the area that the office's code stands for."""
    digits = _DIGITS[level]
    return office[:digits] == division[:digits]


def _here(q: Question, division: str | None) -> bool:
    return division is not None and covers(q.office, q.level, division)


def _same_level(q: Question) -> bool:
    return q.agency is not None and _here(q, q.agency.division) and level_of(q.agency.division) is q.level


def _agency_rank(q: Question) -> int | None:
    """How far below the office the agency stands: negative when it stands above, None when elsewhere."""
    if q.agency is None:
        return None
    level = level_of(q.agency.division)
    wider = covers(q.agency.division, level, q.office)
    return level.rank - q.level.rank if wider or _here(q, q.agency.division) else None


def _government_next_below(q: Question) -> bool:
    return q.agency is not None and q.agency.government and _agency_rank(q) == 1


def _above_us(q: Question) -> bool:
    rank = _agency_rank(q)
    return rank is not None and rank < 0


def _below_us(q: Question) -> bool:
    rank = _agency_rank(q)
    return rank is not None and rank > 0


def _company_elsewhere(q: Question) -> bool:
    return q.online and q.registered_place is not None and not _here(q, q.registered_place)


def _several(q: Question) -> bool:
    return len(set(q.places)) > 1


def _some_place_here(q: Question) -> bool:
    return any(_here(q, place) for place in q.places)


def _all_places_here(q: Question) -> bool:
    return bool(q.places) and all(_here(q, place) for place in q.places)


def _higher(q: Question) -> bool:
    return q.level is not Level.PRIMARY


def _several_competent(q: Question) -> bool:
    superior_of_all = _higher(q) and _all_places_here(q)
    return q.online and _several(q) and _some_place_here(q) and not superior_of_all


ADMINISTRATIVE = (Procedure.ADMINISTRATIVE,)
CIVIL = (Procedure.CIVIL,)
INCIDENTAL = (Procedure.CRIMINAL_INCIDENTAL,)
ALL = tuple(Procedure)
_UP = (Way.REQUEST_DESIGNATION, Way.REQUEST_LEAD_TRANSFER_UP)

JURISDICTION = (
    Rule("order_17", ALL, Verdict.COMPETENT, "已有指定管辖等决定", "designated or transferred by decision",
         (), _R[17], _SINCE, lambda q: q.order in (OrderMode.DESIGNATE, OrderMode.TRANSFER_CASE)),
    Rule("order_18", ALL, Verdict.COMPETENT, "已有交办或提办决定", "assigned or taken up by decision", (),
         _R[18], _SINCE, lambda q: q.order in (OrderMode.ASSIGN, OrderMode.TAKE_UP)),
    Rule("area_unknown", ALL, Verdict.UNCLEAR, "本院辖区无法由代码判断", "no code tells this office's area",
         (Way.CONFIRM, *_UP), _R[17].marked(Mark.OUR_READING), _SINCE, lambda q: _SUFFIX in q.office),

    Rule("no_agency", ADMINISTRATIVE, Verdict.UNCLEAR, "尚未确定行政机关", "the agency is not identified yet",
         (Way.CONFIRM,), _R["28-29"], _SINCE, lambda q: q.agency is None,
         remark="损害重大而对象不明的，可以事立案 / grave harm may be filed before the agency is identified"),
    Rule("major_higher", ADMINISTRATIVE, Verdict.COMPETENT, "重大、复杂案件，上级院可以办理",
         "major or complex: an office at city level or above may take it", (),
         _R[15], _SINCE, lambda q: q.major and _higher(q) and _below_us(q)),
    Rule("same_level", ADMINISTRATIVE, Verdict.COMPETENT, "与行政机关对应同级",
         "the office at the same level as the agency", (), _R[13], _SINCE, _same_level),
    Rule("government", ADMINISTRATIVE, Verdict.COMPETENT, "对象为人民政府，上一级院可以管辖",
         "the agency is a people's government: the next higher office may", (),
         _R[13], _SINCE, _government_next_below),
    Rule("company_elsewhere", ADMINISTRATIVE, Verdict.NOT, "互联网企业注册地在他处",
         "the internet company is registered elsewhere", (Way.TRANSFER_LEAD, Way.REQUEST_DESIGNATION),
         GUIDING_CASE["141"], _CASE_141, _company_elsewhere),
    Rule("agency_above", ADMINISTRATIVE, Verdict.NOT, "行政机关级别高于本院",
         "the agency stands at a higher level", _UP, _R[13], _SINCE, _above_us),
    Rule("agency_below", ADMINISTRATIVE, Verdict.NOT, "行政机关级别低于本院",
         "the agency stands at a lower level", (Way.ASSIGN,), _R[13], _SINCE, _below_us),
    Rule("agency_elsewhere", ADMINISTRATIVE, Verdict.NOT, "行政机关不在本院辖区",
         "the agency is outside this office's area", (Way.TRANSFER_LEAD, Way.REQUEST_DESIGNATION),
         _R[13], _SINCE, lambda q: True),

    Rule("no_place", CIVIL, Verdict.UNCLEAR, "尚未确定行为地、结果地或住所地", "no place is known yet",
         (Way.CONFIRM,), _R[14], _SINCE, lambda q: not q.places),
    Rule("online_several", CIVIL, Verdict.UNCLEAR, "网络案件，多地均有管辖权，逐级报请共同上级院指定",
         "online, several offices competent: report up for designation by the common superior",
         (Way.REQUEST_DESIGNATION,), GUIDING_CASE["141"], _CASE_141,
         _several_competent),
    Rule("civil_primary", CIVIL, Verdict.COMPETENT, "行为地、结果地或住所地的基层院",
         "the primary-level office of the act, the result or the domicile", (),
         _R[14], _SINCE, lambda q: not _higher(q) and _some_place_here(q),
         remark=f"起诉须移送有管辖权法院对应的院 / to sue, transfer to the office at the competent court"
                f" ({_R[16]}, {INTERPRETATION[5]})"),
    Rule("civil_higher", CIVIL, Verdict.COMPETENT, "重大、复杂或跨区域案件，共同上级院可以办理",
         "major, complex, or harm over several divisions: the common superior may", (),
         _R[15], _SINCE, lambda q: _higher(q) and _all_places_here(q) and (q.major or _several(q))),
    Rule("civil_below", CIVIL, Verdict.NOT, "一般民事公益诉讼由基层院立案",
         "ordinary civil cases are filed at primary level", (Way.ASSIGN,),
         _R[14], _SINCE, lambda q: _higher(q) and _some_place_here(q)),
    Rule("civil_elsewhere", CIVIL, Verdict.NOT, "连接点不在本院辖区", "no connecting place in this area",
         (Way.TRANSFER_LEAD,), _R[14], _SINCE, lambda q: True),

    Rule("crime_here", INCIDENTAL, Verdict.COMPETENT, "办理刑事案件的检察院", "the office handling the crime",
         (), _R[14], _SINCE, lambda q: q.crime_handled_here),
    Rule("crime_elsewhere", INCIDENTAL, Verdict.NOT, "刑事案件由他院办理", "another office handles the crime",
         (Way.TRANSFER_LEAD,), _R[14], _SINCE, lambda q: True),
)  # fmt: skip


def competence_of(question: Question, on: date) -> Rule:
    """The first line in force that day which applies: its verdict, article and ways out."""
    for rule in living(JURISDICTION, on):
        if question.procedure in rule.procedures and rule.applies(question):
            return rule
    raise NoRuleInForce(what=f"jurisdiction, {question.procedure}", on=on.isoformat())


def require_competence(question: Question, on: date, confirmed: str | None) -> Rule:
    """Refuse an office that may not file; an unclear answer opens only with a person's stated reason."""
    rule = competence_of(question, on)
    said = {
        "rule": rule.code,
        "zh": rule.zh,
        "en": rule.en,
        "article": str(rule.basis),
        "ways_out": rule.ways,
    }
    if rule.verdict is Verdict.NOT:
        raise NotCompetent(**said)
    if rule.verdict is Verdict.UNCLEAR and not confirmed:
        raise CompetenceUnclear(**said)
    return rule
