"""Applying events: the effect and the cursor in one transaction; what cannot be applied now is parked."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import and_, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock, journal
from shared.database import insert
from shared.events import Envelope
from shared.identity import Actor
from shared.inbox.tables import Chain, Why, cursors, parked
from shared.journal import Origin
from shared.logs import told
from shared.problems import out_of_reach, sqlstate
from shared.reactions import NotYet, ReactionTable
from shared.statements import insert_or_lock, update_each

if TYPE_CHECKING:
    from shared.service import Frame

log = structlog.get_logger(__name__)

TRIES = 3
OWN_TRIES = 10
AWAY_SECONDS = (0.1, 0.3, 1.0, 3.0, 5.0)


@dataclass(frozen=True, slots=True)
class Turn:
    """Of some events those whose turn it is, those that came too early, and how far each chain gets."""

    now: Sequence[Envelope]
    later: Sequence[Envelope]
    ends: dict[Chain, int]


def _in_turn(envelopes: Sequence[Envelope], before: Mapping[Chain, int]) -> Turn:
    """Lower than the cursor is a repetition; the next one's turn it is; what is higher waits."""
    now, later, ends = [], [], dict[Chain, int]()
    for each in envelopes:
        key = (each.source, each.subject)
        reached = ends.get(key, before[key])
        if each.seq == reached + 1:
            now.append(each)
            ends[key] = each.seq
        elif each.seq > reached:
            later.append(each)
    return Turn(now, later, ends)


class Applier:
    """Applies a batch, or one event at a time; knows how many chains it advanced and whether any waits."""

    def __init__(self, frame: "Frame", reactions: ReactionTable) -> None:
        self._frame = frame
        self._reactions = reactions
        self.anything_parked = True  # until a look says otherwise
        self.advanced = 0

    async def apply(self, envelopes: Sequence[Envelope]) -> None:
        """All in one transaction, heads locked first; nothing is done when a reaction raises."""
        async with self._frame.database.writing(frame=self._frame) as session:
            origin = Origin(self._frame.name, Actor.system(self._frame.name), "inbox")
            session.info["origin"] = origin
            before = await self.cursors(session, {(e.source, e.subject) for e in envelopes})
            turn = _in_turn(envelopes, before)
            await journal.lock(session, *await self._reactions.at_once(session, turn.now))
            for envelope in turn.later:
                await self._park(session, envelope, Why.GAP)
            for envelope in turn.now:
                await self._react(session, envelope)
            await self.advance(session, turn.ends)
        self._count(turn.now)
        self.advanced += len(turn.ends)

    async def _react(self, session: AsyncSession, envelope: Envelope) -> None:
        actor = Actor.system(self._frame.name, envelope.org)
        session.info["origin"] = Origin(self._frame.name, actor, str(envelope.id), envelope.traceparent)
        await self._reactions.run(session, envelope)

    def _count(self, applied: Sequence[Envelope]) -> None:
        metrics, now = self._frame.metrics, clock.now()
        for source, last in {each.source: each for each in applied}.items():
            metrics.applied.labels(source).inc(sum(each.source == source for each in applied))
            metrics.lag.labels(source).set((now - last.at).total_seconds())

    async def cursors(self, session: AsyncSession, chains: Iterable[Chain]) -> dict[Chain, int]:
        """How far these chains are applied, locked in sorted order."""
        ordered = sorted(chains)
        rows = [{"source": source, "subject": subject, "seq": 0} for source, subject in ordered]
        held = await insert_or_lock(session, cursors, rows)
        return {(row.source, row.subject): row.seq for row in held}

    async def advance(self, session: AsyncSession, moved: dict[Chain, int]) -> None:
        """These chains are applied so far; what was parked before waits no longer."""
        if not moved:
            return
        ends = [{"source": c[0], "subject": c[1], "seq": seq} for c, seq in moved.items()]
        await update_each(session, cursors, ("source", "subject"), ends)
        if self.anything_parked:
            rows = [{"of": source, "about": subject, "to": seq} for (source, subject), seq in moved.items()]
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
        self.anything_parked = True

    async def apply_alone(self, envelope: Envelope, waits: Why | None = None) -> bool:
        """Whether the event is done with; otherwise it is parked, or quarantined after three tries."""
        tries = own = 0
        while True:
            try:
                if waits is None and await self._quarantined(envelope):
                    return False
                await self.apply([envelope])
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
                    here = await self.cursors(session, [(envelope.source, envelope.subject)])
                    if envelope.seq > here[(envelope.source, envelope.subject)]:
                        await self._park(session, envelope, why, error)
                return
            except Exception as exc:
                if not out_of_reach(exc):
                    raise
                await self._wait_for_database(exc)


def _may_be_its_own(exc: Exception) -> bool:
    """Whether the event itself may cause what looks like an absence: no file, too slow a statement."""
    return isinstance(exc, OSError) or sqlstate(exc) == "57014"
