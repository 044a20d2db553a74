"""Teams, recusal requests, delegations, and the internal limits that offices set."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant, Json

revision = "0004"
down_revision = "0003"

WORD = sa.String(40)
PERSON = sa.String(80)
OFFICE = sa.String(20)


def upgrade() -> None:
    """Four tables more; a proposal says by which delegation it was decided."""
    op.add_column("proposals", sa.Column("delegation_id", sa.Uuid()))
    for make in (_office_limits, _delegations, _team_members, _recusal_requests):
        make()


def _office_limits() -> None:
    op.create_table(
        "office_limits",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("office", OFFICE, nullable=False),
        sa.Column("row", sa.String(10), nullable=False),
        sa.Column("focus", WORD),
        sa.Column("length", sa.Integer()),
        sa.Column("unit", WORD, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", PERSON, nullable=False),
        sa.Column("set_by_name", PERSON, nullable=False),
        sa.Column("at", Instant(), nullable=False),
    )
    op.create_index("ix_office_limits_office_row_since", "office_limits", ["office", "row", "since"])
    op.create_index("ix_office_limits_row_at_id", "office_limits", ["row", "at", "id"])
    op.create_index("ix_office_limits_at_id", "office_limits", ["at", "id"])


def _delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("office", OFFICE, nullable=False),
        sa.Column("person", PERSON, nullable=False),
        sa.Column("person_name", PERSON, nullable=False),
        sa.Column("acts", Json, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("revoked_on", sa.Date()),
        sa.Column("basis", PERSON, nullable=False),
        sa.Column("given_by", PERSON, nullable=False),
        sa.Column("given_by_name", PERSON, nullable=False),
        sa.Column("at", Instant(), nullable=False),
    )
    op.create_index("ix_delegations_office_person_since", "delegations", ["office", "person", "since"])
    op.create_index("ix_delegations_office_at_id", "delegations", ["office", "at", "id"])


def _team_members() -> None:
    op.create_table(
        "team_members",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("office", OFFICE, nullable=False),
        sa.Column("seat", WORD, nullable=False),
        sa.Column("person", PERSON),
        sa.Column("name", PERSON, nullable=False),
        sa.Column("org", OFFICE, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("left_on", sa.Date()),
        sa.Column("grant_id", sa.Uuid()),
        sa.Column("named_by", PERSON, nullable=False),
        sa.Column("named_by_name", PERSON, nullable=False),
        sa.Column("at", Instant(), nullable=False),
    )
    op.create_index("ix_team_members_matter_id_id", "team_members", ["matter_id", "id"])


def _recusal_requests() -> None:
    op.create_table(
        "recusal_requests",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("matter_id", sa.Uuid(), nullable=False),
        sa.Column("person", PERSON, nullable=False),
        sa.Column("person_role", WORD, nullable=False),
        sa.Column("petitioner", WORD, nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date()),
        sa.Column("outcome", WORD),
        sa.Column("review_requested_on", sa.Date()),
        sa.Column("reviewed_on", sa.Date()),
        sa.Column("review_outcome", WORD),
        sa.Column("at", Instant(), nullable=False),
    )
    op.create_index("ix_recusal_requests_matter_id_id", "recusal_requests", ["matter_id", "id"])
