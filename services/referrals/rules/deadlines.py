"""Time limits that this service runs: few are law, the others are agreed or internal and shown as such."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from services.referrals.rules.kinds import Clock, KindRow
from services.referrals.rules.law import HANDLING_RULES, OURS, RULES_SINCE, Instrument, Mark
from services.referrals.rules.modes import Answer, ModeRow
from services.referrals.rules.vocabulary import Form
from shared.citation import in_force
from shared.clocks import Period, Unit


class Limit(StrEnum):
    """The names of the limits: T3 is statutory, the others are not; those of handoffs are in `watched`."""

    T3 = "T3"
    AGREED_REPLY = "agreed_reply"
    INTERNAL_RECEIPT = "internal_receipt"
    INTERNAL_PAPERS = "internal_papers"
    INTERNAL_REPORT = "internal_report"
    INTERNAL_DECISION = "internal_decision"
    INTERNAL_OFFER = "internal_offer"
    INTERNAL_REQUEST = "internal_request"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What an office and an agency agreed about replies to handoffs (of one kind, or of all)."""

    id: str
    kind: str | None
    length: int
    unit: Unit
    title: str
    valid_from: date
    valid_to: date | None


LIMITS = (
    Period(
        Limit.T3, 30, Unit.DAYS, True, RULES_SINCE, None, HANDLING_RULES[43],
        "受委托院完成调查并函复", "the entrusted office investigates and replies",
        "receipt of the letter of entrustment", True,
    ),
    Period(
        Limit.INTERNAL_RECEIPT, 3, Unit.WORKING_DAYS, True, RULES_SINCE, None, OURS["receipt of an order"],
        "签收期限（内部）", "the addressee signs for the order (internal)", "issue", False,
    ),
    Period(
        Limit.INTERNAL_PAPERS, 5, Unit.WORKING_DAYS, True, RULES_SINCE, None, OURS["papers after taking up"],
        "移交材料期限（内部）", "the lower office hands over the papers (internal)", "taking up", False,
    ),
    Period(
        Limit.INTERNAL_REPORT, 1, Unit.MONTHS, True, RULES_SINCE, None, OURS["reports under supervision"],
        "督办报告期限（内部）", "the holder reports to the supervising office (internal)", "issue", False,
    ),
    Period(
        Limit.INTERNAL_DECISION, 10, Unit.WORKING_DAYS, True, RULES_SINCE, None,
        OURS["decision on a request"], "报请事项答复期限（内部）",
        "the superior decides, or passes the request on (internal)", "the request", False,
    ),
    Period(
        Limit.INTERNAL_OFFER, 15, Unit.WORKING_DAYS, True, RULES_SINCE, None, OURS["answer to an offer"],
        "线索移送反馈期限（内部）", "the receiver accepts or returns the offer (internal)", "dispatch", False,
    ),
    Period(
        Limit.INTERNAL_REQUEST, 15, Unit.WORKING_DAYS, True, RULES_SINCE, None, OURS["answer to a request"],
        "函件答复期限（内部）", "the receiver replies to the request (internal)", "dispatch", False,
    ),
)  # fmt: skip

_BY_ANSWER = {
    Answer.RECEIPT: Limit.INTERNAL_RECEIPT,
    Answer.REPLY: Limit.INTERNAL_RECEIPT,
    Answer.PAPERS: Limit.INTERNAL_PAPERS,
    Answer.DECISION: Limit.INTERNAL_DECISION,
    Answer.INSTRUCTION: Limit.INTERNAL_DECISION,
}
# What an office owes by itself under a referral: it stays its own when the matter moves.
OWED_BY_AN_OFFICE = (Limit.INTERNAL_RECEIPT, Limit.INTERNAL_PAPERS, Limit.INTERNAL_DECISION, Limit.T3)
OF_REFERRALS = (*OWED_BY_AN_OFFICE, Limit.INTERNAL_REPORT)


def limit_for(limit: Limit, on: date) -> Period:
    """The row of that limit in force on the day; NoRuleInForce when there was none."""
    return in_force((row for row in LIMITS if row.row == limit), on, f"limit {limit}")


def first_limit(row: ModeRow, on: date) -> Period | None:
    """Within what the addressee signs or decides, or the lower office hands over papers; else none."""
    limit = _BY_ANSWER.get(row.answer)
    return limit_for(limit, on) if limit else None


def reply_to_entrustment(row: ModeRow, on: date) -> Period | None:
    """Within what an entrusted office replies, from its receipt; none for other modes."""
    return limit_for(Limit.T3, on) if row.answer is Answer.REPLY else None


def report_due(
    row: ModeRow, milestones: Sequence[date], scheduled: bool, on: date, rules_of: date
) -> Period | None:
    """Until when the next report under a standing order is due: on its date, else by the internal rhythm.

    Where dates were set and all are reported, none is due any more.
    """
    if row.answer is not Answer.REPORTS or (scheduled and not milestones):
        return None
    rhythm = limit_for(Limit.INTERNAL_REPORT, rules_of)
    if not scheduled:
        return rhythm
    days = max((milestones[0] - on).days, 0)
    return replace(rhythm, length=days, unit=Unit.DAYS, rolls=False, basis=OURS["a report date of the order"])


def reply_limit(row: KindRow, agreements: tuple[Agreement, ...], on: date, rules_of: date) -> Period | None:
    """Within what a handoff is answered: as agreed, else internally; none where no clock runs here."""
    if row.clock is not Clock.AGREED_OR_INTERNAL:
        return None
    if agreement := agreed(row, agreements, on):
        return _agreed_period(agreement)
    return limit_for(Limit.INTERNAL_OFFER if row.form is Form.OFFER else Limit.INTERNAL_REQUEST, rules_of)


def agreed(row: KindRow, agreements: tuple[Agreement, ...], on: date) -> Agreement | None:
    """The agreement in force on the day: one about this very kind before a general one, then the latest."""
    living = [
        each
        for each in agreements
        if each.kind in (None, row.kind)
        and each.valid_from <= on
        and (each.valid_to is None or on <= each.valid_to)
    ]
    return max(living, key=lambda each: (each.kind is not None, each.valid_from), default=None)


def _agreed_period(agreement: Agreement) -> Period:
    instrument = Instrument(
        "agreement", agreement.title, agreement.title, agreement.valid_from, Mark.INTERNAL
    )
    return Period(
        Limit.AGREED_REPLY, agreement.length, agreement.unit, True, agreement.valid_from, agreement.valid_to,
        instrument[agreement.id], "约定答复期限", "the reply clock of an agreement", "dispatch", False,
    )  # fmt: skip
