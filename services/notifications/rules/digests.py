"""What a digest counts: what is due, overdue, new and waiting for approval, in a day or a week.

Nothing here is law. A digest is numbers only: it names no matter, so nobody learns of one that is closed to
them. Each office counts once what it owes itself; an office above adds up those below.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from enum import StrEnum

from shared.citation import OURS

BASIS = OURS["digests of an office"]


class Period(StrEnum):
    """How often an office is given its digest."""

    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Span:
    """The days of one digest, and since when an arrival is new in it."""

    period: Period
    begins_on: date
    ends_on: date
    since: date


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is due, overdue, new, and waits for approval."""

    due: int = 0
    overdue: int = 0
    arrived: int = 0
    awaiting: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    def __bool__(self) -> bool:
        return any(asdict(self).values())


def spans(today: date) -> tuple[Span, ...]:
    """The day, which is compared with yesterday, and its week from Monday, compared with the week before."""
    monday = today - timedelta(days=today.weekday())
    return (
        Span(Period.DAILY, today, today, today - timedelta(days=1)),
        Span(Period.WEEKLY, monday, monday + timedelta(days=6), monday - timedelta(days=7)),
    )


def summed(
    own: Mapping[str, Counts], line_of: Callable[[str], Iterable[str]]
) -> tuple[dict[str, Counts], dict[str, Counts]]:
    """The counts of everything below each office, and of each office with everything below it."""
    below: dict[str, Counts] = {}
    for code, counts in own.items():
        for above in line_of(code):
            below[above] = below.get(above, Counts()) + counts
    whole = {code: own.get(code, Counts()) + below.get(code, Counts()) for code in {*own, *below}}
    return below, whole
