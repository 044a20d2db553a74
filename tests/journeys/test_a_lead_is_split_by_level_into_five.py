"""One lead is split into five parts, each with its own mode and office: five results, seen in one list."""

from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel

from shared import clock, journal
from shared.citation import OURS
from shared.events import Event, subject_of
from tests import given
from tests.given import CITY, DISTRICT, NEIGHBOUR, OTHER_CITY, PROVINCE
from tests.journeys.between import ELSEWHERE, REFERRALS, act, holder
from tests.journeys.world import World

CITY_CHIEF = given.chief(CITY)
FIVE = [
    (DISTRICT, "assign"),
    (NEIGHBOUR, "assign"),
    (OTHER_CITY, "transfer_lead"),
    (PROVINCE, "request_lead_transfer_up"),
    (ELSEWHERE, "assign"),  # not below the city: this one cannot be sent
]


class Part(BaseModel):
    """One part as `cases` announces it."""

    lead_id: UUID
    addressee: str
    mode: str


class LeadSplit(Event):
    """A lead was split into these parts, each to go where it is said."""

    name: ClassVar[str] = "lead_split"

    lead_id: UUID
    parts: tuple[Part, ...]


async def split(world: World, lead: Any, parts: list[Any]) -> None:
    """`cases` announces the split in the chain of the lead."""
    frame = world.running.frame("cases")
    said = [
        Part(lead_id=UUID(part["id"]), addressee=to, mode=mode)
        for part, (to, mode) in zip(parts, FIVE, strict=True)
    ]
    event = LeadSplit(lead_id=UUID(lead["id"]), parts=tuple(said))
    async with frame.database.writing(frame=frame, origin=frame.system("test")) as session:
        basis, on = OURS["a lead is split"], clock.today()
        await journal.record(session, subject_of(event.lead_id), event, basis=basis, occurred_on=on)
    await world.settled()


async def test_a_lead_split_by_level_into_five(world: World) -> None:
    lead = await world.lead(CITY)
    parts = [await world.lead(CITY) for _ in FIVE]
    await split(world, lead, parts)
    found = await world.read(f"/referrals/v1/splits/{lead['id']}/parts", CITY_CHIEF)
    by_part = {each["matter_id"]: each for each in found["items"]}
    said = [by_part[part["id"]] for part in parts]
    assert [(each["stage"], each["reason"]) for each in said] == [
        ("armed", None),
        ("armed", None),
        ("armed", None),
        ("issued", None),
        (None, "NotAuthorised"),
    ]
    for each in said[:3]:
        order = await world.read(f"{REFERRALS}/{each['referral_id']}", CITY_CHIEF)
        await act(world, order, "receipt", given.clerk(each["addressee"]))
    assert [await holder(world, part) for part in parts] == [DISTRICT, NEIGHBOUR, OTHER_CITY, CITY, CITY]
    again = await world.read(f"/referrals/v1/splits/{lead['id']}/parts", CITY_CHIEF)
    assert sorted(str(each["stage"]) for each in again["items"]) == [
        "None",
        "in_force",
        "in_force",
        "in_force",
        "issued",
    ]
    told = await world.read(f"/cases/v1/leads/{parts[4]['id']}/timeline", CITY_CHIEF, limit=200)
    assert "referrals.part_not_issued" in [entry["type"] for entry in told["items"]]
