"""A rate as a bucket, and numbers that will not come."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.rules.numbers import joined, listed
from services.notifications.rules.pace import Bucket, burst, filled, free_at

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(("per_minute", "most"), [(1, 1), (10, 1), (60, 6), (6000, 600)])
def test_a_new_bucket_is_full(per_minute: int, most: float) -> None:
    assert burst(per_minute) == filled(None, per_minute, NOON).tokens == most


@pytest.mark.parametrize(
    ("tokens", "seconds", "now"), [(0, 1, 1), (0, 0.5, 0.5), (5, 60, 6), (2, -30, 2), (0, 0, 0)]
)
def test_it_fills_by_the_second_up_to_its_size_and_never_empties_by_a_clock(
    tokens: float, seconds: float, now: float
) -> None:
    assert filled(Bucket(tokens, NOON), 60, NOON + timedelta(seconds=seconds)).tokens == now


@given(st.integers(1, 60_000), st.floats(0, 0.99))
def test_when_it_is_free_there_is_a_token(per_minute: int, tokens: float) -> None:
    at = free_at(Bucket(tokens, NOON), per_minute)
    assert at is not None
    assert filled(Bucket(tokens, NOON), per_minute, at).tokens == pytest.approx(1, abs=0.01)


def test_with_a_token_it_is_free() -> None:
    assert free_at(Bucket(1, NOON), 60) is None


@pytest.mark.parametrize(
    ("text", "more", "result"),
    [
        ("", [3], "3"),
        ("3", [4], "3-4"),
        ("1 3", [2], "1-3"),
        ("2-5", [9, 7], "2-5 7 9"),
        ("2-5", [3], "2-5"),
    ],
)
def test_neighbours_are_a_range(text: str, more: list[int], result: str) -> None:
    assert joined(text, more) == result


@given(st.sets(st.integers(1, 60)))
def test_what_is_joined_is_listed_again(numbers: set[int]) -> None:
    assert listed(joined("", numbers)) == numbers
