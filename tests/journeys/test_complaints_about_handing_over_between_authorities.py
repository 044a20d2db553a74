"""What users of other systems complained of when offices hand matters to each other, one test per complaint.

The numbers are those of our list of complaints: 1-7 handing over, 15-18 exchange.
"""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from shared.bus import BusAway
from tests import given
from tests.asking import eventually
from tests.given import CITY, DISTRICT, NEIGHBOUR, PROVINCE, Person
from tests.journeys.between import REFERRALS, act, asked, holder, issued, refused, sees, where
from tests.journeys.world import World
from tests.running import SERVICES

WANG, LI = given.prosecutor(DISTRICT), given.prosecutor(NEIGHBOUR)
CITY_CHIEF, PROVINCE_CHIEF = given.chief(CITY), given.chief(PROVINCE)


async def assigned(world: World) -> tuple[Any, Any]:
    """A case of the city and its order to the district, armed."""
    case = await world.case("", CITY)
    return case, await issued(world, case, "assign", CITY_CHIEF, DISTRICT, instruction="依法办理")


async def in_inbox(world: World, who: Person, order: Any) -> set[str]:
    """What the inbox of that person's office says of the order."""
    inbox = await world.read("/notifications/v1/inbox", who, limit=200)
    return {line["event_type"] for line in inbox["items"] if line["about"] == order["id"]}


async def test_complaint_1_nothing_lands_before_the_receiver_signs_and_all_six_questions_have_answers(
    world: World,
) -> None:
    case, order = await assigned(world)
    path = f"{REFERRALS}/{order['id']}"
    told = await in_inbox(world, given.clerk(DISTRICT), order)
    assert "referrals.referral_issued" in told, "how is the receiver told: by its inbox"
    preview = await world.read(path, WANG)
    assert preview["instruction"] == "依法办理", "what preview is shown: the order, not the case"
    assert await sees(world, case, WANG) == [False]
    clocks = [e for e in await world.timeline(case, CITY_CHIEF) if e["type"] == "referrals.clock_started"]
    assert clocks[-1]["facts"]["row"] == "internal_receipt", "is there a time limit: yes, shown as internal"
    acts = {each["act"]: each["by"] for each in preview["open_acts"]}
    assert acts["receive"] == ["addressee"], "who may decide"
    assert "issuer" in acts["withdraw"], "can the sender withdraw: until it is signed for"
    await act(world, order, "receipt", given.clerk(DISTRICT))
    assert (await world.read(path, CITY_CHIEF))["stage"] == "in_force"
    told = await in_inbox(world, CITY_CHIEF, order)
    assert "referrals.referral_received" in told, "how does the sender learn the answer: by its inbox"


async def test_complaint_2_what_came_to_nothing_is_told_with_its_reason_and_can_be_offered_again(
    world: World,
) -> None:
    case, order = await assigned(world)
    path, operator = f"/cases/v1/matters/{case['id']}", given.admin(CITY)
    etag = await world.client.etag(where(case), CITY_CHIEF)
    answer = await world.client.post(f"{path}/lock-release", {"reason": "卡住"}, by=operator, etag=etag)
    assert answer.is_success, answer.text
    await world.settled()
    now = await world.read(f"{REFERRALS}/{order['id']}", CITY_CHIEF)
    assert (now["stage"], now["reason"]) == ("voided", "operator")
    assert "referrals.referral_voided" in await in_inbox(world, CITY_CHIEF, order), "nobody has to ask"
    again = await issued(world, case, "assign", CITY_CHIEF, DISTRICT)
    await act(world, again, "receipt", given.clerk(DISTRICT))
    assert await holder(world, case) == DISTRICT


async def test_complaint_3_the_new_office_sees_and_handles_its_own_case(world: World) -> None:
    case, order = await assigned(world)
    await act(world, order, "receipt", given.clerk(DISTRICT))
    seen = await world.read(where(case), WANG)
    assert seen["office"] == DISTRICT
    done = await world.act(where(case), "investigation-report", {"conclusion": "调查终结"}, WANG)
    assert done["stage"] == "investigated"


async def test_complaint_4_a_case_is_not_offered_twice_and_stale_windows_add_nothing(world: World) -> None:
    case, order = await assigned(world)
    assert await refused(world, case, "assign", CITY_CHIEF, NEIGHBOUR) == "409 AnotherOrderIsOpen"
    assert await refused(world, case, "take_up", PROVINCE_CHIEF, PROVINCE) == "409 AnotherOrderIsOpen"
    stale = await world.client.etag(where(case), CITY_CHIEF)
    await act(world, order, "receipt", given.clerk(DISTRICT))
    said = {"ground": "interest_protected", "reason": "x"}
    answer = await world.client.post(
        f"{where(case)}/termination", said, by=given.prosecutor(CITY), etag=stale
    )
    assert (answer.status_code, answer.json()["code"]) == (412, "StaleEpoch")
    record = await issued(world, case, "report_for_record", WANG, CITY, occasion="suit")
    assert record["stage"] == "sent"
    assert await holder(world, case) == DISTRICT, "nothing that is added pulls the case back"


async def test_complaint_5_withdrawal_and_receipt_at_once_come_to_one_truth(world: World) -> None:
    case, order = await assigned(world)
    path = f"{REFERRALS}/{order['id']}"
    signing, withdrawing = await asyncio.gather(
        world.client.post(f"{path}/receipt", {}, by=given.clerk(DISTRICT), etag='"1"'),
        world.client.post(f"{path}/withdrawal", {"reason": "改派"}, by=CITY_CHIEF, etag='"1"'),
    )
    assert {signing.is_success, withdrawing.is_success} == {True, False}
    await world.settled()
    now = await world.read(path, CITY_CHIEF)
    if signing.is_success:
        assert (now["stage"], await holder(world, case)) == ("in_force", DISTRICT)
    else:
        assert (now["stage"], await holder(world, case)) == ("withdrawn", CITY)


async def test_complaint_6_documents_travel_with_the_case_and_nothing_shows_before(world: World) -> None:
    case = await world.case("", CITY)
    sha256 = await world.document(case["id"], b"evidence", CITY)
    order = await issued(world, case, "assign", CITY_CHIEF, DISTRICT)
    document = f"/cases/v1/documents/{sha256}"
    assert (await world.client.get(document, WANG)).status_code == 404
    preview = (await world.client.get(f"{REFERRALS}/{order['id']}", WANG)).text
    assert sha256 not in preview
    assert case["title"] not in preview
    await act(world, order, "receipt", given.clerk(DISTRICT))
    after = await world.client.get(document, WANG)
    assert (after.status_code, after.content) == (200, b"evidence")


async def test_complaint_7_the_old_office_s_view_is_cut_and_a_closed_act_says_why(world: World) -> None:
    case = await world.case()
    taken = await issued(world, case, "take_up", PROVINCE_CHIEF, PROVINCE)
    assert taken["stage"] == "in_force"
    assert await sees(world, case, WANG, given.prosecutor(PROVINCE)) == [False, True]
    given_on = await issued(world, case, "assign", PROVINCE_CHIEF, NEIGHBOUR)
    body = {"reason": "x"}
    path = f"{REFERRALS}/{given_on['id']}"
    await act(world, given_on, "receipt", given.clerk(NEIGHBOUR))
    etag = await world.client.etag(path, PROVINCE_CHIEF)
    late = await world.client.post(f"{path}/withdrawal", body, by=PROVINCE_CHIEF, etag=etag)
    assert (late.status_code, late.json()["code"]) == (409, "StepNotOpen")
    assert "withdraw" not in late.json()["open"]
    unlawful = await asked(world, case, "take_lead", LI, NEIGHBOUR)
    answer = await world.client.post(REFERRALS, unlawful, by=given.chief(NEIGHBOUR))
    assert answer.json()["needed_en"] == "a superior of the handling office, to the handling office"


async def test_complaint_17_an_order_sent_twice_after_a_timeout_is_one_order_with_one_answer(
    world: World,
) -> None:
    case = await world.case("", CITY)
    body, key = await asked(world, case, "assign", CITY_CHIEF, DISTRICT), uuid4().hex
    answers = [await world.client.post(REFERRALS, body, by=CITY_CHIEF, key=key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert [answer.headers.get("idempotency-replayed") for answer in answers] == [None, "true", "true"]
    await world.settled()
    order = await world.read(f"{REFERRALS}/{answers[0].json()['id']}", CITY_CHIEF)
    path, sign_key = f"{REFERRALS}/{order['id']}/receipt", uuid4().hex
    signed = [
        await world.client.post(path, {}, by=given.clerk(DISTRICT), etag='"1"', key=sign_key)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in signed] == [200, 200]
    await world.settled()
    assert await holder(world, case) == DISTRICT
    told = await world.timeline(case, CITY_CHIEF)
    assert [each["type"] for each in told].count("cases.custody_moved") == 1


# --- The same complaints where agencies are the other side ----------------------------------------------

HANDOFFS = "/referrals/v1/handoffs"


async def offered(world: World) -> tuple[Any, Any, given.Person]:
    """A criminal lead of a case, at the police; the case, the lead, the officer."""
    officer = await world.agency("gaj", "public_security", lead="criminal_lead")
    case = await world.case()
    return case, await world.handed(case, "criminal_lead", "gaj"), officer


def of(handoff: Any) -> str:
    """The path of a handoff."""
    return f"{HANDOFFS}/{handoff['id']}"


async def test_complaint_1_an_agency_sees_a_preview_and_accepts_or_returns_before_anything_lands(
    world: World,
) -> None:
    _, lead, officer = await offered(world)
    preview = await world.read(of(lead), officer)
    assert preview["respond_by"], "is there a time limit"
    assert {"title", "summary", "matter_id"}.isdisjoint(preview), "what preview is shown"
    assert "acknowledge" in {each["act"] for each in preview["open_acts"]}, "who may decide"
    assert (await world.client.get(f"{of(lead)}/package", officer)).status_code == 409
    assert "withdraw" in {each["act"] for each in preview["open_acts"]}, "can the sender withdraw"
    await world.act(of(lead), "acknowledgement", {}, officer)
    await world.act(of(lead), "return", {"reason": "不属于本机关管辖"}, officer)
    assert (await world.read(of(lead), WANG))["stage"] == "returned", "how does the sender learn the answer"
    assert (await world.client.get(f"{of(lead)}/package", officer)).status_code == 409, "nothing has landed"


async def test_complaint_2_a_return_is_told_with_its_reason_and_the_lead_is_offered_on(world: World) -> None:
    case, lead, officer = await offered(world)
    above = await world.agency("sgaj", "public_security", CITY)
    await world.act(of(lead), "acknowledgement", {}, officer)
    await world.act(of(lead), "return", {"reason": "由市局管辖"}, officer)
    inbox = await world.read("/notifications/v1/inbox", WANG)
    assert "referrals.handoff_returned" in {line["event_type"] for line in inbox["items"]}
    receipts = await world.read(f"{of(lead)}/receipts", WANG)
    assert receipts[-1]["said"]["reason"] == "由市局管辖"
    seen = await world.read(where(case), WANG)
    onward = {"receiver": "sgaj", "basis_epoch": seen["epoch"]}
    onward |= {"routing_reason": "退回时已说明由市局管辖"}
    made = await world.act(of(lead), "onward", onward, WANG)
    assert (made["follows"], made["receiver"]) == (lead["id"], "sgaj")
    for step in ("acknowledgement", "acceptance"):
        await world.act(of(made), step, {}, above)
    assert (await world.read(of(made), WANG))["stage"] == "accepted", "offered again, and taken"


async def test_complaint_3_after_acceptance_the_agency_works_with_the_whole_package(world: World) -> None:
    _, lead, officer = await offered(world)
    await world.act(of(lead), "acknowledgement", {}, officer)
    await world.act(of(lead), "acceptance", {}, officer)
    assert (await world.read(f"{of(lead)}/package", officer))["summary"]
    assert "decide" in {each["act"] for each in (await world.read(of(lead), officer))["open_acts"]}


async def test_complaint_4_a_stale_window_adds_nothing_to_a_handoff(world: World) -> None:
    _, lead, officer = await offered(world)
    stale = await world.client.etag(of(lead), officer)
    await world.act(of(lead), "acknowledgement", {}, officer)
    late = await world.client.post(f"{of(lead)}/acknowledgement", {}, by=officer, etag=stale)
    assert (late.status_code, late.json()["code"]) == (412, "ChangedMeanwhile")


async def test_complaint_5_withdrawal_and_acceptance_at_once_come_to_one_truth(world: World) -> None:
    _, lead, officer = await offered(world)
    await world.act(of(lead), "acknowledgement", {}, officer)
    etag = await world.client.etag(of(lead), officer)
    answers = await asyncio.gather(
        world.client.post(f"{of(lead)}/acceptance", {}, by=officer, etag=etag),
        world.client.post(f"{of(lead)}/withdrawal", {"reason": "x"}, by=WANG, etag=etag),
    )
    assert sorted(answer.is_success for answer in answers) == [False, True]
    await world.settled()
    stages = [(await world.read(of(lead), who))["stage"] for who in (officer, WANG)]
    assert stages[0] == stages[1] == ("accepted" if answers[0].is_success else "withdrawn")


async def test_complaint_6_missing_papers_are_asked_for_and_travel_in_the_same_handoff(world: World) -> None:
    case, lead, officer = await offered(world)
    await world.act(of(lead), "acknowledgement", {}, officer)
    await world.act(of(lead), "missing-papers", {"papers": ["list_of_materials"]}, officer)
    sha256 = await world.document(case["id"], b"a list")
    assert sha256 not in (await world.client.get(of(lead), officer)).text, "a preview names no paper"
    paper = {"sha256": sha256, "paper": "list_of_materials"}
    await world.act(of(lead), "supplement", {"documents": [paper]}, WANG)
    await world.act(of(lead), "acceptance", {}, officer)
    package = await world.read(f"{of(lead)}/package", officer)
    assert [each["sha256"] for each in package["documents"]] == [sha256]


async def test_complaint_7_a_closed_act_says_why_and_the_old_office_s_view_of_answers_is_cut(
    world: World,
) -> None:
    case, lead, officer = await offered(world)
    early = await world.client.post(
        f"{of(lead)}/decision",
        {"outcome": "filed"},
        by=officer,
        etag=await world.client.etag(of(lead), officer),
    )
    assert (early.status_code, early.json()["code"]) == (409, "StepNotOpen")
    assert "acknowledge" in early.json()["open"]
    await issued(world, case, "take_up", PROVINCE_CHIEF, PROVINCE)
    await world.act(of(lead), "acknowledgement", {}, officer)
    assert (await world.client.get(of(lead), WANG)).status_code == 404
    assert (await world.client.get(of(lead), given.prosecutor(PROVINCE))).status_code == 200


async def test_complaint_15_a_slow_and_failing_receiver_is_tried_again_and_no_try_hides_another(
    world: World,
) -> None:
    world.receiver.answers.append(503)
    world.receiver.delay = 0.3
    _, _, officer = await offered(world)

    async def taken() -> dict[str, Any] | None:
        found = await world.read("/notifications/v1/deliveries", officer)
        return next((each for each in found["items"] if each["state"] == "delivered"), None)

    delivery = await eventually(taken, within=90)
    came = [each for each in world.receiver.messages if each.path == "/gaj"]
    assert [each.event["id"] for each in came] == [delivery["event_id"]] * 2, "one try each, and no more"
    told = await world.read(f"/notifications/v1/deliveries/{delivery['id']}", officer)
    assert sorted(each["status"] for each in told["attempts"]) == [200, 503]


async def test_complaint_16_what_was_not_delivered_says_why(world: World) -> None:
    world.receiver.status = 500
    _, lead, officer = await offered(world)

    async def tried() -> dict[str, Any] | None:
        found = await world.read("/notifications/v1/deliveries", officer)
        return next((each for each in found["items"] if each["tries"] >= 1), None)

    delivery = await eventually(tried)
    assert delivery["state"] == "pending"
    told = await world.read(f"/notifications/v1/deliveries/{delivery['id']}", officer)
    assert (told["attempts"][0]["outcome"], told["attempts"][0]["status"]) == ("answered", 500)
    assert (await world.read(of(lead), WANG)).get("delivered_at") is None, "transport is told apart"


async def test_complaints_15_and_16_an_agency_is_told_once_of_each_thing(world: World) -> None:
    _, lead, officer = await offered(world)
    await world.act(of(lead), "acknowledgement", {}, officer)

    async def delivered() -> list[str] | None:
        found = (await world.read("/notifications/v1/deliveries", officer))["items"]
        done = len(found) == 2 and {each["state"] for each in found} == {"delivered"}
        return [each["event_id"] for each in found] if done else None

    ids = await eventually(delivered)
    mine = [each.event["id"] for each in world.receiver.messages if each.path == "/gaj"]
    assert sorted(mine) == sorted(ids), "each once, and nothing else"


async def test_complaint_17_an_answer_sent_twice_after_a_timeout_is_one_answer_with_one_receipt(
    world: World,
) -> None:
    _, lead, officer = await offered(world)
    key, etag = uuid4().hex, await world.client.etag(of(lead), officer)
    path = f"{of(lead)}/acknowledgement"
    answers = [await world.client.post(path, {}, by=officer, etag=etag, key=key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    receipts = await world.read(f"{of(lead)}/receipts", officer)
    assert [each["act"] for each in receipts if each["proof"] == "business"] == ["acknowledge"]


async def test_complaint_18_receipts_are_signed_in_the_act_itself_and_wait_for_nobody(world: World) -> None:
    _, lead, officer = await offered(world)
    etag = await world.client.etag(of(lead), officer)
    answer = await world.client.post(f"{of(lead)}/acknowledgement", {}, by=officer, etag=etag)
    assert answer.status_code == 200
    receipts = await world.client.read(f"{of(lead)}/receipts", officer)
    (business,) = [each for each in receipts if each["proof"] == "business"]
    assert business["token"].count(".") == 2


async def test_complaint_18_acts_go_on_while_the_bus_is_down_and_arrive_after(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, lead, officer = await offered(world)
    with monkeypatch.context() as cut:
        for name in SERVICES:
            cut.setattr(world.running.frame(name).bus, "publish", _nobody_answers)
        etag = await world.client.etag(of(lead), officer)
        answer = await world.client.post(f"{of(lead)}/acknowledgement", {}, by=officer, etag=etag)
        assert answer.status_code == 200, answer.text
        receipts = await world.client.read(f"{of(lead)}/receipts", officer)
        assert [each["act"] for each in receipts if each["proof"] == "business"] == ["acknowledge"]
        told = await world.timeline(case, WANG)
        assert "referrals.handoff_acknowledged" not in {each["type"] for each in told}
    await world.settled()
    told = await world.timeline(case, WANG)
    assert [each["type"] for each in told].count("referrals.handoff_acknowledged") == 1


async def _nobody_answers(*_: Any) -> None:
    raise BusAway("cut by the test")
