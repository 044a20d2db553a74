"""The inbox by standing and by person, digests, letters by e-mail."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant, Json, Path

revision = "0004"
down_revision = "0003"

WORD = sa.String(40)
OPEN = sa.text("settled_at IS NULL")
UNSENT = sa.text("state = 'pending'")


def upgrade() -> None:
    """Lines know whether their office is a party; a person's mark says who, and whether it is done."""
    _inbox()
    _digests()
    _mail()


def _inbox() -> None:
    with op.batch_alter_table("inbox_lines") as lines:
        lines.add_column(sa.Column("party", sa.Boolean(), nullable=False, server_default=sa.false()))
        lines.alter_column("matter_id", existing_type=sa.Uuid(), nullable=True)
    named = (
        "event_type LIKE 'referrals.%' OR event_type LIKE 'cases.grant%' OR event_type LIKE 'cases.custody%'"
    )
    op.execute(f"UPDATE inbox_lines SET party = true WHERE {named}")
    with op.batch_alter_table("inbox_lines") as lines:
        lines.alter_column("party", existing_type=sa.Boolean(), server_default=None)
    op.create_index("ix_inbox_lines_org_category_at", "inbox_lines", ["org", "category", "at"])
    op.create_index("ix_inbox_lines_category_at", "inbox_lines", ["category", "at"])
    op.create_index(
        "ix_inbox_lines_open",
        "inbox_lines",
        ["category", "due_on"],
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    with op.batch_alter_table("inbox_read_marks") as marks:
        marks.add_column(sa.Column("name", sa.String(80), nullable=False, server_default=""))
        marks.add_column(sa.Column("done_at", Instant()))
    with op.batch_alter_table("inbox_read_marks") as marks:
        marks.alter_column("name", existing_type=sa.String(80), server_default=None)


def _digests() -> None:
    op.create_table(
        "digest_runs",
        sa.Column("period", WORD, nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("period", "begins_on", name="pk_digest_runs"),
    )


def _mail() -> None:
    op.create_table(
        "mail_addresses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org", sa.String(20), nullable=False),
        sa.Column("org_path", Path, nullable=False),
        sa.Column("role", sa.String(40)),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("topics", Json, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("ended_at", Instant()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mail_addresses"),
    )
    op.create_index("ix_mail_addresses_org_at", "mail_addresses", ["org", "at"])
    op.create_index("ix_mail_addresses_org_path", "mail_addresses", ["org_path"])
    op.create_table(
        "mails",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org", sa.String(20), nullable=False),
        sa.Column("org_path", Path, nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("address_id", sa.Uuid(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("sent_at", Instant()),
        sa.Column("code", sa.Integer()),
        sa.Column("error", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
    )
    op.create_index("uq_mails_line_id_address_id", "mails", ["line_id", "address_id"], unique=True)
    op.create_index("ix_mails_due_at", "mails", ["due_at"], postgresql_where=UNSENT, sqlite_where=UNSENT)
    op.create_index("ix_mails_org_at", "mails", ["org", "at"])
    op.create_index("ix_mails_org_path_at", "mails", ["org_path", "at"])
