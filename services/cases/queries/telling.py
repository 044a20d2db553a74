"""What has happened in a matter and what is due: the timeline and the clocks."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, select, union_all

from services.cases.tables import Heard
from shared.events import subject_of
from shared.journal import journal
from shared.ledger import Clock

PLUMBING = "cases.standing_changed"  # stands beside the act's own entry and says no more than it


def timeline_of(*matter_ids: UUID) -> Any:
    """Everything recorded here and heard from others about these matters, as one table to page through."""
    subjects = [subject_of(matter_id) for matter_id in matter_ids]
    ours = select(
        journal.c.id,
        journal.c.at,
        journal.c.occurred_on,
        literal("cases").label("source"),
        journal.c.type,
        journal.c.basis,
        journal.c.org,
        journal.c.on_behalf_of,
        journal.c.event.label("body"),
    ).where(journal.c.subject.in_(subjects), journal.c.type != PLUMBING)
    theirs = select(
        Heard.id,
        Heard.at,
        Heard.occurred_on,
        Heard.source,
        Heard.type,
        Heard.basis,
        Heard.org,
        Heard.on_behalf_of,
        Heard.body,
    ).where(Heard.matter_id.in_(matter_ids))
    return union_all(ours, theirs).subquery("timeline")


def clocks_of(matter_id: UUID) -> Select[Any]:
    """Every clock of a matter."""
    return select(Clock).where(Clock.matter_id == matter_id)
