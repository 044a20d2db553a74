"""The bus between services, chosen by URL: `memory://name` in one process, `amqp://...` for RabbitMQ.

Both promise the same: an event is confirmed to its source only when it is kept for its readers, it comes at
least once and in order per subject unless something broke; the readers' cursors make the rest exact.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import httpx

from shared.events import Envelope

Take = Callable[[Sequence[Envelope]], Awaitable[None]]
ReadJournal = Callable[[str, int, int], Awaitable[Sequence[Envelope]]]
ReadHeads = Callable[[str, int], Awaitable[Sequence[tuple[str, int]]]]


class BusAway(Exception):
    """The bus does not answer; what was to be published stays where it is."""


@dataclass(frozen=True, slots=True)
class Member:
    """One service on the bus: whom it tells, whom it hears, and how others read its journal."""

    name: str
    tells: tuple[str, ...]
    hears: tuple[str, ...]
    take: Take
    journal: ReadJournal
    heads: ReadHeads


class Bus(Protocol):
    """What a service needs of the bus."""

    async def join(self, member: Member) -> None:
        """Be known as this member; begins to hear."""

    async def run(self) -> None:
        """Keep hearing until cancelled, whatever happens to the connection."""

    async def publish(self, batch: Sequence[Envelope]) -> Sequence[bool]:
        """For each event whether every reader will have it; raises BusAway when nothing can be said."""

    async def journal_of(self, source: str, subject: str, after: int, limit: int) -> Sequence[Envelope]:
        """The source's own record of a subject, for what the bus lost."""

    async def heads_of(self, source: str, after: str, limit: int) -> Sequence[tuple[str, int]]:
        """The source's subjects and the number of their last event."""

    def healthy(self) -> bool:
        """Whether the bus answers."""

    async def close(self) -> None:
        """Leave the bus."""


def open_bus(url: str, peer_url: str, service_key: str, peers: httpx.AsyncBaseTransport | None = None) -> Bus:
    """The bus behind that URL; `peers` is how peers' internal routes are reached (by default HTTP)."""
    if url.startswith("memory://"):
        from shared.bus.memory import MemoryBus

        return MemoryBus(url.removeprefix("memory://"))
    if url.startswith(("amqp://", "amqps://")):
        from shared.bus.rabbitmq import PeerJournals, RabbitBus

        return RabbitBus(url, PeerJournals(peer_url, service_key, peers))
    raise ValueError("BUS_URL must begin with memory://, amqp:// or amqps://")
