"""Documents, what evidence they are, who read them, and what happened to them while they were kept."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.cases.rules.evidence import Custody, Form, Kind
from services.cases.tables.base import Base
from shared import clock
from shared.database import uuid7


class Document(Base):
    """A document kept in a matter: its bytes lie in the folder under their SHA-256."""

    __tablename__ = "documents"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    matter_id: Mapped[UUID]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(200))
    classification: Mapped[int]
    filed_on: Mapped[date]
    filed_by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    evidence: Mapped[Kind | None]
    form: Mapped[Form | None]
    provenance: Mapped[dict[str, Any] | None]
    check_for: Mapped[UUID | None]
    found: Mapped[Custody | None]

    _due = text("check_for IS NOT NULL")
    __table_args__ = (
        UniqueConstraint("matter_id", "sha256"),
        Index(None, "matter_id", "id"),
        Index("ix_documents_due", "id", postgresql_where=_due, sqlite_where=_due),
    )

    @property
    def etag(self) -> str:
        """Its content, which never changes, by the beginning of its digest."""
        return self.sha256[:32]


class Access(Base):
    """Who read which document when: agencies always, staff above `internal`. Only ever added to."""

    __tablename__ = "accesses"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    matter_id: Mapped[UUID | None] = mapped_column(index=True)
    handoff_id: Mapped[UUID | None]
    org: Mapped[str] = mapped_column(String(40))
    sub: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=clock.now)


class CustodyEntry(Base):
    """What happened to a document while it was kept here, with whom its matter was. Only ever added to."""

    __tablename__ = "custody_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    document_id: Mapped[UUID]
    entry: Mapped[Custody]
    office: Mapped[str] = mapped_column(String(20))
    epoch: Mapped[int]
    about: Mapped[UUID | None]
    sub: Mapped[str] = mapped_column(String(80))
    occurred_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (Index(None, "document_id", "at", "id"),)
