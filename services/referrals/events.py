"""What this service announces: identifiers and facts, no personal information, no free text."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.referrals.rules.courses import HandoffAct
from services.referrals.rules.vocabulary import Form, Gate, Kind, Mode, Occasion, ServiceManner
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


class _OfHandoff(Event):
    """`inbound` means that an agency sent it, to an office or to the police."""

    matter_id: UUID
    handoff_id: UUID
    kind: Kind
    sender: str
    receiver: str
    about: UUID | None
    inbound: bool = False


class HandoffGated(_OfHandoff):
    """It waits for that organisation before it leaves, or never left; nobody outside is told."""

    name: ClassVar[str] = "handoff_gated"

    gate: Gate
    org: str


class HandoffDispatched(_OfHandoff):
    """A handoff left its sender."""

    name: ClassVar[str] = "handoff_dispatched"

    form: Form
    number: str
    respond_by: date | None
    dispatched_on: date
    sector: str | None = None
    place: str | None = None
    follows: UUID | None = None


class HandoffDelivered(_OfHandoff):
    """The receiver's endpoint took the notice of it: transport, no business answer."""

    name: ClassVar[str] = "handoff_delivered"

    endpoint_id: UUID


class HandoffAcknowledged(_OfHandoff):
    """The receiver says that it has it."""

    name: ClassVar[str] = "handoff_acknowledged"


class HandoffAccepted(_OfHandoff):
    """The receiver takes the offer."""

    name: ClassVar[str] = "handoff_accepted"


class HandoffReturned(_OfHandoff):
    """The receiver does not take the offer."""

    name: ClassVar[str] = "handoff_returned"


class HandoffWithdrawn(_OfHandoff):
    """The sender took it back before it was answered; a served suggestion was withdrawn or replaced."""

    name: ClassVar[str] = "handoff_withdrawn"

    reason: str | None = None


class HandoffRedirected(_OfHandoff):
    """The receiver says that another is competent; a person decides whether it goes on to it."""

    name: ClassVar[str] = "handoff_redirected"

    redirect_to: str | None


class HandoffActed(_OfHandoff):
    """A party asked for papers, supplied them, objected, reported, and the like; `act` says which."""

    name: ClassVar[str] = "handoff_acted"

    act: HandoffAct
    org: str
    outcome: str | None = None


class HandoffDecided(_OfHandoff):
    """The receiver decided what became of what it took."""

    name: ClassVar[str] = "handoff_decided"

    outcome: str


class HandoffServed(_OfHandoff):
    """Service is proved, on that day, in that manner."""

    name: ClassVar[str] = "handoff_served"

    manner: ServiceManner
    served_on: date


class HandoffReplied(_OfHandoff):
    """The receiver replied, on that day."""

    name: ClassVar[str] = "handoff_replied"

    replied_on: date


class HandoffConcluded(_OfHandoff):
    """Nothing more is owed under it."""

    name: ClassVar[str] = "handoff_concluded"


class DocumentTicketIssued(Event):
    """A receiver was given leave, for a minute, to read one document of its package."""

    name: ClassVar[str] = "document_ticket_issued"

    matter_id: UUID
    handoff_id: UUID
    agency: str
    sha256: str


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
