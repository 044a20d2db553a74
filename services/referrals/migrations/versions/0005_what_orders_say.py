"""What orders, handoffs, parts and cases say of themselves beyond what they said.

By which later rules an order or a handoff goes; what a letter of entrustment says (R 43); that a part stays;
when a case was opened.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

SAID: dict[str, tuple[tuple[str, Any], ...]] = {
    "referrals": (("as_if_on", sa.Date()), *((name, sa.Text()) for name in ("subjects", "items", "demands"))),
    "handoffs": (("as_if_on", sa.Date()),),
    "case_leads": (("opened_on", sa.Date()),),
}


def upgrade() -> None:
    """What stood before went by the rules of its own day; when its cases were opened, nobody told."""
    for table, columns in SAID.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_index("ix_case_leads_opened_on", "case_leads", ["opened_on"])
    with op.batch_alter_table("parts") as parts:
        for name in ("addressee", "mode"):
            parts.alter_column(name, existing_type=sa.String(40), nullable=True)


def downgrade() -> None:
    """What was handed over is not taken back."""
    raise RuntimeError("the journal is never migrated away")
