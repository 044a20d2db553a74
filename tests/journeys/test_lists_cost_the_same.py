"""However long a list grows, reading a page of it takes as many statements as before."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from tests import given
from tests.given import CITY, DISTRICT
from tests.journeys.test_who_sees_what import LISTS
from tests.journeys.world import World

WANG = given.prosecutor(DISTRICT)
Counting = Callable[[], AbstractContextManager[list[str]]]
MOST = 6


async def a_matter(world: World, agency: str) -> str:
    """A case with an order and a lead sent to the agency; where the case is."""
    case = await world.case()
    await world.order(case, "supervise", CITY, DISTRICT)
    await world.handed(case, "criminal_lead", agency)
    return f"/cases/v1/cases/{case['id']}"


async def costs(world: World, counting: Counting, case: str) -> dict[str, int]:
    """How many statements each list takes, by its address."""
    found = {}
    officer = given.agency_officer("gaj")
    for path in (
        *LISTS,
        f"{case}/timeline",
        f"{case}/clocks",
        "/referrals/v1/agencies",
        "/referrals/v1/duties",
    ):
        by = officer if path.startswith("/notifications") and "inbox" not in path else WANG
        with counting() as seen:
            await world.read(path, by, limit=200)
        found[path] = len(seen)
    return found


async def test_every_list_takes_as_many_statements_for_many_as_for_few(
    world: World, statements: Counting
) -> None:
    await world.agency("gaj", "public_security", lead="criminal_lead")
    case = await a_matter(world, "gaj")
    few = await costs(world, statements, case)
    for _ in range(2):
        await a_matter(world, "gaj")
    await world.agency("wxb", "cyberspace", lead="administrative_lead")
    assert await costs(world, statements, case) == few
    assert max(few.values()) <= MOST, few
