"""A matter on the days on which it really happened: acts with their legal dates, entered today."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from shared.ledger import Clock
from tests import given
from tests.given import DISTRICT, Person
from tests.journeys.between import REFERRALS, act, asked
from tests.journeys.world import DECISION, LATE, World

BY_LATER_RULES = "按 2021-11-01 施行的规则办理"
AS_IF = {"as_if_on": "2021-11-01", "as_if_reason": "规则施行前办理，按施行后的规则演示"}


def on(day: str, **body: Any) -> dict[str, Any]:
    """The body of an act in `cases` that happened that day."""
    return body | {"occurred_on": day, "late_reason": LATE}


@dataclass(slots=True)
class Docket:
    """One matter in the hands of an office, and what is done in it on which day."""

    world: World
    path: str
    office: str = DISTRICT

    @property
    def id(self) -> str:
        """The matter's id."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def prosecutor(self) -> Person:
        """Who handles it."""
        return given.prosecutor(self.office)

    async def read(self) -> Any:
        """The matter as its handler sees it."""
        return await self.world.read(self.path, self.prosecutor)

    async def does(self, noun: str, day: str, **body: Any) -> Any:
        """An act that needs nobody's approval."""
        return await self.world.act(self.path, noun, on(day, **body), self.prosecutor)

    async def decides(self, noun: str, day: str, **body: Any) -> Any:
        """An act that is proposed, reviewed and approved on one day; what it made."""
        proposal = await self.does(noun, day, **body)
        return await self.approved(proposal, day)

    async def approved(self, proposal: Any, day: str) -> Any:
        """The proposal, reviewed by the head and approved by the chief on that day."""
        path = f"/cases/v1/proposals/{proposal['id']}"
        head, chief = given.department_head(self.office), given.chief(self.office)
        await self.world.act(path, "review", on(day, agrees=True, opinion="同意"), head)
        return await self.world.act(path, "decision", on(day, approved=True), chief)

    async def refused(self, noun: str, day: str, **body: Any) -> dict[str, Any]:
        """The problem that an act meets, which changes nothing."""
        etag = await self.world.client.etag(self.path, self.prosecutor)
        path = f"{self.path}/{noun}"
        answer = await self.world.client.post(path, on(day, **body), by=self.prosecutor, etag=etag)
        assert answer.is_error, answer.text
        problem: dict[str, Any] = answer.json()
        return problem

    async def clocks(self) -> dict[str, Any]:
        """The newest clock of each row."""
        path = f"/cases/v1/cases/{self.id}/clocks"
        found = await self.world.read(path, self.prosecutor, limit=200)
        return {each["row"]: each for each in found["items"]}

    async def due(self, *rows: str) -> list[str]:
        """The last days of these limits."""
        clocks = await self.clocks()
        return [clocks[row]["due_on"] for row in rows]

    async def states(self, *rows: str) -> list[str]:
        """What became of these limits."""
        clocks = await self.clocks()
        return [clocks[row]["state"] for row in rows]

    async def limits(self) -> list[tuple[str, str]]:
        """The limits that orders about the matter began, with their last days; each says by which rules."""
        async with self.world.running.reading("referrals") as session:
            statement = select(Clock).where(Clock.matter_id == UUID(self.id)).order_by(Clock.id)
            found = list(await session.scalars(statement))
        assert all((each.note or "").startswith(BY_LATER_RULES) for each in found)
        return [(each.row, each.due_on.isoformat()) for each in found]

    async def stage(self) -> str:
        """Where the matter stands."""
        return str((await self.read())["stage"])

    async def acts(self) -> list[Any]:
        """The file of the matter."""
        path = f"/cases/v1/matters/{self.id}/acts"
        found = await self.world.read(path, self.prosecutor, limit=200)
        return list(found["items"])

    async def reported(self, occasion: str, about: str, day: str, to: str) -> None:
        """A suggestion, a suit, a judgment and the like is reported to the next superior for record."""
        said = await asked(self.world, await self.read(), "report_for_record", self.prosecutor, to)
        said.pop("decision")
        await self.world.create(
            REFERRALS, said | {"occasion": occasion, "about": about, "occurred_on": day}, self.prosecutor
        )

    async def served(self, kind: str, day: str) -> Any:
        """The handoff of that kind is proved to have been served that day."""
        asked_for = {"matter_id": self.id, "kind": kind}
        found = await self.world.read("/referrals/v1/handoffs", self.prosecutor, **asked_for)
        path = f"/referrals/v1/handoffs/{found['items'][0]['id']}"
        body = {"manner": "signature", "occurred_on": day}
        await self.world.act(path, "service", body, self.prosecutor)
        return found["items"][0]


async def lead_of(world: World, day: str, office: str = DISTRICT, **more: Any) -> Docket:
    """A lead, registered that day."""
    lead = await world.lead(office, **on(day, **more))
    return Docket(world, f"/cases/v1/leads/{lead['id']}", office)


async def assessed(lead: Docket, day: str) -> None:
    """It is found worth opening."""
    said = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "可查"}
    await lead.does("assessment", day, **said)


async def opened(lead: Docket, day: str, **filing: Any) -> Docket:
    """The case that is opened on it that day."""
    done = await lead.decides("filing", day, **filing)
    return Docket(lead.world, f"/cases/v1/cases/{done['result_id']}", lead.office)


async def designated(lead: Docket, superior: str, day: str, **request: Any) -> Any:
    """The next superior designates on request; the order, signed for by the designee."""
    world, chief = lead.world, given.chief(superior)
    body = await asked(world, await lead.read(), "request_designation", lead.prosecutor, superior)
    body.pop("decision")
    made = await world.create(REFERRALS, body | request | {"occurred_on": day}, lead.prosecutor)
    decision = DECISION | {"decided_on": day}
    approved = await act(world, made, "approval", chief, decision=decision, occurred_on=day)
    order = await world.read(f"{REFERRALS}/{approved['binding_act']}", chief)
    await act(world, order, "receipt", given.clerk(order["addressee"]), occurred_on=day)
    return order


def plus(day: str, days: int) -> str:
    """The day so many days later."""
    return date.fromordinal(date.fromisoformat(day).toordinal() + days).isoformat()
