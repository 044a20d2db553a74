"""Who decides on a recusal (R 19-23). The articles were read as a group: which says what is our reading."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.cases.rules.law import HANDLING_RULES
from services.cases.rules.vocabulary import Capacity
from shared.citation import Citation, Mark, in_force
from shared.identity import Role


class Petitioner(StrEnum):
    """Who asks for a recusal: the person concerned, a party, the agency, or the office itself."""

    SELF = "self"
    PARTY = "party"
    AGENCY = "agency"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Decider:
    """Whose recusal is decided by whom; a person who was challenged keeps working until then."""

    code: str
    capacities: tuple[Capacity, ...]
    by: Role
    zh: str
    en: str
    basis: Citation
    since: date
    until: date | None = None


_RECUSAL = HANDLING_RULES["19-23"].marked(Mark.OUR_READING)
_SINCE = date(2021, 7, 1)

CHIEFS = (Capacity.CHIEF,)
HELPERS = (Capacity.INTERPRETER, Capacity.APPRAISER, Capacity.INSPECTOR)
STAFF = tuple(each for each in Capacity if each not in (*CHIEFS, *HELPERS))

DECIDERS = (
    Decider("chief", CHIEFS, Role.COMMITTEE,
            "检察长的回避由检察委员会决定", "the committee decides on the chief", _RECUSAL, _SINCE),
    Decider("staff", STAFF, Role.CHIEF,
            "其他人员的回避由检察长决定", "the chief decides on everybody else", _RECUSAL, _SINCE),
    Decider("helpers", HELPERS, Role.CHIEF,
            "翻译人员、鉴定人、勘验人的回避由检察长决定",
            "interpreters, appraisers and inspectors are bound too", _RECUSAL, _SINCE),
)  # fmt: skip


DECIDE, REVIEW = "T1", "T2"
REVIEWED_ONCE = HANDLING_RULES[23]


def decider_of(capacity: Capacity, on: date) -> Decider:
    """The row that says who decides on a person of that capacity; NoRuleInForce when there was none."""
    return in_force([d for d in DECIDERS if capacity in d.capacities], on, f"recusal of {capacity}")
