"""What waits: trying it again when its turn has come, and fetching what the bus lost from its source."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import and_, bindparam, func, select, tuple_

from shared import clock
from shared.bus import Bus, BusAway, Take
from shared.events import Envelope
from shared.inbox.applying import Applier
from shared.inbox.tables import Chain, Why, cursors, is_row, parked
from shared.statements import among

if TYPE_CHECKING:
    from shared.service import Frame

log = structlog.get_logger(__name__)

PAGE = 50
PATIENCE = timedelta(seconds=30)
ON_ITS_WAY_SECONDS = 3.0
APPLIED = select(cursors.c.subject, cursors.c.seq).where(
    cursors.c.source == bindparam("source"), among(cursors.c.subject, "subjects")
)
WAITING = select(parked.c.subject).where(
    parked.c.source == bindparam("source"), among(parked.c.subject, "subjects")
)


class Settling:
    """Applies parked events whose turn has come."""

    def __init__(self, frame: "Frame", applier: Applier) -> None:
        self._frame = frame
        self._applier = applier

    async def settle(self, subjects: set[str] | None, turn: AbstractAsyncContextManager[object]) -> None:
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
        before = self._applier.advanced
        following: Envelope | None = envelope
        while following is not None and await self._applier.apply_alone(following, why):
            following, why = await self._following(following), Why.GAP
        return self._applier.advanced != before

    async def _following(self, envelope: Envelope) -> Envelope | None:
        row = and_(is_row(*envelope.key[:2], envelope.seq + 1), parked.c.state != Why.QUARANTINED)
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
            statement = statement.where(among(parked.c.subject, "subjects"))
        async with self._frame.database.reading() as session:
            rows = await session.execute(statement, {"subjects": list(subjects or ())})
            return [(Envelope.decode(raw), why) for raw, why in rows]


class Fetching:
    """Asks the sources themselves for what has not come."""

    def __init__(self, frame: "Frame", take: Take) -> None:
        self._frame = frame
        self._take = take

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

    async def _of_source(self, source: str) -> int:
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
            await self._take(found)

    async def overdue(self) -> int:
        """Fetch what later events have waited for beyond patience; how many chains that was."""
        return await self._of_each_source(self._of_source)

    async def sweep(self) -> int:
        """Compare every source's heads with our cursors: finds a lost *last* event, which leaves no gap."""
        return await self._of_each_source(self._sweep)

    async def _sweep(self, source: str) -> int:
        fetched, after = 0, ""
        while page := await self._frame.bus.heads_of(source, after, 500):
            for subject, seq in await self._still_behind(source, page):
                await self._refetch(source, subject, seq)
                fetched += 1
            after = page[-1][0]
        return fetched

    async def _still_behind(self, source: str, page: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
        """Chains that are behind and do not move: what is merely on its way arrives meanwhile."""
        behind = await self._behind(source, page)
        if not behind:
            return []
        await asyncio.sleep(ON_ITS_WAY_SECONDS)
        again = await self._behind(source, page)
        return [chain for chain in behind if chain in again]

    async def _behind(self, source: str, page: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
        these = {"source": source, "subjects": [subject for subject, _ in page]}
        async with self._frame.database.reading() as session:
            here = dict((await session.execute(APPLIED, these)).all())
            waiting = set(await session.scalars(WAITING, these))
        return [(s, here.get(s, 0)) for s, seq in page if here.get(s, 0) < seq and s not in waiting]
