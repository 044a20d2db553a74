"""The inbox: every event of a source once in effect, in order per subject, whatever the bus does.

The cursor per (source, subject) advances in the transaction of the effect: lower is a duplicate, the next is
applied, higher waits. What cannot be applied now is *parked* in the database, never in the broker:

- `gap`: an earlier event is missing; after a while it is fetched from the source's own journal;
- `not_yet`: a prerequisite from another source has not arrived; tried again when anything of the subject has;
- `quarantined`: three tries failed; only this (source, subject) stops, until an operator retries or skips it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import chain, repeat
from typing import TYPE_CHECKING, ClassVar

import structlog
from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    String,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock, journal
from shared.bus import Bus, BusAway
from shared.citation import OURS
from shared.database import FRAME, Instant, Subject, insert, insert_or_lock, word
from shared.events import Envelope, Event
from shared.identity import Actor
from shared.journal import Origin
from shared.logs import told
from shared.problems import out_of_reach, sqlstate
from shared.reactions import NotYet, ReactionTable

if TYPE_CHECKING:
    from shared.service import Frame

log = structlog.get_logger(__name__)

TRIES = 3
OWN_TRIES = 10
PAGE = 50
SETTLE_SECONDS = 10.0
PATIENCE = timedelta(seconds=30)
AWAY_SECONDS = (0.1, 0.3, 1.0, 3.0, 5.0)

Chain = tuple[str, str]


class Why(StrEnum):
    """Why an event waits."""

    GAP = "gap"
    NOT_YET = "not_yet"
    QUARANTINED = "quarantined"


cursors = Table(
    "cursors",
    FRAME,
    Column("source", String(40), primary_key=True),
    Column("subject", Subject, primary_key=True),
    Column("seq", Integer, nullable=False),
)

parked = Table(
    "parked",
    FRAME,
    Column("source", String(40), primary_key=True),
    Column("subject", Subject, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("state", word(Why), nullable=False),
    Column("envelope", Text, nullable=False),
    Column("error", String(500)),
    Column("since", Instant, nullable=False),
    Index(None, "state", "since"),
    Index(None, "subject"),
)


class EventSkipped(Event):
    """An operator decided that an event which could not be applied is passed over."""

    name: ClassVar[str] = "event_skipped"

    source: str
    skipped_subject: str
    skipped_seq: int


@dataclass(frozen=True, slots=True)
class _Settled:
    """When all that waits was last tried: after which number of events, and how long it took."""

    advanced: int
    at: float = 0.0
    took: float = 0.0

    def due(self, advanced: int) -> bool:
        """Whether to try again: something was applied, here or perhaps elsewhere; most time is for others."""
        since = time.monotonic() - self.at
        return since > self.took * 5 and (advanced != self.advanced or since > SETTLE_SECONDS)


class Inbox:
    """A reader's end of the bus."""

    def __init__(self, frame: "Frame", reactions: ReactionTable) -> None:
        self._frame = frame
        self._reactions = reactions
        self._turn = asyncio.Lock()
        self._anything_parked = True  # until a look says otherwise
        self._advanced = 0
        self._settled = _Settled(-1)

    async def take(self, batch: Sequence[Envelope]) -> None:
        """Returns when each event is applied, dropped as a duplicate, or parked: always committed.

        While the database is out of reach it waits and tries again; nothing is refused for that.
        """
        unique = list({envelope.key: envelope for envelope in batch}.values())
        async with self._turn:
            before = self._advanced
            try:
                await self._apply(unique)
            except Exception as exc:
                if not isinstance(exc, NotYet):
                    log.info("batch falls back to single events", error=type(exc).__name__, size=len(unique))
                for envelope in unique:
                    await self._apply_alone(envelope)
            if self._anything_parked and self._advanced != before:
                await self._settle({envelope.subject for envelope in unique}, nullcontext())

    # -- applying ---------------------------------------------------------------------------------------

    async def _apply(self, envelopes: Sequence[Envelope]) -> None:
        """All in one transaction, heads locked first; nothing is done when a reaction raises."""
        async with self._frame.database.writing(frame=self._frame) as session:
            origin = Origin(self._frame.name, Actor.system(self._frame.name), "inbox")
            session.info["origin"] = origin
            here = await self._cursors(session, {(e.source, e.subject) for e in envelopes})
            before = dict(here)
            await journal.lock(session, *{e.subject for e in envelopes})
            for envelope in envelopes:
                chain = (envelope.source, envelope.subject)
                if envelope.seq <= here[chain]:
                    continue
                if envelope.seq > here[chain] + 1:
                    await self._park(session, envelope, Why.GAP)
                    continue
                await self._react(session, envelope)
                here[chain] = envelope.seq
            moved = {c: seq for c, seq in here.items() if seq != before[c]}
            await self._advance(session, moved)
        self._advanced += len(moved)

    async def _react(self, session: AsyncSession, envelope: Envelope) -> None:
        actor = Actor.system(self._frame.name, envelope.org)
        session.info["origin"] = Origin(self._frame.name, actor, str(envelope.id), envelope.traceparent)
        await self._reactions.run(session, envelope)
        self._frame.metrics.applied.labels(envelope.source).inc()
        self._frame.metrics.lag.labels(envelope.source).set((clock.now() - envelope.at).total_seconds())

    async def _cursors(self, session: AsyncSession, chains: Iterable[Chain]) -> dict[Chain, int]:
        ordered = sorted(chains)
        rows = [{"source": source, "subject": subject, "seq": 0} for source, subject in ordered]
        await session.execute(insert_or_lock(session, cursors, rows))
        return await self._held(session, ordered)

    @staticmethod
    async def _held(session: AsyncSession, chains: Sequence[Chain]) -> dict[Chain, int]:
        rows = await session.execute(
            select(cursors).where(tuple_(cursors.c.source, cursors.c.subject).in_(chains))
        )
        return {(row.source, row.subject): row.seq for row in rows}

    async def _advance(self, session: AsyncSession, moved: dict[Chain, int]) -> None:
        if not moved:
            return
        rows = [{"of": source, "about": subject, "to": seq} for (source, subject), seq in moved.items()]
        chain = and_(cursors.c.source == bindparam("of"), cursors.c.subject == bindparam("about"))
        await session.execute(update(cursors).where(chain).values(seq=bindparam("to")), rows)
        if self._anything_parked:
            done = and_(parked.c.source == bindparam("of"), parked.c.subject == bindparam("about"))
            await session.execute(delete(parked).where(done, parked.c.seq <= bindparam("to")), rows)

    async def _park(
        self, session: AsyncSession, envelope: Envelope, why: Why, error: str | None = None
    ) -> None:
        row = {"source": envelope.source, "subject": envelope.subject, "seq": envelope.seq}
        values = {"state": why, "envelope": envelope.encode().decode(), "error": error, "since": clock.now()}
        statement = insert(session, parked).values(row | values)
        keys = ["source", "subject", "seq"]
        if why is Why.GAP:
            statement = statement.on_conflict_do_nothing(index_elements=keys)
        else:
            statement = statement.on_conflict_do_update(
                index_elements=keys, set_={"state": why, "error": error}
            )
        await session.execute(statement)
        self._anything_parked = True

    async def _apply_alone(self, envelope: Envelope, waits: Why | None = None) -> bool:
        """Whether the event is done with; otherwise it is parked, or quarantined after three tries."""
        tries = own = 0
        while True:
            try:
                if waits is None and await self._quarantined(envelope):
                    return False
                await self._apply([envelope])
                return True
            except NotYet as exc:
                if waits is not Why.NOT_YET:
                    await self._put_aside(envelope, Why.NOT_YET, str(exc))
                return False
            except Exception as exc:
                if out_of_reach(exc) and own < OWN_TRIES:
                    await self._wait_for_database(exc)
                    own += _may_be_its_own(exc)
                    continue
                tries += 1
                if tries == TRIES or own == OWN_TRIES:
                    log.error("event quarantined", type=envelope.type, subject=envelope.subject, exc_info=exc)
                    await self._put_aside(envelope, Why.QUARANTINED, told(exc)[:500])
                    return False

    async def _wait_for_database(self, exc: Exception) -> None:
        """Returns when the database answers again."""
        log.warning("database out of reach; the event waits", error=type(exc).__name__)
        for seconds in chain(AWAY_SECONDS, repeat(AWAY_SECONDS[-1])):
            await asyncio.sleep(seconds)
            try:
                async with self._frame.database.reading() as session:
                    await session.execute(select(1))
                return
            except Exception as again:
                if not out_of_reach(again):
                    raise

    async def _quarantined(self, envelope: Envelope) -> bool:
        async with self._frame.database.reading() as session:
            row = and_(
                parked.c.source == envelope.source,
                parked.c.subject == envelope.subject,
                parked.c.seq == envelope.seq,
                parked.c.state == Why.QUARANTINED,
            )
            return await session.scalar(select(parked.c.seq).where(row)) is not None

    async def _put_aside(self, envelope: Envelope, why: Why, error: str) -> None:
        while True:
            try:
                async with self._frame.database.writing(frame=self._frame) as session:
                    here = await self._cursors(session, [(envelope.source, envelope.subject)])
                    if envelope.seq > here[(envelope.source, envelope.subject)]:
                        await self._park(session, envelope, why, error)
                return
            except Exception as exc:
                if not out_of_reach(exc):
                    raise
                await self._wait_for_database(exc)

    # -- what waits -------------------------------------------------------------------------------------

    async def _settle(self, subjects: set[str] | None, turn: AbstractAsyncContextManager[object]) -> None:
        """Apply every parked event whose turn has come, again as long as that moves anything.

        The turn is taken for a page at a time, so that many who wait do not hold up what arrives.
        """
        moved = True
        while moved:
            moved, last = False, ("", "")
            while True:
                async with turn:
                    ready = await self._ready(subjects, last)
                    for envelope, why in ready:
                        moved = await self._apply_parked(envelope, why) or moved
                if not ready:
                    break
                last = ready[-1][0].key[:2]

    async def _apply_parked(self, envelope: Envelope, why: Why) -> bool:
        """What waited, and what waited behind it in its chain; whether any was applied."""
        before = self._advanced
        following: Envelope | None = envelope
        while following is not None and await self._apply_alone(following, why):
            following, why = await self._following(following), Why.GAP
        return self._advanced != before

    async def _following(self, envelope: Envelope) -> Envelope | None:
        row = and_(_is(*envelope.key[:2], envelope.seq + 1), parked.c.state != Why.QUARANTINED)
        async with self._frame.database.reading() as session:
            raw = await session.scalar(select(parked.c.envelope).where(row))
        return Envelope.decode(raw) if raw else None

    async def _ready(self, subjects: set[str] | None, after: Chain) -> list[tuple[Envelope, Why]]:
        """A page of the events whose turn has come: of each chain one at most, in order of chains."""
        turn = and_(
            cursors.c.source == parked.c.source,
            cursors.c.subject == parked.c.subject,
            parked.c.seq == cursors.c.seq + 1,
        )
        chain = tuple_(parked.c.source, parked.c.subject)
        statement = (
            select(parked.c.envelope, parked.c.state)
            .join(cursors, turn)
            .where(parked.c.state != Why.QUARANTINED, chain > tuple_(*after))
            .order_by(parked.c.source, parked.c.subject)
            .limit(PAGE)
        )
        if subjects is not None:
            statement = statement.where(parked.c.subject.in_(subjects))
        async with self._frame.database.reading() as session:
            return [(Envelope.decode(raw), why) for raw, why in await session.execute(statement)]

    async def tend(self) -> None:
        """One look after what waits, whichever process parked it: try what may be, fetch what is missing."""
        async with self._turn:
            self._anything_parked = bool(await self.measure())
        if not self._anything_parked:
            return
        await self._forget_overtaken()
        if self._settled.due(self._advanced):
            begun, advanced = time.monotonic(), self._advanced
            await self._settle(None, self._turn)
            self._settled = _Settled(advanced, time.monotonic(), time.monotonic() - begun)
        await self._of_each_source(self._fetch_missing)

    async def _forget_overtaken(self) -> None:
        """What was applied though it stood parked waits no longer, and hides no gap behind it."""
        done = exists().where(
            cursors.c.source == parked.c.source,
            cursors.c.subject == parked.c.subject,
            cursors.c.seq >= parked.c.seq,
        )
        async with self._frame.database.writing(frame=self._frame) as session:
            await session.execute(delete(parked).where(done))

    async def _of_each_source(self, look: Callable[[str], Awaitable[int]]) -> int:
        """Look after every source, though one of them be silent; that is told at the end."""
        total, away = 0, None
        for source in self._frame.hears:
            try:
                total += await look(source)
            except BusAway as exc:
                away = exc
        if away is not None:
            raise away
        return total

    async def _fetch_missing(self, source: str) -> int:
        missing = await self._missing(source)
        for subject, after in missing:
            await self._refetch(source, subject, after)
        return len(missing)

    async def _missing(self, source: str) -> list[tuple[str, int]]:
        """Chains whose next event is not here though later ones have waited for it beyond patience."""
        first = (
            select(
                parked.c.subject,
                func.min(parked.c.seq).label("seq"),
                func.min(parked.c.since).label("since"),
            )
            .where(parked.c.source == source)
            .group_by(parked.c.subject)
            .subquery()
        )
        same = and_(cursors.c.source == source, cursors.c.subject == first.c.subject)
        statement = (
            select(first.c.subject, cursors.c.seq)
            .join(cursors, same)
            .where(first.c.seq > cursors.c.seq + 1, first.c.since < clock.now() - PATIENCE)
            .limit(100)
        )
        async with self._frame.database.reading() as session:
            return [(row.subject, row.seq) for row in await session.execute(statement)]

    async def _refetch(self, source: str, subject: str, after: int) -> None:
        bus: Bus = self._frame.bus
        found = await bus.journal_of(source, subject, after, 200)
        if found:
            log.warning("events fetched from their source", source=source, subject=subject, count=len(found))
            self._frame.metrics.refetched.labels(source).inc(len(found))
            await self.take(found)

    async def sweep(self) -> int:
        """Compare every source's heads with our cursors: finds a lost *last* event, which leaves no gap."""
        return await self._of_each_source(self._sweep)

    async def _sweep(self, source: str) -> int:
        fetched, after = 0, ""
        while page := await self._frame.bus.heads_of(source, after, 500):
            for subject, seq in await self._behind(source, page):
                await self._refetch(source, subject, seq)
                fetched += 1
            after = page[-1][0]
        return fetched

    async def _behind(self, source: str, page: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
        subjects = [subject for subject, _ in page]
        async with self._frame.database.reading() as session:
            rows = await session.execute(
                select(cursors.c.subject, cursors.c.seq).where(
                    cursors.c.source == source, cursors.c.subject.in_(subjects)
                )
            )
            here = {row.subject: row.seq for row in rows}
            waiting = set(
                await session.scalars(
                    select(parked.c.subject).where(parked.c.source == source, parked.c.subject.in_(subjects))
                )
            )
        return [(s, here.get(s, 0)) for s, seq in page if here.get(s, 0) < seq and s not in waiting]

    async def measure(self) -> dict[str, int]:
        """How many events wait here, by why; also as metrics."""
        async with self._frame.database.reading() as session:
            rows = await session.execute(select(parked.c.state, func.count()).group_by(parked.c.state))
            counts = {row[0].value: row[1] for row in rows}
        for why in Why:
            self._frame.metrics.parked.labels(why.value).set(counts.get(why.value, 0))
        return counts

    # -- the operator -----------------------------------------------------------------------------------

    async def retry(self, source: str, subject: str, seq: int) -> bool:
        """Let a quarantined event be tried again; whether it could be applied."""
        async with self._turn:
            async with self._frame.database.writing(frame=self._frame) as session:
                await session.execute(update(parked).where(_is(source, subject, seq)).values(state=Why.GAP))
            self._anything_parked = True
            await self._settle({subject}, nullcontext())
        async with self._frame.database.reading() as session:
            return await session.scalar(select(parked.c.seq).where(_is(source, subject, seq))) is None

    async def skip(self, source: str, subject: str, seq: int, reason: str, operator: Actor) -> None:
        """Pass over a quarantined event for good; recorded in our own journal with the reason."""
        async with self._turn:
            self._anything_parked = True
            async with self._frame.database.writing(frame=self._frame) as session:
                session.info["origin"] = Origin(self._frame.name, operator, "operator")
                here = await self._cursors(session, [(source, subject)])
                if here[(source, subject)] + 1 != seq:
                    raise ValueError("only the event whose turn it is can be skipped")
                event = EventSkipped(source=source, skipped_subject=subject, skipped_seq=seq)
                basis, details = OURS["operator's decision"], {"reason": reason}
                await journal.record(session, subject, event, basis=basis, details=details)
                await self._advance(session, {(source, subject): seq})
            await self._settle({subject}, nullcontext())


def _may_be_its_own(exc: Exception) -> bool:
    """Whether the event itself may cause what looks like an absence: no file, too slow a statement."""
    return isinstance(exc, OSError) or sqlstate(exc) == "57014"


def _is(source: str, subject: str, seq: int) -> ColumnElement[bool]:
    return and_(parked.c.source == source, parked.c.subject == subject, parked.c.seq == seq)
