"""The bus door's table: which event makes which function run."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from shared.events import Envelope, Heard

H = TypeVar("H", bound=Heard)
Run = Callable[[AsyncSession, Envelope], Awaitable[None]]


class NotYet(Exception):
    """A prerequisite from another source has not arrived; the event waits for it. Raised before any write."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a service does when it hears an event of that wire type, or any event of a source (`cases.*`)."""

    wire_type: str
    run: Run
    reading: type[Heard] | None = None


def react(
    wire_type: str, reading: type[H], run: Callable[[AsyncSession, H, Envelope], Awaitable[None]]
) -> Reaction:
    """React to one type of event, read in our own words; fields we do not use are ignored."""

    async def read_and_run(session: AsyncSession, envelope: Envelope) -> None:
        await run(session, reading.model_validate(envelope.body), envelope)

    return Reaction(wire_type, read_and_run, reading)


def react_to_all(source: str, run: Run) -> Reaction:
    """React to every event of a source, for a reader that keeps them all."""
    return Reaction(f"{source}.*", run)


class ReactionTable:
    """All reactions of a service, by wire type, in the order they were listed."""

    def __init__(self, reactions: Iterable[Reaction]) -> None:
        self._by_type: dict[str, list[Reaction]] = defaultdict(list)
        for reaction in reactions:
            self._by_type[reaction.wire_type].append(reaction)

    def cares(self, envelope: Envelope) -> bool:
        """Whether this service does anything about the event."""
        return any(self._by_type.get(key) for key in (f"{envelope.source}.*", envelope.type))

    async def run(self, session: AsyncSession, envelope: Envelope) -> None:
        """Everything this service does about the event; nothing, if it does not care."""
        for key in (f"{envelope.source}.*", envelope.type):
            for reaction in self._by_type.get(key, ()):
                await reaction.run(session, envelope)
