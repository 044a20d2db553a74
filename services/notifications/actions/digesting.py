"""Digests: once a day and once a week each office, and each above it, is told what there is to do."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import noting
from services.notifications.rules.digests import Counts, Span, spans, summed
from services.notifications.rules.recipients import AWAITING, DESK, Category
from services.notifications.tables import DigestRun, Line
from shared.clock import SHANGHAI
from shared.database import insert, uuid7
from shared.transactions import frame

LINK = "/notifications/v1/digests"
OWED = (Category.DUE, Category.ARRIVED)


async def make(session: AsyncSession, today: date) -> int:
    """The digests of this day and of this week, each made once whoever asks again; how many lines that is."""
    return sum([await _make(session, span, today) for span in spans(today)])


async def _make(session: AsyncSession, span: Span, today: date) -> int:
    now = await frame(session).database.dialect.now(session)
    run = {"period": span.period, "begins_on": span.begins_on, "at": now}
    claimed = insert(session, DigestRun).values(run).on_conflict_do_nothing().returning(DigestRun.begins_on)
    if await session.scalar(claimed) is None:
        return 0
    event_type = f"digest.{span.period}"
    past = (Line.category == Category.DIGEST, Line.event_type == event_type, Line.settled_at.is_(None))
    await session.execute(update(Line).where(*past).values(settled_at=now))
    lines = _lines(session, await counted(session, span, today), span, now)
    await noting.write(session, lines)
    return len(lines)


async def counted(session: AsyncSession, span: Span, today: date) -> dict[str, Counts]:
    """What each office has to do itself; of what it only watches, nothing is counted."""
    waits = Line.event_type.in_(AWAITING)
    due = and_(Line.due_on >= max(span.begins_on, today), Line.due_on <= span.ends_on)
    open_ = and_(Line.settled_at.is_(None), Line.category.in_(OWED), or_(Line.due_on <= span.ends_on, waits))
    found = await _count(session, open_, due=due, overdue=Line.due_on < today, awaiting=waits)
    since, until = _instant(span.since), _instant(span.begins_on)
    new = and_(Line.category == Category.ARRIVED, Line.at >= since, Line.at < until)
    for code, counts in (await _count(session, new, arrived=new)).items():
        found[code] = found.get(code, Counts()) + counts
    return found


async def _count(
    session: AsyncSession, where: ColumnElement[bool], **what: ColumnElement[bool]
) -> dict[str, Counts]:
    sums = [func.count(case((condition, 1))).label(name) for name, condition in what.items()]
    found = await session.execute(select(Line.org, *sums).where(where).group_by(Line.org))
    return {row.org: Counts(**{name: getattr(row, name) for name in what}) for row in found}


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _lines(session: AsyncSession, own: dict[str, Counts], span: Span, now: datetime) -> list[dict[str, Any]]:
    """A line for every office that has something to do itself or below; nothing at all is not told."""
    offices = frame(session).offices
    known = {code: counts for code, counts in own.items() if offices.exists(code) and counts}
    below, whole = summed(known, lambda code: [office.code for office in offices.line_of(code)])
    children: dict[str, dict[str, Counts]] = {}
    for code, counts in sorted(whole.items()):
        parent = offices.office(code).parent
        if parent is not None:
            children.setdefault(parent, {})[code] = counts
    return [
        _line(offices.office(code), span, now, _facts(span, known, below, code, children.get(code, {})))
        for code in sorted(whole)
    ]


def _facts(
    span: Span,
    own: Mapping[str, Counts],
    below: Mapping[str, Counts],
    code: str,
    children: Mapping[str, Counts],
) -> dict[str, Any]:
    return {
        "period": span.period.value,
        "begins_on": span.begins_on.isoformat(),
        "ends_on": span.ends_on.isoformat(),
        **asdict(own.get(code, Counts())),
        "below": asdict(below.get(code, Counts())),
        "offices": [{"office": child} | asdict(counts) for child, counts in children.items()],
        "link": LINK,
    }


def _line(office: Any, span: Span, now: datetime, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "org": office.code,
        "org_path": office.path,
        "roles": noting.between_bars((*DESK, "overseer")),
        "category": Category.DIGEST,
        "party": True,
        "event_id": uuid5(NAMESPACE_URL, f"digest/{office.code}/{span.period}/{span.begins_on}"),
        "event_type": f"digest.{span.period}",
        "facts": facts,
        "at": now,
    }
