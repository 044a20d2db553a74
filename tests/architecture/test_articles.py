"""Every article of the handling rules that was read has a row, or the house says why it has none."""

import re

from tests.architecture.articles import READ
from tests.architecture.code import ROOT
from tests.architecture.test_law import CITED

FIRST, LAST = 5, 106
TOLD = re.compile(r"^\| R (\d+)(?:-(\d+))? \| ([^|]+) \|$", re.MULTILINE)


def _numbers(article: str) -> set[int]:
    """`"58-63"` as the numbers from 58 to 63, `"82(3)"` as 82, `"35, 36"` as both."""
    ranges = re.findall(r"(\d+)(?:\(\d+\))?(?:-(\d+))?", article)
    return {number for first, last in ranges for number in range(int(first), int(last or first) + 1)}


def _in_rows() -> set[int]:
    return set().union(*(_numbers(cited.article) for _, cited in CITED if cited.instrument.code == "R"))


def _told() -> dict[int, str]:
    """The articles for which `services/README.md` says why they have no row."""
    text = (ROOT / "services" / "README.md").read_text()
    return {
        number: why.strip()
        for first, last, why in TOLD.findall(text)
        for number in range(int(first), int(last or first) + 1)
    }


def test_every_article_that_was_read_is_a_row_or_is_told_to_have_none() -> None:
    read = {number for number in READ["R"] if FIRST <= number <= LAST}
    rows, told = _in_rows() & read, _told()
    print(f"R {FIRST}-{LAST}: {len(read)} articles read, {len(rows)} in rows, {len(told)} told to have none")
    assert not read - rows - told.keys(), "neither a row nor a reason"
    assert not told.keys() & rows, "these have a row after all"
    assert told.keys() <= read
    assert all(len(why.split()) >= 3 for why in told.values())
