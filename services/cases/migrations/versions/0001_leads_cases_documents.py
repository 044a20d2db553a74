"""Leads, cases, proposals, documents, orders, and what was heard."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from shared import migrations
from shared.database import Instant, Json

revision = "0001"
down_revision = None

WORD = sa.String(40)
OPEN = sa.text("state IN ('awaiting_review', 'awaiting_decision')")


def upgrade() -> None:
    """The frame's tables and this service's; who read what is only ever added to."""
    migrations.create_frame()
    for make in (_leads, _cases, _suggestions, _proposals, _documents, _accesses, _orders, _heard):
        make()
    _external_ids()
    _counters()
    for statement in _only_added_to(op.get_bind().dialect.name):
        op.execute(statement)


def _only_added_to(dialect: str) -> Iterator[str]:
    if dialect == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER accesses_no_{verb.lower()} BEFORE {verb} ON accesses "
                "BEGIN SELECT RAISE(ABORT, 'accesses are only added to'); END"
            )
        return
    yield (
        "CREATE FUNCTION accesses_are_only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'accesses are only added to'; END $$"
    )
    yield (
        "CREATE TRIGGER accesses_no_change BEFORE UPDATE OR DELETE ON accesses "
        "FOR EACH ROW EXECUTE FUNCTION accesses_are_only_added_to()"
    )
    yield (
        "CREATE TRIGGER accesses_no_truncate BEFORE TRUNCATE ON accesses "
        "FOR EACH STATEMENT EXECUTE FUNCTION accesses_are_only_added_to()"
    )


def _matter() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("office", sa.String(20), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("moving", sa.Uuid()),
        sa.Column("stage", WORD, nullable=False),
        sa.Column("origin", WORD, nullable=False),
        sa.Column("classification", sa.Integer(), nullable=False),
        sa.Column("sector", WORD),
        sa.Column("place", sa.String(12)),
        sa.Column("focuses", Json, nullable=False),
        sa.Column("emphasis", sa.Integer(), nullable=False),
        sa.Column("last_act_on", sa.Date(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
    ]


def _leads() -> None:
    op.create_table(
        "leads",
        *_matter(),
        sa.Column("source", WORD, nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("harm", sa.Text(), nullable=False),
        sa.Column("processors", Json, nullable=False),
        sa.Column("violations", Json, nullable=False),
        sa.Column("kinds", Json, nullable=False),
        sa.Column("groups", Json, nullable=False),
        sa.Column("places", Json, nullable=False),
        sa.Column("persons", sa.BigInteger()),
        sa.Column("records", sa.BigInteger()),
        sa.Column("minors_under_18", sa.Boolean(), nullable=False),
        sa.Column("minors_under_14", sa.Boolean(), nullable=False),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.Column("platform", sa.Boolean(), nullable=False),
        sa.Column("truth", WORD),
        sa.Column("checkable", sa.Boolean()),
        sa.Column("outcome", WORD),
        sa.Column("opinion", sa.Text()),
        sa.Column("assessed_on", sa.Date()),
        sa.Column("case_id", sa.Uuid()),
        sa.UniqueConstraint("number", name="uq_leads_number"),
    )
    op.create_index("ix_leads_at_id", "leads", ["at", "id"])
    op.create_index("ix_leads_emphasis_at_id", "leads", ["emphasis", "at", "id"])
    op.create_index("ix_leads_office_stage_at", "leads", ["office", "stage", "at"])
    op.create_index("ix_leads_origin_at", "leads", ["origin", "at"])
    op.create_index("ix_leads_sector_at", "leads", ["sector", "at"])
    op.create_index("ix_leads_source_at", "leads", ["source", "at"])
    op.create_index("ix_leads_stage_at", "leads", ["stage", "at"])


def _cases() -> None:
    op.create_table(
        "cases",
        *_matter(),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("procedure", WORD, nullable=False),
        sa.Column("agency", sa.String(40)),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("decision_sha256", sa.String(64)),
        sa.Column("competence", Json, nullable=False),
        sa.Column("ground", WORD),
        sa.Column("terminated_on", sa.Date()),
        sa.UniqueConstraint("number", name="uq_cases_number"),
    )
    op.create_index("ix_cases_agency_at", "cases", ["agency", "at"])
    op.create_index("ix_cases_at_id", "cases", ["at", "id"])
    op.create_index("ix_cases_emphasis_at_id", "cases", ["emphasis", "at", "id"])
    op.create_index("ix_cases_lead_id", "cases", ["lead_id"])
    op.create_index("ix_cases_office_stage_at", "cases", ["office", "stage", "at"])
    op.create_index("ix_cases_origin_at", "cases", ["origin", "at"])
    op.create_index("ix_cases_procedure_at", "cases", ["procedure", "at"])
    op.create_index("ix_cases_sector_at", "cases", ["sector", "at"])
    op.create_index("ix_cases_stage_at", "cases", ["stage", "at"])


def _suggestions() -> None:
    op.create_table(
        "suggestions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("pace", WORD, nullable=False),
        sa.Column("parts", Json, nullable=False),
        sa.Column("document_sha256", sa.String(64), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("rectify_by", sa.Date(), nullable=False),
        sa.Column("handoff_id", sa.Uuid()),
        sa.Column("served_on", sa.Date()),
        sa.Column("reply_due_on", sa.Date()),
        sa.Column("replied_on", sa.Date()),
        sa.Column("finding", WORD),
        sa.Column("judged_on", sa.Date()),
        sa.Column("at", Instant(), nullable=False),
        sa.UniqueConstraint("number", name="uq_suggestions_number"),
    )
    op.create_index("ix_suggestions_case_id", "suggestions", ["case_id"])


def _proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("act", WORD, nullable=False),
        sa.Column("office", sa.String(20), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("awaiting", WORD),
        sa.Column("content", Json, nullable=False),
        sa.Column("proposer", sa.String(80), nullable=False),
        sa.Column("proposer_name", sa.String(80), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("reviewer", sa.String(80)),
        sa.Column("reviewer_name", sa.String(80)),
        sa.Column("reviewed_on", sa.Date()),
        sa.Column("agrees", sa.Boolean()),
        sa.Column("opinion", sa.Text()),
        sa.Column("decider", sa.String(80)),
        sa.Column("decider_name", sa.String(80)),
        sa.Column("decided_on", sa.Date()),
        sa.Column("approved", sa.Boolean()),
        sa.Column("reason", sa.Text()),
        sa.Column("result_id", sa.Uuid()),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    op.create_index("ix_proposals_at_id", "proposals", ["at", "id"])
    op.create_index("ix_proposals_matter_id", "proposals", ["matter_id"])
    op.create_index("ix_proposals_office_state_at", "proposals", ["office", "state", "at"])
    op.create_index(
        "uq_proposals_open_matter",
        "proposals",
        ["matter_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(120), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("classification", sa.Integer(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("filed_by", sa.String(80), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.UniqueConstraint("matter_id", "sha256", name="uq_documents_matter_id_sha256"),
    )
    op.create_index("ix_documents_sha256", "documents", ["sha256"])


def _accesses() -> None:
    op.create_table(
        "accesses",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("matter_id", sa.Uuid()),
        sa.Column("handoff_id", sa.Uuid()),
        sa.Column("org", sa.String(40), nullable=False),
        sa.Column("sub", sa.String(80), nullable=False),
        sa.Column("at", Instant(), nullable=False),
    )
    op.create_index("ix_accesses_matter_id", "accesses", ["matter_id"])
    op.create_index("ix_accesses_sha256", "accesses", ["sha256"])


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.String(40), nullable=False),
        sa.Column("issuer", sa.String(20), nullable=False),
        sa.Column("addressee", sa.String(20), nullable=False),
        sa.Column("moves_custody", sa.Boolean(), nullable=False),
        sa.Column("grants_scope", sa.String(40)),
        sa.Column("about", sa.Uuid()),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("state", WORD),
    )
    op.create_index("ix_orders_matter_id", "orders", ["matter_id"])


def _heard() -> None:
    op.create_table(
        "heard",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("type", sa.String(80), nullable=False),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.Column("org", sa.String(40), nullable=False),
        sa.Column("on_behalf_of", sa.String(40)),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("ix_heard_matter_id_at_id", "heard", ["matter_id", "at", "id"])


def _external_ids() -> None:
    op.create_table(
        "external_ids",
        sa.Column("office", sa.String(20), primary_key=True),
        sa.Column("system", sa.String(40), primary_key=True),
        sa.Column("number", sa.String(80), primary_key=True),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
    )
    op.create_index("ix_external_ids_matter_id", "external_ids", ["matter_id"])


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("office", sa.String(20), primary_key=True),
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("year", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer(), nullable=False),
    )
