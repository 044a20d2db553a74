"""The review for suit: lengthened by the own chief once, then by the superior; stopped meanwhile."""

from datetime import date
from typing import Any

import pytest

from tests import given
from tests.given import CITY, DISTRICT, NEIGHBOUR
from tests.journeys.between import REFERRALS, act, asked
from tests.journeys.dated import Docket, assessed, lead_of, opened
from tests.journeys.test_a_designated_district_sues_an_agency_of_the_city import PARTLY
from tests.journeys.world import DECISION, PARTS, World

LETTER = {"kind": "appraisal", "institution": "鉴定中心", "subject": "数据量"}


async def served_case(world: World, appraised: str = "", **more: Any) -> tuple[Docket, str]:
    """An administrative case whose suggestion was served on 30 June 2023; the suggestion's id.

    An appraisal may have been entrusted before.
    """
    await world.registered("wxb", "cyberspace")
    lead = await lead_of(world, "2023-06-20", **more)
    await assessed(lead, "2023-06-25")
    case = await opened(lead, "2023-06-28", procedure="administrative", agency="wxb")
    if appraised:
        await case.does("appraisal", appraised, **LETTER)
    letter = await world.document(case.id, b"a letter")
    said = {"agency": "wxb", "rectify_by": "2023-08-30", "parts": PARTS, "document_sha256": letter}
    await case.does("investigation-report", "2023-06-30", conclusion="未依法履职")
    await case.decides("suggestions", "2023-06-30", **said)
    await case.served("suggestion", "2023-06-30")
    return case, str((await case.read())["suggestions"][0]["id"])


async def answered(case: Docket, day: str) -> None:
    """The agency's paper answer of that day is recorded."""
    asked_for = {"matter_id": case.id, "kind": "suggestion"}
    found = await case.world.read("/referrals/v1/handoffs", case.prosecutor, **asked_for)
    reply = {"text": "整改中", "on_behalf_of": "wxb", "manner": "paper", "occurred_on": day}
    await case.world.act(f"/referrals/v1/handoffs/{found['items'][0]['id']}", "reply", reply, case.prosecutor)


async def test_the_own_chief_lengthens_it_once_and_the_superior_further(world: World) -> None:
    case, suggestion = await served_case(world)
    await answered(case, "2023-08-25")
    await case.does(f"suggestions/{suggestion}/judgement", "2023-09-05", **PARTLY)
    clock = (await case.clocks())["T9"]
    assert clock["due_on"] == "2023-10-07"
    reason = {"clock_id": clock["id"], "reason": "案情重大、复杂"}
    await case.decides("extension", "2023-09-20", **reason)
    assert await case.due("T9") == ["2023-10-30"], "two months from 30 August, counted from the same basis"
    again = await case.refused("extension", "2023-09-21", **reason)
    assert (again["code"], again["next_way"]) == ("ExtensionNotOpen", "request_extension")

    said = await asked(world, await case.read(), "request_extension", case.prosecutor, CITY)
    said.pop("decision")
    more = {"about": clock["id"], "length": 1, "unit": "months", "occurred_on": "2023-10-10"}
    request = await world.create(REFERRALS, said | more, case.prosecutor)
    decision = {"decision": DECISION | {"decided_on": "2023-10-12"}, "occurred_on": "2023-10-12"}
    await act(world, request, "approval", given.chief(CITY), **decision)
    clock = (await case.clocks())["T9"]
    assert clock["due_on"] == "2023-11-30"
    assert sum("延长" in line for line in clock["how"]) == 2
    assert CITY in "".join(clock["how"])
    changes = [
        e for e in await world.timeline(await case.read(), case.prosecutor) if "clock_changed" in e["type"]
    ]
    told = [(e["facts"]["old_due_on"], e["facts"]["due_on"]) for e in changes]
    assert told == [("2023-10-07", "2023-10-30"), ("2023-10-30", "2023-11-30")]
    await case.does("review-report", "2023-11-20", conclusion="应当起诉")
    suit = {"court": "西湖区人民法院", "court_reason": "行政机关所在地", "claims": ["perform_duty"]}
    await case.decides("suit", "2023-11-30", **suit)
    clock = (await case.clocks())["T9"]
    assert (clock["state"], clock["met_on"] <= clock["due_on"]) == ("met", True)


async def test_the_superior_designates_another_office_to_sue_and_its_review_begins_with_its_receipt(
    world: World,
) -> None:
    case, _ = await served_case(world)
    clock = (await case.clocks())["T9"]
    said = await asked(world, await case.read(), "request_extension", case.prosecutor, CITY)
    said.pop("decision")
    more = {"about": clock["id"], "length": 1, "unit": "months", "occurred_on": "2023-10-02"}
    request = await world.create(REFERRALS, said | more, case.prosecutor)
    day = {"occurred_on": "2023-10-05"}
    decision = {"decision": DECISION | {"decided_on": "2023-10-05"}, "designee": NEIGHBOUR}
    approved = await act(world, request, "approval", given.chief(CITY), **decision, **day)
    order = await world.read(f"{REFERRALS}/{approved['binding_act']}", given.chief(CITY))
    assert (order["basis"], order["occasion"]) == ("R 47", "to_sue")
    assert await case.due("T9") == [clock["due_on"]], "until the receipt nothing begins"
    await act(world, order, "receipt", given.clerk(NEIGHBOUR), occurred_on="2023-10-06")
    there = Docket(world, case.path, NEIGHBOUR)
    anew = (await there.clocks())["T9"]
    assert (anew["basis_on"], anew["due_on"], anew["office"]) == ("2023-10-06", "2023-11-06", NEIGHBOUR)
    assert any("R 47" in line for line in anew["how"])
    told = await world.timeline({"id": order["matter_id"]}, given.chief(NEIGHBOUR))
    assert [each["article"] for each in told if each["type"] == "cases.custody_moved"] == ["R 47"]


async def test_time_for_appraisal_is_left_out_of_the_review_and_of_nothing_else(world: World) -> None:
    case, _ = await served_case(world)
    before = await case.clocks()
    entrusted = await case.does("appraisal", "2023-09-04", **LETTER)
    clock = (await case.clocks())["T9"]
    assert any("2023-09-04 – …" in line for line in clock["how"])
    await case.does("appraisal-result", "2023-09-24", entrusted=entrusted["done"]["id"], result="九万六千")
    clocks = await case.clocks()
    assert clocks["T9"]["due_on"] == "2023-10-20", "twenty days later than 30 September"
    assert {row: clocks[row]["due_on"] for row in ("T6", "T7")} == {
        row: before[row]["due_on"] for row in ("T6", "T7")
    }
    twice = await case.refused(
        "appraisal-result", "2023-09-25", entrusted=entrusted["done"]["id"], result="x"
    )
    assert twice["code"] == "NothingEntrusted"
    assert clocks["T9"]["how"][-2:] != before["T9"]["how"][-2:]


@pytest.mark.parametrize("ending", ["withdrawal", "redirection", "conclusion", "refusal"])
async def test_an_appraisal_that_comes_to_nothing_excludes_no_further_day(world: World, ending: str) -> None:
    case, _ = await served_case(world)
    officer = await world.agency("lab", "appraisal_institution")
    handoff = await world.handed(await case.read(), "appraisal", "lab", occurred_on="2023-09-04")
    assert any("2023-09-04 – …" in line for line in (await case.clocks())["T9"]["how"])
    path = f"/referrals/v1/handoffs/{handoff['id']}"
    await world.act(path, "acknowledgement", {"occurred_on": "2023-09-05"}, officer)
    endings: dict[str, tuple[str, dict[str, Any], given.Person]] = {
        "withdrawal": ("withdrawal", {"reason": "不再需要"}, case.prosecutor),
        "redirection": ("redirection", {"reason": "无此资质"}, officer),
        "conclusion": ("conclusion", {}, case.prosecutor),
        "refusal": ("reply", {"refuses": True, "text": "无法鉴定"}, officer),
    }
    noun, body, who = endings[ending]
    await world.act(path, noun, body | {"occurred_on": "2023-09-24"}, who)
    assert (await case.clocks())["T9"]["due_on"] == "2023-10-20", "twenty days later, and no more"
    assert [each["act"] for each in await case.acts()].count("end_appraisal") == 1
    if ending == "refusal":
        await world.act(path, "conclusion", {"occurred_on": "2023-09-25"}, case.prosecutor)
        late = {"text": "鉴定意见", "occurred_on": "2023-09-28"}
        await world.act(path, "reply", late, officer)
        assert [each["act"] for each in await case.acts()].count("receive_appraisal") == 1, "late, it counts"
        assert (await case.clocks())["T9"]["due_on"] == "2023-10-20"


async def test_an_office_notes_that_no_result_will_come(world: World) -> None:
    case, _ = await served_case(world)
    entrusted = (await case.does("appraisal", "2023-09-04", **LETTER))["done"]["id"]
    await case.does("appraisal-ending", "2023-09-24", entrusted=entrusted, reason="机构已注销")
    assert (await case.clocks())["T9"]["due_on"] == "2023-10-20"
    twice = await case.refused("appraisal-ending", "2023-09-25", entrusted=entrusted, reason="x")
    assert twice["code"] == "NothingEntrusted"


async def test_an_appraisal_entrusted_before_the_service_is_left_out_of_the_review(world: World) -> None:
    case, _ = await served_case(world, appraised="2023-06-29")
    assert (await case.clocks())["T9"]["stopped_since"] == "2023-06-29"
    (entrusted,) = [each for each in await case.acts() if each["act"] == "entrust_appraisal"]
    await case.does("appraisal-result", "2023-09-19", entrusted=entrusted["id"], result="九万六千")
    clock = (await case.clocks())["T9"]
    assert (clock["due_on"], clock["stopped_since"]) == ("2023-10-20", None), "20 days after 30 August"


async def test_a_review_is_suspended_before_the_reply_and_goes_on_where_it_stood(world: World) -> None:
    case, _ = await served_case(world)
    why = {"measure": "已制定整改方案", "obstacle": "设备采购周期"}
    await case.decides("suspension", "2023-07-20", **why)
    assert await case.states("T7", "T9") == ["running"] * 2
    await case.decides("resumption", "2023-08-01", reason="设备到位")
    assert await case.stage() == "suggestion_served"
    await case.decides("suspension", "2023-08-05", **why)
    await answered(case, "2023-08-25")
    assert (await case.stage(), await case.states("T7")) == ("suspended", ["met"])
    await case.decides("resumption", "2023-09-10", reason="设备到位")
    assert await case.stage() == "replied"
    assert await case.due("I3", "T9") == ["2023-10-10", "2023-10-11"], "11 days after 30 August"


async def test_suspension_stops_the_review_until_the_cause_is_gone(world: World) -> None:
    case, _ = await served_case(world)
    await answered(case, "2023-08-25")
    why = {"measure": "已制定整改方案", "obstacle": "设备采购周期"}
    await case.decides("suspension", "2023-09-10", **why)
    assert await case.stage() == "suspended"
    assert await case.states("I6") == ["running"]
    for today in ("2024-06-01", "2024-06-02"):
        await world.running.duty("cases", "watch_clocks", date.fromisoformat(today))
    await world.settled()
    assert await case.states("T9") == ["running"], "a stopped limit is never breached"
    await case.decides("resumption", "2023-12-10", reason="设备到位")
    assert await case.stage() == "replied"
    clock = (await case.clocks())["T9"]
    assert clock["due_on"] == "2024-01-02", "91 days later than 30 September is 30 December; New Year follows"
    civil = await lead_of(world, "2023-06-20")
    await assessed(civil, "2023-06-21")
    other = await opened(civil, "2023-06-22", procedure="civil")
    assert (await other.refused("suspension", "2023-06-23", **why))["code"] == "StepNotOpen"
    assert other.office == DISTRICT
