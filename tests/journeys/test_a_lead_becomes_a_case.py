"""A lead arrives, is weighed with reasons, and becomes a case when the chief approves."""

from uuid import UUID

from shared.standing import standing_of
from tests import given
from tests.given import DISTRICT
from tests.journeys.world import World

WANG = given.prosecutor(DISTRICT)


async def test_a_lead_shows_its_priority_with_reasons(world: World) -> None:
    lead = await world.lead(kinds=["biometric"], sector="consumption", persons=96_000)
    reasons = {focus["code"]: focus["article"] for focus in lead["priority"]}
    assert set(reasons) == {"sensitive", "sector", "over_10k"}
    assert all(reasons.values())


async def test_a_lead_becomes_a_case_with_the_chiefs_approval_and_all_know_of_it(world: World) -> None:
    await world.agency("wxb", "cyberspace")
    case = await world.case("wxb")
    assert (case["office"], case["epoch"], case["stage"]) == (DISTRICT, 0, "opened")
    for name in ("referrals", "notifications"):
        async with world.running.reading(name) as session:
            standing = await standing_of(session, UUID(case["id"]))
        assert standing is not None
        assert (standing.holder, standing.epoch, standing.closed) == (DISTRICT, 0, False)


async def test_the_opening_decision_goes_to_the_agency_by_itself_and_its_service_meets_the_limit(
    world: World,
) -> None:
    officer = await world.agency("wxb", "cyberspace")
    case = await world.case("wxb")
    (handoff,) = (await world.read("/referrals/v1/handoffs", officer))["items"]
    assert (handoff["kind"], handoff["sender"]) == ("filing_decision", DISTRICT)
    assert (await world.clocks(case))["T4"]["state"] == "running"
    await world.act(f"/referrals/v1/handoffs/{handoff['id']}", "service", {"manner": "signature"}, WANG)
    assert (await world.clocks(case))["T4"]["state"] == "met"


async def test_what_the_chief_refuses_opens_nothing_and_the_lead_stays(world: World) -> None:
    await world.agency("wxb", "cyberspace")
    lead = await world.lead()
    await world.assessed(lead)
    path = f"/cases/v1/leads/{lead['id']}"
    proposal = await world.act(path, "filing", {"procedure": "administrative", "agency": "wxb"}, WANG)
    proposed = f"/cases/v1/proposals/{proposal['id']}"
    await world.act(
        proposed, "review", {"agrees": False, "opinion": "不同意"}, given.department_head(DISTRICT)
    )
    refusal = {"approved": False, "reason": "证据不足"}
    await world.act(proposed, "decision", refusal, given.chief(DISTRICT))
    assert (await world.read("/cases/v1/cases", WANG))["items"] == []
    assert (await world.read(path, WANG))["stage"] == "assessed"
    assert (await world.read("/referrals/v1/handoffs", WANG))["items"] == []
