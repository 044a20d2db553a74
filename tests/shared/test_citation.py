"""Which row speaks on a day, and how it is cited."""

from dataclasses import dataclass
from datetime import date

import pytest

from shared.citation import OURS, Citation, Instrument, Mark, in_force
from shared.problems import NoRuleInForce

RULES = Instrument("R", "办案规则", "Handling rules", date(2021, 7, 1))


@dataclass(frozen=True)
class Row:
    """A row of some table of the law."""

    name: str
    since: date
    until: date | None = None


OLD = Row("old", date(2018, 3, 2), date(2021, 6, 30))
NEW = Row("new", date(2021, 7, 1))


def test_an_article_is_cited_by_instrument_and_number() -> None:
    assert str(RULES[30]) == "R 30"
    assert RULES[30] == Citation(RULES, "30", Mark.VERIFIED)
    assert RULES[30].marked(Mark.OUR_READING).mark is Mark.OUR_READING
    assert OURS["two persons"].mark is Mark.INTERNAL


@pytest.mark.parametrize(
    ("on", "row"),
    [(date(2021, 6, 30), OLD), (date(2021, 7, 1), NEW), (date(2030, 1, 1), NEW), (date(2018, 3, 2), OLD)],
)
def test_the_row_in_force_on_the_day_speaks(on: date, row: Row) -> None:
    assert in_force((OLD, NEW), on, "filing") is row


def test_before_all_rows_there_is_no_rule() -> None:
    with pytest.raises(NoRuleInForce) as refused:
        in_force((OLD, NEW), date(2018, 3, 1), "filing")
    assert refused.value.data == {"what": "filing", "on": "2018-03-01"}


def test_of_two_that_overlap_the_later_speaks() -> None:
    longer = Row("longer", date(2018, 3, 2))
    assert in_force((NEW, longer), date(2022, 1, 1), "filing") is NEW
