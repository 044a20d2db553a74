"""A private PostgreSQL for one test run."""

import os
import pwd
import shutil
import signal
import struct
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from tests.servers import processes
from tests.servers.kinds import Kind

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "500",
    "shared_buffers": "64MB",
    # Nothing here outlives the run, so nothing has to reach the disk.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


def installed() -> Path | None:
    """The folder of the newest server binaries on this machine."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if packaged:
        return packaged[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


# For tests in which the server itself crashes: what was committed has to be on the disk.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def start(binaries: Path) -> str:
    """A fresh cluster on a free port; its URL without a database."""
    return launch(binaries)[0]


def launch(binaries: Path, more: Mapping[str, str] = MappingProxyType({})) -> tuple[str, processes.Server]:
    """A fresh cluster with these settings too: its URL without a database, and the server itself."""
    owner, port = _unprivileged(), processes.free_port()
    home = processes.directory("postgresql", owner)
    data = str(home / "data")
    made = processes.run(
        *(str(binaries / "initdb"), "-D", data, "-A", "trust", "-U", "postgres"),
        *("-E", "UTF8", "--no-locale", "--no-sync"),
        seconds=processes.START_SECONDS,
        user=owner,
    )
    if made.returncode:
        raise processes.NotStarted(made.stderr.strip()[-300:])
    settings = [f"--{name}={value}" for name, value in (SETTINGS | dict(more) | {"port": str(port)}).items()]
    server = processes.start(
        [str(binaries / "postgres"), "-D", data, *settings],
        home,
        lambda: answers("127.0.0.1", port),
        ending=signal.SIGQUIT,  # PostgreSQL's immediate shutdown
        user=owner,
    )
    return POSTGRESQL.url.format(port=port), server


def answers(host: str, port: int) -> bool:
    """Whether the server lets us in, not merely whether something holds the port."""
    body = struct.pack("!I", 196608) + b"user\0postgres\0database\0postgres\0\0"
    return processes.answer(host, port, struct.pack("!I", len(body) + 4) + body) == b"R"


def _unprivileged() -> str | None:
    """Whom root becomes, since PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    return "postgres" if any(entry.pw_name == "postgres" for entry in pwd.getpwall()) else "nobody"


POSTGRESQL = Kind(
    name="PostgreSQL",
    variable="TEST_DATABASE_URL",
    package="postgresql",
    url="postgresql+asyncpg://postgres@127.0.0.1:{port}",
    port=5432,
    container=(
        *("--env", "POSTGRES_HOST_AUTH_METHOD=trust", "postgres:17"),
        *("-c", "fsync=off", "-c", "max_connections=500"),
    ),
    installed=installed,
    start=start,
    answers=answers,
)
