"""Requests climb level by level, each adding its opinion; approval makes the binding act and names it."""

from typing import Any
from uuid import uuid4

import pytest

from tests import given
from tests.given import CITY, DISTRICT, NEIGHBOUR, OTHER_CITY, OTHER_PROVINCE, PROVINCE, SUPREME
from tests.referrals.world import DECISION, REFERRALS, Matter, World, code_of

PROSECUTOR = given.prosecutor(DISTRICT)
CITY_CHIEF, PROVINCE_CHIEF = given.chief(CITY), given.chief(PROVINCE)
OTHER_DISTRICT = "330203"


async def asked(world: World, matter: Matter, mode: str, **more: Any) -> Any:
    """A request of the office that holds the matter to its next superior."""
    return await world.issue(given.prosecutor(matter.holder), matter, mode, CITY, **more)


async def act(world: World, request: Any, act: str, by: given.Person, **body: Any) -> Any:
    """An act on the request as it stands that must succeed."""
    return await world.client.act(f"{REFERRALS}/{request['id']}", act, body, by=by)


async def tried(world: World, request: Any, act: str, by: given.Person, **body: Any) -> str:
    """The refusal of an act on the request as it stands."""
    path = f"{REFERRALS}/{request['id']}"
    etag = await world.client.etag(path, PROSECUTOR)
    return code_of(await world.client.post(f"{path}/{act}", body, by=by, etag=etag))


async def test_an_extension_is_approved_by_the_next_superior_and_announced_for_its_clock(
    world: World,
) -> None:
    matter, clock = await world.matter(DISTRICT), str(uuid4())
    request = await asked(world, matter, "request_extension", length=2, unit="months", about=clock)
    assert (request["track"], request["basis"], request["moves_custody"]) == ("request", "R 47", False)
    approved = await act(world, request, "approval", CITY_CHIEF, opinion="案情复杂，同意延长")
    assert (approved["stage"], approved["binding_act"]) == ("approved", None)
    (event,) = await world.app.recorded("referral_approved", matter.id)
    assert event.body == {
        "matter_id": str(matter.id),
        "referral_id": request["id"],
        "mode": "request_extension",
        "issuer": DISTRICT,
        "addressee": CITY,
        "about": clock,
        "length": 2,
        "unit": "months",
        "approved_by": CITY,
        "approved_on": event.occurred_on.isoformat(),
        "binding_act": None,
    }
    assert event.basis == "R 47"


async def test_the_superior_may_grant_less_than_was_asked(world: World) -> None:
    matter = await world.matter(DISTRICT)
    request = await asked(world, matter, "request_extension", length=2, unit="months")
    await act(world, request, "approval", CITY_CHIEF, length=20, unit="days")
    (event,) = await world.app.recorded("referral_approved", matter.id)
    assert (event.body["length"], event.body["unit"]) == (20, "days")


async def test_an_extension_is_decided_by_the_next_superior_itself(world: World) -> None:
    matter = await world.matter(DISTRICT)
    request = await asked(world, matter, "request_extension", length=1, unit="months")
    assert [each["act"] for each in request["open_acts"]] == ["approve", "refuse", "withdraw"]
    refused = await tried(world, request, "opinion", CITY_CHIEF, agrees=True, opinion="同意")
    assert refused == "409 DecidedHere"
    assert (await world.read(request, PROSECUTOR))["stage"] == "issued"


async def test_a_ripe_administrative_case_is_given_to_another_office_to_sue(world: World) -> None:
    matter = await world.matter(DISTRICT)
    await world.opened(matter, "administrative")
    request = await asked(world, matter, "request_extension", length=1, unit="months")
    body = {"designee": NEIGHBOUR, "decision": DECISION}
    approved = await act(world, request, "approval", CITY_CHIEF, **body)
    (event,) = await world.app.recorded("referral_approved", matter.id)
    assert (event.body["length"], event.body["unit"]) == (None, None)
    assert event.body["binding_act"] == approved["binding_act"]
    order = await world.client.read(f"{REFERRALS}/{approved['binding_act']}", CITY_CHIEF)
    assert (order["mode"], order["addressee"], order["request_id"]) == ("designate", NEIGHBOUR, request["id"])
    assert (order["occasion"], order["basis"]) == ("to_sue", "R 47")
    issued = (await world.app.recorded("referral_issued", matter.id))[-1]
    assert (issued.body["occasion"], issued.basis) == ("to_sue", "R 47")


async def test_to_sue_another_office_is_designated_and_only_on_a_request_to_extend(world: World) -> None:
    matter = await world.matter(DISTRICT)
    await world.opened(matter, "administrative")
    body = world.order(matter, "designate", NEIGHBOUR, decision=DECISION, occasion="to_sue")
    answer = await world.client.post(REFERRALS, body, by=CITY_CHIEF)
    assert (code_of(answer), answer.json()["open"]) == ("409 OccasionNotForeseen", ["jurisdiction"])
    request = await asked(world, matter, "request_extension", length=1, unit="months")
    itself = {"designee": DISTRICT, "decision": DECISION}
    assert await tried(world, request, "approval", CITY_CHIEF, **itself) == "403 NotAuthorised"
    assert (await world.read(request, PROSECUTOR))["stage"] == "issued"


async def test_a_civil_case_is_extended_or_not_but_nobody_else_is_designated_to_sue(world: World) -> None:
    matter = await world.matter(DISTRICT)
    await world.opened(matter, "civil")
    request = await asked(world, matter, "request_extension", length=1, unit="months")
    body = {"designee": NEIGHBOUR, "decision": DECISION}
    assert await tried(world, request, "approval", CITY_CHIEF, **body) == "409 OtherProcedure"
    assert await world.app.recorded("referral_approved", matter.id) == []


async def test_a_request_climbs_two_levels_and_every_level_adds_its_opinion(world: World) -> None:
    lead = await world.matter(DISTRICT, "lead")
    request = await asked(world, lead, "request_approval_to_file", instruction="拟立案")
    opinion = {"agrees": True, "opinion": "建议批准"}
    passed = await act(world, request, "opinion", CITY_CHIEF, **opinion)
    assert (passed["stage"], passed["addressee"], passed["issuer"]) == ("opined", PROVINCE, DISTRICT)
    assert await tried(world, request, "approval", CITY_CHIEF) == "403 NotYourStep"
    passed = await act(world, request, "opinion", PROVINCE_CHIEF, agrees=False, opinion="请最高检定")
    assert passed["addressee"] == SUPREME
    assert [(each["office"], each["agrees"]) for each in passed["statements"]] == [
        (CITY, True),
        (PROVINCE, False),
    ]
    approved = await act(world, request, "approval", given.chief(SUPREME))
    assert approved["stage"] == "approved"
    (event,) = await world.app.recorded("referral_approved", lead.id)
    assert (event.body["mode"], event.body["approved_by"], event.body["binding_act"]) == (
        "request_approval_to_file",
        SUPREME,
        None,
    )
    opinions = await world.app.recorded("referral_opined", lead.id)
    assert [(e.body["office"], e.body["addressee"], e.body["agrees"]) for e in opinions] == [
        (CITY, PROVINCE, True),
        (PROVINCE, SUPREME, False),
    ]


async def test_each_level_has_its_own_limit_while_it_has_the_request(world: World) -> None:
    lead = await world.matter(DISTRICT, "lead")
    request = await asked(world, lead, "request_approval_to_file")
    await act(world, request, "opinion", CITY_CHIEF, agrees=True, opinion="同意")
    await act(world, request, "approval", PROVINCE_CHIEF)
    started = await world.app.recorded("clock_started", lead.id)
    assert [(e.body["row"], e.body["office"]) for e in started] == [
        ("internal_decision", CITY),
        ("internal_decision", PROVINCE),
    ]
    assert not any(e.body["statutory"] for e in started)
    assert len(await world.app.recorded("clock_met", lead.id)) == 2


async def test_above_the_supreme_office_there_is_nobody_to_pass_to(world: World) -> None:
    lead = await world.matter(PROVINCE, "lead")
    issuer = given.prosecutor(PROVINCE)
    request = await world.issue(issuer, lead, "request_take_up", SUPREME)
    path = f"{REFERRALS}/{request['id']}"
    body = {"agrees": True, "opinion": "同意"}
    answer = await world.client.post(f"{path}/opinion", body, by=given.chief(SUPREME), etag='"1"')
    assert code_of(answer) == "409 NobodyAbove"


async def test_approving_to_take_up_takes_the_matter_up(world: World) -> None:
    matter = await world.matter(DISTRICT)
    request = await asked(world, matter, "request_take_up")
    refused = await tried(world, request, "approval", CITY_CHIEF)
    assert refused == "409 WrittenDecisionMissing"
    approved = await act(world, request, "approval", CITY_CHIEF, decision=DECISION)
    order = await world.client.read(f"{REFERRALS}/{approved['binding_act']}", CITY_CHIEF)
    assert (order["mode"], order["issuer"], order["addressee"]) == ("take_up", CITY, CITY)
    assert (order["stage"], order["request_id"]) == ("issued", request["id"])
    (event,) = await world.app.recorded("referral_approved", matter.id)
    assert event.body["binding_act"] == order["id"]


async def test_the_lead_that_belongs_above_is_taken_up_by_whoever_approves(world: World) -> None:
    lead = await world.matter(DISTRICT, "lead")
    body = world.order(lead, "request_lead_transfer_up", CITY)
    refused = await world.client.post(REFERRALS, body, by=PROSECUTOR)
    assert (code_of(refused), refused.json()["basis"]) == ("409 WrittenDecisionMissing", "R 26")
    request = await asked(world, lead, "request_lead_transfer_up", decision=DECISION)
    approved = await act(world, request, "approval", CITY_CHIEF, decision=DECISION)
    order = await world.client.read(f"{REFERRALS}/{approved['binding_act']}", CITY_CHIEF)
    assert (order["mode"], order["issuer"]) == ("take_up", CITY)


async def test_a_dispute_goes_up_until_the_common_superior_designates(world: World) -> None:
    lead = await world.matter(DISTRICT, "lead")
    facts = {"occasion": "dispute", "disputed_with": OTHER_DISTRICT, "proposed": OTHER_DISTRICT}
    request = await asked(world, lead, "request_designation", **facts)
    for designee in (OTHER_DISTRICT, DISTRICT):
        body = {"decision": DECISION, "designee": designee}
        assert await tried(world, request, "approval", CITY_CHIEF, **body) == "409 NotTheCommonSuperior"
    await act(world, request, "opinion", CITY_CHIEF, agrees=True, opinion="由甲地管辖为宜")
    approved = await act(world, request, "approval", PROVINCE_CHIEF, decision=DECISION)
    order = await world.client.read(f"{REFERRALS}/{approved['binding_act']}", PROVINCE_CHIEF)
    assert (order["mode"], order["issuer"], order["addressee"]) == ("designate", PROVINCE, OTHER_DISTRICT)
    assert order["moves_custody"]


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"occasion": "dispute"}, "409 ParticularMissing"),
        ({"occasion": "dispute", "disputed_with": DISTRICT}, "409 DisputeWithTheHolder"),
        ({"occasion": "dispute", "disputed_with": "999999"}, "409 UnknownOffice"),
        ({"occasion": "other_ground", "disputed_with": OTHER_DISTRICT}, "409 ParticularNotForeseen"),
    ],
)
async def test_a_dispute_names_the_other_office_and_nothing_else_does(
    world: World, more: dict[str, Any], refused: str
) -> None:
    lead = await world.matter(DISTRICT, "lead")
    body = world.order(lead, "request_designation", CITY, **more)
    assert code_of(await world.client.post(REFERRALS, body, by=PROSECUTOR)) == refused
    assert await world.app.recorded("referral_issued") == []


async def test_only_a_civil_case_goes_up_because_several_offices_are_competent(world: World) -> None:
    several = {"occasion": "several_competent", "proposed": DISTRICT}
    for procedure, status in (("civil", 201), ("administrative", 409)):
        matter = await world.matter(DISTRICT)
        await world.opened(matter, procedure)
        body = world.order(matter, "request_designation", CITY, **several)
        answer = await world.client.post(REFERRALS, body, by=PROSECUTOR)
        assert answer.status_code == status, answer.text
    assert (answer.json()["code"], answer.json()["open_to"]) == ("OtherProcedure", ["civil"])


async def test_designating_the_office_that_asked_records_the_basis_and_moves_nothing(world: World) -> None:
    lead = await world.matter(DISTRICT, "lead")
    request = await asked(world, lead, "request_designation", occasion="level_mismatch")
    assert await tried(world, request, "approval", CITY_CHIEF, decision=DECISION) == "409 DesigneeMissing"
    approved = await act(world, request, "approval", CITY_CHIEF, decision=DECISION, designee=DISTRICT)
    order = await world.client.read(f"{REFERRALS}/{approved['binding_act']}", PROSECUTOR)
    assert (order["track"], order["moves_custody"]) == ("standing", False)
    signed = await act(world, order, "receipt", given.clerk(DISTRICT))
    assert signed["stage"] == "in_force"
    (event,) = await world.app.recorded("referral_in_force", lead.id)
    assert event.body["epoch"] is None


@pytest.mark.parametrize("mode", ["request_take_up", "request_designation"])
async def test_a_request_that_cannot_be_carried_out_is_not_approved(world: World, mode: str) -> None:
    lead = await world.matter(DISTRICT, "lead")
    more = {"occasion": "other_ground", "proposed": NEIGHBOUR} if mode == "request_designation" else {}
    request = await asked(world, lead, mode, **more)
    await world.issue(PROVINCE_CHIEF, lead, "take_up", PROVINCE)
    refused = await tried(world, request, "approval", CITY_CHIEF, decision=DECISION)
    assert refused == "409 AnotherOrderIsOpen"
    now = await world.read(request, PROSECUTOR)
    assert (now["stage"], now["binding_act"], now["statements"]) == ("issued", None, [])


async def test_a_request_is_refused_with_reasons(world: World) -> None:
    matter = await world.matter(DISTRICT)
    request = await asked(world, matter, "request_extension", length=1, unit="months")
    for other in (given.chief(DISTRICT), PROVINCE_CHIEF):
        assert await tried(world, request, "refusal", other, reason="不必延长") == "403 NotYourStep"
    assert await tried(world, request, "refusal", given.prosecutor(CITY), reason="x") == "403 RoleRequired"
    refused = await act(world, request, "refusal", CITY_CHIEF, reason="不必延长")
    assert (refused["stage"], refused["reason"]) == ("refused", "不必延长")
    (event,) = await world.app.recorded("referral_refused", matter.id)
    assert event.body == {
        "matter_id": str(matter.id),
        "referral_id": request["id"],
        "mode": "request_extension",
        "issuer": DISTRICT,
        "addressee": CITY,
    }
    assert await tried(world, request, "approval", CITY_CHIEF) == "409 StepNotOpen"


async def test_the_same_is_asked_once_at_a_time(world: World) -> None:
    matter = await world.matter(DISTRICT)
    more = {"length": 1, "unit": "months"}
    request = await asked(world, matter, "request_extension", **more)
    again = await world.client.post(
        REFERRALS, world.order(matter, "request_extension", CITY, **more), by=PROSECUTOR
    )
    assert (code_of(again), again.json()["referral_id"]) == ("409 AnotherRequestIsOpen", request["id"])
    await act(world, request, "withdrawal", PROSECUTOR, reason="已结案")
    assert (await asked(world, matter, "request_extension", **more))["stage"] == "issued"


async def test_what_the_former_holder_asked_is_void_when_the_matter_moves(world: World) -> None:
    matter = await world.matter(DISTRICT)
    request = await asked(world, matter, "request_extension", length=1, unit="months")
    taken = await world.issue(PROVINCE_CHIEF, matter, "take_up", PROVINCE)
    await world.locked(matter, taken)
    await world.moved(matter, taken)
    now = await world.read(request, PROVINCE_CHIEF)
    assert (now["stage"], now["reason"]) == ("voided", "custody_moved")
    voided = await world.app.recorded("referral_voided", matter.id)
    assert [e.body["referral_id"] for e in voided] == [request["id"]]


async def test_the_binding_act_moves_the_matter_and_its_request_stays_approved(world: World) -> None:
    matter = await world.matter(DISTRICT)
    request = await asked(world, matter, "request_take_up")
    approved = await act(world, request, "approval", CITY_CHIEF, decision=DECISION)
    order = await world.client.read(f"{REFERRALS}/{approved['binding_act']}", CITY_CHIEF)
    await world.locked(matter, order)
    await world.moved(matter, order)
    assert (await world.read(order, CITY_CHIEF))["stage"] == "in_force"
    assert (await world.read(request, CITY_CHIEF))["stage"] == "approved"


@pytest.mark.parametrize(
    ("mode", "more", "refused"),
    [
        ("request_extension", {}, "409 ParticularMissing"),
        ("request_extension", {"length": 1}, "422 Malformed"),
        ("request_extension", {"length": 1, "unit": "hours"}, "422 Malformed"),
        ("request_extension", {"length": 0, "unit": "days"}, "422 Malformed"),
        ("request_take_up", {"length": 1, "unit": "days"}, "409 ParticularNotForeseen"),
        ("request_take_up", {"occasion": "dispute"}, "409 OccasionNotForeseen"),
        ("request_designation", {}, "409 OccasionMissing"),
        ("request_designation", {"occasion": "other_ground", "proposed": "999999"}, "409 UnknownOffice"),
        ("request_approval_to_file", {}, "409 WrongMatterKind"),
    ],
)
async def test_a_request_states_what_its_mode_needs(
    world: World, mode: str, more: dict[str, Any], refused: str
) -> None:
    matter = await world.matter(DISTRICT)
    answer = await world.client.post(REFERRALS, world.order(matter, mode, CITY, **more), by=PROSECUTOR)
    assert code_of(answer) == refused
    assert await world.app.recorded("referral_issued") == []


async def test_a_request_goes_to_the_next_superior_alone(world: World) -> None:
    matter = await world.matter(DISTRICT)
    for addressee in (PROVINCE, OTHER_CITY, OTHER_PROVINCE, NEIGHBOUR):
        body = world.order(matter, "request_take_up", addressee)
        assert code_of(await world.client.post(REFERRALS, body, by=PROSECUTOR)) == "403 NotAuthorised"


async def test_an_instruction_is_asked_for_passed_up_given_and_closed(world: World) -> None:
    matter = await world.matter(DISTRICT)
    request = await asked(world, matter, "request_instruction", instruction="能否适用")
    assert (request["track"], request["basis"]) == ("entrustment", "R 104")
    passed = await act(world, request, "opinion", CITY_CHIEF, agrees=True, opinion="倾向适用")
    assert (passed["stage"], passed["addressee"]) == ("issued", PROVINCE)
    await act(world, request, "receipt", given.clerk(PROVINCE))
    reply = await act(world, request, "reply", given.prosecutor(PROVINCE), summary="可以适用")
    assert (reply["act"], reply["office"], reply["seq_no"]) == ("reply", PROVINCE, 1)
    closed = await act(world, request, "closing", PROSECUTOR, reason="已收悉")
    assert closed["stage"] == "closed"
    (event,) = await world.app.recorded("referral_replied", matter.id)
    assert (event.body["mode"], event.body["seq_no"]) == ("request_instruction", 1)


async def test_what_is_asked_about_a_lead_alone_is_void_when_it_became_a_case(world: World) -> None:
    lead = await world.matter(DISTRICT, "lead")
    request = await asked(world, lead, "request_approval_to_file")
    about = await asked(world, lead, "request_take_up")
    case = await world.matter(DISTRICT)
    await world.opened(case, lead=lead.id)
    now = await world.read(request, PROSECUTOR)
    assert (now["stage"], now["reason"], now["matter_id"]) == ("voided", "case_opened", str(lead.id))
    goes_on = await world.read(about, PROSECUTOR)
    assert (goes_on["stage"], goes_on["matter_id"]) == ("issued", str(case.id))


async def test_what_was_asked_about_a_lead_goes_on_where_the_case_begins(world: World) -> None:
    lead = await world.matter(DISTRICT, "lead", epoch=2)
    request = await asked(world, lead, "request_take_up")
    assert (await world.read(request, PROSECUTOR))["basis_epoch"] == 2
    case = await world.matter(DISTRICT)
    await world.opened(case, lead=lead.id)
    goes_on = await world.read(request, PROSECUTOR)
    assert (goes_on["matter_id"], goes_on["basis_epoch"]) == (str(case.id), 0)
    granted = await act(world, goes_on, "approval", CITY_CHIEF, decision=DECISION)
    assert granted["stage"] == "approved"
    (order,) = [
        e for e in await world.app.recorded("referral_issued", case.id) if e.body["mode"] == "take_up"
    ]
    assert order.body["basis_epoch"] == 0
