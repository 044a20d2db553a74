"""What endpoints answer to messages of our own, and the wish never to be called again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions.claiming import Challenge
from services.notifications.actions.endpoints import GONE, disable, verified
from services.notifications.channels.message import answers_challenge
from services.notifications.channels.sender import Answer
from services.notifications.events import subject_of
from services.notifications.rules.schedule import Outcome, Verdict, next_wait
from services.notifications.rules.vocabulary import Asking, EndpointState
from services.notifications.tables import Endpoint
from shared import journal
from shared.transactions import frame

TRIES = 3


async def gone(session: AsyncSession, endpoint_id: UUID) -> None:
    """The receiver asked never to be called again: the endpoint is disabled."""
    await journal.lock(session, subject_of(endpoint_id))
    endpoint = await session.get_one(Endpoint, endpoint_id)
    if endpoint.state is not EndpointState.DISABLED:
        await disable(session, endpoint, GONE)


async def settle_challenge(
    session: AsyncSession, challenge: Challenge, answer: Answer, now: datetime
) -> None:
    """An endpoint that answered its challenge is told from now on; another is asked thrice in all.

    One that is told already stays so, whatever it answers: the owner reads the result.
    """
    await journal.lock(session, subject_of(challenge.endpoint.id))
    mine = (Endpoint.id == challenge.endpoint.id, Endpoint.challenge == challenge.word)
    endpoint = await session.scalar(select(Endpoint).where(*mine))
    if endpoint is None:
        return
    good = answer.verdict is Verdict.DELIVERED and (
        challenge.asking is Asking.TEST or answers_challenge(answer.body, challenge.word)
    )
    if good and challenge.asking is Asking.CHALLENGE and endpoint.state is not EndpointState.ACTIVE:
        # Read again under the lock: who is told from when on has to agree with the order of commits.
        await verified(session, endpoint, await frame(session).database.dialect.now(session))
        return
    tries = challenge.tries + 1
    once = good or challenge.asking is Asking.TEST or tries >= TRIES
    wait = None if once else next_wait(tries, Verdict.FAILED, 0.5)
    due = None if wait is None else now + wait
    again = update(Endpoint).where(*mine).values(challenge_due_at=due, challenge_tries=tries)
    await session.execute(again.values(challenge_result=_in_words(answer, good=good)))


def _in_words(answer: Answer, *, good: bool) -> str:
    if answer.outcome is not Outcome.ANSWERED:
        return f"{answer.outcome}: {answer.error}"[:200].rstrip(": ")
    if good:
        return f"answered {answer.status} in {answer.latency_ms} ms"
    said = "without the challenge" if answer.verdict is Verdict.DELIVERED else "refusing"
    return f"answered {answer.status} {said}"
