"""Registering, reading, listing and assessing leads."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from shared import clock
from tests import given
from tests.cases.story import CHIEF, CLERK, HEAD, OFFICE, PROSECUTOR, Story, a_lead, days_ago, types

LEADS = "/cases/v1/leads"
ASSESSMENT = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "可查"}
Counting = Callable[[], AbstractContextManager[list[str]]]


async def test_a_lead_gets_the_next_number_of_its_office_and_says_what_it_meets(story: Story) -> None:
    first = await story.lead(kinds=["whereabouts"], persons=96_000, sector="education")
    second = await story.lead(by=CLERK)
    elsewhere = await story.lead(by=given.prosecutor(given.NEIGHBOUR))
    year = clock.today().year
    assert [lead["number"] for lead in (first, second, elsewhere)] == [
        f"330110-L-{year}-00001",
        f"330110-L-{year}-00002",
        f"330109-L-{year}-00001",
    ]
    assert first["focuses"] == ["sensitive", "sector", "over_10k"]
    assert first["emphasis"] == 3
    reasons = {(each["code"], each["article"], each["mark"]) for each in first["priority"]}
    assert ("sensitive", "PIPL 28", "verified") in reasons
    assert ("over_10k", "Notice priority 3 (English text)", "secondary") in reasons
    assert all("1,000,000" in each["note"] for each in first["priority"] if each["code"] == "over_10k")
    assert (first["stage"], first["origin"], first["office"]) == ("registered", "self_handled", OFFICE)


async def test_registration_is_announced_after_its_standing_and_starts_the_internal_limit(
    story: Story,
) -> None:
    lead = await story.lead(kinds=["medical"])
    recorded = await story.app.recorded(about=UUID(lead["id"]))
    assert [e.type for e in recorded] == [
        "cases.standing_changed",
        "cases.lead_registered",
        "cases.clock_started",
    ]
    assert recorded[1].basis == "R 25"
    assert recorded[1].body["focuses"] == ["sensitive"]
    assert recorded[2].body["row"] == "I1"
    assert recorded[2].body["statutory"] is False


async def test_a_lead_needs_a_role_and_a_well_formed_body(story: Story) -> None:
    post = story.client.post
    assert (await post(LEADS, a_lead())).status_code == 401
    assert (await post(LEADS, a_lead(), by=given.auditor())).status_code == 403
    for wrong in (
        {"persons": -1},
        {"sector": "space"},
        {"unknown": 1},
        {"places": ["33011"]},
        {"processors": [{"name": "某公司", "credit_code": "91330106MA27XL0X00"}]},
    ):
        response = await post(LEADS, a_lead(**wrong), by=PROSECUTOR)
        assert (response.status_code, response.json()["code"]) == (422, "Malformed"), wrong
    assert (await post(LEADS, a_lead(), by=PROSECUTOR, key=None)).status_code == 428


async def test_the_same_key_registers_once(story: Story) -> None:
    first = await story.client.post(LEADS, a_lead(), by=PROSECUTOR, key="k1")
    again = await story.client.post(LEADS, a_lead(), by=PROSECUTOR, key="k1")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    other = await story.client.post(LEADS, a_lead(title="另一线索"), by=PROSECUTOR, key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "IdempotencyKeyReused")
    assert len((await story.client.read(LEADS, PROSECUTOR))["items"]) == 1


async def test_a_number_of_another_system_is_unique_in_its_office_and_findable(story: Story) -> None:
    theirs = [{"system": "业务系统".encode().hex()[:8], "number": "检 2026-17"}]
    lead = await story.lead(external_ids=theirs)
    taken = await story.client.post(LEADS, a_lead(external_ids=theirs), by=PROSECUTOR)
    assert (taken.status_code, taken.json()["code"]) == (409, "ExternalIdTaken")
    assert lead["external_ids"] == theirs
    named = {"external_system": theirs[0]["system"], "external_number": theirs[0]["number"]}
    found = await story.client.read(LEADS, PROSECUTOR, **named)
    assert [each["id"] for each in found["items"]] == [lead["id"]]
    half = await story.client.get(LEADS, PROSECUTOR, external_number="1")
    assert half.status_code == 422
    refused = await story.lead(by=given.prosecutor(given.NEIGHBOUR), external_ids=theirs)
    assert refused["number"].endswith("00001")


async def test_a_refused_registration_leaves_no_gap_in_the_numbers(story: Story) -> None:
    theirs = [{"system": "s", "number": "1"}]
    await story.lead(external_ids=theirs)
    await story.client.post(LEADS, a_lead(external_ids=theirs), by=PROSECUTOR)
    assert (await story.lead())["number"].endswith("00002")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"occurred_on": (clock.today() + timedelta(days=1)).isoformat()}, 409, "DateOutOfOrder"),
        ({"occurred_on": days_ago(31)}, 409, "ReasonNeeded"),
        ({"occurred_on": days_ago(31), "late_reason": "补录"}, 201, None),
        ({"occurred_on": "2021-06-30", "late_reason": "补录"}, 409, "NoRuleInForce"),
        ({"classification": 2}, 403, "ClearanceTooLow"),
    ],
)
async def test_the_legal_day_of_a_registration(
    story: Story, body: dict[str, object], status: int, code: str | None
) -> None:
    response = await story.client.post(LEADS, a_lead(**body), by=PROSECUTOR)
    assert (response.status_code, response.json().get("code")) == (status, code)


async def test_who_may_see_a_lead(story: Story) -> None:
    lead = await story.lead()
    path = f"{LEADS}/{lead['id']}"
    officer = await given.known_agency(story.app.app, "agency-1")
    for person in (PROSECUTOR, given.overseer(given.CITY), given.overseer(given.PROVINCE), given.admin()):
        assert (await story.client.get(path, person)).status_code == 200, person
        assert len((await story.client.read(LEADS, person))["items"]) == 1
    for person in (given.prosecutor(given.NEIGHBOUR), given.overseer(given.OTHER_CITY), officer):
        for asked in (path, f"{path}/timeline", f"{LEADS}/{uuid4()}"):
            response = await story.client.get(asked, person)
            assert (response.status_code, response.json()["code"]) == (404, "LeadNotFound"), person
        assert (await story.client.read(LEADS, person))["items"] == []


async def test_a_lead_says_which_acts_are_open_to_whom_and_why(story: Story) -> None:
    lead = await story.lead()
    act = next(each for each in lead["open_acts"] if each["act"] == "assess")
    assert (act["act"], act["article"], act["mark"], act["open"]) == ("assess", "R 27", "verified", True)
    assert act["by"] == ["prosecutor", "department_head", "chief"]
    assessed = await story.assessed()
    acts = {each["act"]: each for each in assessed["open_acts"]}
    assert set(acts) == {"file", "decline", "merge", "split", "transfer_inside", "correct_facts", "object"}
    assert acts["file"]["chain"] == ["department_head", "chief"]
    assert (acts["file"]["document"], acts["file"]["document_name"]) == ("filing_decision", "立案决定书")


async def test_assessing_is_the_handling_office_s_and_done_once(story: Story) -> None:
    lead = await story.lead()
    path = f"{LEADS}/{lead['id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    superior = await story.client.post(
        f"{path}/assessment", ASSESSMENT, by=given.prosecutor(given.CITY), etag=etag
    )
    assert (superior.status_code, superior.json()["code"]) == (403, "NotYourMatter")
    clerk = await story.client.post(f"{path}/assessment", ASSESSMENT, by=CLERK, etag=etag)
    assert clerk.status_code == 403
    neighbour = given.prosecutor(given.NEIGHBOUR)
    unseen = await story.client.post(f"{path}/assessment", ASSESSMENT, by=neighbour, etag=etag)
    assert unseen.status_code == 404
    missing = await story.client.post(f"{path}/assessment", ASSESSMENT, by=PROSECUTOR)
    assert missing.status_code == 428

    done = await story.client.post(f"{path}/assessment", ASSESSMENT, by=PROSECUTOR, etag=etag)
    assert done.status_code == 200
    assert done.json()["stage"] == "assessed"
    assert done.headers["etag"] == f'"{done.json()["etag"]}"'
    stale = await story.client.post(f"{path}/assessment", ASSESSMENT, by=PROSECUTOR, etag=etag)
    assert (stale.status_code, stale.json()["code"]) == (412, "ChangedMeanwhile")
    now = done.headers["etag"]
    again = await story.client.post(f"{path}/assessment", ASSESSMENT, by=PROSECUTOR, etag=now)
    assert (again.status_code, again.json()["code"]) == (409, "StepNotOpen")
    assert again.json()["open"] == [
        *("file", "decline", "merge", "split", "transfer_inside", "correct_facts", "object"),
    ]
    assert await types(story.app, lead["id"]) == [
        "lead_registered",
        "clock_started",
        "lead_assessed",
        "clock_met",
        "clock_started",
    ]


async def test_an_act_is_never_before_its_basis(story: Story) -> None:
    lead = await story.lead(occurred_on=days_ago(5))
    path = f"{LEADS}/{lead['id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    early = ASSESSMENT | {"occurred_on": days_ago(6)}
    refused = await story.client.post(f"{path}/assessment", early, by=PROSECUTOR, etag=etag)
    assert (refused.status_code, refused.json()["code"]) == (409, "DateOutOfOrder")
    right = ASSESSMENT | {"occurred_on": days_ago(4)}
    done = await story.client.post(f"{path}/assessment", right, by=PROSECUTOR, etag=etag)
    assert done.json()["assessed_on"] == days_ago(4)


async def test_the_timeline_tells_what_when_who_and_why(story: Story) -> None:
    lead = await story.lead(occurred_on=days_ago(3))
    told = await story.client.read(f"{LEADS}/{lead['id']}/timeline", PROSECUTOR)
    first = told["items"][0]
    assert first["type"] == "cases.lead_registered"
    assert (first["article"], first["who"], first["occurred_on"]) == ("R 25", OFFICE, days_ago(3))
    assert first["facts"]["lead_id"] == lead["id"]
    assert "standing_changed" not in str(told)


async def test_lists_are_filtered_ordered_and_paged(story: Story) -> None:
    plain = await story.lead(source="report", sector="medical")
    emphasised = await story.assessed(kinds=["biometric"], linked=True)
    neighbours = await story.lead(by=given.prosecutor(given.NEIGHBOUR))
    city = given.overseer(given.CITY)

    async def ids(**parameters: object) -> list[str]:
        return [each["id"] for each in (await story.client.read(LEADS, city, **parameters))["items"]]

    assert await ids() == [neighbours["id"], emphasised["id"], plain["id"]]
    assert (await ids(sort="emphasis"))[0] == emphasised["id"]
    assert await ids(stage="assessed") == [emphasised["id"]]
    assert await ids(office=OFFICE) == [emphasised["id"], plain["id"]]
    assert await ids(below=given.CITY) == await ids()
    assert await ids(below=given.NEIGHBOUR) == [neighbours["id"]]
    assert await ids(source="report", sector="medical") == [plain["id"]]
    assert await ids(origin="assigned") == []
    for parameters in ({"unheard": "x"}, {"below": "999999"}, {"stage": "nowhere"}):
        assert (await story.client.get(LEADS, city, **parameters)).status_code == 422

    for sort in ("newest", "emphasis"):
        page = await story.client.read(LEADS, city, limit=2, sort=sort)
        rest = await story.client.read(LEADS, city, limit=2, sort=sort, cursor=page["next"])
        seen = [each["id"] for each in page["items"] + rest["items"]]
        assert seen == await ids(sort=sort)
        assert rest["next"] is None


async def test_a_list_costs_one_statement_however_long_it_is(story: Story, statements: Counting) -> None:
    for _ in range(5):
        await story.lead()
    with statements() as seen:
        assert len((await story.client.read(LEADS, HEAD))["items"]) == 5
    assert len([each for each in seen if each.startswith("SELECT")]) == 1, seen


async def test_a_timeline_costs_two_statements_however_long_it_is(story: Story, statements: Counting) -> None:
    lead = await story.assessed()
    with statements() as seen:
        await story.client.read(f"{LEADS}/{lead['id']}/timeline", CHIEF)
    assert len([each for each in seen if each.startswith("SELECT")]) == 2, seen


async def test_the_first_place_is_the_one_the_lead_is_found_under(story: Story) -> None:
    lead = await story.lead(places=[given.NEIGHBOUR, OFFICE])
    assert lead["place"] == given.NEIGHBOUR
    assert (await story.lead(places=[]))["place"] is None
    registered, _ = await story.app.recorded("lead_registered")
    stands = (await story.app.recorded("standing_changed", UUID(lead["id"])))[0]
    assert registered.body["place"] == stands.body["place"] == given.NEIGHBOUR
