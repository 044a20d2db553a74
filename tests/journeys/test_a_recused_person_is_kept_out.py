"""Whoever is recused sees nothing of the case any more, in any service, however they came to see it."""

from typing import Any

from tests import given
from tests.given import CITY, DISTRICT, PROVINCE, Person
from tests.journeys.test_who_sees_what import LISTS, MATTERS, everything, is_absent, of_matters
from tests.journeys.world import World

HOLDER = "330203"  # in another city: the first city supervises it by its grant alone
OF_MATTERS = {path: named for path, named in LISTS.items() if named[0] in MATTERS}


async def decided(world: World, case: Any, person: Person, role: str, by: Person, **more: Any) -> None:
    """The handling office decides on that person."""
    etag = await world.client.etag(f"/cases/v1/cases/{case['id']}", by)
    said = {"person": person.sub, "person_role": role, "ground": "近亲属", "decided": "recused"} | more
    path = f"/cases/v1/matters/{case['id']}/recusals"
    answer = await world.client.post(path, said, by=by, etag=etag)
    assert answer.status_code == 201, answer.text
    await world.settled()


async def a_travelled_case(world: World) -> Any:
    """A case that one city supervises and that the province took up and assigned to a district of another."""
    await world.agency("gaj-a", "public_security", DISTRICT, lead="criminal_lead")
    case = await world.case()
    await world.signed(await world.order(case, "supervise", CITY, DISTRICT))
    await world.handed(case, "criminal_lead", "gaj-a")
    await world.order(case, "take_up", PROVINCE, PROVINCE)
    await world.signed(await world.order(case, "assign", PROVINCE, HOLDER))
    return case


async def test_a_recused_person_is_kept_out_whether_by_holding_line_or_grant(world: World) -> None:
    case = await a_travelled_case(world)
    chief, committee = given.chief(HOLDER), given.committee(HOLDER)
    people = {
        given.prosecutor(HOLDER): "prosecutor",
        given.overseer(PROVINCE): "overseer",
        given.prosecutor(CITY): "prosecutor",  # by grant
        given.prosecutor(DISTRICT): "prosecutor",  # party to earlier orders, holder of the lead
        chief: "chief",
    }
    before = {person: await everything(world, person) for person in people}
    colleague = given.prosecutor(HOLDER, "li")
    of_colleague = await everything(world, colleague)
    for person, role in people.items():
        mine = "lead" if person.org == DISTRICT else "case"
        assert (case["lead_id"] if mine == "lead" else case["id"]) in before[person][mine]
        assert before[person]["referral"]
        assert before[person] == await everything(world, person)  # works on until it is decided
        await decided(world, case, person, role, by=committee if role == "chief" else chief)
    for person in people:
        seen = await everything(world, person)
        assert not any(seen[kind] for kind in (*MATTERS, "line")), (person, seen)
        for path, (kind, parts) in OF_MATTERS.items():
            for thing in before[person][kind]:
                for end in ("", *(f"/{part}" for part in parts)):
                    await is_absent(world, person, path, thing, end)
                    assert (await world.client.get(f"{path}/{thing}{end}", person)).status_code == 404
    assert of_matters(await everything(world, colleague)) == of_matters(of_colleague)


async def test_whoever_may_stay_after_all_sees_the_case_again(world: World) -> None:
    case = await world.case()
    wang, chief = given.prosecutor(DISTRICT), given.chief(DISTRICT)
    before = of_matters(await everything(world, wang))
    await decided(world, case, wang, "prosecutor", chief)
    assert not any(of_matters(await everything(world, wang)).values())
    await decided(world, case, wang, "prosecutor", chief, decided="stays")
    assert of_matters(await everything(world, wang)) == before


async def test_a_stuck_lock_is_released_and_the_order_is_void(world: World) -> None:
    case = await world.case()
    await world.order(case, "take_up", CITY, CITY)
    order = await world.order(case, "assign", CITY, "330109")
    assert order["stage"] == "armed"
    admin = given.admin(PROVINCE)
    path = f"/cases/v1/cases/{case['id']}"
    etag = await world.client.etag(path, admin)
    release = f"/cases/v1/matters/{case['id']}/lock-release"
    answer = await world.client.post(release, {"reason": "接收院无法签收"}, by=admin, etag=etag)
    assert answer.status_code == 200, answer.text
    await world.settled()
    chief = given.chief(CITY)
    voided = await world.read(f"/referrals/v1/referrals/{order['id']}", chief)
    assert (voided["stage"], voided["reason"]) == ("voided", "operator")
    assert (await world.read(path, chief))["moving"] is None
    again = await world.order(case, "assign", CITY, DISTRICT)
    await world.signed(again)
    assert (await world.read(path, given.prosecutor(DISTRICT)))["office"] == DISTRICT
