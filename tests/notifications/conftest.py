"""The service by itself, real receivers that it may call, and its courier by hand."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from services.notifications.workers import Courier
from shared.identity import new_key
from tests import given
from tests.conftest import MakeParts
from tests.given import Person
from tests.notifications.receiver import Receiver, receiving
from tests.running import Alone, alone

OFFICE, AGENCY = given.DISTRICT, "psb-330110"
VAULT_KEY = "v1:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver that may be called."""
    async with receiving() as listening:
        yield listening


@pytest.fixture
async def other() -> AsyncIterator[Receiver]:
    """Another receiver that may be called."""
    async with receiving() as listening:
        yield listening


@pytest.fixture
def extra_settings(receiver: Receiver, other: Receiver) -> dict[str, dict[str, Any]]:
    """The two receivers are on the start-up list, and secrets can be kept."""
    allow = [receiver.place, other.place]
    return {"notifications": {"egress_allow": allow, "vault_keys": [VAULT_KEY]}}


@pytest.fixture
def new_key_file(tmp_path: Path) -> Callable[[str], Path]:
    """Makes a signing key of that name, as an administrator lays it down."""

    def made(name: str) -> Path:
        file = tmp_path / f"{name}.json"
        file.write_bytes(orjson.dumps(new_key(name).as_dict(private=True)))
        return file

    return made


@dataclass
class Post:
    """The service without its own worker: what is due leaves when the test says so."""

    app: Alone
    courier: Courier
    office: Person
    agency: Person

    async def deliver(self, now: datetime | None = None) -> int:
        """Everything that is due (as of then) is sent and settled; how many lanes and challenges."""
        total = 0
        while started := await self.courier.tick(now):
            await self.courier.idle()
            total += started
        return total

    async def matter(self, matter_id: UUID | None = None, holder: str = OFFICE, **more: Any) -> UUID:
        """A matter that `cases` has introduced."""
        known = matter_id or uuid4()
        standing = {"matter_id": str(known), "kind": "lead", "holder": holder, "epoch": 0, "closed": False}
        standing |= {"classification": 1, "place": "330110", "origin": "self_handled"}
        await self.app.hear("cases.standing_changed", known, standing | more)
        return known

    async def endpoint(self, receiver: Receiver, by: Person | None = None, **more: Any) -> dict[str, Any]:
        """An endpoint that has answered its challenge."""
        by = by or self.agency
        body = {"url": receiver.url(), "purpose": "收件"} | more
        made: dict[str, Any] = await self.app.client.create("/notifications/v1/endpoints", body, by=by)
        await self.deliver()
        now: dict[str, Any] = await self.app.client.read(f"/notifications/v1/endpoints/{made['id']}", by)
        assert now["state"] == "active", now
        return now

    async def dispatch(self, matter_id: UUID, kind: str = "criminal_lead", **more: Any) -> str:
        """A handoff to the agency is announced; its id."""
        handoff = str(uuid4())
        body: dict[str, Any] = {"matter_id": str(matter_id), "handoff_id": handoff, "kind": kind}
        body |= {"form": "offer", "number": "1号", "sender": OFFICE, "receiver": AGENCY, "about": None}
        body |= {"respond_by": None, "dispatched_on": "2026-11-03"} | more
        await self.app.hear("referrals.handoff_dispatched", matter_id, body)
        return handoff

    async def deliveries(self, by: Person | None = None, **filters: Any) -> list[dict[str, Any]]:
        """The deliveries that somebody sees, by matter and number."""
        page = await self.app.client.read("/notifications/v1/deliveries", by or self.agency, **filters)
        items: list[dict[str, Any]] = page["items"]
        return sorted(items, key=lambda each: (each["matter_id"], each["number"], each["at"]))

    async def states(self, by: Person | None = None, **filters: Any) -> list[str]:
        """What became of them."""
        return [each["state"] for each in await self.deliveries(by, **filters)]


@pytest.fixture
async def post(make_parts: MakeParts) -> AsyncIterator[Post]:
    """The service, an office, an agency, and a courier that goes when told."""
    parts = replace(await make_parts("notifications", f"memory://{uuid4().hex}"), workers=())
    async with alone(parts) as app:
        courier = Courier(app.frame)
        agency = await given.known_agency(app.app, AGENCY)
        yield Post(app, courier, given.clerk(OFFICE), agency)
        await courier.close()
