"""The journal: one append-only, hash-chained record of every subject; also the source of what is published.

A row is at once the audit entry, the timeline entry and the event. `seq` is gapless per subject and is taken
under the subject's head row, which is also the first lock every act takes: heads first (sorted), then rows,
counters last. What must be erasable stands in `journal_details`, bound to the row by a salted digest.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, Uuid, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.citation import Citation
from shared.database import FRAME, Instant, Serial, Subject, before_commit, uuid7
from shared.events import Envelope, Event, subject_of
from shared.identity import Actor
from shared.statements import insert_all, insert_or_lock, update_each

__all__ = ["Origin", "lock", "record", "subject_of"]

GENESIS = "0" * 64

journal = Table(
    "journal",
    FRAME,
    Column("subject", Subject, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("type", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("event", Text, nullable=False),
    Column("details_digest", String(64)),
    Column("actor", Text, nullable=False),
    Column("org", String(40), nullable=False),
    Column("on_behalf_of", String(40)),
    Column("basis", String(200), nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("traceparent", String(64)),
)

journal_details = Table(
    "journal_details",
    FRAME,
    Column("subject", Subject, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("salt", String(32), nullable=False),
    Column("body", Text, nullable=False),
)

heads = Table(
    "heads",
    FRAME,
    Column("subject", Subject, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("vouched", Integer, nullable=False, server_default="0"),
    # What no checkpoint protects yet.
    Index(
        "ix_heads_unvouched",
        "subject",
        postgresql_where=text("seq > vouched"),
        sqlite_where=text("seq > vouched"),
    ),
)

outbox = Table(
    "outbox",
    FRAME,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("subject", Subject, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Which door opened the transaction: who acts, under which request, in which trace, in which service."""

    service: str
    actor: Actor
    request_id: str
    traceparent: str | None = None


@dataclass(slots=True)
class Head:
    """The end of one chain, held under its lock."""

    seq: int
    hash: str


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NAIVE_UTC).decode()


def digest(text_: str) -> str:
    """SHA-256 of a text, in hex."""
    return hashlib.sha256(text_.encode()).hexdigest()


def row_hash(row: Mapping[str, Any]) -> str:
    """The hash that binds a row to all before it: over every column but the hash itself."""
    at: datetime = row["at"]
    bound = [str(row[name]) if row[name] is not None else None for name in _BOUND]
    return digest(canonical([*bound, at.astimezone(UTC).isoformat(timespec="microseconds")]))


_BOUND = (
    "subject",
    "seq",
    "id",
    "prev_hash",
    "type",
    "version",
    "event",
    "details_digest",
    "actor",
    "org",
    "on_behalf_of",
    "basis",
    "occurred_on",
    "request_id",
    "traceparent",
)


def _held(session: AsyncSession) -> dict[str, Head]:
    held: dict[str, Head] = session.info.setdefault("heads", {})
    return held


async def lock(session: AsyncSession, *subjects: str) -> None:
    """Hold the heads of these subjects until the transaction ends; always in sorted order, before any row."""
    missing = sorted(set(subjects) - _held(session).keys())
    if not missing:
        return
    rows = [{"subject": subject, "seq": 0, "hash": GENESIS} for subject in missing]
    for row in await insert_or_lock(session, heads, rows):
        _held(session)[row.subject] = Head(row.seq, row.hash)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be recorded: about which subject, what happened, by which basis.

    `details` is the erasable part; `on_behalf_of` the organisation whose act somebody else wrote down.
    """

    subject: str
    event: Event
    basis: Citation | str
    occurred_on: date | None = None
    on_behalf_of: str | None = None
    details: Mapping[str, Any] | None = None


async def record(
    session: AsyncSession,
    subject: str,
    event: Event,
    *,
    basis: Citation | str,
    occurred_on: date | None = None,
    on_behalf_of: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> UUID:
    """Append the event to the subject's chain and to the outbox; returns the event's id."""
    (event_id,) = await record_all(
        session, [Entry(subject, event, basis, occurred_on, on_behalf_of, details)]
    )
    return event_id


async def record_all(session: AsyncSession, entries: Sequence[Entry]) -> list[UUID]:
    """Append these events, each to its subject's chain, in this order; returns their ids.

    Flushes the session first, so that the chain never names a row that the database would refuse; the rows
    of the chains themselves are written by the last statements before the commit.
    """
    if not entries:
        return []
    await session.flush()
    await lock(session, *(entry.subject for entry in entries))
    origin: Origin = session.info["origin"]
    actor = canonical(origin.actor.as_of_now())
    unwritten = _unwritten(session)
    ids: list[UUID] = []
    for entry in entries:
        head, salt = _held(session)[entry.subject], os.urandom(16).hex()
        body = canonical(dict(entry.details)) if entry.details else None
        row = _row(entry, origin, head, digest(salt + body) if body else None)
        row["actor"] = actor
        row["hash"] = row_hash(row)
        head.seq, head.hash = row["seq"], row["hash"]
        unwritten.rows.append(row)
        ids.append(row["id"])
        if body:
            unwritten.kept.append({"subject": entry.subject, "seq": row["seq"], "salt": salt, "body": body})
    session.info["recorded"] = True
    return ids


@dataclass(slots=True)
class _Unwritten:
    """Rows that are recorded and chained, and not yet sent to the database."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    kept: list[dict[str, Any]] = field(default_factory=list)


def _unwritten(session: AsyncSession) -> _Unwritten:
    found: _Unwritten | None = session.info.get("unwritten")
    if found is None:
        found = session.info["unwritten"] = _Unwritten()
        before_commit(session, _write)
    return found


def _row(entry: Entry, origin: Origin, head: Head, details_digest: str | None) -> dict[str, Any]:
    return {
        "subject": entry.subject,
        "seq": head.seq + 1,
        "id": uuid7(),
        "prev_hash": head.hash,
        "type": f"{origin.service}.{entry.event.name}",
        "version": entry.event.version,
        "event": canonical(entry.event.model_dump(mode="json")),
        "details_digest": details_digest,
        "org": origin.actor.org,
        "on_behalf_of": entry.on_behalf_of,
        "basis": str(entry.basis),
        "occurred_on": entry.occurred_on or clock.today(),
        "at": clock.now(),
        "request_id": origin.request_id,
        "traceparent": origin.traceparent,
    }


async def _write(session: AsyncSession) -> None:
    """One statement per table, however many events a transaction recorded."""
    unwritten = _unwritten(session)
    rows, kept = unwritten.rows, unwritten.kept
    await insert_all(session, journal, rows)
    if kept:
        await insert_all(session, journal_details, kept)
    sent = [{"subject": row["subject"], "seq": row["seq"], "at": row["at"]} for row in rows]
    await insert_all(session, outbox, sent)
    ends = {row["subject"]: {name: row[name] for name in ("subject", "seq", "hash")} for row in rows}
    await update_each(session, heads, ("subject",), list(ends.values()))


# What travels of a row: not who acted, nor what binds it to the rows around it.
CARRIED = tuple(journal.c[name] for name in (
    "id", "subject", "seq", "type", "version", "at", "occurred_on", "basis", "org", "on_behalf_of",
    "traceparent", "event",
))  # fmt: skip


def envelope_of(source: str, row: Any) -> Envelope:
    """The envelope in which a journal row travels."""
    return Envelope(
        id=row.id,
        source=source,
        subject=row.subject,
        seq=row.seq,
        type=row.type,
        version=row.version,
        at=row.at,
        occurred_on=row.occurred_on,
        basis=row.basis,
        org=row.org,
        on_behalf_of=row.on_behalf_of,
        traceparent=row.traceparent,
        body=orjson.loads(row.event),
    )


async def read(
    session: AsyncSession, source: str, subject: str, after: int, limit: int = 200
) -> Sequence[Envelope]:
    """The next rows of one chain, in order: what a reader asks for when it missed something."""
    rows = await session.execute(
        select(*CARRIED)
        .where(journal.c.subject == subject, journal.c.seq > after)
        .order_by(journal.c.seq)
        .limit(limit)
    )
    return [envelope_of(source, row) for row in rows]


async def heads_after(session: AsyncSession, after: str, limit: int = 500) -> Sequence[tuple[str, int]]:
    """Subjects and the number of their last row, in order of subject, from the one after `after`."""
    rows = await session.execute(
        select(heads.c.subject, heads.c.seq)
        .where(heads.c.subject > after, heads.c.seq > 0)
        .order_by(heads.c.subject)
        .limit(limit)
    )
    return [(row.subject, row.seq) for row in rows]


def triggers(dialect: str) -> Iterable[str]:
    """The DDL that makes the journal refuse UPDATE, DELETE and TRUNCATE."""
    if dialect == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER journal_no_{verb.lower()} BEFORE {verb} ON journal "
                "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
            )
        return
    yield (
        "CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$"
    )
    yield (
        "CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal "
        "FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()"
    )
    yield (
        "CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal "
        "FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
    )
