"""Documents say what evidence they are and where it comes from; what happened to each is kept for good."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from shared.database import Instant, Json

revision = "0006"
down_revision = "0005"

WORD = sa.String(40)


def upgrade() -> None:
    """What is there already begins with its filing; what it is as evidence was never said."""
    for name, kind in (("evidence", WORD), ("form", WORD), ("provenance", Json), ("check_for", sa.Uuid())):
        op.add_column("documents", sa.Column(name, kind))
    op.add_column("documents", sa.Column("found", WORD))
    due = sa.text("check_for IS NOT NULL")
    op.create_index("ix_documents_matter_id_id", "documents", ["matter_id", "id"])
    op.create_index("ix_documents_due", "documents", ["id"], postgresql_where=due, sqlite_where=due)
    _entries()
    op.execute(_FILED)
    for statement in _only_added_to(op.get_bind().dialect.name):
        op.execute(statement)


# A document of before was filed by somebody of the office that holds its matter, as far as is known.
_FILED = """
INSERT INTO custody_entries (id, document_id, entry, office, epoch, sub, occurred_on, at)
SELECT d.id, d.id, 'filed', m.office, 0, d.filed_by, d.filed_on, d.at FROM documents d
JOIN (SELECT id, office FROM leads UNION ALL SELECT id, office FROM cases) m ON m.id = d.matter_id
"""


def _entries() -> None:
    op.create_table(
        "custody_entries",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("entry", WORD, nullable=False),
        sa.Column("office", sa.String(20), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("about", sa.Uuid()),
        sa.Column("sub", sa.String(80), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
    )
    columns = ["document_id", "at", "id"]
    op.create_index("ix_custody_entries_document_id_at_id", "custody_entries", columns)


def _only_added_to(dialect: str) -> Iterator[str]:
    refusal = "custody entries are only added to"
    if dialect == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER custody_entries_no_{verb.lower()} BEFORE {verb} ON custody_entries "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )
        return
    yield (
        "CREATE FUNCTION custody_entries_are_only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
    )
    for when, events, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
        yield (
            f"CREATE TRIGGER custody_entries_no_{when} BEFORE {events} ON custody_entries "
            f"FOR EACH {each} EXECUTE FUNCTION custody_entries_are_only_added_to()"
        )
