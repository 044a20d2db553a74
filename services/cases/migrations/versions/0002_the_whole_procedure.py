"""Acts with their documents, facts that conditions look at, the law of another day; the frame's clocks."""

import sqlalchemy as sa
from alembic import op

from shared import migrations
from shared.database import Instant, Json

revision = "0002"
down_revision = "0001"

WORD = sa.String(40)


def upgrade() -> None:
    """Leads and cases carry what the whole procedure needs; what they have stays."""
    migrations.follow_frame()
    for table in ("leads", "cases"):
        op.add_column(table, sa.Column("as_if_on", sa.Date()))
        op.add_column(table, sa.Column("as_if_reason", sa.Text()))
    for name in ("subject_sued_on", "indicted_on"):
        op.add_column("cases", sa.Column(name, sa.Date()))
    op.add_column("cases", sa.Column("finding", WORD))
    op.add_column("cases", sa.Column("court", sa.String(120)))
    op.add_column("leads", sa.Column("split_from", sa.Uuid()))
    op.create_index("ix_leads_split_from", "leads", ["split_from"])
    op.add_column("suggestions", sa.Column("withdrawn_on", sa.Date()))
    last = "SELECT finding FROM suggestions s WHERE s.case_id = cases.id ORDER BY s.id DESC LIMIT 1"
    op.execute(f"UPDATE cases SET finding = ({last})")
    op.drop_column("suggestions", "reply_due_on")
    _acts()


def _acts() -> None:
    op.create_table(
        "acts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("act", WORD, nullable=False),
        sa.Column("stage", WORD, nullable=False),
        sa.Column("office", sa.String(20), nullable=False),
        sa.Column("document", sa.String(40), nullable=False),
        sa.Column("document_name", sa.String(80), nullable=False),
        sa.Column("document_number", sa.String(80)),
        sa.Column("document_sha256", sa.String(64)),
        sa.Column("content", Json, nullable=False),
        sa.Column("basis", sa.String(80), nullable=False),
        sa.Column("mark", WORD, nullable=False),
        sa.Column("as_if_on", sa.Date()),
        sa.Column("proposal_id", sa.Uuid()),
        sa.Column("about", sa.Uuid()),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("done_by", sa.String(80), nullable=False),
        sa.Column("done_by_name", sa.String(80), nullable=False),
        sa.Column("at", Instant(), nullable=False),
    )
    op.create_index("ix_acts_matter_id_id", "acts", ["matter_id", "id"])
    op.create_index("ix_acts_matter_id_act", "acts", ["matter_id", "act"])
