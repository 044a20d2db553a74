"""One function per official act; each finds, asks the law, writes and records, in one transaction."""

from services.referrals.actions.acting import hold_handoff, hold_referral
from services.referrals.actions.agencies import (
    Agreed,
    DutyLine,
    end_agreement,
    end_duty,
    enter_agency,
    enter_agreement,
    enter_duty,
    register_key,
)
from services.referrals.actions.answers import answer
from services.referrals.actions.following import (
    anchor_to_case,
    case_ended,
    delivered,
    judged,
    keep_document,
    lead_ended,
    suggestion_over,
)
from services.referrals.actions.handoffs import (
    Content,
    FromAct,
    Onward,
    Posted,
    Reported,
    approve_handoff,
    conclude_handoff,
    decline_handoff,
    dispatch,
    dispatch_several,
    forward_handoff,
    go_on,
    hand_over_act,
    receive,
    withdraw_handoff,
)
from services.referrals.actions.issuing import Asked, issue
from services.referrals.actions.orders import disagree, lift, report, sign, withdraw
from services.referrals.actions.parts import send_part
from services.referrals.actions.passing import announce_missed, expire
from services.referrals.actions.protocol import arm, grant_ended, granted, matter_ended, moved, void
from services.referrals.actions.receipts import issue_ticket, package_papers
from services.referrals.actions.requests import Approved, approve, close, opine, refuse, reply
from services.referrals.actions.saying import Answer

__all__ = [
    "Agreed",
    "Answer",
    "Approved",
    "Asked",
    "Content",
    "DutyLine",
    "FromAct",
    "Onward",
    "Posted",
    "Reported",
    "anchor_to_case",
    "announce_missed",
    "answer",
    "approve",
    "approve_handoff",
    "arm",
    "case_ended",
    "close",
    "conclude_handoff",
    "decline_handoff",
    "delivered",
    "disagree",
    "dispatch",
    "dispatch_several",
    "end_agreement",
    "end_duty",
    "enter_agency",
    "enter_agreement",
    "enter_duty",
    "expire",
    "forward_handoff",
    "go_on",
    "grant_ended",
    "granted",
    "hand_over_act",
    "hold_handoff",
    "hold_referral",
    "issue",
    "issue_ticket",
    "judged",
    "keep_document",
    "lead_ended",
    "lift",
    "matter_ended",
    "moved",
    "opine",
    "package_papers",
    "receive",
    "refuse",
    "register_key",
    "reply",
    "report",
    "send_part",
    "sign",
    "suggestion_over",
    "void",
    "withdraw",
    "withdraw_handoff",
]
