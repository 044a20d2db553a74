"""Rest days, make-up days, files laid over, and years nobody has published."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import CalendarUnreadable, load

PLAN = load()
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
HEADER = "date,kind,name,source\n"


def filed(tmp_path: Path, lines: str) -> Path:
    path = tmp_path / "days.csv"
    path.write_text(HEADER + lines, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("day", "rests"),
    [
        (date(2023, 9, 30), True),  # Saturday inside the Mid-Autumn and National Day holiday
        (date(2023, 10, 6), True),
        (date(2023, 10, 7), False),  # a Saturday that is worked
        (date(2023, 10, 8), False),  # a Sunday that is worked
        (date(2024, 2, 9), False),  # New Year's Eve was no rest day that year
        (date(2026, 3, 10), False),
        (date(2026, 5, 10), True),
    ],
)
def test_a_day_rests_as_its_plan_says(day: date, rests: bool) -> None:
    assert PLAN.is_rest_day(day) is rests
    assert PLAN.is_working_day(day) is not rests


@given(DAYS)
def test_rolling_ends_on_the_first_working_day(day: date) -> None:
    rolled = PLAN.roll(day)
    assert rolled >= day
    assert PLAN.is_working_day(rolled)
    assert all(PLAN.is_rest_day(day + timedelta(n)) for n in range((rolled - day).days))


@given(DAYS, st.integers(0, 60))
def test_working_days_are_counted_one_by_one_without_the_first(day: date, count: int) -> None:
    end = PLAN.add_working_days(day, count)
    assert sum(PLAN.is_working_day(day + timedelta(n)) for n in range(1, (end - day).days + 1)) == count
    assert count == 0 or PLAN.is_working_day(end)


def test_working_days_are_not_counted_backward() -> None:
    with pytest.raises(ValueError, match="forward"):
        PLAN.add_working_days(date(2026, 1, 1), -1)


def test_beyond_the_last_published_year_only_weekends_are_known_and_it_says_so() -> None:
    after = date(PLAN.last_published_year + 3, 10, 1)
    assert PLAN.is_rest_day(after) is (after.weekday() >= 5)
    assert str(after.year) in (PLAN.warning(after) or "")
    assert PLAN.warning(date(PLAN.last_published_year, 10, 1)) is None


def test_before_the_first_published_year_it_says_so_too() -> None:
    assert PLAN.warning(date(min(PLAN.years) - 1, 6, 1))


def test_a_file_corrects_a_day_and_changes_the_version(tmp_path: Path) -> None:
    laid = load(filed(tmp_path, "2026-03-10,rest,flood day,city notice 12\n"))
    assert laid.is_rest_day(date(2026, 3, 10))
    assert laid.name_of(date(2026, 3, 10)) == "flood day"
    assert laid.version != PLAN.version
    assert laid.version.startswith(PLAN.version)


def test_the_same_file_gives_the_same_version_and_a_later_file_wins(tmp_path: Path) -> None:
    one = filed(tmp_path, "2026-03-10,rest,flood day,notice\n")
    two = tmp_path / "later.csv"
    two.write_text(HEADER + "2026-03-10,work,flood over,notice\n", encoding="utf-8")
    assert load(one).version == load(one).version
    assert load(one, two).is_working_day(date(2026, 3, 10))


def test_a_filed_year_is_published_only_when_it_is_whole(tmp_path: Path) -> None:
    year = PLAN.last_published_year + 1
    new_year, national = f"{year}-01-01,rest,元旦,plan\n", f"{year}-10-01,rest,国庆节,plan\n"
    assert load(filed(tmp_path, new_year)).last_published_year == year - 1
    assert load(filed(tmp_path, new_year)).is_rest_day(date(year, 1, 1))
    assert load(filed(tmp_path, new_year + national)).last_published_year == year


@pytest.mark.parametrize("line", ["2026-13-01,rest,x,y\n", "2026-01-01,holiday,x,y\n", "2026-01-01,rest\n"])
def test_an_unreadable_line_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(CalendarUnreadable, match="line 2"):
        load(filed(tmp_path, line))
