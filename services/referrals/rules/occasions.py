"""Occasions: in some modes an order, report or request rests on one of several articles, and says which."""

from dataclasses import dataclass
from datetime import date

from services.referrals.errors import OccasionMissing, OccasionNotForeseen
from services.referrals.rules.authority import ACROSS_DIVISIONS, TO_ANOTHER, Authority
from services.referrals.rules.law import (
    GUIDING_CASE,
    HANDLING_RULES,
    ORGANIC_LAW,
    OURS,
    RULES_SINCE,
    SUGGESTION_RULES,
    Citation,
    Mark,
)
from services.referrals.rules.modes import CASE_ONLY, EITHER, LEAD_ONLY, ModeRow
from services.referrals.rules.vocabulary import MatterKind, Mode, Occasion, Particular, Procedure
from shared.citation import in_force


@dataclass(frozen=True, slots=True)
class OccasionRow:
    """One occasion of a mode, what it is for, and the line it needs beyond that of the mode.

    `procedures` names those in which a case may be, none if any; `answers` the request that alone gives rise
    to it; `in_writing` says by which article it is written, where that differs from the mode's.
    """

    mode: Mode
    occasion: Occasion
    zh: str
    matters: frozenset[MatterKind]
    basis: Citation
    authority: Authority | None = None
    procedures: frozenset[Procedure] = frozenset()
    needs: frozenset[Particular] = frozenset()
    answers: Mode | None = None
    in_writing: Citation | None = None
    also: tuple[Citation, ...] = ()
    note: str = ""
    since: date = RULES_SINCE
    until: date | None = None


_M, _O, _R = Mode, Occasion, HANDLING_RULES
_NAMED, _LEVEL = _R[17].marked(Mark.INFERENCE), _R[13].marked(Mark.INFERENCE)
_SUG_21, _SUG_22, _GC_141 = SUGGESTION_RULES[21], SUGGESTION_RULES[22], GUIDING_CASE[141]
# OL 24 wants revocation, alteration and correction in writing; for other orders that is concluded.
_WRITTEN_TOO = ORGANIC_LAW[24].marked(Mark.INFERENCE)
_ADMINISTRATIVE, _CIVIL = frozenset({Procedure.ADMINISTRATIVE}), frozenset({Procedure.CIVIL})
_REVIEWED = OURS["that the review report is there, `cases` sees to"]

OCCASIONS = (
    OccasionRow(_M.REPORT_FOR_RECORD, _O.MAJOR_LEAD, "重大线索", LEAD_ONLY, _R[25]),
    OccasionRow(
        _M.REPORT_FOR_RECORD, _O.SUGGESTION, "检察建议", CASE_ONLY, _R[75],
        procedures=_ADMINISTRATIVE, also=(_SUG_21,),
        note="SUG 21: to the matching department and to the department for legal policy of the next superior",
    ),
    OccasionRow(
        _M.REPORT_FOR_RECORD, _O.SUSPENSION, "中止审查", CASE_ONLY, _R[78], procedures=_ADMINISTRATIVE
    ),
    OccasionRow(_M.REPORT_FOR_RECORD, _O.SUIT, "提起诉讼", CASE_ONLY, _R[46]),
    OccasionRow(_M.REPORT_FOR_RECORD, _O.JUDGMENT, "一审裁判", CASE_ONLY, _R[58]),
    OccasionRow(_M.REPORT_FOR_RECORD, _O.APPEAL, "对方上诉", CASE_ONLY, _R[62]),
    OccasionRow(_M.SUPERIOR_DECISION, _O.REVOKE, "撤销下级院决定", EITHER, _R[10]),
    OccasionRow(_M.SUPERIOR_DECISION, _O.ALTER, "变更下级院决定", EITHER, _R[10]),
    OccasionRow(_M.SUPERIOR_DECISION, _O.ORDER_CORRECTION, "指令纠正", EITHER, _R[10]),
    OccasionRow(
        _M.SUPERIOR_DECISION, _O.ORDER_APPEAL, "指令上诉", CASE_ONLY, _R[61], in_writing=_WRITTEN_TOO
    ),
    OccasionRow(
        _M.SUPERIOR_DECISION, _O.WITHDRAW_APPEAL, "指令撤回上诉", CASE_ONLY, _R[61], in_writing=_WRITTEN_TOO
    ),
    OccasionRow(
        _M.SUPERIOR_DECISION, _O.CHANGE_SUGGESTION, "指令变更或撤回检察建议", CASE_ONLY, _SUG_22,
        in_writing=_WRITTEN_TOO,
    ),
    OccasionRow(_M.DESIGNATE, _O.JURISDICTION, "指定管辖", EITHER, _R[17]),
    OccasionRow(
        _M.DESIGNATE, _O.TO_SUE, "指定其他院起诉", CASE_ONLY, _R[47], TO_ANOTHER,
        procedures=_ADMINISTRATIVE, answers=_M.REQUEST_EXTENSION,
        note="in place of an extension; the review for suit begins anew for the office designated",
    ),
    OccasionRow(
        _M.TRANSFER_CASE, _O.CROSS_DIVISION, "跨区划协作机制移送", CASE_ONLY, _R[17], ACROSS_DIVISIONS
    ),
    OccasionRow(
        _M.TRANSFER_CASE, _O.AFTER_REVIEW, "审查终结后移送其他院处理", CASE_ONLY, _R["79, 94"],
        also=(_REVIEWED,),
    ),
    OccasionRow(
        _M.REQUEST_DESIGNATION, _O.DISPUTE, "管辖权争议，协商不成", EITHER, _R[17],
        needs=frozenset({Particular.DISPUTED_WITH}),
    ),
    OccasionRow(_M.REQUEST_DESIGNATION, _O.LEVEL_MISMATCH, "与被监督机关不同级", EITHER, _LEVEL),
    OccasionRow(
        _M.REQUEST_DESIGNATION, _O.SEVERAL_COMPETENT, "多院均有管辖权的网络案件", EITHER, _GC_141,
        procedures=_CIVIL,
        note="of the administrative side the office of the company's registered place is competent",
    ),
    OccasionRow(_M.REQUEST_DESIGNATION, _O.OTHER_GROUND, "其他需要指定管辖的情形", EITHER, _NAMED),
)  # fmt: skip


def occasions_of(mode: Mode) -> tuple[OccasionRow, ...]:
    """The occasions of that mode; none for a mode that has only one."""
    return tuple(row for row in OCCASIONS if row.mode is mode)


def occasion_for(
    row: ModeRow, occasion: Occasion | None, matter: MatterKind, on: date, answers: Mode | None = None
) -> OccasionRow | None:
    """The occasion on which such an order rests, in force on the day; where only one is open, that one.

    `answers` is the request that the order answers, if it answers one.
    """
    asked = (None, answers)
    foreseen = [each for each in occasions_of(row.mode) if matter in each.matters and each.answers in asked]
    open_to = [each.occasion for each in foreseen]
    if occasion is None and len(open_to) > 1:
        raise OccasionMissing(mode=row.mode, open=open_to)
    if occasion is not None and occasion not in open_to:
        raise OccasionNotForeseen(mode=row.mode, occasion=occasion, open=open_to)
    chosen = occasion or next(iter(open_to), None)
    if chosen is None:
        return None
    return in_force((each for each in foreseen if each.occasion is chosen), on, f"occasion {chosen}")
