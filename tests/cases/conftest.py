"""What tests of `cases` begin with."""

import pytest

from tests.cases.story import Story
from tests.running import Alone


@pytest.fixture
def story(cases_app: Alone) -> Story:
    """The service by itself, and sentences about what happens in it."""
    return Story(cases_app)
