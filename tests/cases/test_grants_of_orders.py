"""Leave for several offices or persons that comes with one order: given, ended or refused together."""

from typing import Any
from uuid import UUID

import pytest

from tests import given
from tests.cases.story import OFFICE, Story
from tests.cases.test_custody import Order, last, standing
from tests.given import CITY, DISTRICT, NEIGHBOUR, PROVINCE

CALLED = [{"org": NEIGHBOUR, "sub": name, "scope": "call_up", "ends_on": None} for name in ("wang", "li")]
TEAM = [
    {"org": PROVINCE, "sub": None, "scope": "leadership", "ends_on": None},
    {"org": NEIGHBOUR, "sub": None, "scope": "co_handling", "ends_on": None},
    {"org": "330203", "sub": None, "scope": "co_handling", "ends_on": None},
]


async def issued(story: Story, order: Order, grants: list[dict[str, Any]], epoch: int = 0) -> None:
    """An order that names the leave it asks for is issued."""
    more = {"basis_epoch": epoch, "moves_custody": False, "grants_scope": order.scope, "grants": grants}
    said = order.facts | more | {"about": None, "issued_on": order.on}
    await story.app.hear("referrals.referral_issued", UUID(order.matter_id), said)


def a_team(story: Story, matter_id: str) -> Order:
    """The province takes the lead."""
    return Order(story, matter_id, "take_lead", PROVINCE, OFFICE, moves=False, scope="leadership")


def a_call(story: Story, matter_id: str) -> Order:
    """The city calls up two persons of the neighbouring district."""
    return Order(story, matter_id, "call_up", CITY, NEIGHBOUR, moves=False, scope="call_up")


async def test_a_led_team_gets_leave_together_and_loses_it_together(story: Story) -> None:
    case = await story.case()
    order = a_team(story, case["id"])
    await issued(story, order, TEAM)
    held = {(grant.org, grant.scope) for grant in (await standing(story, case["id"])).grants}
    assert held == {(each["org"], each["scope"]) for each in TEAM}
    path = f"/cases/v1/cases/{case['id']}"
    assert (await story.client.get(path, given.prosecutor(NEIGHBOUR))).status_code == 200
    await order.happened("referral_ended", reason="dissolved")
    assert (await standing(story, case["id"])).grants == ()
    ended = await story.app.recorded("grant_ended")
    assert {each.body["order_id"] for each in ended} == {order.id}
    assert len(ended) == len(TEAM)
    assert (await story.client.get(path, given.prosecutor(NEIGHBOUR))).status_code == 404


async def test_only_the_persons_called_up_may_know_of_the_case(story: Story) -> None:
    case = await story.case()
    order = a_call(story, case["id"])
    await issued(story, order, CALLED)
    path = f"/cases/v1/cases/{case['id']}"
    assert (await story.client.get(path, given.prosecutor(NEIGHBOUR, sub="wang"))).status_code == 200
    assert (await story.client.get(path, given.prosecutor(NEIGHBOUR, sub="li"))).status_code == 200
    assert (await story.client.get(path, given.prosecutor(NEIGHBOUR, sub="zhao"))).status_code == 404
    await order.happened("referral_ended", reason="released")
    assert (await standing(story, case["id"])).grants == ()
    assert {each.body["order_id"] for each in await story.app.recorded("grant_ended")} == {order.id}


async def test_when_the_matter_moves_the_staff_of_the_old_team_is_told_by_their_order(story: Story) -> None:
    case = await story.case()
    order = a_call(story, case["id"])
    await issued(story, order, CALLED)
    await (await Order(story, case["id"]).issued()).received()
    assert (await standing(story, case["id"])).grants == ()
    ended = await story.app.recorded("grant_ended")
    assert [(each.body["order_id"], each.body["reason"]) for each in ended] == [
        (order.id, "custody_moved")
    ] * 2


@pytest.mark.parametrize("grants", [TEAM, CALLED], ids=["team", "staff"])
async def test_leave_asked_for_on_an_epoch_that_has_passed_is_refused(
    story: Story, grants: list[dict[str, Any]]
) -> None:
    case = await story.case()
    await (await Order(story, case["id"]).issued()).received()
    await issued(story, a_team(story, case["id"]), grants)
    kind, body = await last(story, case["id"])
    assert (kind, body["reason"]) == ("grant_refused", "not_the_holder")
    assert (await standing(story, case["id"])).grants == ()


async def test_leave_in_a_scope_nobody_knows_is_refused_whole(story: Story) -> None:
    case = await story.case()
    strange = {"org": DISTRICT, "sub": None, "scope": "curiosity", "ends_on": None}
    await issued(story, a_team(story, case["id"]), [*TEAM, strange])
    kind, body = await last(story, case["id"])
    assert (kind, body["reason"]) == ("grant_refused", "unknown")
    assert (await standing(story, case["id"])).grants == ()
