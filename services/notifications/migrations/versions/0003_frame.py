"""Clocks remember the rule row they were counted by, and what changed them."""

from shared import migrations

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """The frame's tables as this version has them."""
    migrations.follow_frame()
