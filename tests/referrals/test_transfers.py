"""Transfers of leads and cases: what may be passed on, to whom, and what a part of a split lead may not."""

from tests import given
from tests.given import CITY, DISTRICT, NEIGHBOUR
from tests.referrals.test_modes import (
    CHIEF,
    CITY_CHIEF,
    ELSEWHERE,
    PROSECUTOR,
    act,
    refusal,
)
from tests.referrals.world import DECISION, REFERRALS, Matter, World, code_of


async def transferred(world: World) -> Matter:
    """A lead that its neighbour transferred to the district."""
    lead = await world.matter(NEIGHBOUR, "lead")
    by = given.prosecutor(NEIGHBOUR)
    order = await world.issue(by, lead, "transfer_lead", DISTRICT, decision=DECISION)
    await world.locked(lead, order)
    assert (await world.sign(order, given.clerk(DISTRICT))).status_code == 200
    await world.moved(lead, order)
    return lead


async def test_a_transferred_lead_is_neither_returned_nor_passed_on(world: World) -> None:
    lead = await transferred(world)
    for to in (NEIGHBOUR, ELSEWHERE):
        body = world.order(lead, "transfer_lead", to, decision=DECISION)
        answer = await world.client.post(REFERRALS, body, by=PROSECUTOR)
        assert code_of(answer) == "409 MayOnlyReportUpward"
        assert (answer.json()["basis"], answer.json()["open"]) == ("R 26", ["request_lead_transfer_up"])
    upward = await world.issue(PROSECUTOR, lead, "request_lead_transfer_up", CITY, decision=DECISION)
    assert upward["stage"] == "issued"


async def split_into(world: World, lead: Matter, *going: str | None) -> list[Matter]:
    """`cases` split the lead: one part per office it is to go to, or that stays."""
    parts = [await world.matter(lead.holder, "lead") for _ in going]
    said = [
        {"lead_id": str(part.id), "addressee": to, "mode": "transfer_lead" if to else None}
        for part, to in zip(parts, going, strict=True)
    ]
    await world.app.hear("cases.lead_split", lead.id, {"lead_id": str(lead.id), "parts": said})
    return parts


async def test_a_part_of_a_transferred_lead_is_neither_returned_nor_passed_on(world: World) -> None:
    lead = await transferred(world)
    _, stays = await split_into(world, lead, ELSEWHERE, None)
    (event,) = await world.app.recorded("part_not_issued")
    assert event.body["reason"] == "MayOnlyReportUpward"
    written = {"decision": DECISION}
    for matter in (stays, (await split_into(world, stays, None))[0]):
        refused = await refusal(world, PROSECUTOR, matter, "transfer_lead", ELSEWHERE, **written)
        assert refused == "409 MayOnlyReportUpward"
    upward = await world.issue(PROSECUTOR, stays, "request_lead_transfer_up", CITY, **written)
    assert upward["stage"] == "issued"


async def test_a_part_goes_out_under_the_day_on_which_the_split_was_approved(world: World) -> None:
    lead = await world.matter(DISTRICT, "lead")
    part, _ = await split_into(world, lead, NEIGHBOUR, None)
    (order,) = (await world.client.read(REFERRALS, PROSECUTOR, matter_id=str(part.id)))["items"]
    assert (order["mode"], order["decided_on"]) == ("transfer_lead", order["issued_on"])
    found = await world.client.read(f"/referrals/v1/splits/{lead.id}/parts", PROSECUTOR)
    assert [each["addressee"] for each in found["items"] if each["matter_id"] != str(part.id)] == [None]


async def test_a_lead_that_a_superior_assigned_again_may_be_transferred(world: World) -> None:
    lead = await transferred(world)
    taken = await world.issue(CITY_CHIEF, lead, "take_up", CITY)
    await world.locked(lead, taken)
    await world.moved(lead, taken)
    again = await world.issue(CITY_CHIEF, lead, "assign", DISTRICT)
    await world.locked(lead, again)
    await world.sign(again, given.clerk(DISTRICT))
    await world.moved(lead, again)
    order = await world.issue(PROSECUTOR, lead, "transfer_lead", ELSEWHERE, decision=DECISION)
    assert order["stage"] == "issued"


async def test_a_transferred_lead_must_be_accepted_there_is_no_way_to_refuse_it(world: World) -> None:
    lead = await world.matter(NEIGHBOUR, "lead")
    by = given.prosecutor(NEIGHBOUR)
    order = await world.issue(by, lead, "transfer_lead", DISTRICT, decision=DECISION)
    await world.locked(lead, order)
    open_acts = (await world.read(order, PROSECUTOR))["open_acts"]
    assert {each["act"] for each in open_acts} == {"receive", "withdraw"}
    path = f"{REFERRALS}/{order['id']}"
    answer = await world.client.post(f"{path}/refusal", {"reason": "x"}, by=CHIEF, etag='"1"')
    assert code_of(answer) == "409 StepNotOpen"


async def test_a_transfer_goes_to_the_same_level_for_a_lead_with_its_notice(world: World) -> None:
    lead, case = await world.matter(DISTRICT, "lead"), await world.matter(DISTRICT)
    assert await refusal(world, PROSECUTOR, lead, "transfer_lead", NEIGHBOUR) == "409 WrittenDecisionMissing"
    written = {"decision": DECISION}
    assert await refusal(world, PROSECUTOR, lead, "transfer_lead", CITY, **written) == "403 NotAuthorised"
    assert await refusal(world, PROSECUTOR, case, "transfer_lead", NEIGHBOUR, **written) == (
        "409 WrongMatterKind"
    )


async def test_a_case_is_transferred_across_divisions_or_after_review(world: World) -> None:
    case = await world.matter(DISTRICT)
    assert await refusal(world, CHIEF, case, "transfer_case", NEIGHBOUR) == "409 OccasionMissing"
    across = {"occasion": "cross_division"}
    assert await refusal(world, CHIEF, case, "transfer_case", CITY, **across) == "403 NotAuthorised"
    order = await world.issue(CHIEF, case, "transfer_case", ELSEWHERE, **across)
    assert (order["basis"], order["occasion"]) == ("R 17", "cross_division")
    await act(world, order, "withdrawal", CHIEF, reason="改变方式")
    reviewed = await world.issue(CHIEF, case, "transfer_case", CITY, occasion="after_review")
    assert reviewed["basis"] == "R 79, 94"


async def test_a_case_goes_for_suit_to_the_office_at_the_court_that_a_person_named(world: World) -> None:
    case = await world.matter(DISTRICT)
    assert await refusal(world, CHIEF, case, "transfer_for_suit", CITY) == "409 ParticularMissing"
    order = await world.issue(CHIEF, case, "transfer_for_suit", CITY, court="杭州市中级人民法院")
    assert (order["basis"], order["court"], order["moves_custody"]) == ("R 16", "杭州市中级人民法院", True)
    assert "杭州" not in str([event.body for event in await world.app.recorded(None, case.id)])


async def test_a_criminal_incidental_case_is_not_transferred_for_suit(world: World) -> None:
    case = await world.matter(DISTRICT)
    await world.opened(case, "criminal_incidental")
    assert await refusal(world, CHIEF, case, "transfer_for_suit", CITY, court="某法院") == (
        "409 NoTransferForSuit"
    )
