"""A list costs the same however long it is: every list and file names the test that counts its statements."""

import ast

import pytest

from tests.architecture.code import ROOT
from tests.architecture.test_documented import DOORS, LISTS
from tests.running import SERVICES

_COSTS = "cases/test_lists_cost_the_same.py::test_a_list_costs_as_many_statements_for_many_as_for_few"
_PAGES = "cases/test_lists_cost_the_same.py::test_a_file_costs_as_many_statements_per_page"
_REGISTER = "referrals/test_register.py::test_lists_ask_a_fixed_number_of_questions"
_JOURNEY = (
    "journeys/test_lists_cost_the_same.py::test_every_list_takes_as_many_statements_for_many_as_for_few"
)
_OVERVIEW = "notifications/test_overview.py::test_lists_cost_the_same_however_long"
_MAIL = "notifications/test_mail.py::test_lists_of_letters_and_addresses_cost_the_same_however_long"
_EVIDENCE = (
    "cases/test_evidence.py::test_documents_and_their_custody_take_as_many_statements_for_many_as_for_few"
)
COUNTED = {
    "/cases/v1/leads": "cases/test_leads.py::test_a_list_costs_one_statement_however_long_it_is",
    "/cases/v1/leads/{lead_id}/timeline":
        "cases/test_leads.py::test_a_timeline_costs_two_statements_however_long_it_is",
    "/cases/v1/leads/{lead_id}/reporter-readers": _COSTS,
    "/cases/v1/leads/{lead_id}/reporter-readings": _COSTS,
    "/cases/v1/leads/{lead_id}/clocks":
        "cases/test_beside_the_stages.py::test_a_lead_tells_its_limits_with_how_they_were_counted",
    "/cases/v1/cases": "cases/test_cases.py::test_lists_of_cases_are_filtered_and_cost_one_statement",
    "/cases/v1/cases.csv": _PAGES,
    "/cases/v1/cases/{case_id}/timeline": _JOURNEY,
    "/cases/v1/cases/{case_id}/clocks": _JOURNEY,
    "/cases/v1/cases/{case_id}/measures":
        "cases/test_measures.py::test_reading_measures_takes_as_many_statements_for_many_as_for_few",
    "/cases/v1/matters/{matter_id}/acts": _COSTS,
    "/cases/v1/matters/{matter_id}/links":
        "cases/test_links.py::test_a_list_of_links_is_paged_and_costs_the_same",
    "/cases/v1/matters/{matter_id}/team":
        "cases/test_teams.py::test_reading_a_matter_costs_the_same_however_large_its_team",
    "/cases/v1/matters/{matter_id}/recusal-requests": _COSTS,
    "/cases/v1/matters/{matter_id}/documents": _EVIDENCE,
    "/cases/v1/matters/{matter_id}/documents/{sha256}/custody": _EVIDENCE,
    "/cases/v1/proposals": "cases/test_proposals.py::test_proposals_are_listed_by_whom_they_wait_for",
    "/cases/v1/limits": "cases/test_limits.py::test_the_history_of_limits_stays_and_is_paged",
    "/cases/v1/office-settings":
        "cases/test_office_settings.py::test_a_setting_holds_from_its_day_on_and_every_one_is_listed",
    "/cases/v1/delegations":
        "cases/test_delegations.py::test_delegations_are_read_in_the_office_and_above_in_pages",
    "/cases/v1/worklists/{whose}": _COSTS,
    "/cases/v1/break-glass":
        "cases/test_breaking_the_glass.py::test_uses_are_listed_to_whom_may_know_of_the_matter",
    "/cases/v1/statistics.csv":
        "cases/test_statistics.py::test_figures_come_as_a_file_under_the_same_questions",
    "/cases/v1/typical-cases": _COSTS,
    "/cases/v1/typical-cases.csv": _PAGES,
    "/referrals/v1/referrals":
        "referrals/test_orders.py::test_the_list_filters_pages_and_asks_a_fixed_number_of_questions",
    "/referrals/v1/splits/{lead_id}/parts":
        "referrals/test_parts_and_figures.py::test_lists_and_figures_cost_the_same_however_much_there_is",
    "/referrals/v1/partners":
        "referrals/test_handoff_desk.py::test_partners_are_measured_by_their_first_answers",
    "/referrals/v1/handoffs":
        "referrals/test_handoffs.py::test_the_list_filters_and_asks_a_fixed_number_of_questions",
    "/referrals/v1/agencies": _REGISTER,
    "/referrals/v1/duties": _REGISTER,
    "/referrals/v1/agreements": _REGISTER,
    "/notifications/v1/endpoints": "notifications/test_endpoints.py::test_lists_cost_the_same_however_long",
    "/notifications/v1/deliveries": _JOURNEY,
    "/notifications/v1/endpoints/{endpoint_id}/feed":
        "notifications/test_feed.py::test_a_feed_costs_the_same_however_long",
    "/notifications/v1/overview/endpoints": _OVERVIEW,
    "/notifications/v1/overview/stuck": _OVERVIEW,
    "/notifications/v1/overview/reports": _OVERVIEW,
    "/notifications/v1/inbox":
        "notifications/test_inbox.py::test_the_inbox_costs_the_same_however_long_it_is",
    "/notifications/v1/inbox/{line_id}/marks":
        "notifications/test_inbox.py::test_the_marks_of_a_line_cost_the_same_however_many",
    "/notifications/v1/digests":
        "notifications/test_digests.py::test_digests_of_many_offices_cost_as_many_statements_as_of_one",
    "/notifications/v1/mail-addresses": _MAIL,
    "/notifications/v1/mails": _MAIL,
    **{
        f"/{service}/v1/parked-events": "shared/test_parked.py::test_a_page_of_what_waits_costs_the_same"
        for service in SERVICES
    },
}  # fmt: skip
# What grows with use and is no page of a model: a file, or a feed with a position of its own.
GROWING = {str(door) for door in DOORS if str(door).endswith((".csv", "/feed"))}


def test_every_list_and_file_names_the_test_that_counts_it() -> None:
    assert {f"GET {path}" for path in COUNTED} == {str(door) for door in LISTS} | GROWING


@pytest.mark.parametrize("named", sorted(set(COUNTED.values())))
def test_the_test_that_is_named_counts(named: str) -> None:
    file, name = named.split("::")
    tree = ast.parse((ROOT / "tests" / file).read_text())
    (test,) = [n for n in ast.walk(tree) if isinstance(n, ast.AsyncFunctionDef) and n.name == name]
    assert "statements" in {argument.arg for argument in test.args.args}, f"{named} counts no statements"
