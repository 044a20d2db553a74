"""Trapdoors: where a running service dies, or stands still, when a test has asked for it.

Nothing of this is in the product. The starter puts it into a service's process: a few functions are wrapped,
and each looks for the order that a test may have written. Beside that, every event that takes effect leaves a
row in a table `effects`, in the very transaction of its effect: the witness of exactly once and in order.
"""

import json
import os
import signal
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from shared import clock, journal
from shared.bus.rabbitmq import RabbitBus
from shared.events import Envelope
from shared.identity import Kind
from shared.journal import Entry
from shared.reactions import ReactionTable

EFFECTS = "CREATE TABLE effects (number bigserial, source text, subject text, seq integer)"
WITNESS = text("INSERT INTO effects (source, subject, seq) VALUES (:source, :subject, :seq)")


class When(StrEnum):
    """Moments between which a process can die."""

    BEFORE_COMMIT = "before_commit"
    AFTER_COMMIT = "after_commit"
    BEFORE_PUBLISH = "before_publish"
    AFTER_PUBLISH = "after_publish"


class Door(StrEnum):
    """Whose transaction it is."""

    API = "api"
    INBOX = "inbox"
    DUTY = "duty"
    COURIER = "courier"
    RELAY = "relay"


@dataclass(frozen=True, slots=True)
class Fall:
    """Where a service falls: at that moment, of that door, when that event is recorded or sent."""

    service: str
    when: When
    door: Door
    event: str = ""
    signal: int = signal.SIGKILL

    def __str__(self) -> str:
        return "-".join(filter(None, (self.service, self.door, self.when, self.event)))


def order_file(folder: Path, service: str) -> Path:
    """Where the order for a service to fall stands."""
    return folder / f"{service}.fall"


def poison_file(folder: Path, service: str) -> Path:
    """Where the type and the subject stand that a service cannot digest."""
    return folder / f"{service}.poison"


def clock_file(folder: Path, service: str) -> Path:
    """Where it stands by how many seconds a service's clock is wrong."""
    return folder / f"{service}.clock"


def arm(folder: Path, fall: Fall) -> None:
    """From now on the service falls there, once."""
    unfinished = folder / f"{fall.service}.fall.new"
    unfinished.write_text(json.dumps(asdict(fall)))
    unfinished.rename(order_file(folder, fall.service))


def install(folder: Path) -> None:
    """Trapdoors in this process."""
    _record_names()
    _watch_commits(folder)
    _watch_publishing(folder)
    _witness(folder)
    _wrong_clock(folder)


def _pass(folder: Path, service: str, when: When, door: Door, names: Sequence[str]) -> None:
    """Fall, if that is the order."""
    file = order_file(folder, service)
    if not file.exists():
        return
    fall = Fall(**json.loads(file.read_text()))
    if (fall.when, fall.door) == (when, door) and (not fall.event or fall.event in names):
        file.unlink()
        os.kill(os.getpid(), fall.signal)


def _record_names() -> None:
    """A session remembers what it recorded."""
    record_all = journal.record_all

    async def recording(session: AsyncSession, entries: Sequence[Entry]) -> list[UUID]:
        names = [f"{session.info['origin'].service}.{entry.event.name}" for entry in entries]
        session.info.setdefault("told", []).extend(names)
        return await record_all(session, entries)

    journal.record_all = recording


def _door(session: Session) -> Door | None:
    origin = session.info.get("origin")
    if origin is None:
        return None if "frame" in session.info else Door.RELAY
    if origin.request_id.startswith("duty:"):
        return Door.DUTY
    if origin.request_id.startswith("courier:"):
        return Door.COURIER
    return Door.INBOX if origin.actor.kind is Kind.SERVICE else Door.API


def _watch_commits(folder: Path) -> None:
    own = os.environ["FAULTS_SERVICE"]

    def at(when: When, session: Session) -> None:
        door = _door(session)
        if door is not None:
            _pass(folder, own, when, door, session.info.get("told", ()))

    event.listen(Session, "before_commit", lambda session: at(When.BEFORE_COMMIT, session))
    event.listen(Session, "after_commit", lambda session: at(When.AFTER_COMMIT, session))


def _watch_publishing(folder: Path) -> None:
    publish, own = RabbitBus.publish, os.environ["FAULTS_SERVICE"]

    async def publishing(bus: RabbitBus, batch: Sequence[Envelope]) -> Sequence[bool]:
        names = [each.type for each in batch]
        _pass(folder, own, When.BEFORE_PUBLISH, Door.RELAY, names)
        confirmed = await publish(bus, batch)
        _pass(folder, own, When.AFTER_PUBLISH, Door.RELAY, names)
        return confirmed

    RabbitBus.publish = publishing  # type: ignore[assignment,method-assign]


def _witness(folder: Path) -> None:
    run, poison = ReactionTable.run, poison_file(folder, os.environ["FAULTS_SERVICE"])

    async def running(table: ReactionTable, session: AsyncSession, envelope: Envelope) -> None:
        if poison.exists() and poison.read_text() == f"{envelope.type} {envelope.subject}":
            raise LookupError("a defect that a test put here")
        await run(table, session, envelope)
        row = {"source": envelope.source, "subject": envelope.subject, "seq": envelope.seq}
        await session.execute(WITNESS, row)

    ReactionTable.run = running  # type: ignore[assignment,method-assign]


def _wrong_clock(folder: Path) -> None:
    now, file = clock.now, clock_file(folder, os.environ["FAULTS_SERVICE"])

    def wrong() -> datetime:
        return now() + timedelta(seconds=float(file.read_text())) if file.exists() else now()

    clock.now = wrong
