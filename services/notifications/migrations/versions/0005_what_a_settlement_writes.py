"""Fewer indexes to write when a delivery is settled; what is written again and again is kept clean."""

import sqlalchemy as sa
from alembic import op

from shared import migrations

revision = "0005"
down_revision = "0004"

UNFINISHED = sa.text("state IN ('pending', 'held', 'blocked', 'dead')")
OF_OFFICES = sa.text("owner_path <> ''")


def upgrade() -> None:
    """On PostgreSQL the indexes that only unfinished deliveries, or those of offices, need are partial."""
    migrations.follow_frame()
    op.drop_index("ix_deliveries_endpoint_id_at", "deliveries")
    if op.get_bind().dialect.name != "postgresql":
        return
    for name, columns, where in (
        ("ix_deliveries_lane_id_state_number", ["lane_id", "state", "number"], UNFINISHED),
        ("ix_deliveries_owner_path_at", ["owner_path", "at"], OF_OFFICES),
    ):
        op.drop_index(name, "deliveries")
        op.create_index(name, "deliveries", columns, postgresql_where=where)
    migrations.keep_clean("lanes", "gates", "feeds")
