"""Something of every kind, so that what is sent meets real things and not only 404."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import func, select

from shared.idempotency import answers
from shared.identity import Role
from shared.journal import journal
from tests import given
from tests.given import CITY, DISTRICT, Person
from tests.journeys.world import World
from tests.running import SERVICES, Running

AGENCY, POLICE = "wxb-330110", "psb-330110"
VAULT_KEY = "v1:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
EVERYTHING = given.somebody(
    DISTRICT,
    *(role for role in Role if role not in {Role.AGENCY_OFFICER, Role.SERVICE}),
    sub="everything",
    clearance=4,
)
OFFICER = given.agency_officer(AGENCY)
# Whoever may do most is asked for most often.
PEOPLE = (EVERYTHING, EVERYTHING, OFFICER, EVERYTHING, given.prosecutor(DISTRICT), given.overseer(given.CITY))


@dataclass(frozen=True, slots=True)
class Inhabited:
    """The world, and the ids of what is in it, by the names that paths and bodies give them."""

    world: World
    known: Mapping[str, str]

    @property
    def running(self) -> Running:
        """The three services."""
        return self.world.running

    async def grown(self) -> dict[str, tuple[int, int]]:
        """How many rows each journal holds, and how many answers are kept: what an act would add to."""
        found = {}
        for name in SERVICES:
            async with self.running.reading(name) as session:
                rows = await session.scalar(select(func.count()).select_from(journal)) or 0
                kept = await session.scalar(select(func.count()).select_from(answers)) or 0
            found[name] = (rows, kept)
        return found


async def inhabit(world: World) -> Inhabited:
    """One lead, one case with a suggestion, an order, handoffs, agencies with keys and an endpoint."""
    officer = await world.agency(AGENCY, "cyberspace")
    await world.agency(POLICE, "public_security")
    lead = await world.lead()
    case = await world.case(AGENCY)
    proposal = (await world.read("/cases/v1/proposals", EVERYTHING))["items"][0]
    suggestion, served = await world.suggested(case, AGENCY, 0)
    asked = await world.handed(case, "criminal_lead", POLICE, routing_reason="管辖")
    order = await world.order(case, "supervise", CITY, DISTRICT)
    endpoints = await world.read("/notifications/v1/endpoints", officer)
    deliveries = await world.read("/notifications/v1/deliveries", officer)
    lines = await world.read("/notifications/v1/inbox", EVERYTHING)
    paper = await world.document(lead["id"], b"a paper")
    return Inhabited(
        world,
        {
            "lead_id": lead["id"],
            "case_id": case["id"],
            "matter_id": case["id"],
            "suggestion_id": suggestion["id"],
            "proposal_id": proposal["id"],
            "handoff_id": served["id"],
            "referral_id": order["id"],
            "endpoint_id": endpoints["items"][0]["id"],
            "delivery_id": _first(deliveries, asked["id"]),
            "line_id": _first(lines, asked["id"]),
            "code": AGENCY,
            "sha256": paper,
        },
    )


def _first(page: Mapping[str, Any], otherwise: str) -> str:
    """The id of the first of them; another id where there is none yet."""
    return str(page["items"][0]["id"]) if page["items"] else otherwise


def acting(by: Person, etag: str | None = None, **more: str) -> dict[str, str]:
    """The headers of an act of that person's."""
    return {**by.headers, "Content-Type": "application/json", **({"If-Match": etag} if etag else {}), **more}


def problem_in(body: bytes) -> Mapping[str, Any]:
    """The problem document in that body; fails if it is none."""
    read: dict[str, Any] = orjson.loads(body)
    assert read["type"] == f"urn:casebridge:problem:{read['code']}", read
    assert read["code"] != "Unexpected", read
    return read
