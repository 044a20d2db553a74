"""Every kind of handoff goes to its end across all services, on both lanes, each by whose step it is."""

from typing import Any

import pytest

from tests import given
from tests.asking import eventually
from tests.given import CITY, DISTRICT
from tests.journeys.world import SECRET, World, day
from tests.referrals.test_refusals import ROWS

WANG, CHIEF = given.prosecutor(DISTRICT), given.chief(DISTRICT)
HANDOFFS = "/referrals/v1/handoffs"
AGENCIES = {
    "criminal_lead": "public_security",
    "duty_violation_lead": "supervision_commission",
    "administrative_lead": "cyberspace",
    "consultation": "cyberspace",
    "evidence_request": "enterprise",
    "technical_assistance": "industry_it",
    "court_communication": "court",
    "work_letter": "trade_association",
    "plaintiff_notice": "consumer_organisation",
}
OFFERS = ("criminal_lead", "duty_violation_lead", "administrative_lead")


def where(handoff: Any) -> str:
    """The path of a handoff."""
    return f"{HANDOFFS}/{handoff['id']}"


@pytest.mark.parametrize("kind", AGENCIES)
async def test_an_offer_is_decided_and_a_request_replied_to(world: World, kind: str) -> None:
    officer = await world.agency("partner", AGENCIES[kind])
    case = await world.case()
    path = where(await world.handed(case, kind, "partner"))
    await world.act(path, "acknowledgement", {}, officer)
    if kind in OFFERS:
        await world.act(path, "acceptance", {"number": "受1号"}, officer)
        await world.act(path, "decision", {"outcome": "not_filed", "reasons": "情节轻微"}, officer)
        await world.act(path, "review-request", {"text": "请复查"}, WANG)
        await world.act(path, "review", {"outcome": "filed"}, officer)
        await world.act(path, "reports", {"text": "已侦结"}, officer)
    else:
        await world.act(path, "reply", {"text": "函复如下"}, officer)
    done = await world.act(path, "conclusion", {}, WANG)
    assert (done["stage"], done["outcome"]) == ("concluded", "filed" if kind in OFFERS else None)
    assert SECRET not in str([message.event for message in world.receiver.messages])


async def test_every_refusal_comes_back_to_the_office_with_its_reasons(world: World) -> None:
    case = await world.case()
    refused: set[str] = set()
    for number, (kind, receiver, acts, stage, outcome) in enumerate(ROWS):
        officer = await world.agency(f"partner-{number}", receiver)
        handoff = await world.handed(case, kind, f"partner-{number}")
        for act, body in (("acknowledgement", {}), *acts):
            await world.act(where(handoff), act, body, officer)
        told = await world.read(where(handoff), WANG)
        assert (told["kind"], told["stage"], told["outcome"]) == (kind, stage, outcome)
        receipts = await world.read(f"{where(handoff)}/receipts", WANG)
        assert acts[-1][1].items() <= receipts[-1]["said"].items()
        refused.add(handoff["id"])
    entries = await world.timeline(case, WANG)
    answers = ("referrals.handoff_returned", "referrals.handoff_decided", "referrals.handoff_replied")
    assert {each["facts"].get("handoff_id") for each in entries if each["type"] in answers} >= refused
    inbox = await world.read("/notifications/v1/inbox", WANG, limit=200)
    assert {line["about"] for line in inbox["items"]} >= refused, "each is in the office's inbox"


async def test_an_agencys_lead_is_registered_opened_and_its_result_goes_back(world: World) -> None:
    officer = await world.agency("wxb", "cyberspace")
    said = {"kind": "agency_lead", "receiver": DISTRICT, "title": SECRET, "summary": SECRET}
    sent = await world.create(HANDOFFS, said | {"place": DISTRICT, "occurred_on": day(2)}, officer)
    lead = await world.read(f"/cases/v1/leads/{sent['matter_id']}", WANG)
    assert (lead["source"], lead["stage"], lead["office"]) == ("passed_on", "registered", DISTRICT)
    assert SECRET not in str(lead)
    inbox = await world.read("/notifications/v1/inbox", WANG)
    assert "referrals.handoff_dispatched" in {line["event_type"] for line in inbox["items"]}
    for act in ("acknowledgement", "acceptance"):
        await world.act(where(sent), act, {}, WANG)
    assert (await world.read(f"{where(sent)}/package", WANG))["summary"] == SECRET
    await world.assessed(lead)
    filing = {"procedure": "civil"}
    path = f"/cases/v1/leads/{lead['id']}"
    await world.approved(await world.act(path, "filing", filing, WANG))
    told = await world.read(where(sent), officer)
    assert (told["stage"], told["outcome"]) == ("decided", "filed")

    async def result() -> bool:
        mine = [each.event for each in world.receiver.messages if each.path == "/wxb"]
        return any(each["type"].startswith("referrals.handoff_decided") for each in mine)

    await eventually(result)


async def test_an_appraisal_leaves_its_days_out_of_the_review(world: World) -> None:
    officer = await world.agency("lab", "appraisal_institution")
    case = await world.case(days_ago=30)
    handoff = await world.handed(case, "appraisal", "lab", occurred_on=day(20))
    acts = await world.timeline(case, WANG)
    assert "entrust_appraisal" in str(acts)
    await world.act(where(handoff), "acknowledgement", {"occurred_on": day(19)}, officer)
    await world.act(where(handoff), "reply", {"text": "鉴定意见", "occurred_on": day(5)}, officer)
    assert "receive_appraisal" in str(await world.timeline(case, WANG))


async def test_assistance_comes_from_an_agency_that_no_suggestion_is_addressed_to(world: World) -> None:
    await world.registered("wxb", "cyberspace")
    helper = await world.agency("gxj", "industry_it")
    case = await world.case("wxb")
    asked = await world.handed(case, "technical_assistance", "gxj")
    assert asked["receiver"] != case["agency"]
    await world.act(where(asked), "acknowledgement", {}, helper)
    await world.act(where(asked), "reply", {"text": "检测报告见附件"}, helper)
    done = await world.act(where(asked), "conclusion", {}, WANG)
    assert done["stage"] == "concluded"
    for path in (f"/cases/v1/cases/{case['id']}", f"/cases/v1/cases/{case['id']}/timeline"):
        assert (await world.client.get(path, helper)).status_code in (403, 404)


async def test_a_work_letter_has_no_clock_and_a_platform_may_answer_it_on_paper(world: World) -> None:
    await world.registered("platform", "enterprise")
    case = await world.case()
    letter = await world.handed(case, "work_letter", "platform")
    assert letter["respond_by"] is None
    paper = {"on_behalf_of": "platform", "manner": "post", "occurred_on": day(0)}
    await world.act(where(letter), "acknowledgement", paper, WANG)
    await world.act(where(letter), "reply", paper | {"text": "已整改"}, WANG)
    receipts = await world.read(f"{where(letter)}/receipts", WANG)
    assert [each["path"] for each in receipts] == ["recorded_by_sender"] * 2


async def test_case_c_duties_are_split_among_several_agencies_of_one_harm(world: World) -> None:
    """Car parks: the enforcement bureau for public areas, the housing bureau for residential ones."""
    enforcement = await world.agency("zfj", "urban_management")
    housing = await world.agency("zjj", "housing")
    administrator = given.admin()
    for code, subject in (("zfj", "public_parking"), ("zjj", "residential_parking")):
        duty = {"agency": code, "subject": subject, "place": DISTRICT, "basis": "权责清单"}
        await world.create("/referrals/v1/duties", duty | {"valid_from": "2021-11-01"}, administrator)
    case = await world.case(sector="transport")
    seen = await world.read(f"/cases/v1/cases/{case['id']}", WANG)
    parts = (("zfj", "public_parking"), ("zjj", "residential_parking"))
    items = [
        {"kind": "administrative_lead", "receiver": code, "subject": subject, "title": SECRET}
        for code, subject in parts
    ]
    items.append(
        {"kind": "administrative_lead", "receiver": "zjj", "subject": "public_parking", "title": "误"}
    )
    body = {"matter_id": case["id"], "basis_epoch": seen["epoch"], "items": items}
    results = (await world.create(f"{HANDOFFS}/batch", body, WANG))["items"]
    assert [each["problem"] and each["problem"]["code"] for each in results] == [
        None,
        None,
        "OverrideNeedsReason",
    ]
    for officer, result in ((enforcement, results[0]), (housing, results[1])):
        path = where(result["handoff"])
        await world.act(path, "acknowledgement", {}, officer)
        await world.act(path, "acceptance", {}, officer)
        await world.act(path, "decision", {"outcome": "corrected"}, officer)
    separate = [await world.case(code, sector="transport") for code in ("zfj", "zjj")]
    assert [each["agency"] for each in separate] == ["zfj", "zjj"]
    for each in separate:
        found = await world.read(HANDOFFS, WANG, matter_id=each["id"], kind="filing_decision")
        assert [handoff["receiver"] for handoff in found["items"]] == [each["agency"]]


async def test_a_transfer_to_the_police_is_watched_and_its_filing_supervised(world: World) -> None:
    market, police = (
        await world.agency("scj", "market_regulation"),
        await world.agency("gaj", "public_security"),
    )
    case = await world.case()
    offer = await world.handed(case, "administrative_lead", "scj")
    said = {"kind": "criminal_transfer", "receiver": "gaj", "title": SECRET, "in_reply_to": offer["id"]}
    copy = await world.create(HANDOFFS, said | {"reported_on": day(4), "approved_on": day(2)}, market)
    await world.act(where(copy), "acknowledgement", {}, police)
    refusal = {"outcome": "not_filed", "reasons": "情节轻微"}
    await world.act(where(copy), "decision", refusal, police)
    await world.act(where(copy), "review-request", {"text": "请复议"}, market)
    await world.act(where(copy), "review", refusal, police)
    await world.act(where(copy), "supervision-proposal", {"text": "建议立案监督"}, market)
    demand = await world.handed(case, "filing_supervision", "gaj", about=copy["id"])
    await world.act(where(demand), "acknowledgement", {}, police)
    await world.act(where(demand), "reply", {"text": "理由说明"}, police)
    await world.act(where(demand), "filing-notice", {"text": "通知立案"}, WANG)
    await world.act(where(demand), "acknowledgement", {}, police)
    await world.act(where(demand), "decision", {"outcome": "filed"}, police)
    assert (await world.act(where(demand), "conclusion", {}, WANG))["stage"] == "concluded"
    told = [(each["type"], each["facts"].get("row")) for each in await world.timeline(case, WANG)]
    rows = [row for type_, row in told if type_ == "referrals.clock_met"]
    assert rows == ["L1", "L2", "L4", "L6", "L6r", "L7", "L9", "L10"]


async def test_a_report_up_the_ladder_is_proposed_approved_and_goes_by_the_superior(world: World) -> None:
    await world.registered("wxb", "cyberspace")
    above = await world.agency("swxb", "cyberspace", CITY)
    case = await world.case("wxb")
    ladder = {"ground": "obstruction", "rung": "agency_superior", "concerning": "wxb"}
    report = await world.handed(case, "obstruction_report", "swxb", **ladder)
    await world.act(where(report), "approval", {}, CHIEF)
    assert (await world.client.get(where(report), above)).status_code == 404
    await world.act(where(report), "forwarding", {}, given.chief(CITY))
    await world.act(where(report), "acknowledgement", {}, above)
    done = await world.act(where(report), "reply", {"text": "已督促"}, above)
    assert done["stage"] == "replied"
    assert (await world.act(where(report), "conclusion", {}, WANG))["stage"] == "concluded"


async def test_a_report_up_the_ladder_may_not_go_or_be_refused(world: World) -> None:
    await world.registered("wxb", "cyberspace")
    above = await world.agency("swxb", "cyberspace", CITY)
    case = await world.case("wxb")
    ladder = {"ground": "obstruction", "rung": "agency_superior", "concerning": "wxb"}
    report = await world.handed(case, "obstruction_report", "swxb", **ladder)
    kept = await world.act(where(report), "declining", {"reason": "先行约谈"}, CHIEF)
    assert kept["stage"] == "withdrawn"
    assert (await world.client.get(where(report), above)).status_code == 404
    again = await world.handed(case, "obstruction_report", "swxb", **ladder)
    await world.act(where(again), "approval", {}, CHIEF)
    await world.act(where(again), "forwarding", {}, given.chief(CITY))
    await world.act(where(again), "acknowledgement", {}, above)
    refusal = {"refuses": True, "text": "所述情形不属实"}
    told = await world.act(where(again), "reply", refusal, above)
    assert (told["stage"], told["outcome"]) == ("replied", "refused")
