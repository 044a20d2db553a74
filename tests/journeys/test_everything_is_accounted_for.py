"""After the main job: every event arrived, every chain verifies, nothing personal left, all of it cited."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from services import prove
from services.notifications import reconciliation
from services.notifications.tables import Delivery, Endpoint
from shared import clock, proof
from shared.journal import journal
from shared.organisations import OfficeTree
from tests import given
from tests.asking import eventually
from tests.given import DISTRICT, NEIGHBOUR, PROVINCE
from tests.journeys.world import HEARS, SECRET, World, day
from tests.running import SERVICES
from tests.shared.test_proof import tampered

LI = given.prosecutor(NEIGHBOUR)


async def main_job(world: World) -> str:
    """The whole of it, in short; the case's id."""
    officer = await world.agency("gaj", "public_security", lead="criminal_lead")
    await world.agency("wxb", "cyberspace", lead="administrative_lead")
    case = await world.case("wxb", days_ago=20)
    await world.order(case, "take_up", PROVINCE, PROVINCE)
    await world.signed(await world.order(case, "assign", PROVINCE, NEIGHBOUR))
    await world.signed(await world.order(case, "supervise", PROVINCE, NEIGHBOUR))
    handoff = await world.handed(case, "criminal_lead", "gaj", office=NEIGHBOUR)
    await world.act(f"/referrals/v1/handoffs/{handoff['id']}", "acknowledgement", {}, officer)
    return str(case["id"])


async def test_after_the_main_job_all_is_there_and_all_is_intact(world: World) -> None:
    case_id = await main_job(world)

    async def arrived() -> bool:
        accounts = [str(each) for each in await proof.reconcile(world.databases, HEARS)]
        assert all(each.endswith("events arrived") for each in accounts), accounts
        return True

    await eventually(arrived)
    for name in SERVICES:
        seen = await proof.seen_of(world.databases, name)
        verdict = await proof.verify(world.databases[name], name, world.running.frame(name).signing_key, seen)
        assert not verdict.wrong
        assert verdict.rows > 0

    async def delivered() -> bool:
        sources = {name: world.databases[name] for name in ("cases", "referrals")}
        found = await reconciliation.account(world.databases["notifications"], sources, OfficeTree.load())
        assert found.complete, str(found)
        return True

    await eventually(delivered)
    timeline = await world.timeline({"id": case_id}, LI)
    assert all(entry["article"] for entry in timeline)
    assert {entry["type"].split(".")[0] for entry in timeline} == set(SERVICES)


async def test_no_free_text_leaves_the_service_to_which_it_was_told(world: World) -> None:
    await main_job(world)
    for name in SERVICES:
        async with world.running.reading(name) as session:
            events = list(await session.scalars(select(journal.c.event)))
        assert events
        assert not [event for event in events if SECRET in event or "王" in event]
    assert not [each for each in world.receiver.arrived if SECRET in each.body.decode()]


async def test_a_reason_on_the_bus_is_a_word_and_never_a_sentence(world: World) -> None:
    await main_job(world)
    for name in SERVICES:
        async with world.running.reading(name) as session:
            bodies = [json.loads(event) for event in await session.scalars(select(journal.c.event))]
        reasons = {body["reason"] for body in bodies if body.get("reason")}
        assert all(reason.isascii() and " " not in reason for reason in reasons), reasons


async def test_a_row_changed_by_hand_is_named(world: World) -> None:
    case = await world.case(days_ago=3)
    database = world.databases["cases"]
    second = f"subject = 'matter/{case['id']}' AND seq = 2"
    await tampered(database, f"UPDATE journal SET occurred_on = '{day(1)}' WHERE {second}")
    verdict = await proof.verify(database, "cases", world.running.frame("cases").signing_key)
    assert len(verdict.wrong) == 1
    assert verdict.wrong[0].startswith(f"matter/{case['id']} row 2 ")


async def test_a_delivery_that_was_lost_is_named_and_made_again_by_command(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    office = given.clerk(DISTRICT)
    await world.client.create("/notifications/v1/endpoints", {"purpose": "拉取"}, by=office)
    async with world.running.frame("notifications").database.writing() as session:
        await session.execute(update(Endpoint).values(verified_at=clock.now() - timedelta(hours=1)))
    await world.lead()
    parts = {name: world.running[name].state.parts for name in SERVICES}

    async def reconciled(**more: Any) -> tuple[int, str]:
        await world.settled()
        capsys.readouterr()
        return await prove.reconcile(parts=parts, **more), capsys.readouterr().out

    code, said = await reconciled()
    assert (code, "none missing, none without an event" in said) == (0, True), said
    async with world.running.frame("notifications").database.writing() as session:
        await session.execute(delete(Delivery))
    code, said = await reconciled()
    assert (code, "missing: cases.lead_registered matter/" in said) == (1, True), said
    assert f"to {DISTRICT}" in said
    await reconciled(repair="误删后补发")
    code, said = await reconciled()
    assert (code, "MISSING" in said) == (0, False), said
