"""Fixtures of this service's tests."""

import pytest

from tests.referrals.world import World
from tests.running import Alone


@pytest.fixture
def world(referrals_app: Alone) -> World:
    """The service by itself, its peers played by the test."""
    return World(referrals_app)
