"""Handoffs of every kind: courses, gates before dispatch, papers asked for, objections, response times."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.database import Path

revision = "0004"
down_revision = "0003"

WORD = sa.String(40)
DATES = (
    "redirected_on",
    "papers_asked_on",
    "supplied_on",
    "review_asked_on",
    "objected_on",
    "reexamined_on",
    "answered_on",
)
INDEXES = {
    "ix_handoffs_sender_id": ["sender", "id"],
    "ix_handoffs_receiver_path": ["receiver_path"],
    "ix_handoffs_forward_path": ["forward_path"],
    "ix_handoffs_follows": ["follows"],
}


def upgrade() -> None:
    """What stood before follows the course of its form; its answers are counted from their days."""
    columns: tuple[sa.Column[Any], ...] = (
        *(sa.Column(name, WORD, nullable=True) for name in ("course", "way", "ground", "rung")),
        sa.Column("forward_by", sa.String(20), nullable=True),
        sa.Column("forward_path", Path, nullable=True),
        sa.Column("proposed_by", sa.String(80), nullable=True),
        sa.Column("concerning", WORD, nullable=True),
        sa.Column("economic", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("follows", sa.Uuid(), nullable=True),
        sa.Column("redirect_to", WORD, nullable=True),
        *(sa.Column(name, sa.Date(), nullable=True) for name in DATES),
        sa.Column("acknowledged_days", sa.Integer(), nullable=True),
        sa.Column("answered_days", sa.Integer(), nullable=True),
        sa.Column("reviewed", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    for column in columns:
        op.add_column("handoffs", column)
    op.execute("UPDATE handoffs SET course = form")
    with op.batch_alter_table("handoffs") as handoffs:
        handoffs.alter_column("course", existing_type=WORD, nullable=False)
    for name, indexed in INDEXES.items():
        op.create_index(name, "handoffs", indexed)


def downgrade() -> None:
    """What was handed over is not taken back."""
    raise RuntimeError("the journal is never migrated away")
