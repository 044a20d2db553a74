"""A story full of marked secrets: afterwards none of them stands in a log, a problem, a table or a metric."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import structlog
from sqlalchemy import MetaData, select
from sqlalchemy.engine import make_url

from services.notifications.tables import Attempt
from shared import logs
from shared.identity import new_key, sign_token
from shared.service import _every
from tests import given
from tests.given import DISTRICT
from tests.hostile.inhabited import AGENCY, EVERYTHING, OFFICER, VAULT_KEY, Inhabited
from tests.journeys.world import SECRET
from tests.running import SERVICES

SHARED_SECRET = "whsec_" + "TUFSS0VEbWFya2VkTUFSS0VEbWFya2VkTUFSS0VE"
# The one place where a receiver's own words are kept, as evidence of what it answered.
EVIDENCE = {(Attempt.__tablename__, "first_bytes")}
# Where free text belongs: beside the matter, and in the answer given under an Idempotency-Key.
FREE_TEXT = {
    "cases": {"leads", "cases", "proposals", "acts", "documents", "suggestions", "answers"}
    | {"journal_details"},
    "referrals": {"referrals", "reports", "handoffs", "package_papers", "handoff_records", "answers"}
    | {"journal_details"},
    "notifications": {"answers"},
}


class Heard:
    """What was logged or told as a problem."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._caplog = caplog
        self.lines = StringIO()
        self.problems: list[str] = []

    async def keep(self, response: httpx.Response) -> None:
        """Remembers a refusal."""
        if not response.is_success:
            self.problems.append((await response.aread()).decode())

    def all(self) -> str:
        """One text of it."""
        return "\n".join([self.lines.getvalue(), self._caplog.text, *self.problems])


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture) -> Iterator[Heard]:
    """Everything that the program says, at its most talkative."""
    caplog.set_level(logging.INFO)
    logs.configure("DEBUG")
    found = Heard(caplog)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(found.lines))
    yield found
    structlog.reset_defaults()


@pytest.fixture
def secrets(key_files: dict[str, Path], inhabited: Inhabited) -> dict[str, str]:
    """What nobody may ever read again, by what it is."""
    found = {
        "the service key": given.SERVICE_KEY,
        "the vault's key": VAULT_KEY.partition(":")[2],
        "a receiver's shared secret": SHARED_SECRET.removeprefix("whsec_"),
        "the issuer's private key": given.ISSUER_KEY.as_dict(private=True)["d"],
        "the agency's private key": given.agency_key(AGENCY).as_dict(private=True)["d"],
        "the services' private key": orjson.loads(key_files["signing_key_file"].read_bytes())["d"],
    }
    for name in SERVICES:
        settings = inhabited.running.frame(name).settings
        for url in (settings.database_url, settings.bus_url):
            password = make_url(url.partition("?")[0]).password
            if password and len(password) > 5:
                found[f"a password of {name}"] = password
    return {what: str(value) for what, value in found.items()}


async def told_of(inhabited: Inhabited) -> list[str]:
    """A story in which secrets are used, shown wrongly, and run into errors; the tokens that it used."""
    client = inhabited.world.client
    known = inhabited.known
    endpoint = f"/notifications/v1/endpoints/{known['endpoint_id']}"
    etag = await client.etag(endpoint, OFFICER)
    kept = await client.post(f"{endpoint}/secrets", {"secret": SHARED_SECRET}, by=OFFICER, etag=etag)
    assert kept.status_code == 201, kept.text
    await client.post(f"{endpoint}/secrets", {"secret": f"{SHARED_SECRET}!"}, by=OFFICER, etag=etag)
    await client.post("/notifications/v1/endpoints", {"secret": SHARED_SECRET, "url": SECRET}, by=OFFICER)
    await client.post("/cases/v1/leads", {"title": SECRET * 100, "unknown": SECRET}, by=EVERYTHING)
    await client.post(
        "/cases/v1/leads", {"title": SECRET}, by=EVERYTHING, key=f"k{SECRET}".encode().hex() * 3
    )
    stranger = sign_token(new_key("stranger"), given.ISSUER, DISTRICT, "marked-subject", ["chief"])
    tokens = [EVERYTHING.token(), OFFICER.token(), stranger, given.prosecutor(DISTRICT).token(seconds=-999)]
    for service in SERVICES:
        for token in tokens:
            headers = {"Authorization": f"Bearer {token}", "X-Service-Key": given.SERVICE_KEY}
            for path in ("health", "v1/rules", "internal/heads", f"v1/leads?ticket={token}"):
                await client.http.get(f"/{service}/{path}", headers=headers)
            wrong = {"X-Service-Key": given.SERVICE_KEY + "x", **headers} | {"X-Service-Key": "x" + token}
            await client.http.get(f"/{service}/internal/heads", headers=wrong)
    return tokens


async def ticketed(inhabited: Inhabited) -> str:
    """A ticket that was used, used up for another document, and used by a stranger."""
    client, known = inhabited.world.client, inhabited.known
    paper = (await client.read(f"/referrals/v1/handoffs/{known['handoff_id']}/package", OFFICER))[
        "documents"
    ][0]
    said = {"sha256": paper["sha256"]}
    given_ = await client.post(f"/referrals/v1/handoffs/{known['handoff_id']}/tickets", said, by=OFFICER)
    ticket = str(given_.json()["ticket"])
    assert (await client.get(f"/cases/v1/documents/{paper['sha256']}", OFFICER, ticket=ticket)).is_success
    await client.get(f"/cases/v1/documents/{known['sha256']}", OFFICER, ticket=ticket)
    await client.get(f"/cases/v1/documents/{paper['sha256']}", EVERYTHING, ticket=ticket)
    return ticket


async def broken(inhabited: Inhabited, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors that nobody foresaw, with a secret in hand: in a route, and in a background task."""

    async def fails(*_: Any, **__: Any) -> None:
        int(f"{SHARED_SECRET} {SECRET}")

    monkeypatch.setattr("services.cases.actions.leads.register_lead", fails)
    said = {"title": SECRET, "source": "media", "summary": SECRET, "harm": SECRET, "places": [DISTRICT]}
    answer = await inhabited.world.client.post("/cases/v1/leads", said, by=EVERYTHING)
    assert (answer.status_code, answer.json()["code"]) == (500, "Unexpected")
    task = asyncio.create_task(_every(inhabited.running.frame("notifications"), "sample", 1, fails))
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def rows_of(inhabited: Inhabited, service: str) -> dict[tuple[str, str], str]:
    """Every value of every column of a service's database, as one text each."""
    found: dict[tuple[str, str], str] = {}
    async with inhabited.running.reading(service) as session:
        connection = await session.connection()
        tables = MetaData()
        await connection.run_sync(lambda sync: tables.reflect(sync, views=False))
        assert len(tables.tables) > 10
        for table in tables.sorted_tables:
            for row in (await session.execute(select(table))).mappings():
                for column, value in row.items():
                    place = (table.name, str(column))
                    found[place] = found.get(place, "") + "\n" + _plain(value)
    return found


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, dict | list):
        return orjson.dumps(value, default=str).decode()
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


async def test_no_secret_is_ever_seen_again(
    heard: Heard, inhabited: Inhabited, secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inhabited.world.client.http.event_hooks["response"].append(heard.keep)
    tokens = await told_of(inhabited)
    ticket = await ticketed(inhabited)
    await broken(inhabited, monkeypatch)
    await asyncio.sleep(0.2)
    everything = secrets | {f"token {n}": token for n, token in enumerate(tokens)} | {"the ticket": ticket}
    everything |= {
        f"its signature {n}": token.rpartition(".")[2] for n, token in enumerate([*tokens, ticket])
    }
    said = heard.all()
    assert "unexpected error" in said
    assert "background task failed" in said
    for what, secret in everything.items():
        assert secret not in said, f"{what} was logged or told"
    assert SECRET not in said, "free text was logged or told"
    for service in SERVICES:
        metrics = (await inhabited.world.client.http.get(f"/{service}/metrics")).text
        for place, text in {("metrics", ""): metrics, **await rows_of(inhabited, service)}.items():
            for what, secret in everything.items():
                assert secret not in text, f"{what} stands in {service}.{'.'.join(place)}"
            if place not in EVIDENCE and place[0] not in FREE_TEXT[service]:
                assert SECRET not in text, f"free text stands in {service}.{'.'.join(place)}"
