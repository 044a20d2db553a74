"""Real cases of the regulation between offices: designation across provinces (A), level mismatch (B)."""

from typing import Any

from tests import given
from tests.given import CITY, DISTRICT, PROVINCE, SUPREME
from tests.journeys.between import BEIJING, OPINION, REFERRALS, act, holder, issued, sees
from tests.journeys.world import DECISION, World

WANG, CITY_CHIEF, PROVINCE_CHIEF = given.prosecutor(DISTRICT), given.chief(CITY), given.chief(PROVINCE)
SPP = given.chief(SUPREME)
SEVERAL = {"occasion": "several_competent"}


async def reported_to_the_top(world: World, lead: Any, **more: Any) -> Any:
    """The designation is asked for level by level, up to the Supreme office."""
    request = await issued(world, lead, "request_designation", WANG, CITY, **SEVERAL, **more)
    await act(world, request, "opinion", CITY_CHIEF, **OPINION)
    return await act(world, request, "opinion", PROVINCE_CHIEF, **OPINION)


async def test_case_a_the_civil_side_stays_by_designation_of_the_office_that_asked(world: World) -> None:
    civil = await world.lead()
    await world.assessed(civil)
    request = await reported_to_the_top(world, civil, proposed=DISTRICT)
    assert request["addressee"] == SUPREME
    approved = await act(world, request, "approval", SPP, decision=DECISION)
    order = await world.read(f"{REFERRALS}/{approved['binding_act']}", WANG)
    assert (order["mode"], order["issuer"], order["moves_custody"]) == ("designate", SUPREME, False)
    in_force = await act(world, order, "receipt", given.clerk(DISTRICT))
    assert (in_force["stage"], await holder(world, civil)) == ("in_force", DISTRICT)
    filing = {"procedure": "civil", "order_id": order["id"]}
    proposal = await world.act(f"/cases/v1/leads/{civil['id']}", "filing", filing, WANG)
    opened = await world.approved(proposal)
    case = await world.read(f"/cases/v1/cases/{opened['result_id']}", WANG)
    assert (case["procedure"], case["competence"]["article"]) == ("civil", "R 17")


async def test_case_a_the_supreme_office_leads_a_team_across_provinces_until_it_is_dissolved(
    world: World,
) -> None:
    case = await world.case()
    team = [CITY, BEIJING]
    order = await issued(world, case, "take_lead", SPP, DISTRICT, co_handlers=team)
    assert await sees(world, case, given.prosecutor(BEIJING)) == [True]
    await act(world, order, "receipt", given.clerk(DISTRICT))
    assert (await world.read(f"{REFERRALS}/{order['id']}", WANG))["stage"] == "in_force"
    assert await holder(world, case) == DISTRICT
    await act(world, order, "reports", WANG, summary="进展")
    dissolved = await act(world, order, "lifting", SPP, reason="结案")
    assert dissolved["stage"] == "ended"
    assert await sees(world, case, given.prosecutor(BEIJING), WANG) == [False, True]


async def test_case_b_a_district_is_designated_against_an_agency_of_the_city(world: World) -> None:
    await world.registered("post-city", "postal", CITY)
    lead = await world.lead(source="media")
    await world.assessed(lead)
    path, filing = f"/cases/v1/leads/{lead['id']}", {"procedure": "administrative", "agency": "post-city"}
    etag = await world.client.etag(path, WANG)
    answer = await world.client.post(f"{path}/filing", filing, by=WANG, etag=etag)
    assert (answer.status_code, answer.json()["code"]) == (409, "NotCompetent")
    more = {"occasion": "level_mismatch", "proposed": DISTRICT}
    request = await issued(world, lead, "request_designation", WANG, CITY, **more)
    assert request["basis"] == "R 13"
    approved = await act(world, request, "approval", CITY_CHIEF, decision=DECISION)
    order = await world.read(f"{REFERRALS}/{approved['binding_act']}", WANG)
    await act(world, order, "receipt", given.clerk(DISTRICT))
    proposal = await world.act(path, "filing", filing | {"order_id": order["id"]}, WANG)
    opened = await world.approved(proposal)
    case = await world.read(f"/cases/v1/cases/{opened['result_id']}", WANG)
    assert (case["office"], case["competence"]["article"]) == (DISTRICT, "R 17")
