"""Of which events nobody is told, and why: every other event has its row in `recipients` and its wording."""

from dataclasses import dataclass

from shared.citation import OURS, Citation


@dataclass(frozen=True, slots=True)
class Silent:
    """An event that nobody is told of, and why."""

    event: str
    why: str
    basis: Citation = OURS["who is told of what"]


_BETWEEN = "the services' own agreement; offices are told of the order that it arms, moves or voids"
_REGISTER = "a register that is read where it is kept; it is about no matter"
_OWN = "its owner did it, or sees it at the endpoint; it is about no matter"
_LIMITED = "its time limit is told; whom it concerns is told in person"
_SEALED = "who reported a lead is sealed; an inbox would point at it"
_KEPT = "kept with the matter and read there"
_PROOF = "evidence of transport, kept with the delivery"

SILENT = (
    Silent("cases.standing_changed", "where a matter stands; the act that changed it is told"),
    Silent("cases.custody_locked", _BETWEEN),
    Silent("cases.custody_refused", _BETWEEN),
    Silent("cases.custody_released", _BETWEEN),
    Silent("cases.grant_refused", _BETWEEN),
    Silent("cases.recusal_decided", "whom it concerns is told in person; an inbox would spread it"),
    Silent("cases.recusal_requested", _LIMITED),
    Silent("cases.recusal_review_requested", _LIMITED),
    Silent("cases.reporter_kept", _SEALED),
    Silent("cases.reporter_reader_decided", _SEALED),
    Silent("cases.document_filed", "the act that it belongs to is told"),
    Silent("cases.document_described", _KEPT),
    Silent("cases.external_id_added", _KEPT),
    Silent("cases.rule_version_set", _KEPT),
    Silent("cases.matters_linked", "splitting and joining are told; any other link is read at the matter"),
    Silent("cases.team_changed", "the team is read at the matter; another office is told of its leave"),
    Silent("cases.limit_set", _REGISTER),
    Silent("cases.setting_made", _REGISTER),
    Silent("cases.acts_delegated", _REGISTER),
    Silent("cases.delegation_revoked", _REGISTER),
    Silent("referrals.agency_changed", _REGISTER),
    Silent("referrals.agency_key_changed", _REGISTER),
    Silent("referrals.duty_changed", _REGISTER),
    Silent("referrals.agreement_changed", _REGISTER),
    Silent("referrals.document_ticket_issued", "a reading, kept in the journal"),
    Silent("notifications.endpoint_registered", _OWN),
    Silent("notifications.endpoint_paused", _OWN),
    Silent("notifications.endpoint_resumed", _OWN),
    *(Silent(f"notifications.endpoint_{name}", _OWN)
      for name in ("asked", "secret_added", "secret_removed", "certificates_set", "certificates_removed")),
    Silent("notifications.messages_replayed", _OWN),
    Silent("notifications.feed_committed", _OWN),
    Silent("notifications.message_delivered", _PROOF),
    Silent("notifications.delivery_retried", _PROOF),
    Silent("notifications.delivery_skipped", _PROOF),
    Silent("notifications.delivery_restored", _PROOF),
    Silent("notifications.mail_address_added", _OWN),
    Silent("notifications.mail_address_ended", _OWN),
    *(Silent(f"{service}.event_skipped", "an operator's act, kept in the journal")
      for service in ("cases", "referrals", "notifications")),
)  # fmt: skip
