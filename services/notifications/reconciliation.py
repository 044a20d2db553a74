"""Proof of delivery: every event that an endpoint should have been told of has its one original delivery.

The sources' own journals are read again and the table of recipients is asked anew, so the answer does not
rest on what this service believes it did. That there is never more than one is a unique index.
Who *held* a matter when an event was heard, and how it was classified, cannot be asked afterwards: an event
that names its party can, and of an endpoint with a ceiling nothing is expected.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.queries import wanted_by
from services.notifications.rules.filters import Facts, Wanted, lets_through
from services.notifications.rules.recipients import NOTICES, Notice, kind_of, notice_of, organisations
from services.notifications.rules.vocabulary import DeliveryState, Trigger
from services.notifications.tables import Delivery, Endpoint
from shared import clock
from shared.database import Database
from shared.events import MATTER, Envelope
from shared.journal import envelope_of, journal
from shared.standing import matters

STEP = 1000
# Clocks of different machines differ; what was on its way while an endpoint proved itself proves nothing.
ON_THE_WAY = timedelta(seconds=1)
TOLD = tuple(row.event for row in NOTICES if row.webhook)


@dataclass(slots=True)
class Deliveries:
    """What was expected, what is there, and the first that is not."""

    expected: int = 0
    missing: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)

    @property
    def complete(self) -> bool:
        """Whether every expected delivery exists; its state says whether it has arrived."""
        return not self.missing

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items())) or "none"
        if self.complete:
            return f"deliveries: all {self.expected} expected ones exist ({states})"
        return (
            f"deliveries: {len(self.missing)} of {self.expected} MISSING, first {self.missing[0]} ({states})"
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """An endpoint, and since when it is told."""

    id: UUID
    owner: str
    since: datetime
    wanted: Wanted


async def account(mine: Database, sources: Mapping[str, Database], kept_days: int = 0) -> Deliveries:
    """Compare the sources' journals with the deliveries, those of the last `kept_days` (0: ever)."""
    found = Deliveries()
    async with mine.reading() as session:
        endpoints = [
            _Asked(e.id, e.owner, e.verified_at, wanted_by(e))
            for e in await session.scalars(select(Endpoint))
            if e.verified_at is not None and e.ceiling is None
        ]
        originals = select(Delivery.state, func.count()).where(Delivery.trigger == Trigger.EVENT)
        for state, count in await session.execute(originals.group_by(Delivery.state)):
            found.states[DeliveryState(state).value] += count
        if endpoints:
            since = min(endpoint.since for endpoint in endpoints)
            if kept_days:
                since = max(since, clock.now() - timedelta(days=kept_days - 1))
            for name, source in sources.items():
                async for batch in _events(name, source, since):
                    await _compare(session, found, endpoints, batch)
    return found


async def _events(name: str, source: Database, since: datetime) -> AsyncIterator[list[Envelope]]:
    subject, seq = "", 0
    async with source.reading() as session:
        while True:
            here = or_(journal.c.subject > subject, and_(journal.c.subject == subject, journal.c.seq > seq))
            rows = await session.execute(
                select(journal)
                .where(here, journal.c.at >= since, journal.c.type.in_(TOLD))
                .order_by(journal.c.subject, journal.c.seq)
                .limit(STEP)
            )
            batch = [envelope_of(name, row) for row in rows if row.subject.startswith(MATTER)]
            if batch:
                yield batch
            if len(batch) < STEP:
                return
            subject, seq = batch[-1].subject, batch[-1].seq


async def _compare(
    session: AsyncSession, found: Deliveries, endpoints: list[_Asked], batch: list[Envelope]
) -> None:
    ids = {event.matter_id for event in batch}
    where = select(matters.c.id, matters.c.place).where(matters.c.id.in_(ids))
    places = dict((await session.execute(where)).all())
    there = select(Delivery.endpoint_id, Delivery.event_id).where(
        Delivery.trigger == Trigger.EVENT, Delivery.event_id.in_([event.id for event in batch])
    )
    have = set((await session.execute(there)).all())
    for event in batch:
        notice = notice_of(event.type)
        if notice is None or event.matter_id is None:
            continue
        for endpoint in endpoints:
            if _must_be_told(endpoint, notice, event, places.get(event.matter_id)):
                found.expected += 1
                if (endpoint.id, event.id) not in have:
                    found.missing.append(f"{event.type} {event.subject} {event.seq} to {endpoint.owner}")


def _must_be_told(endpoint: _Asked, notice: Notice, event: Envelope, place: str | None) -> bool:
    named = organisations(notice.webhook, event.body, None, lambda _: None)
    if event.at < endpoint.since + ON_THE_WAY or event.matter_id is None or endpoint.owner not in named:
        return False
    return lets_through(endpoint.wanted, Facts(event.type, event.matter_id, kind_of(event.body), place))
