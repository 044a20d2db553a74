"""When a delivery is tried again, what an answer means, and when an endpoint is left alone for a while.

All of it is ours: no instrument says how often a message is repeated. Thirteen tries over about three days
cover a long weekend with nobody at the receiver's machine.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import cache

from shared.citation import OURS, Citation


class Verdict(StrEnum):
    """What the answer to one try means."""

    DELIVERED = "delivered"
    FAILED = "failed"
    SLOW = "slow"  # the receiver is overloaded or did not answer in time: wait a minute at least
    GONE = "gone"  # the receiver asks never to be called again


class Outcome(StrEnum):
    """How one try ended."""

    ANSWERED = "answered"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"  # the certificate does not hold
    REFUSED = "refused"  # by our own egress guard
    BROKEN = "broken"  # not an HTTP answer


class Breaker(StrEnum):
    """Whether an endpoint is being called."""

    CLOSED = "closed"  # yes
    OPEN = "open"  # not before its gate opens; then one probe decides


@dataclass(frozen=True, slots=True)
class Step:
    """One try, and how long after the one before."""

    number: int
    after: timedelta
    basis: Citation = OURS["delivery schedule"]


@dataclass(frozen=True, slots=True)
class Answer:
    """Which verdict a range of HTTP status codes stands for."""

    first: int
    last: int
    verdict: Verdict
    basis: Citation = OURS["answers of a receiver"]


@dataclass(frozen=True, slots=True)
class Pause:
    """How long the gate of a failing endpoint stays shut, by how often in a row it was shut."""

    times: int
    wait: timedelta
    basis: Citation = OURS["breaker"]


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of an endpoint's recent answers."""

    breaker: Breaker = Breaker.CLOSED
    in_a_row: int = 0  # failures since the last success
    shut: int = 0  # how often the gate was shut since the last success
    opens_at: datetime | None = None


STEPS = (
    Step(1, timedelta(0)),
    Step(2, timedelta(seconds=5)),
    Step(3, timedelta(seconds=30)),
    Step(4, timedelta(minutes=2)),
    Step(5, timedelta(minutes=10)),
    Step(6, timedelta(minutes=30)),
    Step(7, timedelta(hours=1)),
    Step(8, timedelta(hours=2)),
    Step(9, timedelta(hours=4)),
    Step(10, timedelta(hours=8)),
    Step(11, timedelta(hours=12)),
    Step(12, timedelta(hours=24)),
    Step(13, timedelta(hours=24)),
)

ANSWERS = (
    Answer(200, 299, Verdict.DELIVERED),
    Answer(410, 410, Verdict.GONE),
    Answer(429, 429, Verdict.SLOW),
    Answer(502, 502, Verdict.SLOW),
    Answer(504, 504, Verdict.SLOW),
)

PAUSES = (
    Pause(1, timedelta(seconds=30)),
    Pause(2, timedelta(minutes=2)),
    Pause(3, timedelta(minutes=10)),
    Pause(4, timedelta(minutes=30)),
)

JITTER = 0.2
SLOW_WAIT = timedelta(seconds=60)
IN_A_ROW = 10
WINDOW = timedelta(minutes=5)
SAMPLE = 10
SHARE_PERCENT = 70


@cache
def verdict_of(outcome: Outcome, status: int | None) -> Verdict:
    """What the end of a try means: a timeout is slow, a status not in the table (3xx too) is a failure."""
    if outcome is Outcome.TIMEOUT:
        return Verdict.SLOW
    if outcome is not Outcome.ANSWERED or status is None:
        return Verdict.FAILED
    row = next((row for row in ANSWERS if row.first <= status <= row.last), None)
    return Verdict.FAILED if row is None else row.verdict


def next_wait(
    tries: int, verdict: Verdict, luck: float, retry_after: timedelta | None = None
) -> timedelta | None:
    """How long to wait after that many tries; `luck` in [0, 1] spreads it by a fifth. None: no try is left.

    A receiver's Retry-After is honoured between one and two times the step; a slow one gets a minute.
    """
    if tries >= len(STEPS):
        return None
    step = STEPS[tries].after
    wait = step * (1 - JITTER + 2 * JITTER * luck)
    if retry_after is not None:
        wait = min(max(retry_after, step), 2 * step)
    return max(wait, SLOW_WAIT) if verdict is Verdict.SLOW else wait


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """The wait that a Retry-After header asks for: seconds or an HTTP date; unreadable is none."""
    if not header:
        return None
    if header.strip().isascii() and header.strip().isdigit():
        return timedelta(seconds=min(int(header.strip()[:9]), 10**7))
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(at - now, timedelta(0))


def health_after(
    health: Health, succeeded: bool, recent: int, failed: int, now: datetime, *, probe: bool = False
) -> Health:
    """An endpoint's health after one more answer: of `recent` ones before it, `failed` failed.

    Any success closes the breaker. It opens after ten failures in a row, or when seven in ten of at least ten
    recent answers failed; a failed probe shuts the gate again, for longer. A failure that was on its way when
    the gate shut moves nothing.
    """
    if succeeded:
        return Health()
    in_a_row = health.in_a_row + 1
    often = recent >= SAMPLE and failed * 100 >= recent * SHARE_PERCENT
    if health.breaker is Breaker.CLOSED and in_a_row < IN_A_ROW and not often:
        return Health(Breaker.CLOSED, in_a_row)
    if health.breaker is Breaker.OPEN and not probe:
        return replace(health, in_a_row=in_a_row)
    shut = health.shut + 1
    wait = PAUSES[min(shut, len(PAUSES)) - 1].wait
    return Health(Breaker.OPEN, in_a_row, shut, now + wait)
