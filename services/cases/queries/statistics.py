"""How much was done: counted by the database over what the actor may know of; no row is ever loaded.

Days are legal days: when cases were opened, and when the acts were done that are counted.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, extract, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.rules.finding import By, Counted
from services.cases.rules.vocabulary import Act, Origin
from services.cases.tables import Case, OfficialAct
from shared.identity import Actor
from shared.organisations import OfficeTree
from shared.standing import below, matters, ways

ACTS = {Act.SUGGEST: Counted.SUGGESTIONS, Act.SUE: Counted.SUITS, Act.TERMINATE: Counted.TERMINATED}
_BY_OFFICE = (By.OFFICE, By.LEVEL)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figures are asked for: of this office and those below it, in these days, broken down by these."""

    under: str
    since: date
    until: date
    by: tuple[By, ...]


Figures = dict[str, int]
FIGURES = ("opened", "self_handled", "others", "suggestions", "suits", "terminated")


async def statistics(
    session: AsyncSession, actor: Actor, offices: OfficeTree, asked: Asked
) -> list[tuple[dict[str, str], Figures]]:
    """Each combination of the breakdown that occurs, with its figures, in order."""
    found: dict[tuple[str, ...], Figures] = defaultdict(_none)
    for row in (await session.execute(_counting(actor, offices.office(asked.under).path, asked))).mappings():
        figures = found[tuple(_said(each, row, offices, asked.under) for each in asked.by)]
        figures[row["counted"]] += row["many"]
        if row["counted"] == Counted.OPENED:
            figures["self_handled" if row["own"] else "others"] += row["many"]
    names = [each.value for each in asked.by]
    return [(dict(zip(names, key, strict=True)), found[key]) for key in sorted(found)]


def _none() -> Figures:
    return dict.fromkeys(FIGURES, 0)


def _said(by: By, row: Mapping[Any, Any], offices: OfficeTree, under: str) -> str:
    if by is By.MONTH:
        return f"{int(row['year']):04}-{int(row['month']):02}"
    if by not in _BY_OFFICE:
        return str(row[by.value])
    if not offices.exists(row["office"]):  # an administrator's file took it out
        return "unknown"
    level = offices.office(row["office"]).level.value
    return level if by is By.LEVEL else _branch(row["office"], offices, under)


def _branch(code: str, offices: OfficeTree, under: str) -> str:
    """The office itself, or the one directly below `under` to whose branch it belongs."""
    line = [office.code for office in offices.line_of(code)]
    return ([code, *line][line.index(under)]) if under in line else code


def _counting(actor: Actor, path: str, asked: Asked) -> Any:
    """What happened, counted by what it is broken down by; a select for each thing and way of knowing."""
    parts: list[Select[Any]] = []
    for way in ways(actor, matters):
        seen = (way, below(matters.c.holder_path, path))
        parts.append(_happened(Counted.OPENED, Case.opened_on, asked).where(*seen))
        for act, counted in ACTS.items():
            did = _happened(counted, OfficialAct.occurred_on, asked)
            done = did.join(OfficialAct, OfficialAct.matter_id == Case.id).where(OfficialAct.act == act)
            parts.append(done.where(*seen))
    return union_all(*parts)


def _happened(counted: Counted, day: Any, asked: Asked) -> Select[Any]:
    own: ColumnElement[bool] = Case.origin == Origin.SELF_HANDLED
    columns = [own.label("own"), *_columns(asked.by, day)]
    named = literal(counted.value).label("counted"), func.count().label("many")
    counting = select(*named, *columns).join_from(Case, matters, matters.c.id == Case.id)
    return counting.where(day.between(asked.since, asked.until)).group_by(*columns)


def _columns(by: Sequence[By], day: Any) -> list[Any]:
    found = [getattr(Case, each.value) for each in by if each not in (*_BY_OFFICE, By.MONTH)]
    if any(each in _BY_OFFICE for each in by):
        found.append(Case.office)
    if By.MONTH in by:
        found += [extract("year", day).label("year"), extract("month", day).label("month")]
    return found
