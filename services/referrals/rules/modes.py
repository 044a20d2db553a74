"""Modes: who may issue what to whom about a matter, whether it binds, and what it does to custody."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.referrals.rules.authority import (
    ASKS_THE_NEXT_SUPERIOR,
    CALLS_STAFF,
    HANDS_DOWN,
    IS_ABOVE_BOTH,
    ORDERS_THE_HOLDER,
    PASSES_TO_ANOTHER,
    PASSES_TO_SAME_LEVEL,
    REPORTS_UP,
    TAKES_FROM_BELOW,
    Authority,
)
from services.referrals.rules.law import (
    HANDLING_RULES,
    INTERPRETATION,
    NOTICE_2022,
    ORGANIC_LAW,
    OURS,
    RULES_SINCE,
    SUGGESTION_RULES,
    Citation,
    Mark,
)
from services.referrals.rules.vocabulary import MatterKind, Mode, Particular
from shared.citation import in_force


class Binding(StrEnum):
    """From when the addressee is bound."""

    ON_ISSUE = "on_issue"
    MUST_ACCEPT = "must_accept"
    AFTER_REVIEW = "after_review"
    NOT = "not"


class Custody(StrEnum):
    """What becomes of the handling of the matter."""

    MOVES_AT_RECEIPT = "moves_at_receipt"
    MOVES_AT_ONCE = "moves_at_once"
    MOVES_UNLESS_HELD = "moves_unless_held"
    BY_THE_ACT_APPROVED = "by_the_act_approved"
    STAYS = "stays"


class Track(StrEnum):
    """By which lifecycle a referral goes."""

    CUSTODY = "custody"
    STANDING = "standing"
    REQUEST = "request"
    RECORD = "record"
    ENTRUSTMENT = "entrustment"


class Answer(StrEnum):
    """What the addressee owes."""

    RECEIPT = "receipt"
    PAPERS = "papers"
    REPORTS = "reports"
    DECISION = "decision"
    INSTRUCTION = "instruction"
    REPLY = "reply"
    NOTHING = "nothing"


class Scope(StrEnum):
    """What a grant that comes with a referral is for."""

    SUPERVISION = "supervision"
    LEADERSHIP = "leadership"
    RECORD = "record"
    ENTRUSTED_INVESTIGATION = "entrusted_investigation"
    CALL_UP = "call_up"
    CO_HANDLING = "co_handling"


LEAD_ONLY = frozenset({MatterKind.LEAD})
CASE_ONLY = frozenset({MatterKind.CASE})
EITHER = frozenset(MatterKind)

CHIEFS = frozenset({"chief", "department_head", "overseer"})
HANDLERS = frozenset({"chief", "department_head", "prosecutor"})


# R 5 has the chief sign what goes out in the office's name, who may authorise others: whom, is said here.
_SIGNED = OURS["who may sign, where R 5 names the chief and whom the chief authorises"]
_SUPERIORS = (HANDS_DOWN, TAKES_FROM_BELOW, ORDERS_THE_HOLDER, IS_ABOVE_BOTH, CALLS_STAFF)


@dataclass(frozen=True, slots=True)
class ModeRow:
    """One mode of referral as the law has it, or as we read it.

    `makes` is the binding act that approval of a request creates; `climbs`, whether the office that has the
    request may pass it on to its next superior with its opinion; `ends_as`, what the end is called;
    `signing`, by what those in `signed_by` may sign.
    """

    mode: Mode
    zh: str
    authority: Authority
    matters: frozenset[MatterKind]
    binding: Binding
    custody: Custody
    track: Track
    answer: Answer
    scope: Scope | None
    signed_by: frozenset[str]
    in_writing: Citation | None
    basis: Citation
    also: tuple[Citation, ...] = ()
    needs: frozenset[Particular] = frozenset()
    takes: frozenset[Particular] = frozenset()
    climbs: bool = False
    makes: Mode | None = None
    ends_as: str = "lifted"
    since: date = RULES_SINCE
    until: date | None = None
    signing: Citation = _SIGNED
    note: str = ""

    @property
    def moves_custody(self) -> bool:
        """Whether another office may handle the matter in consequence."""
        return self.track is Track.CUSTODY

    @property
    def from_above(self) -> bool:
        """Whether it is a superior's order, with which an office below may report its disagreement."""
        return self.binding is Binding.ON_ISSUE and self.authority in _SUPERIORS

    @property
    def binds_itself(self) -> bool:
        """Whether the matter moves without anybody's receipt."""
        return self.custody is Custody.MOVES_AT_ONCE


_READ = Mark.OUR_READING
_R11 = HANDLING_RULES[11].marked(_READ)
_IN_WRITING = ORGANIC_LAW[24]
_IN_WRITING_TOO = _IN_WRITING.marked(Mark.INFERENCE)  # said of corrections; concluded for other orders
_CLIMBS = OURS["each level adds its opinion"]
_R18_OF_LEADS = HANDLING_RULES[18].marked(_READ)  # it speaks of cases; for leads it is how we read it
_AT_RECEIPT = OURS["custody moves at receipt"]
_UNDER_ORDERS = OURS["milestones, reports and lifting"]
_OF_LEADS = "R 18 speaks of cases; that it holds for leads as well is our reading"
_P = Particular


def _all(*particulars: Particular) -> frozenset[Particular]:
    return frozenset(particulars)


MODES = (
    ModeRow(
        Mode.ASSIGN, "交办", HANDS_DOWN, EITHER,
        Binding.ON_ISSUE, Custody.MOVES_AT_RECEIPT, Track.CUSTODY, Answer.RECEIPT, None,
        CHIEFS, _IN_WRITING_TOO, HANDLING_RULES[18],
        (_R18_OF_LEADS, _R11, HANDLING_RULES[10], _AT_RECEIPT),
        note=f"disagreement is reported while executing; it stops nothing; {_OF_LEADS}",
    ),
    ModeRow(
        Mode.TAKE_UP, "提办", TAKES_FROM_BELOW, EITHER,
        Binding.ON_ISSUE, Custody.MOVES_AT_ONCE, Track.CUSTODY, Answer.PAPERS, None,
        CHIEFS, _IN_WRITING_TOO, HANDLING_RULES[18],
        (_R18_OF_LEADS, _R11, HANDLING_RULES[15], OURS["custody moves at once, papers follow"]),
        note=f"handing over the papers is a duty of the lower office, not a condition; {_OF_LEADS}",
    ),
    ModeRow(
        Mode.SUPERVISE, "督办", ORDERS_THE_HOLDER, EITHER,
        Binding.ON_ISSUE, Custody.STAYS, Track.STANDING, Answer.REPORTS, Scope.SUPERVISION,
        CHIEFS, None, _R11, (_UNDER_ORDERS, NOTICE_2022["联合挂牌督办"]),
        takes=_all(_P.JOINT_WITH, _P.MILESTONES),
        note="joint listing by two departments: provincial level and above (digest of 2022)",
    ),
    ModeRow(
        Mode.TAKE_LEAD, "领办", ORDERS_THE_HOLDER, EITHER,
        Binding.ON_ISSUE, Custody.STAYS, Track.STANDING, Answer.REPORTS, Scope.LEADERSHIP,
        CHIEFS, None, _R11, (OURS["the holder signs in its own name"],),
        takes=_all(_P.CO_HANDLERS, _P.MILESTONES), ends_as="dissolved",
        note="the superior directs, other offices become co-handlers until the team is dissolved",
    ),
    ModeRow(
        Mode.DESIGNATE, "指定管辖", IS_ABOVE_BOTH, EITHER,
        Binding.ON_ISSUE, Custody.MOVES_UNLESS_HELD, Track.CUSTODY, Answer.RECEIPT, None,
        CHIEFS, _IN_WRITING_TOO, HANDLING_RULES[17], (HANDLING_RULES[47], _AT_RECEIPT),
        note="the designee may already hold the matter: then only the basis is recorded",
    ),
    ModeRow(
        Mode.TRANSFER_LEAD, "移送线索", PASSES_TO_SAME_LEVEL, LEAD_ONLY,
        Binding.MUST_ACCEPT, Custody.MOVES_AT_RECEIPT, Track.CUSTODY, Answer.RECEIPT, None,
        HANDLERS, HANDLING_RULES[26], HANDLING_RULES[26], (_AT_RECEIPT,),
        note="the receiver may neither return it nor pass it on; it may only report upward",
    ),
    ModeRow(
        Mode.TRANSFER_CASE, "移送案件", PASSES_TO_ANOTHER, CASE_ONLY,
        Binding.ON_ISSUE, Custody.MOVES_AT_RECEIPT, Track.CUSTODY, Answer.RECEIPT, None,
        CHIEFS, None, HANDLING_RULES[17], (HANDLING_RULES[79], HANDLING_RULES[94], _AT_RECEIPT),
        note="across divisions under a mechanism, or after review: the occasion says which",
    ),
    ModeRow(
        Mode.TRANSFER_FOR_SUIT, "移送起诉", PASSES_TO_ANOTHER, CASE_ONLY,
        Binding.AFTER_REVIEW, Custody.MOVES_AT_RECEIPT, Track.CUSTODY, Answer.RECEIPT, None,
        CHIEFS, None, HANDLING_RULES[16],
        (
            INTERPRETATION[5], HANDLING_RULES["47(3)"], HANDLING_RULES[14].marked(Mark.INFERENCE),
            _AT_RECEIPT, OURS["a person states the competent court"],
        ),
        needs=_all(_P.COURT),
        note="the receiver's period for review begins with its receipt; a criminal-incidental case, filed "
        "where the crime is handled, is not transferred",
    ),
    ModeRow(
        Mode.REQUEST_TAKE_UP, "报请提办", ASKS_THE_NEXT_SUPERIOR, EITHER,
        Binding.NOT, Custody.BY_THE_ACT_APPROVED, Track.REQUEST, Answer.DECISION, None,
        HANDLERS, None, HANDLING_RULES[18], (_R18_OF_LEADS, _CLIMBS), climbs=True, makes=Mode.TAKE_UP,
        note=_OF_LEADS,
    ),
    ModeRow(
        Mode.REQUEST_DESIGNATION, "报请指定管辖", ASKS_THE_NEXT_SUPERIOR, EITHER,
        Binding.NOT, Custody.BY_THE_ACT_APPROVED, Track.REQUEST, Answer.DECISION, None,
        HANDLERS, None, HANDLING_RULES[17].marked(Mark.INFERENCE), (_CLIMBS,),
        takes=_all(_P.PROPOSED), climbs=True, makes=Mode.DESIGNATE,
        note="a dispute is negotiated first; what remains of it the common superior decides by designating",
    ),
    ModeRow(
        Mode.REQUEST_LEAD_TRANSFER_UP, "报请移送案件线索", ASKS_THE_NEXT_SUPERIOR, LEAD_ONLY,
        Binding.NOT, Custody.BY_THE_ACT_APPROVED, Track.REQUEST, Answer.DECISION, None,
        HANDLERS, HANDLING_RULES[26], HANDLING_RULES[26], (_CLIMBS,), climbs=True, makes=Mode.TAKE_UP,
        note="the superior that finds the lead its own takes it up: our reading of what follows",
    ),
    ModeRow(
        Mode.REQUEST_EXTENSION, "报请延长审查起诉期限", ASKS_THE_NEXT_SUPERIOR, CASE_ONLY,
        Binding.NOT, Custody.STAYS, Track.REQUEST, Answer.DECISION, None,
        HANDLERS, None, HANDLING_RULES[47], needs=_all(_P.LENGTH),
        note="the next superior decides itself; finding an administrative case ripe it may, instead of "
        "extending, designate another office to sue",
    ),
    ModeRow(
        Mode.REQUEST_APPROVAL_TO_FILE, "报请批准立案", ASKS_THE_NEXT_SUPERIOR, LEAD_ONLY,
        Binding.NOT, Custody.STAYS, Track.REQUEST, Answer.DECISION, None,
        HANDLERS, None, OURS["an office may require approval before filing"], (_CLIMBS,), climbs=True,
    ),
    ModeRow(
        Mode.REQUEST_INSTRUCTION, "请示", ASKS_THE_NEXT_SUPERIOR, EITHER,
        Binding.NOT, Custody.STAYS, Track.ENTRUSTMENT, Answer.INSTRUCTION, None,
        HANDLERS, None, HANDLING_RULES[104], (_CLIMBS,), climbs=True, ends_as="closed",
    ),
    ModeRow(
        Mode.GUIDE, "对下指导", ORDERS_THE_HOLDER, EITHER,
        Binding.NOT, Custody.STAYS, Track.ENTRUSTMENT, Answer.NOTHING, None,
        CHIEFS, None, OURS["guidance downwards, named by the Notice of 2021"], ends_as="closed",
    ),
    ModeRow(
        Mode.REPORT_FOR_RECORD, "备案", REPORTS_UP, EITHER,
        Binding.NOT, Custody.STAYS, Track.RECORD, Answer.NOTHING, Scope.RECORD,
        HANDLERS, None, HANDLING_RULES[25],
        (*(HANDLING_RULES[article] for article in (75, 78, 46, 58, 62)), SUGGESTION_RULES[21]),
        note="major leads, suggestions, suspension, suit, judgment, the other side's appeal: the occasion "
        "says which",
    ),
    ModeRow(
        Mode.SUPERIOR_DECISION, "上级院决定", ORDERS_THE_HOLDER, EITHER,
        Binding.ON_ISSUE, Custody.STAYS, Track.STANDING, Answer.REPORTS, None,
        CHIEFS, _IN_WRITING, HANDLING_RULES[10],
        (HANDLING_RULES[61], SUGGESTION_RULES[22], _UNDER_ORDERS),
        takes=_all(_P.MILESTONES),
        note="revoke, alter, order correction; order or withdraw an appeal; change a suggestion",
    ),
    ModeRow(
        Mode.ENTRUST_INVESTIGATION, "委托调查", PASSES_TO_SAME_LEVEL, EITHER,
        Binding.ON_ISSUE, Custody.STAYS, Track.ENTRUSTMENT, Answer.REPLY, Scope.ENTRUSTED_INVESTIGATION,
        HANDLERS, HANDLING_RULES[43], HANDLING_RULES[43],
        needs=_all(_P.SUBJECTS, _P.ITEMS, _P.DEMANDS), ends_as="closed",
    ),
    ModeRow(
        Mode.CALL_UP, "调用检察人员", CALLS_STAFF, EITHER,
        Binding.ON_ISSUE, Custody.STAYS, Track.STANDING, Answer.RECEIPT, Scope.CALL_UP,
        CHIEFS, HANDLING_RULES[11], HANDLING_RULES[11], (OURS["a call-up ends on a day"],),
        needs=_all(_P.STAFF, _P.ENDS_ON), ends_as="released",
        note="named staff join the handling office's team until a date",
    ),
)  # fmt: skip


def mode_for(mode: Mode, on: date) -> ModeRow:
    """The row of that mode in force on the day; NoRuleInForce when there was none."""
    return in_force((row for row in MODES if row.mode is mode), on, f"mode {mode}")
