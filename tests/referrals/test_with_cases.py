"""The custody protocol with the real `cases` at the other end: two services, one truth."""

import asyncio
from typing import Any

from sqlalchemy import select

from shared import standing
from tests import given
from tests.asking import Client, eventually
from tests.given import CITY, DISTRICT, PROVINCE
from tests.referrals.world import DECISION, REFERRALS
from tests.running import Running

LEADS = "/cases/v1/leads"


async def registered(client: Client, office: str) -> Any:
    """A lead that an office registered, with the epoch that its ETag shows."""
    facts = {
        "title": "小区强制人脸识别",
        "source": "report",
        "summary": "业主反映进出小区只能刷脸",
        "harm": "人脸信息被过度收集",
        "kinds": ["biometric"],
        "groups": [],
        "sector": "consumption",
        "places": ["330110"],
    }
    return await client.create(LEADS, facts, by=given.prosecutor(office))


async def issued(
    client: Client, by: given.Person, lead: Any, mode: str, addressee: str, epoch: int = 0
) -> Any:
    """An order about that lead, as soon as `referrals` has heard of it."""
    body = {"matter_id": lead["id"], "mode": mode, "addressee": addressee, "basis_epoch": epoch}
    body |= {"decision": DECISION} if mode in ("assign", "take_up") else {}

    async def known() -> Any:
        answer = await client.post(REFERRALS, body, by=by)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return await eventually(known)


async def reaches(client: Client, order: Any, by: given.Person, stage: str) -> Any:
    """The order, as soon as it is at that stage."""

    async def there() -> Any:
        found = await client.read(f"{REFERRALS}/{order['id']}", by)
        assert found["stage"] == stage, found
        return found

    return await eventually(there)


async def agreed(running: Running, lead: Any, holder: str, epoch: int) -> None:
    """Every service holds the same about who has the matter, and nothing is moving."""

    async def same() -> bool:
        for name in ("cases", "referrals", "notifications"):
            async with running.reading(name) as session:
                row = (await session.execute(select(standing.matters))).one()
            assert (row.holder, row.epoch, row.moving) == (holder, epoch, None), name
        return True

    assert await eventually(same)


async def test_a_lead_is_assigned_signed_for_and_moves(running: Running, client: Client) -> None:
    lead = await registered(client, CITY)
    order = await issued(client, given.chief(CITY), lead, "assign", DISTRICT)
    signed = await client.post(f"{REFERRALS}/{order['id']}/receipt", {}, by=given.clerk(DISTRICT), etag='"1"')
    assert signed.status_code == 200, signed.text
    await reaches(client, order, given.chief(CITY), "in_force")
    await agreed(running, lead, DISTRICT, 1)
    held = await client.get(f"{LEADS}/{lead['id']}", given.prosecutor(DISTRICT))
    assert held.headers["etag"].startswith('"1.')


async def test_a_lead_is_taken_up_and_assigned_again(running: Running, client: Client) -> None:
    lead = await registered(client, DISTRICT)
    taken = await issued(client, given.chief(PROVINCE), lead, "take_up", PROVINCE)
    await reaches(client, taken, given.chief(PROVINCE), "in_force")
    await agreed(running, lead, PROVINCE, 1)
    back = await issued(client, given.chief(PROVINCE), lead, "assign", DISTRICT, epoch=1)
    await reaches(client, back, given.chief(PROVINCE), "armed")
    path = f"{REFERRALS}/{back['id']}"
    signing, withdrawing = await asyncio.gather(
        client.post(f"{path}/receipt", {}, by=given.clerk(DISTRICT), etag='"1"'),
        client.post(f"{path}/withdrawal", {"reason": "改派"}, by=given.chief(PROVINCE), etag='"1"'),
    )
    assert {signing.status_code, withdrawing.status_code} == {200, 409}
    moved = signing.status_code == 200
    await agreed(running, lead, DISTRICT if moved else PROVINCE, 2 if moved else 1)
    await reaches(client, back, given.chief(PROVINCE), "in_force" if moved else "withdrawn")


async def test_a_lead_is_supervised_reported_on_and_let_go(running: Running, client: Client) -> None:
    lead = await registered(client, DISTRICT)
    order = await issued(client, given.overseer(PROVINCE), lead, "supervise", DISTRICT)
    path = f"{REFERRALS}/{order['id']}"

    async def granted() -> bool:
        assert (await client.read(path, given.overseer(PROVINCE)))["granted"]
        return True

    assert await eventually(granted)
    await client.act(path, "receipt", by=given.clerk(DISTRICT))
    assert (await client.read(path, given.overseer(PROVINCE)))["stage"] == "in_force"
    await client.act(path, "reports", {"summary": "正在核实"}, by=given.prosecutor(DISTRICT))
    await client.act(path, "lifting", {"reason": "已办结"}, by=given.overseer(PROVINCE))

    async def let_go() -> bool:
        async with running.reading("referrals") as session:
            return (await session.execute(select(standing.grants))).first() is None

    assert await eventually(let_go)
