"""Protected reporters: who they are is sealed; who may read it, and who has, stands open."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from services.cases.tables.base import Base
from shared import clock
from shared.database import uuid7


class Reporter(Base):
    """Who reported a lead, encrypted under a key outside the database and bound to that lead."""

    __tablename__ = "reporters"

    lead_id: Mapped[UUID] = mapped_column(primary_key=True)
    vault_kid: Mapped[str] = mapped_column(String(80))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_on: Mapped[date]
    kept_by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    @property
    def matter_id(self) -> UUID:
        """The lead: what its standing is kept under."""
        return self.lead_id


class ReporterReader(Base):
    """Leave of the chief for one named person to read it, in the custody in which it was given."""

    __tablename__ = "reporter_readers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    lead_id: Mapped[UUID]
    person: Mapped[str] = mapped_column(String(80))
    epoch: Mapped[int]
    given_on: Mapped[date]
    given_by: Mapped[str] = mapped_column(String(80))
    ends_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (Index(None, "lead_id", "id"), Index(None, "lead_id", "person"))


class ReporterReading(Base):
    """Who read it when. Only ever added to."""

    __tablename__ = "reporter_readings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    lead_id: Mapped[UUID]
    org: Mapped[str] = mapped_column(String(40))
    sub: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (Index(None, "lead_id", "id"),)
