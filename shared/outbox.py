"""The relay: from the outbox to the bus, one leader per service, nothing held open while publishing.

Rows leave the outbox only when the bus has confirmed them. If the leader dies between the two, the next one
publishes again and the readers' cursors drop what they already have.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.bus import Bus
from shared.database import Database
from shared.events import Envelope
from shared.journal import CARRIED, envelope_of, journal, outbox
from shared.metrics import Metrics
from shared.statements import among

log = structlog.get_logger(__name__)

BATCH = 200
POLL_SECONDS = 0.25
IDLE_SECONDS = 1.0
CANDIDATE_SECONDS = 2.0
COALESCE_SECONDS = 0.005
NEXT = (
    select(outbox.c.id.label("outbox_id"), *CARRIED)
    .join(journal, (journal.c.subject == outbox.c.subject) & (journal.c.seq == outbox.c.seq))
    .order_by(outbox.c.id)
    .limit(BATCH)
)
SENT = delete(outbox).where(among(outbox.c.id, "ids"))


class Relay:
    """Publishes what the journal recorded, in order per subject."""

    def __init__(self, source: str, database: Database, bus: Bus, metrics: Metrics) -> None:
        self._source = source
        self._database = database
        self._bus = bus
        self._metrics = metrics
        self._wake = asyncio.Event()
        self._told = asyncio.Event()
        self._channel = f"casebridge_{source}"
        self.leading = False
        database.committed.append(self._committed)

    def _committed(self, session: AsyncSession) -> None:
        if session.info.get("recorded"):
            self._wake.set()
            self._told.set()

    async def lead(self) -> None:
        """Publish for as long as this process leads; return when it does not, so that it may try again."""
        async with self._database.dialect.leadership(self._channel) as leadership:
            self.leading = leadership is not None
            if leadership is None:
                await asyncio.sleep(CANDIDATE_SECONDS)
                return
            log.info("relay leads", service=self._source)
            try:
                async with self._database.dialect.listening(self._channel, self._wake.set):
                    pause = POLL_SECONDS
                    while True:
                        await leadership.check()
                        self._wake.clear()
                        pause = POLL_SECONDS if await self.publish_some() else min(pause * 2, IDLE_SECONDS)
                        await self._rest(pause)
            finally:
                self.leading = False

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def tell_others(self) -> None:
        """After our commits, wake the leader if it is another process; one notice for many commits."""
        await self._told.wait()
        await asyncio.sleep(COALESCE_SECONDS)
        self._told.clear()
        if not self.leading:
            await self._database.dialect.notify([self._channel])

    async def publish_some(self) -> int:
        """Publish what is in the outbox, unless the bus refuses; how many rows were confirmed.

        What is recorded meanwhile wakes us again, so a batch that is not full is the last one.
        """
        total = 0
        while True:
            batch = await self._next()
            if not batch:
                return total
            confirmed = await self._bus.publish([envelope for _, envelope in batch])
            done = _in_order(batch, confirmed)
            if done:
                async with self._database.writing() as session:
                    await session.execute(SENT, {"ids": done})
            total += len(done)
            self._metrics.published.inc(len(done))
            if len(done) < len(batch):
                log.warning(
                    "not all events were confirmed", service=self._source, left=len(batch) - len(done)
                )
            if len(done) < BATCH:
                return total

    async def _next(self) -> Sequence[tuple[int, Envelope]]:
        rows = await self._database.look(NEXT)
        return [(row.outbox_id, envelope_of(self._source, row)) for row in rows]

    async def measure(self) -> None:
        """The outbox's size and the age of its oldest row, as metrics."""
        ((count, oldest),) = await self._database.look(select(func.count(), func.min(outbox.c.at)))
        self._metrics.outbox_rows.set(count)
        self._metrics.outbox_age.set((clock.now() - oldest).total_seconds() if oldest else 0)


def _in_order(batch: Sequence[tuple[int, Envelope]], confirmed: Sequence[bool]) -> list[Any]:
    """The confirmed rows; what follows an unconfirmed one of the same subject stays, to be sent after it."""
    done: list[int] = []
    held: set[str] = set()
    for (row, envelope), sure in zip(batch, confirmed, strict=True):
        if not sure or envelope.subject in held:
            held.add(envelope.subject)
        else:
            done.append(row)
    return done
