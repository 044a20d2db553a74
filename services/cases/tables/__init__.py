"""The rows of this service. A stage changes only through `actions.deeds.perform`."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from services.cases.rules.vocabulary import (
    Act,
    Finding,
    Ground,
    OrderState,
    Origin,
    Outcome,
    Pace,
    Procedure,
    ProposalState,
    Sector,
    Source,
    Stage,
    Track,
    Truth,
)
from services.cases.tables.base import Base
from services.cases.tables.documents import Access, CustodyEntry, Document
from services.cases.tables.finding import TypicalCase, Word
from services.cases.tables.links import Link
from services.cases.tables.people import (
    Delegation,
    GlassBreaking,
    OfficeLimit,
    OfficeSetting,
    RecusalRequest,
    TeamMember,
)
from services.cases.tables.reporters import Reporter, ReporterReader, ReporterReading
from shared import clock
from shared.citation import Mark
from shared.database import uuid7
from shared.identity import Role

__all__ = [
    "Access",
    "Base",
    "Case",
    "Counter",
    "CustodyEntry",
    "Delegation",
    "Document",
    "ExternalId",
    "GlassBreaking",
    "Heard",
    "Lead",
    "Link",
    "Matter",
    "OfficeLimit",
    "OfficeSetting",
    "OfficialAct",
    "Order",
    "Proposal",
    "RecusalRequest",
    "Reporter",
    "ReporterReader",
    "ReporterReading",
    "Suggestion",
    "TeamMember",
    "TypicalCase",
    "Word",
]


class Matter:
    """What a lead and a case have in common: who holds it, where it stands, how it is found."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    office: Mapped[str] = mapped_column(String(20))
    epoch: Mapped[int] = mapped_column(default=0)
    moving: Mapped[UUID | None]
    stage: Mapped[Stage]
    origin: Mapped[Origin]
    classification: Mapped[int]
    sector: Mapped[Sector | None]
    place: Mapped[str | None] = mapped_column(String(12))
    focuses: Mapped[list[str]]
    emphasis: Mapped[int]
    last_act_on: Mapped[date]
    as_if_on: Mapped[date | None]
    as_if_reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    revision: Mapped[int]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy hands the class
        return {"version_id_col": cls.revision}

    @property
    def etag(self) -> str:
        """Which version this is: of custody, and of the row."""
        return f"{self.epoch}.{self.revision}"

    @property
    def matter_id(self) -> UUID:
        """Itself: what its standing is kept under."""
        return self.id


class Lead(Matter, Base):
    """A lead (线索): facts and their source, until it is filed or declined."""

    __tablename__ = "leads"

    source: Mapped[Source]
    registered_on: Mapped[date]
    received_on: Mapped[date | None]
    summary: Mapped[str] = mapped_column(Text)
    harm: Mapped[str] = mapped_column(Text)
    processors: Mapped[list[dict[str, Any]]]
    violations: Mapped[list[str]]
    kinds: Mapped[list[str]]
    groups: Mapped[list[str]]
    places: Mapped[list[str]]
    persons: Mapped[int | None] = mapped_column(BigInteger)
    records: Mapped[int | None] = mapped_column(BigInteger)
    records_by_kind: Mapped[list[dict[str, Any]]] = mapped_column(server_default=text("'[]'"))
    unlawful_gain: Mapped[int | None] = mapped_column(BigInteger)
    insider: Mapped[bool] = mapped_column(server_default=false())
    major: Mapped[bool] = mapped_column(server_default=false())
    inquiry_needed: Mapped[bool] = mapped_column(server_default=false())
    minors_under_18: Mapped[bool]
    minors_under_14: Mapped[bool]
    linked: Mapped[bool]
    platform: Mapped[bool]
    truth: Mapped[Truth | None]
    checkable: Mapped[bool | None]
    outcome: Mapped[Outcome | None]
    opinion: Mapped[str | None] = mapped_column(Text)
    assessed_on: Mapped[date | None]
    case_id: Mapped[UUID | None]
    split_from: Mapped[UUID | None] = mapped_column(index=True)

    __table_args__ = (
        Index(None, "at", "id"),
        Index(None, "emphasis", "at", "id"),
        Index(None, "office", "stage", "at"),
        Index(None, "office", "stage", "registered_on", "id"),
        Index(None, "stage", "registered_on", "id"),
        Index(None, "registered_on"),
        *(Index(None, name, "at") for name in ("stage", "source", "origin", "sector")),
    )

    @property
    def track(self) -> Track:
        """Leads follow one lifecycle."""
        return Track.LEAD

    @property
    def begun_on(self) -> date:
        """The day before which nothing happened in it."""
        return self.registered_on


class Case(Matter, Base):
    """A case opened on a lead, in one procedure, against at most one agency."""

    __tablename__ = "cases"

    lead_id: Mapped[UUID] = mapped_column(index=True)
    procedure: Mapped[Procedure]
    agency: Mapped[str | None] = mapped_column(String(40))
    opened_on: Mapped[date]
    decision_sha256: Mapped[str | None] = mapped_column(String(64))
    competence: Mapped[dict[str, Any]]
    ground: Mapped[Ground | None]
    terminated_on: Mapped[date | None]
    finding: Mapped[Finding | None]
    subject_sued_on: Mapped[date | None]
    indicted_on: Mapped[date | None]
    court: Mapped[str | None] = mapped_column(String(120))

    __table_args__ = (
        Index(None, "at", "id"),
        Index(None, "emphasis", "at", "id"),
        Index(None, "office", "stage", "at"),
        Index(None, "opened_on"),
        *(Index(None, name, "at") for name in ("stage", "procedure", "agency", "origin", "sector")),
    )

    @property
    def track(self) -> Track:
        """The lifecycle of its procedure."""
        return Track(self.procedure.value)

    @property
    def begun_on(self) -> date:
        """The day before which nothing happened in it."""
        return self.opened_on


class Suggestion(Base):
    """A procuratorial suggestion (检察建议): what it says, when it was served, how its answer was judged."""

    __tablename__ = "suggestions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    case_id: Mapped[UUID] = mapped_column(index=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    agency: Mapped[str] = mapped_column(String(40))
    pace: Mapped[Pace]
    parts: Mapped[dict[str, Any]]
    document_sha256: Mapped[str] = mapped_column(String(64))
    decided_on: Mapped[date]
    rectify_by: Mapped[date]
    handoff_id: Mapped[UUID | None]
    served_on: Mapped[date | None]
    replied_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    finding: Mapped[Finding | None]
    judged_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(default=clock.now)


class OfficialAct(Base):
    """One act that was done in a matter: what it is written in, what it says, on which article."""

    __tablename__ = "acts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    matter_id: Mapped[UUID]
    act: Mapped[Act]
    stage: Mapped[Stage]
    office: Mapped[str] = mapped_column(String(20))
    document: Mapped[str] = mapped_column(String(40))
    document_name: Mapped[str] = mapped_column(String(80))
    document_number: Mapped[str | None] = mapped_column(String(80))
    document_sha256: Mapped[str | None] = mapped_column(String(64))
    content: Mapped[dict[str, Any]]
    basis: Mapped[str] = mapped_column(String(80))
    mark: Mapped[Mark]
    as_if_on: Mapped[date | None]
    proposal_id: Mapped[UUID | None]
    about: Mapped[UUID | None]
    occurred_on: Mapped[date]
    done_by: Mapped[str] = mapped_column(String(80))
    done_by_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        Index(None, "matter_id", "id"),
        Index(None, "matter_id", "act"),
        Index(None, "act", "occurred_on", "matter_id"),
        Index(None, "done_by", "matter_id"),
    )


class Proposal(Base):
    """An act on its way through its approval chain; it is done only when the last of the chain approves."""

    __tablename__ = "proposals"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    matter_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(10))
    act: Mapped[Act]
    office: Mapped[str] = mapped_column(String(20))
    state: Mapped[ProposalState]
    awaiting: Mapped[Role | None]
    form: Mapped[str | None] = mapped_column(String(40))
    form_name: Mapped[str | None] = mapped_column(String(80))
    content: Mapped[dict[str, Any]]
    proposer: Mapped[str] = mapped_column(String(80))
    proposer_name: Mapped[str] = mapped_column(String(80))
    proposed_on: Mapped[date]
    reviewer: Mapped[str | None] = mapped_column(String(80))
    reviewer_name: Mapped[str | None] = mapped_column(String(80))
    reviewed_on: Mapped[date | None]
    agrees: Mapped[bool | None]
    opinion: Mapped[str | None] = mapped_column(Text)
    decider: Mapped[str | None] = mapped_column(String(80))
    decider_name: Mapped[str | None] = mapped_column(String(80))
    decided_on: Mapped[date | None]
    delegation_id: Mapped[UUID | None]
    approved: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(Text)
    result_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    revision: Mapped[int] = mapped_column()

    _open = text("state IN ('awaiting_review', 'awaiting_decision')")
    _waits = text("awaiting IS NOT NULL")
    __table_args__ = (
        Index("ix_proposals_waiting", "proposed_on", "id", postgresql_where=_waits, sqlite_where=_waits),
        Index(None, "office", "awaiting", "proposed_on"),
        Index(None, "proposer", "matter_id"),
        Index(
            "uq_proposals_open_matter", "matter_id", unique=True, postgresql_where=_open, sqlite_where=_open
        ),
        Index(None, "office", "state", "at"),
        Index(None, "at", "id"),
    )

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy hands the class
        return {"version_id_col": cls.revision}

    @property
    def etag(self) -> str:
        """Which version this is."""
        return str(self.revision)


class Order(Base):
    """An order between offices that concerns a matter, and what has become of it here."""

    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    matter_id: Mapped[UUID] = mapped_column(index=True)
    mode: Mapped[str] = mapped_column(String(40))
    occasion: Mapped[str | None] = mapped_column(String(40))
    issuer: Mapped[str] = mapped_column(String(20))
    addressee: Mapped[str] = mapped_column(String(20))
    moves_custody: Mapped[bool]
    grants_scope: Mapped[str | None] = mapped_column(String(40))
    about: Mapped[UUID | None]
    issued_on: Mapped[date]
    state: Mapped[OrderState | None]

    __table_args__ = (Index(None, "state", "issued_on", "id"),)


class Heard(Base):
    """An event of another service about a matter, kept for its timeline."""

    __tablename__ = "heard"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    matter_id: Mapped[UUID]
    source: Mapped[str] = mapped_column(String(20))
    type: Mapped[str] = mapped_column(String(80))
    basis: Mapped[str] = mapped_column(String(200))
    org: Mapped[str] = mapped_column(String(40))
    on_behalf_of: Mapped[str | None] = mapped_column(String(40))
    occurred_on: Mapped[date]
    at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index(None, "matter_id", "at", "id"),)


class ExternalId(Base):
    """The number a matter carries in another system of its office."""

    __tablename__ = "external_ids"

    office: Mapped[str] = mapped_column(String(20), primary_key=True)
    system: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[str] = mapped_column(String(80), primary_key=True)
    matter_id: Mapped[UUID] = mapped_column(index=True)

    __table_args__ = (Index(None, "system", "number"),)


class Counter(Base):
    """The last number an office has given, per kind and year; locked after everything else."""

    __tablename__ = "counters"

    office: Mapped[str] = mapped_column(String(20), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
