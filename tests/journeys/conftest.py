"""All services, an agency's receiver that may be called, and the world in which journeys happen."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.journeys.world import World
from tests.notifications.receiver import Receiver, receiving
from tests.running import Running


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Where agencies are called."""
    async with receiving() as listening:
        yield listening


@pytest.fixture
def extra_settings(receiver: Receiver) -> dict[str, dict[str, Any]]:
    """The receiver stands on the start-up list."""
    return {"notifications": {"egress_allow": [receiver.place]}}


@pytest.fixture
def world(running: Running, receiver: Receiver) -> World:
    """The steps of a matter, asked over HTTP by whose step it is."""
    return World(running, receiver)
