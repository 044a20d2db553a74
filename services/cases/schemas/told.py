"""What callers get."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field, computed_field

from services.cases.rules.evidence import Custody, Form, Kind
from services.cases.rules.vocabulary import (
    Act,
    Capacity,
    Finding,
    Ground,
    Origin,
    Outcome,
    Pace,
    Procedure,
    ProposalState,
    Recusal,
    Sector,
    Source,
    Stage,
    Truth,
)
from services.cases.schemas.people import MemberOut
from shared.clocks import Unit
from shared.identity import Role
from shared.ledger import Change, ClockState
from shared.schemas import Out


class CitedOut(Out):
    """An article, and how sure the row is that cites it."""

    article: str
    mark: str


class FocusOut(CitedOut):
    """A point of emphasis that the facts meet, and why."""

    code: str
    zh: str
    en: str
    note: str


class FlagOut(CitedOut):
    """A hint that the facts may be a crime or a breach of duty, why, and by which handoff it goes on."""

    code: str
    zh: str
    en: str
    note: str
    goes_by: str
    reasons: list[str]


class OpenActOut(CitedOut):
    """An act known at this stage: who may do it, who must approve, and what stands in the way.

    `by` is empty where the step follows from what an agency or another office does.
    """

    act: Act
    by: list[Role]
    chain: list[Role]
    document: str
    document_name: str
    open: bool
    blocked_by: list[str]


class ActOut(CitedOut):
    """An official act that was done: in which document, on which article, by whom, when."""

    id: UUID
    matter_id: UUID
    act: Act
    stage: Stage
    office: str
    document: str
    document_name: str
    document_number: str | None
    document_sha256: str | None
    content: dict[str, Any]
    article: str = Field(validation_alias="basis")
    as_if_on: date | None
    proposal_id: UUID | None
    about: UUID | None
    occurred_on: date
    done_by_name: str
    at: datetime


class DocumentOut(Out):
    """A document kept in a matter."""

    id: UUID
    matter_id: UUID
    sha256: str
    size: int
    media_type: str
    name: str
    classification: int
    filed_on: date
    at: datetime
    evidence: Kind | None
    form: Form | None
    found: Custody | None


class ExternalIdOut(Out):
    """The number a matter carries in another system."""

    system: str
    number: str


class MatterItem(Out):
    """What lists show of a lead or a case."""

    id: UUID
    number: str
    title: str
    office: str
    stage: Stage
    origin: Origin
    sector: Sector | None
    place: str | None
    focuses: list[str]
    emphasis: int
    classification: int
    moving: UUID | None
    etag: str
    at: datetime


class LeadItem(MatterItem):
    """What the list of leads shows."""

    source: Source
    registered_on: date
    case_id: UUID | None
    split_from: UUID | None


class CaseItem(MatterItem):
    """What the list of cases shows."""

    lead_id: UUID
    procedure: Procedure
    agency: str | None
    opened_on: date


class _Whole(Out):
    as_if_on: date | None
    as_if_reason: str | None
    external_ids: list[ExternalIdOut] = []
    documents: list[DocumentOut] = []
    open_acts: list[OpenActOut] = []
    team: list[MemberOut] = Field([], description="who works in it today")
    done: ActOut | None = Field(None, description="the act just done, in the answer to it")


class LeadOut(LeadItem, _Whole):
    """A lead, whole."""

    epoch: int
    received_on: date | None
    summary: str
    harm: str
    processors: list[dict[str, Any]]
    violations: list[str]
    kinds: list[str]
    groups: list[str]
    places: list[str]
    persons: int | None
    records: int | None
    records_by_kind: list[dict[str, Any]]
    unlawful_gain: int | None
    insider: bool
    major: bool
    inquiry_needed: bool
    minors_under_18: bool
    minors_under_14: bool
    linked: bool
    platform: bool
    truth: Truth | None
    checkable: bool | None
    outcome: Outcome | None
    opinion: str | None
    assessed_on: date | None
    priority: list[FocusOut] = []
    flags: list[FlagOut] = []


class SuggestionOut(Out):
    """A suggestion of a case."""

    id: UUID
    number: str
    agency: str
    pace: Pace
    parts: dict[str, Any]
    document_sha256: str
    decided_on: date
    rectify_by: date
    handoff_id: UUID | None
    served_on: date | None
    reply_due_on: date | None = None
    withdrawn_on: date | None
    replied_on: date | None
    finding: Finding | None
    judged_on: date | None


class CaseOut(CaseItem, _Whole):
    """A case, whole."""

    epoch: int
    decision_sha256: str | None
    competence: dict[str, Any]
    ground: Ground | None
    terminated_on: date | None
    finding: Finding | None
    subject_sued_on: date | None
    indicted_on: date | None
    court: str | None
    suggestions: list[SuggestionOut] = []


class ProposalItem(Out):
    """What the list of proposals shows."""

    id: UUID
    matter_id: UUID
    kind: str
    act: Act
    office: str
    state: ProposalState
    awaiting: Role | None
    proposer_name: str
    proposed_on: date
    etag: str
    at: datetime


class ProposalOut(ProposalItem):
    """A proposal on its way through its approval chain, whole; the form is the one that the law names."""

    form: str | None
    form_name: str | None
    content: dict[str, Any]
    proposer: str
    reviewer: str | None
    reviewer_name: str | None
    reviewed_on: date | None
    agrees: bool | None
    opinion: str | None
    decider: str | None
    decider_name: str | None
    decided_on: date | None
    delegation_id: UUID | None
    approved: bool | None
    reason: str | None
    result_id: UUID | None


class RecusalOut(CitedOut):
    """What was decided on a person's recusal."""

    matter_id: UUID
    office: str
    person: str
    person_role: Capacity
    outcome: Recusal
    request_id: UUID | None
    occurred_on: date


class TimelineEntry(Out):
    """Something that happened in a matter: what, on which article, when legally, when recorded, by whom."""

    id: UUID
    at: datetime
    occurred_on: date
    source: str
    type: str
    article: str = Field(validation_alias="basis")
    who: str = Field(validation_alias="org")
    on_behalf_of: str | None
    facts: dict[str, Any]


class ClockChangeOut(Out):
    """What changed a time limit: how it was lengthened and by whom, or which days do not count."""

    kind: Change
    length: int | None
    unit: Unit | None
    begins_on: date
    ends_on: date | None
    approved_by: str
    article: str = Field(validation_alias="basis")


class ClockOut(Out):
    """A time limit of a matter: when it ends, and how that was found."""

    id: UUID
    row: str
    about: UUID | None
    office: str
    article: str = Field(validation_alias="basis")
    statutory: bool
    basis_on: date
    due_on: date
    stopped_since: date | None
    state: ClockState
    breached: bool
    met_on: date | None
    changes: list[ClockChangeOut] = Field([], description="its lengthenings and pauses, in their order")
    calendar_version: str
    trace: str = Field(exclude=True)
    warnings: str = Field(exclude=True)

    @computed_field
    def how(self) -> list[str]:
        """Every step of the counting."""
        return self.trace.splitlines()

    @computed_field
    def unsure(self) -> list[str]:
        """What is not certain about the last day."""
        return self.warnings.splitlines()


class RuleOut(CitedOut):
    """One row of one table, as the system believes it."""

    table: str
    instrument_zh: str
    instrument_en: str
    since: date
    until: date | None
    row: dict[str, Any]


class PriorityOut(Out):
    """Which focuses the facts meet, and how far that raises the matter."""

    codes: list[str]
    emphasis: int
    reasons: list[FocusOut]


class FlagsOut(Out):
    """Which flags the facts put up."""

    codes: list[str]
    flags: list[FlagOut]


class CompetenceOut(CitedOut):
    """Whether the office may file, and the lawful ways out."""

    verdict: str
    rule: str
    zh: str
    en: str
    ways_out: list[str]
    remark: str


class DeadlineOut(CitedOut):
    """The last day of a time limit, and how it was found."""

    row: str
    zh: str
    en: str
    statutory: bool
    basis_on: date
    due_on: date
    stopped_since: date | None
    trace: list[str]
    warnings: list[str]
    calendar_version: str
