"""Leave that comes with an order, for one or for several together: given, kept, ended, refused."""

from typing import Any
from uuid import UUID

import pytest

from tests import given
from tests.cases.orders import Order, last, standing
from tests.cases.story import AGENCY, OFFICE, PROSECUTOR, Story, a_filing
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


async def test_supervision_is_given_confirmed_kept_through_a_move_and_lifted(story: Story) -> None:
    case = await story.case()
    order = Order(story, case["id"], "supervise", given.PROVINCE, OFFICE, moves=False, scope="supervision")
    await order.issued()
    assert await last(story, case["id"]) == (
        "grant_given",
        {
            "matter_id": case["id"],
            "order_id": order.id,
            "org": given.PROVINCE,
            "scope": "supervision",
        },
    )
    record = Order(story, case["id"], "report_for_record", OFFICE, given.CITY, moves=False, scope="record")
    await record.issued()
    assert {grant.scope for grant in (await standing(story, case["id"])).grants} == {"supervision", "record"}

    move = Order(story, case["id"], "assign", given.CITY, given.NEIGHBOUR)
    await (await move.issued()).received()
    left = (await standing(story, case["id"])).grants
    assert [(grant.scope, grant.org) for grant in left] == [("supervision", given.PROVINCE)]
    (ended,) = await story.app.recorded("grant_ended")
    facts = {"matter_id": case["id"], "order_id": record.id, "org": given.CITY, "reason": "custody_moved"}
    assert ended.body == facts

    await order.happened("referral_ended", reason="lifted")
    assert (await standing(story, case["id"])).grants == ()
    lifted = (await last(story, case["id"]))[1]
    assert (lifted["org"], lifted["reason"]) == (given.PROVINCE, "lifted")


async def test_supervision_of_a_lead_stays_with_the_case_it_becomes(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.assessed()
    order = Order(story, lead["id"], "supervise", given.PROVINCE, OFFICE, moves=False, scope="supervision")
    await order.issued()
    path = f"/cases/v1/leads/{lead['id']}"
    done = await story.approved(await story.proposed(path, "filing", a_filing()))
    case_id = done["result_id"]
    assert [str(grant.id) for grant in (await standing(story, case_id)).grants] == [order.id]
    await order.happened("referral_ended", reason="lifted")
    assert (await standing(story, case_id)).grants == ()
    assert (await standing(story, lead["id"])).grants == ()


@pytest.mark.parametrize(("scope", "kind"), [("supervision", "grant_refused"), ("record", "grant_given")])
async def test_an_ended_matter_takes_no_supervision_but_can_be_reported(
    story: Story, scope: str, kind: str
) -> None:
    lead = await story.assessed()
    path = f"/cases/v1/leads/{lead['id']}"
    await story.approved(await story.proposed(path, "declining", {"reason": "不属实"}))
    issuer, addressee = (given.CITY, OFFICE) if scope == "supervision" else (OFFICE, given.CITY)
    await Order(story, lead["id"], "any", issuer, addressee, moves=False, scope=scope).issued()
    assert (await last(story, lead["id"]))[0] == kind


async def test_an_order_about_another_office_s_matter_gives_no_leave(story: Story) -> None:
    lead = await story.assessed()
    order = Order(story, lead["id"], "supervise", given.PROVINCE, given.NEIGHBOUR, moves=False)
    order.scope = "supervision"
    await order.issued()
    kind, body = await last(story, lead["id"])
    assert (kind, body["reason"]) == ("grant_refused", "not_the_holder")


async def test_whoever_no_longer_holds_the_matter_gets_no_leave_by_an_order_to_it(story: Story) -> None:
    lead = await story.assessed()
    await (await Order(story, lead["id"]).issued()).received()
    late = Order(story, lead["id"], "supervise", given.CITY, OFFICE, moves=False, scope="supervision")
    await late.issued()
    kind, body = await last(story, lead["id"])
    assert (kind, body["reason"]) == ("grant_refused", "not_the_holder")
    assert (await story.client.get(f"/cases/v1/leads/{lead['id']}", PROSECUTOR)).status_code == 404
