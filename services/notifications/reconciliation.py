"""Proof of delivery, both ways: every event that is owed to an endpoint has its one original delivery, and
every original delivery has an event that warrants it.

The sources' own journals are read again and the table of recipients is asked anew, so the answer does not
rest on what this service believes it did. That there is never more than one is a unique index.
Who held a matter, where it lay and how it was classified is read from the chain of `cases`: for its own
events as of that very event. An event of another source may have been told before or after a move, so any
standing that the matter ever had warrants it, and what is told agrees with one of them as a whole.
"""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.queries import wanted_by
from services.notifications.rules.filters import Facts, Wanted, lets_through
from services.notifications.rules.recipients import NOTICES, kind_of, notice_of, organisations
from services.notifications.rules.vocabulary import DeliveryState, Trigger
from services.notifications.tables import Delivery, Endpoint, table
from shared import clock
from shared.database import Database
from shared.events import MATTER, Envelope
from shared.inbox import cursors
from shared.journal import envelope_of, journal
from shared.organisations import OfficeTree
from shared.statements import among

STEP, PAIRS = 1000, 400
# Clocks of different machines differ; what was on its way while an endpoint proved itself proves nothing.
ON_THE_WAY = timedelta(seconds=1)
TOLD = tuple(row.event for row in NOTICES if row.webhook)
STANDS = "cases.standing_changed"
ROWS = table(Delivery).c
FIRST = 5
REPAIR = "python -m services reconcile --repair --reason WHY"


@dataclass(frozen=True, slots=True)
class Missing:
    """An event that was never told to an endpoint which it is owed to."""

    endpoint_id: UUID
    owner: str
    event: Envelope

    def __str__(self) -> str:
        event = self.event
        return f"{event.type} {event.subject} {event.seq} to {self.owner} (endpoint {self.endpoint_id})"


@dataclass(slots=True)
class Deliveries:
    """The original deliveries: which are owed and there, which are there only, and what is wrong."""

    states: Counter[str] = field(default_factory=Counter)
    owed: int = 0
    early: int = 0
    missing: list[Missing] = field(default_factory=list)
    unwarranted: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing and nothing is there without an event; the states say what arrived."""
        return not (self.missing or self.unwarranted)

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items())) or "none"
        said = f"deliveries: {self.states.total()} original ({states}): {self.owed} owed and there"
        if self.early:
            said += f", {self.early} made in or before the first second of an endpoint (not owed)"
        lacks = f"{len(self.missing)} MISSING" if self.missing else "none missing"
        more = f"{len(self.unwarranted)} WITHOUT AN EVENT" if self.unwarranted else "none without an event"
        return "\n".join([f"{said}; {lacks}, {more}", *self._named()])

    def _named(self) -> Iterable[str]:
        """The first that are wrong, and what to do about them."""
        for each in self.missing[:FIRST]:
            yield f"  missing: {each}"
        if self.missing:
            yield f"  to make them: {REPAIR}"
        for name in self.unwarranted[:FIRST]:
            yield f"  without an event: {name}"
        if self.unwarranted:
            yield "  was a journal changed? ask: python -m services verify"


@dataclass(frozen=True, slots=True)
class _Asked:
    """An endpoint, and since when it is told."""

    id: UUID
    owner: str
    since: datetime
    wanted: Wanted

    def is_owed(self, event: Envelope) -> bool:
        """Whether the event was surely told after the endpoint had proved itself."""
        return event.at >= self.since + ON_THE_WAY


@dataclass(frozen=True, slots=True)
class _Stood:
    """How a matter stood from one number of its chain on."""

    seq: int
    at: datetime | None
    holder: str | None
    place: str | None
    classification: int


UNKNOWN = _Stood(0, None, None, None, 0)
Histories = Mapping[str, Sequence[_Stood]]
Answers = Sequence[Mapping[UUID, _Asked]]


class _Judge:
    """Who is told of what, asked anew from the endpoints and the office tree."""

    def __init__(self, endpoints: Iterable[Endpoint], offices: OfficeTree) -> None:
        self._offices = offices
        self._by_owner: dict[str, list[_Asked]] = defaultdict(list)
        for each in endpoints:
            if each.verified_at is not None:
                asked = _Asked(each.id, each.owner, each.verified_at, wanted_by(each))
                self._by_owner[each.owner].append(asked)

    @property
    def since(self) -> datetime | None:
        """Since when the first endpoint is told."""
        return min((each.since for mine in self._by_owner.values() for each in mine), default=None)

    def answers(self, event: Envelope, history: Sequence[_Stood]) -> Answers:
        """Who is told, for each way in which the matter may have stood; the likeliest first."""
        ways = {(each.holder, each.place, each.classification): each for each in _possible(event, history)}
        return [self._told(event, stood) for stood in ways.values()]

    def _told(self, event: Envelope, stood: _Stood) -> dict[UUID, _Asked]:
        notice = notice_of(event.type)
        if notice is None or event.matter_id is None:
            return {}
        facts = Facts(event.type, event.matter_id, kind_of(event.body), stood.place, stood.classification)
        owners = organisations(notice.webhook, event.body, stood.holder, self._superior_of)
        found = (each for owner in owners for each in self._by_owner.get(owner, ()))
        return {each.id: each for each in found if lets_through(each.wanted, facts)}

    def _superior_of(self, code: str) -> str | None:
        superior = self._offices.superior_of(code) if self._offices.exists(code) else None
        return superior.code if superior else None


def _possible(event: Envelope, history: Sequence[_Stood]) -> Sequence[_Stood]:
    """An event of `cases` was told as the matter stood then, another one perhaps as it stood at any time."""
    if event.source == "cases":
        return [next((each for each in reversed(history) if each.seq < event.seq), UNKNOWN)]
    then = [each for each in history if each.at is not None and each.at <= event.at]
    return [*reversed(then), *history[len(then) :]] or [UNKNOWN]


async def account(
    mine: Database, sources: Mapping[str, Database], offices: OfficeTree, kept_days: int = 0
) -> Deliveries:
    """Compare the sources' journals with the deliveries, those owed in the last `kept_days` (0: ever).

    Only what this service has applied is owed: an event that is still on its way is no delivery's lack.
    """
    found = Deliveries()
    await _each_delivery(found, mine, sources, offices)
    async with mine.reading() as session:
        judge = await _judge(session, offices)
    if judge.since is None:
        return found
    since = judge.since
    if kept_days:
        since = max(since, clock.now() - timedelta(days=kept_days - 1))
    for name, source in sources.items():
        async for batch in _events(name, source, since):
            histories = await _histories(sources["cases"], {event.subject for event in batch})
            await _compare(found, mine, judge, batch, histories)
    return found


async def _judge(session: AsyncSession, offices: OfficeTree) -> _Judge:
    return _Judge(await session.scalars(select(Endpoint).order_by(Endpoint.id)), offices)


async def _histories(cases: Database, subjects: Iterable[str]) -> Histories:
    """How each of these matters has stood, in order."""
    asked = select(journal.c.subject, journal.c.seq, journal.c.at, journal.c.event).where(
        journal.c.type == STANDS, among(journal.c.subject, "subjects")
    )
    found: dict[str, list[_Stood]] = defaultdict(list)
    async with cases.reading() as session:
        ordered = asked.order_by(journal.c.subject, journal.c.seq)
        for row in await session.execute(ordered, {"subjects": list(subjects)}):
            said = orjson.loads(row.event)
            stood = _Stood(row.seq, row.at, said["holder"], said.get("place"), said["classification"])
            found[row.subject].append(stood)
    return found


# -- from the events to the deliveries ---


async def _events(name: str, source: Database, since: datetime) -> AsyncIterator[list[Envelope]]:
    subject, seq = MATTER, 0
    while True:
        here = or_(journal.c.subject > subject, and_(journal.c.subject == subject, journal.c.seq > seq))
        asked = select(journal).where(here, journal.c.subject < MATTER[:-1] + "0")
        asked = asked.where(journal.c.at >= since, journal.c.type.in_(TOLD))
        async with source.reading() as session:
            rows = await session.execute(asked.order_by(journal.c.subject, journal.c.seq).limit(STEP))
            batch = [envelope_of(name, row) for row in rows]
        if batch:
            yield batch
        if len(batch) < STEP:
            return
        subject, seq = batch[-1].subject, batch[-1].seq


async def _compare(
    found: Deliveries, mine: Database, judge: _Judge, batch: Sequence[Envelope], histories: Histories
) -> None:
    async with mine.reading() as session:
        applied = await _applied(session, batch[0].source, {event.subject for event in batch})
        owed = {
            event.id: [
                {id_: each for id_, each in answer.items() if each.is_owed(event)}
                for answer in judge.answers(event, histories.get(event.subject, ()))
            ]
            for event in batch
            if event.seq <= applied.get(event.subject, 0)
        }
        pairs = [(id_, event_id) for event_id, answers in owed.items() for each in answers for id_ in each]
        have = await _there(session, list(dict.fromkeys(pairs)))
    for event in batch:
        lacks = [
            [asked for id_, asked in answer.items() if (id_, event.id) not in have]
            for answer in owed.get(event.id, ())
        ]
        # It agrees with one way in which the matter may have stood; if with none, the nearest is missed.
        found.missing += (Missing(each.id, each.owner, event) for each in min(lacks, key=len, default=()))


async def _applied(session: AsyncSession, source: str, subjects: Iterable[str]) -> dict[str, int]:
    mine = select(cursors.c.subject, cursors.c.seq).where(cursors.c.source == source)
    asked = mine.where(among(cursors.c.subject, "subjects"))
    return dict((await session.execute(asked, {"subjects": list(subjects)})).all())


async def _there(session: AsyncSession, pairs: Sequence[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Those of these endpoints and events for which there is an original delivery."""
    have: set[tuple[UUID, UUID]] = set()
    for start in range(0, len(pairs), PAIRS):
        of_these = tuple_(ROWS.endpoint_id, ROWS.event_id).in_(pairs[start : start + PAIRS])
        asked = select(ROWS.endpoint_id, ROWS.event_id).where(ROWS.trigger == Trigger.EVENT, of_these)
        have |= {(row.endpoint_id, row.event_id) for row in await session.execute(asked)}
    return have


# -- from the deliveries to the events ---


async def _each_delivery(
    found: Deliveries, mine: Database, sources: Mapping[str, Database], offices: OfficeTree
) -> None:
    after = UUID(int=0)
    while True:
        asked = select(ROWS.id, ROWS.endpoint_id, ROWS.owner, ROWS.event_id, ROWS.event_type, ROWS.state)
        asked = asked.where(ROWS.id > after, ROWS.trigger == Trigger.EVENT).order_by(ROWS.id).limit(STEP)
        async with mine.reading() as session:
            rows = (await session.execute(asked)).all()
            judge = await _judge(session, offices)
        # Read after the deliveries: what they were made of was committed before them.
        events = await _events_of(sources, rows)
        histories = await _histories(sources["cases"], {event.subject for event in events.values()})
        for row in rows:
            _place(found, row, events.get(row.event_id), judge, histories)
        if len(rows) < STEP:
            return
        after = rows[-1].id


async def _events_of(sources: Mapping[str, Database], rows: Sequence[Any]) -> dict[UUID, Envelope]:
    found: dict[UUID, Envelope] = {}
    for name, source in sources.items():
        ids = [row.event_id for row in rows if row.event_type.startswith(f"{name}.")]
        async with source.reading() as session:
            told = await session.execute(select(journal).where(among(journal.c.id, "ids")), {"ids": ids})
            found |= {row.id: envelope_of(name, row) for row in told}
    return found


def _place(found: Deliveries, row: Any, event: Envelope | None, judge: _Judge, histories: Histories) -> None:
    found.states[DeliveryState(row.state).value] += 1
    answers = judge.answers(event, histories.get(event.subject, ())) if event else ()
    warranted = next((answer[row.endpoint_id] for answer in answers if row.endpoint_id in answer), None)
    if event is None or warranted is None:
        found.unwarranted.append(f"delivery {row.id}, {row.event_type} {row.event_id} to {row.owner}")
    elif warranted.is_owed(event):
        found.owed += 1
    else:
        found.early += 1
