"""The time limits that cases are held to: statutory rows as the law counts them, internal ones so marked.

T-rows follow the numbering of the list of limits in the documentation; `T18r` is T18 for a ruling, `T25s` is
T25 for the second instance. Limits that bind courts and parties are watched, so that a delay is seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.cases.rules.law import (
    ADMINISTRATIVE_LITIGATION,
    CIVIL_PROCEDURE,
    HANDLING_RULES,
    INTERPRETATION,
    INTERPRETATION_SINCE,
    RULES_SINCE,
    SUGGESTION_RULES,
)
from services.cases.rules.vocabulary import Occasion, OrderMode, Pace, Track
from shared.citation import OURS, Citation, Mark, current, in_force, living
from shared.clocks import Period, Unit

_R, _J, _SUG = HANDLING_RULES, INTERPRETATION, SUGGESTION_RULES
_ALL, _CPL = ADMINISTRATIVE_LITIGATION, CIVIL_PROCEDURE
_DAYS, _MONTHS = Unit.DAYS, Unit.MONTHS
_ADMINISTRATIVE = (Track.ADMINISTRATIVE.value,)
_CIVIL = (Track.CIVIL.value, Track.CRIMINAL_INCIDENTAL.value)


def _limit(
    row: str,
    length: int,
    unit: Unit,
    basis: Citation,
    zh: str,
    en: str,
    starts: str,
    tracks: tuple[str, ...] = (),
    review: bool = False,
    window: bool = False,
) -> Period:
    """A statutory row; a review for suit can be suspended, and time for appraisal is not counted in it."""
    since = INTERPRETATION_SINCE if basis.instrument is INTERPRETATION else RULES_SINCE
    pauses = (review, review)
    return Period(row, length, unit, True, since, None, basis, zh, en, starts, True, *pauses, tracks, window)


def _internal(row: str, length: int, zh: str, en: str, starts: str, window: bool = False) -> Period:
    """A limit of this system where the law has none; an office sets its own by REST."""
    basis = OURS[f"limit: {en}"]
    said = (f"{zh}（内部期限）", f"{en} (internal limit)", starts)
    since = INTERPRETATION_SINCE
    return Period(row, length, _DAYS, True, since, None, basis, *said, False, window=window)


PERIODS = (
    _limit("T1", 3, _DAYS, _R[23], "作出回避决定并告知", "decide on the recusal and tell",
           "receipt of the recusal request"),
    _limit("T2", 3, _DAYS, _R[23], "作出复议决定并通知", "decide the review of a recusal and tell",
           "receipt of the request for review"),
    _limit("T4", 7, _DAYS, _R[70], "向行政机关送达立案决定书", "serve the filing decision on the agency",
           "decision to file", _ADMINISTRATIVE),
    _limit("T5", 3, _DAYS, _R[76], "送达检察建议书", "serve the suggestion",
           "decision to make the suggestion", _ADMINISTRATIVE),
    _limit("T6", 5, _DAYS, _R[75], "检察建议书报上一级院备案",
           "report the suggestion to the next superior for record",
           "service of the suggestion", _ADMINISTRATIVE),
    _limit("T7", 2, _MONTHS, _J[21], "行政机关履职并书面回复", "the agency performs and replies in writing",
           "the agency receives the suggestion", _ADMINISTRATIVE),
    _limit("T8", 15, _DAYS, _J[21], "行政机关书面回复（紧急情形）",
           "the agency replies in writing (urgent)",
           "the agency receives the suggestion", _ADMINISTRATIVE),
    _limit("T9", 1, _MONTHS, _R[47], "行政公益诉讼审查起诉", "review for filing an administrative suit",
           "end of the rectification period in the suggestion", _ADMINISTRATIVE, review=True),
    _limit("T10", 30, _DAYS, _R[91], "公告期限", "proper subjects may sue", "publication of the notice",
           _CIVIL, window=True),
    _limit("T11", 3, _MONTHS, _R[47], "民事公益诉讼审查起诉", "review for filing a civil suit",
           "end of the notice period", (Track.CIVIL.value,), review=True),
    _limit("T15", 5, _DAYS, _R[46], "起诉书报上一级院备案",
           "report the indictment to the next superior for record", "the indictment is served on the court"),
    _limit("T16", 3, _DAYS, _R[49], "提交派员出庭通知书", "submit the notice of who appears",
           "receipt of the court's appearance notice"),
    _limit("T17", 3, _DAYS, _R[58], "一审裁判报上一级院备案",
           "report the judgment or ruling to the next superior for record",
           "receipt of the first-instance judgment or ruling"),
    _limit("T18", 15, _DAYS, _ALL[85], "对判决提起上诉", "appeal against the judgment",
           "service of the judgment", _ADMINISTRATIVE, window=True),
    _limit("T18", 15, _DAYS, _CPL[171], "对判决提起上诉", "appeal against the judgment",
           "service of the judgment", _CIVIL, window=True),
    _limit("T18r", 10, _DAYS, _ALL[85], "对裁定提起上诉", "appeal against the ruling",
           "service of the ruling", _ADMINISTRATIVE, window=True),
    _limit("T18r", 10, _DAYS, _CPL[171], "对裁定提起上诉", "appeal against the ruling",
           "service of the ruling", _CIVIL, window=True),
    _limit("T19", 3, _DAYS, _R[62], "对方上诉报上一级院备案",
           "report the other side's appeal to the next superior", "receipt of the copy of its appeal"),
    _limit("T20", 3, _DAYS, _R[84], "撤回起诉、变更诉讼请求决定书送法院",
           "the decision to withdraw the suit or change the claims reaches the court",
           "the decision", _ADMINISTRATIVE),
    _limit("T20", 3, _DAYS, _R[99], "撤回起诉决定书送法院",
           "the decision to withdraw the suit or change the claims reaches the court",
           "the decision", _CIVIL),
    _limit("T21", 3, _DAYS, _R[102], "撤回支持起诉决定书送法院和原告",
           "the withdrawal of support reaches court and plaintiff", "the decision", _CIVIL),
    _limit("T22", 7, _DAYS, _ALL[51], "法院决定是否立案", "the court files or refuses",
           "the court receives the suit", _ADMINISTRATIVE),
    _limit("T22", 7, _DAYS, _CPL[126], "法院决定是否立案", "the court files or refuses",
           "the court receives the suit", _CIVIL),
    _limit("T23", 5, _DAYS, _ALL[67], "法院向被告发送起诉书副本", "the court sends the defendant a copy",
           "the court files", _ADMINISTRATIVE),
    _limit("T23", 5, _DAYS, _CPL[128], "法院向被告发送起诉书副本", "the court sends the defendant a copy",
           "the court files", _CIVIL),
    _limit("T24", 15, _DAYS, _ALL[67], "被告答辩并提交证据", "the defendant answers, with evidence",
           "the defendant receives the copy", _ADMINISTRATIVE),
    _limit("T24", 15, _DAYS, _CPL[128], "被告答辩", "the defendant answers",
           "the defendant receives the copy", _CIVIL),
    _limit("T25", 6, _MONTHS, _ALL[81], "法院一审审限", "the court decides at first instance",
           "the court files", _ADMINISTRATIVE),
    _limit("T25", 6, _MONTHS, _CPL[152], "法院一审审限", "the court decides at first instance",
           "the court files", _CIVIL),
    _limit("T25s", 3, _MONTHS, _ALL[88], "法院二审审限", "the court decides at second instance",
           "the court gets the appeal", _ADMINISTRATIVE),
    _limit("T25s", 3, _MONTHS, _CPL[183], "法院二审审限", "the court decides at second instance",
           "the court gets the appeal", _CIVIL),
    _limit("T26", 2, _MONTHS, _SUG[15], "检察建议调查核实一般期限（公益诉讼规则有规定的从其规定）",
           "general rule for investigating a suggestion, where the rules on such cases are silent",
           "the chief approves the verification"),
    _internal("I1", 30, "线索评估", "assess the lead", "registration"),
    _internal("I2", 15, "决定是否立案", "decide on filing", "assessment"),
    _internal("I3", 30, "评估回复", "judge the reply", "the agency's reply"),
    _internal("I4", 90, "立案后调查", "investigate", "decision to file"),
    _internal("I5", 30, "调查终结后提出检察建议、公告或终结案件",
              "suggestion, announcement or end after the investigation report",
              "report concluding the investigation"),
    _internal("I6", 10, "中止审查报上一级院备案", "report the suspension for record",
              "decision to suspend the review"),
    _internal("I7", 10, "送达终结案件决定书", "serve the decision to terminate", "decision to terminate"),
    _internal("I8", 90, "归档", "archive", "the end of the case or lead"),
    _internal("I9", 20, "初步调查", "preliminary inquiry", "registration"),
    _internal("I10", 10, "重大线索报上一级院备案", "report a major lead for record", "registration"),
    _internal("I11", 30, "与行政机关磋商", "consult the agency", "decision to file", window=True),
    _internal("I12", 5, "线索登记", "register the lead", "receipt of the lead"),
)  # fmt: skip

REPLY = {Pace.ORDINARY: "T7", Pace.URGENT: "T8"}
REVIEW = ("T9", "T11")
EXCLUDED = _R[48]
REVIEWED_ANEW = _R[103].marked(Mark.INFERENCE)


@dataclass(frozen=True, slots=True)
class Restart:
    """An order that starts the review for suit anew for its receiver (T12); nothing else restarts.

    Where an occasion is named, an order of another one does not.
    """

    mode: OrderMode
    rows: tuple[str, ...]
    basis: Citation
    occasion: Occasion | None = None
    since: date = RULES_SINCE
    until: date | None = None


RESTARTS = (
    Restart(OrderMode.TRANSFER_FOR_SUIT, REVIEW, _R["47(3)"]),
    Restart(OrderMode.DESIGNATE, ("T9",), _R["47"].marked(Mark.INFERENCE), Occasion.TO_SUE),
)


@dataclass(frozen=True, slots=True)
class Lengthening:
    """Who may lengthen a review for suit, how often, by how much; the superior says by how much itself."""

    rows: tuple[str, ...]
    by: str
    most: int | None
    months: int | None
    zh: str
    en: str
    basis: Citation
    since: date = RULES_SINCE
    until: date | None = None


OWN_CHIEF, SUPERIOR = "own_chief", "superior"
LENGTHENINGS = (
    Lengthening(REVIEW, OWN_CHIEF, 1, 1, "重大、疑难、复杂案件，经本院检察长批准",
                "major, difficult or complex: the own chief, once", _R[47]),
    Lengthening(REVIEW, SUPERIOR, None, None, "仍不能办结的，报上一级院批准",
                "further: the next superior approves", _R[47]),
)  # fmt: skip


def period_for(row: str, on: date, track: str | None = None) -> Period:
    """That limit as in force on the day it rests on, for a procedure; NoRuleInForce when there was none."""
    return in_force(_rows(row, track), on, row)


def _rows(row: str, track: str | None) -> Iterable[Period]:
    return (p for p in PERIODS if p.row == row and (track is None or not p.tracks or track in p.tracks))


def goes_by_procedure(row: str, on: date) -> bool:
    """Whether procedures have different rows for that limit on that day."""
    return len({period.tracks for period in living(_rows(row, None), on)}) > 1


def reply_period(pace: Pace, received_on: date) -> Period:
    """How long the agency has to answer a suggestion received that day."""
    return period_for(REPLY[pace], received_on)


def restart_for(mode: str, occasion: str | None, on: date) -> Restart | None:
    """Whether an order of that mode and occasion starts the review for suit anew, and on which basis."""
    return current((r for r in RESTARTS if r.mode == mode and r.occasion in (None, occasion)), on)


def lengthening_by(who: str, row: str, on: date) -> Lengthening | None:
    """The row that lets them lengthen that limit on that day, if any does."""
    return current((each for each in LENGTHENINGS if each.by == who and row in each.rows), on)
