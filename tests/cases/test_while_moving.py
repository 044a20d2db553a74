"""While an order moves a matter: what waits, what goes on, and what takes the lock off again."""

from typing import Any

import pytest
from sqlalchemy import select

from shared.journal import journal_details
from tests import given
from tests.cases.orders import Order, last, standing
from tests.cases.story import (
    AGENCY,
    CHIEF,
    OFFICE,
    PROSECUTOR,
    Story,
    a_filing,
    a_suggestion,
)


async def test_while_moving_acts_that_end_or_speak_outward_wait(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.assessed()
    await Order(story, lead["id"]).issued()
    path = f"/cases/v1/leads/{lead['id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    for act, body in (("filing", a_filing()), ("declining", {"reason": "无"})):
        response = await story.client.post(f"{path}/{act}", body, by=PROSECUTOR, etag=etag)
        assert (response.status_code, response.json()["code"]) == (409, "MatterIsMoving")
    shown = await story.client.read(path, PROSECUTOR)
    assert {act["act"] for act in shown["open_acts"] if act["blocked_by"] == ["matter_is_moving"]} == {
        "file",
        "decline",
        "merge",
        "split",
    }


async def test_while_moving_a_suggestion_waits_and_its_approval_too(story: Story) -> None:
    case = await story.investigated()
    sha256 = await story.document(case["id"])
    path = f"/cases/v1/cases/{case['id']}"
    proposal = await story.proposed(path, "suggestions", a_suggestion(sha256))
    await story.reviewed(proposal)
    order = await Order(story, case["id"]).issued()
    where = f"/cases/v1/proposals/{proposal['id']}"
    etag = await story.client.etag(where, CHIEF)
    waits = await story.client.post(f"{where}/decision", {"approved": True}, by=CHIEF, etag=etag)
    assert (waits.status_code, waits.json()["code"]) == (409, "MatterIsMoving")
    assert waits.json()["order_id"] == order.id
    await order.happened("referral_withdrawn")
    done = await story.client.post(f"{where}/decision", {"approved": True}, by=CHIEF, etag=etag)
    assert done.status_code == 200


async def test_everything_else_goes_on_while_moving(story: Story) -> None:
    lead = await story.lead()
    await Order(story, lead["id"]).issued()
    said = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "可查"}
    done = await story.client.act(f"/cases/v1/leads/{lead['id']}", "assessment", said, by=PROSECUTOR)
    assert done["stage"] == "assessed"
    assert (await story.upload(lead["id"])).status_code == 201


async def test_a_statutory_limit_that_would_expire_releases_the_lock(story: Story) -> None:
    case = await story.backdated(days=200)
    said = {"finding": "other", "opinion": "未整改"}
    path = f"/cases/v1/cases/{case['id']}"
    act = f"suggestions/{case['suggestions'][0]['id']}/judgement"
    await story.client.act(path, act, said, by=PROSECUTOR)
    await story.client.act(path, "review-report", {"conclusion": "审查终结"}, by=PROSECUTOR)
    order = await Order(story, case["id"]).issued()
    ending = {"ground": "interest_protected", "reason": "公益已得到保护"}
    proposal = await story.proposed(path, "termination", ending)  # T9 has run out meanwhile
    assert proposal["state"] == "awaiting_review"
    (released,) = await story.app.recorded("custody_released")
    assert released.body == {
        "matter_id": case["id"],
        "order_id": order.id,
        "reason": "limit_would_expire",
    }
    await order.received()
    assert (await last(story, case["id"]))[0] == "custody_refused"


WORDS = "接收院系统故障，无法签收"


async def release(story: Story, matter_id: str, by: given.Person, etag: str | None = None) -> Any:
    """The answer to an administrator who would take the lock off."""
    etag = etag or await story.client.etag(f"/cases/v1/cases/{matter_id}", PROSECUTOR)
    path = f"/cases/v1/matters/{matter_id}/lock-release"
    return await story.client.post(path, {"reason": WORDS}, by=by, etag=etag)


@pytest.mark.parametrize("office", [OFFICE, given.CITY, given.SUPREME])
async def test_an_administrator_releases_a_stuck_lock_and_says_why(story: Story, office: str) -> None:
    case = await story.case()
    order = await Order(story, case["id"]).issued()
    response = await release(story, case["id"], given.admin(office))
    assert (response.status_code, response.json()["moving"]) == (200, None), response.text
    assert await last(story, case["id"]) == (
        "custody_released",
        {"matter_id": case["id"], "order_id": order.id, "reason": "operator"},
    )
    assert (await standing(story, case["id"])).moving is None
    async with story.app.reading() as session:
        kept = [row.body for row in await session.execute(select(journal_details))]
    assert sum(WORDS in each for each in kept) == 1
    await order.received()
    assert (await standing(story, case["id"])).holder == OFFICE
    again = await release(story, case["id"], given.admin(office))
    assert (again.status_code, again.json()["code"]) == (409, "NothingMoving")


async def test_nobody_else_releases_a_lock(story: Story) -> None:
    case = await story.case()
    order = Order(story, case["id"], "supervise", given.OTHER_CITY, OFFICE, moves=False, scope="supervision")
    await order.issued()
    await Order(story, case["id"]).issued()
    for who, status, code in (
        (CHIEF, 403, "RoleRequired"),
        (given.overseer(given.PROVINCE), 403, "RoleRequired"),
        (given.admin(given.OTHER_CITY), 403, "NotYourMatter"),
        (given.admin(given.NEIGHBOUR), 404, "LeadNotFound"),
    ):
        response = await release(story, case["id"], who)
        assert (response.status_code, response.json()["code"]) == (status, code)
    stale = await release(story, case["id"], given.admin(), etag='"0.1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "ChangedMeanwhile")
    assert (await standing(story, case["id"])).moving is not None
