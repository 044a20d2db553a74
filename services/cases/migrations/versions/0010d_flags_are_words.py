"""A flag that a lead's facts put up is a word by which it is found; those registered before get theirs."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.database import Json, Letters

revision = "0010d"
down_revision = "0010c"

BATCH = 200
# The rows as they stand when this is run: items (or yuan) that are serious, and since when.
ENOUGH = {"whereabouts": 50, "communication_content": 50, "credit": 50, "property": 50} | {
    "accommodation": 500, "communication_record": 500, "health": 500, "transaction": 500, "other": 5000
}  # fmt: skip
YUAN, CRIME, DUTY = 5000, date(2017, 6, 1), date(2021, 7, 1)


def upgrade() -> None:
    """The flags of every lead, some leads at a time."""
    words = sa.table("words", sa.column("word", Letters), sa.column("thing_id", sa.Uuid()))
    leads = sa.table(
        "leads",
        *(sa.column(name) for name in ("unlawful_gain", "insider")),
        *(sa.column(name, Json) for name in ("records_by_kind", "processors")),
        *(sa.column(name, sa.Date()) for name in ("registered_on", "as_if_on")),
        sa.column("id", sa.Uuid()),
    )
    for some in op.get_bind().execute(sa.select(leads)).partitions(BATCH):
        rows = [{"word": f"flag:{code}", "thing_id": lead.id} for lead in some for code in _up(lead)]
        if rows:
            op.bulk_insert(words, rows)


def _up(lead: Any) -> Iterator[str]:
    on = max(lead.registered_on, lead.as_if_on or lead.registered_on)
    items = sum((Fraction(each["count"], ENOUGH[each["kind"]]) for each in lead.records_by_kind), Fraction(0))
    reached = max(items, Fraction(lead.unlawful_gain or 0, YUAN)) * (2 if lead.insider else 1)
    if on >= CRIME and reached >= 1:
        yield "crime"
    if on >= CRIME and reached >= 10:
        yield "especially_serious"
    if on >= DUTY and lead.insider and any(each.get("state_organ") for each in lead.processors):
        yield "duty_or_discipline"
