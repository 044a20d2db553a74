"""What is true of every period, basis and pause, by the published plans and any laid over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from shared.calendar import Calendar, Day, Kind, load
from shared.citation import Instrument
from shared.clocks import Deadline, Extension, Pause, Period, Unit, deadline

PLAN = load()
RULES = Instrument("X", "某规则", "Some rules", None)
DAYS = st.dates(date(2019, 1, 1), date(2026, 6, 30))
LAID = st.dictionaries(st.dates(date(2019, 1, 1), date(2027, 12, 31)), st.sampled_from(Kind), max_size=40)
LENGTHS = st.integers(0, 40)
SPANS = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 60)), max_size=4)


def under(laid: dict[date, Kind]) -> Calendar:
    """The published plans with these days laid over them."""
    days = dict(PLAN.days) | {on: Day(on, kind, "laid over", "test") for on, kind in laid.items()}
    return Calendar(days, PLAN.years, f"{PLAN.version} + {len(laid)}")


@dataclass(frozen=True)
class Asked:
    """A limit that rests on a day, with what changed it."""

    row: Period
    basis_on: date
    extensions: tuple[Extension, ...] = ()
    pauses: tuple[Pause, ...] = ()

    def by(self, calendar: Calendar) -> Deadline:
        """Its last day by that calendar."""
        suspended, excluded = self.pauses[::2], self.pauses[1::2]
        return deadline(
            self.row,
            self.basis_on,
            calendar,
            extensions=self.extensions,
            suspensions=suspended,
            exclusions=excluded,
        )


def a_row(length: int, unit: Unit, rolls: bool = True) -> Period:
    """A limit that pauses stop, where its unit admits any."""
    stops = unit is not Unit.WORKING_DAYS
    stated = ("某期限", "a limit", "basis", True)
    since = date(2015, 1, 1)
    return Period("X1", length, unit, rolls, since, None, RULES[1], *stated, suspends=stops, excludes=stops)


def longer(length: int, unit: Unit) -> Extension:
    """A lengthening by so much."""
    return Extension(length, unit, date(2023, 9, 1), "330110", "X 2")


def paused(basis_on: date, spans: Sequence[tuple[int, int]]) -> tuple[Pause, ...]:
    """Pauses that begin so many days after the basis and last so long."""
    ends = [(basis_on + timedelta(after), basis_on + timedelta(after + long)) for after, long in spans]
    return tuple(Pause(begins, until, "X 3") for begins, until in ends)


@st.composite
def asked(draw: st.DrawFn, rolls: bool | None = None) -> Asked:
    """Any limit on any day, lengthened and paused in any way."""
    unit = draw(st.sampled_from(Unit))
    row = a_row(draw(LENGTHS), unit, draw(st.booleans()) if rolls is None else rolls)
    basis_on = draw(DAYS)
    more = draw(st.lists(st.tuples(st.integers(1, 6), st.sampled_from([Unit.DAYS, Unit.MONTHS])), max_size=2))
    return Asked(row, basis_on, tuple(longer(*each) for each in more), paused(basis_on, draw(SPANS)))


@given(asked(rolls=True), LAID)
def test_a_last_day_that_rolls_is_never_a_rest_day(one: Asked, laid: dict[date, Kind]) -> None:
    calendar = under(laid)
    assert calendar.is_working_day(one.by(calendar).due_on)


@given(asked(), LAID)
def test_counting_twice_gives_the_same_with_the_same_trace(one: Asked, laid: dict[date, Kind]) -> None:
    assert one.by(under(laid)) == one.by(under(dict(reversed(laid.items()))))


@given(asked(), LAID)
def test_nothing_ends_before_it_begins(one: Asked, laid: dict[date, Kind]) -> None:
    found = one.by(under(laid))
    assert found.due_on >= one.basis_on
    assert found.stopped_since is None


@given(asked(), LAID, st.integers(1, 12), st.sampled_from([Unit.DAYS, Unit.MONTHS]))
def test_an_extension_never_ends_earlier_and_a_longer_one_never_before_a_shorter(
    one: Asked, laid: dict[date, Kind], length: int, unit: Unit
) -> None:
    calendar = under(laid)
    once = Asked(one.row, one.basis_on, (*one.extensions, longer(length, unit)), one.pauses)
    twice = Asked(one.row, one.basis_on, (*one.extensions, longer(length + 1, unit)), one.pauses)
    assert one.by(calendar).due_on <= once.by(calendar).due_on <= twice.by(calendar).due_on


@given(asked(), LAID, st.integers(0, 90), st.integers(0, 60))
def test_a_pause_never_shortens(one: Asked, laid: dict[date, Kind], after: int, long: int) -> None:
    calendar = under(laid)
    more = (*one.pauses, *paused(one.basis_on, [(after, long)]))
    with_it = Asked(one.row, one.basis_on, one.extensions, more)
    assert with_it.by(calendar).due_on >= one.by(calendar).due_on


@given(asked(), LAID)
def test_a_later_basis_never_ends_earlier(one: Asked, laid: dict[date, Kind]) -> None:
    calendar = under(laid)
    later = Asked(one.row, one.basis_on + timedelta(1), one.extensions, one.pauses)
    assert later.by(calendar).due_on >= one.by(calendar).due_on


@given(asked(), LAID, st.integers(0, 400))
def test_one_more_rest_day_never_ends_earlier_and_one_more_working_day_never_later(
    one: Asked, laid: dict[date, Kind], after: int
) -> None:
    day = one.basis_on + timedelta(after)
    rests, works = (one.by(under(laid | {day: kind})).due_on for kind in (Kind.REST, Kind.WORK))
    assert works <= one.by(under(laid)).due_on <= rests


@given(st.integers(2000, 2099), st.integers(1, 12), st.integers(1, 24))
@example(2023, 12, 2)  # to 29 February 2024
@example(2022, 12, 2)  # to 28 February 2023
@example(2024, 1, 1)
def test_from_a_month_s_last_day_a_period_ends_on_a_day_that_the_month_has(
    year: int, month: int, length: int
) -> None:
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(1)
    due = deadline(a_row(length, Unit.MONTHS, rolls=False), last, PLAN).due_on
    months = (due.year * 12 + due.month) - (last.year * 12 + last.month)
    assert months == length
    assert due.day == last.day or (due + timedelta(1)).day == 1


@given(DAYS, st.integers(1, 12))
def test_a_period_in_months_is_at_least_as_long_as_one_of_28_days_each(day: date, length: int) -> None:
    due = deadline(a_row(length, Unit.MONTHS, rolls=False), day, PLAN).due_on
    assert 28 * length <= (due - day).days <= 31 * length


@given(DAYS, st.integers(1, 60))
def test_a_leap_day_is_a_day_like_any_other(day: date, length: int) -> None:
    leap = date(2024, 2, 29)
    assume(day < leap)
    counted = {day + timedelta(n) for n in range(1, length + 1)}
    due = deadline(a_row(length, Unit.DAYS, rolls=False), day, PLAN).due_on
    assert (leap in counted) is (due >= leap)


@pytest.mark.parametrize(
    ("length", "unit", "basis_on", "due_on"),
    [
        (3, Unit.DAYS, date(2024, 2, 7), date(2024, 2, 18)),  # Spring Festival; Sunday 18th makes up
        (1, Unit.MONTHS, date(2024, 1, 10), date(2024, 2, 18)),
        (15, Unit.DAYS, date(2025, 1, 20), date(2025, 2, 5)),  # 4 February is the last day of the festival
        (7, Unit.DAYS, date(2024, 9, 24), date(2024, 10, 8)),  # 1 October rests to the 7th
        (3, Unit.DAYS, date(2024, 9, 25), date(2024, 9, 29)),  # the 28th rests, Sunday 29th is worked
        (2, Unit.MONTHS, date(2023, 8, 7), date(2023, 10, 7)),  # a make-up Saturday is a last day
        (1, Unit.MONTHS, date(2024, 1, 31), date(2024, 2, 29)),
        (3, Unit.MONTHS, date(2024, 11, 30), date(2025, 2, 28)),
        (12, Unit.MONTHS, date(2024, 2, 29), date(2025, 2, 28)),
    ],
)
def test_worked_dates_at_holidays_and_month_ends(
    length: int, unit: Unit, basis_on: date, due_on: date
) -> None:
    assert deadline(a_row(length, unit), basis_on, PLAN).due_on == due_on
