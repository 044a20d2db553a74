"""The bus door's table: which event makes which function run."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.events import Envelope, Heard

H = TypeVar("H", bound=Heard)
Run = Callable[[AsyncSession, Envelope], Awaitable[None]]
AtOnce = Callable[[AsyncSession, Sequence[Envelope]], Awaitable[Collection[UUID]]]


class NotYet(Exception):
    """A prerequisite from another source has not arrived; the event waits for it. Raised before any write."""


@dataclass(frozen=True, slots=True, eq=False)
class Reaction:
    """What a service does when it hears an event of that wire type, or any event of a source (`cases.*`).

    `at_once` does what can be done about many events together, before any is reacted to and with no head of
    the journal held; it names those (by id) that are left for `run`. Without it, all are.
    """

    wire_type: str
    run: Run
    reading: type[Heard] | None = None
    at_once: AtOnce | None = None


def react(
    wire_type: str,
    reading: type[H],
    run: Callable[[AsyncSession, H, Envelope], Awaitable[None]],
    at_once: AtOnce | None = None,
) -> Reaction:
    """React to one type of event, read in our own words; fields we do not use are ignored."""

    async def read_and_run(session: AsyncSession, envelope: Envelope) -> None:
        await run(session, reading.model_validate(envelope.body), envelope)

    return Reaction(wire_type, read_and_run, reading, at_once)


def react_to_all(source: str, run: Run) -> Reaction:
    """React to every event of a source."""
    return Reaction(f"{source}.*", run)


def keep_all(source: str, keep: Callable[[AsyncSession, Sequence[Envelope]], Awaitable[None]]) -> Reaction:
    """Keep every event of a source as it came; nothing is recorded by that."""

    async def kept(session: AsyncSession, envelopes: Sequence[Envelope]) -> Collection[UUID]:
        await keep(session, envelopes)
        return ()

    async def nothing(_: AsyncSession, __: Envelope) -> None:
        return

    return Reaction(f"{source}.*", nothing, at_once=kept)


class ReactionTable:
    """All reactions of a service, by wire type, in the order they were listed."""

    def __init__(self, reactions: Iterable[Reaction]) -> None:
        self._by_type: dict[str, list[Reaction]] = defaultdict(list)
        for reaction in reactions:
            self._by_type[reaction.wire_type].append(reaction)

    def _of(self, envelope: Envelope) -> Iterable[Reaction]:
        return chain(self._by_type.get(f"{envelope.source}.*", ()), self._by_type.get(envelope.type, ()))

    async def at_once(self, session: AsyncSession, envelopes: Sequence[Envelope]) -> set[str]:
        """Everything that is done about these events together; the subjects of those that are left.

        The session keeps what is left for `run`.
        """
        of: dict[Reaction, list[Envelope]] = defaultdict(list)
        for envelope in envelopes:
            for reaction in self._of(envelope):
                of[reaction].append(envelope)
        left: dict[Reaction, Collection[UUID]] = session.info.setdefault("left", {})
        for reaction, heard in of.items():
            ids = {each.id for each in heard}
            left[reaction] = ids if reaction.at_once is None else await reaction.at_once(session, heard)
        return {each.subject for reaction, heard in of.items() for each in heard if each.id in left[reaction]}

    async def run(self, session: AsyncSession, envelope: Envelope) -> None:
        """What is left to do about the event; nothing, if this service does not care."""
        for reaction in self._of(envelope):
            if envelope.id in session.info["left"][reaction]:
                await reaction.run(session, envelope)
