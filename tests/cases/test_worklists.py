"""Worklists: what waits, for whom, why, and which limit ends next; and never in a matter one may not know."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, update

from services.cases.tables import Order
from shared import clock
from shared.ledger import Clock
from shared.standing import recusals
from tests import given
from tests.cases.story import CHIEF, HEAD, OFFICE, PROSECUTOR, Story, a_filing, days_ago
from tests.given import CITY, NEIGHBOUR, OTHER_CITY, PROVINCE, SUPREME, Person

MINE, OURS, BELOW = (f"/cases/v1/worklists/{whose}" for whose in ("mine", "office", "below"))
Counting = Callable[[], AbstractContextManager[list[str]]]


async def seen(story: Story, path: str, by: Person = PROSECUTOR, **asked: Any) -> list[tuple[str, str]]:
    """Why what is on the list: reason and matter, in order."""
    page = await story.client.read(path, by, **asked)
    return [(item["reason"], item["matter_id"]) for item in page["items"]]


async def test_a_new_lead_waits_to_be_assessed_with_its_limit(story: Story) -> None:
    lead = await story.lead()
    page = await story.client.read(MINE, PROSECUTOR, reason="unassessed")
    (entry,) = page["items"]
    assert (entry["id"], entry["matter_id"], entry["day"]) == (lead["id"], lead["id"], str(clock.today()))
    assert (entry["kind"], entry["number"], entry["stage"]) == ("lead", lead["number"], "registered")
    assert entry["next_limit"]["row"] == "I1"
    assert entry["next_limit"]["due_on"] > str(clock.today())
    said = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "可查"}
    await story.client.act(f"/cases/v1/leads/{lead['id']}", "assessment", said, by=PROSECUTOR)
    assert await seen(story, MINE, reason="unassessed") == []


async def test_limits_are_due_and_then_overdue_until_met_and_not_while_they_stand_still(story: Story) -> None:
    past: dict[str, Any] = {"occurred_on": days_ago(60), "late_reason": "补录"}
    late, soon = await story.lead(**past), await story.lead()
    assert await seen(story, OURS, reason="overdue") == [("overdue", late["id"])]
    assert await seen(story, OURS, reason="due", within=0) == []
    assert await seen(story, OURS, reason="due", within=90) == [("due", soon["id"])]
    assert [why for why, _ in await seen(story, OURS, within=90)] == [
        "unassessed", "overdue", "unassessed", "due"
    ]  # fmt: skip
    await story.app.duty("watch_clocks")
    assert await seen(story, OURS, reason="overdue") == [("overdue", late["id"])], "announced, and still so"
    async with story.app.writing() as session:
        await session.execute(update(Clock).values(stopped_since=clock.today()))
    assert await seen(story, OURS, reason="overdue") == []


async def test_a_proposal_waits_for_the_role_that_comes_next_but_not_for_its_proposer(story: Story) -> None:
    lead = await story.assessed()
    await given.known_agency(story.app.app, "agency-1", kind="cyberspace")
    proposal = await story.proposed(f"/cases/v1/leads/{lead['id']}", "filing", a_filing())
    waits = [("approval", lead["id"])]
    assert await seen(story, MINE, HEAD, reason="approval") == waits
    assert await seen(story, MINE, CHIEF, reason="approval") == []
    assert await seen(story, MINE, PROSECUTOR.also(*HEAD.roles), reason="approval") == []
    assert await seen(story, OURS, PROSECUTOR, reason="approval") == waits
    assert await seen(story, BELOW, given.chief(CITY), reason="approval") == waits
    assert await seen(story, MINE, given.department_head(NEIGHBOUR), reason="approval") == []
    await story.reviewed(proposal)
    assert await seen(story, MINE, HEAD, reason="approval") == []
    (entry,) = (await story.client.read(MINE, CHIEF, reason="approval"))["items"]
    assert (entry["act"], entry["awaiting"], entry["id"]) == ("file", "chief", proposal["id"])
    await story.client.act(
        f"/cases/v1/proposals/{proposal['id']}", "decision", {"approved": False, "reason": "不足"}, by=CHIEF
    )
    assert await seen(story, OURS, CHIEF, reason="approval") == []


async def test_a_matter_that_an_order_is_moving_is_listed(story: Story) -> None:
    lead = await story.lead()
    order = {"id": uuid4(), "matter_id": UUID(lead["id"]), "mode": "assign", "issuer": CITY}
    row = (
        order
        | {"addressee": NEIGHBOUR, "moves_custody": True, "issued_on": clock.today()}
        | {"state": "locked"}
    )
    async with story.app.writing() as session:
        await session.execute(insert(Order), [row])
    assert await seen(story, OURS, reason="moving") == [("moving", lead["id"])]
    assert await seen(story, BELOW, given.prosecutor(CITY), reason="moving") == [("moving", lead["id"])]
    assert await seen(story, OURS, given.prosecutor(NEIGHBOUR), reason="moving") == []


async def test_mine_is_what_i_have_a_part_in_and_the_office_s_is_all_of_it(story: Story) -> None:
    mine, others = await story.lead(), await story.lead(by=given.prosecutor(OFFICE, sub="another"))
    assert {matter for _, matter in await seen(story, MINE)} == {mine["id"]}
    assert {matter for _, matter in await seen(story, OURS)} == {mine["id"], others["id"]}
    assert await seen(story, BELOW) == []


async def test_who_is_named_to_the_team_finds_the_matter_among_theirs_until_they_leave(story: Story) -> None:
    lead, named = await story.lead(), given.prosecutor(OFFICE, sub="named")
    assert await seen(story, MINE, named) == []
    path = f"/cases/v1/leads/{lead['id']}"
    place = {"seat": "in_charge", "name": "某某", "person": named.sub}

    async def change(**said: Any) -> Any:
        team = f"/cases/v1/matters/{lead['id']}/team"
        etag = await story.client.etag(path, CHIEF)
        answer = await story.client.post(team, said | {"reason": "办案需要"}, by=CHIEF, etag=etag)
        assert answer.status_code == 200, answer.text
        return answer.json()

    (member,) = (await change(join=[place]))["members"]
    assert await seen(story, MINE, named) == [("unassessed", lead["id"])]
    assert await seen(story, MINE, given.prosecutor(OFFICE, sub="another")) == []
    await change(join=[place | {"person": "the next"}], leave=[member["id"]])
    assert await seen(story, MINE, named) == []


async def test_the_most_emphasised_comes_first_when_asked_for_and_then_the_oldest(story: Story) -> None:
    then: list[dict[str, Any]]
    then = [{"occurred_on": days_ago(days), "late_reason": "补录"} for days in (20, 10, 5)]
    plain = await story.lead(**then[0])
    new = await story.lead(kinds=["biometric"], groups=["children"], **then[2])
    old = await story.lead(kinds=["biometric"], groups=["children"], **then[1])
    once = await story.lead(kinds=["biometric"])
    expected = [each["id"] for each in (old, new, once, plain)]
    found: list[str] = []
    asked: dict[str, Any] = {"reason": "unassessed", "sort": "emphasis", "limit": 1}
    while True:
        page = await story.client.read(OURS, PROSECUTOR, **asked)
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    assert found == expected
    assert [lead for _, lead in await seen(story, MINE, reason="unassessed")][:2] == [plain["id"], old["id"]]
    page = await story.client.read(BELOW, given.chief(CITY), sort="emphasis", within=90)
    assert [(item["reason"], item["emphasis"]) for item in page["items"]] == [
        *(("unassessed", 2), ("unassessed", 2), ("due", 2), ("due", 2)),
        *((why, emphasis) for emphasis in (1, 0) for why in ("unassessed", "due")),
    ]


async def test_below_is_what_lies_below_and_nobody_sees_what_they_may_not(story: Story) -> None:
    lead = await story.lead()
    for org in (CITY, PROVINCE, SUPREME):
        assert (await seen(story, BELOW, given.chief(org))) == [("unassessed", lead["id"])], org
        assert await seen(story, OURS, given.chief(org)) == [], org
    for org in (NEIGHBOUR, OTHER_CITY):
        for path in (MINE, OURS, BELOW):
            assert await seen(story, path, given.chief(org)) == [], org
    async with story.app.writing() as session:
        rows = [{"matter_id": UUID(lead["id"]), "sub": sub} for sub in (PROSECUTOR.sub, f"chief-{SUPREME}")]
        await session.execute(insert(recusals), rows)
    assert await seen(story, MINE) == []
    assert await seen(story, OURS) == []
    assert await seen(story, BELOW, given.chief(SUPREME)) == []
    secret = given.prosecutor(OFFICE).cleared(3)
    await story.lead(by=secret, classification=3)
    assert await seen(story, OURS, given.clerk(OFFICE).cleared(2), reason="unassessed") == [
        ("unassessed", lead["id"])
    ]


async def test_an_agency_has_no_worklist_and_strange_words_are_refused(story: Story) -> None:
    officer = await given.known_agency(story.app.app, "wxb-1")
    assert (await story.client.get(MINE, officer)).status_code == 403
    strange = (
        (MINE, {"reason": "bored"}),
        (MINE, {"within": 91}),
        (OURS, {"cursor": "x"}),
        (OURS, {"of": "me"}),
        (OURS, {"sort": "newest"}),
    )
    for path, asked in (*strange, ("/cases/v1/worklists/all", {})):
        assert (await story.client.get(path, PROSECUTOR, **asked)).status_code == 422, path


@pytest.mark.parametrize("sort", ["oldest", "emphasis"])
async def test_pages_follow_each_other_and_cost_one_statement_each(
    story: Story, statements: Counting, sort: str
) -> None:
    for days in (60, 50, 40):
        await story.lead(occurred_on=days_ago(days), late_reason="补录")
    whole = await seen(story, OURS, sort=sort)
    assert len(whole) == 6
    parts: list[tuple[str, str]] = []
    asked: dict[str, Any] = {"limit": 4, "sort": sort}
    while True:
        with statements() as sent:
            page = await story.client.read(OURS, PROSECUTOR, **asked)
        assert len([each for each in sent if each.startswith("SELECT")]) == 1
        parts += [(item["reason"], item["matter_id"]) for item in page["items"]]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    assert parts == whole
