"""The agency objects to a suggestion: it is changed or taken back; a late reply still counts (SUG 22-23)."""

from typing import Any

import pytest

from tests import given
from tests.given import DISTRICT, Person
from tests.journeys.dated import Docket
from tests.journeys.world import PARTS, World, day

HANDOFFS = "/referrals/v1/handoffs"
WANG = given.prosecutor(DISTRICT)


async def objected(world: World) -> tuple[Docket, str, Person]:
    """A served suggestion that the agency objects to; the case, the handoff's path, the agency's officer."""
    officer = await world.agency("wxb", "cyberspace")
    made = await world.case("wxb", days_ago=30)
    _, handoff = await world.suggested(made, "wxb", days_ago=20)
    path = f"{HANDOFFS}/{handoff['id']}"
    await world.act(path, "service", {"manner": "signature", "occurred_on": day(19)}, WANG)
    await world.act(path, "objection", {"text": "本机关无此职责", "occurred_on": day(15)}, officer)
    return Docket(world, f"/cases/v1/cases/{made['id']}"), path, officer


@pytest.mark.parametrize("ending", ["replaced", "withdrawn"])
async def test_it_is_changed_or_taken_back_and_a_late_reply_still_counts(world: World, ending: str) -> None:
    case, path, officer = await objected(world)
    assert await case.states("T7") == ["running"]
    if ending == "replaced":
        letter = await world.document(case.id, b"another letter")
        said: dict[str, Any] = {"agency": "wxb", "rectify_by": day(-90), "parts": PARTS}
        await case.decides("suggestion-replacement", day(10), **said, document_sha256=letter)
    else:
        await case.decides("suggestion-withdrawal", day(10), reason="异议成立")
    told = await world.read(path, officer)
    assert (told["stage"], told["withdrawn_on"], told["reexamined_on"]) == ("withdrawn", day(10), day(10))
    assert await case.states("T7") == ["ended"]
    living = [each for each in (await world.read(HANDOFFS, officer, kind="suggestion"))["items"]]
    assert [each["stage"] for each in living if each["stage"] != "withdrawn"] == (
        ["dispatched"] if ending == "replaced" else []
    )
    assert await case.stage() == ("suggestion_made" if ending == "replaced" else "investigated")
    late = await world.act(path, "reply", {"text": "已自行整改"}, officer)
    assert (late["stage"], late["replied_on"]) == ("withdrawn", day(0))
    first = (await case.read())["suggestions"]
    assert day(0) in {each["replied_on"] for each in first}, "it counts"
    assert await case.states("T7") == ["ended"]
    assert await case.stage() == ("suggestion_made" if ending == "replaced" else "investigated")


async def test_a_decision_to_terminate_is_served_and_its_limit_met(world: World) -> None:
    officer = await world.agency("wxb", "cyberspace")
    made = await world.case("wxb", days_ago=30)
    case = Docket(world, f"/cases/v1/cases/{made['id']}")
    await case.does("investigation-report", day(20), conclusion="未发现违法")
    await case.decides("termination", day(18), ground="no_unlawful_act", reason="未发现违法")
    assert await case.states("I7") == ["running"]
    (handoff,) = (await world.read(HANDOFFS, officer, kind="termination_decision"))["items"]
    refused = {"manner": "refusal_left", "note": "拒签，留置并拍照", "occurred_on": day(15)}
    done = await world.act(f"{HANDOFFS}/{handoff['id']}", "service", refused, WANG)
    assert (done["stage"], done["served_on"]) == ("concluded", day(15))
    clock = (await case.clocks())["I7"]
    assert (clock["state"], clock["met_on"]) == ("met", day(15))
