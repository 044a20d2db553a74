"""Services as tests run them: the real applications, asked over ASGI by people with tokens."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from pydantic.fields import FieldInfo
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock, migrations
from shared.bus import Member, Take
from shared.bus.memory import MemoryBus
from shared.database import uuid7
from shared.events import Envelope, subject_of
from shared.inbox import Why, parked
from shared.journal import envelope_of, journal
from shared.service import Duty, Frame, Parts, do_duty, frame_duties, service
from shared.settings import FrameSettings
from tests.asking import Client, asking, one_address
from tests.stage import Blueprint

SERVICES = ("cases", "referrals", "notifications")


# --- Building ----------------------------------------------------------------------------------------


def blueprint(name: str) -> Blueprint:
    """A service's database, as its own migrations make it."""
    folder = Path(str(import_module(f"services.{name}").__file__)).parent / "migrations"
    base = import_module(f"services.{name}.tables").Base.metadata
    return Blueprint(name, lambda url: migrations.upgrade(folder, url, base))


def parts_of(name: str, settings: Mapping[str, Any], folder: Path) -> Parts:
    """What a service is made of, with these settings and its files below that folder."""
    made = settings_class(name)
    own = [field for field, info in made.model_fields.items() if _is_own_path(field, info)]
    files = {field: folder / name / field for field in own}
    parts: Parts = import_module(f"services.{name}.app").parts(made(**(files | dict(settings))))
    return parts


def settings_class(name: str) -> type[FrameSettings]:
    """The one class of settings that a service defines."""
    found = vars(import_module(f"services.{name}.settings")).values()
    (own,) = (
        each
        for each in found
        if isinstance(each, type) and issubclass(each, FrameSettings) and each is not FrameSettings
    )
    return own


def _is_own_path(field: str, info: FieldInfo) -> bool:
    return info.annotation is Path and field not in FrameSettings.model_fields


# --- One service -------------------------------------------------------------------------------------


@dataclass(slots=True)
class Alone:
    """One service by itself; its peers are there, take what it announces, and speak through `hear`."""

    app: FastAPI
    client: Client
    published: list[Envelope]
    _said: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    @property
    def frame(self) -> Frame:
        """The service's surroundings."""
        frame: Frame = self.app.state.frame
        return frame

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session that looks into its database."""
        return self.frame.database.reading(frame=self.frame)

    def writing(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session that writes as the system itself."""
        return self.frame.database.writing(frame=self.frame, origin=self.frame.system("test"))

    async def hear(
        self,
        type_: str,
        about: UUID | str,
        body: Mapping[str, Any],
        *,
        becomes: Why | None = None,
        **more: Any,
    ) -> Envelope:
        """The next event of that chain arrives (`about` a matter's id or any subject) and is applied."""
        envelope = self.envelope(type_, about, body, **more)
        await self.frame.inbox.take([envelope])
        assert await waits(self.frame, envelope) == becomes
        return envelope

    def envelope(self, type_: str, about: UUID | str, body: Mapping[str, Any], **more: Any) -> Envelope:
        """The next envelope of that chain, not yet sent."""
        source = type_.split(".")[0]
        subject = subject_of(about) if isinstance(about, UUID) else about
        self._said[source, subject] += 1
        seq = self._said[source, subject]
        return envelope(source, subject, seq, type_, body, **more)

    async def recorded(self, type_: str | None = None, about: UUID | str | None = None) -> Sequence[Envelope]:
        """What its journal holds, in order of time; of one type, of one matter or subject."""
        statement = select(journal).order_by(journal.c.id)
        if type_:
            wire = type_ if "." in type_ else f"{self.frame.name}.{type_}"
            statement = statement.where(journal.c.type == wire)
        if about:
            statement = statement.where(
                journal.c.subject == (subject_of(about) if isinstance(about, UUID) else about)
            )
        async with self.reading() as session:
            return [envelope_of(self.frame.name, row) for row in await session.execute(statement)]

    async def duty(self, name: str, today: date | None = None) -> int:
        """Do one duty as of that day; how much it did."""
        return await do_duty(self.frame, _duty(self.app, name), today or clock.today())


def _duty(app: FastAPI, name: str) -> Duty:
    parts: Parts = app.state.parts
    return next(duty for duty in (*frame_duties(), *parts.duties) if duty.name == name)


def envelope(
    source: str, subject: str, seq: int, type_: str, body: Mapping[str, Any], **more: Any
) -> Envelope:
    """An envelope as the bus carries it."""
    made = Envelope(
        id=uuid7(),
        source=source,
        subject=subject,
        seq=seq,
        type=type_,
        version=1,
        at=clock.now(),
        occurred_on=clock.today(),
        basis="R 30",
        org="330110",
        on_behalf_of=None,
        traceparent=None,
        body=dict(body),
    )
    made = replace(made, **more)
    return Envelope.decode(made.encode())


async def waits(frame: Frame, envelope: Envelope) -> Why | None:
    """Why the event waits in the inbox, if it does."""
    same = tuple_(parked.c.source, parked.c.subject, parked.c.seq) == tuple_(*envelope.key)
    async with frame.database.reading() as session:
        row = (await session.execute(select(parked).where(same))).one_or_none()
    if row is None:
        return None
    if row.state is Why.QUARANTINED:
        print(f"{envelope.type} was quarantined: {row.error}")
    return Why(row.state)


@asynccontextmanager
async def alone(parts: Parts) -> AsyncIterator[Alone]:
    """The service runs, and its peers listen (its bus must be in memory)."""
    published: list[Envelope] = []

    async def take(batch: Sequence[Envelope]) -> None:
        published.extend(batch)

    peers = [
        await _silent(parts.settings.bus_url, name, take)
        for name in dict.fromkeys((*parts.announces_to, *parts.listens_to))
    ]
    app = service(parts)
    async with app.router.lifespan_context(app), asking({parts.name: app}) as client:
        yield Alone(app, client, published)
    for peer in peers:
        await peer.close()


async def _silent(bus_url: str, name: str, take: Take) -> MemoryBus:
    async def nothing(*_: Any) -> Sequence[Any]:
        return ()

    bus = MemoryBus(bus_url.removeprefix("memory://"))
    await bus.join(Member(name, (), (), take, nothing, nothing))
    return bus


# --- All services ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Running:
    """All three services, speaking to each other."""

    apps: Mapping[str, FastAPI]
    client: Client

    def __getitem__(self, name: str) -> FastAPI:
        return self.apps[name]

    def frame(self, name: str) -> Frame:
        """A service's surroundings."""
        frame: Frame = self.apps[name].state.frame
        return frame

    def reading(self, name: str) -> AbstractAsyncContextManager[AsyncSession]:
        """A session that looks into a service's database."""
        return self.frame(name).database.reading(frame=self.frame(name))

    async def duty(self, name: str, duty: str, today: date) -> int:
        """A service does one duty as of that day; how much it did."""
        return await do_duty(self.frame(name), _duty(self.apps[name], duty), today)


@asynccontextmanager
async def together(all_parts: Sequence[Parts]) -> AsyncIterator[Running]:
    """These services run, and reach each other's internal routes as they would behind one address."""
    apps: dict[str, FastAPI] = {}
    peers = httpx.ASGITransport(app=one_address(apps))
    apps |= {parts.name: service(parts, peers=peers) for parts in all_parts}
    async with _alive(list(apps.values())), asking(apps) as client:
        yield Running(apps, client)


@asynccontextmanager
async def _alive(apps: list[FastAPI]) -> AsyncIterator[None]:
    if not apps:
        yield
        return
    first, *rest = apps
    async with first.router.lifespan_context(first), _alive(rest):
        yield
