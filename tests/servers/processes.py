"""Server processes of one test run: each has its own session, directory and ports, and ends with the run."""

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

START_SECONDS = 60.0
STOP_SECONDS = 10.0
ROOM_BYTES = 4 << 30


class NotStarted(Exception):
    """A server was tried and did not come up; the message says why."""


_endings: list[Callable[[], object]] = []


def at_the_end(act: Callable[[], object]) -> None:
    """Do this when the run ends, before what was registered earlier."""
    _endings.append(act)


@atexit.register
def stop() -> None:
    """Stop what was started here, last first; doing it twice does nothing more."""
    while _endings:
        with suppress(Exception):  # the next one is to be stopped all the same
            _endings.pop()()


def stop_when_terminated() -> None:
    """Let a SIGTERM, too, leave nothing behind: Python runs no exit handlers for it."""

    def handler(number: int, _frame: FrameType | None) -> None:
        stop()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


@dataclass(slots=True)
class Server:
    """A server process of this run; a test may kill it, hold it still, and start it again on its files.

    It runs in a session of its own, so that Ctrl-C reaches it only through us.
    """

    command: list[str]
    home: Path
    ready: Callable[[], bool]
    ending: signal.Signals = signal.SIGTERM
    environment: dict[str, str] | None = None
    user: str | None = None
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Run it and wait until it is ready."""
        name = Path(self.command[0]).name
        log = self.home / f"{name}.log"
        with log.open("ab") as output:
            self.process = process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.home,
                env=self.environment,
                start_new_session=True,
                user=self.user,
                group=_group_of(self.user),
                extra_groups=[] if self.user else None,
            )
        within(START_SECONDS, lambda: process.poll() is not None or self.ready())
        if process.poll() is not None or not self.ready():
            said = log.read_text(errors="replace").strip()[-600:]
            raise NotStarted(f"{name} did not come up within {START_SECONDS:.0f} s:\n{said}")

    def send(self, number: signal.Signals) -> None:
        """The whole session of the server gets that signal."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """It is gone, by that signal."""
        self.send(number)
        if self.process is not None:
            self.process.wait(STOP_SECONDS)

    def end(self) -> None:
        """End the process and what it started in its session."""
        for number in (self.ending, signal.SIGKILL):
            with suppress(subprocess.TimeoutExpired):
                self.kill(number)
                return


def start(
    command: list[str],
    home: Path,
    ready: Callable[[], bool],
    *,
    ending: signal.Signals = signal.SIGTERM,
    environment: dict[str, str] | None = None,
    user: str | None = None,
) -> Server:
    """Run a server until this run ends, and wait for it."""
    server = Server(command, home, ready, ending, environment, user)
    at_the_end(server.end)
    server.start()
    return server


def run(*command: str, seconds: float, user: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, for at most so many seconds."""
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"},
        cwd="/",
        user=user,
        group=_group_of(user),
        extra_groups=[] if user else None,
    )


def _group_of(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None


def directory(name: str, owner: str | None = None) -> Path:
    """A directory that goes when the run ends."""
    made = Path(tempfile.mkdtemp(prefix=f"casebridge-{name}-", dir=roomy_memory()))
    at_the_end(lambda: shutil.rmtree(made, ignore_errors=True))
    if owner:
        shutil.chown(made, owner, _group_of(owner))
    return made


def roomy_memory() -> str | None:
    """A folder in memory, where the machine has one with room to spare: nothing here has to last."""
    try:
        free = shutil.disk_usage("/dev/shm").free
    except OSError:
        return None
    return "/dev/shm" if free > ROOM_BYTES and os.access("/dev/shm", os.W_OK) else None


def free_port() -> int:
    """A local port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def reachable(host: str, port: int) -> bool:
    """Whether something listens there."""
    return answer(host, port, b"", listen=False) is not None


def answer(host: str, port: int, greeting: bytes, *, listen: bool = True) -> bytes | None:
    """The first byte that a server answers to a greeting, or nothing if it is not there."""
    with suppress(OSError), socket.create_connection((host, port), timeout=2) as connection:
        connection.sendall(greeting)
        return connection.recv(1) if listen else b""
    return None


def within(seconds: float, check: Callable[[], bool]) -> bool:
    """Whether the check comes true in that time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if check():
            return True
        time.sleep(0.05)
    return False
