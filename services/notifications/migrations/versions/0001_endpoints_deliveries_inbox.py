"""Endpoints, deliveries, the inbox."""

import sqlalchemy as sa
from alembic import op

from shared import migrations
from shared.database import Instant, Json, Path

revision = "0001"
down_revision = None

WORD = sa.String(40)
DUE = sa.text("next_due IS NOT NULL")
ORIGINAL = sa.text("trigger = 'event'")
CHALLENGED = sa.text("challenge_due_at IS NOT NULL")


def upgrade() -> None:
    """The frame's tables and this service's."""
    migrations.create_frame()
    _endpoints()
    _deliveries()
    _inbox()


def _endpoints() -> None:
    op.create_table(
        "endpoints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("owner_path", Path, nullable=False),
        sa.Column("purpose", sa.String(200), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("order_mode", WORD, nullable=False),
        sa.Column("event_types", Json, nullable=False),
        sa.Column("matter_id", sa.Uuid()),
        sa.Column("kind", sa.String(40)),
        sa.Column("place", sa.String(12)),
        sa.Column("state", WORD, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("verified_at", Instant()),
        sa.Column("disabled_reason", sa.String(40)),
        sa.Column("challenge", sa.String(64)),
        sa.Column("challenge_due_at", Instant()),
        sa.Column("challenge_tries", sa.Integer(), nullable=False),
        sa.Column("challenge_result", sa.String(200)),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_endpoints"),
    )
    op.create_index("ix_endpoints_owner_at", "endpoints", ["owner", "at"])
    op.create_index("ix_endpoints_owner_path", "endpoints", ["owner_path"])
    op.create_index(
        "ix_endpoints_challenge_due_at",
        "endpoints",
        ["challenge_due_at"],
        postgresql_where=CHALLENGED,
        sqlite_where=CHALLENGED,
    )
    op.create_table(
        "endpoint_secrets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("vault_kid", sa.String(80), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_endpoint_secrets"),
    )
    op.create_index("ix_endpoint_secrets_endpoint_id", "endpoint_secrets", ["endpoint_id"])
    op.create_table(
        "gates",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("breaker", WORD, nullable=False),
        sa.Column("in_a_row", sa.Integer(), nullable=False),
        sa.Column("shut", sa.Integer(), nullable=False),
        sa.Column("opens_at", Instant()),
        sa.PrimaryKeyConstraint("endpoint_id", name="pk_gates"),
    )


def _deliveries() -> None:
    op.create_table(
        "lanes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("next_due", Instant()),
        sa.Column("lease_until", Instant()),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("skipped", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lanes"),
    )
    op.create_index("uq_lanes_endpoint_id_matter_id", "lanes", ["endpoint_id", "matter_id"], unique=True)
    op.create_index(
        "ix_lanes_endpoint_id_next_due",
        "lanes",
        ["endpoint_id", "next_due"],
        postgresql_where=DUE,
        sqlite_where=DUE,
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("owner_path", Path, nullable=False),
        sa.Column("lane_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.Uuid()),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("event_type", sa.String(80), nullable=False),
        sa.Column("trigger", WORD, nullable=False),
        sa.Column("original_id", sa.Uuid()),
        sa.Column("state", WORD, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("delivered_at", Instant()),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
    )
    op.create_index(
        "uq_deliveries_endpoint_id_event_id",
        "deliveries",
        ["endpoint_id", "event_id"],
        unique=True,
        postgresql_where=ORIGINAL,
        sqlite_where=ORIGINAL,
    )
    op.create_index("ix_deliveries_lane_id_state_number", "deliveries", ["lane_id", "state", "number"])
    op.create_index("ix_deliveries_owner_at_id", "deliveries", ["owner", "at", "id"])
    op.create_index("ix_deliveries_owner_path_at", "deliveries", ["owner_path", "at"])
    op.create_index("ix_deliveries_endpoint_id_at", "deliveries", ["endpoint_id", "at"])
    op.create_index("ix_deliveries_matter_id_at", "deliveries", ["matter_id", "at"])
    op.create_table(
        "attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("outcome", WORD, nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("latency_ms", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(200), nullable=False),
        sa.Column("first_bytes", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    op.create_index("ix_attempts_delivery_id", "attempts", ["delivery_id"])
    op.create_index("ix_attempts_endpoint_id_at", "attempts", ["endpoint_id", "at"])


def _inbox() -> None:
    op.create_table(
        "inbox_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org", sa.String(20), nullable=False),
        sa.Column("org_path", Path, nullable=False),
        sa.Column("roles", sa.String(200), nullable=False),
        sa.Column("category", WORD, nullable=False),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.Uuid()),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("event_type", sa.String(80), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("settled_at", Instant()),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_lines"),
    )
    op.create_index("uq_inbox_lines_org_event_id", "inbox_lines", ["org", "event_id"], unique=True)
    op.create_index("ix_inbox_lines_org_settled_at_at", "inbox_lines", ["org", "settled_at", "at"])
    op.create_index("ix_inbox_lines_org_path_at", "inbox_lines", ["org_path", "at"])
    op.create_index("ix_inbox_lines_matter_id", "inbox_lines", ["matter_id"])
    op.create_index("ix_inbox_lines_about", "inbox_lines", ["about"])
    op.create_table(
        "inbox_read_marks",
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("sub", sa.String(80), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("line_id", "sub", name="pk_inbox_read_marks"),
    )
