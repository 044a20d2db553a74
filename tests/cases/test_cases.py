"""An administrative case from its suggestion to its end, and the clocks that run in it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared import clock
from tests import given
from tests.cases.story import (
    AGENCY,
    HANDOFF,
    OFFICE,
    PDF,
    PROSECUTOR,
    Story,
    a_filing,
    a_suggestion,
    act_on,
    days_ago,
    sha256_of,
    types,
)

Counting = Callable[[], AbstractContextManager[list[str]]]


# What may be done at any stage of the work before a suit.
ANY_TIME = {
    "object",
    "investigate",
    "hear",
    "entrust_appraisal",
    "receive_appraisal",
    "end_appraisal",
    "transfer_inside",
    "correct_facts",
    "extend",
}


async def refused(story: Story, case: dict[str, Any], act: str, body: Any, **more: Any) -> dict[str, Any]:
    """The problem that an act on the case as it is now meets."""
    path = f"/cases/v1/cases/{case['id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    response = await story.client.post(f"{path}/{act}", body, by=PROSECUTOR, etag=etag, **more)
    assert response.is_error, response.text
    problem: dict[str, Any] = response.json()
    return problem


async def test_a_suggestion_is_made_and_announced_with_its_document(story: Story) -> None:
    case = await story.suggested()
    assert case["stage"] == "suggestion_made"
    (suggestion,) = case["suggestions"]
    assert suggestion["number"] == f"330110-S-{clock.today().year}-00001"
    assert suggestion["document_sha256"] == sha256_of(PDF)
    (made,) = await story.app.recorded("suggestion_made")
    assert made.basis == "R 75"
    assert made.body["suggestion_id"] == suggestion["id"]
    assert made.body["rectify_by"] == suggestion["rectify_by"]
    assert (await story.clocks(case["id"]))["T5"][0] == "running"


async def test_a_suggestion_needs_its_parts_its_addressee_its_time_and_its_document(story: Story) -> None:
    case = await story.investigated()
    sha256 = await story.document(case["id"])
    await given.known_agency(story.app.app, "agency-2")

    async def why(**more: Any) -> dict[str, Any]:
        return await refused(story, case, "suggestions", a_suggestion(sha256) | more)

    lacking = await why(parts={"harm": "如文"})
    assert lacking["code"] == "DocumentIncomplete"
    assert [each["part"] for each in lacking["missing"]] == [
        "case_source",
        "failure",
        "legal_basis",
        "content",
    ]
    assert (await why(agency="agency-2"))["code"] == "WrongAddressee"
    short = await why(rectify_by=(clock.today() + timedelta(days=20)).isoformat())
    assert (short["code"], short["article"]) == ("PeriodTooShort", "J 21")
    assert (await why(document_sha256="0" * 64))["code"] == "DocumentUnknown"
    assert (await why(pace="whenever"))["code"] == "Malformed"


async def test_an_urgent_suggestion_may_have_a_shorter_time(story: Story) -> None:
    soon = (clock.today() + timedelta(days=40)).isoformat()
    case = await story.served(pace="urgent", rectify_by=soon)
    clocks = await story.clocks(case["id"])
    assert "T8" in clocks
    assert "T7" not in clocks


async def test_the_document_of_a_suggestion_may_lie_in_the_lead(story: Story) -> None:
    case = await story.investigated()
    sha256 = await story.document_in_lead(case)
    path = f"/cases/v1/cases/{case['id']}"
    await story.approved(await story.proposed(path, "suggestions", a_suggestion(sha256)))
    case = await story.read_case(case["id"])
    assert [each["sha256"] for each in case["documents"]] == [sha256]
    assert (await types(story.app, case["id"]))[-3:] == ["suggestion_made", "clock_met", "clock_started"]


async def test_service_starts_the_limits_on_the_day_it_was_proved(story: Story) -> None:
    case = await story.served()
    assert case["stage"] == "suggestion_served"
    (suggestion,) = case["suggestions"]
    assert suggestion["served_on"] == clock.today().isoformat()
    assert suggestion["handoff_id"] == HANDOFF
    clocks = await story.clocks(case["id"])
    assert {row: clocks[row][0] for row in ("T4", "T5", "T6", "T7", "T9")} == {
        "T4": "running",
        "T5": "met",
        "T6": "running",
        "T7": "running",
        "T9": "running",
    }
    assert (clocks["I4"][0], clocks["I5"][0]) == ("met", "met")
    assert clocks["T7"][1] == suggestion["reply_due_on"]
    assert clocks["T9"][1] > suggestion["rectify_by"]


async def test_a_clock_tells_how_it_was_counted(story: Story) -> None:
    case = await story.served()
    found = await story.client.read(f"/cases/v1/cases/{case['id']}/clocks", PROSECUTOR)
    t7 = next(each for each in found["items"] if each["row"] == "T7")
    assert (t7["article"], t7["statutory"], t7["about"]) == ("J 21", True, case["suggestions"][0]["id"])
    assert t7["how"][0].startswith("T7 (J 21): 2个月")
    assert t7["calendar_version"].startswith("chinesecalendar")
    assert all("weekends only" in each for each in t7["unsure"])


async def test_service_heard_twice_or_too_late_changes_nothing(story: Story) -> None:
    case = await story.served()
    before = await story.clocks(case["id"])
    await story.hear_of_handoff(case, "handoff_served", manner="read_out", served_on=clock.today())
    assert await story.clocks(case["id"]) == before
    assert (await story.read_case(case["id"]))["suggestions"] == case["suggestions"]


async def test_service_of_the_filing_decision_meets_its_limit(story: Story) -> None:
    case = await story.case()
    body = {"matter_id": case["id"], "handoff_id": str(uuid4()), "kind": "filing_decision"}
    body |= {"about": case["id"], "served_on": clock.today().isoformat()}
    await story.app.hear("referrals.handoff_served", UUID(case["id"]), body)
    assert (await story.clocks(case["id"]))["T4"][0] == "met"


async def test_a_report_for_record_meets_its_limit_and_gives_leave(story: Story) -> None:
    case = await story.served()
    body = {
        "matter_id": case["id"],
        "referral_id": str(uuid4()),
        "mode": "report_for_record",
        "issuer": OFFICE,
        "addressee": given.CITY,
        "basis_epoch": 0,
        "moves_custody": False,
        "grants_scope": "record",
        "about": case["suggestions"][0]["id"],
        "issued_on": clock.today().isoformat(),
    }
    await story.app.hear("referrals.referral_issued", UUID(case["id"]), body)
    assert (await story.clocks(case["id"]))["T6"][0] == "met"
    (given_,) = await story.app.recorded("grant_given")
    assert (given_.body["org"], given_.body["scope"]) == (given.CITY, "record")


async def test_a_reply_is_noted_and_judged(story: Story) -> None:
    case = await story.replied()
    assert case["stage"] == "replied"
    clocks = await story.clocks(case["id"])
    assert (clocks["T7"][0], clocks["I3"][0]) == ("met", "running")
    path, sid = f"/cases/v1/cases/{case['id']}", case["suggestions"][0]["id"]
    said = {"finding": "replied_without_performing", "opinion": "仅部分整改"}
    judged = await act_on(story.client, path, f"suggestions/{sid}/judgement", said)
    assert (judged["stage"], judged["suggestions"][0]["finding"]) == ("not_performed", said["finding"])
    (event,) = await story.app.recorded("reply_judged")
    assert (event.basis, event.body["handoff_id"]) == ("R 82(3)", HANDOFF)
    assert "仅部分整改" not in str(event.body)
    assert (await story.clocks(case["id"]))["I3"][0] == "met"


async def test_a_finding_must_fit_and_silence_is_judged_only_after_its_time(story: Story) -> None:
    case = await story.served()
    act = f"suggestions/{case['suggestions'][0]['id']}/judgement"
    said = {"finding": "no_reply_no_measures", "opinion": "无回复"}
    early = await refused(story, case, act, said)
    assert (early["code"], early["condition"]) == ("ConditionNotMet", "reply_period_over")
    supposing = await refused(story, case, act, said | {"finding": "replied_without_performing"})
    assert supposing["code"] == "FindingDoesNotFit"
    acts = {each["act"]: each["blocked_by"] for each in case["open_acts"]}
    assert acts == {
        "reply": [],
        "judge_performed": ["reply_period_over"],
        "judge_not_performed": ["reply_period_over"],
        "replace_suggestion": [],
        "withdraw_suggestion": [],
        "suspend": [],
    } | {key: [] for key in ANY_TIME} | {
        "receive_appraisal": ["result_awaited"],
        "end_appraisal": ["appraisal_open"],
    }
    other = await refused(story, case, f"suggestions/{uuid4()}/judgement", said)
    assert other["code"] == "NotFound"


async def test_silence_is_judged_once_its_time_is_over(story: Story) -> None:
    long_ago = {"late_reason": "补录"}
    case = await story.backdated(days=120)
    act = f"suggestions/{case['suggestions'][0]['id']}/judgement"
    said = {"finding": "no_reply_no_measures", "opinion": "逾期未回复"} | long_ago
    path = f"/cases/v1/cases/{case['id']}"
    judged = await act_on(story.client, path, act, said)
    assert judged["stage"] == "not_performed"
    await story.hear_of_handoff(case, "handoff_replied", replied_on=clock.today())
    late = await story.read_case(case["id"])
    assert late["stage"] == "replied"  # a late answer still counts and is judged again
    (met,) = [e for e in await story.app.recorded("clock_met") if e.body["row"] == "T7"]
    assert met.body["late"] is True


async def test_a_performed_case_is_terminated_by_the_chief(story: Story) -> None:
    case = await story.reviewed_for_suit("performed")
    assert case["stage"] == "reviewed"
    wrong = await refused(story, case, "termination", {"ground": "other_subject_sued", "reason": "无"})
    assert (wrong["code"], wrong["open"]) == (
        "GroundDoesNotFit",
        ["interest_protected", "fully_rectified", "other"],
    )
    path = f"/cases/v1/cases/{case['id']}"
    said = {"ground": "fully_rectified", "reason": "已全面整改"}
    await story.approved(await story.proposed(path, "termination", said))
    ended = await story.read_case(case["id"])
    assert (ended["stage"], ended["ground"]) == ("terminated", "fully_rectified")
    assert "archive" in {act["act"] for act in ended["open_acts"]}
    (event,) = await story.app.recorded("case_terminated")
    assert event.basis == "R 74"
    clocks = await story.clocks(case["id"])
    assert clocks["T9"][0] == "met"
    assert clocks["T6"][0] == "running"  # the duty to report remains
    standing = (await story.app.recorded("standing_changed", UUID(case["id"])))[-1]
    assert standing.body["closed"] is True
    closed = await refused(story, ended, "termination", said)
    assert closed["code"] == "StepNotOpen"
    assert "terminate" not in closed["open"]


async def test_a_civil_case_has_its_own_grounds(story: Story) -> None:
    case = await story.case(a_filing(procedure="civil", agency=None))
    assert {act["act"] for act in case["open_acts"]} - ANY_TIME == {
        "plan",
        "conclude_investigation",
        "support",
    }
    assert case["competence"]["article"] == "R 14"
    assert "R 16" in case["competence"]["remark"]
    suggestion = await refused(story, case, "suggestions", a_suggestion("0" * 64))
    assert suggestion["code"] == "StepNotOpen"
    await story.reported(case)
    said = {"ground": "other_subject_sued", "reason": "消费者组织已起诉"}
    await story.approved(await story.proposed(f"/cases/v1/cases/{case['id']}", "termination", said))
    (event,) = await story.app.recorded("case_terminated")
    assert event.basis == "R 90"


async def test_a_case_opened_before_its_agency_is_known_names_it_with_the_suggestion(story: Story) -> None:
    case = await story.investigated(a_filing(agency=None, competence_reason="损害重大，以事立案"))
    assert case["agency"] is None
    assert "T4" not in await story.clocks(case["id"])
    sha256 = await story.document(case["id"])
    await given.known_agency(story.app.app, "elsewhere", division=given.OTHER_CITY)
    wrong = await refused(story, case, "suggestions", a_suggestion(sha256, agency="elsewhere"))
    assert wrong["code"] == "NotCompetent"
    path = f"/cases/v1/cases/{case['id']}"
    await story.approved(await story.proposed(path, "suggestions", a_suggestion(sha256)))
    assert (await story.read_case(case["id"]))["agency"] == AGENCY


async def test_the_timeline_joins_lead_case_and_what_others_announced(story: Story) -> None:
    case = await story.replied()
    await story.app.hear(
        "notifications.message_delivered", UUID(case["id"]), {"matter_id": case["id"], "lane": 1}
    )
    path = f"/cases/v1/cases/{case['id']}/timeline"
    entries, cursor = [], None
    while True:
        page = await story.client.read(path, PROSECUTOR, limit=4, **({"cursor": cursor} if cursor else {}))
        entries += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    told = [each["type"] for each in entries]
    assert told[0] == "cases.lead_registered"
    assert told[-1] == "notifications.message_delivered"
    for wanted in ("cases.case_opened", "referrals.handoff_served", "referrals.handoff_replied"):
        assert told.count(wanted) == 1, told
    assert [each["at"] for each in entries] == sorted(each["at"] for each in entries)
    assert len({each["id"] for each in entries}) == len(entries)
    assert all(each["article"] and each["who"] for each in entries)


async def test_lists_of_cases_are_filtered_and_cost_one_statement(story: Story, statements: Counting) -> None:
    case = await story.case()
    path = "/cases/v1/cases"
    for parameters in (
        {"agency": AGENCY},
        {"procedure": "administrative"},
        {"stage": "opened"},
        {"below": given.PROVINCE},
        {"office": OFFICE},
        {"sort": "emphasis"},
    ):
        found = await story.client.read(path, given.overseer(given.CITY), **parameters)
        assert [each["id"] for each in found["items"]] == [case["id"]], parameters
    assert (await story.client.read(path, PROSECUTOR, agency="agency-9"))["items"] == []
    with statements() as seen:
        await story.client.read(path, PROSECUTOR)
    assert len([each for each in seen if each.startswith("SELECT")]) == 1, seen
    with statements() as seen:
        await story.client.read(f"{path}/{case['id']}/clocks", PROSECUTOR)
    assert len([each for each in seen if each.startswith("SELECT")]) == 3, seen


async def test_agencies_and_other_offices_never_see_a_case(story: Story) -> None:
    case = await story.case()
    officer = given.agency_officer(AGENCY)
    for person in (officer, given.prosecutor(given.NEIGHBOUR)):
        for what in ("", "/timeline", "/clocks"):
            response = await story.client.get(f"/cases/v1/cases/{case['id']}{what}", person)
            assert (response.status_code, response.json()["code"]) == (404, "CaseNotFound")
        assert (await story.client.read("/cases/v1/cases", person))["items"] == []


async def test_nothing_personal_is_announced(story: Story) -> None:
    await story.judged()
    text = str([envelope.body for envelope in await story.app.recorded()])
    for private in ("小区强制人脸识别", "业主信息", "如文", "同意", "已核实", "prosecutor-330110", "某某"):
        assert private not in text


async def test_reminders_and_a_breach_are_announced_once(story: Story) -> None:
    case = await story.served()
    due = clock.today() + timedelta(days=200)
    await story.app.duty("watch_clocks", due)
    breached = [e.body["row"] for e in await story.app.recorded("clock_breached", UUID(case["id"]))]
    assert sorted(breached) == ["T4", "T6", "T7", "T9"]
    assert await story.app.duty("watch_clocks", due) == 0
    assert days_ago(0) == clock.today().isoformat()


@pytest.mark.parametrize("act", ["suggestions", "termination"])
async def test_acts_in_a_case_are_the_handling_office_s(story: Story, act: str) -> None:
    case = await story.case()
    path = f"/cases/v1/cases/{case['id']}"
    body = a_suggestion("0" * 64) if act == "suggestions" else {"ground": "other", "reason": "无"}
    etag = await story.client.etag(path, PROSECUTOR)
    city = await story.client.post(f"{path}/{act}", body, by=given.prosecutor(given.CITY), etag=etag)
    assert (city.status_code, city.json()["code"]) == (403, "NotYourMatter")
    clerk = await story.client.post(f"{path}/{act}", body, by=given.clerk(OFFICE), etag=etag)
    assert clerk.status_code == 403
    nobody = given.prosecutor(given.NEIGHBOUR)
    assert (await story.client.post(f"{path}/{act}", body, by=nobody, etag=etag)).status_code == 404


async def test_a_reply_after_the_judgement_still_meets_the_agencys_time(story: Story) -> None:
    case = await story.backdated(90)
    path = f"/cases/v1/cases/{case['id']}/suggestions/{case['suggestions'][0]['id']}/judgement"
    etag = await story.client.etag(f"/cases/v1/cases/{case['id']}", PROSECUTOR)
    said = {"finding": "performed", "opinion": "已核实"}
    assert (await story.client.post(path, said, by=PROSECUTOR, etag=etag)).status_code == 200
    assert (await story.clocks(case["id"]))["T7"][0] == "running"
    await story.hear_of_handoff(case, "handoff_replied", replied_on=clock.today())
    assert (await story.clocks(case["id"]))["T7"][0] == "met"
    assert (await story.read_case(case["id"]))["stage"] == "performed"
