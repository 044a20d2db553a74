"""The kinds of handoff beside the regulation: what was read there, entered by hand a second time.

Per kind: from whom to whom, what is usually with it, how it is answered, which reply clock it has, by which
articles, and whether that is read there ("said"), concluded ("inferred"), our reading or our own.
"""

from datetime import date
from typing import Any

import pytest

from services.referrals.rules.courses import HANDOFF_STEPS, HandoffAct
from services.referrals.rules.kinds import KINDS, KindRow, basis_of, kind_for
from services.referrals.rules.ladder import RUNGS
from services.referrals.rules.vocabulary import Course, Kind
from services.referrals.rules.watched import HANDOFF_CLOCKS, LENGTHENINGS
from services.referrals.rules.ways import WAYS
from shared.citation import Mark

SURE = {
    "said": Mark.VERIFIED,
    "inferred": Mark.INFERENCE,
    "read": Mark.OUR_READING,
    "ours": Mark.INTERNAL,
    "told": Mark.SECONDARY,
}
OFFICE = {"procuratorate"}
POLICE = {"public_security"}
COURT = {"court"}
# PIPL 60: an open set that differs by place; the duty register says which of them is competent for what.
AUTHORITIES = {
    *("public_security", "cyberspace", "market_regulation", "industry_it", "education", "health"),
    *("civil_affairs", "human_resources", "housing", "transport", "postal", "finance", "culture_tourism"),
    *("urban_management", "data_authority", "government", "township", "other_authority"),
}
# R 35(5): appraisal, evaluation, audit, inspection, testing, translation.
ENTRUSTED = {"appraisal_institution", "institution", "enterprise", "expert"}
PLAINTIFFS = {"consumer_organisation", "designated_organisation"}
ANYBODY = {
    *AUTHORITIES, *ENTRUSTED, *PLAINTIFFS, *COURT, "congress", "party_committee", "supervision_commission",
    "trade_association",
}  # fmt: skip
# R 24(4): state organs and social bodies pass leads on.
PASS_ON = {*AUTHORITIES, *COURT, *PLAINTIFFS, "supervision_commission", "congress", "trade_association"}
ASKED = ("acknowledgement", "redirection", "papers_asked", "reply")
OFFERED = (
    *("acknowledgement", "acceptance", "return", "redirection", "papers_asked", "decision", "review"),
    "report",
)
LETTERS = ("transfer_letter", "list_of_materials")

# kind: senders, receivers, papers, answers, reply clock, basis, how sure, articles beside it
READ: dict[str, tuple[set[str], set[str], tuple[str, ...], tuple[str, ...], str, str, str, set[str]]] = {
    "suggestion": (
        OFFICE, AUTHORITIES | {"court", "institution", "enterprise", "trade_association"}, ("suggestion",),
        ("service", "reply", "objection"), "in_the_case", "R 76", "said",
        {"R 75", "R 82", "J 21", "SUG 3", "SUG 18", "SUG 22", "SUG 23"},
    ),
    "filing_decision": (
        OFFICE, AUTHORITIES, ("filing_decision",), ("service",), "in_the_case", "R 70", "said",
        {"R 76", "SUG 18"},
    ),
    "termination_decision": (
        OFFICE, AUTHORITIES, ("termination_decision",), ("service",), "in_the_case", "R 74", "said",
        {"R 76", "SUG 18"},
    ),
    "criminal_lead": (
        OFFICE, POLICE | OFFICE, LETTERS, OFFERED, "agreed_or_internal", "R 31", "said", set(),
    ),
    "duty_violation_lead": (
        OFFICE, {"supervision_commission"} | OFFICE, LETTERS, OFFERED, "agreed_or_internal", "R 31", "said",
        set(),
    ),
    "administrative_lead": (
        OFFICE, AUTHORITIES, LETTERS, OFFERED, "agreed_or_internal", "PIPL 65", "read", set(),
    ),
    "agency_lead": (
        PASS_ON, OFFICE, ("transfer_letter",),
        ("acknowledgement", "acceptance", "papers_asked", "decision", "report"), "agreed_or_internal",
        "R 24(4)", "said", {"R 25", "R 30"},
    ),
    "criminal_transfer": (
        AUTHORITIES - POLICE, POLICE, (*LETTERS, "investigation_report", "appraisal_opinion"),
        (
            *("acknowledgement", "redirection", "papers_asked", "lengthening", "decision", "review"),
            "report",
        ),
        "none", "TR 6", "said",
        {"TR 5", "TR 7", "TR 8", "TR 9", "TR 12", "MPS 175", "MPS 180", "MPS 181", "EC 16"},
    ),
    "filing_supervision": (
        OFFICE, POLICE, ("reasons_demand",), ("acknowledgement", "reply", "decision"), "none", "MPS 182",
        "said", {"TR 9"},
    ),
    "consultation": (
        OFFICE, AUTHORITIES, ("letter", "fact_confirmation", "consultation_record"), ASKED,
        "agreed_or_internal", "R 70", "said", set(),
    ),
    "evidence_request": (
        OFFICE, ANYBODY, ("evidence_notice", "evidence_list"), ASKED, "agreed_or_internal", "R 38", "said",
        {"R 35"},
    ),
    "technical_assistance": (
        OFFICE, AUTHORITIES | ENTRUSTED | {"trade_association"}, ("letter",), ASKED, "agreed_or_internal",
        "R 36", "said", {"R 40"},
    ),
    "appraisal": (
        OFFICE, ENTRUSTED, ("entrustment_letter",), ASKED, "agreed_or_internal", "R 41", "said",
        {"R 35(5)", "R 48"},
    ),
    "court_communication": (OFFICE, COURT, ("letter",), ASKED, "none", "casebridge", "ours", set()),
    "court_filing": (
        OFFICE, COURT, ("indictment",), ("acknowledgement", "decision", "report"), "in_the_case", "J 5",
        "said", {"R 46", "ALL 51", "CPL 126"},
    ),
    "obstruction_report": (
        OFFICE,
        AUTHORITIES | {"supervision_commission", "congress", "party_committee", "trade_association"},
        ("letter",), ASKED, "none", "R 45", "said", {"SUG 25"},
    ),
    "work_letter": (OFFICE, ANYBODY, ("letter",), ASKED, "none", "casebridge", "ours", set()),
    "plaintiff_notice": (
        OFFICE, PLAINTIFFS, ("announcement",), ASKED, "none", "casebridge", "ours", {"R 91", "PIPL 70"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", KINDS, ids=lambda row: row.kind.value)
def test_a_kind_says_what_the_regulation_says(row: KindRow) -> None:
    senders, receivers, papers, answers, clock, basis, sure, beside = READ[row.kind.value]
    assert {each.value for each in row.senders} == senders
    assert {each.value for each in row.receivers} == receivers
    assert sorted(row.papers) == sorted(papers)
    assert sorted(row.answers) == sorted(answers)
    assert row.clock == clock
    assert str(row.basis).startswith(basis)
    assert row.basis.mark is SURE[sure]
    assert {str(each) for each in row.also if each.mark is not Mark.INTERNAL} == beside


def test_what_follows_from_an_act_of_the_case_is_not_posted() -> None:
    assert {row.kind.value for row in KINDS if row.created == "by_act"} == {
        *("suggestion", "filing_decision", "termination_decision", "court_filing"),
    }
    assert {row.kind.value for row in KINDS if row.same_level} == {"criminal_transfer"}


# kind, act: the article, for an administrative and for a civil case
STEPS = [
    ("suggestion", "serve", "R 76", "R 76"),
    ("filing_decision", "serve", "R 70", "R 70"),
    ("termination_decision", "serve", "R 74", "R 74"),
    ("suggestion", "reply", "J 21", "J 21"),
    ("suggestion", "judge", "R 82", "R 82"),
    ("suggestion", "object", "SUG 23", "SUG 23"),
    ("suggestion", "withdraw", "SUG 22", "SUG 22"),
    ("court_filing", "decide", "ALL 51", "CPL 126"),
    ("criminal_transfer", "decide", "TR 8", "TR 8"),
    ("criminal_transfer", "ask_papers", "MPS 180", "MPS 180"),
    ("criminal_transfer", "review", "MPS 181", "MPS 181"),
    ("criminal_transfer", "hand_over", "TR 12", "TR 12"),
    ("filing_supervision", "reply", "MPS 182", "MPS 182"),
    ("agency_lead", "decide", "R 30", "R 30"),
]


@pytest.mark.parametrize(("kind", "act", "administrative", "civil"), STEPS)
def test_a_step_is_taken_by_the_article_that_was_read(
    kind: str, act: str, administrative: str, civil: str
) -> None:
    row = kind_for(Kind(kind), date(2024, 5, 6))
    step = next(each for each in HANDOFF_STEPS if each.course is row.course and each.act == act)
    assert str(basis_of(row, step)) == administrative
    assert str(basis_of(row, step, civil=True)) == civil


def test_that_nothing_more_is_owed_is_ours_everywhere() -> None:
    done = [step for step in HANDOFF_STEPS if step.act is HandoffAct.CONCLUDE]
    assert {step.basis.mark for step in done} == {Mark.INTERNAL}


# limit: what starts it, what meets it, in which words of the source, by which articles
CLOCKS_READ = {
    "L1": ({"reported"}, {"approved"}, {"TR 5"}),
    "L2": ({"approved"}, {"dispatch"}, {"TR 5-6"}),
    "L3": ({"found_another"}, {"redirect"}, {"TR 7", "MPS 175"}),
    "L4": ({"acknowledge"}, {"decide", "redirect"}, {"TR 8", "MPS 180"}),
    "L5t": ({"found_incomplete"}, {"ask_papers"}, {"MPS 180"}),
    "L5": ({"ask_papers"}, {"supply"}, {"MPS 180"}),
    "L6": ({"informed"}, {"ask_review"}, {"TR 9"}),
    "L6r": ({"ask_review"}, {"review"}, {"MPS 181", "TR 9"}),
    "L7": ({"informed_again"}, {"propose_supervision"}, {"TR 9"}),
    "L8": ({"informed", "informed_again"}, {"hand_over"}, {"TR 12"}),
    "L9": ({"acknowledge"}, {"reply"}, {"MPS 182"}),
    "L10": ({"acknowledge"}, {"decide"}, {"MPS 182"}),
    "L11": ({"acknowledge"}, {"decide", "redirect"}, {"EC 16"}),
}


def test_the_limits_between_agency_and_police_start_where_the_list_of_limits_says() -> None:
    found: dict[str, Any] = {
        row.limit.value: (set(row.starts), set(row.meets), {str(each) for each in (row.basis, *row.also)})
        for row in HANDOFF_CLOCKS
        if row.course in (Course.TRANSFER, Course.DEMAND)
    }
    assert found == CLOCKS_READ
    assert [(row.from_days, row.to_days) for row in LENGTHENINGS] == [((3,), 10), ((3, 10), 30), ((30,), 60)]
    assert {row.basis.mark for row in LENGTHENINGS} == {SURE["told"]}


WAYS_READ = {
    "own_case": ("none", "SUG 3", "read"),
    "by_order": ("none", "casebridge", "ours"),
    "beside": ("none", "SUG 3", "said"),
    "above": ("reviewed", "SUG 3", "said"),
    "below": ("ordered", "SUG 3", "said"),
    "elsewhere": ("consulted", "SUG 3", "said"),
    "government_next_below": ("none", "R 13", "said"),
}
RUNGS_READ = {
    ("obstruction", "congress"): ("R 45", "said", True, False),
    ("obstruction", "discipline"): ("R 45", "said", True, False),
    ("obstruction", "agency_superior"): ("R 45", "said", False, True),
    ("not_rectified", "agency_superior"): ("SUG 25", "read", False, False),
    ("not_rectified", "industry_body"): ("SUG 25", "read", False, False),
    ("not_rectified", "party_committee"): ("SUG 25", "read", True, False),
    ("not_rectified", "congress"): ("SUG 25", "read", True, False),
    ("not_rectified", "government"): ("SUG 25", "read", True, False),
    ("not_rectified", "discipline"): ("SUG 25", "read", True, False),
}


def test_a_suggestion_and_a_report_take_the_ways_that_were_read() -> None:
    assert {row.relation.value: row.passing.value for row in WAYS} == {
        relation: passing for relation, (passing, _, _) in WAYS_READ.items()
    }
    for way in WAYS:
        _, basis, sure = WAYS_READ[way.relation.value]
        assert str(way.basis).startswith(basis)
        assert way.basis.mark is SURE[sure]
    for rung in RUNGS:
        basis, sure, same_level, by_superior = RUNGS_READ[rung.ground.value, rung.rung.value]
        assert (str(rung.basis), rung.basis.mark) == (basis, SURE[sure])
        assert (rung.same_level, rung.by_superior) == (same_level, by_superior)
    assert len(RUNGS) == len(RUNGS_READ)
