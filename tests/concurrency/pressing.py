"""Pressing at the same moment: what each was told, and that the record is whole afterwards."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from uuid import uuid4

import httpx
from sqlalchemy import text

from shared import proof
from shared.database import Database, is_sqlite
from shared.service import Frame

Ask = Callable[[str], Awaitable[httpx.Response]]
PATIENCE_SECONDS = 90


async def at_once(*asked: Awaitable[httpx.Response]) -> list[httpx.Response]:
    """The answers, in the order of asking; no error of ours among them."""
    answers = list(await asyncio.gather(*asked))
    assert not [each for each in answers if each.status_code == 500], answers
    return answers


def told(answers: Iterable[httpx.Response]) -> Counter[str]:
    """How many were told what: the status of a success, the code of a refusal."""
    return Counter(str(each.status_code) if each.is_success else each.json()["code"] for each in answers)


async def patiently(ask: Ask) -> httpx.Response:
    """What a good client does: told to come again (503), it does so with the same key."""
    key = uuid4().hex
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = await ask(key)
            if answer.status_code != 503:
                return answer
            await asyncio.sleep(float(answer.headers["Retry-After"]) / 4)


async def whole(frame: Frame) -> proof.Verdict:
    """That every chain is intact and no deadlock had to be resolved; how much was verified."""
    verdict = await proof.verify(frame.database, frame.name, frame.signing_key)
    assert not verdict.wrong, verdict
    assert await deadlocks(frame.database) == 0
    return verdict


async def deadlocks(database: Database) -> int:
    """How many deadlocks the server has resolved in this database."""
    async with database.reading() as session:
        if is_sqlite(session):
            return 0
        await session.execute(text("SELECT pg_stat_clear_snapshot()"))
        counted = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(await session.scalar(counted) or 0)
