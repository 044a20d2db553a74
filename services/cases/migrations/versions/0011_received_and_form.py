"""A lead may say when it came in; a proposal keeps the form in which it is made."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010d"


def upgrade() -> None:
    """When earlier leads came in was never said; earlier proposals kept no form."""
    op.add_column("leads", sa.Column("received_on", sa.Date()))
    op.add_column("proposals", sa.Column("form", sa.String(40)))
    op.add_column("proposals", sa.Column("form_name", sa.String(80)))
