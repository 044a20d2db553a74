"""The modes beside the regulation, line by line: what was read there, entered here by hand a second time.

Per mode: the articles that name it, what must be in writing by which article, along which line it goes, and
whether that is read there ("said"), concluded ("inferred"), our reading of a bare name or our own.
"""

import pytest

from services.referrals.rules.modes import MODES, ModeRow
from services.referrals.rules.occasions import OCCASIONS
from shared.citation import Mark

SURE = {
    "said": Mark.VERIFIED,
    "inferred": Mark.INFERENCE,
    "read": Mark.OUR_READING,
    "ours": Mark.INTERNAL,
}
# mode: basis, how sure, articles beside it, in writing by, along which line
READ = {
    "assign": ("R 18", "said", {"R 11", "R 10"}, "OL 24", "hands_down"),
    "take_up": ("R 18", "said", {"R 11", "R 15"}, "OL 24", "takes_from_below"),
    "supervise": ("R 11", "read", {"N2022 联合挂牌督办"}, None, "orders_the_holder_below"),
    "take_lead": ("R 11", "read", set(), None, "orders_the_holder_below"),
    "designate": ("R 17", "said", {"R 47"}, "OL 24", "is_above_both"),
    "transfer_lead": ("R 26", "said", set(), "R 26", "passes_to_the_same_level"),
    "transfer_case": ("R 17", "said", {"R 79", "R 94"}, None, "passes_to_another"),
    "transfer_for_suit": ("R 16", "said", {"J 5", "R 47(3)"}, None, "passes_to_another"),
    "request_take_up": ("R 18", "said", set(), None, "asks_the_next_superior"),
    "request_designation": ("R 17", "inferred", set(), None, "asks_the_next_superior"),
    "request_lead_transfer_up": ("R 26", "said", set(), "R 26", "asks_the_next_superior"),
    "request_extension": ("R 47", "said", set(), None, "asks_the_next_superior"),
    "request_approval_to_file": ("casebridge", "ours", set(), None, "asks_the_next_superior"),
    "request_instruction": ("R 104", "said", set(), None, "asks_the_next_superior"),
    "guide": ("casebridge", "ours", set(), None, "orders_the_holder_below"),
    "report_for_record": (
        "R 25",
        "said",
        {"R 75", "R 78", "R 46", "R 58", "R 62", "SUG 21"},
        None,
        "holder_reports_up",
    ),
    "superior_decision": ("R 10", "said", {"R 61", "SUG 22"}, "OL 24", "orders_the_holder_below"),
    "entrust_investigation": ("R 43", "said", set(), "R 43", "passes_to_the_same_level"),
    "call_up": ("R 11", "said", set(), "R 11", "calls_staff_from_below"),
}
OCCASIONS_READ = {
    "major_lead": "R 25",
    "suggestion": "R 75",
    "suspension": "R 78",
    "suit": "R 46",
    "judgment": "R 58",
    "appeal": "R 62",
    "revoke": "R 10",
    "alter": "R 10",
    "order_correction": "R 10",
    "order_appeal": "R 61",
    "withdraw_appeal": "R 61",
    "change_suggestion": "SUG 22",
    "cross_division": "R 17",
    "after_review": "R 79, 94",
    "dispute": "R 17",
    "level_mismatch": "R 13",
    "several_competent": "GC 141",
    "other_ground": "R 17",
}


@pytest.mark.parametrize("row", MODES, ids=lambda row: row.mode.value)
def test_a_mode_says_what_the_regulation_says(row: ModeRow) -> None:
    basis, sure, beside, writing, line = READ[row.mode]
    assert str(row.basis).startswith(basis)
    assert row.basis.mark is SURE[sure]
    assert {str(each) for each in row.also if each.mark is not Mark.INTERNAL} == beside
    assert (str(row.in_writing) if row.in_writing else None) == writing
    assert row.authority.name == line


def test_what_was_said_of_corrections_alone_is_inferred_for_other_orders() -> None:
    marks = {
        row.mode: row.in_writing.mark for row in MODES if str(row.in_writing) == "OL 24" and row.in_writing
    }
    assert {mode for mode, mark in marks.items() if mark is Mark.VERIFIED} == {"superior_decision"}


def test_every_occasion_rests_on_the_article_that_was_read() -> None:
    assert {row.occasion.value: str(row.basis) for row in OCCASIONS} == OCCASIONS_READ
    unsure = {row.occasion.value for row in OCCASIONS if row.basis.mark is not Mark.VERIFIED}
    assert unsure == {"level_mismatch", "several_competent", "other_ground"}
