"""The tables of this service, beside the frame's."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant, Json, Path
from shared.migrations import create_frame

revision = "0001"
down_revision = None

WORD = sa.String(40)
ONE_OPEN_ORDER = sa.text("moves_custody AND stage IN ('issued', 'armed', 'received')")


def upgrade() -> None:
    """The first revision: the frame's tables, then ours."""
    create_frame()
    _agreements()
    _case_leads()
    _counters()
    _duties()
    _filed_documents()
    _handoffs()
    _referrals()
    _handoff_records()
    _package_papers()
    _reports()


def _agreements() -> None:
    op.create_table(
        "agreements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.String(20), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("kind", WORD, nullable=True),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("unit", WORD, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_agreements"),
    )
    op.create_index("ix_agreements_agency_office", "agreements", ["agency", "office"])


def _case_leads() -> None:
    op.create_table(
        "case_leads",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_leads"),
    )


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("office", sa.String(20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("office", "year", name="pk_counters"),
    )


def _duties() -> None:
    op.create_table(
        "duties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("kind", WORD, nullable=True),
        sa.Column("sector", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("place", sa.String(12), nullable=False),
        sa.Column("place_prefix", sa.String(12), nullable=False),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_duties"),
    )
    op.create_index("ix_duties_agency", "duties", ["agency"])
    op.create_index("ix_duties_place_prefix", "duties", ["place_prefix"])


def _filed_documents() -> None:
    op.create_table(
        "filed_documents",
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(120), nullable=False),
        sa.Column("classification", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("matter_id", "sha256", name="pk_filed_documents"),
    )


def _handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("form", WORD, nullable=False),
        sa.Column("stage", WORD, nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("sender", sa.String(40), nullable=False),
        sa.Column("sender_path", Path, nullable=False),
        sa.Column("receiver", sa.String(40), nullable=False),
        sa.Column("receiver_kind", sa.String(40), nullable=False),
        sa.Column("receiver_path", Path, nullable=True),
        sa.Column("basis", sa.String(80), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("sector", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("place", sa.String(12), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("external_ids", Json, nullable=False),
        sa.Column("paper_count", sa.Integer(), nullable=False),
        sa.Column("proposed", sa.String(40), nullable=True),
        sa.Column("routing", sa.String(20), nullable=False),
        sa.Column("routing_reason", sa.Text(), nullable=True),
        sa.Column("respond_by", sa.Date(), nullable=True),
        sa.Column("respond_row", sa.String(40), nullable=True),
        sa.Column("dispatched_on", sa.Date(), nullable=False),
        sa.Column("delivered_at", Instant, nullable=True),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("service_manner", WORD, nullable=True),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("concluded_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("counterpart_number", sa.String(80), nullable=True),
        sa.Column("dispatch_event", sa.Uuid(), nullable=True),
        sa.Column("source_event", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handoffs"),
        sa.UniqueConstraint("source_event", name="uq_handoffs_source_event"),
    )
    op.create_index("ix_handoffs_dispatch_event", "handoffs", ["dispatch_event"])
    op.create_index("ix_handoffs_kind_stage", "handoffs", ["kind", "stage"])
    op.create_index("ix_handoffs_matter_id_id", "handoffs", ["matter_id", "id"])
    op.create_index("ix_handoffs_receiver_id", "handoffs", ["receiver", "id"])
    op.create_index("ix_handoffs_sender_path", "handoffs", ["sender_path"])


def _referrals() -> None:
    op.create_table(
        "referrals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("mode", WORD, nullable=False),
        sa.Column("track", WORD, nullable=False),
        sa.Column("stage", WORD, nullable=False),
        sa.Column("issuer", sa.String(20), nullable=False),
        sa.Column("issuer_path", Path, nullable=False),
        sa.Column("addressee", sa.String(20), nullable=False),
        sa.Column("addressee_path", Path, nullable=False),
        sa.Column("held_by", sa.String(20), nullable=False),
        sa.Column("held_by_path", Path, nullable=False),
        sa.Column("basis", sa.String(80), nullable=False),
        sa.Column("basis_epoch", sa.Integer(), nullable=False),
        sa.Column("moves_custody", sa.Boolean(), nullable=False),
        sa.Column("grants_scope", sa.String(40), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("decision_number", sa.String(80), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision_sha256", sa.String(64), nullable=True),
        sa.Column("instruction", sa.Text(), nullable=True),
        sa.Column("joint_with", sa.String(80), nullable=True),
        sa.Column("milestones", Json, nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("papers_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_referrals"),
    )
    op.create_index("ix_referrals_addressee_path", "referrals", ["addressee_path"])
    op.create_index("ix_referrals_held_by_path", "referrals", ["held_by_path"])
    op.create_index("ix_referrals_issuer_path", "referrals", ["issuer_path"])
    op.create_index("ix_referrals_matter_id_id", "referrals", ["matter_id", "id"])
    op.create_index("ix_referrals_mode_stage", "referrals", ["mode", "stage"])
    op.create_index(
        "uq_referrals_one_open_order",
        "referrals",
        ["matter_id"],
        unique=True,
        sqlite_where=ONE_OPEN_ORDER,
        postgresql_where=ONE_OPEN_ORDER,
    )


def _handoff_records() -> None:
    op.create_table(
        "handoff_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handoff_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("proof", WORD, nullable=False),
        sa.Column("org", sa.String(40), nullable=False),
        sa.Column("path", WORD, nullable=False),
        sa.Column("on_behalf_of", sa.String(40), nullable=True),
        sa.Column("manner", sa.String(40), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("said", Json, nullable=False),
        sa.Column("document_sha256", sa.String(64), nullable=True),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("their_token", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name="fk_handoff_records_handoff_id_handoffs"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_handoff_records"),
    )
    op.create_index("ix_handoff_records_handoff_id_id", "handoff_records", ["handoff_id", "id"])


def _package_papers() -> None:
    op.create_table(
        "package_papers",
        sa.Column("handoff_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("paper", sa.String(40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name="fk_package_papers_handoff_id_handoffs"
        ),
        sa.PrimaryKeyConstraint("handoff_id", "sha256", name="pk_package_papers"),
    )


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("seq_no", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(20), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name="fk_reports_referral_id_referrals"),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.UniqueConstraint("referral_id", "seq_no", name="uq_reports_referral_id_seq_no"),
    )


def downgrade() -> None:
    """There is nothing before the first revision."""
    raise RuntimeError("the journal is never migrated away")
