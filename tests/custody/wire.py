"""The three services on a bus that the test holds in its hand: what is sent, delivered, lost or doubled.

Everything is real (applications, databases, journal, relay, inbox, the bus in memory) but the background
tasks: the test takes their steps one by one, and lets a service die around any of its commits.
"""

import asyncio
import shutil
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.tables import Case, Lead
from services.referrals.tables import Referral
from shared import journal
from shared.bus import Member
from shared.events import Envelope, subject_of
from shared.inbox import Inbox, parked
from shared.journal import envelope_of, outbox
from shared.outbox import Relay
from shared.reactions import ReactionTable
from shared.service import Frame, make_frame, service, shared_reactions
from shared.standing import Standing, standing_of
from tests import given
from tests.asking import Client, one_address
from tests.running import SERVICES, parts_of

CASES, REFERRALS, NOTIFICATIONS = "cases", "referrals", "notifications"


class Died(BaseException):
    """The process of a service is gone."""


class When(StrEnum):
    """Around its next commit, when a service dies."""

    BEFORE = "before"
    AFTER = "after"


class Wire:
    """Three services, what is on its way between them, and which of them is about to die."""

    def __init__(self, templates: Mapping[str, str], key_files: Mapping[str, Path], folder: Path) -> None:
        self._templates = templates
        self._key_files = key_files
        self._folder = folder / uuid4().hex
        self.pending: dict[str, list[Envelope]] = defaultdict(list)
        self.delivered: dict[str, list[Envelope]] = defaultdict(list)
        self.lost: Counter[str] = Counter()
        self.dying: dict[str, When] = {}
        self.deaths = 0
        self.apps: dict[str, FastAPI] = {}

    # --- Life ----------------------------------------------------------------------------------------

    async def start(self) -> None:
        """All services stand on fresh databases; nothing runs by itself."""
        self._folder.mkdir()
        bus = f"memory://{uuid4().hex}"
        for name in SERVICES:
            database = self._folder / f"{name}.sqlite"
            await asyncio.to_thread(shutil.copyfile, self._templates[name], database)
            urls: dict[str, Any] = {"database_url": f"sqlite+aiosqlite:///{database}", "bus_url": bus}
            settings: dict[str, Any] = urls | {"service_key": given.SERVICE_KEY} | dict(self._key_files)
            if name == REFERRALS:
                settings |= {"confirmation_seconds": 0}
            parts = parts_of(name, settings, self._folder)
            self.apps[name] = service(parts)
            frame = self.apps[name].state.frame = make_frame(parts)
            self._watch(frame)
            await frame.bus.join(self._member(name))
        transport = httpx.ASGITransport(app=one_address(self.apps))
        self._http = httpx.AsyncClient(transport=transport, base_url="http://casebridge", timeout=30)
        self.client = Client(self._http)

    async def stop(self) -> None:
        """Everything is closed and gone."""
        await self._http.aclose()
        for name in self.apps:
            await self.frame(name).bus.close()
            await self.frame(name).database.close()
        await asyncio.to_thread(shutil.rmtree, self._folder)

    def frame(self, name: str) -> Frame:
        """A service's surroundings."""
        frame: Frame = self.apps[name].state.frame
        return frame

    def _member(self, name: str) -> Member:
        frame, parts = self.frame(name), self.apps[name].state.parts

        async def take(batch: Sequence[Envelope]) -> None:
            self.pending[name] += batch

        async def read_journal(subject: str, after: int, limit: int) -> Sequence[Envelope]:
            async with frame.database.reading() as session:
                return await journal.read(session, name, subject, after, limit)

        async def read_heads(after: str, limit: int) -> Sequence[tuple[str, int]]:
            async with frame.database.reading() as session:
                return await journal.heads_after(session, after, limit)

        return Member(name, parts.announces_to, parts.listens_to, take, read_journal, read_heads)

    def _watch(self, frame: Frame) -> None:
        """Around each commit of the service it can die."""
        writing = frame.database.writing

        @asynccontextmanager
        async def watched(**info: Any) -> AsyncIterator[AsyncSession]:
            async with writing(**info) as session:
                yield session
                if self.dying.get(frame.name) is When.BEFORE:
                    raise self._dies(frame.name)
            if self.dying.get(frame.name) is When.AFTER:
                raise self._dies(frame.name)

        frame.database.writing = watched  # type: ignore[method-assign]

    def _dies(self, name: str) -> Died:
        del self.dying[name]
        self.deaths += 1
        return Died(name)

    def restart(self, name: str) -> None:
        """A new process of the service: what it only remembered is forgotten."""
        frame, parts = self.frame(name), self.apps[name].state.parts
        frame.inbox = Inbox(frame, ReactionTable([*shared_reactions(parts), *parts.reactions]))
        frame.database.committed.clear()
        frame.relay = Relay(name, frame.database, frame.bus, frame.metrics)

    # --- Steps ---------------------------------------------------------------------------------------

    async def publish(self, name: str) -> None:
        """The relay of the service takes one turn; if it dies in between, it will publish again."""
        try:
            await self.frame(name).relay.publish_some()
        except Died:
            self.restart(name)

    async def deliver(self, name: str, pick: int = 0, count: int = 1) -> None:
        """Some of what is on its way to a reader arrives together; a reader that dies gets it again."""
        waiting = self.pending[name]
        if not waiting:
            return
        first = pick % len(waiting)
        batch = waiting[first : first + count]
        del waiting[first : first + count]
        try:
            await self.frame(name).inbox.take(batch)
        except Died:
            waiting[:0] = batch
            self.restart(name)
        else:
            self.delivered[name] += batch

    async def deliver_again(self, name: str, pick: int) -> None:
        """An event that had arrived comes once more."""
        if arrived := self.delivered[name]:
            self.pending[name].append(arrived[pick % len(arrived)])
            await self.deliver(name, len(self.pending[name]) - 1)

    def lose(self, name: str, pick: int) -> None:
        """An event on its way to a reader is lost."""
        if waiting := self.pending[name]:
            waiting.pop(pick % len(waiting))
            self.lost[name] += 1

    async def tend(self, name: str) -> None:
        """The reader looks after what waits."""
        try:
            await self.frame(name).inbox.tend()
        except Died:
            self.restart(name)

    async def asked(self, path: str, body: Any, by: given.Person, etag: str | None = None) -> int:
        """The status of a call; 0 when the service died and nobody knows what became of it."""
        try:
            return (await self.client.post(path, body, by=by, etag=etag)).status_code
        except BaseException as exc:
            if not _is_death(exc):
                raise
            self.restart(path.split("/")[1])
            return 0

    async def all_arrives(self) -> None:
        """All that was announced, and what follows from it, is published and delivered in order."""
        moved = True
        while moved:
            moved = False
            for name in SERVICES:
                await self.publish(name)
            for name in SERVICES:
                while count := len(self.pending[name]):
                    await self.deliver(name, 0, count)
                    moved = True

    async def come_to_rest(self) -> None:
        """Nobody dies any more; all that was announced is delivered, also what was lost."""
        self.dying.clear()
        for name in SERVICES:
            self.restart(name)
        before: list[int] = []
        while before != (now := await self._heads()):
            before = now
            await self.all_arrives()
            for name in SERVICES:
                await self.frame(name).inbox.tend()
                if self.lost[name]:
                    await self.frame(name).inbox.sweep()
        self.lost.clear()

    async def _heads(self) -> list[int]:
        found = []
        for name in SERVICES:
            async with self.frame(name).database.reading() as session:
                found.append(int(await session.scalar(select(func.sum(journal.heads.c.seq))) or 0))
                found.append(int(await session.scalar(select(func.count()).select_from(outbox)) or 0))
        return found

    # --- What is true --------------------------------------------------------------------------------

    async def standing(self, name: str, matter_id: UUID) -> Standing | None:
        """How the matter stands in that service."""
        async with self.frame(name).database.reading() as session:
            return await standing_of(session, matter_id)

    async def referrals(self, matter_id: UUID) -> list[Referral]:
        """Every referral about the matter."""
        async with self.frame(REFERRALS).database.reading() as session:
            statement = select(Referral).where(Referral.matter_id == matter_id).order_by(Referral.id)
            return list(await session.scalars(statement))

    async def offspring(self, matters: Collection[UUID]) -> list[UUID]:
        """The cases opened on those leads, and the leads that they were split into."""
        async with self.frame(CASES).database.reading() as session:
            opened = select(Case.id).where(Case.lead_id.in_(matters))
            parts = select(Lead.id).where(Lead.split_from.in_(matters)).order_by(Lead.id)
            return [*await session.scalars(opened), *await session.scalars(parts)]

    async def told(self, name: str, matter_id: UUID, after: int = 0) -> list[Envelope]:
        """What the service recorded about the matter, from that number on."""
        async with self.frame(name).database.reading() as session:
            rows = journal.journal.c
            own = select(journal.journal).where(rows.subject == subject_of(matter_id), rows.seq > after)
            return [envelope_of(name, row) for row in await session.execute(own.order_by(rows.seq))]

    async def waiting(self) -> list[tuple[str, str, str | None]]:
        """What is parked anywhere, and why."""
        found: list[tuple[str, str, str | None]] = []
        for name in SERVICES:
            async with self.frame(name).database.reading() as session:
                rows = await session.execute(select(parked.c.state, parked.c.error))
                found += [(name, str(row.state), row.error) for row in rows]
        return found


def _is_death(exc: BaseException) -> bool:
    """Whether a service died, however the layers above wrapped it."""
    if isinstance(exc, BaseExceptionGroup):
        return all(_is_death(each) for each in exc.exceptions)
    return isinstance(exc, Died)
