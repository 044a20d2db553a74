"""A person's matters are found by their place in the team, too."""

from alembic import op

revision = "0010"
down_revision = "0007"


def upgrade() -> None:
    """An index from the person to the matters."""
    op.create_index("ix_team_members_person_matter_id", "team_members", ["person", "matter_id"])
