"""By what things are found, and what others may learn from a case."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.cases.rules.vocabulary import Procedure, Sector
from services.cases.tables.base import Base
from shared import clock
from shared.database import Letters


class Word(Base):
    """A word by which a lead, a case or a typical case is found.

    A focus that it meets is the word `focus:...`, a flag that a lead's facts put up `flag:...`.
    """

    __tablename__ = "words"

    word: Mapped[str] = mapped_column(Letters, primary_key=True)
    thing_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)


class TypicalCase(Base):
    """A typical case (典型案例): what others may learn from an ended case, without anybody's name."""

    __tablename__ = "typical_cases"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # of the act that made it one
    case_id: Mapped[UUID]
    office: Mapped[str] = mapped_column(String(20))
    procedure: Mapped[Procedure]
    sector: Mapped[Sector | None]
    focuses: Mapped[list[str]]
    title: Mapped[str] = mapped_column(String(200))
    facts: Mapped[str] = mapped_column(Text)
    handling: Mapped[str] = mapped_column(Text)
    significance: Mapped[str] = mapped_column(Text)
    approved_on: Mapped[date]
    withdrawn_on: Mapped[date | None]
    withdrawn_because: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    _stands = text("withdrawn_on IS NULL")
    __table_args__ = (
        Index("uq_typical_cases_standing", "case_id", unique=True, postgresql_where=_stands,
              sqlite_where=_stands),
        Index(None, "at", "id"),
        *(Index(None, name, "at", "id") for name in ("procedure", "sector", "office")),
    )  # fmt: skip
