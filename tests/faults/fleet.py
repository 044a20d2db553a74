"""The three services as processes of the operating system: started, killed by their pid, started again.

Each stands on a database and on queues of its own, on servers that may be killed too. Every wait has a limit.
"""

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import aio_pika
import asyncpg
import httpx

from shared.database import Database
from tests import given
from tests.asking import Client, eventually
from tests.faults import trapdoor
from tests.faults.outside import Outside
from tests.faults.trapdoor import Fall
from tests.running import SERVICES, blueprint
from tests.servers import Own, processes
from tests.stage import Databases, clear_broker, connect

ROOT = Path(__file__).resolve().parents[2]
DEATH_SECONDS = 30.0
UP_SECONDS = 40.0


class Starter:
    """The process of which every service is a fork."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with (folder / "starter.log").open("ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.starter"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                cwd=ROOT,
                start_new_session=True,
                text=True,
            )
        processes.at_the_end(self.close)
        assert self._answer() == "ready"

    def fork(self, words: list[str], environment: Mapping[str, str], log: Path) -> int:
        """The pid of a new process that does what these words say."""
        order = {"words": words, "environment": dict(environment), "log": str(log)}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order | {"folder": str(self._folder)}) + "\n")
        self._process.stdin.flush()
        return int(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout is not None
        said = self._process.stdout.readline().strip()
        assert said, (self._folder / "starter.log").read_text()[-2000:]
        return said

    def close(self) -> None:
        """It and every service are gone."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def alive(pid: int) -> bool:
    """Whether a process of that number runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@dataclass(slots=True)
class Fleet:
    """Three services that run, what they stand on, and the client that asks them."""

    own: Own
    outside: Outside
    folder: Path
    urls: dict[str, str]
    prefix: str
    keys: Mapping[str, Path]
    starter: Starter
    ports: dict[str, int] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)
    kills: int = 0
    lost: int = 0  # messages that a test took from the broker
    answered: set[str] = field(default_factory=set)  # the leads whose registration was answered

    # -- processes ------------------------------------------------------------------------------------

    def environment(self, service: str) -> dict[str, str]:
        """What an administrator would set."""
        told = {
            "BUS_URL": f"{self.own.servers.bus_url}?prefix={self.prefix}",
            "SERVICE_KEY": given.SERVICE_KEY,
            "ISSUERS_FILE": str(self.keys["issuers_file"]),
            "PEER_URL": self.outside.url,
            "CASES_DOCUMENTS_FOLDER": str(self.folder / "documents"),
            "NOTIFICATIONS_EGRESS_ALLOW": json.dumps([self.outside.place]),
            "FAULTS_SERVICE": service,
        }
        for name, url in self.urls.items():
            told[f"{name.upper()}_DATABASE_URL"] = url
            told[f"{name.upper()}_SIGNING_KEY_FILE"] = str(self.keys["signing_key_file"])
        return told

    def start(self, *services: str) -> None:
        """They are started, and not yet ready."""
        for name in services or SERVICES:
            self.pids[name] = self.another(name, self.ports[name])

    def another(self, name: str, port: int) -> int:
        """The pid of one more process of a service, on that port."""
        words = [name, "--port", str(port)]
        return self.starter.fork(words, self.environment(name), self.folder / f"{name}.log")

    async def up(self, *services: str) -> None:
        """They answer, and say that their database and their bus do."""
        async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
            for name in services or SERVICES:
                await eventually(partial(self._well, http, name), within=UP_SECONDS)

    async def _well(self, http: httpx.AsyncClient, name: str) -> bool:
        url = f"http://127.0.0.1:{self.ports[name]}/{name}/health"
        assert alive(self.pids[name]), f"{name} has ended: {self.log(name)}"
        try:
            answer = await http.get(url)
        except httpx.HTTPError as problem:
            raise AssertionError(f"{name}: {problem!r}") from problem
        assert answer.status_code == 200, answer.text
        return True

    def log(self, service: str, most: int = 1500) -> str:
        """The end of what a service said."""
        file = self.folder / f"{service}.log"
        return file.read_text(errors="replace")[-most:] if file.exists() else ""

    def send(self, number: signal.Signals, *services: str) -> None:
        """These processes get that signal."""
        for name in services:
            os.kill(self.pids[name], number)

    async def kill(self, *services: str) -> None:
        """SIGKILL: they are gone."""
        self.send(signal.SIGKILL, *services)
        for name in services:
            await self.dead(name)

    async def dead(self, service: str, pid: int | None = None) -> None:
        """The process has ended."""
        waited = pid or self.pids[service]
        await until(lambda: not alive(waited), DEATH_SECONDS, f"{service} still runs")
        self.kills += 1

    def arm(self, fall: Fall) -> None:
        """The service will fall there."""
        trapdoor.arm(self.folder, fall)

    async def fell(self, fall: Fall) -> None:
        """It has fallen there, and the trapdoor is shut again."""
        file = trapdoor.order_file(self.folder, fall.service)
        await until(lambda: not file.exists(), DEATH_SECONDS, f"nothing came to {fall}")
        if fall.signal == signal.SIGKILL:
            await self.dead(fall.service)

    async def restart(self, *services: str) -> None:
        """What had ended runs again and is ready. While no courier ran, a minute went by for its leases."""
        if "notifications" in services:
            await self.leases_end()
        self.start(*services)
        await self.up(*services)

    async def operator(self, *words: str) -> tuple[int, str]:
        """The exit code of `python -m services WORDS...`, and what it printed."""
        log = self.folder / f"operator-{uuid4().hex[:8]}.log"
        pid = self.starter.fork(list(words), self.environment("operator"), log)
        await until(lambda: not alive(pid), DEATH_SECONDS, f"{words} does not end")
        return int((self.folder / f"{pid}.code").read_text()), log.read_text()

    def limit_files(self, service: str, most: int = resource.RLIM_INFINITY) -> None:
        """The service can write no file larger than that: its disk is full."""
        resource.prlimit(self.pids[service], resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    # -- databases and broker -------------------------------------------------------------------------

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
        """A plain connection to a service's database."""
        base, _, name = self.urls[service].rpartition("/")
        connection = await connect(base, name)
        try:
            yield connection
        finally:
            await connection.close()

    async def look(self, service: str, query: str, *values: Any) -> list[Any]:
        """The rows that a query gives."""
        async with self.database(service) as connection:
            return list(await connection.fetch(query, *values))

    @asynccontextmanager
    async def open_databases(self) -> AsyncIterator[dict[str, Database]]:
        """The databases as an administrator's commands open them."""
        opened = {name: Database(url, pool_size=2) for name, url in self.urls.items()}
        try:
            yield opened
        finally:
            for each in opened.values():
                await each.close()

    async def leases_end(self) -> None:
        """The leases that nobody serves any more end, as they do after a minute."""
        async with self.database("notifications") as connection:
            await connection.execute("UPDATE lanes SET lease_until = now() WHERE lease_until > now()")
            late = "UPDATE endpoints SET challenge_due_at = now() WHERE challenge_due_at > now()"
            await connection.execute(late)

    async def patience_ends(self, *services: str) -> None:
        """What waits for an earlier event has waited for half a minute."""
        for name in services:
            async with self.database(name) as connection:
                await connection.execute("UPDATE parked SET since = since - interval '31 seconds'")

    async def cut(self, service: str, which: str = "true") -> int:
        """Connections of a service are cut by the database, in whatever they were doing; how many."""
        ours = "datname = current_database() AND pid <> pg_backend_pid()"
        query = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours} AND {which}"
        return len(await self.look(service, query))

    @asynccontextmanager
    async def channel(self) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
        """A channel of our own to the broker."""
        async with await aio_pika.connect(self.own.servers.bus_url, timeout=10) as connection:
            yield await connection.channel()

    def inbox_of(self, service: str) -> str:
        """The name of a service's queue."""
        return f"{self.prefix}{service}.inbox"

    async def waiting(self, service: str) -> int:
        """How many messages wait in a service's queue."""
        async with self.channel() as channel:
            queue = await channel.declare_queue(self.inbox_of(service), passive=True)
            return queue.declaration_result.message_count or 0

    async def sent(self, *services: str) -> None:
        """Everything that these services recorded has been confirmed by the broker."""

        async def empty() -> bool:
            for name in services or SERVICES:
                assert await self.look(name, "SELECT count(*) FROM outbox") == [(0,)], name
            return True

        await eventually(empty, within=30)

    # -- asking ---------------------------------------------------------------------------------------

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        """Asks each service at its own port."""
        transport = ByName(self.ports)
        async with httpx.AsyncClient(transport=transport, base_url="http://casebridge", timeout=30) as http:
            yield Client(http)

    async def close(self) -> None:
        """Everything has ended; its databases go with their server."""
        self.starter.close()
        with suppress(Exception):  # the broker may be what failed
            await clear_broker(self.own.servers.bus_url, self.prefix, SERVICES)


class ByName(httpx.AsyncBaseTransport):
    """Sends a request to the port of the service that its path names, as the gateway does."""

    def __init__(self, ports: Mapping[str, int]) -> None:
        self._ports = ports
        self._http = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The service's answer."""
        name = request.url.path.split("/")[1]
        request.url = request.url.copy_with(host="127.0.0.1", port=self._ports[name])
        return await self._http.handle_async_request(request)

    async def aclose(self) -> None:
        """No more connections."""
        await self._http.aclose()


async def until(check: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """The check has come true in that time."""

    async def checked() -> bool:
        assert check(), otherwise
        return True

    await eventually(checked, within=seconds)


async def launch(
    own: Own, outside: Outside, folder: Path, keys: Mapping[str, Path], databases: Databases
) -> Fleet:
    """A fleet on fresh databases, up and ready."""
    urls = {name: await databases.fresh(blueprint(name)) for name in SERVICES}
    starter = await asyncio.to_thread(Starter, folder)
    fleet = Fleet(own, outside, folder, urls, f"f{uuid4().hex[:10]}.", keys, starter)
    fleet.ports = {name: processes.free_port() for name in SERVICES}
    outside.ports = fleet.ports
    outside.arrivals.clear()
    for name in SERVICES:
        async with fleet.database(name) as connection:
            await connection.execute(trapdoor.EFFECTS)
    fleet.start()
    await fleet.up()
    return fleet
