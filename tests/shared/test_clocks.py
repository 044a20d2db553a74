"""Counting of periods: worked dates a lawyer can check, and what is true of every date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import load
from shared.citation import OURS, Instrument
from shared.clocks import Deadline, Extension, Pause, Period, Unit, deadline

PLAN = load()
RULES = Instrument("X", "某规则", "Some rules", None)
DAYS = st.dates(date(2016, 1, 1), date(2026, 6, 30))
ROLLING = st.booleans()


def period(length: int, unit: Unit, *, rolls: bool = True, stops: bool = False) -> Period:
    since = date(2015, 1, 1)
    stated = ("某期限", "a limit", "basis", True)
    return Period("X1", length, unit, rolls, since, None, RULES[1], *stated, suspends=stops, excludes=stops)


def due(length: int, unit: Unit, basis_on: date, *, rolls: bool = True) -> date:
    return deadline(period(length, unit, rolls=rolls), basis_on, PLAN).due_on


def extended(length: int, unit: Unit) -> Extension:
    return Extension(length, unit, date(2023, 9, 1), "330110", "X 2")


def stopped(begins_on: date, ends_on: date | None) -> Pause:
    return Pause(begins_on, ends_on, "X 3")


@pytest.mark.parametrize(
    ("length", "unit", "basis_on", "due_on"),
    [
        (2, Unit.MONTHS, date(2023, 6, 30), date(2023, 8, 30)),
        (1, Unit.MONTHS, date(2023, 8, 30), date(2023, 10, 7)),  # 30 Sep rests; 7 Oct is a worked Saturday
        (2, Unit.MONTHS, date(2023, 12, 31), date(2024, 2, 29)),  # leap day
        (2, Unit.MONTHS, date(2022, 12, 31), date(2023, 2, 28)),  # month's last day
        (12, Unit.MONTHS, date(2024, 2, 29), date(2025, 2, 28)),
        (2, Unit.MONTHS, date(2026, 3, 10), date(2026, 5, 11)),  # 10 May is a Sunday
        (1, Unit.MONTHS, date(2023, 1, 31), date(2023, 2, 28)),
        (15, Unit.DAYS, date(2023, 6, 30), date(2023, 7, 17)),  # 15 July is a Saturday
        (3, Unit.DAYS, date(2023, 9, 28), date(2023, 10, 7)),
        (3, Unit.DAYS, date(2023, 9, 25), date(2023, 9, 28)),
        (10, Unit.WORKING_DAYS, date(2023, 9, 25), date(2023, 10, 13)),  # 7 and 8 October are worked
        (24, Unit.HOURS, date(2023, 9, 25), date(2023, 9, 26)),
        (25, Unit.HOURS, date(2023, 9, 25), date(2023, 9, 27)),
    ],
)
def test_worked_dates(length: int, unit: Unit, basis_on: date, due_on: date) -> None:
    assert due(length, unit, basis_on) == due_on


def test_a_row_that_does_not_roll_ends_on_the_rest_day() -> None:
    assert due(1, Unit.MONTHS, date(2023, 8, 30), rolls=False) == date(2023, 9, 30)


def test_an_extension_is_counted_from_the_basis_and_not_from_the_rolled_date() -> None:
    found = deadline(period(1, Unit.MONTHS), date(2023, 8, 30), PLAN, extensions=[extended(1, Unit.MONTHS)])
    assert found.due_on == date(2023, 10, 30)  # and not 7 November, one month after the rolled 7 October
    assert any("330110" in line for line in found.trace)


def test_an_extension_from_a_month_end_keeps_the_day_of_the_basis() -> None:
    found = deadline(period(1, Unit.MONTHS), date(2024, 1, 31), PLAN, extensions=[extended(1, Unit.MONTHS)])
    assert found.due_on == date(2024, 4, 1)  # 31 March is a Sunday; not 29 March


def test_paused_days_are_not_counted_and_overlapping_ones_not_twice() -> None:
    pauses = [stopped(date(2023, 9, 10), date(2023, 9, 20)), stopped(date(2023, 9, 15), date(2023, 9, 25))]
    row = period(1, Unit.MONTHS, stops=True)
    found = deadline(row, date(2023, 9, 1), PLAN, suspensions=pauses[:1], exclusions=pauses[1:])
    assert found.due_on == date(2023, 10, 16)  # 1 October + 15 days


def test_a_row_that_admits_no_pause_says_so_and_goes_on() -> None:
    pause = stopped(date(2023, 7, 10), date(2023, 7, 20))
    found = deadline(period(2, Unit.MONTHS), date(2023, 6, 30), PLAN, suspensions=[pause])
    assert found.due_on == date(2023, 8, 30)
    assert any("does not touch X1" in line for line in found.trace)


def test_an_open_pause_stops_the_clock_without_inventing_a_day() -> None:
    row, basis_on = period(1, Unit.MONTHS, stops=True), date(2023, 11, 1)
    found = deadline(row, basis_on, PLAN, suspensions=[stopped(date(2023, 11, 10), None)])
    assert found.stopped_since == date(2023, 11, 10)
    assert found.due_on == date(2023, 12, 1)
    assert deadline(row, basis_on, PLAN, suspensions=[stopped(date(2024, 1, 2), None)]).stopped_since is None


def test_a_pause_decided_on_the_last_day_still_counts() -> None:
    row = period(1, Unit.MONTHS, stops=True)
    pause = stopped(date(2023, 12, 1), date(2023, 12, 20))
    assert deadline(row, date(2023, 11, 1), PLAN, suspensions=[pause]).due_on == date(2023, 12, 20)


def test_a_day_of_an_unpublished_year_is_warned_of_and_a_known_one_is_not() -> None:
    far = date(PLAN.last_published_year + 1, 5, 1)
    assert deadline(period(2, Unit.MONTHS), far, PLAN).warnings
    assert not deadline(period(2, Unit.MONTHS), date(2023, 6, 30), PLAN).warnings


def test_the_answer_names_its_calendar_its_row_and_its_roll() -> None:
    found = deadline(period(1, Unit.MONTHS), date(2023, 8, 30), PLAN)
    assert found.calendar_version == PLAN.version
    assert found.trace[0].startswith("X1 (X 1)")
    assert "2023-10-07" in found.trace[-1]


@pytest.mark.parametrize("unit", [Unit.MONTHS, Unit.DAYS])
def test_a_period_or_extension_is_never_negative(unit: Unit) -> None:
    with pytest.raises(ValueError, match="negative"):
        period(-1, unit)
    with pytest.raises(ValueError, match="lengthens"):
        extended(0, unit)


def test_a_period_in_working_days_admits_no_pause() -> None:
    with pytest.raises(ValueError, match="no pause"):
        period(5, Unit.WORKING_DAYS, stops=True)


def test_the_rules_of_this_system_are_marked_internal() -> None:
    assert str(OURS["approval by two persons"]) == "casebridge approval by two persons"
    assert OURS[1].mark == "internal"


@given(DAYS, st.integers(1, 400), ROLLING)
def test_days_are_the_difference_and_the_roll_is_never_backward(day: date, length: int, rolls: bool) -> None:
    found = due(length, Unit.DAYS, day, rolls=rolls)
    plain = day + timedelta(length)
    assert found == (PLAN.roll(plain) if rolls else plain)


@given(DAYS, st.integers(1, 24))
def test_months_end_on_the_same_day_or_the_last_of_the_month(day: date, length: int) -> None:
    found = due(length, Unit.MONTHS, day, rolls=False)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == length
    assert found.day == day.day or (found.day < day.day and (found + timedelta(1)).day == 1)


@given(DAYS, st.integers(1, 24), st.integers(1, 12))
def test_extending_equals_a_longer_period_from_the_same_basis(day: date, length: int, more: int) -> None:
    longer = deadline(period(length, Unit.MONTHS), day, PLAN, extensions=[extended(more, Unit.MONTHS)])
    assert longer.due_on == due(length + more, Unit.MONTHS, day)


@given(DAYS, st.integers(1, 12), ROLLING)
def test_a_later_basis_never_ends_earlier(day: date, length: int, rolls: bool) -> None:
    assert due(length, Unit.MONTHS, day, rolls=rolls) <= due(
        length, Unit.MONTHS, day + timedelta(1), rolls=rolls
    )


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 40)), max_size=5)


def with_pauses(day: date, spans: list[tuple[int, int]]) -> Deadline:
    pauses = [stopped(day + timedelta(a), day + timedelta(a + b)) for a, b in spans]
    return deadline(period(30, Unit.DAYS, rolls=False, stops=True), day, PLAN, suspensions=pauses)


@given(DAYS, SPANS)
def test_thirty_unpaused_days_are_left_whatever_the_pauses(day: date, spans: list[tuple[int, int]]) -> None:
    end = with_pauses(day, spans).due_on
    lived = [day + timedelta(n) for n in range(1, (end - day).days + 1)]
    paused = {day + timedelta(a + n) for a, b in spans for n in range(1, b + 1)}
    assert sum(d not in paused for d in lived) == 30


@given(DAYS, SPANS)
def test_pauses_only_lengthen_and_their_order_does_not_matter(
    day: date, spans: list[tuple[int, int]]
) -> None:
    end = with_pauses(day, spans).due_on
    assert end >= day + timedelta(30)
    assert end == with_pauses(day, spans[::-1]).due_on
