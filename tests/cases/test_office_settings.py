"""How an office works is settled by dated rows: numbers, late entries, leads about platform companies."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.cases.rules.office_settings import Setting, nearest, problem_with
from shared import clock
from shared.ledger import Clock
from tests import given
from tests.cases.orders import Order
from tests.cases.story import (
    AGENCY,
    CHIEF,
    CLERK,
    HEAD,
    OFFICE,
    PROSECUTOR,
    Story,
    a_filing,
    a_lead,
    days_ago,
)
from tests.cases.test_lead_facts import clocks
from tests.given import CITY, NEIGHBOUR, PROVINCE, Person

LEADS, SETTINGS = "/cases/v1/leads", "/cases/v1/office-settings"
TEMPLATE = "检公{office}·{kind}〔{year}〕{seq}号"


def a_setting(setting: str, value: Any, **more: Any) -> dict[str, Any]:
    """The body of a setting."""
    return {"setting": setting, "value": value, "reason": "本院规定"} | more


async def settled(story: Story, by: Person, setting: str, value: Any, **more: Any) -> dict[str, Any]:
    """A setting, made."""
    made: dict[str, Any] = await story.client.create(SETTINGS, a_setting(setting, value, **more), by=by)
    return made


# -- the rule ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "good", "wrong"),
    [
        (
            "number_template",
            [TEMPLATE, "{office}-{kind}-{year}-{seq:05d}", "检{office}/{kind}/{year}/{seq:02d}号"],
            ["", 5, "{office}-{kind}-{year}", "{office}{kind}-{year}-{seq}", "{kind}-{office}-{year}-{seq}",
             "{office}-{kind}-{year}-1{seq}", "{office}-{kind}-{year}-{seq:5d}",
             "{office!r}-{kind}-{year}-{seq}", "{office.__class__}-{kind}-{year}-{seq}",
             "{office}-{kind}-{year}-{seq}-{seq}", "{0}-{1}-{2}-{3}", "{{office}}-{kind}-{year}-{seq}",
             "{office}-{kind}-{year}-{seq}" + "号" * 40],
        ),
        ("late_entry_days", [0, 30, 3650], [-1, 3651, True, "30", 1.5]),
        ("platform_for_record", [True, False], [1, "true"]),
        ("approval_to_file", [True, False], [0, "false"]),
    ],
)  # fmt: skip
def test_a_value_fits_its_setting(setting: str, good: list[Any], wrong: list[Any]) -> None:
    assert [problem_with(Setting(setting), each) for each in (*good, None)] == [None] * (len(good) + 1)
    assert [each for each in wrong if problem_with(Setting(setting), each) is None] == []


def test_the_nearest_office_speaks_and_one_that_took_it_back_does_not() -> None:
    line = [OFFICE, CITY, PROVINCE]
    assert nearest({}, line) is None
    assert nearest({PROVINCE: 5, CITY: 7}, line) == (CITY, 7)
    assert nearest({PROVINCE: 5, CITY: 7, OFFICE: None}, line) == (CITY, 7)
    assert nearest({PROVINCE: 5, CITY: 7, OFFICE: 0}, line) == (OFFICE, 0)


# -- over HTTP ---------------------------------------------------------------------------------------------


async def test_two_offices_write_their_numbers_each_in_its_way_and_those_given_stay(story: Story) -> None:
    neighbour, year = given.prosecutor(NEIGHBOUR), clock.today().year
    before = await story.lead()
    await settled(story, CHIEF, "number_template", TEMPLATE)
    await settled(story, given.chief(NEIGHBOUR), "number_template", "{office}/{kind}/{year}/{seq:03d}")
    assert (await story.lead())["number"] == f"检公{OFFICE}·L〔{year}〕2号"
    assert (await story.lead(by=neighbour))["number"] == f"{NEIGHBOUR}/L/{year}/001"
    await settled(story, CHIEF, "number_template", None)
    assert (await story.lead())["number"] == f"{OFFICE}-L-{year}-00003"
    numbers = [each["number"] for each in (await story.client.read(LEADS, PROSECUTOR))["items"]]
    assert before["number"] == f"{OFFICE}-L-{year}-00001"
    assert numbers[1:] == [f"检公{OFFICE}·L〔{year}〕2号", before["number"]]


async def test_two_offices_have_each_their_own_patience_with_late_entries(story: Story) -> None:
    neighbour = given.prosecutor(NEIGHBOUR)

    async def late(by: Person, days: int) -> int:
        response = await story.client.post(LEADS, a_lead(occurred_on=days_ago(days)), by=by)
        return response.status_code

    assert [await late(PROSECUTOR, days) for days in (30, 31)] == [201, 409]
    await settled(story, CHIEF, "late_entry_days", 3)
    await settled(story, given.chief(NEIGHBOUR), "late_entry_days", 100)
    assert [await late(PROSECUTOR, days) for days in (3, 4)] == [201, 409]
    assert [await late(neighbour, days) for days in (31, 100, 101)] == [201, 201, 409]
    assert (await story.lead(occurred_on=days_ago(300), late_reason="补录"))["stage"] == "registered"


async def test_a_platform_lead_is_reported_for_record_where_the_office_settled_it(story: Story) -> None:
    assert "I10" not in await clocks(story, (await story.lead(platform=True))["id"])
    await settled(story, given.chief(CITY), "platform_for_record", True)
    lead = await story.lead(platform=True)
    assert (await clocks(story, lead["id"]))["I10"][0] == "running"
    async with story.app.reading() as session:
        rows = select(Clock).where(Clock.matter_id == UUID(lead["id"]), Clock.row == "I10")
        (running,) = (await session.scalars(rows)).all()
    assert (running.statutory, running.about) == (False, UUID(lead["id"]))
    assert f"内部规定：{CITY} 要求平台企业线索" in running.trace
    assert "I10" not in await clocks(story, (await story.lead())["id"])
    plain = await story.lead()
    await story.client.act(
        f"{LEADS}/{plain['id']}", "facts", {"platform": True, "reason": "核实"}, by=PROSECUTOR
    )
    assert (await clocks(story, plain["id"]))["I10"][0] == "running"
    await settled(story, CHIEF, "platform_for_record", False)
    assert "I10" not in await clocks(story, (await story.lead(platform=True))["id"])
    assert (await clocks(story, lead["id"]))["I10"][0] == "running", "what runs, runs"


async def test_a_setting_holds_from_its_day_on_and_every_one_is_listed(
    story: Story, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    later = (clock.today() + timedelta(10)).isoformat()
    made = await settled(story, given.admin(OFFICE), "number_template", TEMPLATE, since=later)
    assert (made["value"], made["since"], made["mark"]) == (TEMPLATE, later, "internal")
    assert (await story.lead())["number"].startswith(f"{OFFICE}-L-")
    await settled(story, CHIEF, "late_entry_days", 5)
    with statements() as few:
        page = await story.client.read(SETTINGS, CLERK, limit=1)
    assert [each["setting"] for each in page["items"]] == ["late_entry_days"]
    rest = await story.client.read(SETTINGS, CLERK, limit=1, cursor=page["next"])
    assert ([each["value"] for each in rest["items"]], rest["next"]) == ([TEMPLATE], None)
    for days in range(10):
        await settled(story, CHIEF, "late_entry_days", days)
    with statements() as many:
        found = await story.client.read(SETTINGS, CLERK, setting="late_entry_days", office=OFFICE)
    assert len(found["items"]) == 11
    assert len(few) == len(many)
    event = (await story.app.recorded("setting_made"))[0]
    assert (event.subject, event.matter_id) == (f"office/{OFFICE}", None)
    assert event.body == {"office": OFFICE, "setting": "number_template", "since": later}


REFUSED: list[tuple[Person, dict[str, Any], int, str]] = [
    (PROSECUTOR, {}, 403, "RoleRequired"),
    (HEAD, {}, 403, "RoleRequired"),
    (CHIEF, {"since": "2021-02-01"}, 409, "DateOutOfOrder"),
    (CHIEF, {"value": "{seq}"}, 422, "Malformed"),
    (CHIEF, {"value": 5}, 422, "Malformed"),
    (CHIEF, {"setting": "colour"}, 422, "Malformed"),
    (CHIEF, {"reason": " "}, 422, "Malformed"),
]


async def test_what_is_not_settled(story: Story) -> None:
    for by, said, status, code in REFUSED:
        response = await story.client.post(SETTINGS, a_setting("number_template", TEMPLATE) | said, by=by)
        assert (response.status_code, response.json()["code"]) == (status, code), said
    assert (await story.client.read(SETTINGS, CLERK))["items"] == []
    assert await story.app.recorded("setting_made") == []


async def test_a_case_is_opened_only_with_the_approval_that_an_office_wants(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead, other = await story.assessed(), await story.assessed()
    path = f"{LEADS}/{lead['id']}"
    early = await story.reviewed(await story.proposed(f"{LEADS}/{other['id']}", "filing", a_filing()))
    await settled(story, given.chief(CITY), "approval_to_file", True)
    refused = await story.client.post(
        f"{path}/filing", a_filing(), by=PROSECUTOR, etag=await story.client.etag(path, PROSECUTOR)
    )
    said = refused.json()
    assert (refused.status_code, said["code"], said["settled_by"]) == (409, "ApprovalToFileNeeded", CITY)
    assert (said["ways_out"], said["mark"]) == (["request_approval_to_file"], "internal")
    where = f"/cases/v1/proposals/{early['id']}"
    late = await story.client.post(
        f"{where}/decision", {"approved": True}, by=CHIEF, etag=await story.client.etag(where, CHIEF)
    )
    assert late.json()["code"] == "ApprovalToFileNeeded", "settled meanwhile"
    request = Order(story, lead["id"], "request_approval_to_file", OFFICE, CITY, moves=False)
    await request.issued()
    again = await story.client.post(
        f"{path}/filing", a_filing(), by=PROSECUTOR, etag=await story.client.etag(path, PROSECUTOR)
    )
    assert again.json()["code"] == "ApprovalToFileNeeded", "asked for is not approved"
    approved = {"about": None, "approved_by": CITY, "approved_on": clock.today().isoformat()}
    await request.happened("referral_approved", **approved)
    assert (await story.approved(await story.proposed(path, "filing", a_filing())))["result_id"]
    await settled(story, CHIEF, "approval_to_file", False)
    assert (await story.client.act(where, "decision", {"approved": True}, by=CHIEF))["result_id"]
