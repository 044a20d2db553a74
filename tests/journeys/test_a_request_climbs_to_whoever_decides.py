"""What an office may not do by itself goes up level by level, with opinions, until somebody decides."""

from uuid import uuid4

from tests import given
from tests.given import CITY, DISTRICT, PROVINCE
from tests.journeys.between import ELSEWHERE, OPINION, REFERRALS, act, holder, issued
from tests.journeys.world import DECISION, World

WANG, CITY_CHIEF, PROVINCE_CHIEF = given.prosecutor(DISTRICT), given.chief(CITY), given.chief(PROVINCE)


async def test_an_approval_to_open_climbs_two_levels_and_then_the_lead_is_opened(world: World) -> None:
    await world.registered("wxb", "cyberspace")
    lead = await world.lead()
    await world.assessed(lead)
    wanted = {"setting": "approval_to_file", "value": True, "reason": "全省统一规定"}
    await world.create("/cases/v1/office-settings", wanted, PROVINCE_CHIEF)
    filing, path = {"procedure": "administrative", "agency": "wxb"}, f"/cases/v1/leads/{lead['id']}"
    etag = await world.client.etag(path, WANG)
    early = await world.client.post(f"{path}/filing", filing, by=WANG, etag=etag)
    assert (early.status_code, early.json()["code"]) == (409, "ApprovalToFileNeeded")
    request = await issued(world, lead, "request_approval_to_file", WANG, CITY)
    passed = await act(world, request, "opinion", CITY_CHIEF, **OPINION)
    assert (passed["stage"], passed["addressee"]) == ("opined", PROVINCE)
    approved = await act(world, request, "approval", PROVINCE_CHIEF, opinion="同意立案")
    assert (approved["stage"], approved["binding_act"]) == ("approved", None)
    assert [each["office"] for each in approved["statements"]] == [CITY, PROVINCE]
    proposal = await world.act(path, "filing", filing, WANG)
    opened = await world.approved(proposal)
    case = await world.read(f"/cases/v1/cases/{opened['result_id']}", WANG)
    assert case["office"] == DISTRICT
    told = await world.read(f"/cases/v1/leads/{lead['id']}/timeline", WANG, limit=200)
    types = [entry["type"] for entry in told["items"]]
    for event in ("referral_issued", "referral_opined", "referral_approved"):
        assert f"referrals.{event}" in types


async def test_an_extension_is_granted_by_the_next_superior_and_stands_on_the_timeline(world: World) -> None:
    case, clock = await world.case(), str(uuid4())
    more = {"length": 1, "unit": "months", "about": clock}
    request = await issued(world, case, "request_extension", WANG, CITY, **more)
    approved = await act(world, request, "approval", CITY_CHIEF)
    assert (approved["stage"], await holder(world, case)) == ("approved", DISTRICT)
    told = await world.timeline(case, WANG)
    assert [each["article"] for each in told if each["type"] == "referrals.referral_approved"] == ["R 47"]


async def test_a_ripe_case_goes_to_another_office_to_sue_instead_of_being_extended(world: World) -> None:
    case = await world.case()
    request = await issued(world, case, "request_extension", WANG, CITY, length=1, unit="months")
    approved = await act(world, request, "approval", CITY_CHIEF, designee="330109", decision=DECISION)
    order = await world.read(f"{REFERRALS}/{approved['binding_act']}", CITY_CHIEF)
    assert (order["mode"], order["stage"]) == ("designate", "armed")
    await act(world, order, "receipt", given.clerk("330109"))
    assert await holder(world, case) == "330109"


async def test_what_is_to_be_taken_up_is_taken_up_with_the_approval(world: World) -> None:
    case = await world.case()
    request = await issued(world, case, "request_take_up", WANG, CITY)
    await act(world, request, "opinion", CITY_CHIEF, **OPINION)
    approved = await act(world, request, "approval", PROVINCE_CHIEF, decision=DECISION)
    taken = await world.read(f"{REFERRALS}/{approved['binding_act']}", PROVINCE_CHIEF)
    assert (taken["mode"], taken["stage"], taken["request_id"]) == ("take_up", "in_force", request["id"])
    assert await holder(world, case) == PROVINCE


async def test_a_lead_that_belongs_above_goes_up_by_its_opinion(world: World) -> None:
    lead = await world.lead()
    request = await issued(world, lead, "request_lead_transfer_up", WANG, CITY)
    await act(world, request, "approval", CITY_CHIEF, decision=DECISION)
    assert await holder(world, lead) == CITY


async def test_a_dispute_between_cities_is_decided_by_the_common_superior(world: World) -> None:
    lead = await world.lead()
    more = {"occasion": "dispute", "disputed_with": ELSEWHERE, "proposed": ELSEWHERE}
    request = await issued(world, lead, "request_designation", WANG, CITY, **more)
    await act(world, request, "opinion", CITY_CHIEF, agrees=False, opinion="应由本市管辖")
    approved = await act(world, request, "approval", PROVINCE_CHIEF, decision=DECISION)
    order = await world.read(f"{REFERRALS}/{approved['binding_act']}", PROVINCE_CHIEF)
    await act(world, order, "receipt", given.clerk(ELSEWHERE))
    assert await holder(world, lead) == ELSEWHERE


async def test_a_refusal_comes_back_with_its_reason_and_the_same_may_be_asked_again(world: World) -> None:
    case = await world.case()
    request = await issued(world, case, "request_take_up", WANG, CITY)
    refused = await act(world, request, "refusal", CITY_CHIEF, reason="由你院继续办理")
    assert (refused["stage"], refused["reason"]) == ("refused", "由你院继续办理")
    assert await holder(world, case) == DISTRICT
    assert (await issued(world, case, "request_take_up", WANG, CITY))["stage"] == "issued"


async def test_an_instruction_is_asked_for_and_given(world: World) -> None:
    case = await world.case()
    request = await issued(world, case, "request_instruction", WANG, CITY, instruction="能否适用")
    await act(world, request, "receipt", given.clerk(CITY))
    await act(world, request, "reply", given.prosecutor(CITY), summary="可以适用")
    closed = await act(world, request, "closing", WANG, reason="已收悉")
    assert (closed["stage"], closed["statements"][0]["summary"]) == ("closed", "可以适用")
