"""What is announced of handoffs: who, what kind, which day; never a word of what they say."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from services.referrals.rules.courses import HandoffAct
from services.referrals.rules.vocabulary import CourtOutcome, Form, Gate, Kind, ServiceManner
from shared.events import Event


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
    """A party asked for papers, supplied them, objected, reported, and the like; `act` says which.

    `result` is what became of the claims in a judgment that the court reports.
    """

    name: ClassVar[str] = "handoff_acted"

    act: HandoffAct
    org: str
    outcome: str | None = None
    result: CourtOutcome | None = None


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
    """The receiver replied, on that day; what was asked may be refused."""

    name: ClassVar[str] = "handoff_replied"

    replied_on: date
    refused: bool = False


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
