"""Which facts put a flag up: the measures of the criminal interpretation, in proportion, halved, tenfold."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.rules.flags import (
    FLAGS,
    QUANTITIES,
    Counted,
    ItemKind,
    flags_of,
    measure,
    needed,
    reasons_for,
)

ON = date(2024, 3, 1)
K = ItemKind
ENOUGH = {kind: row.enough for row in QUANTITIES for kind in row.kinds}
COUNTS = st.dictionaries(st.sampled_from(ItemKind), st.integers(0, 60_000))


def up(on: date = ON, **facts: object) -> list[str]:
    """The codes of the flags that these facts put up."""
    return [flag.code for flag in flags_of(Counted(**facts), on)]  # type: ignore[arg-type]


def test_every_kind_is_counted_by_one_quantity() -> None:
    kinds = [kind for row in QUANTITIES for kind in row.kinds]
    assert sorted(kinds) == sorted(ItemKind)
    assert {ENOUGH[K.WHEREABOUTS], ENOUGH[K.COMMUNICATION_CONTENT], ENOUGH[K.CREDIT], ENOUGH[K.PROPERTY]} == {
        50
    }
    assert {ENOUGH[K.ACCOMMODATION], ENOUGH[K.COMMUNICATION_RECORD], ENOUGH[K.HEALTH]} == {500}
    assert (ENOUGH[K.TRANSACTION], ENOUGH[K.OTHER]) == (500, 5000)


@pytest.mark.parametrize("kind", ItemKind)
def test_the_number_itself_is_enough_and_one_less_is_not(kind: ItemKind) -> None:
    enough = ENOUGH[kind]
    assert up(items={kind: enough - 1}) == []
    assert up(items={kind: enough}) == ["crime"]
    assert up(items={kind: enough * 10 - 1}) == ["crime"]
    assert up(items={kind: enough * 10}) == ["crime", "especially_serious"]
    assert up(items={kind: enough // 2 - 1}, insider=True) == []
    assert up(items={kind: enough // 2}, insider=True) == ["crime"]
    assert up(items={kind: enough * 5}, insider=True) == ["crime", "especially_serious"]


def test_mixed_kinds_are_added_in_proportion() -> None:
    assert up(items={K.WHEREABOUTS: 25, K.HEALTH: 249}) == []
    assert up(items={K.WHEREABOUTS: 25, K.HEALTH: 250}) == ["crime"]
    assert up(items={K.CREDIT: 10, K.ACCOMMODATION: 200, K.OTHER: 2000}) == ["crime"]
    assert up(items={K.CREDIT: 10, K.ACCOMMODATION: 200, K.OTHER: 1999}) == []
    assert up(items={K.WHEREABOUTS: 17, K.CREDIT: 17, K.PROPERTY: 16}) == ["crime"]


def test_the_gain_counts_by_itself_and_is_not_added_to_the_items() -> None:
    assert up(unlawful_gain=4999, items={K.OTHER: 4999}) == []
    assert up(unlawful_gain=5000) == ["crime"]
    assert up(unlawful_gain=2500, insider=True) == ["crime"]
    assert up(unlawful_gain=50_000) == ["crime", "especially_serious"]
    assert up(unlawful_gain=None) == []


def test_an_insider_of_a_state_organ_may_have_violated_duty_or_discipline() -> None:
    assert up(insider=True, state_organ=True) == ["duty_or_discipline"]
    assert up(insider=True) == up(state_organ=True) == []
    by_code = {flag.code: flag for flag in FLAGS}
    assert str(by_code["duty_or_discipline"].basis) == "R 31"
    assert by_code["duty_or_discipline"].basis.mark == "our_reading"
    assert (by_code["crime"].goes_by, by_code["duty_or_discipline"].goes_by) == (
        "criminal_lead",
        "duty_violation_lead",
    )


def test_before_the_instruments_were_in_force_no_flag_is_up() -> None:
    facts = {"items": {K.OTHER: 5000}, "insider": True, "state_organ": True}
    assert up(date(2017, 5, 31), items={K.OTHER: 0}) == []
    assert up(date(2017, 6, 1), **facts) == ["crime"]
    assert up(date(2021, 6, 30), **facts) == ["crime"]
    assert up(date(2021, 7, 1), **facts) == ["crime", "duty_or_discipline"]


def test_a_reason_names_what_was_counted_and_never_says_all_of_less() -> None:
    said = reasons_for(FLAGS[0], Counted({K.HEALTH: 499, K.OTHER: 9}, insider=True), ON)
    assert said[0].startswith("住宿、通信记录、健康生理、交易信息（条） 499 / 500 = 99.8%")
    assert "99.9%" in said[2]
    assert "half the measure" in said[3]
    assert reasons_for(FLAGS[2], Counted(insider=True, state_organ=True), ON)[0].endswith("an insider did it")


@given(items=COUNTS, more=COUNTS, insider=st.booleans())
def test_more_items_never_take_a_flag_down(
    items: dict[ItemKind, int], more: dict[ItemKind, int], insider: bool
) -> None:
    sum_ = {kind: items.get(kind, 0) + more.get(kind, 0) for kind in ItemKind}
    assert set(up(items=items, insider=insider)) <= set(up(items=sum_, insider=insider))
    assert measure(Counted(sum_), ON) == measure(Counted(items), ON) + measure(Counted(more), ON)


@given(items=COUNTS)
def test_half_and_tenfold_are_exact(items: dict[ItemKind, int]) -> None:
    share = sum(Fraction(count, ENOUGH[kind]) for kind, count in items.items())
    assert needed(Counted(insider=True), ON) == Fraction(1, 2)
    assert ("crime" in up(items=items)) == (share >= 1)
    assert ("crime" in up(items=items, insider=True)) == (share >= Fraction(1, 2))
    assert ("especially_serious" in up(items=items)) == (share >= 10)
