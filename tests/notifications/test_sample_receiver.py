"""The sample agency receiver against all three services, over real HTTP on both sides."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from aiohttp import web

from examples.receiver.receiver import application
from tests import given
from tests.asking import eventually, one_address
from tests.given import Person
from tests.running import Running

OFFICE, AGENCY = given.DISTRICT, "psb-330110"
WHO = given.prosecutor(OFFICE)
LEAD = {
    "title": "某健身连锁企业强制采集人脸信息",
    "source": "report",
    "summary": "以人脸识别为唯一入场方式。",
    "harm": "会员的生物识别信息被过度收集。",
    "kinds": ["biometric"],
    "sector": "consumption",
    "places": [OFFICE],
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def extra_settings(port: int) -> dict[str, dict[str, Any]]:
    return {"notifications": {"egress_allow": [f"127.0.0.1:{port}"]}}


@asynccontextmanager
async def served(running: Running) -> AsyncIterator[str]:
    """The services at a real address, as an agency's machine reaches them."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(one_address(running.apps), lifespan="off", log_level="warning")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server._serve([listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listening.close()


@asynccontextmanager
async def receiving_as(agency: str, url: str, port: int, folder: Path) -> AsyncIterator[None]:
    """The sample receiver of that agency."""
    key = folder / f"{agency}.json"
    key.write_text(json.dumps(given.agency_key(agency).as_dict(private=True)))
    runner = web.AppRunner(application(url, {agency: key}, reply_to_served=True))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()


@pytest.fixture
async def agency(running: Running, port: int, tmp_path: Path) -> AsyncIterator[Person]:
    """A registered agency whose sample receiver has an active endpoint."""
    client, admin = running.client, given.admin(OFFICE)
    body = {"code": AGENCY, "kind": "public_security", "name": "某区公安分局", "division": OFFICE}
    await client.create("/referrals/v1/agencies", body, by=admin)
    jwk = given.agency_key(AGENCY).as_dict(private=False)
    await client.create(f"/referrals/v1/agencies/{AGENCY}/keys", {"jwk": jwk}, by=admin)
    officer = given.agency_officer(AGENCY)

    async def known() -> bool:
        paths = ("/cases/v1/cases", "/notifications/v1/endpoints")
        return all([(await client.get(path, officer)).status_code == 200 for path in paths])

    await eventually(known)
    async with served(running) as url, receiving_as(AGENCY, url, port, tmp_path):
        endpoint = {"url": f"http://127.0.0.1:{port}/hooks/{AGENCY}", "purpose": "收件"}
        made = await client.create("/notifications/v1/endpoints", endpoint, by=officer)
        path = f"/notifications/v1/endpoints/{made['id']}"

        async def active() -> bool:
            return bool((await client.read(path, officer))["state"] == "active")

        await eventually(active)
        yield officer


async def _with_a_document(running: Running) -> tuple[dict[str, Any], str]:
    lead = await running.client.create("/cases/v1/leads", LEAD, by=WHO)
    headers = {**WHO.headers, "Content-Type": "text/plain", "Idempotency-Key": "document"}
    path = f"/cases/v1/matters/{lead['id']}/documents"
    parameters = {"name": "清单.txt"}
    filed = await running.client.http.post(path, content=b"list", params=parameters, headers=headers)
    assert filed.status_code == 201, filed.text
    return lead, filed.json()["sha256"]


async def _sent(running: Running, kind: str) -> str:
    """A handoff of that kind with one document, as soon as `referrals` knows what it names."""
    lead, sha256 = await _with_a_document(running)
    body = {"matter_id": lead["id"], "kind": kind, "receiver": AGENCY, "basis_epoch": 0, "title": "移送"}
    body |= {"summary": "详见附件。", "documents": [{"sha256": sha256, "paper": "other"}], "place": OFFICE}
    body |= {"sector": "consumption", "routing_reason": "辖区公安机关"}

    async def dispatched() -> str | None:
        answer = await running.client.post("/referrals/v1/handoffs", body, by=WHO)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    return await eventually(dispatched)


ANSWERED = (
    ("criminal_lead", "decided", ["acknowledge", "accept", "decide"]),
    ("technical_assistance", "replied", ["acknowledge", "reply"]),
)


@pytest.mark.parametrize(("kind", "stage", "acts"), ANSWERED, ids=[row[0] for row in ANSWERED])
async def test_the_sample_receiver_answers_by_itself_and_signs_what_it_says(
    running: Running, agency: Person, kind: str, stage: str, acts: list[str]
) -> None:
    handoff = await _sent(running, kind)
    path = f"/referrals/v1/handoffs/{handoff}"

    async def answered() -> bool:
        found = await running.client.read(path, WHO)
        assert (found["stage"], found["delivered_at"] is not None) == (stage, True)
        return True

    await eventually(answered)
    receipts = await running.client.read(f"{path}/receipts", WHO)
    business = [each for each in receipts if each["proof"] == "business"]
    assert [each["act"] for each in business] == acts
    assert {each["path"] for each in business} == {"own_key"}
    assert [each["act"] for each in receipts if each["proof"] == "transport"] != []


async def test_what_is_not_ours_or_too_old_is_refused(running: Running, agency: Person, port: int) -> None:
    url = f"http://127.0.0.1:{port}/hooks"
    body = json.dumps({"type": "referrals.handoff_dispatched.v1", "data": {}})
    forged = {"webhook-id": "m1", "webhook-signature": "v1a,AAAA"}
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.post(f"{url}/nobody", content=body)).status_code == 404
        assert (await http.post(f"{url}/{AGENCY}", content=body)).status_code == 400
        for stamp in ("1700000000", str(int(time.time()))):
            headers = forged | {"webhook-timestamp": stamp}
            assert (await http.post(f"{url}/{AGENCY}", content=body, headers=headers)).status_code == 401
