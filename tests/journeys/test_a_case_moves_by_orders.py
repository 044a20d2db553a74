"""Custody moves by an order and a receipt: never two holders, never none, and everybody agrees who it is."""

import asyncio
from typing import Any
from uuid import UUID

from shared.standing import Standing, standing_of
from tests import given
from tests.given import DISTRICT, NEIGHBOUR, PROVINCE
from tests.journeys.world import DECISION, World
from tests.running import SERVICES

WANG, LI = given.prosecutor(DISTRICT), given.prosecutor(NEIGHBOUR)


async def standings(world: World, case: Any) -> list[Standing]:
    """How the case stands in each service; at rest they agree."""
    found = []
    for name in SERVICES:
        async with world.running.reading(name) as session:
            found.append(await standing_of(session, UUID(case["id"])))
    assert found[0] is not None
    assert found[0] == found[1] == found[2]
    return [each for each in found if each]


async def test_the_province_takes_a_case_up_at_once(world: World) -> None:
    case = await world.case()
    order = await world.order(case, "take_up", PROVINCE, PROVINCE)
    assert order["stage"] == "in_force"
    assert [(each.holder, each.epoch, each.moving) for each in await standings(world, case)] == [
        (PROVINCE, 1, None)
    ] * 3
    assert (await world.client.get(f"/cases/v1/cases/{case['id']}", WANG)).status_code == 404


async def test_an_assigned_case_moves_when_the_addressee_signs_and_not_before(world: World) -> None:
    case = await world.case()
    await world.order(case, "take_up", PROVINCE, PROVINCE)
    order = await world.order(case, "assign", PROVINCE, NEIGHBOUR)
    assert order["stage"] == "armed"
    assert [each.holder for each in await standings(world, case)] == [PROVINCE] * 3
    assert (await world.client.get(f"/cases/v1/cases/{case['id']}", LI)).status_code == 404
    signed = await world.signed(order)
    assert signed["stage"] == "in_force"
    assert [(each.holder, each.epoch, each.moving) for each in await standings(world, case)] == [
        (NEIGHBOUR, 2, None)
    ] * 3
    assert (await world.read(f"/cases/v1/cases/{case['id']}", LI))["office"] == NEIGHBOUR


async def test_the_old_holders_open_window_cannot_write_after_the_move(world: World) -> None:
    case = await world.case()
    path, chief = f"/cases/v1/cases/{case['id']}", given.prosecutor(PROVINCE)
    seen = await world.client.etag(path, chief)
    await world.order(case, "take_up", PROVINCE, PROVINCE)
    said = {"ground": "interest_protected", "opinion": "x"}
    answer = await world.client.post(f"{path}/termination", said, by=chief, etag=seen)
    assert (answer.status_code, answer.json()["code"]) == (412, "StaleEpoch"), answer.text


async def test_an_order_on_an_epoch_that_has_passed_is_refused(world: World) -> None:
    case = await world.case()
    await world.order(case, "take_up", PROVINCE, PROVINCE)
    said = {"matter_id": case["id"], "mode": "assign", "addressee": NEIGHBOUR, "basis_epoch": 0}
    chief = given.chief(PROVINCE)
    answer = await world.client.post("/referrals/v1/referrals", said | {"decision": DECISION}, by=chief)
    assert answer.status_code in (409, 412), answer.text


async def test_receipt_and_withdrawal_race_to_one_truth(world: World) -> None:
    case = await world.case()
    await world.order(case, "take_up", PROVINCE, PROVINCE)
    order = await world.order(case, "assign", PROVINCE, NEIGHBOUR)
    path = f"/referrals/v1/referrals/{order['id']}"
    seen = await world.client.etag(path, given.chief(PROVINCE))
    receipt, withdrawal = await asyncio.gather(
        world.client.post(f"{path}/receipt", {}, by=given.clerk(NEIGHBOUR), etag=seen),
        world.client.post(f"{path}/withdrawal", {"reason": "改由他院"}, by=given.chief(PROVINCE), etag=seen),
    )
    await world.settled()
    assert sorted((receipt.is_success, withdrawal.is_success)) == [False, True]
    holder = NEIGHBOUR if receipt.is_success else PROVINCE
    assert [(each.holder, each.moving) for each in await standings(world, case)] == [(holder, None)] * 3


async def test_a_supervised_case_stays_where_it_is_and_is_reported_on_until_lifted(
    world: World,
) -> None:
    case = await world.case()
    order = await world.order(case, "supervise", PROVINCE, DISTRICT)
    signed = await world.signed(order)
    assert signed["stage"] == "in_force"
    assert [each.holder for each in await standings(world, case)] == [DISTRICT] * 3
    path = f"/referrals/v1/referrals/{order['id']}"
    await world.act(path, "reports", {"summary": "进展顺利"}, WANG)
    lifted = await world.act(path, "lifting", {"reason": "办结"}, given.chief(PROVINCE))
    assert lifted["stage"] == "ended"
