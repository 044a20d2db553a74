"""What an order comes to: signed for, withdrawn, voided, or left lying."""

import asyncio
from typing import Any

import pytest

from tests import given
from tests.given import CITY, DISTRICT, NEIGHBOUR, PROVINCE
from tests.referrals.world import DAY, REFERRALS, World, code_of

CHIEF = given.chief(CITY)


@pytest.fixture
def extra_settings() -> dict[str, dict[str, Any]]:
    """A receipt waits less than a second for its confirmation, so that tests are quick."""
    return {"referrals": {"confirmation_seconds": 0.3}}


async def test_a_receipt_before_confirmation_waits_and_then_asks_to_come_again(world: World) -> None:
    matter = await world.matter(CITY)
    order = await world.issue(CHIEF, matter, "assign", DISTRICT)
    refused = await world.sign(order, given.clerk(DISTRICT))
    assert code_of(refused) == "409 NotYetConfirmed"
    assert refused.headers["retry-after"] == "1"
    waiting = asyncio.create_task(world.sign(order, given.clerk(DISTRICT)))
    await asyncio.sleep(0.1)
    await world.locked(matter, order)
    assert (await waiting).json()["stage"] == "received"


async def test_only_the_addressee_signs(world: World) -> None:
    matter = await world.matter(CITY)
    order = await world.armed(matter)
    for other, refused in (
        (CHIEF, "403 NotYourStep"),
        (given.chief(PROVINCE), "403 NotYourStep"),
        (given.chief(NEIGHBOUR), "404 ReferralNotFound"),
        (given.auditor(CITY), "403 RoleRequired"),
    ):
        assert code_of(await world.sign(order, other)) == refused
    assert (await world.sign(order, given.clerk(DISTRICT), occurred_on="2026-01-05")).status_code == 409
    assert (await world.sign(order, given.clerk(DISTRICT))).status_code == 200
    assert code_of(await world.sign(order, given.clerk(DISTRICT), etag='"2"')) == "409 StepNotOpen"


async def test_receipt_and_withdrawal_race_to_one_truth(world: World) -> None:
    for _ in range(4):
        matter = await world.matter(CITY)
        order = await world.armed(matter)
        path, reason = (
            f"{REFERRALS}/{order['id']}/withdrawal",
            {"reason": "改派", "occurred_on": DAY.isoformat()},
        )
        signing, withdrawing = await asyncio.gather(
            world.sign(order, given.clerk(DISTRICT)), world.client.post(path, reason, by=CHIEF, etag='"1"')
        )
        statuses = {signing.status_code, withdrawing.status_code}
        assert statuses == {200, 409}
        won, lost = sorted((signing, withdrawing), key=lambda answer: answer.status_code)
        assert lost.json()["code"] == "StepNotOpen"
        assert lost.json()["stage"] == won.json()["stage"] == (await world.read(order, CHIEF))["stage"]
        told = {event.type for event in await world.app.recorded(None, matter.id)}
        assert len(told & {"referrals.referral_received", "referrals.referral_withdrawn"}) == 1


async def test_the_issuer_or_its_next_superior_withdraws(world: World) -> None:
    for who in (CHIEF, given.chief(PROVINCE)):
        matter = await world.matter(CITY)
        order = await world.armed(matter)
        path = f"{REFERRALS}/{order['id']}/withdrawal"
        refused = await world.client.post(path, {"reason": "x"}, by=given.chief(DISTRICT), etag='"1"')
        assert code_of(refused) == "403 NotYourStep"
        assert (await world.client.post(path, {}, by=who, etag='"1"')).status_code == 422
        done = await world.client.post(path, {"reason": "改派"}, by=who, etag='"1"')
        assert (done.status_code, done.json()["stage"]) == (200, "withdrawn")
        again = await world.client.post(path, {"reason": "改派"}, by=who, etag='"1"')
        assert code_of(again) == "409 StepNotOpen"


async def test_a_withdrawn_order_ignores_both_answers(world: World) -> None:
    matter = await world.matter(CITY)
    order = await world.issue(CHIEF, matter, "assign", DISTRICT)
    await world.client.act(f"{REFERRALS}/{order['id']}", "withdrawal", {"reason": "改派"}, by=CHIEF)
    await world.locked(matter, order)
    await world.says("custody_refused", matter, order_id=order["id"], reason="ended")
    assert (await world.read(order, CHIEF))["stage"] == "withdrawn"
    assert await world.app.recorded("referral_voided") == []


@pytest.mark.parametrize("announced", ["custody_refused", "custody_released"])
@pytest.mark.parametrize("stage", ["issued", "armed", "received"])
async def test_an_order_is_voided_with_the_reason_however_late(
    world: World, announced: str, stage: str
) -> None:
    matter = await world.matter(CITY)
    order = await world.issue(CHIEF, matter, "assign", DISTRICT)
    if stage != "issued":
        await world.locked(matter, order)
    if stage == "received":
        await world.sign(order, given.clerk(DISTRICT))
    await world.says(announced, matter, order_id=order["id"], reason="ended")
    now = await world.read(order, CHIEF)
    assert (now["stage"], now["reason"], now["open_acts"]) == ("voided", "ended", [])
    (voided,) = await world.app.recorded("referral_voided", matter.id)
    assert voided.body["reason"] == "ended"
    await world.says("custody_refused", matter, order_id=order["id"], reason="again")
    assert len(await world.app.recorded("referral_voided", matter.id)) == 1
    assert (await world.issue(CHIEF, matter, "assign", NEIGHBOUR))["stage"] == "issued"


async def test_what_is_in_force_is_not_voided_any_more(world: World) -> None:
    matter = await world.matter(CITY)
    order = await world.armed(matter)
    await world.sign(order, given.clerk(DISTRICT))
    await world.moved(matter, order)
    await world.says("custody_refused", matter, order_id=order["id"], reason="late")
    assert (await world.read(order, CHIEF))["stage"] == "in_force"


async def test_taking_up_goes_on_by_itself_and_the_papers_follow(world: World) -> None:
    matter = await world.matter(DISTRICT)
    order = await world.issue(given.chief(PROVINCE), matter, "take_up", PROVINCE)
    await world.locked(matter, order)
    now = await world.read(order, given.chief(PROVINCE))
    assert (now["stage"], now["received_on"], now["revision"]) == ("received", DAY.isoformat(), 1)
    await world.moved(matter, order)
    assert (await world.read(order, given.chief(PROVINCE)))["stage"] == "in_force"
    (clock,) = [e for e in await world.app.recorded("clock_started") if e.body["about"] == order["id"]]
    assert (clock.body["row"], clock.body["office"], clock.body["statutory"]) == (
        "internal_papers",
        DISTRICT,
        False,
    )
    early = await world.sign(order, given.clerk(DISTRICT))
    assert code_of(early) == "403 NotYourStep"
    papers = await world.sign(order, given.clerk(PROVINCE))
    assert (papers.json()["stage"], papers.json()["papers_on"]) == ("in_force", DAY.isoformat())
    assert len(await world.app.recorded("clock_met")) == 1
    assert [each["act"] for each in papers.json()["open_acts"]] == ["disagree"]
    assert code_of(await world.sign(order, given.clerk(PROVINCE), etag='"2"')) == "409 StepNotOpen"


async def test_an_addressee_that_never_signs_breaches_a_clock_and_holds_nothing(world: World) -> None:
    matter = await world.matter(CITY)
    order = await world.armed(matter)
    (clock,) = await world.app.recorded("clock_started", matter.id)
    assert (clock.body["row"], clock.body["office"], clock.body["due_on"]) == (
        "internal_receipt",
        DISTRICT,
        "2026-01-09",
    )
    assert await world.app.duty("watch_clocks", DAY.replace(day=10)) == 1
    (breach,) = await world.app.recorded("clock_breached", matter.id)
    assert breach.body["office"] == DISTRICT
    withdrawn = await world.client.act(
        f"{REFERRALS}/{order['id']}", "withdrawal", {"reason": "逾期"}, by=CHIEF
    )
    assert withdrawn["stage"] == "withdrawn"
    assert len(await world.app.recorded("clock_ended", matter.id)) == 1
