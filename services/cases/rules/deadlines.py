"""The time limits that cases are held to: statutory rows as the law counts them, internal ones so marked."""

from datetime import date

from services.cases.rules.law import HANDLING_RULES, INTERPRETATION
from services.cases.rules.vocabulary import Pace
from shared.citation import OURS, in_force
from shared.clocks import Period, Unit

_R = HANDLING_RULES
_J = INTERPRETATION
_DAYS, _MONTHS = Unit.DAYS, Unit.MONTHS
_R_DAY, _J_DAY = date(2021, 7, 1), date(2021, 1, 1)

PERIODS = (
    Period("T4", 7, _DAYS, True, _R_DAY, None, _R[70],
           "向行政机关送达立案决定书", "serve the filing decision on the agency",
           "decision to file (administrative)", True),
    Period("T5", 3, _DAYS, True, _R_DAY, None, _R[76],
           "送达检察建议书", "serve the suggestion", "decision to make the suggestion", True),
    Period("T6", 5, _DAYS, True, _R_DAY, None, _R[75],
           "检察建议书报上一级院备案", "report the suggestion to the next superior for record",
           "service of the suggestion", True),
    Period("T7", 2, _MONTHS, True, _J_DAY, None, _J[21],
           "行政机关履职并书面回复", "the agency performs and replies in writing",
           "the agency receives the suggestion", True),
    Period("T8", 15, _DAYS, True, _J_DAY, None, _J[21],
           "行政机关书面回复（紧急情形）", "the agency replies in writing (urgent)",
           "the agency receives the suggestion", True),
    Period("T9", 1, _MONTHS, True, _R_DAY, None, _R[47],
           "行政公益诉讼审查起诉", "review for filing an administrative suit",
           "end of the rectification period in the suggestion", True, suspends=True, excludes=True),
    Period("I1", 30, _DAYS, True, _J_DAY, None, OURS["limit for assessing a lead"],
           "线索评估（内部期限）", "assess the lead (internal limit)", "registration", False),
    Period("I2", 15, _DAYS, True, _J_DAY, None, OURS["limit for deciding on a lead"],
           "决定是否立案（内部期限）", "decide on filing (internal limit)", "assessment", False),
    Period("I3", 30, _DAYS, True, _J_DAY, None, OURS["limit for judging a reply"],
           "评估回复（内部期限）", "judge the reply (internal limit)", "the agency's reply", False),
)  # fmt: skip

REPLY = {Pace.ORDINARY: "T7", Pace.URGENT: "T8"}


def period_for(row: str, on: date) -> Period:
    """That limit as in force on the day it rests on; NoRuleInForce when there was none."""
    return in_force([p for p in PERIODS if p.row == row], on, row)


def reply_period(pace: Pace, received_on: date) -> Period:
    """How long the agency has to answer a suggestion received that day."""
    return period_for(REPLY[pace], received_on)
