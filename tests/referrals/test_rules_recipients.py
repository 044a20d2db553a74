"""The duty register: who is proposed, in which order, and for what reasons."""

from datetime import date
from typing import Any

import pytest

from services.referrals.errors import OverrideNeedsReason
from services.referrals.rules.kinds import kind_for
from services.referrals.rules.recipients import (
    DutyRow,
    Facts,
    candidates,
    check_choice,
    division_prefix,
    lies_within,
)
from services.referrals.rules.vocabulary import Kind

DAY = date(2024, 5, 6)


def duty(agency: str, agency_kind: str, place: str, **more: Any) -> DutyRow:
    said: dict[str, Any] = {
        "kind": None,
        "sector": "",
        "subject": "",
        "valid_from": date(2021, 11, 1),
        "valid_to": None,
        "basis": "权责清单",
    }
    said |= more
    return DutyRow(id=f"row-{agency}", agency=agency, agency_kind=agency_kind, place=place, **said)


REGISTER = (
    duty("cac-zj", "cyberspace", "330000"),
    duty("cac-hz", "cyberspace", "330100"),
    duty("cac-yh", "cyberspace", "330110"),
    duty("edu-yh", "education", "330110", sector="education"),
    duty("health-hz", "health", "330100", sector="medical"),
    duty("health-yh-apps", "health", "330110", sector="medical", subject="mobile_app"),
    duty("market-yh", "market_regulation", "330110", sector="consumption"),
    duty("police-yh", "public_security", "330110"),
    duty("police-hz", "public_security", "330100", kind=Kind.CRIMINAL_LEAD),
    duty("miit-zj", "industry_it", "330000", subject="mobile_app"),
    duty("old-yh", "cyberspace", "330110", valid_to=date(2023, 12, 31), sector="education"),
    duty("new-yh", "cyberspace", "330110", valid_from=date(2025, 1, 1), sector="education"),
    duty("sup-yh", "supervision_commission", "330110"),
    duty("court-hz", "court", "330100"),
    duty("court-yh", "court", "330110"),
    duty("congress-yh", "congress", "330110"),
    duty("consumer-zj", "consumer_organisation", "330000"),
    duty("designated-cn", "designated_organisation", "000000", sector="finance"),
    duty("lab-zj", "appraisal_institution", "330000"),
    duty("lab-yh", "institution", "330110", subject="mobile_app"),
    duty("post-hz", "postal", "330100", sector="postal"),
    duty("housing-xs", "housing", "330109", sector="housing", subject="parking"),
    duty("urban-xs", "urban_management", "330109", subject="parking"),
    duty("town-yh", "township", "330110003"),
    duty("gov-yh", "government", "330110", sector="public_service"),
    duty("trade-cn", "trade_association", "000000", sector="telecom"),
    duty("expert-hz", "expert", "330100", kind=Kind.TECHNICAL_ASSISTANCE, sector="telecom"),
)

DATED = tuple(row for row in REGISTER if row.agency in ("old-yh", "new-yh"))

# kind, sector, subject, place: the first proposal, or nobody
EXPECTED = [
    ("administrative_lead", "education", "", "330110", "edu-yh"),
    ("administrative_lead", "medical", "mobile_app", "330110", "health-yh-apps"),
    ("administrative_lead", "medical", "", "330110", "cac-yh"),
    ("administrative_lead", "medical", "", "330106", "health-hz"),
    ("administrative_lead", "consumption", "", "330110", "market-yh"),
    ("administrative_lead", "elderly_care", "", "330110", "cac-yh"),
    ("administrative_lead", "elderly_care", "", "330106", "cac-hz"),
    ("administrative_lead", "elderly_care", "", "330203", "cac-zj"),
    ("administrative_lead", "elderly_care", "mobile_app", "330203", "miit-zj"),
    ("administrative_lead", "elderly_care", "", "110105", None),
    ("criminal_lead", "education", "", "330110", "police-yh"),
    ("criminal_lead", "education", "", "330106", "police-hz"),
    ("criminal_lead", "education", "", "330200", None),
    ("duty_violation_lead", "education", "", "330110", "sup-yh"),
    ("duty_violation_lead", "education", "", "330106", None),
    ("suggestion", "education", "", "330110", "edu-yh"),
    ("suggestion", "medical", "", "330110", "cac-yh"),
    ("consultation", "consumption", "", "330110", "market-yh"),
    ("court_communication", "education", "", "330110", "court-yh"),
    ("technical_assistance", "", "mobile_app", "330203", "miit-zj"),
    ("technical_assistance", "education", "", "330110", "edu-yh"),
    ("plaintiff_notice", "consumption", "", "330110", "consumer-zj"),
    ("evidence_request", "medical", "", "330106", "health-hz"),
    ("criminal_lead", "medical", "", "330110", "police-yh"),
    ("criminal_lead", "medical", "mobile_app", "330100", "police-hz"),
    ("criminal_lead", "postal", "", "110101", None),
    ("duty_violation_lead", "public_service", "", "330110", "sup-yh"),
    ("administrative_lead", "postal", "", "330110", "cac-yh"),
    ("administrative_lead", "postal", "", "330106", "post-hz"),
    ("administrative_lead", "postal", "", "330203", "cac-zj"),
    ("administrative_lead", "housing", "parking", "330109", "housing-xs"),
    ("administrative_lead", "public_service", "parking", "330109", "urban-xs"),
    ("administrative_lead", "housing", "", "330109", "cac-hz"),
    ("administrative_lead", "public_service", "", "330110", "gov-yh"),
    ("administrative_lead", "employment", "", "330110003", "town-yh"),
    ("administrative_lead", "education", "", "330110003", "town-yh"),
    ("administrative_lead", "telecom", "", "330110", "cac-yh"),
    ("administrative_lead", "telecom", "", "330600", "cac-zj"),
    ("suggestion", "postal", "", "330100", "post-hz"),
    ("suggestion", "housing", "parking", "330109", "housing-xs"),
    ("suggestion", "transport", "parking", "330109", "urban-xs"),
    ("suggestion", "telecom", "", "440300", "trade-cn"),
    ("suggestion", "education", "", "440300", None),
    ("filing_decision", "education", "", "330110", "edu-yh"),
    ("filing_decision", "telecom", "", "440300", None),
    ("termination_decision", "medical", "mobile_app", "330110", "health-yh-apps"),
    ("consultation", "education", "", "330110", "edu-yh"),
    ("consultation", "housing", "parking", "330109", "housing-xs"),
    ("consultation", "telecom", "", "440300", None),
    ("consultation", "public_service", "", "330110003", "town-yh"),
    ("evidence_request", "finance", "", "440300", "designated-cn"),
    ("evidence_request", "consumption", "", "330110", "market-yh"),
    ("evidence_request", "telecom", "", "440300", "trade-cn"),
    ("technical_assistance", "telecom", "", "330106", "expert-hz"),
    ("technical_assistance", "telecom", "mobile_app", "330110", "lab-yh"),
    ("technical_assistance", "education", "", "330300", "cac-zj"),
    ("appraisal", "medical", "mobile_app", "330110", "lab-yh"),
    ("appraisal", "medical", "", "330110", "lab-zj"),
    ("appraisal", "medical", "", "110101", None),
    ("court_communication", "medical", "", "330106", "court-hz"),
    ("court_filing", "medical", "", "330110", "court-yh"),
    ("court_filing", "medical", "", "330100", "court-hz"),
    ("court_filing", "medical", "", "330200", None),
    ("plaintiff_notice", "consumption", "", "330106", "consumer-zj"),
    ("plaintiff_notice", "finance", "", "330110", "consumer-zj"),
    ("plaintiff_notice", "finance", "", "440300", "designated-cn"),
    ("filing_supervision", "medical", "", "330110", "police-yh"),
    ("filing_supervision", "medical", "", "330106", None),
    ("work_letter", "telecom", "", "440300", "trade-cn"),
    ("work_letter", "education", "", "330110", "edu-yh"),
    ("obstruction_report", "employment", "", "330203", "cac-zj"),
]


def facts(kind: str, sector: str, subject: str, place: str, on: date = DAY) -> Facts:
    return Facts(kind_for(Kind(kind), on), sector, subject, place, on)


@pytest.mark.parametrize(("kind", "sector", "subject", "place", "first"), EXPECTED)
def test_the_register_proposes(kind: str, sector: str, subject: str, place: str, first: str | None) -> None:
    found = candidates(facts(kind, sector, subject, place), REGISTER)
    assert (found[0].agency if found else None) == first


def test_the_table_of_expected_routings_is_long_enough() -> None:
    assert len(EXPECTED) >= 60
    assert len({row[:4] for row in EXPECTED}) == len(EXPECTED)


def test_a_proposal_says_why() -> None:
    found = candidates(facts("administrative_lead", "education", "", "330110"), REGISTER)[0]
    assert [reason.code for reason in found.reasons] == ["place", "receiver", "sector", "dates"]
    assert all(reason.zh and reason.en for reason in found.reasons)
    assert found.basis == "权责清单"


def test_a_row_speaks_only_between_its_dates() -> None:
    def first(on: date) -> str:
        return candidates(facts("administrative_lead", "education", "", "330110", on), DATED)[0].agency

    assert first(date(2023, 12, 31)) == "old-yh"
    assert first(date(2025, 1, 1)) == "new-yh"
    assert candidates(facts("administrative_lead", "education", "", "330110"), DATED) == ()


def test_an_agency_is_proposed_once_by_its_closest_row() -> None:
    twice = (
        duty("cac-hz", "cyberspace", "330100"),
        duty("cac-hz", "cyberspace", "330110", sector="education"),
    )
    found = candidates(facts("administrative_lead", "education", "", "330110"), twice)
    assert [(each.agency, each.closeness[0]) for each in found] == [("cac-hz", 6)]


@pytest.mark.parametrize(
    ("code", "prefix"), [("330110", "330110"), ("330100", "3301"), ("330000", "33"), ("000000", "")]
)
def test_a_division_is_known_by_its_prefix(code: str, prefix: str) -> None:
    assert division_prefix(code) == prefix


def test_the_whole_country_contains_every_place() -> None:
    assert lies_within("330110", "000000")
    assert lies_within("330110", "330110")
    assert not lies_within("330100", "330110")


def test_another_choice_needs_a_reason() -> None:
    assert check_choice("edu-yh", "edu-yh", None) is True
    assert check_choice("edu-yh", "cac-yh", "网信部门已先行立案") is False
    assert check_choice(None, "cac-yh", None) is False
    with pytest.raises(OverrideNeedsReason):
        check_choice("edu-yh", "cac-yh", None)
