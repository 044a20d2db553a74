"""The case side of the custody protocol: lock, refuse, move, release; whatever comes twice or too late."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared import clock
from tests import given
from tests.cases.orders import CITY_PROSECUTOR, Order, last, standing
from tests.cases.story import (
    AGENCY,
    HEAD,
    OFFICE,
    PROSECUTOR,
    Story,
    a_filing,
    a_suggestion,
    days_ago,
    types,
)


async def test_an_order_locks_the_matter_and_receipt_moves_it(story: Story) -> None:
    case = await story.case()
    order = await Order(story, case["id"], "assign", given.CITY, given.NEIGHBOUR).issued()
    assert await last(story, case["id"]) == (
        "custody_locked",
        {"matter_id": case["id"], "order_id": order.id, "epoch": 0},
    )
    assert (await story.read_case(case["id"]))["moving"] == order.id

    await order.received()
    assert await last(story, case["id"]) == (
        "custody_moved",
        {
            "matter_id": case["id"],
            "order_id": order.id,
            "from_office": OFFICE,
            "to_office": given.NEIGHBOUR,
            "epoch": 1,
        },
    )
    new = given.prosecutor(given.NEIGHBOUR)
    moved = await story.client.read(f"/cases/v1/cases/{case['id']}", new)
    assert (moved["office"], moved["epoch"], moved["moving"], moved["origin"]) == (
        given.NEIGHBOUR,
        1,
        None,
        "assigned",
    )
    assert moved["number"] == case["number"]
    assert (await story.client.get(f"/cases/v1/cases/{case['id']}", PROSECUTOR)).status_code == 404
    assert (await standing(story, case["id"])).holder == given.NEIGHBOUR
    clocks = await story.client.read(f"/cases/v1/cases/{case['id']}/clocks", new)
    assert {each["office"] for each in clocks["items"]} == {given.NEIGHBOUR}


async def test_the_old_holder_s_open_window_cannot_write_after_the_move(story: Story) -> None:
    case = await story.investigated()
    path = f"/cases/v1/cases/{case['id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    await (await Order(story, case["id"]).issued()).received()
    said = {"ground": "other", "reason": "无"}
    old = await story.client.post(f"{path}/termination", said, by=PROSECUTOR, etag=etag)
    assert old.status_code == 404
    stale = await story.client.post(f"{path}/termination", said, by=CITY_PROSECUTOR, etag=etag)
    assert (stale.status_code, stale.json()["code"]) == (412, "StaleEpoch")
    now = await story.client.etag(path, CITY_PROSECUTOR)
    done = await story.client.post(f"{path}/termination", said, by=CITY_PROSECUTOR, etag=now)
    assert done.status_code == 201


async def test_a_lead_moves_too_and_is_filed_by_its_new_holder(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.assessed()
    await (await Order(story, lead["id"]).issued()).received()
    path = f"/cases/v1/leads/{lead['id']}"
    proposal = await story.client.act(path, "filing", a_filing(), by=CITY_PROSECUTOR)
    review = {"agrees": True, "opinion": "同意"}
    where = f"/cases/v1/proposals/{proposal['id']}"
    await story.client.act(where, "review", review, by=given.department_head(given.CITY))
    done = await story.client.act(where, "decision", {"approved": True}, by=given.chief(given.CITY))
    case = await story.client.read(f"/cases/v1/cases/{done['result_id']}", CITY_PROSECUTOR)
    assert (case["epoch"], case["origin"], case["office"]) == (0, "taken_up", given.CITY)
    assert case["competence"]["article"] == "R 18"  # the order settles jurisdiction
    assert case["number"].startswith(f"{given.CITY}-C-")


@pytest.mark.parametrize(
    ("epoch", "before", "reason"),
    [
        (1, None, "stale_epoch"),
        (0, "locked", "already_moving"),
        (0, "ended", "ended"),
        (0, "gone", "unknown"),
    ],
)
async def test_an_order_that_cannot_move_the_matter_is_refused(
    story: Story, epoch: int, before: str | None, reason: str
) -> None:
    lead = await story.assessed()
    if before == "locked":
        await Order(story, lead["id"]).issued()
    if before == "ended":
        path = f"/cases/v1/leads/{lead['id']}"
        await story.approved(await story.proposed(path, "declining", {"reason": "不属实"}))
    matter_id = str(uuid4()) if before == "gone" else lead["id"]
    order = await Order(story, matter_id).issued(epoch)
    kind, body = await last(story, matter_id)
    assert (kind, body["order_id"], body["reason"]) == ("custody_refused", order.id, reason)


@pytest.mark.parametrize("how", ["withdrawn", "voided"])
async def test_an_order_that_is_over_releases_its_own_lock_only(story: Story, how: str) -> None:
    lead = await story.assessed()
    order = await Order(story, lead["id"]).issued()
    other = await Order(story, lead["id"]).issued()
    more = {} if how == "withdrawn" else {"reason": "custody_refused"}
    await other.happened(f"referral_{how}", **more)
    assert (await standing(story, lead["id"])).moving == UUID(order.id)
    await order.happened(f"referral_{how}", **more)
    assert (await standing(story, lead["id"])).moving is None
    assert (await last(story, lead["id"]))[0] == "custody_released"
    assert (await standing(story, lead["id"])).epoch == 0


async def test_a_receipt_after_the_lock_is_off_moves_nothing_and_is_told_so(story: Story) -> None:
    lead = await story.assessed()
    order = await Order(story, lead["id"]).issued()
    await order.happened("referral_withdrawn")
    await order.received()
    kind, body = await last(story, lead["id"])
    assert (kind, body["reason"]) == ("custody_refused", "not_waiting_for_it")
    assert (await standing(story, lead["id"])).holder == OFFICE
    assert (await standing(story, lead["id"])).epoch == 0


async def test_everything_delivered_twice_moves_once(story: Story) -> None:
    lead = await story.assessed()
    order = Order(story, lead["id"])
    day = clock.today().isoformat()
    issued = order.facts | {"basis_epoch": 0, "moves_custody": True, "grants_scope": None, "issued_on": day}
    matter = UUID(lead["id"])
    first = story.app.envelope("referrals.referral_issued", matter, issued)
    second = story.app.envelope("referrals.referral_received", matter, order.facts | {"received_on": day})
    for batch in ([first], [first, second], [second], [first, second]):
        await story.app.frame.inbox.take(batch)
    custody = [each for each in await types(story.app, lead["id"]) if each.startswith("custody")]
    assert custody == ["custody_locked", "custody_moved"]
    assert (await standing(story, lead["id"])).epoch == 1
    told = await story.client.read(f"/cases/v1/leads/{lead['id']}/timeline", CITY_PROSECUTOR)
    heard = [each["type"] for each in told["items"] if each["source"] == "referrals"]
    assert heard == ["referrals.referral_issued", "referrals.referral_received"]


async def test_a_second_receipt_after_the_move_is_not_refused(story: Story) -> None:
    lead = await story.assessed()
    order = await (await Order(story, lead["id"]).issued()).received()
    await order.received()
    assert (await last(story, lead["id"]))[0] == "custody_moved"


async def test_a_move_cancels_what_was_proposed(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.assessed()
    proposal = await story.proposed(f"/cases/v1/leads/{lead['id']}", "filing", a_filing())
    await (await Order(story, lead["id"]).issued()).received()
    where = f"/cases/v1/proposals/{proposal['id']}"
    cancelled = await story.client.read(where, CITY_PROSECUTOR)
    assert (cancelled["state"], cancelled["approved"]) == ("cancelled", False)
    assert (await story.client.get(where, HEAD)).status_code == 404
    (decided,) = await story.app.recorded("step_decided")
    assert decided.body["approved"] is False
    again = await story.client.act(f"/cases/v1/leads/{lead['id']}", "filing", a_filing(), by=CITY_PROSECUTOR)
    assert again["state"] == "awaiting_review"


async def test_a_designation_of_the_holder_is_a_basis_that_opens_the_act(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY, division=given.CITY)
    lead = await story.assessed()
    path = f"/cases/v1/leads/{lead['id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    refused = await story.client.post(f"{path}/filing", a_filing(), by=PROSECUTOR, etag=etag)
    assert refused.json()["code"] == "NotCompetent"
    order = await Order(story, lead["id"], "designate", given.CITY, OFFICE, moves=False).issued()
    await order.happened("referral_in_force", epoch=None)
    done = await story.approved(await story.proposed(path, "filing", a_filing(order_id=order.id)))
    case = await story.read_case(done["result_id"])
    assert (case["competence"]["article"], case["origin"]) == ("R 17", "self_handled")


async def test_what_happens_to_an_unheard_order_changes_nothing(story: Story) -> None:
    lead = await story.assessed()
    before = await standing(story, lead["id"])
    order = Order(story, lead["id"])
    await order.received()
    await order.happened("referral_withdrawn")
    await order.happened("referral_ended", reason="lifted")
    await order.happened("referral_in_force", epoch=1)
    assert await standing(story, lead["id"]) == before


async def test_an_order_dated_before_the_matter_began_moves_nothing(story: Story) -> None:
    lead = await story.assessed()
    await Order(story, lead["id"], on=days_ago(1)).issued()
    kind, body = await last(story, lead["id"])
    assert (kind, body["reason"]) == ("custody_refused", "before_the_matter")
    assert (await standing(story, lead["id"])).moving is None


async def test_the_new_holder_did_nothing_before_its_receipt(story: Story) -> None:
    lead = await story.lead(occurred_on=days_ago(9))
    await (await Order(story, lead["id"], on=days_ago(4)).issued()).received()
    path = f"/cases/v1/leads/{lead['id']}"
    said = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "可查"}
    etag = await story.client.etag(path, CITY_PROSECUTOR)
    early = said | {"occurred_on": days_ago(5)}
    refused = await story.client.post(f"{path}/assessment", early, by=CITY_PROSECUTOR, etag=etag)
    assert (refused.json()["code"], refused.json()["earliest"]) == ("DateOutOfOrder", days_ago(4))
    await story.client.act(path, "assessment", said | {"occurred_on": days_ago(4)}, by=CITY_PROSECUTOR)


async def test_an_order_also_answers_for_a_case_whose_agency_is_named_later(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.assessed()
    await (await Order(story, lead["id"]).issued()).received()
    path, head, chief = f"/cases/v1/leads/{lead['id']}", given.department_head(given.CITY), CITY_CHIEF
    opened = await decided(story, await story.proposed(path, "filing", UNKNOWN, CITY_PROSECUTOR), head, chief)
    case = f"/cases/v1/cases/{opened['result_id']}"
    await story.client.act(case, "investigation-report", {"conclusion": "如文"}, by=CITY_PROSECUTOR)
    response = await story.upload(opened["result_id"], by=CITY_PROSECUTOR)
    body = a_suggestion(response.json()["sha256"])
    await decided(story, await story.proposed(case, "suggestions", body, CITY_PROSECUTOR), head, chief)
    assert (await story.client.read(case, CITY_PROSECUTOR))["agency"] == AGENCY


CITY_CHIEF = given.chief(given.CITY)
UNKNOWN = {"procedure": "administrative"}


async def decided(story: Story, proposal: Any, head: given.Person, chief: given.Person) -> Any:
    """The proposal, reviewed and approved by the persons of another office."""
    path = f"/cases/v1/proposals/{proposal['id']}"
    await story.client.act(path, "review", {"agrees": True, "opinion": "同意"}, by=head)
    return await story.client.act(path, "decision", {"approved": True}, by=chief)
