"""What offices do with each other about a matter, in sentences; each step returns when all has arrived."""

from typing import Any
from uuid import UUID

from shared.standing import Standing, standing_of
from tests import given
from tests.given import Person
from tests.journeys.world import DECISION, World
from tests.running import SERVICES

REFERRALS = "/referrals/v1/referrals"
ELSEWHERE = "330203"  # a district of another city of the same province
BEIJING = "110101"  # a district of another province
LETTER = {"subjects": "某健身连锁企业", "items": "会员信息的收集与存储", "demands": "调取后台日志"}
OPINION = {"agrees": True, "opinion": "建议同意"}


def where(matter: Any) -> str:
    """The path of a lead or a case."""
    return f"/cases/v1/{'cases' if 'lead_id' in matter else 'leads'}/{matter['id']}"


async def asked(world: World, matter: Any, mode: str, by: Person, to: str, **more: Any) -> dict[str, Any]:
    """The body of an order or request on the matter as it stands."""
    async with world.running.reading("referrals") as session:
        stands = await standing_of(session, UUID(matter["id"]))
    assert stands is not None
    said = {"matter_id": matter["id"], "mode": mode, "addressee": to, "basis_epoch": stands.epoch}
    letter = LETTER if mode == "entrust_investigation" else {}
    return said | {"decision": DECISION} | letter | more


async def issued(world: World, matter: Any, mode: str, by: Person, to: str, **more: Any) -> Any:
    """An order or request, issued and answered by `cases`."""
    body = await asked(world, matter, mode, by, to, **more)
    order = await world.create(REFERRALS, body, by)
    return await world.read(f"{REFERRALS}/{order['id']}", by)


async def act(world: World, order: Any, act: str, by: Person, **body: Any) -> Any:
    """An act on an order or request, with what follows from it; the order as it is then."""
    path = f"{REFERRALS}/{order['id']}"
    await world.act(path, act, body, by)
    return await world.read(path, given.chief(order["issuer"]))


async def holder(world: World, matter: Any) -> str:
    """Who has the matter, on which every service agrees; nothing is moving."""
    found: list[Standing | None] = []
    for name in SERVICES:
        async with world.running.reading(name) as session:
            found.append(await standing_of(session, UUID(matter["id"])))
    assert found[0] is not None
    assert found == [found[0]] * len(SERVICES)
    assert found[0].moving is None
    return found[0].holder


async def sees(world: World, matter: Any, *people: Person) -> list[bool]:
    """Whether each of these may know of the matter."""
    answers = [await world.client.get(where(matter), person) for person in people]
    assert {answer.status_code for answer in answers} <= {200, 404}
    return [answer.status_code == 200 for answer in answers]


async def refused(world: World, matter: Any, mode: str, by: Person, to: str, **more: Any) -> str:
    """Why an order is not issued."""
    body = await asked(world, matter, mode, by, to, **more)
    answer = await world.client.post(REFERRALS, body, by=by)
    return f"{answer.status_code} {answer.json()['code']}"
