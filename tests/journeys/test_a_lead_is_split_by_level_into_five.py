"""One lead is split into parts, five of them for other offices by their modes: five results in one list."""

from typing import Any
from uuid import UUID

from shared.standing import standing_of
from tests import given
from tests.given import CITY, DISTRICT, NEIGHBOUR, OTHER_CITY, PROVINCE
from tests.journeys.between import ELSEWHERE, REFERRALS, act, holder, issued
from tests.journeys.world import World

CITY_CHIEF, PROVINCE_CHIEF = given.chief(CITY), given.chief(PROVINCE)
WEST_LAKE = "330106"
FIVE = {
    "东片": (DISTRICT, "assign"),
    "南片": (NEIGHBOUR, "assign"),
    "西片": (WEST_LAKE, "assign"),
    "邻市": (OTHER_CITY, "transfer_lead"),
    "外市区县": (ELSEWHERE, "assign"),  # not below the city: this one cannot be sent
}


async def split(world: World, lead: Any) -> dict[str, Any]:
    """The city splits its lead by level and place; one part stays with itself. The parts by their titles."""
    parts = [{"title": title, "addressee": to, "mode": mode} for title, (to, mode) in FIVE.items()]
    said = {"parts_of_lead": [*parts, {"title": "市本级"}], "reason": "涉及多地多层级"}
    path, by = f"/cases/v1/leads/{lead['id']}", given.prosecutor(CITY)
    await world.approved(await world.act(path, "splitting", said, by), CITY)
    found = await world.read("/cases/v1/leads", by, limit=200)
    return {each["title"]: each for each in found["items"] if each["id"] != lead["id"]}


async def test_a_lead_split_by_level_into_five(world: World) -> None:
    lead = await world.lead(CITY)
    await world.assessed(lead, CITY)
    parts = await split(world, lead)
    assert set(parts) == {*FIVE, "市本级"}
    path = f"/referrals/v1/splits/{lead['id']}/parts"
    found = {each["matter_id"]: each for each in (await world.read(path, CITY_CHIEF))["items"]}
    said = [found[parts[title]["id"]] for title in FIVE]
    assert [(each["stage"], each["reason"]) for each in said] == [
        ("armed", None),
        ("armed", None),
        ("armed", None),
        ("armed", None),
        (None, "NotAuthorised"),
    ]
    for each in said[:4]:
        order = await world.read(f"{REFERRALS}/{each['referral_id']}", CITY_CHIEF)
        await act(world, order, "receipt", given.clerk(each["addressee"]))
    held = [await holder(world, parts[title]) for title in (*FIVE, "市本级")]
    assert held == [DISTRICT, NEIGHBOUR, WEST_LAKE, OTHER_CITY, CITY, CITY]
    again = (await world.read(path, CITY_CHIEF))["items"]
    assert sorted(str(each["stage"]) for each in again) == ["None", "None", *["in_force"] * 4]
    assert [each["matter_id"] for each in again if each["addressee"] is None] == [parts["市本级"]["id"]]
    refused = parts["外市区县"]["id"]
    told = await world.read(f"/cases/v1/leads/{refused}/timeline", CITY_CHIEF, limit=200)
    assert "referrals.part_not_issued" in [entry["type"] for entry in told["items"]]


async def test_what_was_ordered_about_the_whole_ends_with_it_also_the_leave_in_its_parts(
    world: World,
) -> None:
    lead = await world.lead(CITY)
    await world.assessed(lead, CITY)
    order = await issued(world, lead, "supervise", PROVINCE_CHIEF, CITY)
    await act(world, order, "receipt", given.clerk(CITY))
    parts = await split(world, lead)
    now = await world.read(f"{REFERRALS}/{order['id']}", PROVINCE_CHIEF)
    assert (now["stage"], now["reason"]) == ("ended", "matter_ended")
    for part in (lead, *parts.values()):
        async with world.running.reading("cases") as session:
            stands = await standing_of(session, UUID(part["id"]))
        assert stands is not None
        assert stands.grants == ()
