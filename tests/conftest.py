"""What every test may ask for. Names are stable; `tests/given.py` builds what they act on."""

import gc
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import uuid4

import hypothesis
import orjson
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import create_async_engine

from shared import migrations
from shared.database import Database
from shared.identity import new_key
from shared.service import Parts
from tests import given
from tests import servers as real
from tests.asking import Client
from tests.running import SERVICES, Alone, Running, alone, blueprint, parts_of, together
from tests.servers import Servers
from tests.servers.processes import roomy_memory
from tests.stage import Blueprint, Databases, Lane, Templates, clear_broker, counting

TEST_SECONDS = 120
DEEP_SECONDS = 600

hypothesis.settings.register_profile("quick", max_examples=50, deadline=None)
hypothesis.settings.register_profile("deep", max_examples=5000, deadline=None)
hypothesis.settings.load_profile("quick")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update` writes the golden schemas anew."""
    parser.addoption("--update", action="store_true", help="write the golden event schemas anew")


def pytest_configure(config: pytest.Config) -> None:
    """Files lie in memory if there is room; tests side by side (-n) share servers that are started here."""
    if room := roomy_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", room)
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        found = real.provide()
        os.environ |= {"TEST_DATABASE_URL": found.database_url, "TEST_BUS_URL": found.bus_url}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that runs on both lanes is known by a mark the second time."""
    known = {item.nodeid for item in items}
    for item in items:
        first = item.nodeid.replace(Lane.SERVERS, Lane.EMBEDDED)
        if first != item.nodeid and first in known:
            item.add_marker("second_lane")


def pytest_collection_finish() -> None:
    """What was loaded until now stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def most_seconds(request: pytest.FixtureRequest) -> int:
    """How long a test may take, with what it sets up; override it in a folder."""
    return DEEP_SECONDS if request.node.get_closest_marker("deep") else TEST_SECONDS


@pytest.fixture(autouse=True)
def no_test_hangs(most_seconds: int) -> Iterator[None]:
    """A test that waits for ever fails instead."""

    def too_long(_number: int, _frame: FrameType | None) -> None:
        pytest.fail(f"still running after {most_seconds} s")

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(most_seconds)
    yield
    signal.alarm(0)


# --- Lanes and databases -----------------------------------------------------------------------------


@pytest.fixture(params=list(Lane), ids=str)
def lane(request: pytest.FixtureRequest) -> Lane:
    """Both ways to run: whatever asks for it, directly or not, runs twice."""
    chosen: Lane = request.param
    return chosen


@pytest.fixture(scope="session")
def servers() -> Callable[[], Servers]:
    """Real PostgreSQL and RabbitMQ; calling it starts them, once."""
    return cache(real.provide)


@pytest.fixture(scope="session")
def templates(
    tmp_path_factory: pytest.TempPathFactory, servers: Callable[[], Servers]
) -> Iterator[Templates]:
    """The migrated templates from which every test's databases are copied."""
    made = Templates(tmp_path_factory.mktemp("templates"), servers)
    yield made
    made.drop()


@pytest.fixture
async def databases(lane: Lane, templates: Templates, tmp_path: Path) -> AsyncIterator[Databases]:
    """Fresh databases for this test."""
    async with Databases(lane, templates, tmp_path) as made:
        yield made


def _migrate_frame(url: str) -> None:
    """The frame's own tables and triggers, as a service's first revision makes them."""
    import asyncio

    async def migrate() -> None:
        engine = create_async_engine(url, poolclass=pool.NullPool)
        async with engine.begin() as connection:
            await connection.run_sync(_create_frame)
        await engine.dispose()

    asyncio.run(migrate())


def _create_frame(connection: object) -> None:
    with Operations.context(MigrationContext.configure(connection)):  # type: ignore[arg-type]
        migrations.create_frame()


FRAME_ONLY = Blueprint("frame", _migrate_frame)


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[Database]:
    """A database with the frame's tables alone."""
    made = Database(await databases.fresh(FRAME_ONLY))
    yield made
    await made.close()


# --- Services ----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def key_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The issuer table and the services' signing key, as an administrator lays them down."""
    folder = tmp_path_factory.mktemp("keys")
    files = {"issuers_file": folder / "issuers.json", "signing_key_file": folder / "signing-key.json"}
    files["issuers_file"].write_bytes(given.issuers())
    files["signing_key_file"].write_bytes(orjson.dumps(new_key("service-1").as_dict(private=True)))
    return files


@pytest.fixture
def extra_settings() -> dict[str, dict[str, Any]]:
    """Settings beside the usual ones, by service; override it in a test module."""
    return {}


MakeParts = Callable[[str, str], Awaitable[Parts]]


@pytest.fixture
def make_parts(
    databases: Databases,
    key_files: dict[str, Path],
    extra_settings: dict[str, dict[str, Any]],
    tmp_path: Path,
) -> MakeParts:
    """The parts of a service on a fresh database and on that bus."""

    async def make(name: str, bus_url: str) -> Parts:
        url = await databases.fresh(blueprint(name))
        settings = {"database_url": url, "bus_url": bus_url, "service_key": given.SERVICE_KEY, **key_files}
        return parts_of(name, settings | extra_settings.get(name, {}), tmp_path)

    return make


async def _one(name: str, make_parts: MakeParts) -> AsyncIterator[Alone]:
    async with alone(await make_parts(name, f"memory://{uuid4().hex}")) as running_alone:
        yield running_alone


@pytest.fixture
async def cases_app(make_parts: MakeParts) -> AsyncIterator[Alone]:
    """The service `cases` by itself: .client, .hear(...), .recorded(...), .duty(...), .reading()."""
    async for running_alone in _one("cases", make_parts):
        yield running_alone


@pytest.fixture
async def referrals_app(make_parts: MakeParts) -> AsyncIterator[Alone]:
    """The service `referrals` by itself: .client, .hear(...), .recorded(...), .duty(...), .reading()."""
    async for running_alone in _one("referrals", make_parts):
        yield running_alone


@pytest.fixture
async def notifications_app(make_parts: MakeParts) -> AsyncIterator[Alone]:
    """The service `notifications` by itself: .client, .hear(...), .recorded(...), .duty(...), .reading()."""
    async for running_alone in _one("notifications", make_parts):
        yield running_alone


@pytest.fixture
async def bus_url(lane: Lane, servers: Callable[[], Servers]) -> AsyncIterator[str]:
    """A bus that nobody else uses: in memory, or on the broker with queues of its own, gone afterwards."""
    if lane is Lane.EMBEDDED:
        yield f"memory://{uuid4().hex}"
        return
    prefix = f"t{uuid4().hex[:12]}."
    yield f"{servers().bus_url}?prefix={prefix}"
    await clear_broker(servers().bus_url, prefix, SERVICES)


@pytest.fixture
async def running(make_parts: MakeParts, bus_url: str) -> AsyncIterator[Running]:
    """All three services on one address, speaking to each other."""
    async with together([await make_parts(name, bus_url) for name in SERVICES]) as everything:
        yield everything


@pytest.fixture
def client(running: Running) -> Client:
    """Asks the three services as a person."""
    return running.client


# --- Counting ----------------------------------------------------------------------------------------


@pytest.fixture
def statements() -> Callable[[], AbstractContextManager[list[str]]]:
    """`with statements() as seen: ...` lists the SQL that this task caused, and no other's."""
    return counting
