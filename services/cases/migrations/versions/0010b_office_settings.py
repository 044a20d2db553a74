"""What offices settle for themselves: rows that are only ever added to."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant, Json

revision = "0010b"
down_revision = "0010"


def upgrade() -> None:
    """A table beside that of internal limits."""
    op.create_table(
        "office_settings",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("office", sa.String(20), nullable=False),
        sa.Column("setting", sa.String(40), nullable=False),
        sa.Column("value", Json),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(80), nullable=False),
        sa.Column("set_by_name", sa.String(80), nullable=False),
        sa.Column("at", Instant(), nullable=False),
    )
    for columns in (["office", "setting", "since"], ["setting", "at", "id"], ["at", "id"]):
        op.create_index(f"ix_office_settings_{'_'.join(columns)}", "office_settings", columns)
