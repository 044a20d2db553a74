"""What this service announces: identifiers and facts, no personal information, no free text."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.referrals.events.handoffs import (
    DocumentTicketIssued,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffActed,
    HandoffConcluded,
    HandoffDecided,
    HandoffDelivered,
    HandoffDispatched,
    HandoffGated,
    HandoffRedirected,
    HandoffReplied,
    HandoffReturned,
    HandoffServed,
    HandoffWithdrawn,
)
from services.referrals.rules.vocabulary import Kind, Mode, Occasion
from shared import ledger
from shared.clocks import Unit
from shared.events import Event


class AgencyChanged(Event):
    """An agency was entered or changed."""

    name: ClassVar[str] = "agency_changed"

    code: str
    kind: str
    agency_name: str
    division: str
    superior: str | None
    valid_from: date | None
    valid_to: date | None


class AgencyKeyChanged(Event):
    """A public key of an agency was registered or its dates changed."""

    name: ClassVar[str] = "agency_key_changed"

    code: str
    kid: str
    jwk: dict[str, Any]
    valid_from: date | None
    valid_to: date | None


class DutyChanged(Event):
    """A line of the duty register was entered."""

    name: ClassVar[str] = "duty_changed"

    duty_id: UUID
    agency: str
    kind: Kind | None
    sector: str
    subject: str
    place: str
    valid_from: date
    valid_to: date | None


class AgreementChanged(Event):
    """An agreement between an office and an agency was entered."""

    name: ClassVar[str] = "agreement_changed"

    agreement_id: UUID
    office: str
    agency: str
    kind: Kind | None
    length: int
    unit: str
    valid_from: date
    valid_to: date | None


class _OfReferral(Event):
    matter_id: UUID
    referral_id: UUID
    mode: Mode
    issuer: str
    addressee: str


class GrantAsked(BaseModel):
    """Leave to know of the matter that an order asks for: for an office, or for one person of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    org: str
    sub: str | None
    scope: str
    ends_on: date | None


class ReferralIssued(_OfReferral):
    """An office issued an order, request or report about a matter.

    `grants` names all leave that comes with it, where `grants_scope` alone does not say it; `occasion` why,
    in modes with several reasons; `request_id` the request that it answers.
    """

    name: ClassVar[str] = "referral_issued"

    basis_epoch: int
    moves_custody: bool
    grants_scope: str | None
    about: UUID | None
    issued_on: date
    grants: tuple[GrantAsked, ...] = ()
    occasion: Occasion | None = None
    request_id: UUID | None = None


class ReferralArmed(_OfReferral):
    """The case side holds the matter still for this order; its receipt may be signed."""

    name: ClassVar[str] = "referral_armed"


class ReferralVoided(_OfReferral):
    """The order came to nothing, for this reason."""

    name: ClassVar[str] = "referral_voided"

    reason: str


class ReferralReceived(_OfReferral):
    """The addressee signed for it, or it bound by itself."""

    name: ClassVar[str] = "referral_received"

    received_on: date


class ReferralInForce(_OfReferral):
    """What it orders has taken effect on the case side."""

    name: ClassVar[str] = "referral_in_force"

    epoch: int | None


class ReferralWithdrawn(_OfReferral):
    """The issuer, or its next superior, took it back."""

    name: ClassVar[str] = "referral_withdrawn"


class ReferralReported(_OfReferral):
    """The holder reported under it."""

    name: ClassVar[str] = "referral_reported"

    report_id: UUID
    seq_no: int


class ReportMissed(_OfReferral):
    """A report that was due under a standing order has not been given."""

    name: ClassVar[str] = "report_missed"

    office: str
    seq_no: int
    due_on: date


class ReferralOpined(_OfReferral):
    """A level added its opinion and passed the request on; `addressee` is who has it now."""

    name: ClassVar[str] = "referral_opined"

    office: str
    seq_no: int
    agrees: bool


class ReferralApproved(_OfReferral):
    """The superior approved what was asked.

    `binding_act` is the order that approval created, if any. `length` and `unit` are those of a granted
    extension of the clock `about` of `cases` (mode request_extension) and null for everything else; where
    another office was designated to sue instead of extending, they are null and `binding_act` is set.
    """

    name: ClassVar[str] = "referral_approved"

    about: UUID | None
    length: int | None
    unit: Unit | None
    approved_by: str
    approved_on: date
    binding_act: UUID | None


class ReferralRefused(_OfReferral):
    """The superior refused what was asked."""

    name: ClassVar[str] = "referral_refused"


class ReferralReplied(_OfReferral):
    """The addressee of an entrustment, a request for instruction or guidance replied."""

    name: ClassVar[str] = "referral_replied"

    seq_no: int
    replied_on: date


class ReferralDisagreed(_OfReferral):
    """An office below reported its disagreement with an order while carrying it out."""

    name: ClassVar[str] = "referral_disagreed"

    office: str
    seq_no: int


class PartNotIssued(Event):
    """A part of a split lead could not be sent on as intended, for this reason."""

    name: ClassVar[str] = "part_not_issued"

    matter_id: UUID
    split_from: UUID
    addressee: str
    mode: str
    reason: str


class ReferralEnded(_OfReferral):
    """It no longer binds."""

    name: ClassVar[str] = "referral_ended"

    reason: str


PUBLISHED: tuple[type[Event], ...] = (
    AgencyChanged,
    AgencyKeyChanged,
    DutyChanged,
    AgreementChanged,
    ReferralIssued,
    ReferralArmed,
    ReferralVoided,
    ReferralReceived,
    ReferralInForce,
    ReferralWithdrawn,
    ReferralReported,
    ReportMissed,
    ReferralOpined,
    ReferralApproved,
    ReferralRefused,
    ReferralReplied,
    ReferralDisagreed,
    PartNotIssued,
    ReferralEnded,
    HandoffGated,
    HandoffDispatched,
    HandoffDelivered,
    HandoffAcknowledged,
    HandoffAccepted,
    HandoffReturned,
    HandoffWithdrawn,
    HandoffRedirected,
    HandoffActed,
    HandoffDecided,
    HandoffServed,
    HandoffReplied,
    HandoffConcluded,
    DocumentTicketIssued,
    *ledger.PUBLISHED,
)

__all__ = [
    "PUBLISHED",
    "AgencyChanged",
    "AgencyKeyChanged",
    "AgreementChanged",
    "DocumentTicketIssued",
    "DutyChanged",
    "GrantAsked",
    "HandoffAccepted",
    "HandoffAcknowledged",
    "HandoffActed",
    "HandoffConcluded",
    "HandoffDecided",
    "HandoffDelivered",
    "HandoffDispatched",
    "HandoffGated",
    "HandoffRedirected",
    "HandoffReplied",
    "HandoffReturned",
    "HandoffServed",
    "HandoffWithdrawn",
    "PartNotIssued",
    "ReferralApproved",
    "ReferralArmed",
    "ReferralDisagreed",
    "ReferralEnded",
    "ReferralInForce",
    "ReferralIssued",
    "ReferralOpined",
    "ReferralReceived",
    "ReferralRefused",
    "ReferralReplied",
    "ReferralReported",
    "ReferralVoided",
    "ReferralWithdrawn",
    "ReportMissed",
]
