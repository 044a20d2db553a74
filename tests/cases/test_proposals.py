"""The approval chain: proposed, reviewed, decided, by two persons at least, with the law asked twice."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.agencies import AgencyChanged, keep
from shared.identity import Role
from tests import given
from tests.cases.story import (
    AGENCY,
    CHIEF,
    HEAD,
    OFFICE,
    PROSECUTOR,
    Story,
    a_filing,
    days_ago,
    types,
)

AGREED = {"agrees": True, "opinion": "同意"}
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
async def proposal(story: Story) -> dict[str, Any]:
    """A proposal to open a case."""
    await given.known_agency(story.app.app, AGENCY, kind="cyberspace")
    lead = await story.assessed()
    return await story.proposed(f"/cases/v1/leads/{lead['id']}", "filing", a_filing())


async def answered(story: Story, proposal: dict[str, Any], act: str, body: Any, by: given.Person) -> Any:
    """Status and code of an act on the proposal as it is now."""
    path = f"/cases/v1/proposals/{proposal['id']}"
    response = await story.client.get(path, by)
    if response.status_code != 200:
        return response.status_code, response.json()["code"]
    etag = response.headers["ETag"]
    response = await story.client.post(f"{path}/{act}", body, by=by, etag=etag)
    return response.status_code, response.json().get("code")


async def test_a_case_is_opened_by_the_chief_after_the_head_s_review(
    story: Story, proposal: dict[str, Any]
) -> None:
    assert (proposal["state"], proposal["awaiting"]) == ("awaiting_review", "department_head")
    reviewed = await story.reviewed(proposal)
    assert (reviewed["state"], reviewed["awaiting"]) == ("awaiting_decision", "chief")
    path = f"/cases/v1/proposals/{proposal['id']}"
    done = await story.client.act(path, "decision", {"approved": True}, by=CHIEF)
    assert (done["state"], done["approved"], done["awaiting"]) == ("approved", True, None)
    case = await story.read_case(done["result_id"])
    assert (case["stage"], case["agency"], case["procedure"]) == ("opened", AGENCY, "administrative")
    assert (case["competence"]["article"], case["competence"]["verdict"]) == ("R 13", "competent")
    lead = await story.client.read(f"/cases/v1/leads/{case['lead_id']}", PROSECUTOR)
    assert (lead["stage"], lead["case_id"], lead["open_acts"]) == ("filed", case["id"], [])
    assert (await types(story.app, lead["id"]))[-5:] == [
        "step_proposed",
        "step_reviewed",
        "step_decided",
        "lead_closed",
        "clock_met",
    ]
    assert await types(story.app, case["id"]) == ["case_opened"] + 3 * ["clock_started"]
    (opened,) = await story.app.recorded("case_opened")
    assert (opened.body["addressee"], opened.basis) == (AGENCY, "R 30")
    assert (await story.clocks(case["id"]))["T4"][0] == "running"


async def test_the_case_s_first_event_is_its_standing(story: Story) -> None:
    case = await story.case()
    first = (await story.app.recorded(about=UUID(case["id"])))[0]
    assert first.type == "cases.standing_changed"
    assert (first.body["holder"], first.body["epoch"], first.body["kind"]) == (OFFICE, 0, "case")


async def test_nobody_approves_their_own_proposal(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    everything = given.somebody(
        OFFICE, Role.PROSECUTOR, Role.DEPARTMENT_HEAD, Role.CHIEF, sub="chief-who-handles"
    )
    lead = await story.assessed()
    proposal = await story.proposed(f"/cases/v1/leads/{lead['id']}", "filing", a_filing(), by=everything)
    assert proposal["state"] == "awaiting_decision"  # who heads the department has reviewed by proposing
    refused = await answered(story, proposal, "decision", {"approved": True}, everything)
    assert refused == (409, "AnotherPersonNeeded")
    secretary = given.committee(OFFICE)
    assert await answered(story, proposal, "decision", {"approved": True}, secretary) == (200, None)


async def test_a_head_does_not_review_what_he_proposed_under_another_role(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.assessed()
    mine = given.prosecutor(OFFICE, sub="wang")
    proposal = await story.proposed(f"/cases/v1/leads/{lead['id']}", "filing", a_filing(), by=mine)
    same = given.department_head(OFFICE, sub="wang")
    assert await answered(story, proposal, "review", AGREED, same) == (409, "AnotherPersonNeeded")


async def test_each_station_is_its_role_s_and_comes_in_its_turn(
    story: Story, proposal: dict[str, Any]
) -> None:
    approve = {"approved": True}
    assert await answered(story, proposal, "review", AGREED, PROSECUTOR) == (403, "RoleRequired")
    assert await answered(story, proposal, "decision", approve, CHIEF) == (409, "ProposalNotOpen")
    above, beside = given.department_head(given.CITY), given.department_head(given.NEIGHBOUR)
    assert await answered(story, proposal, "review", AGREED, above) == (403, "NotYourMatter")
    assert await answered(story, proposal, "review", AGREED, beside) == (404, "NotFound")
    assert await answered(story, proposal, "review", AGREED, HEAD) == (200, None)
    assert await answered(story, proposal, "review", AGREED, HEAD) == (409, "ProposalNotOpen")
    assert await answered(story, proposal, "decision", approve, HEAD) == (403, "RoleRequired")
    assert await answered(story, proposal, "decision", approve, given.chief(given.CITY)) == (
        403,
        "NotYourMatter",
    )
    assert await answered(story, proposal, "decision", approve, CHIEF) == (200, None)
    assert await answered(story, proposal, "decision", approve, CHIEF) == (409, "ProposalNotOpen")


async def test_a_head_who_disagrees_stops_nothing_the_chief_decides(
    story: Story, proposal: dict[str, Any]
) -> None:
    against = {"agrees": False, "opinion": "证据不足"}
    assert await answered(story, proposal, "review", against, HEAD) == (200, None)
    refuse = {"approved": False, "reason": "同意部门意见"}
    assert await answered(story, proposal, "decision", refuse, CHIEF) == (200, None)
    lead = await story.client.read(f"/cases/v1/leads/{proposal['matter_id']}", PROSECUTOR)
    assert lead["stage"] == "assessed"
    (decided,) = await story.app.recorded("step_decided")
    assert decided.body["approved"] is False
    again = await story.proposed(f"/cases/v1/leads/{lead['id']}", "filing", a_filing())
    assert again["id"] != proposal["id"]


async def test_one_proposal_of_a_matter_at_a_time(story: Story, proposal: dict[str, Any]) -> None:
    path = f"/cases/v1/leads/{proposal['matter_id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    response = await story.client.post(f"{path}/declining", {"reason": "不属实"}, by=PROSECUTOR, etag=etag)
    assert (response.status_code, response.json()["code"]) == (409, "ProposalPending")
    lead = await story.client.read(path, PROSECUTOR)
    assert {act["act"]: act["blocked_by"] for act in lead["open_acts"]} == {
        **{key: ["proposal_pending"] for key in ("file", "decline", "merge", "split")},
        "transfer_inside": [],
        "correct_facts": [],
        "object": [],
    }


async def test_a_stale_etag_is_refused_and_a_repeated_decision_is_answered_again(
    story: Story, proposal: dict[str, Any]
) -> None:
    path = f"/cases/v1/proposals/{proposal['id']}"
    stale = await story.client.etag(path, CHIEF)
    await story.reviewed(proposal)
    fresh = await story.client.etag(path, CHIEF)
    post, body = story.client.post, {"approved": True}
    refused = await post(f"{path}/decision", body, by=CHIEF, etag=stale)
    assert (refused.status_code, refused.json()["code"]) == (412, "ChangedMeanwhile")
    done = await post(f"{path}/decision", body, by=CHIEF, etag=fresh, key="decide")
    again = await post(f"{path}/decision", body, by=CHIEF, etag=fresh, key="decide")
    assert done.status_code == again.status_code == 200
    assert again.json() == done.json()
    assert len(await story.app.recorded("case_opened")) == 1


async def test_the_law_is_asked_again_at_the_decision(story: Story, proposal: dict[str, Any]) -> None:
    await story.reviewed(proposal)
    async with story.app.writing() as session:  # meanwhile the agency turns out to stand elsewhere
        moved = given.an_agency(AGENCY, division=given.OTHER_CITY)
        await keep(session, AgencyChanged.model_validate(moved))
    refused = await answered(story, proposal, "decision", {"approved": True}, CHIEF)
    assert refused == (409, "NotCompetent")
    again = await story.client.read(f"/cases/v1/proposals/{proposal['id']}", CHIEF)
    assert again["state"] == "awaiting_decision"


async def test_a_decision_is_never_before_the_review(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.lead(occurred_on=days_ago(9))
    said = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "可查"}
    path = f"/cases/v1/leads/{lead['id']}"
    await story.client.act(path, "assessment", said | {"occurred_on": days_ago(8)}, by=PROSECUTOR)
    proposal = await story.proposed(path, "filing", a_filing(occurred_on=days_ago(7)))
    await story.client.act(
        f"/cases/v1/proposals/{proposal['id']}", "review", AGREED | {"occurred_on": days_ago(5)}, by=HEAD
    )
    early = {"approved": True, "occurred_on": days_ago(6)}
    assert await answered(story, proposal, "decision", early, CHIEF) == (409, "DateOutOfOrder")
    right = {"approved": True, "occurred_on": days_ago(5)}
    assert await answered(story, proposal, "decision", right, CHIEF) == (200, None)
    (opened,) = await story.app.recorded("case_opened")
    assert opened.occurred_on.isoformat() == opened.body["opened_on"] == days_ago(5)


@pytest.mark.parametrize(
    ("filing", "status", "code"),
    [
        ({"agency": "nobody"}, 409, "AgencyUnknown"),
        ({"agency": None}, 409, "CompetenceUnclear"),
        ({"agency": None, "competence_reason": "损害重大，以事立案"}, 201, None),
        ({"document_sha256": "0" * 64}, 409, "DocumentUnknown"),
        ({"order_id": str(uuid4())}, 409, "OrderNotInForce"),
        ({"procedure": "civil", "agency": None}, 201, None),
        ({"procedure": "criminal_incidental", "agency": None}, 409, "NotCompetent"),
        ({"procedure": "criminal_incidental", "agency": None, "crime_handled_here": True}, 201, None),
        ({"procedure": "imperial"}, 422, "Malformed"),
    ],
)
async def test_what_a_filing_must_say(
    story: Story, filing: dict[str, Any], status: int, code: str | None
) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.assessed()
    path = f"/cases/v1/leads/{lead['id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    response = await story.client.post(f"{path}/filing", a_filing(**filing), by=PROSECUTOR, etag=etag)
    assert (response.status_code, response.json().get("code")) == (status, code)


async def test_an_office_without_jurisdiction_is_told_the_lawful_way_out(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY, division=given.CITY)
    lead = await story.assessed()
    path = f"/cases/v1/leads/{lead['id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    response = await story.client.post(f"{path}/filing", a_filing(), by=PROSECUTOR, etag=etag)
    refused = response.json()
    assert (refused["code"], refused["article"]) == ("NotCompetent", "R 13")
    assert refused["ways_out"] == ["request_designation", "request_lead_transfer_up"]


async def test_a_lead_can_be_declined(story: Story) -> None:
    lead = await story.assessed()
    path = f"/cases/v1/leads/{lead['id']}"
    await story.approved(await story.proposed(path, "declining", {"reason": "不属实"}))
    declined = await story.client.read(path, PROSECUTOR)
    assert (declined["stage"], declined["case_id"]) == ("declined", None)
    (closed,) = await story.app.recorded("lead_closed")
    assert (closed.body["outcome"], closed.basis) == ("declined", "R 30")


async def test_an_unassessed_lead_can_be_neither_filed_nor_declined(story: Story) -> None:
    lead = await story.lead()
    path = f"/cases/v1/leads/{lead['id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    for act, body in (("filing", a_filing(agency=None)), ("declining", {"reason": "无"})):
        response = await story.client.post(f"{path}/{act}", body, by=PROSECUTOR, etag=etag)
        assert (response.status_code, response.json()["code"]) == (409, "StepNotOpen")
        assert "assess" in response.json()["open"]
        assert not {"file", "decline"} & set(response.json()["open"])


async def test_proposals_are_listed_by_whom_they_wait_for(
    story: Story, proposal: dict[str, Any], statements: Counting
) -> None:
    path = "/cases/v1/proposals"
    for parameters in ({"awaiting": "department_head"}, {"act": "file"}, {"office": OFFICE}):
        found = await story.client.read(path, HEAD, **parameters)
        assert [each["id"] for each in found["items"]] == [proposal["id"]], parameters
    assert (await story.client.read(path, HEAD, state="approved"))["items"] == []
    assert (await story.client.read(path, given.chief(given.NEIGHBOUR)))["items"] == []
    with statements() as seen:
        await story.client.read(path, HEAD)
    assert len([each for each in seen if each.startswith("SELECT")]) == 1, seen


async def test_a_decision_is_not_dated_before_what_happened_meanwhile(story: Story) -> None:
    case = await story.backdated(90)
    path = f"/cases/v1/cases/{case['id']}"
    judgement = f"suggestions/{case['suggestions'][0]['id']}/judgement"
    not_performed = {"finding": "other", "opinion": "未整改"}
    await story.client.act(path, judgement, not_performed | {"occurred_on": days_ago(9)}, by=PROSECUTOR)
    report = {"conclusion": "审查终结", "occurred_on": days_ago(9)}
    await story.client.act(path, "review-report", report, by=PROSECUTOR)
    ending = {"ground": "other", "reason": "x", "occurred_on": days_ago(9)}
    proposal = await story.proposed(path, "termination", ending)
    await story.client.act(
        f"/cases/v1/proposals/{proposal['id']}",
        "review",
        {"agrees": True, "opinion": "x", "occurred_on": days_ago(9)},
        by=HEAD,
    )
    replied_on = date.fromisoformat(days_ago(5))
    await story.hear_of_handoff(case, "handoff_replied", replied_on=replied_on)
    await story.client.act(path, judgement, not_performed | {"occurred_on": days_ago(4)}, by=PROSECUTOR)
    where = f"/cases/v1/proposals/{proposal['id']}"
    etag = await story.client.etag(where, CHIEF)
    early = {"approved": True, "occurred_on": days_ago(8)}
    refused = await story.client.post(f"{where}/decision", early, by=CHIEF, etag=etag)
    assert (refused.json()["code"], refused.json()["earliest"]) == ("DateOutOfOrder", days_ago(4))
