"""The rows of this service; `revision` counts what persons did, not what other services confirmed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, MetaData, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.referrals.rules.courses import HandoffStage
from services.referrals.rules.lifecycle import Act, Stage
from services.referrals.rules.modes import Track
from services.referrals.rules.receipts import Proof
from services.referrals.rules.vocabulary import (
    Course,
    Form,
    Ground,
    Kind,
    Manner,
    Mode,
    Occasion,
    Outcome,
    Path,
    Rung,
    ServiceManner,
)
from services.referrals.rules.ways import Relation
from shared.citation import rule_day
from shared.clocks import Unit
from shared.database import NAMES, types, uuid7
from shared.database import Path as OfficePath

ONE_OPEN_ORDER = "moves_custody AND stage IN ('issued', 'armed', 'received')"


class Base(DeclarativeBase):
    """The tables of this service."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = types(
        *(Mode, Occasion, Stage, Act, Track, Kind, Form, Course, HandoffStage, Manner, ServiceManner),
        *(Path, Proof, Unit, Outcome, Ground, Rung, Relation),
    )


class Referral(Base):
    """An order, request or report between two offices about one matter."""

    __tablename__ = "referrals"
    __table_args__ = (
        Index(
            "uq_referrals_one_open_order",
            "matter_id",
            unique=True,
            sqlite_where=text(ONE_OPEN_ORDER),
            postgresql_where=text(ONE_OPEN_ORDER),
        ),
        Index(None, "matter_id", "id"),
        Index(None, "issuer_path"),
        Index(None, "addressee_path"),
        Index(None, "held_by_path"),
        Index(None, "mode", "stage"),
        Index(None, "issuer", "stage"),
        Index(None, "addressee", "stage"),
        Index(None, "stage", "ends_on"),
        Index(None, "report_due_on"),
        Index(None, "issued_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    matter_id: Mapped[UUID]
    mode: Mapped[Mode]
    occasion: Mapped[Occasion | None]
    track: Mapped[Track]
    stage: Mapped[Stage]
    issuer: Mapped[str] = mapped_column(String(20))
    issuer_path: Mapped[str] = mapped_column(OfficePath)
    addressee: Mapped[str] = mapped_column(String(20))
    addressee_path: Mapped[str] = mapped_column(OfficePath)
    held_by: Mapped[str] = mapped_column(String(20))
    held_by_path: Mapped[str] = mapped_column(OfficePath)
    basis: Mapped[str] = mapped_column(String(80))
    basis_epoch: Mapped[int]
    moves_custody: Mapped[bool]
    grants_scope: Mapped[str | None] = mapped_column(String(40))
    granted: Mapped[bool] = mapped_column(default=False)
    about: Mapped[UUID | None]
    decision_number: Mapped[str | None] = mapped_column(String(80))
    decided_on: Mapped[date | None] = mapped_column(Date)
    decision_sha256: Mapped[str | None] = mapped_column(String(64))
    instruction: Mapped[str | None] = mapped_column(Text)
    joint_with: Mapped[str | None] = mapped_column(String(80))
    court: Mapped[str | None] = mapped_column(String(120))
    length: Mapped[int | None]
    unit: Mapped[Unit | None]
    proposed: Mapped[str | None] = mapped_column(String(20))
    disputed_with: Mapped[str | None] = mapped_column(String(20))
    subjects: Mapped[str | None] = mapped_column(Text)
    items: Mapped[str | None] = mapped_column(Text)
    demands: Mapped[str | None] = mapped_column(Text)
    ends_on: Mapped[date | None] = mapped_column(Date)
    grants: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]", default=list)
    request_id: Mapped[UUID | None]
    binding_act: Mapped[UUID | None]
    milestones: Mapped[list[str]]
    report_due_on: Mapped[date | None] = mapped_column(Date)
    missed: Mapped[int] = mapped_column(server_default="0", default=0)
    issued_on: Mapped[date] = mapped_column(Date)
    as_if_on: Mapped[date | None] = mapped_column(Date)
    received_on: Mapped[date | None] = mapped_column(Date)
    papers_on: Mapped[date | None] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str | None] = mapped_column(Text)
    epoch: Mapped[int | None]
    revision: Mapped[int] = mapped_column(default=1)

    @property
    def rules_of(self) -> date:
        """The day whose rules govern it."""
        return rule_day(self.issued_on, self.as_if_on)

    @property
    def etag(self) -> str:
        """The version a caller states in If-Match."""
        return str(self.revision)


class Statement(Base):
    """What an office said under a referral: a report, an opinion, a decision, a reply, a disagreement."""

    __tablename__ = "statements"
    __table_args__ = (UniqueConstraint("referral_id", "act", "seq_no"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    act: Mapped[Act]
    seq_no: Mapped[int]
    office: Mapped[str] = mapped_column(String(20))
    said_on: Mapped[date] = mapped_column(Date)
    summary: Mapped[str] = mapped_column(Text)
    agrees: Mapped[bool | None]
    sha256: Mapped[str | None] = mapped_column(String(64))


class Part(Base):
    """One part of a split lead: where it was to go, unless it stays; the order that sends it, or why not."""

    __tablename__ = "parts"
    __table_args__ = (Index(None, "split_from", "matter_id"),)

    matter_id: Mapped[UUID] = mapped_column(primary_key=True)
    split_from: Mapped[UUID]
    addressee: Mapped[str | None] = mapped_column(String(40))
    mode: Mapped[str | None] = mapped_column(String(40))
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"))
    reason: Mapped[str | None] = mapped_column(String(80))


class Handoff(Base):
    """What an office and an agency hand to each other about one matter; its content is in the package."""

    __tablename__ = "handoffs"
    __table_args__ = (
        Index(None, "matter_id", "id"),
        Index(None, "receiver", "id"),
        Index(None, "receiver_path"),
        Index(None, "sender", "id"),
        Index(None, "sender_path"),
        Index(None, "forward_path"),
        Index(None, "follows"),
        Index(None, "kind", "stage"),
        Index(None, "dispatch_event"),
        UniqueConstraint("source_event"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    matter_id: Mapped[UUID]
    kind: Mapped[Kind]
    form: Mapped[Form]
    course: Mapped[Course]
    stage: Mapped[HandoffStage] = mapped_column(default=HandoffStage.DISPATCHED)
    number: Mapped[str] = mapped_column(String(80))
    sender: Mapped[str] = mapped_column(String(40))
    sender_path: Mapped[str] = mapped_column(OfficePath)
    receiver: Mapped[str] = mapped_column(String(40))
    receiver_kind: Mapped[str] = mapped_column(String(40))
    receiver_path: Mapped[str | None] = mapped_column(OfficePath)
    basis: Mapped[str] = mapped_column(String(80))
    about: Mapped[UUID | None]
    sector: Mapped[str] = mapped_column(String(40), default="")
    subject: Mapped[str] = mapped_column(String(40), default="")
    place: Mapped[str] = mapped_column(String(12), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    demand: Mapped[str] = mapped_column(Text, default="")
    external_ids: Mapped[list[dict[str, Any]]]
    paper_count: Mapped[int] = mapped_column(default=0)
    proposed: Mapped[str | None] = mapped_column(String(40))
    routing: Mapped[str] = mapped_column(String(20))
    routing_reason: Mapped[str | None] = mapped_column(Text)
    way: Mapped[Relation | None]
    forward_by: Mapped[str | None] = mapped_column(String(20))
    forward_path: Mapped[str | None] = mapped_column(OfficePath)
    proposed_by: Mapped[str | None] = mapped_column(String(80))
    ground: Mapped[Ground | None]
    rung: Mapped[Rung | None]
    concerning: Mapped[str | None] = mapped_column(String(40))
    economic: Mapped[bool] = mapped_column(server_default=false(), default=False)
    follows: Mapped[UUID | None]
    redirect_to: Mapped[str | None] = mapped_column(String(40))
    respond_by: Mapped[date | None] = mapped_column(Date)
    respond_row: Mapped[str | None] = mapped_column(String(40))
    dispatched_on: Mapped[date] = mapped_column(Date)
    as_if_on: Mapped[date | None] = mapped_column(Date)
    delivered_at: Mapped[datetime | None]
    acknowledged_on: Mapped[date | None] = mapped_column(Date)
    accepted_on: Mapped[date | None] = mapped_column(Date)
    returned_on: Mapped[date | None] = mapped_column(Date)
    redirected_on: Mapped[date | None] = mapped_column(Date)
    papers_asked_on: Mapped[date | None] = mapped_column(Date)
    supplied_on: Mapped[date | None] = mapped_column(Date)
    review_asked_on: Mapped[date | None] = mapped_column(Date)
    notified_on: Mapped[date | None] = mapped_column(Date)
    objected_on: Mapped[date | None] = mapped_column(Date)
    reexamined_on: Mapped[date | None] = mapped_column(Date)
    answered_on: Mapped[date | None] = mapped_column(Date)
    acknowledged_days: Mapped[int | None]
    answered_days: Mapped[int | None]
    decided_on: Mapped[date | None] = mapped_column(Date)
    served_on: Mapped[date | None] = mapped_column(Date)
    service_manner: Mapped[ServiceManner | None]
    replied_on: Mapped[date | None] = mapped_column(Date)
    concluded_on: Mapped[date | None] = mapped_column(Date)
    withdrawn_on: Mapped[date | None] = mapped_column(Date)
    outcome: Mapped[str | None] = mapped_column(String(40))
    reviewed: Mapped[bool] = mapped_column(server_default=false(), default=False)
    counterpart_number: Mapped[str | None] = mapped_column(String(80))
    dispatch_event: Mapped[UUID | None]
    source_event: Mapped[UUID | None]
    revision: Mapped[int] = mapped_column(default=1)

    @property
    def rules_of(self) -> date:
        """The day whose rules govern it."""
        return rule_day(self.dispatched_on, self.as_if_on)

    @property
    def inbound(self) -> bool:
        """Whether an agency sent it: only offices stand in a line."""
        return self.sender_path == ""

    @property
    def papers_open(self) -> bool:
        """Whether papers were asked for and have not come."""
        return self.papers_asked_on is not None and self.supplied_on is None

    @property
    def objection_open(self) -> bool:
        """Whether an objection was raised and not re-examined yet."""
        return self.objected_on is not None and self.reexamined_on is None

    @property
    def etag(self) -> str:
        """The version a caller states in If-Match."""
        return str(self.revision)


class PackagePaper(Base):
    """One document of a handoff's package, named by its hash."""

    __tablename__ = "package_papers"

    handoff_id: Mapped[UUID] = mapped_column(ForeignKey("handoffs.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    paper: Mapped[str] = mapped_column(String(40))
    place: Mapped[int]


class HandoffRecord(Base):
    """One act on a handoff as it was said, by which way it came, with the receipt for it."""

    __tablename__ = "handoff_records"
    __table_args__ = (Index(None, "handoff_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    handoff_id: Mapped[UUID] = mapped_column(ForeignKey("handoffs.id"))
    act: Mapped[str] = mapped_column(String(40))
    proof: Mapped[Proof]
    org: Mapped[str] = mapped_column(String(40))
    path: Mapped[Path]
    on_behalf_of: Mapped[str | None] = mapped_column(String(40))
    manner: Mapped[str | None] = mapped_column(String(40))
    occurred_on: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime]
    said: Mapped[dict[str, Any]]
    document_sha256: Mapped[str | None] = mapped_column(String(64))
    content_sha256: Mapped[str] = mapped_column(String(64))
    token: Mapped[str] = mapped_column(Text)
    their_token: Mapped[str | None] = mapped_column(Text)


class FiledDocument(Base):
    """A document that `cases` says is filed with a matter; never the document itself."""

    __tablename__ = "filed_documents"

    matter_id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    document_id: Mapped[UUID]
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(120))
    classification: Mapped[int]


class CaseLead(Base):
    """From which lead a case was opened, how and when; what was filed with the lead is known of it."""

    __tablename__ = "case_leads"
    __table_args__ = (Index(None, "opened_on"),)

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    lead_id: Mapped[UUID]
    procedure: Mapped[str | None] = mapped_column(String(40))
    opened_on: Mapped[date | None] = mapped_column(Date)


class Duty(Base):
    """One line of the duty register: that agency is competent for this, here, from a day."""

    __tablename__ = "duties"
    __table_args__ = (Index(None, "place_prefix"), Index(None, "agency"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    agency: Mapped[str] = mapped_column(String(40))
    kind: Mapped[Kind | None]
    sector: Mapped[str] = mapped_column(String(40), default="")
    subject: Mapped[str] = mapped_column(String(40), default="")
    place: Mapped[str] = mapped_column(String(12))
    place_prefix: Mapped[str] = mapped_column(String(12))
    basis: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class Agreement(Base):
    """What an office and an agency agreed about answers to handoffs."""

    __tablename__ = "agreements"
    __table_args__ = (Index(None, "agency", "office"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    office: Mapped[str] = mapped_column(String(20))
    agency: Mapped[str] = mapped_column(String(40))
    kind: Mapped[Kind | None]
    length: Mapped[int]
    unit: Mapped[Unit]
    title: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class Counter(Base):
    """The last number an office gave to a handoff in a year."""

    __tablename__ = "counters"

    office: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
