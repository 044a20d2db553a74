"""The first start, as a person makes it: everything comes up, the main job is walked, the books are right."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.code import ROOT
from tests.servers.processes import free_port, within

SECONDS = 300.0
NEEDED = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")


@pytest.mark.deep
def test_the_first_start_walks_the_main_job_and_finds_everything_as_it_should_be(tmp_path: Path) -> None:
    """In a process of its own, since it sets the environment; Ctrl-C ends it."""
    command = [sys.executable, "-m", "services", "run", "--port", str(free_port())]
    environment = {name: os.environ[name] for name in NEEDED if name in os.environ}
    environment |= {"CASEBRIDGE_DATA": str(tmp_path / "data"), "PYTHONUNBUFFERED": "1"}
    log = tmp_path / "log"
    with log.open("wb") as out:
        walking = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        within(SECONDS, lambda: walking.poll() is not None or b"Ctrl-C ends" in log.read_bytes())
        told = log.read_text()
        assert "The walk is green" in told, told[-3000:]
        assert "All as it should be." in told, told[-3000:]
        walking.send_signal(signal.SIGINT)
        assert walking.wait(30) == 0
    finally:
        walking.kill()
        walking.wait(10)
