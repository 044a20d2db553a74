"""One answer per Idempotency-Key: stored in the effect's own transaction, given again when asked again."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from fastapi import Request
from sqlalchemy import (
    Column,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Uuid,
    bindparam,
    delete,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.database import FRAME, Instant, insert_of
from shared.identity import Actor
from shared.problems import IdempotencyKeyRequired, IdempotencyKeyReused, Malformed

KEPT = timedelta(days=30)

answers = Table(
    "answers",
    FRAME,
    Column("org", String(40), primary_key=True),
    Column("sub", String(80), primary_key=True),
    Column("key", String(100), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("status", SmallInteger),
    Column("etag", String(40)),
    Column("body", LargeBinary),
    Column("matter_id", Uuid),
    Column("thing_id", Uuid),
    Index(None, "at"),
)


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer that was given the first time."""

    status: int
    etag: str | None
    body: bytes
    matter_id: UUID | None
    thing_id: UUID | None


class Replayed(Exception):
    """The same request was answered before: here is that answer again."""

    def __init__(self, stored: Stored) -> None:
        super().__init__("replayed")
        self.stored = stored


async def request_digest(request: Request) -> str:
    """What makes it the same request: method, address, and the body as canonical JSON (or Content-Digest).

    An upload without a digest is known by its length alone: whoever repeats it should send one. The digest
    is keyed, so that nobody who reads the table can guess at what was sent.
    """
    said = request.headers.get("content-digest") or request.headers.get("content-length", "")
    if request.headers.get("content-type", "").startswith("application/json"):
        raw = await request.body()
        try:
            said = orjson.dumps(orjson.loads(raw), option=orjson.OPT_SORT_KEYS).decode() if raw else ""
        except (ValueError, orjson.JSONEncodeError):  # the second: nested deeper than can be written
            raise Malformed(errors=[{"at": "body", "problem": "not JSON"}]) from None
    address = f"{request.method} {request.scope['path']}?{request.scope['query_string'].decode('latin-1')}"
    key: bytes = request.app.state.frame.settings.service_key.get_secret_value().encode()
    return hmac.new(key, f"{address}\n{said}".encode(), hashlib.sha256).hexdigest()


def key_of(request: Request) -> str:
    """The Idempotency-Key of an official act; refused when it is missing or not of the form."""
    key = request.headers.get("idempotency-key")
    if not key:
        raise IdempotencyKeyRequired()
    if len(key) > 100 or not key.isascii() or not key.isprintable():
        problem = "an Idempotency-Key is up to 100 printable ASCII characters"
        raise Malformed(errors=[{"at": "header.idempotency-key", "problem": problem}])
    return key


async def claim(session: AsyncSession, actor: Actor, key: str, digest: str) -> Stored | None:
    """Take the key for this transaction; the stored answer, if the request was answered before.

    A second request with the key waits here until the first has committed or given up.
    """
    row: dict[str, Any] = {
        "org": actor.org,
        "sub": actor.sub,
        "key": key,
        "digest": digest,
        "at": clock.now(),
    }
    claimed = await session.execute(_claim(session.get_bind().dialect.name), row)
    if claimed.one_or_none() is not None:
        return None
    found = (await session.execute(GIVEN, _mine(actor, key))).one()
    if found.digest != digest:
        raise IdempotencyKeyReused()
    return Stored(found.status, found.etag, found.body, found.matter_id, found.thing_id)


@cache
def _claim(dialect: str) -> Any:
    return insert_of(dialect, answers).on_conflict_do_nothing().returning(answers.c.key)


_MINE = tuple(answers.c[name] == bindparam(f"my_{name}") for name in ("org", "sub", "key"))
GIVEN, KEEP = select(answers).where(*_MINE), update(answers).where(*_MINE)


def _mine(actor: Actor, key: str) -> dict[str, Any]:
    return {"my_org": actor.org, "my_sub": actor.sub, "my_key": key}


async def store(session: AsyncSession, actor: Actor, key: str, answer: Stored) -> None:
    """Keep the answer under the claimed key, in the same transaction as its effect."""
    values = {name: getattr(answer, name) for name in Stored.__slots__}
    await session.execute(KEEP, values | _mine(actor, key))


async def forget(session: AsyncSession, today: date) -> int:
    """Answers older than 30 days are gone; how many there were."""
    gone = await session.execute(delete(answers).where(answers.c.at < clock.now() - KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]
