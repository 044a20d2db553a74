"""The steps of a matter in sentences. Every step is asked over HTTP, by the person whose step it is.

A step returns when what follows from it has arrived everywhere, so that journeys read as if time stood still.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, literal, select, union_all

from shared import clock
from shared.database import Database
from shared.inbox import cursors
from shared.journal import heads
from tests import given
from tests.asking import Client, eventually
from tests.given import DISTRICT, Person
from tests.notifications.receiver import Receiver
from tests.running import SERVICES, Running

LATE = "依据纸质卷宗补录"
SECRET = "某健身连锁企业的会员名单"  # free text that must never leave the service to which it was told
DECISION = {"number": "浙检〔2026〕1号", "decided_on": "2026-01-05"}
HEARS = {"cases": ("referrals", "notifications"), "referrals": ("cases", "notifications")} | {
    "notifications": ("cases", "referrals")
}
OWN = ""  # beside the names of the sources that a service hears
# How many events each service has announced, and has applied of each source: cheap to ask after every act.
Progress = dict[str, dict[str, int]]
PROGRESS = union_all(
    select(literal(OWN), func.coalesce(func.sum(heads.c.seq), 0)),
    select(cursors.c.source, func.sum(cursors.c.seq)).group_by(cursors.c.source),
)
PARTS = dict.fromkeys(("case_source", "harm", "failure", "legal_basis", "content"), SECRET)


def day(days_ago: int) -> str:
    """The legal day so many days before today."""
    return (clock.today() - timedelta(days=days_ago)).isoformat()


def on(days_ago: int, **body: Any) -> dict[str, Any]:
    """An act in `cases` that happened then and is entered now."""
    return {"occurred_on": day(days_ago), "late_reason": LATE} | body


@dataclass(slots=True)
class World:
    """The three services, one receiver for all agencies, and what happens in them."""

    running: Running
    receiver: Receiver

    @property
    def client(self) -> Client:
        """Asks over HTTP."""
        return self.running.client

    @property
    def databases(self) -> dict[str, Database]:
        """The database of each service."""
        return {name: self.running.frame(name).database for name in SERVICES}

    async def settled(self) -> None:
        """Everything that was announced has taken effect everywhere.

        Looked at twice: between looking at one service and at the next, something may have been announced.
        """

        async def arrived() -> bool:
            now = await self._progress()
            behind = [
                f"{source} -> {reader}: {now[reader].get(source, 0)} of {now[source][OWN]} events"
                for reader, sources in HEARS.items()
                for source in sources
                if now[reader].get(source, 0) != now[source][OWN]
            ]
            assert not behind, behind
            return now == await self._progress()

        await eventually(arrived, most_pause=0.03)

    async def _progress(self) -> Progress:
        return {
            name: {source: int(events) for source, events in await database.look(PROGRESS)}
            for name, database in self.databases.items()
        }

    async def create(self, path: str, body: Any, by: Person) -> Any:
        """Something new, known everywhere."""
        made = await self.client.create(path, body, by=by)
        await self.settled()
        return made

    async def act(self, thing: str, act: str, body: Any, by: Person) -> Any:
        """An act on a thing as it stands, with what follows from it."""
        done = await self.client.act(thing, act, body, by=by)
        await self.settled()
        return done

    # --- Agencies ------------------------------------------------------------------------------------

    async def registered(self, code: str, kind: str, division: str = DISTRICT) -> None:
        """An agency is registered; it has no key and no endpoint."""
        said = {"code": code, "kind": kind, "name": f"机关 {code}", "division": division}
        await self.create("/referrals/v1/agencies", said, given.admin())

    async def agency(self, code: str, kind: str, division: str = DISTRICT, lead: str | None = None) -> Person:
        """An agency is registered with its key, its duty and its endpoint; its officer."""
        administrator, officer = given.admin(), given.agency_officer(code)
        await self.registered(code, kind, division)
        jwk = given.agency_key(code).as_dict(private=False)
        await self.create(f"/referrals/v1/agencies/{code}/keys", {"jwk": jwk}, administrator)
        if lead:
            duty = {"agency": code, "kind": lead, "place": division, "basis": "权责清单"}
            await self.create("/referrals/v1/duties", duty | {"valid_from": "2021-11-01"}, administrator)
        endpoint = {"url": self.receiver.url(f"/{code}"), "purpose": "收件"}
        made = await self.create("/notifications/v1/endpoints", endpoint, officer)
        path = f"/notifications/v1/endpoints/{made['id']}"
        await eventually(lambda: self._active(path, officer))
        return officer

    async def _active(self, path: str, officer: Person) -> bool:
        return bool((await self.client.read(path, officer))["state"] == "active")

    # --- From the lead to the case -------------------------------------------------------------------

    async def lead(self, office: str = DISTRICT, days_ago: int = 0, **more: Any) -> Any:
        """A lead is registered."""
        said = {"title": SECRET, "source": "media", "summary": SECRET, "harm": SECRET, "places": [office]}
        return await self.create("/cases/v1/leads", on(days_ago, **said) | more, given.prosecutor(office))

    async def assessed(self, lead: Any, office: str = DISTRICT, days_ago: int = 0) -> Any:
        """It is found worth opening."""
        said = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": SECRET}
        path = f"/cases/v1/leads/{lead['id']}"
        return await self.act(path, "assessment", on(days_ago, **said), given.prosecutor(office))

    async def approved(self, proposal: Any, office: str = DISTRICT, days_ago: int = 0) -> Any:
        """The head of the department reviews, the chief decides."""
        path = f"/cases/v1/proposals/{proposal['id']}"
        agrees = on(days_ago, agrees=True, opinion=SECRET)
        await self.act(path, "review", agrees, given.department_head(office))
        return await self.act(path, "decision", on(days_ago, approved=True), given.chief(office))

    async def case(self, agency: str = "", office: str = DISTRICT, days_ago: int = 0, **more: Any) -> Any:
        """An administrative case against that agency (or one registered for it), opened on a lead."""
        if not agency:
            agency = f"wxb-{office}"
            await self.registered(agency, "cyberspace", office)
        lead = await self.lead(office, days_ago, **more)
        await self.assessed(lead, office, days_ago)
        filing = on(days_ago, procedure="administrative", agency=agency)
        path, prosecutor = f"/cases/v1/leads/{lead['id']}", given.prosecutor(office)
        opened = await self.approved(await self.act(path, "filing", filing, prosecutor), office, days_ago)
        return await self.read(f"/cases/v1/cases/{opened['result_id']}", prosecutor)

    async def read(self, path: str, by: Person, **parameters: Any) -> Any:
        """What that person sees there."""
        return await self.client.read(path, by, **parameters)

    async def document(self, matter_id: str, content: bytes, office: str = DISTRICT) -> str:
        """A document is filed; its SHA-256."""
        headers = {"Content-Type": "text/plain", "Idempotency-Key": uuid4().hex}
        headers |= given.prosecutor(office).headers
        path, name = f"/cases/v1/matters/{matter_id}/documents", {"name": f"{SECRET}.txt"}
        answer = await self.client.http.post(path, content=content, params=name, headers=headers)
        assert answer.status_code == 201, answer.text
        await self.settled()
        return str(answer.json()["sha256"])

    # --- Between offices -----------------------------------------------------------------------------

    async def order(self, case: Any, mode: str, issuer: str, addressee: str, **more: Any) -> Any:
        """An order is issued on the case as the issuer sees it, and has been answered by `cases`."""
        chief = given.chief(issuer)
        seen = await self.read(f"/cases/v1/cases/{case['id']}", chief)
        said = {"matter_id": case["id"], "mode": mode, "addressee": addressee, "decision": DECISION}
        order = await self.create(
            "/referrals/v1/referrals", said | {"basis_epoch": seen["epoch"]} | more, chief
        )
        return await self.read(f"/referrals/v1/referrals/{order['id']}", chief)

    async def signed(self, order: Any) -> Any:
        """The addressee signs for the order."""
        path = f"/referrals/v1/referrals/{order['id']}"
        await self.act(path, "receipt", {}, given.clerk(order["addressee"]))
        return await self.read(path, given.chief(order["issuer"]))

    # --- To agencies ---------------------------------------------------------------------------------

    async def handed(self, case: Any, kind: str, receiver: str, office: str = DISTRICT, **more: Any) -> Any:
        """A lead, request or letter is dispatched to an agency."""
        prosecutor = given.prosecutor(office)
        seen = await self.read(f"/cases/v1/cases/{case['id']}", prosecutor)
        said = {"matter_id": case["id"], "kind": kind, "receiver": receiver, "basis_epoch": seen["epoch"]}
        said |= {"title": SECRET, "summary": SECRET, "sector": "consumption", "place": office}
        return await self.create("/referrals/v1/handoffs", said | more, prosecutor)

    async def suggested(self, case: Any, agency: str, days_ago: int) -> tuple[Any, Any]:
        """A suggestion is made on that day; it, and the handoff that followed from it."""
        letter = await self.document(case["id"], b"a letter")
        until = day(days_ago - 70)
        said = {"agency": agency, "rectify_by": until, "parts": PARTS, "document_sha256": letter}
        path, prosecutor = f"/cases/v1/cases/{case['id']}", given.prosecutor(DISTRICT)
        await self.act(path, "investigation-report", on(days_ago, conclusion=SECRET), prosecutor)
        proposal = await self.act(path, "suggestions", on(days_ago, **said), prosecutor)
        await self.approved(proposal, days_ago=days_ago)
        suggestion = (await self.read(path, prosecutor))["suggestions"][0]
        asked = {"matter_id": case["id"], "kind": "suggestion"}
        found = await self.read("/referrals/v1/handoffs", prosecutor, **asked)
        return suggestion, found["items"][0]

    async def clocks(self, case: Any) -> dict[str, Any]:
        """The newest clock of each row that runs or ran on the case."""
        found = await self.read(f"/cases/v1/cases/{case['id']}/clocks", given.prosecutor(DISTRICT), limit=200)
        return {each["row"]: each for each in found["items"]}

    async def timeline(self, case: Any, by: Person) -> list[Any]:
        """The whole timeline of the case, as that person reads it."""
        entries: list[Any] = []
        asked: dict[str, Any] = {"limit": 200}
        while True:
            part = await self.read(f"/cases/v1/cases/{case['id']}/timeline", by, **asked)
            entries += part["items"]
            if part["next"] is None:
                return entries
            asked["cursor"] = part["next"]
