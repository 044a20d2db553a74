"""Who works in a matter, by whose authority, and within which limits their office sets; history stays."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.cases.rules.office_settings import Setting, Value
from services.cases.rules.recusal import Petitioner
from services.cases.rules.team import Seat
from services.cases.rules.vocabulary import Capacity, Recusal
from services.cases.tables.base import Base
from shared import clock
from shared.clocks import Unit
from shared.database import Json, uuid7


class SetByAnOffice:
    """What every row has that an office sets from a day on, with a reason; such rows are only ever added."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    office: Mapped[str] = mapped_column(String(20))
    since: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    set_by: Mapped[str] = mapped_column(String(80))
    set_by_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=clock.now)


class OfficeLimit(SetByAnOffice, Base):
    """An internal limit as an office set it from a day on, for one focus or for all. Only ever added to."""

    __tablename__ = "office_limits"

    row: Mapped[str] = mapped_column(String(10))
    focus: Mapped[str | None] = mapped_column(String(40))
    length: Mapped[int | None]
    unit: Mapped[Unit]

    __table_args__ = (
        Index(None, "office", "row", "since"),
        Index(None, "row", "at", "id"),
        Index(None, "at", "id"),
    )


class OfficeSetting(SetByAnOffice, Base):
    """What an office settled for itself and those below it from a day on. Only ever added to."""

    __tablename__ = "office_settings"

    setting: Mapped[Setting]
    value: Mapped[Value | None] = mapped_column(Json)

    __table_args__ = (
        Index(None, "office", "setting", "since"),
        Index(None, "setting", "at", "id"),
        Index(None, "at", "id"),
    )


class Delegation(Base):
    """The chief's authority to decide some acts, lent to a person for a time; a chief may end it early."""

    __tablename__ = "delegations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    office: Mapped[str] = mapped_column(String(20))
    person: Mapped[str] = mapped_column(String(80))
    person_name: Mapped[str] = mapped_column(String(80))
    acts: Mapped[list[str]]
    since: Mapped[date]
    until: Mapped[date | None]
    revoked_on: Mapped[date | None]
    basis: Mapped[str] = mapped_column(String(80))
    given_by: Mapped[str] = mapped_column(String(80))
    given_by_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (Index(None, "office", "person", "since"), Index(None, "office", "at", "id"))

    @property
    def etag(self) -> str:
        """Which version this is: as given, or revoked."""
        return "1" if self.revoked_on is None else "2"


class TeamMember(Base):
    """One place in the team of a matter, from a day on; who leaves, leaves on a day and stays on record."""

    __tablename__ = "team_members"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    matter_id: Mapped[UUID]
    office: Mapped[str] = mapped_column(String(20))
    seat: Mapped[Seat]
    person: Mapped[str | None] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(80))
    org: Mapped[str] = mapped_column(String(20))
    since: Mapped[date]
    until: Mapped[date | None]
    left_on: Mapped[date | None]
    grant_id: Mapped[UUID | None]
    named_by: Mapped[str] = mapped_column(String(80))
    named_by_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (Index(None, "matter_id", "id"), Index(None, "person", "matter_id"))


class GlassBreaking(Base):
    """That somebody who may not know of a matter read it for a day, why, and what was said of it."""

    __tablename__ = "glass_breakings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    matter_id: Mapped[UUID]
    office: Mapped[str] = mapped_column(String(20))
    person: Mapped[str] = mapped_column(String(80))
    person_name: Mapped[str] = mapped_column(String(80))
    org: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    broken_on: Mapped[date]
    reviewed_on: Mapped[date | None]
    reviewer_name: Mapped[str | None] = mapped_column(String(80))
    justified: Mapped[bool | None]
    opinion: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    _waits = text("reviewed_on IS NULL")
    __table_args__ = (
        Index(None, "matter_id", "at", "id"),
        Index(None, "at", "id"),
        Index("ix_glass_breakings_waiting", "at", "id", postgresql_where=_waits, sqlite_where=_waits),
    )

    @property
    def etag(self) -> str:
        """Which version this is: as used, or reviewed."""
        return "1" if self.reviewed_on is None else "2"


class RecusalRequest(Base):
    """That a person's recusal was asked for, and what was decided; the ground stands in erasable details."""

    __tablename__ = "recusal_requests"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    matter_id: Mapped[UUID]
    person: Mapped[str] = mapped_column(String(80))
    person_role: Mapped[Capacity]
    petitioner: Mapped[Petitioner]
    requested_on: Mapped[date]
    decided_on: Mapped[date | None]
    outcome: Mapped[Recusal | None]
    review_requested_on: Mapped[date | None]
    reviewed_on: Mapped[date | None]
    review_outcome: Mapped[Recusal | None]
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (Index(None, "matter_id", "id"),)
