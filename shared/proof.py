"""Proof that nothing was changed or lost: checkpoints over the heads, `verify`, and `reconcile`.

A checkpoint is a compact JWS (Ed25519) over the heads that changed since the one before, and that one's
digest; kept in the database and, for what it is worth, printed so that it can be stored elsewhere.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from sqlalchemy import Column, Integer, Table, Text, and_, func, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.database import FRAME, Database, Instant
from shared.inbox import Why, cursors, parked
from shared.journal import GENESIS, canonical, digest, heads, journal, journal_details, outbox, row_hash

MOST_HEADS = 5000
STEP = 2000

checkpoints = Table(
    "checkpoints",
    FRAME,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("token", Text, nullable=False),
)


async def checkpoint(session: AsyncSession, service: str, key: OKPKey) -> str | None:
    """A new checkpoint over what none protects yet; None when there is nothing new."""
    last = (
        await session.execute(select(checkpoints).order_by(checkpoints.c.number.desc()).limit(1))
    ).one_or_none()
    changed = (
        await session.execute(
            select(heads.c.subject, heads.c.seq, heads.c.hash)
            .where(heads.c.seq > heads.c.vouched)
            .order_by(heads.c.subject)
            .limit(MOST_HEADS)
            .with_for_update()
        )
    ).all()
    if not changed:
        return None
    number = last.number + 1 if last else 1
    claims = {
        "service": service,
        "number": number,
        "at": clock.now().isoformat(),
        "previous": digest(last.token) if last else GENESIS,
        "heads": {row.subject: [row.seq, row.hash] for row in changed},
    }
    header = {"alg": "Ed25519", "kid": key.kid}
    token = jws.serialize_compact(header, canonical(claims), key, algorithms=["Ed25519"])
    await session.execute(plain_insert(checkpoints), {"number": number, "at": clock.now(), "token": token})
    for row in changed:
        await session.execute(update(heads).where(heads.c.subject == row.subject).values(vouched=row.seq))
    return token


@dataclass(slots=True)
class Verdict:
    """What `verify` found: nothing, or the first thing wrong; and what no checkpoint protects yet."""

    service: str
    rows: int = 0
    subjects: int = 0
    checkpoints: int = 0
    unprotected_rows: int = 0
    unprotected_since: datetime | None = None
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counted = f"{self.rows} rows in {self.subjects} chains, {self.checkpoints} checkpoints"
        if self.wrong:
            return f"{self.service}: NOT INTACT ({counted})\n  " + "\n  ".join(self.wrong)
        since = f" since {self.unprotected_since.isoformat()}" if self.unprotected_since else ""
        open_ = f"; {self.unprotected_rows} rows{since} not yet under a checkpoint"
        return f"{self.service}: intact ({counted}{open_ if self.unprotected_rows else ''})"


async def _rows(session: AsyncSession) -> AsyncIterator[Any]:
    subject, seq = "", 0
    while True:
        rows = (
            await session.execute(
                select(journal, journal_details.c.salt, journal_details.c.body.label("details"))
                .outerjoin(
                    journal_details,
                    and_(
                        journal_details.c.subject == journal.c.subject, journal_details.c.seq == journal.c.seq
                    ),
                )
                .where(
                    (journal.c.subject > subject) | and_(journal.c.subject == subject, journal.c.seq > seq)
                )
                .order_by(journal.c.subject, journal.c.seq)
                .limit(STEP)
            )
        ).all()
        for row in rows:
            yield row
        if len(rows) < STEP:
            return
        subject, seq = rows[-1].subject, rows[-1].seq


async def verify(
    database: Database, service: str, key: OKPKey, seen_by_peers: Mapping[str, int] | None = None
) -> Verdict:
    """Recompute every chain against heads, checkpoints and what peers have seen; names the first wrong row.

    `seen_by_peers` are the highest numbers any reader has applied, by subject: they show a missing tail.
    Memory grows with the number of subjects, not of rows.
    """
    verdict = Verdict(service)
    async with database.reading() as session:
        vouched = await _vouched(session, verdict, key)
        ends = await _walk(session, verdict, vouched)
        await _compare_heads(session, verdict, ends)
        await _unprotected(session, verdict, ends)
    for subject, seq in sorted((seen_by_peers or {}).items()):
        if seq > ends.get(subject, _NOTHING).seq:
            verdict.wrong.append(f"{subject}: a peer has seen row {seq}, which is not here")
    return verdict


@dataclass(frozen=True, slots=True)
class _End:
    """The last row of a chain."""

    seq: int
    hash: str


_NOTHING = _End(0, GENESIS)
_Vouched = dict[str, dict[int, tuple[str, int]]]


async def _vouched(session: AsyncSession, verdict: Verdict, key: OKPKey) -> _Vouched:
    """What the checkpoints say: by subject and row its hash and the checkpoint's number."""
    previous = GENESIS
    vouched: _Vouched = {}
    for row in await session.execute(select(checkpoints).order_by(checkpoints.c.number)):
        verdict.checkpoints += 1
        try:
            claims = orjson.loads(jws.deserialize_compact(row.token, key, algorithms=["Ed25519"]).payload)
        except (JoseError, ValueError):
            verdict.wrong.append(f"checkpoint {row.number}: its signature does not verify")
            continue
        if claims["number"] != verdict.checkpoints or claims["previous"] != previous:
            verdict.wrong.append(f"checkpoint {row.number}: it does not follow from the one before it")
        previous = digest(row.token)
        for subject, (seq, hash_) in claims["heads"].items():
            vouched.setdefault(subject, {})[seq] = (hash_, row.number)
    return vouched


async def _walk(session: AsyncSession, verdict: Verdict, vouched: _Vouched) -> dict[str, _End]:
    """The end of every chain, recomputed row by row; of a broken chain the first wrong row is named."""
    ends: dict[str, _End] = {}
    broken: set[str] = set()
    async for row in _rows(session):
        verdict.rows += 1
        last = ends.get(row.subject, _NOTHING)
        problem = _problem(row, last, vouched.get(row.subject, {}).pop(row.seq, None))
        if problem and row.subject not in broken:
            broken.add(row.subject)
            verdict.wrong.append(f"{row.subject} row {row.seq} ({row.type}): {problem}")
        ends[row.subject] = _End(row.seq, row.hash)
    verdict.subjects = len(ends)
    for subject, rows in sorted(vouched.items()):
        for seq, (_, number) in sorted(rows.items()):
            verdict.wrong.append(f"{subject}: checkpoint {number} saw row {seq}, which is not here")
    return ends


def _problem(row: Any, last: _End, vouched: tuple[str, int] | None) -> str | None:
    if row.seq != last.seq + 1:
        return f"rows {last.seq + 1} to {row.seq - 1} before it are missing"
    if row.prev_hash != last.hash:
        return "it does not follow from the row before it"
    if row_hash(row._mapping) != row.hash:
        return "its content was changed"
    if row.details is not None and row.details_digest != digest(row.salt + row.details):
        return "its details were changed"
    if vouched and vouched[0] != row.hash:
        return f"checkpoint {vouched[1]} saw another row here"
    return None


async def _compare_heads(session: AsyncSession, verdict: Verdict, ends: Mapping[str, _End]) -> None:
    known: set[str] = set()
    for subject, seq, hash_ in await session.execute(select(heads.c.subject, heads.c.seq, heads.c.hash)):
        known.add(subject)
        end = ends.get(subject, _NOTHING)
        if seq and end is _NOTHING:
            verdict.wrong.append(f"{subject}: the whole chain of {seq} rows is missing")
        elif end.seq != seq:
            verdict.wrong.append(f"{subject}: the head says {seq} rows, the chain has {end.seq}")
        elif seq and end.hash != hash_:
            verdict.wrong.append(f"{subject}: the head's hash is not that of row {seq}")
    for subject in sorted(ends.keys() - known):
        verdict.wrong.append(f"{subject}: a chain without a head")


async def _unprotected(session: AsyncSession, verdict: Verdict, ends: Mapping[str, _End]) -> None:
    covered = select(heads.c.subject, heads.c.vouched).where(heads.c.vouched > 0)
    under = {subject: seq for subject, seq in await session.execute(covered)}
    verdict.unprotected_rows = sum(max(0, end.seq - under.get(subject, 0)) for subject, end in ends.items())
    if verdict.unprotected_rows:
        last = await session.scalar(select(func.max(checkpoints.c.at)))
        verdict.unprotected_since = last or await session.scalar(select(func.min(journal.c.at)))


async def seen_of(databases: Mapping[str, Database], source: str) -> dict[str, int]:
    """The highest number that any reader has applied of each of a source's subjects."""
    seen: dict[str, int] = {}
    for name, database in databases.items():
        if name == source:
            continue
        async with database.reading() as session:
            for subject, seq in await session.execute(
                select(cursors.c.subject, cursors.c.seq).where(cursors.c.source == source)
            ):
                seen[subject] = max(seen.get(subject, 0), seq)
    return seen


@dataclass(slots=True)
class Account:
    """What `reconcile` found for one source and one reader."""

    source: str
    reader: str
    events: int
    applied: int
    waiting: int
    quarantined: int
    unsent: int
    behind: list[str]

    @property
    def complete(self) -> bool:
        """Whether every event of the source is in the reader's effect."""
        return self.events == self.applied and not self.behind and not self.unsent

    def __str__(self) -> str:
        if self.complete:
            return f"{self.source} -> {self.reader}: all {self.events} events arrived"
        more = f", waiting {self.waiting}, quarantined {self.quarantined}, not yet sent {self.unsent}"
        first = f"; first behind: {self.behind[0]}" if self.behind else ""
        return f"{self.source} -> {self.reader}: {self.applied} of {self.events} events{more}{first}"


async def reconcile(databases: Mapping[str, Database], hears: Mapping[str, Sequence[str]]) -> list[Account]:
    """For every reader and every source it hears: the journal's heads against the reader's cursors."""
    accounts = []
    for reader, sources in hears.items():
        for source in sources:
            async with databases[source].reading() as session:
                last = select(heads.c.subject, heads.c.seq).where(heads.c.seq > 0)
                ends = {subject: seq for subject, seq in await session.execute(last)}
                unsent = await session.scalar(select(func.count()).select_from(outbox)) or 0
            accounts.append(await _account(databases[reader], source, reader, ends, unsent))
    return accounts


async def _account(
    database: Database, source: str, reader: str, ends: Mapping[str, int], unsent: int
) -> Account:
    async with database.reading() as session:
        mine = select(cursors.c.subject, cursors.c.seq).where(cursors.c.source == source)
        here = {subject: seq for subject, seq in await session.execute(mine)}
        states = (
            select(parked.c.state, func.count()).where(parked.c.source == source).group_by(parked.c.state)
        )
        waiting = {state: count for state, count in await session.execute(states)}
    behind = [f"{s} at {here.get(s, 0)} of {seq}" for s, seq in sorted(ends.items()) if here.get(s, 0) != seq]
    quarantined = waiting.pop(Why.QUARANTINED, 0)
    applied = sum(min(here.get(subject, 0), seq) for subject, seq in ends.items())
    return Account(
        source, reader, sum(ends.values()), applied, sum(waiting.values()), quarantined, unsent, behind
    )


async def checkpoint_duty(session: AsyncSession, today: date) -> int:
    """The hourly checkpoint; 1 if there was anything new to protect."""
    from shared.transactions import frame

    here = frame(session)
    return int(await checkpoint(session, here.name, here.signing_key) is not None)
