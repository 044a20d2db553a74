"""Custody holds in random walks: a few in every run, thousands in a deep one."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from shared.inbox import waiting
from tests.custody.walk import Custody, Ground
from tests.custody.wire import Wire
from tests.running import SERVICES, blueprint
from tests.stage import Lane, Templates


@pytest.fixture
def walks(
    templates: Templates, key_files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[settings], Counter[str]]]:
    """Random walks with these settings; readers are as impatient as they can be."""
    monkeypatch.setattr(waiting, "ON_ITS_WAY_SECONDS", 0.0)
    monkeypatch.setattr(waiting, "PATIENCE", timedelta(0))
    with asyncio.Runner() as runner:
        made = {name: runner.run(templates.of(Lane.EMBEDDED, blueprint(name))) for name in SERVICES}
        ground = Custody.ground = Ground(runner, lambda: Wire(made, key_files, tmp_path))

        def walk(how: settings) -> Counter[str]:
            run_state_machine_as_test(Custody, settings=how)
            runner.run(ground.end())
            return ground.steps

        yield walk
        runner.run(ground.end())


WALKS_A_PART = 550
QUICK = settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


Walk = Callable[[settings], Counter[str]]


def test_custody_holds_in_random_walks(walks: Walk) -> None:
    done = walks(QUICK)
    print(dict(sorted(done.items())))
    assert done["a walk came to rest"] >= QUICK.max_examples


@pytest.fixture
def most_seconds(request: pytest.FixtureRequest) -> int:
    """Thousands of walks take their time on a busy machine."""
    return 4 * 3600 if request.node.get_closest_marker("deep") else 300


@pytest.mark.deep
@pytest.mark.parametrize("part", range(4))
def test_custody_holds_in_thousands_of_random_walks(walks: Walk, part: int) -> None:
    done = walks(settings(QUICK, max_examples=WALKS_A_PART, stateful_step_count=30))
    print(part, dict(sorted(done.items())))
    assert done["custody moved"] > WALKS_A_PART // 4
    assert done["a service died"] > WALKS_A_PART // 4
    assert done["another case"] > WALKS_A_PART // 50
    assert done["another lead"] > WALKS_A_PART // 50, "parts of a split"
