"""The day of the notice to file: the police's receipt of it does not lie before."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """What stood before has no such day; its records have."""
    op.add_column("handoffs", sa.Column("notified_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """What was handed over is not taken back."""
    raise RuntimeError("the journal is never migrated away")
