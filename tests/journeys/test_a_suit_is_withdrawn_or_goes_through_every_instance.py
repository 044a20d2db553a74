"""A suit in court on its days: withdrawn before the judgment, or appealed, sent back and judged again."""

from datetime import date

from tests.given import CITY
from tests.journeys.dated import Docket
from tests.journeys.test_a_civil_case_is_announced_and_sued import SUIT, announced
from tests.journeys.world import World


async def in_trial(world: World) -> Docket:
    """A civil case that the court filed on 10 March 2025."""
    case = await announced(world, "2025-01-10")
    await case.does("review-report", "2025-02-24", conclusion="没有适格主体起诉")
    await case.decides("suit", "2025-03-03", **SUIT)
    lodged = await case.does("lodging", "2025-03-04")
    await case.reported("suit", lodged["done"]["id"], "2025-03-07", CITY)
    await case.does("court-filing", "2025-03-10")
    return case


async def test_a_suit_that_was_withdrawn_leaves_no_limit_behind(world: World) -> None:
    case = await in_trial(world)
    assert await case.due("T15", "T22", "T23", "T25") == [
        "2025-03-10",
        "2025-03-11",
        "2025-03-17",
        "2025-09-10",
    ]
    await case.does("defendant-service", "2025-03-14")
    await case.does("appearance-notice", "2025-03-20")
    assert await case.due("T16", "T24") == ["2025-03-24", "2025-03-31"]
    nothing = await case.refused("court-notice", "2025-03-20")
    assert (nothing["code"], nothing["condition"]) == ("ConditionNotMet", "court_to_be_told")
    await case.decides("suit-withdrawal", "2025-03-21", reason="诉讼请求全部实现")
    assert await case.stage() == "suit_withdrawn"
    assert await case.due("T20") == ["2025-03-24"]
    assert await case.states("T16", "T24", "T25") == ["ended"] * 3
    untold = await case.refused("closing", "2025-03-22", conclusion="已撤诉")
    assert untold["condition"] == "court_told"
    await case.does("court-notice", "2025-03-24")
    assert await case.states("T20") == ["met"]
    await case.decides("closing", "2025-03-31", conclusion="已撤诉")
    await case.does("archiving", "2025-04-10", volumes=1)
    for day in ("2026-03-31", "2026-04-01", "2026-04-02"):
        await world.running.duty("cases", "watch_clocks", date.fromisoformat(day))
    clocks = await case.clocks()
    assert {each["state"] for each in clocks.values()} <= {"met", "ended"}, clocks
    assert not any(each["breached"] for each in clocks.values())


async def test_an_appeal_is_withdrawn_while_the_other_stands_and_the_case_comes_back(world: World) -> None:
    case = await in_trial(world)
    await case.does("judgment", "2025-05-06", outcome="partly_upheld")
    assert await case.states("T23", "T25") == ["ended", "met"]
    await case.does("other-appeal", "2025-05-12")
    not_ours = await case.refused("appeal-withdrawal", "2025-05-13", reason="无")
    assert (not_ours["code"], not_ours["condition"]) == ("ConditionNotMet", "we_appealed")
    await case.decides("appeal", "2025-05-20", reason="认定事实不清")
    twice = await case.refused("appeal", "2025-05-20", reason="再次")
    assert twice["condition"] == "not_yet_appealed"
    await case.does("second-instance", "2025-06-03")
    await case.decides("appeal-withdrawal", "2025-06-10", reason="上级院要求撤回")
    assert (await case.stage(), await case.states("T25s")) == ("second_instance", ["running"])

    await case.does("remand", "2025-06-24")
    assert (await case.stage(), await case.states("T25s")) == ("in_trial", ["met"])
    assert await case.due("T25") == ["2025-12-24"], "the first instance begins anew"
    await case.does("ruling", "2025-07-10", outcome="rejected")
    assert await case.due("T17", "T18r") == ["2025-07-14", "2025-07-21"], "13 and 20 July are Sundays"
    await case.decides("appeal", "2025-07-18", reason="驳回起诉不当")
    await case.does("second-instance", "2025-07-28")
    assert await case.due("T25s") == ["2025-10-28"]
    await case.decides("appeal-withdrawal", "2025-08-04", reason="上级院要求撤回")
    assert (await case.stage(), await case.states("T25s")) == ("judged", ["met"])
    await case.does("finality", "2025-08-05")
    await case.decides("closing", "2025-08-11", conclusion="裁定生效")
    assert await case.stage() == "concluded"


async def test_the_other_side_withdraws_its_appeal_and_the_judgment_stands(world: World) -> None:
    case = await in_trial(world)
    await case.does("judgment", "2025-05-06", outcome="upheld")
    await case.decides("appeal", "2025-05-12", reason="判令期限过长")
    nobody = await case.refused("other-appeal-withdrawal", "2025-05-13")
    assert (nobody["code"], nobody["condition"]) == ("ConditionNotMet", "other_appealed")
    await case.does("other-appeal", "2025-05-14")
    await case.does("second-instance", "2025-06-03")
    await case.does("other-appeal-withdrawal", "2025-06-10")
    assert (await case.stage(), await case.states("T25s")) == ("second_instance", ["running"]), "ours stands"
    await case.decides("appeal-withdrawal", "2025-06-12", reason="对方已履行")
    assert (await case.stage(), await case.states("T25s")) == ("judged", ["met"])
    await case.does("finality", "2025-06-13")
    assert await case.stage() == "final"
