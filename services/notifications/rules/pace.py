"""How many messages an endpoint's rate leaves room for: a bucket that fills by the minute (ours).

An endpoint names how many messages a minute it takes; a tenth of them may come at once, and at least one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Bucket:
    """So many tokens at that instant; each message takes one."""

    tokens: float
    at: datetime


def burst(per_minute: int) -> float:
    """The most tokens that wait."""
    return max(1.0, per_minute / 10)


def filled(bucket: Bucket | None, per_minute: int, now: datetime) -> Bucket:
    """The bucket as it is now; a new one is full, and no clock that steps back empties it."""
    if bucket is None:
        return Bucket(burst(per_minute), now)
    gone = max(0.0, (now - bucket.at).total_seconds())
    return Bucket(min(burst(per_minute), bucket.tokens + gone * per_minute / 60), now)


def free_at(bucket: Bucket, per_minute: int) -> datetime | None:
    """When there is a whole token again; None if there is one."""
    if bucket.tokens >= 1:
        return None
    return bucket.at + timedelta(seconds=(1 - bucket.tokens) * 60 / per_minute)
