"""The inbox: every event of a source once in effect, in order per subject, whatever the bus does.

The cursor per (source, subject) advances in the transaction of the effect: lower is a duplicate, the next is
applied, higher waits. What cannot be applied now is *parked* in the database, never in the broker:

- `gap`: an earlier event is missing; after a while it is fetched from the source's own journal;
- `not_yet`: a prerequisite from another source has not arrived; tried again when anything of the subject has;
- `quarantined`: three tries failed; only this (source, subject) stops, until an operator retries or skips it.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import delete, exists, func, select, update

from shared import journal
from shared.citation import OURS
from shared.events import Envelope
from shared.identity import Actor
from shared.inbox.applying import Applier
from shared.inbox.tables import EventSkipped, Why, cursors, is_chain, is_row, parked
from shared.inbox.waiting import Fetching, Settling
from shared.journal import Origin
from shared.reactions import NotYet, ReactionTable

if TYPE_CHECKING:
    from shared.service import Frame

__all__ = ["EventSkipped", "Inbox", "NotWaiting", "Why", "cursors", "parked"]

log = structlog.get_logger(__name__)

SETTLE_SECONDS = 10.0

_STOPPING = parked.alias("stopping")
_OVERTAKEN = exists().where(
    cursors.c.source == _STOPPING.c.source,
    cursors.c.subject == _STOPPING.c.subject,
    cursors.c.seq >= _STOPPING.c.seq,
)
_STOPPED = exists().where(
    _STOPPING.c.source == parked.c.source,
    _STOPPING.c.subject == parked.c.subject,
    _STOPPING.c.state == Why.QUARANTINED,
    ~_OVERTAKEN,
)
_WAITS = select(parked.c.state, _STOPPED.label("stopped")).subquery()
COUNTS = select(_WAITS.c.state, _WAITS.c.stopped, func.count()).group_by(_WAITS.c.state, _WAITS.c.stopped)


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


class NotWaiting(Exception):
    """An operator named an event that does not wait, or whose turn has not come."""


class Inbox:
    """A reader's end of the bus."""

    def __init__(self, frame: "Frame", reactions: ReactionTable) -> None:
        self._frame = frame
        self._turn = asyncio.Lock()
        self._applier = Applier(frame, reactions)
        self._settling = Settling(frame, self._applier)
        self._fetching = Fetching(frame, self.take)
        self._settled = _Settled(-1)

    async def take(self, batch: Sequence[Envelope]) -> None:
        """Returns when each event is applied, dropped as a duplicate, or parked: always committed.

        While the database is out of reach it waits and tries again; nothing is refused for that.
        """
        unique = list({envelope.key: envelope for envelope in batch}.values())
        async with self._turn:
            before = self._applier.advanced
            try:
                await self._applier.apply(unique)
            except Exception as exc:
                if not isinstance(exc, NotYet):
                    log.info("batch falls back to single events", error=type(exc).__name__, size=len(unique))
                for envelope in unique:
                    await self._applier.apply_alone(envelope)
            if self._applier.anything_parked and self._applier.advanced != before:
                await self._settling.settle({envelope.subject for envelope in unique}, nullcontext())

    async def tend(self) -> None:
        """One look after what waits, whichever process parked it: try what may be, fetch what is missing."""
        async with self._turn:
            counts = await self._counts()
            self._applier.anything_parked = not all(stopped for _, stopped in counts)
        if not self._applier.anything_parked:
            return
        await self._forget_overtaken()
        if self._settled.due(self._applier.advanced):
            begun, advanced = time.monotonic(), self._applier.advanced
            await self._settling.settle(None, self._turn)
            self._settled = _Settled(advanced, time.monotonic(), time.monotonic() - begun)
        await self._fetching.overdue()

    async def _forget_overtaken(self) -> None:
        """What was applied though it stood parked waits no longer, and hides no gap behind it."""
        done = exists().where(
            cursors.c.source == parked.c.source,
            cursors.c.subject == parked.c.subject,
            cursors.c.seq >= parked.c.seq,
        )
        async with self._frame.database.writing(frame=self._frame) as session:
            await session.execute(delete(parked).where(done))

    async def sweep(self) -> int:
        """Look for what was lost at the end of a chain, where it leaves no gap; how many chains were."""
        return await self._fetching.sweep()

    async def measure(self) -> dict[str, int]:
        """How many events wait here, by why; also as metrics."""
        counts = Counter[str]()
        for (why, _), count in (await self._counts()).items():
            counts[why.value] += count
        return dict(counts)

    async def _counts(self) -> dict[tuple[Why, bool], int]:
        """The same, apart for chains that stand still until an operator comes: those need no look."""
        found = await self._frame.database.look(COUNTS)
        counts = {(why, stopped): count for why, stopped, count in found}
        for why in Why:
            here = sum(count for (each, _), count in counts.items() if each is why)
            self._frame.metrics.parked.labels(why.value).set(here)
        return counts

    # -- the operator ---

    async def retry(self, source: str, subject: str, seq: int) -> bool:
        """Try a quarantined event again; whether it could be applied. NotWaiting if it is not here."""
        async with self._turn:
            async with self._frame.database.writing(frame=self._frame) as session:
                again = update(parked).where(is_row(source, subject, seq)).values(state=Why.GAP)
                if await session.scalar(again.returning(parked.c.seq)) is None:
                    raise NotWaiting("no such event waits here")
            self._applier.anything_parked = True
            await self._settling.settle({subject}, nullcontext())
        async with self._frame.database.reading() as session:
            return await session.scalar(select(parked.c.seq).where(is_row(source, subject, seq))) is None

    async def skip(self, source: str, subject: str, seq: int, reason: str, operator: Actor) -> None:
        """Pass over an event for good, recorded in our own journal with the reason.

        NotWaiting unless it is its turn and its chain stands still: what is passed over before it has come
        would be taken for a repetition when it comes.
        """
        async with self._turn:
            self._applier.anything_parked = True
            async with self._frame.database.writing(frame=self._frame) as session:
                session.info["origin"] = Origin(self._frame.name, operator, "operator")
                here = await self._applier.cursors(session, [(source, subject)])
                if here[(source, subject)] + 1 != seq:
                    raise NotWaiting("only the event whose turn it is can be skipped")
                standing_still = is_chain(source, subject) & (parked.c.seq >= seq)
                if await session.scalar(select(func.count()).where(standing_still)) == 0:
                    raise NotWaiting("nothing of this chain waits: there is nothing to skip")
                event = EventSkipped(source=source, skipped_subject=subject, skipped_seq=seq)
                basis, details = OURS["operator's decision"], {"reason": reason}
                await journal.record(session, subject, event, basis=basis, details=details)
                await self._applier.advance(session, {(source, subject): seq})
            await self._settling.settle({subject}, nullcontext())
