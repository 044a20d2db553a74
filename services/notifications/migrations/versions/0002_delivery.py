"""What delivery needs: filters of several values, rates, expiry, feeds, client certificates, reports."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant, Json

revision = "0002"
down_revision = "0001"

WORD = sa.String(40)
LEASED = sa.text("lease_until IS NOT NULL")
UNFINISHED = sa.text("state IN ('pending', 'held', 'blocked', 'dead')")
NUMBERED = """
UPDATE deliveries SET position = numbered.position FROM (
    SELECT id, row_number() OVER (PARTITION BY endpoint_id ORDER BY at, id) AS position FROM deliveries
) AS numbered WHERE numbered.id = deliveries.id
"""
FED = """
INSERT INTO feeds (endpoint_id, last_position, committed)
SELECT e.id, (SELECT count(*) FROM deliveries d WHERE d.endpoint_id = e.id), 0 FROM endpoints e
"""


def upgrade() -> None:
    """The new tables and columns; what is there already keeps its meaning."""
    _tables()
    _endpoints()
    _gates_and_lanes()
    _deliveries()


def _tables() -> None:
    op.create_table(
        "endpoint_tls",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("authority", sa.Text()),
        sa.Column("certificate", sa.Text()),
        sa.Column("vault_kid", sa.String(80)),
        sa.Column("sealed_key", sa.LargeBinary()),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("endpoint_id", name="pk_endpoint_tls"),
    )
    op.create_table(
        "feeds",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("last_position", sa.BigInteger(), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.Column("committed_at", Instant()),
        sa.PrimaryKeyConstraint("endpoint_id", name="pk_feeds"),
    )
    op.create_table(
        "reports",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("on", name="pk_reports"),
    )


def _endpoints() -> None:
    with op.batch_alter_table("endpoints") as batch:
        batch.add_column(sa.Column("pull_only", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("kinds", Json, nullable=False, server_default="[]"))
        batch.add_column(sa.Column("places", Json, nullable=False, server_default="[]"))
        batch.add_column(sa.Column("ceiling", sa.Integer()))
        batch.add_column(sa.Column("payload", WORD, nullable=False, server_default="thin"))
        batch.add_column(sa.Column("rate_per_minute", sa.Integer()))
        batch.add_column(sa.Column("parallel", sa.Integer()))
        batch.add_column(sa.Column("expires_on", sa.Date()))
        batch.add_column(sa.Column("warned_on", sa.Date()))
        batch.add_column(sa.Column("on_return", WORD))
        batch.add_column(sa.Column("asking", WORD, nullable=False, server_default="challenge"))
    year_from_now = "date('now', '+365 days')" if _sqlite() else "CURRENT_DATE + 365"
    op.execute(f"UPDATE endpoints SET expires_on = {year_from_now}")
    one = "json_array({0})" if _sqlite() else "jsonb_build_array({0})"
    for old, new in (("kind", "kinds"), ("place", "places")):
        op.execute(f"UPDATE endpoints SET {new} = {one.format(old)} WHERE {old} IS NOT NULL")
    with op.batch_alter_table("endpoints") as batch:
        batch.alter_column("expires_on", existing_type=sa.Date(), nullable=False)
        batch.drop_column("kind")
        batch.drop_column("place")
    op.create_index("ix_endpoints_state_expires_on", "endpoints", ["state", "expires_on"])


def _gates_and_lanes() -> None:
    op.add_column("gates", sa.Column("tokens", sa.Double()))
    op.add_column("gates", sa.Column("counted_at", Instant()))
    op.add_column("gates", sa.Column("free_at", Instant()))
    op.add_column("gates", sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_lanes_leased",
        "lanes",
        ["endpoint_id", "lease_until"],
        postgresql_where=LEASED,
        sqlite_where=LEASED,
    )


def _deliveries() -> None:
    op.add_column("deliveries", sa.Column("position", sa.BigInteger()))
    op.execute(NUMBERED)
    op.execute(FED)
    with op.batch_alter_table("deliveries") as batch:
        batch.alter_column("position", existing_type=sa.BigInteger(), nullable=False)
    position = ["endpoint_id", "position"]
    op.create_index("uq_deliveries_endpoint_id_position", "deliveries", position, unique=True)
    op.create_index(
        "ix_deliveries_unfinished",
        "deliveries",
        ["state", "endpoint_id", "at"],
        postgresql_where=UNFINISHED,
        sqlite_where=UNFINISHED,
    )


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
