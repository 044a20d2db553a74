"""Orders say on which occasion they were issued: only a designation to sue begins the review anew."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Of orders that stand already nothing was said."""
    op.add_column("orders", sa.Column("occasion", sa.String(40), nullable=True))
