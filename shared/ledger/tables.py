"""The rows of the ledger: clocks, and what lengthened or stopped them."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Index, String, Text, false
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.citation import written
from shared.clocks import Deadline, Period, Unit
from shared.database import FRAME, types, uuid7


class ClockState(StrEnum):
    """What became of a clock."""

    RUNNING = "running"
    MET = "met"
    BREACHED = "breached"
    ENDED = "ended"


class Change(StrEnum):
    """What happens to a running clock without meeting or ending it."""

    EXTENSION = "extension"
    SUSPENSION = "suspension"
    EXCLUSION = "exclusion"


OPEN = (ClockState.RUNNING, ClockState.BREACHED)


class FrameBase(DeclarativeBase):
    """Frame tables that are handled as rows of a class."""

    metadata = FRAME
    type_annotation_map = types(ClockState, Change, Unit)


class Clock(FrameBase):
    """One running or finished time limit of a matter, with the rule row it was counted by.

    A clock without a `length` is from a version that did not keep the row; it is never counted anew.
    """

    __tablename__ = "clocks"
    __table_args__ = (
        Index(None, "state", "due_on"),
        Index(None, "matter_id", "row"),
        Index(None, "office", "state", "due_on"),
        Index(None, "state", "calendar_version"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    matter_id: Mapped[UUID]
    row: Mapped[str] = mapped_column(String(40))
    about: Mapped[UUID | None]
    office: Mapped[str] = mapped_column(String(40))
    basis: Mapped[str] = mapped_column(String(80))
    statutory: Mapped[bool]
    basis_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[ClockState] = mapped_column(default=ClockState.RUNNING)
    met_on: Mapped[date | None] = mapped_column(Date)
    reminded: Mapped[int | None]
    breached: Mapped[bool] = mapped_column(default=False)
    calendar_version: Mapped[str] = mapped_column(String(80))
    trace: Mapped[str] = mapped_column(Text)
    warnings: Mapped[str] = mapped_column(Text, default="")
    length: Mapped[int | None]
    unit: Mapped[Unit | None]
    rolls: Mapped[bool] = mapped_column(server_default=false(), default=False)
    suspends: Mapped[bool] = mapped_column(server_default=false(), default=False)
    excludes: Mapped[bool] = mapped_column(server_default=false(), default=False)
    window: Mapped[bool] = mapped_column(server_default=false(), default=False)
    stopped_since: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str | None] = mapped_column(Text)

    def named(self) -> dict[str, Any]:
        """What every announcement about it says."""
        facts = {"matter_id": self.matter_id, "clock_id": self.id}
        return facts | {"row": self.row, "office": self.office}

    def period(self) -> Period:
        """The rule row that it was counted by."""
        assert self.length is not None
        assert self.unit is not None
        return Period(
            row=self.row,
            length=self.length,
            unit=self.unit,
            rolls=self.rolls,
            since=self.basis_on,
            until=None,
            basis=written(self.basis),
            zh="",
            en="",
            starts="",
            statutory=self.statutory,
            suspends=self.suspends,
            excludes=self.excludes,
            window=self.window,
        )

    def counted(self, end: Deadline) -> None:
        """Its last day is this, found in these steps."""
        self.due_on, self.stopped_since = end.due_on, end.stopped_since
        self.calendar_version = end.calendar_version
        self.trace = "\n".join([self.note, *end.trace] if self.note else end.trace)
        self.warnings = "\n".join(end.warnings)


class ClockChange(FrameBase):
    """One lengthening or pause of a clock; only ever added, or its end entered."""

    __tablename__ = "clock_changes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    clock_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[Change]
    about: Mapped[UUID | None]
    length: Mapped[int | None]
    unit: Mapped[Unit | None]
    begins_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    approved_by: Mapped[str] = mapped_column(String(80))
    basis: Mapped[str] = mapped_column(String(80))
