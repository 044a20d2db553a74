"""Identifiers sort in the order in which they were made: what is listed by them is in the order of time."""

from datetime import timedelta

from shared import clock
from shared.database import uuid7, uuid7_floor


def test_ids_sort_as_they_were_made_and_say_their_version() -> None:
    made = [uuid7() for _ in range(10_000)]
    assert made == sorted(set(made))
    assert {each.version for each in made} == {7}


def test_a_floor_parts_what_is_older_from_what_is_newer() -> None:
    made = uuid7()
    assert uuid7_floor(clock.now() - timedelta(seconds=1)) < made
    assert made < uuid7_floor(clock.now() + timedelta(seconds=1))
