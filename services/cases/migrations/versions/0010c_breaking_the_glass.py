"""Who read a matter that they may not know of, why, and what was said of it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "0010c"
down_revision = "0010b"

TABLE = "glass_breakings"
WAITS = sa.text("reviewed_on IS NULL")


def upgrade() -> None:
    """A table of uses, with its indexes."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.String(20), nullable=False),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("person_name", sa.String(80), nullable=False),
        sa.Column("org", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("broken_on", sa.Date(), nullable=False),
        sa.Column("reviewed_on", sa.Date()),
        sa.Column("reviewer_name", sa.String(80)),
        sa.Column("justified", sa.Boolean()),
        sa.Column("opinion", sa.Text()),
        sa.Column("at", Instant(), nullable=False),
    )
    op.create_index(f"ix_{TABLE}_matter_id_at_id", TABLE, ["matter_id", "at", "id"])
    op.create_index(f"ix_{TABLE}_at_id", TABLE, ["at", "id"])
    waiting: dict[str, Any] = {"postgresql_where": WAITS, "sqlite_where": WAITS}
    op.create_index(f"ix_{TABLE}_waiting", TABLE, ["at", "id"], **waiting)
