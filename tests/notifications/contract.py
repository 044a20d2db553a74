"""The fields that each heard event carries, as the contract between the services states them."""

_CLOCK = {"matter_id", "clock_id", "row", "office", "about"}
_REFERRAL = {"matter_id", "referral_id", "mode", "issuer", "addressee", "about"}
_HANDOFF = {"matter_id", "handoff_id", "kind", "sender", "receiver", "about"}


def _clocks(source: str) -> dict[str, set[str]]:
    return {
        f"{source}.clock_started": _CLOCK | {"basis_on", "due_on", "statutory"},
        f"{source}.clock_met": _CLOCK | {"met_on", "late"},
        f"{source}.clock_due_soon": _CLOCK | {"due_on", "days"},
        f"{source}.clock_breached": _CLOCK | {"due_on"},
        f"{source}.clock_ended": _CLOCK | {"reason"},
    }


FIELDS: dict[str, set[str]] = {
    "cases.lead_registered": {"lead_id", "number", "office", "source", "sector", "place", "focuses"},
    "cases.lead_assessed": {"lead_id", "outcome"},
    "cases.lead_closed": {"lead_id", "outcome", "case_id"},
    "cases.step_proposed": {"matter_id", "proposal_id", "act", "office", "awaiting"},
    "cases.step_reviewed": {"matter_id", "proposal_id", "act", "office", "awaiting"},
    "cases.step_decided": {"matter_id", "proposal_id", "act", "office", "approved"},
    "cases.case_opened": {
        *("case_id", "lead_id", "number", "office", "procedure", "addressee", "opened_on", "document_sha256"),
    },
    "cases.custody_moved": {"matter_id", "order_id", "from_office", "to_office", "epoch"},
    "cases.grant_given": {"matter_id", "order_id", "org", "scope"},
    "cases.grant_ended": {"matter_id", "order_id", "org", "reason"},
    "cases.suggestion_made": {
        *("case_id", "suggestion_id", "number", "office", "agency", "pace", "decided_on", "rectify_by"),
        "document_sha256",
    },
    "cases.reply_judged": {"case_id", "suggestion_id", "handoff_id", "finding"},
    "cases.case_terminated": {"case_id", "number", "office", "ground"},
    **_clocks("cases"),
    "referrals.referral_issued": _REFERRAL | {"basis_epoch", "moves_custody", "grants_scope", "issued_on"},
    "referrals.referral_armed": _REFERRAL,
    "referrals.referral_voided": _REFERRAL | {"reason"},
    "referrals.referral_received": _REFERRAL | {"received_on"},
    "referrals.referral_in_force": _REFERRAL | {"epoch"},
    "referrals.referral_withdrawn": _REFERRAL,
    "referrals.referral_reported": _REFERRAL | {"report_id", "seq_no"},
    "referrals.referral_ended": _REFERRAL | {"reason"},
    "referrals.handoff_dispatched": _HANDOFF | {"form", "number", "respond_by", "dispatched_on"},
    "referrals.handoff_delivered": _HANDOFF,
    "referrals.handoff_acknowledged": _HANDOFF,
    "referrals.handoff_accepted": _HANDOFF,
    "referrals.handoff_returned": _HANDOFF,
    "referrals.handoff_withdrawn": _HANDOFF,
    "referrals.handoff_decided": _HANDOFF | {"outcome"},
    "referrals.handoff_served": _HANDOFF | {"manner", "served_on"},
    "referrals.handoff_replied": _HANDOFF | {"replied_on"},
    "referrals.handoff_concluded": _HANDOFF,
    **_clocks("referrals"),
    "notifications.delivery_blocked": {"matter_id", "about", "endpoint_id", "owner", "event_id", "event_type"}
    | {"lane", "delivery_id", "reason"},
}
