"""One function per official act; each finds, asks the law, writes and records, in one transaction."""

from services.referrals.actions.acting import hold_handoff, hold_referral
from services.referrals.actions.agencies import (
    Agreed,
    DutyLine,
    enter_agency,
    enter_agreement,
    enter_duty,
    register_key,
)
from services.referrals.actions.answers import Answer, answer
from services.referrals.actions.following import anchor_to_case, case_ended, delivered, judged, keep_document
from services.referrals.actions.handoffs import (
    Content,
    FromAct,
    Posted,
    conclude_handoff,
    dispatch,
    hand_over_act,
    withdraw_handoff,
)
from services.referrals.actions.orders import Asked, issue, lift, report, sign, withdraw
from services.referrals.actions.protocol import arm, grant_ended, granted, moved, void
from services.referrals.actions.receipts import issue_ticket, package_papers

__all__ = [
    "Agreed",
    "Answer",
    "Asked",
    "Content",
    "DutyLine",
    "FromAct",
    "Posted",
    "anchor_to_case",
    "answer",
    "arm",
    "case_ended",
    "conclude_handoff",
    "delivered",
    "dispatch",
    "enter_agency",
    "enter_agreement",
    "enter_duty",
    "grant_ended",
    "granted",
    "hand_over_act",
    "hold_handoff",
    "hold_referral",
    "issue",
    "issue_ticket",
    "judged",
    "keep_document",
    "lift",
    "moved",
    "package_papers",
    "register_key",
    "report",
    "sign",
    "void",
    "withdraw",
    "withdraw_handoff",
]
