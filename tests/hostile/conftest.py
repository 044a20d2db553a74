"""What hostile tests begin with: the three services with something in them, worth attacking."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.hostile.inhabited import VAULT_KEY, Inhabited, inhabit
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
    """The receiver may be called, and secrets can be kept."""
    return {"notifications": {"egress_allow": [receiver.place], "vault_keys": [VAULT_KEY]}}


@pytest.fixture
async def inhabited(running: Running, receiver: Receiver) -> Inhabited:
    """The three services with a lead, a case, an order, handoffs, an agency and its endpoint."""
    return await inhabit(World(running, receiver))
