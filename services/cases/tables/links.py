"""Matters that belong together: two rows each, one from either side."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.cases.rules.links import LinkKind
from services.cases.tables.base import Base
from shared import clock
from shared.citation import Mark
from shared.database import uuid7


class Link(Base):
    """One side of a link between two matters; `begins` on the side from which it was made."""

    __tablename__ = "links"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    matter_id: Mapped[UUID]
    other_id: Mapped[UUID]
    kind: Mapped[LinkKind]
    begins: Mapped[bool]
    basis: Mapped[str] = mapped_column(String(80))
    mark: Mapped[Mark]
    linked_on: Mapped[date]
    linked_by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (UniqueConstraint("matter_id", "other_id", "kind"), Index(None, "matter_id", "id"))
