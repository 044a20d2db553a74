"""The journal: gapless per subject whoever writes, bound by hashes, and never changed afterwards."""

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from shared import journal
from shared.citation import OURS
from shared.database import Database
from shared.journal import GENESIS
from tests.shared.chains import WANG, Noted, note, rows_of, some_matter, writing

WRITERS = 50


async def test_a_chain_begins_at_one_and_each_row_binds_the_one_before(database: Database) -> None:
    _, subject = some_matter()
    await note(database, subject, 3)
    rows = await rows_of(database, subject)
    assert [row.seq for row in rows] == [1, 2, 3]
    assert [row.prev_hash for row in rows] == [GENESIS, rows[0].hash, rows[1].hash]
    assert all(journal.row_hash(row._mapping) == row.hash for row in rows)


async def test_a_row_tells_who_did_what_on_which_article_and_for_whom(database: Database) -> None:
    _, subject = some_matter()
    occurred_on = date(2026, 3, 10)
    await note(database, subject, occurred_on=occurred_on, on_behalf_of="330110-police")
    (row,) = await rows_of(database, subject)
    assert (row.type, row.version, row.event) == ("left.noted", 1, '{"number":0}')
    assert (row.org, row.on_behalf_of, row.basis) == (WANG.org, "330110-police", "casebridge notes")
    assert (row.occurred_on, row.request_id, row.traceparent) == (
        occurred_on,
        "request-1",
        "00-trace-span-01",
    )
    assert '"sub":"wang"' in row.actor
    assert row.at.tzinfo is not None


async def test_fifty_writers_leave_no_gap_and_no_fork(database: Database) -> None:
    _, subject = some_matter()
    await asyncio.gather(*(note(database, subject) for _ in range(WRITERS)))
    rows = await rows_of(database, subject)
    assert [row.seq for row in rows] == list(range(1, WRITERS + 1))
    assert [row.prev_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]


async def test_writers_of_crossing_subjects_do_not_lock_each_other_out(database: Database) -> None:
    (_, first), (_, second) = some_matter(), some_matter()

    async def both(*subjects: str) -> None:
        async with writing(database) as session:
            await journal.lock(session, *subjects)
            for subject in subjects:
                await journal.record(session, subject, Noted(number=1), basis=OURS["notes"])

    await asyncio.gather(*(both(first, second) if n % 2 else both(second, first) for n in range(20)))
    assert len(await rows_of(database, first)) == len(await rows_of(database, second)) == 20


async def test_what_is_rolled_back_leaves_no_trace(database: Database) -> None:
    _, subject = some_matter()
    await note(database, subject)

    async def noted_in_vain() -> None:
        async with writing(database) as session:
            await journal.record(session, subject, Noted(number=9), basis=OURS["notes"])
            raise RuntimeError("the act fails after all")

    with pytest.raises(RuntimeError):
        await noted_in_vain()
    await note(database, subject)
    assert [row.seq for row in await rows_of(database, subject)] == [1, 2]
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(journal.outbox)) == 2


async def test_every_row_is_to_be_published(database: Database) -> None:
    _, subject = some_matter()
    await note(database, subject, 3)
    async with database.reading() as session:
        waiting = await session.execute(select(journal.outbox.c.subject, journal.outbox.c.seq))
        assert [tuple(row) for row in waiting] == [(subject, 1), (subject, 2), (subject, 3)]


async def test_details_can_be_erased_and_the_chain_still_holds(database: Database) -> None:
    _, subject = some_matter()
    await note(database, subject, details={"old": "a", "new": "b"})
    details = journal.journal_details
    async with database.writing() as session:
        (kept,) = await session.execute(select(details))
        await session.execute(details.delete())
    (row,) = await rows_of(database, subject)
    assert row.details_digest == journal.digest(kept.salt + kept.body)
    assert "old" not in row.event
    assert journal.row_hash(row._mapping) == row.hash


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET basis = 'R 1'",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "DELETE FROM journal WHERE seq = 2",
    ],
)
async def test_the_database_refuses_to_change_it(database: Database, statement: str) -> None:
    if statement.startswith("TRUNCATE") and database.engine.dialect.name == "sqlite":
        statement = "DELETE FROM journal WHERE true"  # what SQLite has in its place
    _, subject = some_matter()
    await note(database, subject, 2)
    await _refused(database, statement)
    assert len(await rows_of(database, subject)) == 2


async def _refused(database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.writing() as session:
            await session.execute(text(statement))


async def test_a_reader_gets_the_rows_after_a_number(database: Database) -> None:
    _, subject = some_matter()
    await note(database, subject, 5)
    async with database.reading() as session:
        found = await journal.read(session, "left", subject, after=2, limit=2)
    assert [(each.seq, each.type, each.body) for each in found] == [
        (3, "left.noted", {"number": 2}),
        (4, "left.noted", {"number": 3}),
    ]


async def test_heads_are_listed_in_pages(database: Database) -> None:
    subjects = sorted(some_matter()[1] for _ in range(5))
    for count, subject in enumerate(subjects, start=1):
        await note(database, subject, count)
    found: list[tuple[str, int]] = []
    async with database.reading() as session:
        while page := await journal.heads_after(session, found[-1][0] if found else "", limit=2):
            found += page
    assert found == [(subject, count) for count, subject in enumerate(subjects, start=1)]


@pytest.mark.parametrize(
    ("first", "second"),
    [({"a": 1, "b": 2}, {"b": 2, "a": 1}), ({"a": {"c": 1, "b": 2}}, {"a": {"b": 2, "c": 1}})],
)
def test_one_value_has_one_text(first: Any, second: Any) -> None:
    assert journal.canonical(first) == journal.canonical(second)
