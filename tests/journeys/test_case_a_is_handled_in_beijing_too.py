"""Case A, the administrative side: its part of the lead goes to Beijing and is handled there, 2020-2021.

The days of filing, suggestion and hearing are those told of the case; those between are ours.
"""

from typing import Any

from tests import given
from tests.given import DISTRICT
from tests.journeys.between import BEIJING, REFERRALS, act, holder
from tests.journeys.dated import AS_IF, Docket, assessed, designated, lead_of, opened
from tests.journeys.test_three_real_cases_meet_the_focuses_they_should import CHILDREN
from tests.journeys.world import PARTS, World

MUNICIPALITY = "110000"
FILING = {"procedure": "administrative", "agency": "wxb-bj"}
REPLY = {"text": "已整改", "on_behalf_of": "wxb-bj", "manner": "paper", "occurred_on": "2021-02-03"}


async def in_beijing(lead: Docket) -> Docket:
    """The lead is split; the order for the administrative part is signed for in Beijing."""
    world, title = lead.world, "行政侧"
    parts = [{"title": "民事侧"}, {"title": title, "addressee": BEIJING, "mode": "transfer_lead"}]
    await lead.decides("splitting", "2020-07-20", parts_of_lead=parts, reason="民事、行政分别办理")
    found = await world.read("/cases/v1/leads", lead.prosecutor, stage="registered")
    (part,) = [each["id"] for each in found["items"] if each["title"] == title]
    there = Docket(world, f"/cases/v1/leads/{part}", BEIJING)
    (order,) = (await world.read(REFERRALS, lead.prosecutor, matter_id=part))["items"]
    assert (order["mode"], order["basis"], order["issued_on"]) == ("transfer_lead", "R 26", "2020-07-20")
    await act(world, order, "receipt", given.clerk(BEIJING), occurred_on="2020-07-22")
    assert await holder(world, await there.read()) == BEIJING
    assert await there.limits() == [("internal_receipt", "2020-07-23")]
    return there


async def suggested(case: Docket) -> Any:
    """The suggestion of 4 December 2020, served that day and reported for record; its id."""
    await case.does("investigation-report", "2020-11-30", conclusion="未依法履职")
    letter = await case.world.document(case.id, b"a letter", case.office)
    said = {"agency": "wxb-bj", "rectify_by": "2021-02-04", "parts": PARTS, "document_sha256": letter}
    await case.decides("suggestions", "2020-12-04", **said)
    suggestion = (await case.read())["suggestions"][0]["id"]
    handoff = await case.served("suggestion", "2020-12-04")
    assert (handoff["as_if_on"], handoff["dispatched_on"]) == ("2021-11-01", "2020-12-04")
    assert await case.due("T5", "T6", "T7", "T9") == ["2020-12-07", "2020-12-09", "2021-02-04", "2021-03-04"]
    await case.reported("suggestion", suggestion, "2020-12-08", MUNICIPALITY)
    await case.world.act(f"/referrals/v1/handoffs/{handoff['id']}", "reply", REPLY, case.prosecutor)
    return suggestion


async def test_the_administrative_side_goes_to_beijing_and_is_handled_there(world: World) -> None:
    await world.registered("wxb-bj", "cyberspace", MUNICIPALITY)
    places = [DISTRICT, BEIJING]
    lead = await in_beijing(await lead_of(world, "2020-07-01", **AS_IF, **CHILDREN, places=places))
    await assessed(lead, "2020-08-10")
    assert (await lead.refused("filing", "2020-10-12", **FILING))["code"] == "NotCompetent"
    mismatch = {"occasion": "level_mismatch", "proposed": BEIJING}
    order = await designated(lead, MUNICIPALITY, "2020-10-15", **mismatch)
    assert (await lead.limits())[1:] == [
        ("internal_decision", "2020-10-29"),
        ("internal_receipt", "2020-10-20"),
    ]
    case = await opened(lead, "2020-10-22", **FILING, order_id=order["id"])
    assert await case.due("T4") == ["2020-10-29"]
    await case.served("filing_decision", "2020-10-26")
    suggestion = await suggested(case)
    await case.does("hearing", "2021-02-07", participants=["专家甲", "听证员乙"], opinion="已整改")
    judged = {"finding": "performed", "opinion": "整改到位"}
    await case.does(f"suggestions/{suggestion}/judgement", "2021-02-08", **judged)
    await case.does("review-report", "2021-02-20", conclusion="已全面整改")
    await case.decides("termination", "2021-03-01", ground="fully_rectified", reason="已全面整改")
    assert await case.states("T4", "T5", "T6", "T7", "T9") == ["met"] * 5
