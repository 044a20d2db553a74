"""A suggestion is made, served with proof, answered, and judged; its periods run from the day of service."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from tests import given
from tests.given import CITY, DISTRICT
from tests.journeys.world import World, day, on

WANG = given.prosecutor(DISTRICT)
HANDOFFS = "/referrals/v1/handoffs"


async def test_the_two_months_run_from_service_and_end_with_the_reply(world: World) -> None:
    officer = await world.agency("wxb", "cyberspace")
    case = await world.case("wxb", days_ago=75)
    suggestion, handoff = await world.suggested(case, "wxb", days_ago=70)
    assert (await world.clocks(case))["T5"]["state"] == "running"
    path = f"{HANDOFFS}/{handoff['id']}"

    await world.act(path, "service", {"manner": "signature", "occurred_on": day(69)}, WANG)
    clocks = await world.clocks(case)
    assert clocks["T5"]["state"] == "met"
    assert clocks["T7"]["basis_on"] == day(69)
    two_months = date.fromisoformat(day(69)) + relativedelta(months=2)
    due = date.fromisoformat(clocks["T7"]["due_on"])
    assert two_months <= due <= two_months + timedelta(days=9), "the last day rolls over rest days only"
    assert clocks["T6"]["statutory"] is True

    await world.act(path, "reply", {"text": "已整改", "number": "网信〔2026〕5号"}, officer)
    assert (await world.clocks(case))["T7"]["state"] == "met"

    judgement = on(0, finding="performed", opinion="整改到位")
    acted = f"/cases/v1/cases/{case['id']}"
    await world.act(acted, f"suggestions/{suggestion['id']}/judgement", judgement, WANG)
    assert (await world.read(path, WANG))["stage"] == "concluded"


async def test_reporting_the_suggestion_for_record_meets_its_limit(world: World) -> None:
    await world.agency("wxb", "cyberspace")
    case = await world.case("wxb", days_ago=20)
    suggestion, handoff = await world.suggested(case, "wxb", days_ago=10)
    served = {"manner": "signature", "occurred_on": day(9)}
    await world.act(f"{HANDOFFS}/{handoff['id']}", "service", served, WANG)
    assert (await world.clocks(case))["T6"]["state"] == "running"
    said = {"matter_id": case["id"], "mode": "report_for_record", "addressee": CITY, "occasion": "suggestion"}
    said |= {"basis_epoch": 0, "about": suggestion["id"], "occurred_on": day(8)}
    await world.create("/referrals/v1/referrals", said, WANG)
    assert (await world.clocks(case))["T6"]["state"] == "met"


async def test_silence_is_announced_once_the_day_after_the_last_day(world: World) -> None:
    await world.agency("wxb", "cyberspace")
    case = await world.case("wxb", days_ago=20)
    _, handoff = await world.suggested(case, "wxb", days_ago=10)
    served = {"manner": "signature", "occurred_on": day(9)}
    await world.act(f"{HANDOFFS}/{handoff['id']}", "service", served, WANG)
    last = date.fromisoformat((await world.clocks(case))["T7"]["due_on"])
    for today, state in ((last, "running"), (last + timedelta(days=1), "breached")):
        for _ in range(2):
            await world.running.duty("cases", "watch_clocks", today)
        await world.settled()
        assert (await world.clocks(case))["T7"]["state"] == state
    breaches = [
        entry for entry in await world.timeline(case, WANG) if entry["type"] == "cases.clock_breached"
    ]
    assert len([each for each in breaches if each["facts"].get("row") == "T7"]) == 1


async def test_a_late_reply_still_counts_and_erases_nothing(world: World) -> None:
    officer = await world.agency("wxb", "cyberspace")
    case = await world.case("wxb", days_ago=100)
    _, handoff = await world.suggested(case, "wxb", days_ago=95)
    path = f"{HANDOFFS}/{handoff['id']}"
    await world.act(path, "service", {"manner": "signature", "occurred_on": day(94)}, WANG)
    await world.act(path, "reply", {"text": "已整改"}, officer)
    clock = (await world.clocks(case))["T7"]
    assert clock["state"] == "met"
    assert clock["met_on"] > clock["due_on"]
