"""Which days are rest days: the State Council's yearly plans, with an administrator's files laid over them.

The published years come with the package `chinesecalendar`; a file `date,kind(rest|work),name,source` adds a
year or corrects a day without a rebuild. Outside the published years only weekends are known, and every
answer that leans on such a day says so.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from importlib.metadata import version as installed
from pathlib import Path

from chinese_calendar import constants

PACKAGE = "chinesecalendar"
SATURDAY = 5
_ONE = timedelta(days=1)


class Kind(StrEnum):
    """What a calendar row makes of its day."""

    REST = "rest"
    WORK = "work"


class CalendarUnreadable(ValueError):
    """A calendar file has a line that is not `date,kind,name,source`; start-up stops and names it."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day that departs from (or confirms) the plain week, and who says so."""

    on: date
    kind: Kind
    name: str
    source: str


@dataclass(frozen=True)
class Calendar:
    """Rest days and working days; make-up weekends work. Built once, never changed."""

    days: Mapping[date, Day]
    years: frozenset[int]
    version: str

    @cached_property
    def last_published_year(self) -> int:
        """The last year whose plan is known."""
        return max(self.years)

    def is_rest_day(self, day: date) -> bool:
        """Whether that day is a statutory rest day: as its plan says, else Saturday and Sunday."""
        stated = self.days.get(day)
        return stated.kind is Kind.REST if stated else day.weekday() >= SATURDAY

    def is_working_day(self, day: date) -> bool:
        """Whether that day is worked, make-up weekends included."""
        return not self.is_rest_day(day)

    def roll(self, day: date) -> date:
        """That day, or the first working day after it when it is a rest day."""
        while self.is_rest_day(day):
            day += _ONE
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The working day that is `count` working days after `day`; `day` itself is not counted."""
        if count < 0:
            raise ValueError("working days are counted forward only")
        while count:
            day += _ONE
            count -= self.is_working_day(day)
        return day

    def name_of(self, day: date) -> str | None:
        """What the plan calls that day, if it names it."""
        stated = self.days.get(day)
        return stated.name if stated else None

    def is_published(self, day: date) -> bool:
        """Whether the plan of that day's year is known."""
        return day.year in self.years

    def warning(self, day: date) -> str | None:
        """What must be said of an answer that leans on that day, or nothing."""
        if self.is_published(day):
            return None
        return (
            f"{day.year} 年放假安排未收录，仅按周末推算（已收录至 {self.last_published_year} 年）"
            f" / no holiday plan for {day.year} is loaded: weekends only (plans are known"
            f" to {self.last_published_year})"
        )


def _from_package() -> Iterator[Day]:
    for day, name in constants.holidays.items():
        yield Day(day, Kind.REST, str(name), PACKAGE)
    for day, name in constants.workdays.items():
        yield Day(day, Kind.WORK, str(name), PACKAGE)


def _from_file(path: Path) -> Iterator[Day]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            try:
                day, kind = date.fromisoformat(row["date"].strip()), Kind(row["kind"].strip())
                name, source = row["name"].strip(), row["source"].strip()
            except (KeyError, ValueError, AttributeError) as error:
                raise CalendarUnreadable(f"{path}, line {number}: {error}") from error
            yield Day(day, kind, name, source)


def _years(packaged: Iterable[Day], filed: Iterable[Day]) -> frozenset[int]:
    """A filed year counts as published once both New Year's Day and National Day stand in it as rest days.

    A stray row (the last days of December in the next year's plan) must not silence the warning.
    """
    rests = {day.on for day in filed if day.kind is Kind.REST}
    whole = {day.year for day in rests if {date(day.year, 1, 1), date(day.year, 10, 1)} <= rests}
    return frozenset(day.on.year for day in packaged) | whole


def _version(filed: Iterable[Day]) -> str:
    base = f"{PACKAGE} {installed(PACKAGE)}"
    lines = [f"{d.on},{d.kind},{d.name},{d.source}" for d in filed]
    if not lines:
        return base
    return f"{base} + {hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:12]}"


def load(*files: Path) -> Calendar:
    """The calendar of the package with these files laid over it, later files last; CalendarUnreadable."""
    packaged = tuple(_from_package())
    filed = tuple(day for path in files for day in _from_file(path))
    days = {day.on: day for day in (*packaged, *filed)}
    return Calendar(days, _years(packaged, filed), _version(filed))
