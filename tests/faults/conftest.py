"""Servers that may be killed, and three services on them; after every test all is accounted for."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.faults.accounts import account
from tests.faults.fleet import Fleet, launch
from tests.faults.outside import Outside
from tests.faults.work import Work, at_work
from tests.servers import Own, provide_own
from tests.stage import Databases, Lane, Templates


@pytest.fixture
def most_seconds(request: pytest.FixtureRequest) -> int:
    """More than elsewhere: whoever comes first starts servers and services."""
    return 900 if request.node.get_closest_marker("deep") else 300


@pytest.fixture(scope="session")
def own() -> Callable[[], Own]:
    """Our own durable PostgreSQL and RabbitMQ; calling it starts them, once."""
    return cache(provide_own)


@pytest.fixture(scope="session")
def outside() -> Iterator[Outside]:
    """The receiver, and the way between peers."""
    listening = Outside()
    yield listening
    listening.close()


@dataclass(slots=True)
class Harbour:
    """The fleet that one test hands to the next, unless something went wrong with it."""

    fleet: Fleet | None = None
    sound: bool = False

    async def abandon(self) -> None:
        """The fleet is given up."""
        if self.fleet is not None:
            await self.fleet.close()
        self.fleet = None


@pytest.fixture(scope="session")
def harbour() -> Iterator[Harbour]:
    """Where the fleet lies between tests."""
    found = Harbour()
    yield found
    if found.fleet is not None:
        found.fleet.starter.close()


@pytest.fixture
async def fleet(
    harbour: Harbour,
    own: Callable[[], Own],
    outside: Outside,
    key_files: dict[str, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Fleet]:
    """Three running services. After the test everything must be accounted for, or its fleet is given up."""
    if not harbour.sound:
        await harbour.abandon()
    if harbour.fleet is None:
        folder = tmp_path_factory.mktemp("fleet")
        databases = Databases(Lane.SERVERS, Templates(folder, lambda: own().servers), folder)
        harbour.fleet = await launch(own(), outside, folder, key_files, databases)
        async with at_work(harbour.fleet) as people:
            await people.endpoints()
    harbour.sound = False
    outside.let_in.set()
    yield harbour.fleet
    print(await account(harbour.fleet))
    harbour.sound = True


@pytest.fixture
async def work(fleet: Fleet) -> AsyncIterator[Work]:
    """The people who ask the services."""
    async with at_work(fleet) as people:
        yield people
