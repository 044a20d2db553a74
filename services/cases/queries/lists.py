"""Lists of leads and cases: what the actor may know of, narrowed by filters that each have an index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.rules.lifecycle import ENDED
from services.cases.tables import Case, ExternalId, Lead, Word
from shared import clock
from shared.identity import Actor
from shared.ledger import OPEN, Clock
from shared.standing import below, matters, ways

MATTER = (
    *("id", "number", "title", "office", "epoch", "revision", "stage", "origin", "sector", "place"),
    *("focuses", "emphasis", "classification", "moving", "at"),
)
# What lists show, column by column: facts and files are read one by one.
SHOWN: Mapping[type[Lead | Case], tuple[str, ...]] = {
    Lead: (*MATTER, "source", "registered_on", "case_id", "split_from"),
    Case: (*MATTER, "lead_id", "procedure", "agency", "opened_on", "terminated_on", "ground"),
}


FOCUS, FLAG = "focus:", "flag:"  # how a focus, and a flag of a lead, stand among the words


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; what is not said does not narrow."""

    equal: Mapping[str, Any] = field(default_factory=dict)
    path: str | None = None
    named: tuple[str, str] | None = None
    words: Sequence[str] = ()
    ended: bool | None = None
    since: date | None = None
    until: date | None = None
    due_before: date | None = None
    overdue: bool | None = None


def listed(thing: type[Lead | Case], actor: Actor, filters: Filters) -> tuple[Select[Any], ...]:
    """The leads or cases that the actor may know of, so narrowed; one select per way of knowing."""
    shown = [getattr(thing, name) for name in SHOWN[thing]]
    statement = select(*shown).join(matters, matters.c.id == thing.id)
    narrowed = statement.where(*_narrowing(thing, filters))
    return tuple(narrowed.where(way) for way in ways(actor, matters))


def _narrowing(thing: type[Lead | Case], filters: Filters) -> list[ColumnElement[bool]]:
    found = [getattr(thing, name) == value for name, value in filters.equal.items() if value is not None]
    if filters.path is not None:
        found.append(below(matters.c.holder_path, filters.path))
    if filters.named is not None:
        found.append(_named(thing, *filters.named))
    found += [has_word(thing.id, word) for word in filters.words]
    if filters.ended is not None:
        found.append(thing.stage.in_(ENDED) if filters.ended else thing.stage.not_in(ENDED))
    return [*found, *_begun(thing, filters), *_due(thing, filters)]


def _named(thing: type[Lead | Case], system: str, number: str) -> ColumnElement[bool]:
    """Whether it, or the lead it was opened on, carries that number in that system."""
    carrying = select(ExternalId.matter_id).where(ExternalId.system == system, ExternalId.number == number)
    own = thing.id.in_(carrying)
    return own | thing.lead_id.in_(carrying) if issubclass(thing, Case) else own


def has_word(thing_id: Any, word: str) -> ColumnElement[bool]:
    """Whether the thing in that column is found by that word."""
    return exists().where(Word.thing_id == thing_id, Word.word == word)


def _begun(thing: type[Lead | Case], filters: Filters) -> list[ColumnElement[bool]]:
    begun_on: Any = thing.registered_on if issubclass(thing, Lead) else thing.opened_on
    found = [begun_on >= filters.since] if filters.since else []
    return [*found, begun_on <= filters.until] if filters.until else found


def _due(thing: type[Lead | Case], filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.due_before:
        found.append(_limit_before(thing.id, filters.due_before))
    if filters.overdue is not None:
        late = _limit_before(thing.id, clock.today())
        found.append(late if filters.overdue else ~late)
    return found


def _limit_before(matter_id: Any, day: date) -> ColumnElement[bool]:
    """Whether an open limit of the matter ends before that day; today is not overdue."""
    going = (Clock.state.in_(OPEN), Clock.stopped_since.is_(None))
    return exists().where(Clock.matter_id == matter_id, *going, Clock.due_on < day)


async def at_least(session: AsyncSession, found: Sequence[Select[Any]], many: int) -> bool:
    """Whether these selects find so many rows together; none is loaded."""
    left = many
    for each in found:
        some = each.with_only_columns(literal(1)).limit(left).subquery()
        left -= await session.scalar(select(func.count()).select_from(some)) or 0
    return left <= 0
