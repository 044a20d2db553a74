"""Two processes of one service at once, and many writers: nothing deadlocks, nothing waits for ever."""

import asyncio
import random

from sqlalchemy import select, text

from shared import journal, proof
from shared.database import Database, uuid7
from shared.events import Envelope, subject_of
from shared.identity import Actor, new_key
from shared.inbox import Inbox
from shared.journal import Origin
from shared.reactions import ReactionTable, react
from tests.asking import eventually
from tests.running import Alone, envelope
from tests.shared.sample.service import HeardNote, Noted, NotedThere
from tests.shared.sample.service import _hear as hear
from tests.stage import Lane

SYSTEM = Origin("left", Actor.system("left"), "test")


def said(subject: str, seq: int, words: str = "") -> Envelope:
    """A note of `right`."""
    body = {"note_id": str(uuid7()), "words": words or f"note {seq}"}
    return envelope("right", subject, seq, "right.noted", body)


def another_inbox(app: Alone) -> Inbox:
    """The inbox of a second process of the same service, on the same database."""
    return Inbox(app.frame, ReactionTable([react("right.noted", NotedThere, hear)]))


async def applied(app: Alone, subject: str) -> list[int]:
    """The numbers of what took effect, in the order in which it did."""
    async with app.reading() as session:
        heard = select(HeardNote.seq).where(HeardNote.subject == subject).order_by(HeardNote.number)
        return list(await session.scalars(heard))


async def test_what_one_process_parked_another_applies(sample_app: Alone) -> None:
    one, two = sample_app.frame.inbox, another_inbox(sample_app)
    subject = subject_of(uuid7())
    await two.tend()  # has seen that nothing waits
    await one.take([said(subject, 2), said(subject, 3)])
    await two.take([said(subject, 1)])
    await two.tend()
    assert await applied(sample_app, subject) == [1, 2, 3]
    assert await two.measure() == {}


async def test_what_was_applied_elsewhere_does_not_stay_parked(sample_app: Alone) -> None:
    one, two = sample_app.frame.inbox, another_inbox(sample_app)
    subject = subject_of(uuid7())
    await two.tend()
    await one.take([said(subject, 1, "after the other")])
    async with sample_app.writing() as session:
        session.add(HeardNote(source="right", subject="elsewhere", seq=1, words="the other"))
    await two.take([said(subject, 1, "after the other")])
    await two.tend()
    assert await two.measure() == {}


async def test_many_that_wait_do_not_hide_one_whose_turn_has_come(sample_app: Alone) -> None:
    inbox = sample_app.frame.inbox
    await inbox.take([said(subject_of(uuid7()), 1, "after never") for _ in range(60)])
    last = subject_of(uuid7())
    await inbox.take([said(last, 1, "after the cause")])
    await inbox.take([said(subject_of(uuid7()), 1, "the cause")])

    async def is_applied() -> bool:
        await inbox.tend()
        return await applied(sample_app, last) == [1]

    await eventually(is_applied, within=60)


async def test_crossing_batches_of_two_processes_do_not_deadlock(sample_app: Alone, lane: Lane) -> None:
    one, two = sample_app.frame.inbox, another_inbox(sample_app)
    subjects = [subject_of(uuid7()) for _ in range(30)]
    events = [said(subject, seq) for seq in range(1, 7) for subject in subjects]
    dice = random.Random(7)

    async def deliver(inbox: Inbox) -> None:
        for begin in range(0, len(events), 20):
            await inbox.take(dice.sample(events[begin : begin + 30], len(events[begin : begin + 30])))

    await asyncio.gather(deliver(one), deliver(two))
    await two.tend()
    for subject in subjects:
        assert await applied(sample_app, subject) == [1, 2, 3, 4, 5, 6]
    assert await deadlocks(sample_app.frame.database, lane) == 0


async def test_two_hundred_writers_of_few_and_of_many_subjects(database: Database, lane: Lane) -> None:
    shared_one = subject_of(uuid7())
    some = [subject_of(uuid7()) for _ in range(20)]
    dice = random.Random(7)

    async def write(subjects: list[str]) -> None:
        async with database.writing(origin=SYSTEM) as session:
            await journal.lock(session, *subjects)
            for subject in subjects:
                event = Noted(note_id=uuid7(), words="x")
                await journal.record(session, subject, event, basis="R 30")

    every = [[shared_one] for _ in range(60)] + [dice.sample(some, 4) for _ in range(70)]
    every += [[subject_of(uuid7()), *dice.sample(some, 2)] for _ in range(70)]
    gate = asyncio.Semaphore(15)

    async def in_turn(subjects: list[str]) -> None:
        async with gate:
            await write(subjects)

    await asyncio.gather(*map(in_turn, every))
    verdict = await proof.verify(database, "left", new_key("k"))
    assert not verdict.wrong
    assert verdict.rows == sum(map(len, every))
    assert await deadlocks(database, lane) == 0


async def test_verify_sees_one_moment_while_others_write(database: Database) -> None:
    subjects = [subject_of(uuid7()) for _ in range(5)]

    async def write() -> None:
        for number in range(150):
            async with database.writing(origin=SYSTEM) as session:
                event = Noted(note_id=uuid7(), words="x")
                await journal.record(session, subjects[number % 5], event, basis="R 30")

    writing = asyncio.create_task(write())
    while not writing.done():
        assert not (await proof.verify(database, "left", new_key("k"))).wrong
        await asyncio.sleep(0)
    await writing


async def deadlocks(database: Database, lane: Lane) -> int:
    """How many deadlocks the server has resolved in this database."""
    if lane is Lane.EMBEDDED:
        return 0
    await asyncio.sleep(0.1)
    async with database.reading() as session:
        await session.execute(text("SELECT pg_stat_clear_snapshot()"))
        counted = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(await session.scalar(counted) or 0)
