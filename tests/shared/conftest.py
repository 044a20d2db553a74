"""The sample service, alone and in company."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from shared.service import Parts
from shared.settings import FrameSettings
from tests import given
from tests.running import Alone, Running, alone, together
from tests.servers import Servers
from tests.shared.sample import service as sample
from tests.stage import Databases, Lane, clear_broker

MakeSample = Callable[[str, str, tuple[str, ...]], Awaitable[Parts]]


@pytest.fixture
def make_sample(databases: Databases, key_files: dict[str, Path]) -> MakeSample:
    """The sample's parts under a name, on a bus, hearing others."""

    async def make(name: str, bus_url: str, hears: tuple[str, ...]) -> Parts:
        settings = FrameSettings(
            database_url=await databases.fresh(sample.blueprint()),
            bus_url=bus_url,
            service_key=SecretStr(given.SERVICE_KEY),
            issuers_file=key_files["issuers_file"],
            signing_key_file=key_files["signing_key_file"],
        )
        return sample.parts(name, settings, hears)

    return make


@pytest.fixture
async def sample_app(make_sample: MakeSample) -> AsyncIterator[Alone]:
    """`left` by itself, told by `right` and `far` through `hear`."""
    made = await make_sample("left", f"memory://{uuid4().hex}", ("right", "far"))
    async with alone(made) as running:
        yield running


@pytest.fixture
async def sample_bus(lane: Lane, servers: Callable[[], Servers]) -> AsyncIterator[str]:
    """A bus for `left` and `right` alone."""
    if lane is Lane.EMBEDDED:
        yield f"memory://{uuid4().hex}"
        return
    prefix = f"t{uuid4().hex[:12]}."
    yield f"{servers().bus_url}?prefix={prefix}"
    await clear_broker(servers().bus_url, prefix, ("left", "right"))


@pytest.fixture
async def pair(make_sample: MakeSample, sample_bus: str) -> AsyncIterator[Running]:
    """`left` and `right`, each hearing the other."""
    made = [
        await make_sample("left", sample_bus, ("right",)),
        await make_sample("right", sample_bus, ("left",)),
    ]
    async with together(made) as running:
        yield running
