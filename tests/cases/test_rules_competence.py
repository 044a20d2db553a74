"""Who may file: at the agency's level, at the place, above, or by an order; and the way out for the rest."""

from datetime import date
from typing import Any

import pytest

from services.cases.errors import CompetenceUnclear, NotCompetent
from services.cases.rules.competence import (
    Agency,
    Question,
    Verdict,
    competence_of,
    level_of,
    require_competence,
)
from services.cases.rules.vocabulary import OrderMode, Procedure
from shared.organisations import Level
from shared.problems import NoRuleInForce

DAY = date(2026, 3, 10)
INCIDENTAL = Procedure.CRIMINAL_INCIDENTAL
LEVELS = {
    "000000": Level.SUPREME,
    "330000": Level.PROVINCIAL,
    "330100": Level.MUNICIPAL,
    "330110": Level.PRIMARY,
}


def asked(office: str, **more: Any) -> Question:
    level = Level.MUNICIPAL if "-" in office else level_of(office)
    return Question(**({"procedure": Procedure.ADMINISTRATIVE, "office": office, "level": level} | more))


def civil(office: str, *places: str, **more: Any) -> Question:
    return asked(office, procedure=Procedure.CIVIL, places=places, **more)


def at(division: str, government: bool = False) -> Agency:
    return Agency(division, government)


@pytest.mark.parametrize(
    ("question", "verdict", "article", "ways"),
    [
        # administrative: R 13, the same level as the agency
        (asked("330110", agency=at("330110")), "competent", "R 13", []),
        (asked("330100", agency=at("330100")), "competent", "R 13", []),
        (asked("330000", agency=at("330000")), "competent", "R 13", []),
        (asked("330100", agency=at("330110", government=True)), "competent", "R 13", []),
        (asked("330110", agency=at("330110", government=True)), "competent", "R 13", []),
        (asked("330000", agency=at("330110", government=True)), "not", "R 13", ["assign"]),
        (
            asked("420303", agency=at("420300")),
            "not",
            "R 13",
            ["request_designation", "request_lead_transfer_up"],
        ),
        (asked("330100", agency=at("330110")), "not", "R 13", ["assign"]),
        (asked("330100", agency=at("330110"), major=True), "competent", "R 15", []),
        (asked("330110", agency=at("330106")), "not", "R 13", ["transfer_lead", "request_designation"]),
        (asked("330110"), "unclear", "R 28-29", ["confirm"]),
        (
            asked("330110", agency=at("110108"), online=True, registered_place="110108"),
            "not",
            "GC 141",
            ["transfer_lead", "request_designation"],
        ),
        # by order: R 17, 18
        (asked("420303", agency=at("420300"), order=OrderMode.DESIGNATE), "competent", "R 17", []),
        (asked("330110", agency=at("330100"), order=OrderMode.ASSIGN), "competent", "R 18", []),
        (asked("330000", agency=at("330110"), order=OrderMode.TAKE_UP), "competent", "R 18", []),
        (asked("330110", agency=at("330106"), order=OrderMode.TRANSFER_CASE), "competent", "R 17", []),
        (asked("330110", agency=at("330106"), order=OrderMode.TRANSFER_LEAD), "not", "R 13", None),
        # civil: R 14, 15, guiding case 141
        (civil("330110", "330110"), "competent", "R 14", []),
        (civil("330110", "330110", "330106"), "competent", "R 14", []),
        (civil("330110", "330110", "110108", online=True), "unclear", "GC 141", ["request_designation"]),
        (civil("330110", "330106"), "not", "R 14", ["transfer_lead"]),
        (civil("330110"), "unclear", "R 14", ["confirm"]),
        (civil("330100", "330110"), "not", "R 14", ["assign"]),
        (civil("330100", "330110", major=True), "competent", "R 15", []),
        (civil("330100", "330110", "330106"), "competent", "R 15", []),
        (civil("330100", "330110", "330106", online=True), "competent", "R 15", []),
        (civil("330100", "110108"), "not", "R 14", ["transfer_lead"]),
        (civil("000000", "330110", "110108", online=True), "competent", "R 15", []),
        # an office whose area no code tells
        (civil("110000-01", "110108"), "unclear", "R 17", None),
        # with the crime: R 14
        (
            asked("330110", procedure=Procedure.CRIMINAL_INCIDENTAL, crime_handled_here=True),
            "competent",
            "R 14",
            [],
        ),
        (asked("330110", procedure=Procedure.CRIMINAL_INCIDENTAL), "not", "R 14", ["transfer_lead"]),
    ],
)
def test_competence(question: Question, verdict: str, article: str, ways: list[str] | None) -> None:
    rule = competence_of(question, DAY)
    assert (rule.verdict, str(rule.basis)) == (verdict, article)
    assert ways is None or list(rule.ways) == ways


def test_an_office_without_jurisdiction_is_refused_and_told_the_way_out() -> None:
    with pytest.raises(NotCompetent) as refused:
        require_competence(asked("420303", agency=at("420300")), DAY, "we would like to")
    assert refused.value.data["ways_out"] == ("request_designation", "request_lead_transfer_up")
    assert refused.value.data["article"] == "R 13"


def test_an_unclear_answer_opens_only_with_a_stated_reason() -> None:
    with pytest.raises(CompetenceUnclear):
        require_competence(civil("330110"), DAY, None)
    assert require_competence(civil("330110"), DAY, "以事立案").verdict is Verdict.UNCLEAR


def test_guiding_case_141_says_nothing_before_it_was_published() -> None:
    online = civil("330110", "330110", "110108", online=True)
    assert competence_of(online, date(2022, 3, 6)).code == "civil_primary"
    assert competence_of(online, date(2022, 3, 7)).code == "online_several"


@pytest.mark.parametrize("procedure", Procedure)
def test_every_question_is_answered_since_the_rules_are_in_force(procedure: Procedure) -> None:
    assert competence_of(asked("330110", procedure=procedure), date(2021, 7, 1))
    with pytest.raises(NoRuleInForce):
        competence_of(asked("330110", procedure=procedure), date(2021, 6, 30))
