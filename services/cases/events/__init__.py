"""Everything this service announces: identifiers and facts, no personal information."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.cases.events import leads
from services.cases.events.custody import (
    CustodyLocked,
    CustodyMoved,
    CustodyRefused,
    CustodyReleased,
    GrantEnded,
    GrantGiven,
    GrantRefused,
)
from services.cases.events.people import (
    ActsDelegated,
    DelegationRevoked,
    GlassBroken,
    GlassReviewed,
    LimitSet,
    RecusalDecided,
    RecusalRequested,
    RecusalReviewRequested,
    RuleVersionSet,
    SettingMade,
    TeamChanged,
)
from services.cases.rules.evidence import Custody, Form, Kind
from services.cases.rules.vocabulary import (
    Act,
    Finding,
    Ground,
    OrderMode,
    Origin,
    Outcome,
    Pace,
    Procedure,
    Sector,
    Source,
    Stage,
)
from shared.events import Event
from shared.identity import Role

__all__ = [
    "PUBLISHED",
    "ActDone",
    "ActsDelegated",
    "CaseOpened",
    "CaseTerminated",
    "CustodyLocked",
    "CustodyMoved",
    "CustodyRefused",
    "CustodyReleased",
    "DelegationRevoked",
    "DocumentFiled",
    "GlassBroken",
    "GlassReviewed",
    "GrantEnded",
    "GrantFacts",
    "GrantGiven",
    "GrantRefused",
    "LeadAssessed",
    "LeadClosed",
    "LeadJoined",
    "LeadRegistered",
    "LeadSplit",
    "LimitSet",
    "RecusalDecided",
    "RecusalRequested",
    "RecusalReviewRequested",
    "ReplyJudged",
    "RuleVersionSet",
    "SettingMade",
    "SplitPart",
    "StandingChanged",
    "StepDecided",
    "StepProposed",
    "StepReviewed",
    "SuggestionMade",
    "SuggestionWithdrawn",
    "TeamChanged",
]


class GrantFacts(BaseModel):
    """Who else may know of a matter, in which scope, up to which classification, from when to when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    org: str
    sub: str | None
    scope: str
    ceiling: int
    begins_on: date
    ends_on: date | None


class StandingChanged(Event):
    """Who holds a matter and who may know of it, whole, after a change."""

    name: ClassVar[str] = "standing_changed"

    matter_id: UUID
    kind: str
    holder: str
    epoch: int
    closed: bool
    classification: int
    sector: Sector | None
    place: str | None
    origin: Origin
    moving: UUID | None
    as_if_on: date | None = None
    grants: tuple[GrantFacts, ...]
    recused: tuple[str, ...]


class LeadRegistered(Event):
    """An office registered a lead."""

    name: ClassVar[str] = "lead_registered"

    lead_id: UUID
    number: str
    office: str
    source: Source
    sector: Sector | None
    place: str | None
    focuses: tuple[str, ...]


class LeadAssessed(Event):
    """A lead was assessed for truth and checkability."""

    name: ClassVar[str] = "lead_assessed"

    lead_id: UUID
    outcome: Outcome


class LeadClosed(Event):
    """A lead ended: a case was opened on it, or it was declined."""

    name: ClassVar[str] = "lead_closed"

    lead_id: UUID
    outcome: Stage
    case_id: UUID | None


class StepProposed(Event):
    """An act was proposed and waits for the first of its approval chain."""

    name: ClassVar[str] = "step_proposed"

    matter_id: UUID
    proposal_id: UUID
    act: Act
    office: str
    awaiting: Role


class StepReviewed(Event):
    """A proposed act was reviewed and waits for the next of its chain."""

    name: ClassVar[str] = "step_reviewed"

    matter_id: UUID
    proposal_id: UUID
    act: Act
    office: str
    awaiting: Role


class StepDecided(Event):
    """A proposed act was approved or refused; a move of the matter refuses what was open."""

    name: ClassVar[str] = "step_decided"

    matter_id: UUID
    proposal_id: UUID
    act: Act
    office: str
    approved: bool
    delegation_id: UUID | None = None


class LeadJoined(Event):
    """A lead goes on as part of this matter."""

    name: ClassVar[str] = "lead_joined"

    matter_id: UUID
    lead_id: UUID
    office: str


class SplitPart(BaseModel):
    """One part of a split lead; one that is meant for another office names it, and by which order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lead_id: UUID
    addressee: str | None
    mode: OrderMode | None


class LeadSplit(Event):
    """A lead was split into parts, each a lead of its own."""

    name: ClassVar[str] = "lead_split"

    lead_id: UUID
    office: str
    parts: tuple[SplitPart, ...]


class ActDone(Event):
    """An official act was done in a matter: which, by which document, and where the matter stands now.

    `addressee` is the registered agency to which the document goes, where it goes to one.
    """

    name: ClassVar[str] = "act_done"

    matter_id: UUID
    act_id: UUID
    act: Act
    stage: Stage
    office: str
    document: str
    document_sha256: str | None
    about: UUID | None
    addressee: str | None = None


class CaseOpened(Event):
    """An office opened a case on a lead."""

    name: ClassVar[str] = "case_opened"

    case_id: UUID
    lead_id: UUID
    number: str
    office: str
    procedure: Procedure
    addressee: str | None
    opened_on: date
    document_sha256: str | None


class CaseTerminated(Event):
    """A case was terminated."""

    name: ClassVar[str] = "case_terminated"

    case_id: UUID
    number: str
    office: str
    ground: Ground
    addressee: str | None = None
    document_sha256: str | None = None


class SuggestionMade(Event):
    """An office decided on a suggestion to an agency."""

    name: ClassVar[str] = "suggestion_made"

    case_id: UUID
    suggestion_id: UUID
    number: str
    office: str
    agency: str
    pace: Pace
    decided_on: date
    rectify_by: date
    document_sha256: str


class SuggestionWithdrawn(Event):
    """An office withdrew its suggestion."""

    name: ClassVar[str] = "suggestion_withdrawn"

    case_id: UUID
    suggestion_id: UUID
    handoff_id: UUID | None
    office: str


class ReplyJudged(Event):
    """The answer to a suggestion, or its absence, was judged."""

    name: ClassVar[str] = "reply_judged"

    case_id: UUID
    suggestion_id: UUID
    handoff_id: UUID | None
    finding: Finding


class DocumentFiled(Event):
    """A document was filed in a matter."""

    name: ClassVar[str] = "document_filed"

    matter_id: UUID
    document_id: UUID
    sha256: str
    size: int
    media_type: str
    classification: int


class DocumentDescribed(Event):
    """It was said which evidence a document is, and where it comes from; the words are not said here."""

    name: ClassVar[str] = "document_described"

    matter_id: UUID
    document_id: UUID
    sha256: str
    evidence: Kind
    form: Form


class DocumentChecked(Event):
    """The bytes of a document are not those that were filed, or are so again."""

    name: ClassVar[str] = "document_checked"

    matter_id: UUID
    document_id: UUID
    sha256: str
    office: str
    outcome: Custody


PUBLISHED: tuple[type[Event], ...] = (
    StandingChanged,
    LeadRegistered,
    LeadAssessed,
    LeadClosed,
    LeadJoined,
    LeadSplit,
    ActDone,
    StepProposed,
    StepReviewed,
    StepDecided,
    RecusalRequested,
    RecusalDecided,
    RecusalReviewRequested,
    TeamChanged,
    RuleVersionSet,
    LimitSet,
    SettingMade,
    ActsDelegated,
    DelegationRevoked,
    GlassBroken,
    GlassReviewed,
    CaseOpened,
    CaseTerminated,
    CustodyLocked,
    CustodyRefused,
    CustodyMoved,
    CustodyReleased,
    GrantGiven,
    GrantEnded,
    GrantRefused,
    SuggestionMade,
    SuggestionWithdrawn,
    ReplyJudged,
    DocumentFiled,
    *leads.PUBLISHED,
    DocumentDescribed,
    DocumentChecked,
)
