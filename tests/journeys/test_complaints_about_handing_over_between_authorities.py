"""What users of other systems complained of when offices hand matters to each other, one test per complaint.

The numbers are those of our list of complaints: 1-7 handing over, 17 a sending that timed out and succeeded.
"""

import asyncio
from typing import Any
from uuid import uuid4

from tests import given
from tests.given import CITY, DISTRICT, NEIGHBOUR, PROVINCE
from tests.journeys.between import REFERRALS, act, asked, holder, issued, refused, sees, where
from tests.journeys.world import World

WANG, LI = given.prosecutor(DISTRICT), given.prosecutor(NEIGHBOUR)
CITY_CHIEF, PROVINCE_CHIEF = given.chief(CITY), given.chief(PROVINCE)


async def assigned(world: World) -> tuple[Any, Any]:
    """A case of the city and its order to the district, armed."""
    case = await world.case("", CITY)
    return case, await issued(world, case, "assign", CITY_CHIEF, DISTRICT, instruction="依法办理")


async def test_complaint_1_nothing_lands_before_the_receiver_signs_and_all_six_questions_have_answers(
    world: World,
) -> None:
    case, order = await assigned(world)
    path = f"{REFERRALS}/{order['id']}"
    inbox = await world.read("/notifications/v1/inbox", given.clerk(DISTRICT))
    assert inbox["items"], "how is the receiver told: by its inbox"
    preview = await world.read(path, WANG)
    assert preview["instruction"] == "依法办理", "what preview is shown: the order, not the case"
    assert await sees(world, case, WANG) == [False]
    clocks = [e for e in await world.timeline(case, CITY_CHIEF) if e["type"] == "referrals.clock_started"]
    assert clocks[-1]["facts"]["row"] == "internal_receipt", "is there a time limit: yes, shown as internal"
    acts = {each["act"]: each["by"] for each in preview["open_acts"]}
    assert acts["receive"] == ["addressee"], "who may decide"
    assert "issuer" in acts["withdraw"], "can the sender withdraw: until it is signed for"
    await act(world, order, "receipt", given.clerk(DISTRICT))
    assert (await world.read(path, CITY_CHIEF))["stage"] == "in_force", "how does the sender learn the answer"


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
