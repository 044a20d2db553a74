"""Words by which matters are found, typical cases, and the indexes of worklists and statistics."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.database import Instant, Json, Letters
from shared.words import words_in

revision = "0005"
down_revision = "0004"

WORD = sa.String(40)
WAITS = sa.text("awaiting IS NOT NULL")
STANDS = sa.text("withdrawn_on IS NULL")
BATCH = 200


def upgrade() -> None:
    """What is there can be found by its words at once."""
    words = op.create_table(
        "words",
        sa.Column("word", Letters, primary_key=True),
        sa.Column("thing_id", sa.Uuid(), primary_key=True),
    )
    for batch in _batches(op.get_bind()):
        op.bulk_insert(words, batch)
    op.create_index("ix_words_thing_id", "words", ["thing_id"])
    _typical_cases()
    _indexes()


def _typical_cases() -> None:
    op.create_table(
        "typical_cases",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.String(20), nullable=False),
        sa.Column("procedure", WORD, nullable=False),
        sa.Column("sector", WORD),
        sa.Column("focuses", Json, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("handling", sa.Text(), nullable=False),
        sa.Column("significance", sa.Text(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date()),
        sa.Column("withdrawn_because", sa.Text()),
        sa.Column("at", Instant(), nullable=False),
    )
    standing: dict[str, Any] = {"unique": True, "postgresql_where": STANDS, "sqlite_where": STANDS}
    op.create_index("uq_typical_cases_standing", "typical_cases", ["case_id"], **standing)
    op.create_index("ix_typical_cases_at_id", "typical_cases", ["at", "id"])
    for name in ("procedure", "sector", "office"):
        op.create_index(f"ix_typical_cases_{name}_at_id", "typical_cases", [name, "at", "id"])


def _indexes() -> None:
    for table, *columns in (
        ("leads", "office", "stage", "registered_on", "id"),
        ("leads", "stage", "registered_on", "id"),
        ("leads", "registered_on"),
        ("cases", "opened_on"),
        ("acts", "act", "occurred_on", "matter_id"),
        ("acts", "done_by", "matter_id"),
        ("proposals", "office", "awaiting", "proposed_on"),
        ("proposals", "proposer", "matter_id"),
        ("orders", "state", "issued_on", "id"),
    ):
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
    waiting: dict[str, Any] = {"postgresql_where": WAITS, "sqlite_where": WAITS}
    op.create_index("ix_proposals_waiting", "proposals", ["proposed_on", "id"], **waiting)


def _batches(bind: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    """The words of every lead and case, some things at a time."""
    leads, cases = sa.table("leads", *_told()), sa.table("cases", *_told(), sa.column("lead_id", sa.Uuid()))
    facts = sa.table(
        "leads", sa.column("id", sa.Uuid()), sa.column("summary"), sa.column("processors", Json)
    ).alias("facts")
    for things, lead_id in ((leads, leads.c.id), (cases, cases.c.lead_id)):
        shown = [things.c[name] for name in ("id", "number", "title", "focuses")]
        rows = sa.select(*shown, facts.c.summary, facts.c.processors).join_from(
            things, facts, facts.c.id == lead_id
        )
        for some in bind.execute(rows).partitions(BATCH):
            yield [{"word": word, "thing_id": row.id} for row in some for word in _words(row)]


def _told() -> list[sa.ColumnClause[Any]]:
    return [sa.column("id", sa.Uuid()), sa.column("number"), sa.column("title"), sa.column("focuses", Json)]


def _words(row: Any) -> list[str]:
    names = [processor["name"] for processor in row.processors]
    focuses = [f"focus:{focus}" for focus in row.focuses]
    return [*words_in(row.number, row.title, row.summary, *names), *focuses]
