"""Clocks that acts on a handoff start and meet: the limits between agencies and police (L1-L11), and our own.

The statutory ones bind others and are watched; what no law limits carries an internal limit, shown as such.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.referrals.errors import LengtheningNotOpen
from services.referrals.rules.courses import HandoffAct, HandoffStage
from services.referrals.rules.law import (
    ECONOMIC_CRIME_RULES,
    OURS,
    POLICE_RULES,
    RULES_SINCE,
    TRANSFER_RULES,
    Citation,
)
from services.referrals.rules.vocabulary import Course, Outcome
from shared.citation import in_force
from shared.clocks import Period, Unit


class Watched(StrEnum):
    """The names of these limits."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"
    L5_TOLD = "L5t"
    L5 = "L5"
    L6 = "L6"
    L6_REVIEW = "L6r"
    L7 = "L7"
    L8 = "L8"
    L9 = "L9"
    L10 = "L10"
    L11 = "L11"
    INTERNAL_SUPPLEMENT = "internal_supplement"
    INTERNAL_REEXAMINATION = "internal_reexamination"
    INTERNAL_REVIEW = "internal_review"


class Began(StrEnum):
    """What starts or meets a clock without being an act: a day that the transfer or an answer states."""

    REPORTED = "reported"
    APPROVED = "approved"
    FOUND_ANOTHER = "found_another"
    FOUND_INCOMPLETE = "found_incomplete"
    INFORMED = "informed"
    INFORMED_AGAIN = "informed_again"


@dataclass(frozen=True, slots=True)
class Case:
    """What a condition looks at: whether the crime is economic, what was decided, how far it has come."""

    economic: bool
    outcome: str | None
    stage: HandoffStage | None = None


@dataclass(frozen=True, slots=True)
class When:
    """When a clock applies, in words and as a test."""

    zh: str
    en: str
    holds: Callable[[Case], bool]


ALWAYS = When("", "", lambda _: True)
NOT_ECONOMIC = When("非经济犯罪", "no economic crime", lambda case: not case.economic)
ECONOMIC = When("仅经济犯罪", "economic crime only", lambda case: case.economic)
REFUSED = When("不予立案的", "where no case was opened", lambda case: case.outcome == Outcome.NOT_FILED)
FILED = When("立案的", "where a case was opened", lambda case: case.outcome == Outcome.FILED)
OF_THE_DEMAND = When("收到要求说明理由通知书的", "receipt of the demand for reasons",
                     lambda case: case.stage is HandoffStage.ACKNOWLEDGED)  # fmt: skip
OF_THE_NOTICE = When("收到通知立案书的", "receipt of the notice to file",
                     lambda case: case.stage is HandoffStage.NOTICE_RECEIVED)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One clock of handoffs of that course: what starts it and when that counts, what meets it and when."""

    limit: Watched
    course: Course
    starts: tuple[HandoffAct | Began, ...]
    meets: tuple[HandoffAct | Began, ...]
    applies_when: When
    basis: Citation
    also: tuple[Citation, ...] = ()
    met_when: When = ALWAYS


_TR, _MPS, _EC = TRANSFER_RULES, POLICE_RULES, ECONOMIC_CRIME_RULES
_TR_SINCE, _MPS_SINCE = date(2020, 8, 7), date(2020, 7, 20)
_DAYS, _HOURS, _WORKING = Unit.DAYS, Unit.HOURS, Unit.WORKING_DAYS
_W = Watched


def _law(
    row: Watched, length: int, unit: Unit, since: date, basis: Citation, says: tuple[str, str, str],
    window: bool = False,
) -> Period:  # fmt: skip
    """A limit of the transfer rules: days are calendar days, and no row says that a rest day prolongs it."""
    return Period(row, length, unit, False, since, None, basis, *says, True, window=window)


def _internal(row: Watched, length: int, what: str, says: tuple[str, str, str]) -> Period:
    return Period(row, length, _WORKING, True, RULES_SINCE, None, OURS[what], *says, False)


WATCHED = (
    _law(_W.L1, 3, _DAYS, _TR_SINCE, _TR[5],
         ("行政机关负责人决定是否移送", "the agency's head approves or refuses the transfer", "its report")),
    _law(_W.L2, 24, _HOURS, _TR_SINCE, _TR["5-6"],
         ("批准后移送同级公安机关", "the agency transfers to the police", "approval")),
    _law(_W.L3, 24, _HOURS, _TR_SINCE, _TR[7],
         ("转送有管辖权的公安机关并书面告知", "the police pass it on and tell the agency", "the finding")),
    _law(_W.L4, 3, _DAYS, _TR_SINCE, _TR[8],
         ("公安机关决定是否立案", "the police decide whether to file", "receipt of the transfer")),
    _law(_W.L5_TOLD, 24, _HOURS, _MPS_SINCE, _MPS[180],
         ("材料不全的，告知补正", "the police say which papers are missing", "finding them incomplete")),
    _law(_W.L5, 3, _DAYS, _MPS_SINCE, _MPS[180],
         ("行政机关补正材料", "the agency completes its papers", "being told")),
    _law(_W.L6, 3, _DAYS, _TR_SINCE, _TR[9],
         ("行政机关提请复议", "the agency may ask for review", "receipt of the refusal"),
         window=True),
    _law(_W.L6_REVIEW, 3, _DAYS, _MPS_SINCE, _MPS[181],
         ("公安机关作出复议决定", "the police decide on review", "receipt of the request")),
    _law(_W.L7, 3, _DAYS, _TR_SINCE, _TR[9],
         ("行政机关建议立案监督", "the agency may suggest supervision of filing",
          "receipt of the review decision"),
         window=True),
    _law(_W.L8, 3, _DAYS, _TR_SINCE, _TR[12],
         ("移交涉案物品和材料", "the agency hands over items and papers", "the filing notice")),
    _law(_W.L9, 7, _DAYS, _MPS_SINCE, _MPS[182],
         ("书面说明不立案理由", "the police explain why no case was opened", "receipt of the demand")),
    _law(_W.L10, 15, _DAYS, _MPS_SINCE, _MPS[182],
         ("立案并送达副本", "the police open a case and send a copy", "receipt of the notice to file")),
    _law(_W.L11, 3, _DAYS, _TR_SINCE, _EC[16],
         ("经济犯罪案件立案审查", "the police decide whether to file, economic crime", "receipt")),
    _internal(_W.INTERNAL_SUPPLEMENT, 5, "supplementing papers",
              ("补充材料期限（内部）", "the sender supplies missing papers (internal)", "being asked")),
    _internal(_W.INTERNAL_REEXAMINATION, 5, "re-examining after an objection",
              ("异议复核期限（内部）", "the office re-examines (internal)", "the objection")),
    _internal(_W.INTERNAL_REVIEW, 10, "review of a decision on an offer",
              ("复查期限（内部）", "the receiver looks at its decision again (internal)", "being asked")),
)  # fmt: skip

_A, _B = HandoffAct, Began
_T = Course.TRANSFER
_PAPERS, _SUG_23 = OURS["missing papers are asked for inside the handoff"], OURS["objections are re-examined"]
_AGAIN = OURS["a decision on an offer may be looked at again"]

HANDOFF_CLOCKS = (
    ClockRow(_W.L1, _T, (_B.REPORTED,), (_B.APPROVED,), ALWAYS, _TR[5]),
    ClockRow(_W.L2, _T, (_B.APPROVED,), (_A.DISPATCH,), ALWAYS, _TR["5-6"]),
    ClockRow(_W.L3, _T, (_B.FOUND_ANOTHER,), (_A.REDIRECT,), ALWAYS, _TR[7], (_MPS[175],)),
    ClockRow(_W.L4, _T, (_A.ACKNOWLEDGE,), (_A.DECIDE, _A.REDIRECT), NOT_ECONOMIC, _TR[8],
             (_MPS[180],)),
    ClockRow(_W.L11, _T, (_A.ACKNOWLEDGE,), (_A.DECIDE, _A.REDIRECT), ECONOMIC, _EC[16]),
    ClockRow(_W.L5_TOLD, _T, (_B.FOUND_INCOMPLETE,), (_A.ASK_PAPERS,), ALWAYS, _MPS[180]),
    ClockRow(_W.L5, _T, (_A.ASK_PAPERS,), (_A.SUPPLY,), ALWAYS, _MPS[180]),
    ClockRow(_W.L6, _T, (_B.INFORMED,), (_A.ASK_REVIEW,), REFUSED, _TR[9]),
    ClockRow(_W.L6_REVIEW, _T, (_A.ASK_REVIEW,), (_A.REVIEW,), ALWAYS, _MPS[181], (_TR[9],)),
    ClockRow(_W.L7, _T, (_B.INFORMED_AGAIN,), (_A.PROPOSE_SUPERVISION,), REFUSED, _TR[9]),
    ClockRow(_W.L8, _T, (_B.INFORMED, _B.INFORMED_AGAIN), (_A.HAND_OVER,), FILED, _TR[12]),
    ClockRow(_W.L9, Course.DEMAND, (_A.ACKNOWLEDGE,), (_A.REPLY,), OF_THE_DEMAND, _MPS[182]),
    ClockRow(_W.L10, Course.DEMAND, (_A.ACKNOWLEDGE,), (_A.DECIDE,), OF_THE_NOTICE, _MPS[182],
             met_when=FILED),
    *(
        ClockRow(_W.INTERNAL_SUPPLEMENT, course, (_A.ASK_PAPERS,), (_A.SUPPLY,), ALWAYS, _PAPERS)
        for course in (Course.OFFER, Course.INBOUND, Course.REQUEST)
    ),
    ClockRow(_W.INTERNAL_REEXAMINATION, Course.SERVICE, (_A.OBJECT,), (_A.REEXAMINE,), ALWAYS, _SUG_23),
    ClockRow(_W.INTERNAL_REVIEW, Course.OFFER, (_A.ASK_REVIEW,), (_A.REVIEW,), ALWAYS, _AGAIN),
)  # fmt: skip
OF_HANDOFFS = tuple(_W)


@dataclass(frozen=True, slots=True)
class Lengthening:
    """A step by which the police lengthen their time in a case of economic crime: to what, from what."""

    to_days: int
    from_days: tuple[int, ...]
    zh: str
    en: str
    basis: Citation


LENGTHENINGS = (
    Lengthening(10, (3,), "至迟十日", "ten days at the latest", _EC[16]),
    Lengthening(
        30, (3, 10), "经县级以上公安机关负责人批准", "with approval of the head at county level", _EC[16]
    ),
    Lengthening(60, (30,), "经上一级公安机关负责人批准", "with approval of the superior", _EC[16]),
)


def watched_for(limit: Watched, on: date) -> Period:
    """The row of that limit in force on the day; NoRuleInForce when there was none."""
    return in_force((row for row in WATCHED if row.row == limit), on, f"limit {limit}")


def clocks_started(course: Course, by: HandoffAct | Began, case: Case) -> tuple[Watched, ...]:
    """The limits that begin with that act, or on that stated day."""
    rows = (row for row in HANDOFF_CLOCKS if row.course is course and by in row.starts)
    return tuple(row.limit for row in rows if row.applies_when.holds(case))


def clocks_met(course: Course, by: HandoffAct | Began, case: Case) -> tuple[Watched, ...]:
    """The limits that are met by that act with that outcome, or on that stated day."""
    rows = (row for row in HANDOFF_CLOCKS if row.course is course and by in row.meets)
    return tuple(row.limit for row in rows if row.met_when.holds(case))


def lengthening(economic: bool, now_days: int, to_days: int) -> int:
    """How many days are added; refused unless the crime is economic and the next step is named."""
    steps = [row.to_days for row in LENGTHENINGS if now_days in row.from_days]
    if not economic or to_days not in steps:
        raise LengtheningNotOpen(economic=economic, now_days=now_days, open=steps if economic else [])
    return to_days - now_days
