"""When a delivery is tried again, what answers mean, when an endpoint is left alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.rules.schedule import (
    PAUSES,
    STEPS,
    Breaker,
    Health,
    Outcome,
    Verdict,
    health_after,
    next_wait,
    retry_after,
    verdict_of,
)

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


def test_the_schedule_covers_about_three_days() -> None:
    total = sum((step.after for step in STEPS), timedelta(0))
    assert timedelta(days=3) < total < timedelta(days=3, hours=6)
    assert [step.number for step in STEPS] == list(range(1, 14))


WAITS = (
    (1, Verdict.FAILED, 0.5, None, seconds(5)),
    (1, Verdict.FAILED, 0.0, None, seconds(4)),
    (1, Verdict.FAILED, 1.0, None, seconds(6)),
    (1, Verdict.SLOW, 0.5, None, seconds(60)),
    (2, Verdict.SLOW, 0.5, None, seconds(60)),
    (3, Verdict.SLOW, 0.5, None, seconds(120)),
    (2, Verdict.FAILED, 0.5, seconds(45), seconds(45)),
    (2, Verdict.FAILED, 0.5, seconds(1), seconds(30)),
    (2, Verdict.FAILED, 0.5, seconds(9999), seconds(60)),
    (1, Verdict.SLOW, 0.5, seconds(8), seconds(60)),
    (4, Verdict.SLOW, 0.5, seconds(900), seconds(900)),
    (12, Verdict.FAILED, 0.5, None, timedelta(hours=24)),
    (13, Verdict.FAILED, 0.5, None, None),
    (99, Verdict.SLOW, 0.5, seconds(5), None),
)


@pytest.mark.parametrize(("tries", "verdict", "luck", "asked", "wait"), WAITS)
def test_the_wait_after_that_many_tries(
    tries: int, verdict: Verdict, luck: float, asked: timedelta | None, wait: timedelta | None
) -> None:
    assert next_wait(tries, verdict, luck, asked) == wait


@given(
    tries=st.integers(1, len(STEPS) - 1),
    luck=st.floats(0, 1),
    asked=st.none() | st.timedeltas(timedelta(0), timedelta(days=400)),
)
def test_no_wait_strays_from_its_step(tries: int, luck: float, asked: timedelta | None) -> None:
    wait, step = next_wait(tries, Verdict.FAILED, luck, asked), STEPS[tries].after
    assert wait is not None
    assert step * 0.79 <= wait <= step * (1.21 if asked is None else 2)


ANSWERS = (
    (200, Verdict.DELIVERED),
    (204, Verdict.DELIVERED),
    (299, Verdict.DELIVERED),
    (301, Verdict.FAILED),
    (307, Verdict.FAILED),
    (400, Verdict.FAILED),
    (401, Verdict.FAILED),
    (404, Verdict.FAILED),
    (410, Verdict.GONE),
    (429, Verdict.SLOW),
    (500, Verdict.FAILED),
    (502, Verdict.SLOW),
    (503, Verdict.FAILED),
    (504, Verdict.SLOW),
)


@pytest.mark.parametrize(("status", "verdict"), ANSWERS)
def test_what_a_status_means(status: int, verdict: Verdict) -> None:
    assert verdict_of(Outcome.ANSWERED, status) is verdict


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.ANSWERED}))
def test_no_answer_is_a_failure_and_a_timeout_is_slow(outcome: Outcome) -> None:
    expected = Verdict.SLOW if outcome is Outcome.TIMEOUT else Verdict.FAILED
    assert verdict_of(outcome, None) is expected


HEADERS = (
    (None, None),
    ("", None),
    ("120", seconds(120)),
    (" 7 ", seconds(7)),
    ("99999999999999999999", timedelta(seconds=10**7)),
    ("Tue, 03 Nov 2026 08:02:00 GMT", seconds(120)),
    ("Tue, 03 Nov 2026 07:00:00 GMT", seconds(0)),
    ("-5", None),
    ("soon", None),
    ("１２", None),
)


@pytest.mark.parametrize(("header", "wait"), HEADERS)
def test_what_a_retry_after_header_asks_for(header: str | None, wait: timedelta | None) -> None:
    assert retry_after(header, NOW) == wait


def test_ten_failures_in_a_row_open_the_breaker() -> None:
    health = Health()
    for _ in range(9):
        health = health_after(health, False, 0, 0, NOW)
    assert health == Health(Breaker.CLOSED, 9)
    health = health_after(health, False, 0, 0, NOW)
    assert health == Health(Breaker.OPEN, 10, 1, NOW + seconds(30))


SHARES = ((10, 7, True), (10, 6, False), (9, 9, False), (100, 70, True), (100, 69, False), (30, 21, True))


@pytest.mark.parametrize(("recent", "failed", "opens"), SHARES)
def test_seven_in_ten_of_at_least_ten_recent_failures_open_it(recent: int, failed: int, opens: bool) -> None:
    health = health_after(Health(), False, recent, failed, NOW)
    assert (health.breaker is Breaker.OPEN) is opens


def test_a_failed_probe_shuts_the_gate_for_longer_up_to_a_limit_and_a_success_opens_it() -> None:
    health = Health(Breaker.OPEN, 10, 1, NOW)
    waits = []
    for _ in range(6):
        health = health_after(health, False, 0, 0, NOW, probe=True)
        assert health.opens_at is not None
        waits.append(health.opens_at - NOW)
    assert waits == [pause.wait for pause in PAUSES[1:]] + [PAUSES[-1].wait] * 3
    assert health_after(health, True, 50, 49, NOW) == Health()


def test_a_failure_that_was_on_its_way_when_the_gate_shut_moves_nothing() -> None:
    shut = Health(Breaker.OPEN, 10, 1, NOW + seconds(30))
    later = health_after(shut, False, 20, 20, NOW + seconds(3))
    assert (later.shut, later.opens_at, later.in_a_row) == (1, NOW + seconds(30), 11)
