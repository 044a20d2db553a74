"""The frame: a service names its parts, the frame makes them an application.

    Parts -> FastAPI app: HTTP doors, the relay, the inbox, duties, workers, health, metrics, docs offline.

Three background tasks keep each promise alive whatever fails: they log, pause and go on; health shows when
each last succeeded.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import structlog
from fastapi import APIRouter, FastAPI
from joserfc.jwk import OKPKey
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.routing import BaseRoute

from shared import (
    agencies,
    calendar,
    clock,
    idempotency,
    inside,
    journal,
    ledger,
    migrations,
    parked,
    problems,
    proof,
    standing,
)
from shared.bus import Bus, BusAway, Member, open_bus
from shared.calendar import Calendar
from shared.courts import Courts
from shared.database import Database
from shared.doorway import Doorway
from shared.events import Event
from shared.identity import Actor, Identity, read_issuers, read_key
from shared.inbox import EventSkipped, Inbox
from shared.journal import Origin
from shared.metrics import Metrics
from shared.organisations import OfficeTree
from shared.outbox import Relay
from shared.reactions import Reaction, ReactionTable
from shared.settings import FrameSettings
from shared.transactions import replay

log = structlog.get_logger(__name__)

TEND_SECONDS = 1.0
SWEEP_SECONDS = 180.0
FIRST_SWEEP_SECONDS = 5.0
MEASURE_SECONDS = 5.0
RETRY_SECONDS = 1.0
STEADY_SECONDS = 10.0
END_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Duty:
    """What a service does because time passed: `run(session, today)` says how much it did."""

    name: str
    every_seconds: float
    run: Callable[[AsyncSession, date], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a service is made of."""

    name: str
    title: str
    base: MetaData
    migrations: Path
    settings: FrameSettings
    routers: Sequence[APIRouter]
    reactions: Sequence[Reaction]
    duties: Sequence[Duty]
    published: Sequence[type[Event]]
    announces_to: tuple[str, ...]
    listens_to: tuple[str, ...]
    workers: Sequence[Callable[["Frame"], Awaitable[None]]] = ()
    description: str = ""


@dataclass(slots=True)
class Frame:
    """A running service's surroundings: the same for every transaction of it."""

    name: str
    settings: Any
    hears: tuple[str, ...]
    database: Database
    offices: OfficeTree
    courts: Courts
    calendar: Calendar
    signing_key: OKPKey
    metrics: Metrics
    bus: Bus
    identity: Identity
    inbox: Inbox = field(init=False)
    relay: Relay = field(init=False)
    succeeded: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def system(self, what: str) -> Origin:
        """The origin of what this service does by itself."""
        return Origin(self.name, Actor.system(self.name), what)


FRAME_EVENTS: tuple[type[Event], ...] = (EventSkipped,)


def frame_duties() -> tuple[Duty, ...]:
    """What every service does because time passed."""
    return (
        Duty("checkpoint", 3600, proof.checkpoint_duty),
        Duty("forget_answers", 3600, idempotency.forget),
        Duty("watch_clocks", 60, ledger.watch),
        Duty("follow_the_calendar", 60, ledger.follow_the_calendar),
    )


def make_frame(parts: Parts, peers: httpx.AsyncBaseTransport | None = None) -> Frame:
    """The frame of these parts, not yet running; reads the office tree, the calendar and the keys."""
    settings = parts.settings
    database = Database(settings.database_url)
    offices = OfficeTree.load(*settings.offices_files)
    metrics = Metrics()
    service_key = settings.service_key.get_secret_value()
    bus = open_bus(settings.bus_url, settings.peer_url, service_key, peers)
    frame = Frame(
        name=parts.name,
        settings=settings,
        hears=parts.listens_to,
        database=database,
        offices=offices,
        courts=Courts.load(offices, *settings.courts_files),
        calendar=calendar.load(*settings.calendar_files),
        signing_key=read_key(settings.signing_key_file),
        metrics=metrics,
        bus=bus,
        identity=Identity(read_issuers(settings.issuers_file), offices, database),
    )
    frame.inbox = Inbox(frame, ReactionTable([*shared_reactions(parts), *parts.reactions]))
    frame.relay = Relay(parts.name, database, bus, metrics)
    return frame


def shared_reactions(parts: Parts) -> list[Reaction]:
    """The projections that a reader of that source keeps: standings of matters, agencies and their keys."""
    kept: dict[str, Sequence[Reaction]] = {"cases": standing.REACTIONS, "referrals": agencies.REACTIONS}
    return [reaction for source in parts.listens_to for reaction in kept.get(source, ())]


def service(parts: Parts, *, peers: httpx.AsyncBaseTransport | None = None) -> FastAPI:
    """The application of these parts, under /{name}; it runs while its lifespan does."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        frame = make_frame(parts, peers)
        app.state.frame = frame
        async with _running(parts, frame):
            yield

    prefix = f"/{parts.name}"
    app = FastAPI(
        title=parts.title,
        version="1",
        description=parts.description,
        lifespan=lifespan,
        openapi_url=f"{prefix}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would lead where the Host header says
    )
    app.router.routes.extend(_doors(prefix, parts))
    app.add_middleware(Doorway, service=parts.name)
    problems.install(app)
    app.add_exception_handler(idempotency.Replayed, replay)
    app.state.parts = parts
    return app


def _doors(prefix: str, parts: Parts) -> Sequence[BaseRoute]:
    """The routes below that prefix: examined once per process, however many applications have them."""
    key = (prefix, parts.title, *map(id, parts.routers))
    if key not in _EXAMINED:
        doors = FastAPI(openapi_url=None)
        for router in (*parts.routers, parked.router, inside.router):
            doors.include_router(router, prefix=prefix)
        inside.add_docs(doors, prefix, parts.title)
        _EXAMINED[key] = doors.router.routes  # they hold on to their routers, so no id is used twice
    return _EXAMINED[key]


_EXAMINED: dict[tuple[object, ...], Sequence[BaseRoute]] = {}


@asynccontextmanager
async def _running(parts: Parts, frame: Frame) -> AsyncIterator[None]:
    tasks: list[asyncio.Task[None]] = []
    try:
        await _ready(parts, frame)
        await frame.bus.join(_member(parts, frame))
        tasks += [asyncio.create_task(task, name=name) for name, task in _tasks(parts, frame)]
        yield
    finally:
        await _ended(tasks)
        await frame.bus.close()
        await frame.database.close()


async def _ready(parts: Parts, frame: Frame) -> None:
    """The database is at this program's revision, and its stored paths are those of the office tree."""
    async with frame.database.engine.connect() as connection:
        stands = await connection.run_sync(migrations.revision_of)
    newest = migrations.newest(parts.migrations, parts.base)
    if stands != newest:
        raise RuntimeError(
            f"{parts.name}: the database is at revision {stands}, this program needs {newest}; "
            "run `python -m services migrate` first"
        )
    if frame.offices.warnings:
        first, count = frame.offices.warnings[0], len(frame.offices.warnings)
        log.warning("the office tree needs confirmation", service=parts.name, doubts=count, first=first)
    async with frame.database.writing(frame=frame) as session:
        await standing.follow_the_tree(session, frame.offices)


async def _ended(tasks: Iterable[asyncio.Task[None]]) -> None:
    """All tasks are over; asked again, but not while they clean up: a library may swallow a cancellation."""
    going = set(tasks)
    while going:
        for task in going:
            task.cancel()
        _, going = await asyncio.wait(going, timeout=END_SECONDS)


def _member(parts: Parts, frame: Frame) -> Member:
    async def read_journal(subject: str, after: int, limit: int) -> Sequence[Any]:
        async with frame.database.reading() as session:
            return await journal.read(session, parts.name, subject, after, limit)

    async def read_heads(after: str, limit: int) -> Sequence[tuple[str, int]]:
        async with frame.database.reading() as session:
            return await journal.heads_after(session, after, limit)

    return Member(
        parts.name, parts.announces_to, parts.listens_to, frame.inbox.take, read_journal, read_heads
    )


def _tasks(parts: Parts, frame: Frame) -> list[tuple[str, Any]]:
    """Every background task by name; each is kept going by `_every`."""
    tasks = [
        ("consume", _every(frame, "consume", 0, frame.bus.run)),
        ("relay", _every(frame, "relay", 0, frame.relay.lead)),
        ("tell", _every(frame, "tell", 0, frame.relay.tell_others)),
        ("tend", _every(frame, "tend", TEND_SECONDS, frame.inbox.tend)),
        ("sweep", _every(frame, "sweep", SWEEP_SECONDS, frame.inbox.sweep, first=FIRST_SWEEP_SECONDS)),
        ("measure", _every(frame, "measure", MEASURE_SECONDS, frame.relay.measure)),
    ]
    for duty in (*frame_duties(), *parts.duties):
        tasks.append((duty.name, _every(frame, duty.name, duty.every_seconds, _on_duty(frame, duty))))
    for worker in parts.workers:
        tasks.append((worker.__name__, _every(frame, worker.__name__, 0, _at_work(frame, worker))))
    return tasks


def _on_duty(frame: Frame, duty: Duty) -> Callable[[], Awaitable[int]]:
    async def run() -> int:
        return await do_duty(frame, duty, clock.today())

    return run


async def do_duty(frame: Frame, duty: Duty, today: date) -> int:
    """The duty as of that day, in transactions of its own, until nothing is left; how much it did."""
    total = 0
    while True:
        origin = frame.system(f"duty:{duty.name}")
        async with frame.database.writing(frame=frame, origin=origin) as session:
            done = await duty.run(session, today)
        total += done
        if done == 0 or duty.every_seconds >= 3600:
            return total


def _at_work(frame: Frame, worker: Callable[[Frame], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        await worker(frame)

    return run


async def _every(
    frame: Frame, name: str, seconds: float, run: Callable[[], Awaitable[Any]], first: float = 0
) -> None:
    """Do it again and again; a failure is logged and never ends the task."""
    await asyncio.sleep(first)
    while True:
        steady = asyncio.get_running_loop().call_later(STEADY_SECONDS, frame.failed.pop, name, None)
        try:
            await run()
            frame.succeeded[name] = time.monotonic()
            frame.failed.pop(name, None)
            await asyncio.sleep(seconds)
        except Exception as exc:
            if _asked_to_end():
                return
            _note(frame, name, exc)
            await asyncio.sleep(RETRY_SECONDS)
        except asyncio.CancelledError as exc:
            if _asked_to_end():
                raise
            # A library's own cancellation, as of a future whose connection was cut, is only another failure.
            _note(frame, name, exc)
            await asyncio.sleep(RETRY_SECONDS)
        finally:
            steady.cancel()


def _asked_to_end() -> bool:
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def _note(frame: Frame, name: str, exc: BaseException) -> None:
    """A failure is told once, until the task succeeds, runs steadily or fails otherwise."""
    kind = type(exc).__name__
    if frame.failed.get(name) == kind:
        return
    frame.failed[name] = kind
    expected = isinstance(exc, BusAway) or problems.out_of_reach(exc)
    trace = None if expected else exc
    log.warning(
        "background task failed; it goes on", task=name, service=frame.name, error=kind, exc_info=trace
    )
