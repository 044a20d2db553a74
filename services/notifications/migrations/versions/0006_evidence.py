"""Which keys have signed each try."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Of tries made before nobody knows any more: their list is empty."""
    op.add_column("attempts", sa.Column("keys", sa.Text(), nullable=False, server_default="[]"))
