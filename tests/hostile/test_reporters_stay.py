"""Who reported a lead: a whole story afterwards, it stands in no table, event, package, log or list."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from services.cases.tables import Reporter
from tests import given
from tests.given import CITY, DISTRICT
from tests.hostile.inhabited import EVERYTHING, OFFICER, POLICE, VAULT_KEY, Inhabited
from tests.hostile.test_secrets_stay import Heard, heard, rows_of
from tests.notifications.receiver import Receiver
from tests.running import SERVICES

__all__ = ["heard"]  # a fixture

IDENTITY = {
    "name": "MARKED-举报人王某某",
    "contact": "MARKED-13987654321",
    "address": "MARKED-杭州市某路99号",
    "remarks": "MARKED-系该公司在职员工",
}
NAMED = given.prosecutor(DISTRICT, sub="named-person")
CHIEF = given.chief(DISTRICT)


@pytest.fixture
def extra_settings(receiver: Receiver) -> dict[str, dict[str, Any]]:
    """Both vaults have their key."""
    notifications = {"egress_allow": [receiver.place], "vault_keys": [VAULT_KEY]}
    return {"notifications": notifications, "cases": {"vault_keys": [VAULT_KEY]}}


def marks() -> Iterator[str]:
    """Every way in which a part of it could be read again."""
    for value in IDENTITY.values():
        bare = value.removeprefix("MARKED-")
        yield from (bare, bare.encode().hex(), orjson.dumps(bare).decode().strip('"'))
        yield "".join(f"\\u{ord(c):04x}" for c in bare)
    yield "MARKED-"


async def told_of(inhabited: Inhabited) -> str:
    """The identity is kept, kept again, misspelt, read by the right and the wrong, and lived with."""
    client, case_id = inhabited.world.client, inhabited.known["case_id"]
    case = await client.read(f"/cases/v1/cases/{case_id}", EVERYTHING)
    path = f"/cases/v1/leads/{case['lead_id']}"

    async def ask(what: str, body: Any, by: given.Person, key: str = "") -> Any:
        etag = await client.etag(path, by)
        return await client.post(f"{path}/{what}", body, by=by, etag=etag, key=key)

    assert (await ask("reporter", IDENTITY, EVERYTHING, "one")).status_code == 201
    assert (await ask("reporter", IDENTITY, EVERYTHING, "one")).headers["Idempotency-Replayed"]
    assert (await ask("reporter", IDENTITY, EVERYTHING)).status_code == 409
    assert (await ask("reporter", IDENTITY | {"more": IDENTITY["name"]}, EVERYTHING)).status_code == 422
    assert (await ask("reporter", IDENTITY | {"name": IDENTITY["name"] * 50}, EVERYTHING)).status_code == 422
    naming = {"person": NAMED.sub, "decided": "granted", "reason": "核实"}
    assert (await ask("reporter-readers", naming, CHIEF)).status_code == 201
    assert (await client.read(f"{path}/reporter", NAMED))["name"] == IDENTITY["name"]
    for nobody in (EVERYTHING, CHIEF, OFFICER, given.overseer(CITY), given.auditor()):
        assert (await client.get(f"{path}/reporter", nobody)).status_code in (403, 404)
    await inhabited.world.handed(case, "criminal_lead", POLICE, routing_reason="管辖")
    return path


async def said_of(inhabited: Inhabited, path: str) -> str:
    """Everything that anybody is told of that lead and its office by reading."""
    client, handoff = inhabited.world.client, inhabited.known["handoff_id"]
    asked = [path, *(f"{path}/{part}" for part in ("timeline", "reporter-readers", "reporter-readings"))]
    asked += [f"/cases/v1/{each}" for each in ("leads", "cases", "proposals")]
    asked += [f"/cases/v1/matters/{inhabited.known['lead_id']}/{part}" for part in ("acts", "links")]
    asked += [
        "/referrals/v1/handoffs",
        f"/referrals/v1/handoffs/{handoff}/package",
        "/notifications/v1/inbox",
    ]
    answers = [await client.get(each, by) for each in asked for by in (EVERYTHING, OFFICER, NAMED)]
    assert sum(each.is_success for each in answers) > len(asked)
    return "\n".join(each.text for each in answers)


async def test_who_reported_stands_nowhere(heard: Heard, inhabited: Inhabited) -> None:
    inhabited.world.client.http.event_hooks["response"].append(heard.keep)
    path = await told_of(inhabited)
    await inhabited.world.settled()
    seen = {("said", ""): await said_of(inhabited, path), ("logs and problems", ""): heard.all()}
    for service in SERVICES:
        seen[(service, "metrics")] = (await inhabited.world.client.http.get(f"/{service}/metrics")).text
        for (table, column), words in (await rows_of(inhabited, service)).items():
            seen[(f"{service}.{table}", column)] = words
    assert f"cases.{Reporter.__tablename__}" in {table for table, _ in seen}
    for place, words in seen.items():
        for mark in marks():
            assert mark not in words, f"it stands in {' '.join(place)}"
    async with inhabited.running.reading("cases") as session:
        (row,) = (await session.execute(Reporter.__table__.select())).all()
        assert len(row.sealed) > len(IDENTITY["name"])
