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
    "assign": ("R 18", "said", {"R 18", "R 11", "R 10"}, "OL 24", "hands_down"),
    "take_up": ("R 18", "said", {"R 18", "R 11", "R 15"}, "OL 24", "takes_from_below"),
    "supervise": ("R 11", "read", {"N2022 联合挂牌督办"}, None, "orders_the_holder_below"),
    "take_lead": ("R 11", "read", set(), None, "orders_the_holder_below"),
    "designate": ("R 17", "said", {"R 47"}, "OL 24", "is_above_both"),
    "transfer_lead": ("R 26", "said", set(), "R 26", "passes_to_the_same_level"),
    "transfer_case": ("R 17", "said", {"R 79", "R 94"}, None, "passes_to_another"),
    "transfer_for_suit": ("R 16", "said", {"J 5", "R 47(3)", "R 14"}, None, "passes_to_another"),
    "request_take_up": ("R 18", "said", {"R 18"}, None, "asks_the_next_superior"),
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
    "jurisdiction": "R 17",
    "to_sue": "R 47",
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


AT_RECEIPT, UNDER_ORDERS = "custody moves at receipt", "milestones, reports and lifting"
OPINIONS = "each level adds its opinion"
# mode: what of it no article says
OURS_OF_IT = {
    "assign": {AT_RECEIPT},
    "take_up": {"custody moves at once, papers follow"},
    "supervise": {UNDER_ORDERS},
    "take_lead": {"the holder signs in its own name"},
    "designate": {AT_RECEIPT},
    "transfer_lead": {AT_RECEIPT},
    "transfer_case": {AT_RECEIPT},
    "transfer_for_suit": {AT_RECEIPT, "a person states the competent court"},
    "request_take_up": {OPINIONS},
    "request_designation": {OPINIONS},
    "request_lead_transfer_up": {OPINIONS},
    "request_approval_to_file": {OPINIONS},
    "request_instruction": {OPINIONS},
    "superior_decision": {UNDER_ORDERS},
    "call_up": {"a call-up ends on a day"},
}
# occasion: procedures, what it names, the request it answers, in writing how sure
MORE_OF_IT = {
    "suggestion": ({"administrative"}, set(), None, None),
    "suspension": ({"administrative"}, set(), None, None),
    "order_appeal": (set(), set(), None, "inferred"),
    "withdraw_appeal": (set(), set(), None, "inferred"),
    "change_suggestion": (set(), set(), None, "inferred"),
    "to_sue": ({"administrative"}, set(), "request_extension", None),
    "dispute": (set(), {"disputed_with"}, None, None),
    "several_competent": ({"civil"}, set(), None, None),
}


def test_what_no_article_says_is_marked_as_ours() -> None:
    ours = {
        row.mode.value: {each.article for each in row.also if each.mark is Mark.INTERNAL} for row in MODES
    }
    assert {mode: said for mode, said in ours.items() if said} == OURS_OF_IT
    assert {row.signing.mark for row in MODES} == {Mark.INTERNAL}


def test_what_is_concluded_from_an_article_is_marked_so() -> None:
    marks = {row.mode.value: {(str(each), each.mark) for each in row.also} for row in MODES}
    for mode in ("assign", "take_up", "request_take_up"):
        assert ("R 18", Mark.OUR_READING) in marks[mode], "R 18 speaks of cases, not of leads"
    assert ("R 14", Mark.INFERENCE) in marks["transfer_for_suit"]


def test_an_occasion_is_of_the_procedure_and_the_particulars_that_were_read() -> None:
    found = {
        row.occasion.value: (
            set(row.procedures),
            set(row.needs),
            row.answers,
            row.in_writing.mark if row.in_writing else None,
        )
        for row in OCCASIONS
    }
    read = {
        occasion: (procedures, names, answers, SURE[sure] if sure else None)
        for occasion, (procedures, names, answers, sure) in MORE_OF_IT.items()
    }
    assert {occasion: said for occasion, said in found.items() if any(said)} == read
