"""A matter goes by the rules of a later day only with a reason, and everything that follows says so."""

from datetime import date
from typing import Any

import httpx
import orjson

from tests import given
from tests.cases.story import AGENCY, CHIEF, HEAD, OFFICE, PROSECUTOR, Story, a_filing, a_lead, days_ago
from tests.given import Person

LONG_AGO: dict[str, Any] = {"occurred_on": "2020-05-06", "late_reason": "补录"}
RULES_OF = "2021-07-01"
WHY = "办案规则施行前的案件，参照办理"
ASSESSMENT = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "可查"}


async def old_lead(story: Story) -> dict[str, Any]:
    """A lead of 2020, registered by the rules of 2021."""
    return await story.lead(as_if_on=RULES_OF, as_if_reason=WHY, **LONG_AGO)


async def go_by(
    story: Story, lead: dict[str, Any], as_if_on: str | None, by: Person = CHIEF, **more: Any
) -> httpx.Response:
    """The answer to a decision by which rules the matter goes."""
    etag = await story.client.etag(f"/cases/v1/leads/{lead['id']}", HEAD)
    said = {"as_if_on": as_if_on, "reason": WHY} | more
    return await story.client.post(f"/cases/v1/matters/{lead['id']}/rule-version", said, by=by, etag=etag)


async def test_without_it_no_rule_is_in_force_for_a_day_of_2020(story: Story) -> None:
    plain = await story.client.post("/cases/v1/leads", a_lead(**LONG_AGO), by=PROSECUTOR)
    assert (plain.status_code, plain.json()["code"]) == (409, "NoRuleInForce")
    lead = await old_lead(story)
    assert (await go_by(story, lead, None)).status_code == 200
    path = f"/cases/v1/leads/{lead['id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    refused = await story.client.post(f"{path}/assessment", ASSESSMENT | LONG_AGO, by=PROSECUTOR, etag=etag)
    assert (refused.status_code, refused.json()["code"]) == (409, "NoRuleInForce")
    again = await go_by(story, lead, "2021-08-01", reason="参照 2021 年规则")
    assert again.status_code == 200, again.text
    done = await story.client.act(path, "assessment", ASSESSMENT | LONG_AGO, by=PROSECUTOR)
    assert (done["as_if_on"], done["as_if_reason"]) == ("2021-08-01", "参照 2021 年规则")
    assert done["done"]["as_if_on"] == "2021-08-01"


async def test_every_trace_says_by_which_rules_and_why(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY, kind="cyberspace")
    lead = await old_lead(story)
    assert (lead["as_if_on"], lead["as_if_reason"]) == (RULES_OF, WHY)
    path = f"/cases/v1/leads/{lead['id']}"
    await story.client.act(path, "assessment", ASSESSMENT | LONG_AGO, by=PROSECUTOR)
    proposal = await story.proposed(path, "filing", a_filing(**LONG_AGO))
    case_id = (await story.approved_then(proposal, LONG_AGO))["result_id"]
    case = await story.read_case(case_id)
    assert WHY in case["competence"]["as_if"]
    clocks = await story.client.read(f"/cases/v1/cases/{case_id}/clocks", PROSECUTOR)
    assert {each["row"] for each in clocks["items"]} == {"T4", "I4", "I11"}
    for each in clocks["items"]:
        assert each["how"][0].startswith(f"按 {RULES_OF} 施行的规则办理")
        assert WHY in each["how"][0]
        assert each["basis_on"] == "2020-05-06"
    reported = await story.reported(case, **LONG_AGO)
    assert reported["done"]["as_if_on"] == RULES_OF
    acts = [*await acts_of(story, lead["id"]), *await acts_of(story, case_id)]
    assert [each["act"] for each in acts] == ["register", "assess", "file", "conclude_investigation"]
    for each in acts:
        assert each["as_if_on"] == RULES_OF
        assert WHY in each["content"]["as_if"]


async def acts_of(story: Story, matter_id: str) -> list[dict[str, Any]]:
    """The official acts of a matter, in order."""
    found = await story.client.read(f"/cases/v1/matters/{matter_id}/acts", PROSECUTOR)
    acts: list[dict[str, Any]] = found["items"]
    return acts


async def test_an_act_of_a_day_that_has_rules_of_its_own_says_nothing(story: Story) -> None:
    lead = await old_lead(story)
    done = await story.client.act(f"/cases/v1/leads/{lead['id']}", "assessment", ASSESSMENT, by=PROSECUTOR)
    assert (done["done"]["as_if_on"], "as_if" in done["done"]["content"]) == (None, False)


async def test_the_change_is_journalled_with_its_reason_erasable(story: Story) -> None:
    lead = await story.lead(occurred_on=days_ago(10))
    answer = await go_by(story, lead, days_ago(5))
    assert answer.status_code == 200, answer.text
    (event,) = await story.app.recorded("rule_version_set")
    assert event.body == {"matter_id": lead["id"], "office": OFFICE, "as_if_on": days_ago(5)}
    assert event.basis.startswith("casebridge ")
    told = await story.client.read(f"/cases/v1/leads/{lead['id']}/timeline", HEAD)
    assert told["items"][-1]["type"] == "cases.rule_version_set"
    assert WHY not in orjson.dumps(told).decode()
    read = await story.client.read(f"/cases/v1/leads/{lead['id']}", HEAD)
    assert (read["as_if_on"], read["as_if_reason"]) == (days_ago(5), WHY)


async def test_who_may_not_and_what_cannot_be(story: Story) -> None:
    lead = await story.lead(occurred_on=days_ago(10))
    tomorrow = date.fromisoformat(days_ago(-1)).isoformat()
    cases: list[tuple[Person, str, dict[str, Any], int, str]] = [
        (PROSECUTOR, days_ago(5), {}, 403, "RoleRequired"),
        (given.chief(given.CITY), days_ago(5), {}, 403, "NotYourMatter"),
        (given.chief(given.NEIGHBOUR), days_ago(5), {}, 404, "LeadNotFound"),
        (CHIEF, tomorrow, {}, 409, "DateOutOfOrder"),
        (CHIEF, days_ago(11), {}, 409, "DateOutOfOrder"),
        (CHIEF, days_ago(5), {"reason": " "}, 422, "Malformed"),
    ]
    for by, as_if_on, more, status, code in cases:
        answer = await go_by(story, lead, as_if_on, by, **more)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (by.org, as_if_on)
    for said, code in (
        ({"as_if_on": RULES_OF}, "Malformed"),
        ({"as_if_on": tomorrow, "as_if_reason": WHY}, "DateOutOfOrder"),
    ):
        body = a_lead(**LONG_AGO) | said
        refused = await story.client.post("/cases/v1/leads", body, by=PROSECUTOR)
        assert refused.json()["code"] == code
    assert await story.app.recorded("rule_version_set") == []
