"""From a period and the day it rests on to its last day: pure counting, with a trace of every step.

Counting follows the procedure laws: the first hour or day is not counted, months end on the same day of the
month (or its last day), a last day that is a rest day moves to the first working day after it if the row
says so. Extensions lengthen the period from its basis, never from a date that has already rolled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from shared.calendar import Calendar
from shared.citation import Citation

HOURS_A_DAY = 24


class Unit(StrEnum):
    """What a period is counted in."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


UNIT_ZH = {Unit.HOURS: "小时", Unit.DAYS: "日", Unit.WORKING_DAYS: "个工作日", Unit.MONTHS: "个月"}


@dataclass(frozen=True, slots=True)
class Period:
    """One time limit: how long, counted how, from what, on which basis, in force when."""

    row: str
    length: int
    unit: Unit
    rolls: bool
    since: date
    until: date | None
    basis: Citation
    zh: str
    en: str
    starts: str
    statutory: bool
    suspends: bool = False  # a suspension of review stops it
    excludes: bool = False  # time for appraisal and the like is not counted in it
    tracks: tuple[str, ...] = ()  # the procedures for which this row speaks; none named: all
    window: bool = False  # a time in which something may be done: it closes, nothing is breached

    def __post_init__(self) -> None:
        if self.length < 0:
            raise ValueError("a period is never negative")
        if self.unit is Unit.WORKING_DAYS and (self.suspends or self.excludes):
            raise ValueError("a period in working days admits no pause")


@dataclass(frozen=True, slots=True)
class Extension:
    """A decided lengthening of one clock: by how much, by whom, on which basis."""

    length: int
    unit: Unit
    approved_on: date
    approved_by: str
    basis: str

    def __post_init__(self) -> None:
        if self.length <= 0:
            raise ValueError("an extension lengthens")


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count: those after `begins_on` up to and including `ends_on` (open while None)."""

    begins_on: date
    ends_on: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a period, how it was found, and what is unsure about it.

    While a pause is open `stopped_since` names its day and nothing can fall due: `due_on` is then what it
    would be if the pause ended the day it began, and is asked again when it ends.
    """

    due_on: date
    trace: tuple[str, ...]
    warnings: tuple[str, ...]
    calendar_version: str
    stopped_since: date | None = None


def _length(period: Period, extensions: Sequence[Extension]) -> dict[Unit, int]:
    total = dict.fromkeys(Unit, 0)
    for length, unit in ((period.length, period.unit), *((e.length, e.unit) for e in extensions)):
        total[unit] += length
    return total


def _merged(pauses: Iterable[Pause], basis_on: date) -> list[tuple[date, date]]:
    """The closed pauses as disjoint spans after the basis, in order, so that no day is left out twice."""
    spans = sorted((max(p.begins_on, basis_on), p.ends_on) for p in pauses if p.ends_on is not None)
    merged: list[tuple[date, date]] = []
    for begins, ends in spans:
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], ends))
        elif begins < ends:
            merged.append((begins, ends))
    return merged


def _lengthened(end: date, spans: list[tuple[date, date]], due: Callable[[date], date]) -> date:
    """The end moved by every pause that began in time; never before the day the pause ended."""
    for begins, ends in spans:
        if begins <= due(end):
            end = max(end + (ends - begins), ends)
    return end


def _whole_days(total: dict[Unit, int]) -> int:
    return total[Unit.DAYS] + -(-total[Unit.HOURS] // HOURS_A_DAY)


def _amount(of: Period | Extension) -> str:
    return f"{of.length}{UNIT_ZH[of.unit]} ({of.length} {of.unit.replace('_', ' ')})"


def _steps(period: Period, basis_on: date, extensions: Sequence[Extension]) -> Iterator[str]:
    yield f"{period.row} ({period.basis}): {_amount(period)}"
    if period.unit is Unit.HOURS:
        yield f"自 {basis_on} 起算，首小时不计入，按日显示 / from {basis_on}, first hour not counted, by day"
    else:
        yield f"自 {basis_on} 起算，当日不计入 / counted from {basis_on}, that day not counted"
    for e in extensions:
        approval = f"{e.approved_on} 批准（{e.approved_by}，{e.basis}）"
        yield f"延长 {_amount(e)}，{approval} / extended, counted from the same basis"


def _pauses(
    period: Period, suspensions: Iterable[Pause], exclusions: Iterable[Pause]
) -> tuple[list[Pause], list[str]]:
    """The pauses that this row admits, and a sentence for each, admitted or not."""
    admitted, told = [], []
    kinds = (
        (suspensions, period.suspends, "中止", "suspension"),
        (exclusions, period.excludes, "不计入", "exclusion"),
    )
    for pauses, applies, zh, en in kinds:
        for pause in pauses:
            span = f"{pause.begins_on} – {pause.ends_on or '…'}（{pause.basis}）"
            if applies:
                admitted.append(pause)
                told.append(f"{zh} {span} / {en}")
            else:
                told.append(f"{zh} {span} 不影响本期限 / this {en} does not touch {period.row}")
    return admitted, told


def _warnings(calendar: Calendar, days: Iterable[date]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(said for day in days if (said := calendar.warning(day))))


def deadline(
    period: Period,
    basis_on: date,
    calendar: Calendar,
    *,
    extensions: Sequence[Extension] = (),
    suspensions: Sequence[Pause] = (),
    exclusions: Sequence[Pause] = (),
) -> Deadline:
    """The last day of a period that rests on `basis_on`; today is still in time on that day."""

    def due(day: date) -> date:
        return calendar.roll(day) if period.rolls else day

    admitted, told = _pauses(period, suspensions, exclusions)
    total = _length(period, extensions)
    end = basis_on + relativedelta(months=total[Unit.MONTHS], days=_whole_days(total))
    end = calendar.add_working_days(end, total[Unit.WORKING_DAYS])
    end = _lengthened(end, _merged(admitted, basis_on), due)
    trace = [*_steps(period, basis_on, extensions), *told]
    if due(end) != end:
        name = calendar.name_of(end) or "weekend"
        trace.append(f"{end} 为休息日（{name}），顺延至 {due(end)} / {end} is a rest day, so {due(end)}")
    open_since = min((p.begins_on for p in admitted if p.ends_on is None), default=None)
    stopped = open_since if open_since and open_since <= due(end) else None
    leaned_on = [basis_on, end] if period.unit is Unit.WORKING_DAYS else [end, due(end)]
    return Deadline(due(end), tuple(trace), _warnings(calendar, leaned_on), calendar.version, stopped)
