"""The processes of a measurement, on servers of their own and on fresh databases."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import orjson

from shared.identity import new_key
from tests.running import SERVICES, blueprint
from tests.servers import postgresql, processes, rabbitmq
from tests.stage import at, connect, drop_databases

ROOT = Path(__file__).resolve().parents[1]
DURABLE = postgresql.DURABLE | {"shared_buffers": "256MB", "max_wal_size": "4GB"}


@dataclass(slots=True)
class Machinery:
    """PostgreSQL with every commit on the disk, and RabbitMQ; both gone when the run ends."""

    database_url: str
    bus_url: str
    pids: dict[str, int]

    @classmethod
    def start(cls) -> "Machinery":
        """Both servers, from the binaries that are installed here."""
        processes.stop_when_terminated()
        binaries, broker = postgresql.installed(), rabbitmq.installed()
        assert binaries, "PostgreSQL is not installed"
        assert broker, "RabbitMQ is not installed"
        with ThreadPoolExecutor(2) as pool:
            database = pool.submit(postgresql.launch, binaries, DURABLE)
            bus = pool.submit(rabbitmq.launch, broker)
        (database_url, one), (bus_url, two) = database.result(), bus.result()
        assert one.process
        assert two.process
        return cls(database_url, bus_url, {"postgresql": one.process.pid, "rabbitmq": two.process.pid})


@dataclass(slots=True)
class Fleet:
    """Three services, the receiver, and what they stand on."""

    machinery: Machinery
    folder: Path
    urls: dict[str, str]
    more: dict[str, str]
    ports: dict[str, int] = field(default_factory=dict)
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def pids(self) -> dict[str, int]:
        """Every process whose time is measured."""
        return {name: each.pid for name, each in self.running.items()} | self.machinery.pids

    def receiver(self, path: str) -> str:
        """The address of one receiver."""
        return f"http://127.0.0.1:{self.ports['receiver']}{path}"

    def _environment(self) -> dict[str, str]:
        told = os.environ | {
            "BUS_URL": f"{self.machinery.bus_url}?prefix=b{uuid4().hex[:8]}.",
            "SERVICE_KEY": "a key of this measurement alone",
            "PEER_URL": f"http://127.0.0.1:{self.ports['referrals']}",
            "LOG_LEVEL": "WARNING",
            "CASES_DOCUMENTS_FOLDER": str(self.folder / "documents"),
            "NOTIFICATIONS_EGRESS_ALLOW": json.dumps([f"127.0.0.1:{self.ports['receiver']}"]),
        }
        key = self.folder / "key.json"
        key.write_bytes(orjson.dumps(new_key("bench-1").as_dict(private=True)))
        for name, url in self.urls.items():
            told |= {f"{name.upper()}_DATABASE_URL": url, f"{name.upper()}_SIGNING_KEY_FILE": str(key)}
        return told | self.more

    async def start(self) -> None:
        """All are up."""
        self.ports = {name: processes.free_port() for name in ("receiver", *SERVICES)}
        words = {
            "receiver": ["bench.receiver", str(self.ports["receiver"])],
            "cases": ["services", "cases", "--port", str(self.ports["cases"])],
            "referrals": ["bench.source", str(self.ports["referrals"])],
            "notifications": ["services", "notifications", "--port", str(self.ports["notifications"])],
        }
        environment = self._environment()
        for name, said in words.items():
            self.running[name] = self._begin(name, said, environment)
        async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
            for name in SERVICES:
                await self._well(http, name)

    def _begin(self, name: str, words: list[str], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{name}.log").open("ab") as log:
            started = subprocess.Popen(
                [sys.executable, "-m", *words], cwd=ROOT, env=environment, start_new_session=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE if name == "referrals" else log, stderr=log,
            )  # fmt: skip
        processes.at_the_end(started.kill)
        return started

    async def _well(self, http: httpx.AsyncClient, name: str) -> None:
        for _ in range(600):
            assert self.running[name].poll() is None, (self.folder / f"{name}.log").read_text()[-2000:]
            try:
                if (await http.get(f"http://127.0.0.1:{self.ports[name]}/{name}/health")).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.1)
        raise TimeoutError(f"{name} did not come up")

    async def record(self, **order: Any) -> dict[str, float]:
        """Events are recorded as ordered; when each was committed."""
        source = self.running["referrals"]
        assert source.stdin
        assert source.stdout
        source.stdin.write(orjson.dumps(order) + b"\n")
        source.stdin.flush()
        return dict(orjson.loads(await asyncio.to_thread(source.stdout.readline)))

    async def taken(self, count: int, seconds: float) -> list[tuple[str, str, float, str, int]]:
        """What the receiver took, once it is that many (or the time is up)."""
        async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
            for _ in range(int(seconds / 0.25)):
                if int((await http.get(self.receiver("/count"))).text) >= count:
                    break
                await asyncio.sleep(0.25)
            found: list[tuple[str, str, float, str, int]] = (await http.get(self.receiver("/taken"))).json()
            return found

    @asynccontextmanager
    async def database(self) -> AsyncIterator["asyncpg.Connection[Any]"]:
        """A plain connection to the database of `notifications`."""
        base, _, name = self.urls["notifications"].rpartition("/")
        connection = await connect(base, name)
        try:
            yield connection
        finally:
            await connection.close()

    async def settled(self) -> None:
        """No event is on its way any more."""
        for _ in range(1200):
            counts = [await self._outbox(name) for name in SERVICES]
            if not any(counts):
                return
            await asyncio.sleep(0.1)

    async def _outbox(self, name: str) -> int:
        base, _, database = self.urls[name].rpartition("/")
        connection = await connect(base, database)
        try:
            return int(await connection.fetchval("SELECT count(*) FROM outbox"))
        finally:
            await connection.close()

    async def end(self) -> None:
        """All is over; the databases are gone."""
        for each in self.running.values():
            each.kill()
            each.wait(10)
            for pipe in (each.stdin, each.stdout):
                if pipe:
                    pipe.close()
        await drop_databases(
            self.machinery.database_url, [url.rpartition("/")[2] for url in self.urls.values()]
        )


@asynccontextmanager
async def fleet(machinery: Machinery, **more: str) -> AsyncIterator[Fleet]:
    """A running fleet; `more` are variables of its environment."""
    urls = {name: await _fresh(machinery.database_url, name) for name in SERVICES}
    made = Fleet(machinery, processes.directory("bench"), urls, more)
    try:
        await made.start()
        yield made
    finally:
        await made.end()


async def _fresh(server: str, service: str) -> str:
    name = f"bench_{service}_{uuid4().hex[:8]}"
    admin = await connect(server, "postgres")
    try:
        await admin.execute(f"CREATE DATABASE {name}")
    finally:
        await admin.close()
    url = at(server, name)
    await asyncio.to_thread(blueprint(service).migrate, url)
    return url


def names(prefix: str, count: int) -> Sequence[str]:
    """So many codes of organisations."""
    return [f"{prefix}-{number:03}" for number in range(count)]
