"""Real PostgreSQL and RabbitMQ for the tests, found or provided, in this order:

1. `TEST_DATABASE_URL` and `TEST_BUS_URL` name running servers;
2. installed binaries are started privately: own directory, own free ports, nothing kept;
3. containers, if a Docker daemon really answers;
4. as root on Debian or Ubuntu, the packages are installed, then as 2;
5. otherwise the run ends with a sentence that says what to do. It never skips.

Only what was started here is stopped, by its own process, however the run ends.
"""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.servers import postgresql, processes, rabbitmq
from tests.servers.kinds import Kind
from tests.servers.postgresql import POSTGRESQL
from tests.servers.processes import NotStarted, Server
from tests.servers.rabbitmq import RABBITMQ

INSTALL_SECONDS = 600
PULL_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the servers listen: a PostgreSQL URL without a database, and an AMQP URL."""

    database_url: str
    bus_url: str


def provide() -> Servers:
    """Both servers, ready for use, started side by side. Ends the whole run if one cannot be had."""
    processes.stop_when_terminated()
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(_provide, kind) for kind in (POSTGRESQL, RABBITMQ)]
    if problems := [str(problem) for one in waiting if (problem := one.exception())]:
        pytest.exit("\n\n".join(problems), returncode=3)
    return Servers(*(one.result() for one in waiting))


def provide_database() -> str:
    """PostgreSQL alone, ready for use: its URL without a database."""
    processes.stop_when_terminated()
    return _provide(POSTGRESQL)


@dataclass(frozen=True, slots=True)
class Own:
    """Servers that a test may kill: started here, for it, and durable."""

    servers: Servers
    postgresql: Server
    rabbitmq: Server


def provide_own() -> Own:
    """Both servers, started from binaries whatever else is provided, since only our own may be killed."""
    processes.stop_when_terminated()
    with ThreadPoolExecutor(2) as pool:
        database = pool.submit(lambda: postgresql.launch(_binaries(POSTGRESQL), postgresql.DURABLE))
        bus = pool.submit(lambda: rabbitmq.launch(_binaries(RABBITMQ)))
    if problems := [str(problem) for one in (database, bus) if (problem := one.exception())]:
        pytest.exit("\n\n".join(problems), returncode=3)
    (database_url, its_server), (bus_url, broker) = database.result(), bus.result()
    return Own(Servers(database_url, bus_url), its_server, broker)


def _binaries(kind: Kind) -> Path:
    """Where the server's binaries are, installed if need be."""
    if not (found := kind.installed()):
        _install(kind)
        found = kind.installed()
    if found is None:
        raise NotStarted(
            f"Tests that kill {kind.name} need its own binaries here: install the package {kind.package}."
        )
    return found


def _provide(kind: Kind) -> str:
    if given := os.environ.get(kind.variable):
        return _named(kind, given)
    tried: list[str] = []
    for way in (_from_binaries, _from_container, _from_packages):
        try:
            if url := way(kind):
                return url
        except (NotStarted, OSError, subprocess.SubprocessError) as problem:
            tried.append(f"  {way.__name__.removeprefix('_')}: {problem}")
    raise NotStarted(_what_to_do(kind, tried))


def _what_to_do(kind: Kind, tried: list[str]) -> str:
    lines = [
        f"The tests need a real {kind.name}, and none can be had here. Any one of these is enough:",
        f"  - install it (Debian, Ubuntu: apt-get install --no-install-recommends {kind.package});",
        "  - start a Docker daemon;",
        f"  - name a running one that tests may write to: {kind.variable}={kind.url.format(port=kind.port)}",
    ]
    return "\n".join(lines + (["What was tried:", *tried] if tried else []))


def _named(kind: Kind, url: str) -> str:
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or kind.port
    if not processes.within(processes.START_SECONDS, lambda: processes.reachable(host, port)):
        raise NotStarted(f"{kind.variable} names {host}:{port}, but nothing answers there.")
    return url


def _from_binaries(kind: Kind) -> str | None:
    return kind.start(found) if (found := kind.installed()) else None


def _from_container(kind: Kind) -> str | None:
    if not shutil.which("docker") or processes.run("docker", "info", seconds=10).returncode:
        return None
    published = ("--publish", f"127.0.0.1::{kind.port}")
    started = processes.run(
        "docker", "run", "--detach", "--rm", *published, *kind.container, seconds=PULL_SECONDS
    )
    if started.returncode:
        raise NotStarted(started.stderr.strip()[-300:])
    container = started.stdout.strip()
    processes.at_the_end(lambda: processes.run("docker", "rm", "--force", container, seconds=30))
    port = int(processes.run("docker", "port", container, str(kind.port), seconds=10).stdout.split(":")[-1])
    if not processes.within(processes.START_SECONDS, lambda: kind.answers("127.0.0.1", port)):
        raise NotStarted(f"the container did not answer within {processes.START_SECONDS:.0f} s")
    return kind.url.format(port=port)


def _from_packages(kind: Kind) -> str | None:
    return _from_binaries(kind) if _install(kind) else None


def _install(kind: Kind) -> bool:
    """Whether the package was installed: as root on Debian or Ubuntu."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    with _INSTALLING, _no_service_is_started():
        print(f"Installing {kind.package} ...", flush=True)
        apt = ("apt-get", "-o", f"DPkg::Lock::Timeout={INSTALL_SECONDS:.0f}")  # another may be installing too
        processes.run(*apt, "update", seconds=INSTALL_SECONDS)
        install = (*apt, "install", "-y", "--no-install-recommends", kind.package)
        done = processes.run(*install, seconds=INSTALL_SECONDS)
    if done.returncode:
        raise NotStarted((done.stderr or done.stdout).strip()[-300:])
    return True


_INSTALLING = threading.Lock()
_POLICY = Path("/usr/sbin/policy-rc.d")


@contextmanager
def _no_service_is_started() -> Iterator[None]:
    """Debian's own switch: a package installed now starts no system service."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink(missing_ok=True)
