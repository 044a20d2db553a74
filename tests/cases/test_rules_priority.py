"""Which focuses a lead meets, with both readings of the scale."""

from datetime import date

import pytest

from services.cases.rules.priority import FOCUSES, Facts, codes_of, emphasis_of, focuses_of
from services.cases.rules.vocabulary import Group, InformationKind, Sector
from shared.citation import Mark

DAY = date(2026, 3, 10)


def codes(facts: Facts, on: date = DAY) -> list[str]:
    return codes_of(focuses_of(facts, on))


def persons(count: int | None) -> Facts:
    return Facts(persons=count)


@pytest.mark.parametrize(
    ("count", "met"),
    [
        (None, []),
        (0, []),
        (10_000, []),
        (10_001, ["over_10k"]),
        (96_000, ["over_10k"]),
        (999_999, ["over_10k"]),
        (1_000_000, ["over_10k", "from_1m"]),
    ],
)
def test_the_scale_is_read_both_ways(count: int | None, met: list[str]) -> None:
    assert codes(persons(count)) == met


def test_both_scale_rows_carry_the_note_on_the_two_readings() -> None:
    rows = [f for f in FOCUSES if f.code in ("over_10k", "from_1m")]
    assert len(rows) == 2
    assert all("1,000,000" in f.note and "10,000" in f.note for f in rows)


@pytest.mark.parametrize("kind", sorted(InformationKind))
def test_exactly_the_six_kinds_are_sensitive(kind: InformationKind) -> None:
    six = ["biometric", "religion", "specific_identity", "medical", "financial_account", "whereabouts"]
    assert (codes(Facts(kinds=frozenset({kind}))) == ["sensitive"]) is (kind in six)


def test_a_sensitive_kind_is_cited_to_the_notice_and_to_the_law() -> None:
    met = focuses_of(Facts(kinds=frozenset({InformationKind.WHEREABOUTS})), DAY)
    assert [str(f.basis) for f in met] == ["Notice priority 1", "PIPL 28"]
    assert [f.basis.mark for f in met] == [Mark.SECONDARY, Mark.VERIFIED]


def test_between_notice_and_law_only_the_notice_speaks() -> None:
    facts = Facts(kinds=frozenset({InformationKind.WHEREABOUTS}), minors_under_14=True)
    assert [str(f.basis) for f in focuses_of(facts, date(2021, 10, 31))] == ["Notice priority 1"]
    assert focuses_of(facts, date(2021, 8, 20)) == ()


def test_minors_under_fourteen_make_it_sensitive_by_the_law_alone() -> None:
    met = focuses_of(Facts(minors_under_14=True), DAY)
    assert [(f.code, str(f.basis)) for f in met] == [("sensitive", "PIPL 28")]


@pytest.mark.parametrize("sector", sorted(Sector))
def test_exactly_the_five_fields_are_key_fields(sector: Sector) -> None:
    five = ["education", "medical", "employment", "elderly_care", "consumption"]
    assert (codes(Facts(sector=sector)) == ["sector"]) is (sector in five)


@pytest.mark.parametrize("group", sorted(Group))
def test_every_named_group_is_a_focus(group: Group) -> None:
    assert codes(Facts(groups=frozenset({group}))) == ["group"]


def test_all_focuses_come_in_the_order_of_the_notice() -> None:
    kinds, groups = frozenset({InformationKind.BIOMETRIC}), frozenset({Group.CHILDREN})
    facts = Facts(kinds, groups, Sector.EDUCATION, 2_000_000, True, True)
    assert codes(facts) == ["sensitive", "group", "sector", "over_10k", "from_1m", "linked"]


def test_the_larger_scale_raises_emphasis_further_and_an_office_may_mute_either() -> None:
    small, large = focuses_of(persons(96_000), DAY), focuses_of(persons(1_000_000), DAY)
    assert (emphasis_of(small), emphasis_of(large)) == (1, 2)
    assert (emphasis_of(small, ["over_10k"]), emphasis_of(large, ["over_10k"])) == (0, 1)
