"""Who breaks the glass reads everywhere for the day; chief and superior are told, the chief reviews it."""

from typing import Any

from tests import given
from tests.given import CITY, DISTRICT, OTHER_PROVINCE, Person
from tests.journeys.world import World

STRANGER = given.chief(OTHER_PROVINCE)
TOLD = {"cases.glass_broken", "cases.glass_reviewed"}


async def told(world: World, by: Person, **asked: Any) -> list[tuple[str, str]]:
    """Of what in the matter of glass the person's inbox speaks, and why it stands there."""
    found = await world.read("/notifications/v1/inbox", by, **asked)
    return [(each["event_type"], each["category"]) for each in found["items"] if each["event_type"] in TOLD]


async def test_it_is_told_at_once_and_stays_due_until_it_is_reviewed(world: World) -> None:
    lead = await world.lead()
    await world.registered("gaj", "public_security")
    path, glass = f"/cases/v1/leads/{lead['id']}", f"/cases/v1/matters/{lead['id']}/break-glass"
    inbox = {"matter": lead["id"]}
    assert (await world.client.get(path, STRANGER)).status_code == 404
    use = await world.create(glass, {"reason": "紧急查阅，防止证据灭失"}, STRANGER)
    assert (await world.client.get(path, STRANGER)).status_code == 200
    handoffs = await world.client.get("/referrals/v1/handoffs", STRANGER, matter_id=lead["id"])
    assert handoffs.status_code == 200
    sending = {"matter_id": lead["id"], "kind": "criminal_lead", "receiver": "gaj", "basis_epoch": 0}
    refused = await world.client.post(
        "/referrals/v1/handoffs", sending | {"title": "越权", "summary": "越权"}, by=STRANGER
    )
    assert refused.status_code == 403, refused.text
    chief, overseer = given.chief(DISTRICT), given.overseer(CITY)
    assert await told(world, chief, **inbox) == [("cases.glass_broken", "due")]
    above = inbox | {"office": CITY}
    assert await told(world, overseer, **above) == [("cases.glass_broken", "know")]
    assert await told(world, given.prosecutor(DISTRICT), **inbox) == []
    found = await world.read("/notifications/v1/inbox", chief, **inbox, category="due", role="chief")
    (line,) = [each for each in found["items"] if each["event_type"] in TOLD]
    assert line["link"] == f"/cases/v1/break-glass/{use['id']}"
    assert "紧急查阅" in line["sentence"]
    assert STRANGER.sub not in str(line)
    await world.act(line["link"], "review", {"justified": True, "opinion": "情况属实"}, chief)
    assert await told(world, chief, **inbox) == [("cases.glass_reviewed", "know")]
    assert [event for event, _ in await told(world, overseer, **above)] == ["cases.glass_reviewed"]
