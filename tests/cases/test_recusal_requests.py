"""A recusal is asked for, decided within three days, reviewed once within three; nobody is named aloud."""

from datetime import date
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from services.cases.rules.deadlines import period_for
from services.cases.rules.vocabulary import Capacity
from shared.calendar import load
from shared.clocks import deadline
from shared.identity import Role
from tests import given
from tests.cases.story import CHIEF, CLERK, HEAD, OFFICE, PROSECUTOR, Story, days_ago
from tests.cases.test_recusal import decided, recused
from tests.given import Person

PLAN = load()
COMMITTEE = given.committee(OFFICE)
OTHER = given.prosecutor(OFFICE, "other")
WHO, WHY = "当事人赵某", "系行政机关负责人近亲属"


@pytest.mark.parametrize(
    ("received_on", "due_on"),
    [
        (date(2026, 3, 10), date(2026, 3, 13)),
        (date(2026, 3, 11), date(2026, 3, 16)),  # the 14th is a Saturday
        (date(2024, 2, 26), date(2024, 2, 29)),  # leap day
        (date(2024, 2, 7), date(2024, 2, 18)),  # the Spring Festival rests to the 17th; Sunday 18th is worked
        (date(2023, 9, 28), date(2023, 10, 7)),  # a make-up Saturday
        (date(2022, 12, 29), date(2023, 1, 3)),  # New Year
    ],
)
def test_three_days_from_receipt_and_three_from_the_request_for_review(
    received_on: date, due_on: date
) -> None:
    for row in ("T1", "T2"):
        period = period_for(row, received_on)
        assert (deadline(period, received_on, PLAN).due_on, str(period.basis)) == (due_on, "R 23")


async def asked(
    story: Story, lead: dict[str, Any], person: Person = PROSECUTOR, by: Person = CLERK, **more: Any
) -> httpx.Response:
    """The answer to a request that a person, a prosecutor unless said, be recused from a lead."""
    said = {"person": person.sub, "person_role": "prosecutor", "petitioner": "party"}
    return await on_lead(
        story, lead, "recusal-requests", said | {"petitioner_name": WHO, "ground": WHY} | more, by
    )


async def on_lead(
    story: Story, lead: dict[str, Any], noun: str, said: dict[str, Any], by: Person = CLERK
) -> httpx.Response:
    """The answer to an act on a lead as a matter."""
    etag = await story.client.etag(f"/cases/v1/leads/{lead['id']}", HEAD)
    return await story.client.post(f"/cases/v1/matters/{lead['id']}/{noun}", said, by=by, etag=etag)


async def requested(story: Story, lead: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The request, made."""
    response = await asked(story, lead, **more)
    assert response.status_code == 201, response.text
    request: dict[str, Any] = response.json()
    return request


async def review_asked(
    story: Story, lead: dict[str, Any], request: dict[str, Any], **more: Any
) -> httpx.Response:
    """The answer to a request for review."""
    noun = f"recusal-requests/{request['id']}/review-request"
    return await on_lead(story, lead, noun, {"reason": "不服决定"} | more)


async def reviewed(
    story: Story, lead: dict[str, Any], request: dict[str, Any], decision: str, by: Person = CHIEF
) -> httpx.Response:
    """The answer to a decision on review."""
    noun = f"recusal-requests/{request['id']}/review"
    return await on_lead(story, lead, noun, {"decided": decision, "ground": "复议查明"}, by)


async def clocks_said(story: Story, row: str) -> list[tuple[str, str | None, str | None]]:
    """Every start and meeting of that row: what happened, when it ends, what it is about."""
    found = [*await story.app.recorded("clock_started"), *await story.app.recorded("clock_met")]
    of_row = [event for event in found if event.body["row"] == row]
    return [(e.type.split("_")[-1], e.body.get("due_on"), e.body.get("about")) for e in of_row]


async def test_a_request_starts_three_days_and_the_decision_meets_them(story: Story) -> None:
    lead = await story.lead(occurred_on=days_ago(20))
    request = await requested(story, lead, occurred_on=days_ago(6))
    received_on = date.fromisoformat(days_ago(6))
    due_on = deadline(period_for("T1", received_on), received_on, PLAN).due_on.isoformat()
    assert await clocks_said(story, "T1") == [("started", due_on, request["id"])]
    assert (request["requested_on"], request["decided_on"]) == (days_ago(6), None)
    done = await decided(story, lead, PROSECUTOR, request_id=request["id"])
    assert (done.status_code, done.json()["request_id"]) == (201, request["id"])
    assert [each[0] for each in await clocks_said(story, "T1")] == ["started", "met"]
    (met,) = [e.body for e in await story.app.recorded("clock_met") if e.body["row"] == "T1"]
    assert met["late"] is (days_ago(0) > due_on)
    (shown,) = (await story.client.read(f"/cases/v1/matters/{lead['id']}/recusal-requests", HEAD))["items"]
    assert (shown["decided_on"], shown["outcome"]) == (days_ago(0), "recused")
    (event,) = await story.app.recorded("recusal_decided")
    assert (event.body["request_id"], event.body["on_review"]) == (request["id"], False)


async def test_the_challenged_person_works_on_until_it_is_decided_and_during_the_review(story: Story) -> None:
    lead = await story.lead()
    request = await requested(story, lead)
    assert await recused(story, lead["id"]) == ()
    said = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "可查"}
    await story.client.act(f"/cases/v1/leads/{lead['id']}", "assessment", said, by=PROSECUTOR)
    await decided(story, lead, PROSECUTOR, decided="stays")
    assert (await review_asked(story, lead, request)).status_code == 200
    path = f"/cases/v1/leads/{lead['id']}"
    assert (await story.client.get(path, PROSECUTOR)).status_code == 200
    await story.client.act(path, "declining", {"reason": "不属实"}, by=PROSECUTOR)
    assert (await reviewed(story, lead, request, "recused")).status_code == 200
    assert (await story.client.get(path, PROSECUTOR)).status_code == 404


async def test_a_decision_is_reviewed_once(story: Story) -> None:
    lead = await story.lead()
    request = await requested(story, lead)
    early = await review_asked(story, lead, request)
    assert (early.status_code, early.json()["code"]) == (409, "ReviewNotOpen")
    await decided(story, lead, PROSECUTOR)
    before = await reviewed(story, lead, request, "stays")
    assert (before.status_code, before.json()["code"]) == (409, "ReviewNotOpen")
    again = await review_asked(story, lead, request)
    assert again.json()["review_requested_on"] == days_ago(0)
    today = date.fromisoformat(days_ago(0))
    due_on = deadline(period_for("T2", today), today, PLAN).due_on.isoformat()
    assert await clocks_said(story, "T2") == [("started", due_on, request["id"])]
    result = await reviewed(story, lead, request, "stays")
    assert (result.status_code, result.json()["outcome"]) == (200, "stays")
    assert [each[0] for each in await clocks_said(story, "T2")] == ["started", "met"]
    assert await recused(story, lead["id"]) == ()
    for answer in (await review_asked(story, lead, request), await reviewed(story, lead, request, "stays")):
        assert (answer.status_code, answer.json()["code"]) == (409, "ReviewNotOpen")
    told = [(e.body["outcome"], e.body["on_review"]) for e in await story.app.recorded("recusal_decided")]
    assert told == [("recused", False), ("stays", True)]


async def test_a_decision_without_naming_the_request_answers_it(story: Story) -> None:
    lead = await story.lead()
    request = await requested(story, lead)
    assert (await decided(story, lead, PROSECUTOR)).json()["request_id"] == request["id"]
    alone = await decided(story, lead, CLERK, person_role="clerk")
    assert alone.json()["request_id"] is None


async def test_a_request_on_the_case_is_decided_on_the_lead_as_well(story: Story) -> None:
    case = await story.case()
    etag = await story.client.etag(f"/cases/v1/cases/{case['id']}", HEAD)
    said = {"person": PROSECUTOR.sub, "person_role": "prosecutor", "petitioner": "agency"}
    said |= {"petitioner_name": WHO, "ground": WHY}
    path = f"/cases/v1/matters/{case['id']}/recusal-requests"
    made = await story.client.post(path, said, by=HEAD, etag=etag)
    assert made.status_code == 201, made.text
    lead = {"id": case["lead_id"]}
    assert (await asked(story, lead)).json()["code"] == "RecusalPending"
    listed = await story.client.read(f"/cases/v1/matters/{lead['id']}/recusal-requests", HEAD)
    assert [each["id"] for each in listed["items"]] == [made.json()["id"]]
    done = await decided(story, lead, PROSECUTOR, request_id=made.json()["id"])
    assert done.status_code == 201
    assert await recused(story, case["id"]) == (PROSECUTOR.sub,)
    met = await story.app.recorded("clock_met", UUID(case["id"]))
    assert [e.body["row"] for e in met] == ["T1"]


async def test_it_binds_interpreters_appraisers_and_inspectors_who_leave_the_team(story: Story) -> None:
    lead = await story.lead()
    appraiser = given.somebody(given.NEIGHBOUR, Role.TECHNICIAN, sub="appraiser")
    places = [{"seat": "in_charge", "name": "检察官", "person": PROSECUTOR.sub}]
    places += [{"seat": "expert", "name": "鉴定人", "person": appraiser.sub, "org": given.NEIGHBOUR}]
    await on_lead(story, lead, "team", {"join": places, "reason": "鉴定"}, CHIEF)
    path = f"/cases/v1/leads/{lead['id']}"
    assert (await story.client.get(path, appraiser)).status_code == 200
    await requested(story, lead, person=appraiser, person_role="appraiser")
    assert (await story.client.get(path, appraiser)).status_code == 200
    done = await decided(story, lead, appraiser, person_role="appraiser")
    assert (done.status_code, done.json()["article"]) == (201, "R 19-23")
    assert (await story.client.get(path, appraiser)).status_code == 404
    read = await story.client.read(path, HEAD)
    assert [each["person"] for each in read["team"]] == [PROSECUTOR.sub]
    event = (await story.app.recorded("team_changed"))[-1]
    assert (event.body["joined"], event.body["left"]) == ([], ["expert"])
    assert {Capacity.INTERPRETER, Capacity.APPRAISER, Capacity.INSPECTOR} <= set(Capacity)


async def test_the_committee_decides_and_reviews_where_the_chief_is_challenged(story: Story) -> None:
    lead = await story.lead()
    request = await requested(story, lead, person=CHIEF, person_role="chief")
    wrong = await decided(story, lead, CHIEF, by=given.chief(OFFICE, "deputy"))
    assert (wrong.status_code, wrong.json()["code"]) == (409, "RecusalDoesNotFit")
    await decided(story, lead, CHIEF, by=COMMITTEE, person_role="chief", decided="stays")
    await review_asked(story, lead, request)
    assert (await reviewed(story, lead, request, "recused", CHIEF)).json()["code"] == "RoleRequired"
    assert (await reviewed(story, lead, request, "recused", COMMITTEE)).status_code == 200
    assert await recused(story, lead["id"]) == (CHIEF.sub,)


async def test_who_asked_and_why_stands_only_where_it_can_be_erased(story: Story) -> None:
    lead = await story.lead()
    await requested(story, lead)
    (event,) = await story.app.recorded("recusal_requested")
    assert event.body.keys() == {"matter_id", "request_id", "office"}
    told = await story.client.read(f"/cases/v1/leads/{lead['id']}/timeline", HEAD)
    listed = await story.client.read(f"/cases/v1/matters/{lead['id']}/recusal-requests", HEAD)
    for text in (orjson.dumps(told).decode(), orjson.dumps(listed).decode()):
        assert WHO not in text
        assert WHY not in text
    assert PROSECUTOR.sub not in orjson.dumps(told).decode()


async def test_what_is_not_asked_for(story: Story) -> None:
    lead = await story.lead(occurred_on=days_ago(5))
    await decided(story, lead, CLERK, person_role="clerk")
    request = await requested(story, lead, by=HEAD)
    cases: list[tuple[Person, dict[str, Any], int, str]] = [
        (given.overseer(OFFICE), {}, 403, "RoleRequired"),
        (given.clerk(given.CITY), {}, 403, "NotYourMatter"),
        (given.clerk(given.NEIGHBOUR), {}, 404, "LeadNotFound"),
        (HEAD, {}, 409, "RecusalPending"),
        (HEAD, {"person": CLERK, "person_role": "clerk"}, 409, "AlreadyRecused"),
        (HEAD, {"person": OTHER, "occurred_on": days_ago(6)}, 409, "DateOutOfOrder"),
        (HEAD, {"person": OTHER, "petitioner": "stranger"}, 422, "Malformed"),
        (HEAD, {"person": OTHER, "ground": ""}, 422, "Malformed"),
    ]
    for by, said, status, code in cases:
        response = await asked(story, lead, by=by, **said)
        assert (response.status_code, response.json()["code"]) == (status, code), said
    other = await decided(story, lead, OTHER, request_id=request["id"])
    assert (other.status_code, other.json()["code"]) == (409, "RecusalDoesNotFit")
    elsewhere = await story.lead()
    unknown = await review_asked(story, elsewhere, request)
    assert unknown.status_code == 404
    assert len(await story.app.recorded("recusal_requested")) == 1
