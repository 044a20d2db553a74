"""Requests, co-handlers, staff called up, parts of a split; every statement under a referral in one table."""

import sqlalchemy as sa
from alembic import op

from shared.database import Json

revision = "0002"
down_revision = "0001"

WORD = sa.String(40)
INDEXES = {
    "ix_referrals_issuer_stage": ["issuer", "stage"],
    "ix_referrals_addressee_stage": ["addressee", "stage"],
    "ix_referrals_stage_ends_on": ["stage", "ends_on"],
    "ix_referrals_report_due_on": ["report_due_on"],
    "ix_referrals_issued_on": ["issued_on"],
}


def upgrade() -> None:
    """Referrals state more; reports become statements."""
    _referrals()
    _statements()
    _parts()
    op.add_column("case_leads", sa.Column("procedure", sa.String(40), nullable=True))


def _referrals() -> None:
    for column in (
        sa.Column("occasion", WORD, nullable=True),
        sa.Column("court", sa.String(120), nullable=True),
        sa.Column("length", sa.Integer(), nullable=True),
        sa.Column("unit", WORD, nullable=True),
        sa.Column("proposed", sa.String(20), nullable=True),
        sa.Column("disputed_with", sa.String(20), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("grants", Json, server_default="[]", nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("binding_act", sa.Uuid(), nullable=True),
        sa.Column("report_due_on", sa.Date(), nullable=True),
        sa.Column("missed", sa.Integer(), server_default="0", nullable=False),
    ):
        op.add_column("referrals", column)
    for name, columns in INDEXES.items():
        op.create_index(name, "referrals", columns)


def _statements() -> None:
    op.create_table(
        "statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("act", WORD, nullable=False),
        sa.Column("seq_no", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(20), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name="fk_statements_referral_id_referrals"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_statements"),
        sa.UniqueConstraint("referral_id", "act", "seq_no", name="uq_statements_referral_id_act_seq_no"),
    )
    op.execute(
        "INSERT INTO statements (id, referral_id, act, seq_no, office, said_on, summary, sha256) "
        "SELECT id, referral_id, 'report', seq_no, office, reported_on, summary, sha256 FROM reports"
    )
    op.drop_table("reports")


def _parts() -> None:
    op.create_table(
        "parts",
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("split_from", sa.Uuid(), nullable=False),
        sa.Column("addressee", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(40), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(80), nullable=True),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name="fk_parts_referral_id_referrals"),
        sa.PrimaryKeyConstraint("matter_id", name="pk_parts"),
    )
    op.create_index("ix_parts_split_from_matter_id", "parts", ["split_from", "matter_id"])


def downgrade() -> None:
    """What was said is not taken back."""
    raise RuntimeError("the journal is never migrated away")
