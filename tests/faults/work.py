"""What people do meanwhile, over HTTP: who gets no answer asks again, under the same Idempotency-Key."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from shared import clock
from tests import given
from tests.asking import Client, eventually
from tests.faults.fleet import Fleet
from tests.given import CITY, DISTRICT, PROVINCE, Person

PATIENCE_SECONDS = 90.0
PAUSE_SECONDS = 0.1  # people pause, so that a long fault leaves no longer queue than two cores clear soon
LEADS, REFERRALS, ENDPOINTS = "/cases/v1/leads", "/referrals/v1/referrals", "/notifications/v1/endpoints"
DECISION = {"number": "杭检〔2026〕1号", "decided_on": "2026-01-05"}
LEAD = {"title": "小区强制人脸识别", "source": "report", "summary": "只能刷脸", "harm": "过度收集"}
# What passes by itself: another service has not heard yet, or has not confirmed.
PASSING = ("NotFound", "ReferralNotFound", "MatterNotYetKnown", "NotYetConfirmed")


@dataclass(slots=True)
class Work:
    """The people of two offices, at work whatever happens."""

    fleet: Fleet
    client: Client

    async def ask(self, path: str, body: Any, by: Person, etag: str | None = None) -> Any:
        """The answer of an act that must succeed in the end; `{}` as body asks for the act itself."""
        key, said = uuid4().hex, "nothing"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                answer = await self.client.post(path, body, by=by, etag=etag, key=key)
            except httpx.TransportError as problem:
                said = repr(problem)
            else:
                if answer.is_success:
                    return answer.json()
                said = f"{answer.status_code} {answer.text}"
                assert answer.status_code >= 500 or answer.json()["code"] in PASSING, f"{path}: {said}"
            await asyncio.sleep(0.1)
        raise AssertionError(f"{path}: no answer in {PATIENCE_SECONDS} s, last {said}")

    async def etag(self, path: str, by: Person) -> str:
        """The version of a thing as it is now."""
        found = ""

        async def read() -> bool:
            nonlocal found
            try:
                answer = await self.client.get(path, by)
            except httpx.TransportError as problem:
                raise AssertionError(repr(problem)) from problem
            assert answer.is_success, answer.text
            found = answer.headers["ETag"]
            return True

        await eventually(read, within=PATIENCE_SECONDS)
        return found

    async def lead(self, office: str = CITY) -> str:
        """A lead is registered; its id."""
        lead = await self.ask(LEADS, LEAD | {"places": [office]}, given.prosecutor(office))
        self.fleet.answered.add(lead["id"])
        return str(lead["id"])

    async def assess(self, lead: str, office: str = CITY) -> None:
        """The lead is assessed: one more event of its chain."""
        path, by = f"{LEADS}/{lead}", given.prosecutor(office)
        said = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "x"}
        await self.ask(f"{path}/assessment", said, by, await self.etag(path, by))

    async def order(
        self,
        lead: str,
        issuer: str = CITY,
        addressee: str = DISTRICT,
        epoch: int = 0,
        mode: str = "assign",
        days_ago: int = 0,
    ) -> str:
        """An order about the lead is issued, that it is assigned downwards unless said; the order's id."""
        body = {"matter_id": lead, "mode": mode, "addressee": addressee, "basis_epoch": epoch}
        if days_ago:
            body["occurred_on"] = (clock.today() - timedelta(days_ago)).isoformat()
        order = await self.ask(REFERRALS, body | {"decision": DECISION}, given.chief(issuer))
        return str(order["id"])

    async def sign(self, order: str, addressee: str = DISTRICT) -> None:
        """The addressee signs for the order: custody moves."""
        await self.ask(f"{REFERRALS}/{order}/receipt", {}, given.clerk(addressee), '"1"')

    async def withdraw(self, order: str, issuer: str = CITY) -> None:
        """The issuer takes the order back."""
        await self.ask(f"{REFERRALS}/{order}/withdrawal", {"reason": "改由他院"}, given.chief(issuer), '"1"')

    async def release(self, lead: str, office: str = CITY) -> None:
        """An administrator takes off the lock of an order that is stuck."""
        said = {"reason": "受理院久不签收"}
        path, by = f"/cases/v1/matters/{lead}/lock-release", given.admin(office)
        await self.ask(path, said, by, await self.etag(f"{LEADS}/{lead}", given.prosecutor(office)))

    async def reached(self, order: str, stage: str, by: str = CITY) -> None:
        """The order is at that stage."""
        await self._shows(order, by, "stage", stage)

    async def _shows(self, order: str, by: str, field: str, value: Any) -> None:
        async def there() -> bool:
            try:
                answer = await self.client.get(f"{REFERRALS}/{order}", given.chief(by))
            except httpx.TransportError as problem:
                raise AssertionError(repr(problem)) from problem
            assert answer.is_success, answer.text
            assert answer.json()[field] == value, answer.text
            return True

        await eventually(there, within=PATIENCE_SECONDS)

    async def move(self, lead: str) -> None:
        """The lead goes from the city to the district."""
        order = await self.order(lead)
        await self.sign(order)
        await self.reached(order, "in_force")

    async def take_up(self, lead: str) -> None:
        """The province takes the lead up from the city: the order binds by itself."""
        order = await self.order(lead, PROVINCE, PROVINCE, mode="take_up")
        await self.reached(order, "in_force", PROVINCE)

    async def supervise(self, lead: str) -> None:
        """The province supervises the lead at the city, which signs when leave to know was given."""
        order = await self.order(lead, PROVINCE, CITY, mode="supervise")
        await self._shows(order, PROVINCE, "granted", True)
        await self.sign(order, CITY)
        await self.reached(order, "in_force", PROVINCE)

    async def matter(self) -> str:
        """A lead with two events, of which the offices are told."""
        lead = await self.lead()
        await self.assess(lead)
        return lead

    async def whole(self) -> str:
        """A lead that is assessed and moves: every service speaks."""
        lead = await self.matter()
        await self.move(lead)
        return lead

    @asynccontextmanager
    async def busy(self, people: int = 3) -> AsyncIterator[None]:
        """So many people work, one matter after the other, until the block ends; all finish their last."""
        done = asyncio.Event()

        async def person(number: int) -> None:
            while not done.is_set():
                await (self.whole() if number % 2 else self.matter())
                await asyncio.sleep(PAUSE_SECONDS)

        working = [asyncio.create_task(person(number)) for number in range(people)]
        try:
            yield
            done.set()
            await asyncio.gather(*working)
        finally:
            for each in working:
                each.cancel()

    async def endpoints(self) -> None:
        """Both offices are told at the receiver."""
        for office in (CITY, DISTRICT):
            by = given.prosecutor(office)
            said = {"url": f"{self.fleet.outside.url}/{office}", "purpose": "办案系统"}
            path = f"{ENDPOINTS}/{(await self.ask(ENDPOINTS, said, by))['id']}"

            async def active(path: str = path, by: Person = by) -> bool:
                return bool((await self.client.read(path, by))["state"] == "active")

            await eventually(active, within=20)


@asynccontextmanager
async def at_work(fleet: Fleet) -> AsyncIterator[Work]:
    """People who ask this fleet."""
    async with fleet.client() as client:
        yield Work(fleet, client)
