"""Facts for flags on leads, links between matters, protected reporters."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from shared.database import Instant, Json

revision = "0003"
down_revision = "0002"

READINGS = "reporter_readings"


def upgrade() -> None:
    """Leads that are there have counted nothing by kind; nobody has said that they are major."""
    op.add_column("leads", sa.Column("records_by_kind", Json, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("leads", sa.Column("unlawful_gain", sa.BigInteger()))
    for name in ("insider", "major", "inquiry_needed"):
        op.add_column("leads", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_external_ids_system_number", "external_ids", ["system", "number"])
    _links()
    _reporters()
    for statement in _only_added_to(op.get_bind().dialect.name):
        op.execute(statement)


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("begins", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(80), nullable=False),
        sa.Column("mark", sa.String(40), nullable=False),
        sa.Column("linked_on", sa.Date(), nullable=False),
        sa.Column("linked_by", sa.String(80), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.UniqueConstraint("matter_id", "other_id", "kind", name="uq_links_matter_id_other_id_kind"),
    )
    op.create_index("ix_links_matter_id_id", "links", ["matter_id", "id"])


def _reporters() -> None:
    op.create_table(
        "reporters",
        sa.Column("lead_id", sa.Uuid(), primary_key=True),
        sa.Column("vault_kid", sa.String(80), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        sa.Column("kept_by", sa.String(80), nullable=False),
        sa.Column("at", Instant(), nullable=False),
    )
    op.create_table(
        "reporter_readers",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("given_by", sa.String(80), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("withdrawn_on", sa.Date()),
        sa.Column("at", Instant(), nullable=False),
    )
    op.create_index("ix_reporter_readers_lead_id_id", "reporter_readers", ["lead_id", "id"])
    op.create_index("ix_reporter_readers_lead_id_person", "reporter_readers", ["lead_id", "person"])
    op.create_table(
        READINGS,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("org", sa.String(40), nullable=False),
        sa.Column("sub", sa.String(80), nullable=False),
        sa.Column("at", Instant(), nullable=False),
    )
    op.create_index("ix_reporter_readings_lead_id_id", READINGS, ["lead_id", "id"])


def _only_added_to(dialect: str) -> Iterator[str]:
    """On PostgreSQL the function speaks of accesses, and this is one."""
    if dialect == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {READINGS}_no_{verb.lower()} BEFORE {verb} ON {READINGS} "
                f"BEGIN SELECT RAISE(ABORT, '{READINGS} are only added to'); END"
            )
        return
    yield (
        f"CREATE TRIGGER {READINGS}_no_change BEFORE UPDATE OR DELETE ON {READINGS} "
        "FOR EACH ROW EXECUTE FUNCTION accesses_are_only_added_to()"
    )
    yield (
        f"CREATE TRIGGER {READINGS}_no_truncate BEFORE TRUNCATE ON {READINGS} "
        "FOR EACH STATEMENT EXECUTE FUNCTION accesses_are_only_added_to()"
    )
