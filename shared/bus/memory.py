"""The bus within one process: a publication is a call into every reader, confirmed when all have committed.

The tables are the same as with RabbitMQ (outbox, cursors, parked events), so are the promises: when the
process dies between a reader's commit and the deletion from the outbox, the event comes again and is dropped.
"""

import asyncio
from collections.abc import Sequence

from shared.bus import BusAway, Member
from shared.events import Envelope

_MEETINGS: dict[str, dict[str, Member]] = {}


class MemoryBus:
    """One member's place at the meeting of that name."""

    def __init__(self, name: str) -> None:
        self._members = _MEETINGS.setdefault(name, {})
        self._name = name
        self._me: Member | None = None

    async def join(self, member: Member) -> None:
        """Be known as this member."""
        self._me = member
        self._members[member.name] = member

    async def run(self) -> None:
        """Nothing to keep up: readers are called."""
        await asyncio.Event().wait()

    async def publish(self, batch: Sequence[Envelope]) -> Sequence[bool]:
        """True for all once every reader has committed; BusAway while a reader has not joined yet."""
        assert self._me is not None
        absent = [name for name in self._me.tells if name not in self._members]
        if absent:
            raise BusAway(f"not there yet: {', '.join(absent)}")
        await asyncio.gather(*(self._members[name].take(batch) for name in self._me.tells))
        return [True] * len(batch)

    async def journal_of(self, source: str, subject: str, after: int, limit: int) -> Sequence[Envelope]:
        """Read from the source's own function."""
        return await self._member(source).journal(subject, after, limit)

    async def heads_of(self, source: str, after: str, limit: int) -> Sequence[tuple[str, int]]:
        """Read from the source's own function."""
        return await self._member(source).heads(after, limit)

    def _member(self, name: str) -> Member:
        if name not in self._members:
            raise BusAway(f"not there yet: {name}")
        return self._members[name]

    def healthy(self) -> bool:
        """Whether every member this one tells has joined."""
        return self._me is not None and all(name in self._members for name in self._me.tells)

    async def close(self) -> None:
        """Leave the meeting; the last one to leave ends it."""
        if self._me is not None:
            self._members.pop(self._me.name, None)
        if not self._members:
            _MEETINGS.pop(self._name, None)
