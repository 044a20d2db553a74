"""What tests of simultaneous acts begin with: the services by themselves, or all of them together."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.cases.story import Story
from tests.journeys.world import World as Journey
from tests.notifications.receiver import Receiver, receiving
from tests.referrals.world import World
from tests.running import Alone, Running


@pytest.fixture
def story(cases_app: Alone) -> Story:
    """The service `cases` by itself, and sentences about what happens in it."""
    return Story(cases_app)


@pytest.fixture
def world(referrals_app: Alone) -> World:
    """The service `referrals` by itself, its peers played by the test."""
    return World(referrals_app)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Where agencies are called."""
    async with receiving() as listening:
        yield listening


@pytest.fixture
def extra_settings(receiver: Receiver) -> dict[str, dict[str, Any]]:
    """The receiver may be called."""
    return {"notifications": {"egress_allow": [receiver.place]}}


@pytest.fixture
def journey(running: Running, receiver: Receiver) -> Journey:
    """All three services, speaking to each other."""
    return Journey(running, receiver)
