"""Two districts, those above them, outsiders and two agencies: what each sees, on every list and detail."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.standing import recusals
from tests import given
from tests.given import CITY, DISTRICT, NEIGHBOUR, OTHER_CITY, OTHER_PROVINCE, PROVINCE, SUPREME, Person
from tests.journeys.world import World

OTHER_DISTRICT = "330203"
POLICE, OTHER_POLICE = "gaj-a", "gaj-b"
SUPERIOR = {DISTRICT: CITY, OTHER_DISTRICT: OTHER_CITY}

# Every list, what it lists, and what hangs on one of them.
LISTS = {
    "/cases/v1/leads": ("lead", ("timeline", "clocks")),
    "/cases/v1/cases": ("case", ("timeline", "clocks")),
    "/cases/v1/proposals": ("proposal", ()),
    "/cases/v1/break-glass": ("use", ()),
    "/referrals/v1/referrals": ("referral", ()),
    "/referrals/v1/handoffs": ("handoff", ("receipts",)),
    "/notifications/v1/deliveries": ("delivery", ()),
    "/notifications/v1/endpoints": ("endpoint", ()),
    "/notifications/v1/inbox": ("line", ()),
}
MATTERS = ("lead", "case", "proposal", "use", "referral", "handoff")

Seen = dict[str, set[str]]


@dataclass
class Scene:
    """What each district sees at first, and the handoff that each agency was sent."""

    of: dict[str, Seen]
    sent: dict[str, str]


async def ids(world: World, path: str, by: Person) -> set[str]:
    """The ids in a whole list; a list that is refused shows nothing."""
    found: set[str] = set()
    asked: dict[str, Any] = {"limit": 200}
    while True:
        answer = await world.client.get(path, by, **asked)
        if answer.status_code == 403:
            return set()
        assert answer.status_code == 200, answer.text
        part = answer.json()
        found |= {item["id"] for item in part["items"]}
        if part["next"] is None:
            return found
        asked["cursor"] = part["next"]


async def everything(world: World, by: Person) -> Seen:
    """All that a person sees on every list, by kind."""
    return {kind: await ids(world, path, by) for path, (kind, _) in LISTS.items()}


def of_matters(seen: Seen) -> Seen:
    """What was seen of matters; inbox lines, endpoints and deliveries are each organisation's own."""
    return {kind: seen[kind] for kind in MATTERS}


@pytest.fixture
async def scene(world: World) -> Scene:
    """Two matters of two districts in two cities: each a case, an order, a lead sent on, a use of glass."""
    scene = Scene({}, {})
    for office, agency in ((DISTRICT, POLICE), (OTHER_DISTRICT, OTHER_POLICE)):
        await world.agency(agency, "public_security", office, lead="criminal_lead")
        case = await world.case(office=office)
        await world.order(case, "supervise", SUPERIOR[office], office)
        glass = f"/cases/v1/matters/{case['id']}/break-glass"
        await world.create(glass, {"reason": "紧急查阅，防止证据灭失"}, given.chief(OTHER_PROVINCE))
        handoff = await world.handed(case, "criminal_lead", agency, office=office)
        scene.sent[agency] = handoff["id"]
        scene.of[office] = await everything(world, given.prosecutor(office))
    return scene


async def test_each_sees_what_is_theirs_and_nothing_else(world: World, scene: Scene) -> None:
    mine, theirs = (of_matters(seen) for seen in scene.of.values())
    assert all(mine.values())
    assert all(theirs.values())
    assert not any(mine[kind] & theirs[kind] for kind in MATTERS)
    nothing: Seen = {kind: set() for kind in MATTERS}
    both = {kind: mine[kind] | theirs[kind] for kind in MATTERS}
    expected = {
        given.prosecutor(DISTRICT): mine,
        given.prosecutor(CITY): mine,
        given.prosecutor(OTHER_DISTRICT): theirs,
        given.prosecutor(OTHER_CITY): theirs,
        given.prosecutor(PROVINCE): both,
        given.overseer(SUPREME): both,
        given.prosecutor(NEIGHBOUR): nothing,
        given.prosecutor(OTHER_PROVINCE): nothing,
        given.agency_officer(POLICE): nothing | {"handoff": {scene.sent[POLICE]}},
        given.agency_officer(OTHER_POLICE): nothing | {"handoff": {scene.sent[OTHER_POLICE]}},
    }
    for who, what in expected.items():
        assert of_matters(await everything(world, who)) == what, who.org


async def test_a_detail_is_shown_to_whom_its_list_shows_it_and_is_absent_for_others(
    world: World, scene: Scene
) -> None:
    insiders = (given.prosecutor(DISTRICT), given.prosecutor(CITY), given.overseer(SUPREME))
    outsiders = (
        given.prosecutor(OTHER_DISTRICT),
        given.prosecutor(NEIGHBOUR),
        given.agency_officer(OTHER_POLICE),
    )
    for path, (kind, parts) in LISTS.items():
        for thing in scene.of[DISTRICT][kind] if kind in MATTERS else ():
            for end in ("", *(f"/{part}" for part in parts)):
                for who in insiders:
                    assert (await world.client.get(f"{path}/{thing}{end}", who)).status_code == 200, path
                for who in outsiders:
                    await is_absent(world, who, path, thing, end)


async def is_absent(world: World, who: Person, path: str, thing: str, end: str = "") -> None:
    """Whoever may not see a thing gets the answer that a thing which never was would get."""
    never = str(uuid4())
    hidden = await world.client.get(f"{path}/{thing}{end}", who)
    absent = await world.client.get(f"{path}/{never}{end}", who)
    assert hidden.status_code == absent.status_code
    assert hidden.status_code in (403, 404), (who.org, path)
    apart = {"request_id": None}
    assert hidden.json() | apart == json.loads(absent.text.replace(never, thing)) | apart


async def test_an_agency_reads_of_a_matter_only_what_was_sent_to_it(world: World, scene: Scene) -> None:
    officer = given.agency_officer(POLICE)
    sent = f"/referrals/v1/handoffs/{scene.sent[POLICE]}"
    assert (await world.client.get(sent, officer)).status_code == 200
    for path, (kind, parts) in LISTS.items():
        for thing in scene.of[DISTRICT][kind] - {scene.sent[POLICE]} if kind in MATTERS else ():
            for end in ("", *(f"/{part}" for part in parts)):
                await is_absent(world, officer, path, thing, end)


async def test_endpoints_deliveries_and_inboxes_are_each_organisations_own(
    world: World, scene: Scene
) -> None:
    officer, other = given.agency_officer(POLICE), given.agency_officer(OTHER_POLICE)
    mine, theirs = await everything(world, officer), await everything(world, other)
    for path in ("/notifications/v1/endpoints", "/notifications/v1/deliveries"):
        kind, _ = LISTS[path]
        assert mine[kind]
        assert theirs[kind]
        assert not mine[kind] & theirs[kind]
        for thing in mine[kind]:
            assert (await world.client.get(f"{path}/{thing}", officer)).status_code == 200
            for who in (other, given.prosecutor(DISTRICT)):
                await is_absent(world, who, path, thing)
    lines = scene.of[DISTRICT]["line"]
    assert lines
    for who in (given.prosecutor(OTHER_DISTRICT), given.prosecutor(NEIGHBOUR), officer):
        assert not lines & (await everything(world, who))["line"], who.org


async def test_a_recused_person_sees_nothing_of_the_matter_and_colleagues_go_on(
    world: World, scene: Scene
) -> None:
    wang, li = given.prosecutor(DISTRICT), given.prosecutor(DISTRICT, "li")
    for database in world.databases.values():
        async with database.writing() as session:
            matters = [*scene.of[DISTRICT]["case"], *scene.of[DISTRICT]["lead"]]
            rows = [{"matter_id": UUID(matter), "sub": wang.sub} for matter in matters]
            await session.execute(recusals.insert(), rows)
    seen = await everything(world, wang)
    assert not any(seen[kind] for kind in (*MATTERS, "line"))
    assert of_matters(await everything(world, li)) == of_matters(scene.of[DISTRICT])


async def test_nobody_may_ask_without_a_token(world: World, scene: Scene) -> None:
    for path, (kind, _) in LISTS.items():
        assert (await world.client.get(path)).status_code == 401
        for thing in scene.of[DISTRICT][kind] - scene.of[DISTRICT]["line"]:
            assert (await world.client.get(f"{path}/{thing}")).status_code == 401, path
