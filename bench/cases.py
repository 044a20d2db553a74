"""CPU of `cases` per create, act, read and page, in small and large tables, for three kinds of askers.

`python -m bench cases [--sizes 1000,200000] [--requests 150] [--store figures.json]`. Measured is the time on
a processor of the serving process alone (all its threads, less what it spends when idle), not the time on a
clock: neither the database nor the asker counts. Beside it stand a bare FastAPI and asyncpg endpoint that
sends the same statements, at each size, and a FastAPI hello. All but that are asked by turns and the median
of five rounds counts, so that a change in the machine's own pace falls on all alike. A list that costs over
1.3 times as much at the largest size as at the smallest makes the exit code 1. PostgreSQL is found or started
as for the tests.
"""

import argparse
import asyncio
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import InitVar, dataclass, field
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import httpx
import orjson
from sqlalchemy import event
from sqlalchemy.engine import Engine, make_url

from bench.crowd import Crowd, enter
from bench.serving import RECORDED, the_parts
from shared.database import Database
from shared.identity import new_key
from shared.organisations import OfficeTree
from tests import given, servers
from tests.given import DISTRICT, NEIGHBOUR, SUPREME, Person
from tests.running import alone, blueprint
from tests.servers.processes import free_port
from tests.stage import at, connect, drop_databases

WARM = 40
SETTLE = 2.0
BY = {
    "supreme": given.prosecutor(SUPREME),
    "primary": given.prosecutor(DISTRICT),
    "grant-only": given.prosecutor(NEIGHBOUR),
}
LEAD = {"title": "小区强制人脸识别", "source": "media", "summary": "报道称小区强制业主人脸识别" * 4,
        "harm": "业主信息被收集", "places": [DISTRICT]}  # fmt: skip
ASSESSMENT = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "可查"}
PAGES = {
    "list": "/cases/v1/cases",
    "list by stage": "/cases/v1/cases?stage=reviewed",
    "list by text": "/cases/v1/cases?text=病历",
    "leads": "/cases/v1/leads",
    "leads by stage": "/cases/v1/leads?stage=filed",
    "leads by emphasis": "/cases/v1/leads?sort=emphasis",
    "worklist": "/cases/v1/worklists/office",
}
SCENARIOS = ("create", "act", "read", *PAGES)
HEALTH = {"service": "/cases/health", "bare": "/hello"}
ROUNDS = 5
MOST_GROWTH = 1.3

Ask = Callable[[int], Awaitable[httpx.Response]]
Figures = dict[tuple[str, int, str, str], float]  # by kind of server, size, scenario and asker
Sent = tuple[str, Any]


@dataclass(slots=True)
class Asker:
    """Asks a served application as a person, and knows which leads it made."""

    http: httpx.AsyncClient
    by: InitVar[Person]
    headers: dict[str, str] = field(init=False)
    made: list[dict[str, Any]] = field(default_factory=list)
    read: str = ""

    def __post_init__(self, by: Person) -> None:
        self.headers = dict(by.headers)  # one token for all requests, as a system keeps it for some minutes

    async def create(self, _: int) -> httpx.Response:
        """Registers a lead."""
        answer = await self._post("/cases/v1/leads", LEAD)
        self.made.append(answer.json())
        return answer

    async def act(self, _: int) -> httpx.Response:
        """Assesses one of the leads that were made."""
        lead = self.made.pop()
        etag = {"If-Match": f'"{lead["etag"]}"'}
        return await self._post(f"/cases/v1/leads/{lead['id']}/assessment", ASSESSMENT, etag)

    async def look(self, _: int) -> httpx.Response:
        """Reads a case."""
        return await self.http.get(self.read, headers=self.headers)

    def page(self, path: str) -> Ask:
        """Reads a page of a list."""

        async def ask(_: int) -> httpx.Response:
            return await self.http.get(path, headers=self.headers)

        return ask

    async def ready(self) -> None:
        """Knows a case to read."""
        first = await self.http.get("/cases/v1/cases?limit=1", headers=self.headers)
        self.read = f"/cases/v1/cases/{first.json()['items'][0]['id']}"

    def scenarios(self) -> dict[str, Ask]:
        """Everything that is measured, in order."""
        pages = {name: self.page(path) for name, path in PAGES.items()}
        return dict(zip(SCENARIOS, (self.create, self.act, self.look, *pages.values()), strict=True))

    async def _post(self, path: str, body: Any, more: Any = None) -> httpx.Response:
        headers = self.headers | {"Idempotency-Key": uuid4().hex} | (more or {})
        return await self.http.post(path, json=body, headers=headers)


# --- Measuring ---------------------------------------------------------------------------------------


def on_cpu(pid: int) -> float:
    """How long the threads of a process have been on a processor, in seconds."""
    files = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(file.read_text().split()[0]) for file in files) / 1e9


@contextmanager
def served(kind: str, url: str, folder: Path) -> Iterator[tuple[int, str]]:
    """That kind of server in a process of its own: its pid and address."""
    port = free_port()
    command = [sys.executable, "-m", "bench.serving", kind, url, str(folder), str(port)]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})
    try:
        yield process.pid, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


async def spent(pid: int, ask: Ask, requests: int, idle: float = 0.0) -> float:
    """Milliseconds of CPU per request, without what an idle server spends."""
    loop = asyncio.get_running_loop()
    cpu, began = on_cpu(pid), loop.time()
    for n in range(requests):
        (await ask(n)).raise_for_status()
    return (on_cpu(pid) - cpu - idle * (loop.time() - began)) / requests * 1000


async def _up(http: httpx.AsyncClient, path: str) -> None:
    for _ in range(600):
        try:
            await http.get(path)
            return
        except httpx.TransportError:
            await asyncio.sleep(0.1)
    raise SystemExit("the server did not start")


async def _idle(pid: int) -> float:
    """What share of a processor the server uses when nobody asks."""
    await asyncio.sleep(SETTLE)
    before = on_cpu(pid)
    await asyncio.sleep(2 * SETTLE)
    return (on_cpu(pid) - before) / (2 * SETTLE)


@dataclass(slots=True)
class Place:
    """A server that is measured: the service or the bare endpoints, on tables of one size."""

    kind: str
    size: int
    pid: int
    http: httpx.AsyncClient
    idle: float = 0.0

    async def asks(self, who: str) -> dict[str, Ask]:
        """What that person asks here, by scenario."""
        if self.kind == "service":
            asker = Asker(self.http, BY[who])
            await asker.ready()
            return asker.scenarios()
        return {name: self._replay(f"{name}@{who}") for name in SCENARIOS}

    def _replay(self, name: str) -> Ask:
        async def ask(_: int) -> httpx.Response:
            return await self.http.get(f"/bare/{name}")

        return ask


async def compared(places: Sequence[Place], asks: Sequence[Ask], requests: int) -> list[float]:
    """CPU per request at each place, asked by turns: the machine has fast and slow minutes."""
    for place, ask in zip(places, asks, strict=True):
        await spent(place.pid, ask, WARM)
    rounds = [
        [
            await spent(place.pid, ask, requests // ROUNDS, place.idle)
            for place, ask in zip(places, asks, strict=True)
        ]
        for _ in range(ROUNDS)
    ]
    return [median(each) for each in zip(*rounds, strict=True)]


async def of_all(urls: Mapping[tuple[str, int], str], folder: Path, requests: int) -> Figures:
    """The figures of every scenario for every asker at every place, and a hello."""
    found: Figures = {}
    async with AsyncExitStack() as stack:
        places = []
        for (kind, size), url in urls.items():
            pid, address = stack.enter_context(served(kind, url, folder / str(size)))
            http = httpx.AsyncClient(base_url=address, timeout=60, trust_env=False)
            places.append(Place(kind, size, pid, await stack.enter_async_context(http)))
        for place in places:
            await _up(place.http, HEALTH[place.kind])
            place.idle = await _idle(place.pid)
        for who in BY:
            asked = [await place.asks(who) for place in places]
            for name in SCENARIOS:
                each = await compared(places, [asks[name] for asks in asked], requests)
                found |= {
                    (place.kind, place.size, name, who): ms for place, ms in zip(places, each, strict=True)
                }
        bare = next(place for place in places if place.kind == "bare")
        (found["bare", bare.size, "hello", ""],) = await compared(
            [bare], [lambda _: bare.http.get("/hello")], requests
        )
    return found


# --- Preparing ---------------------------------------------------------------------------------------


async def grown(server: str, many: int) -> str:
    """A migrated database with so many cases, its statistics up to date; its URL."""
    url = await _created(server, f"bench_{many}_{uuid4().hex[:6]}")
    await asyncio.to_thread(blueprint("cases").migrate, url)
    database = Database(url)
    async with database.writing() as session:
        await enter(session, OfficeTree.load(), Crowd(many, DISTRICT, NEIGHBOUR))
    await database.close()
    driver = await connect(server, str(make_url(url).database))
    await driver.execute("VACUUM ANALYZE", timeout=600)
    await driver.close()
    return url


async def _created(server: str, name: str, template: str = "template1") -> str:
    admin = await connect(server, "postgres")
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    await admin.close()
    return at(server, name)


async def recorded(server: str, url: str, folder: Path) -> str:
    """The statements of each scenario, as the service sends them; a copy in which they were not sent yet."""
    made: dict[str, list[dict[str, Any]]] = {}
    async with alone(the_parts(url, folder)) as running:
        for who, by in BY.items():
            made[who] = [await running.client.create("/cases/v1/leads", LEAD, by=by) for _ in range(2)]
    name = str(make_url(url).database)
    copy = await _created(server, f"{name}_bare", name)
    sent: dict[str, list[Sent]] = {}
    async with alone(the_parts(url, folder)) as running:
        for who, by in BY.items():
            asker = Asker(running.client.http, by)
            await asker.ready()
            for scenario, ask in asker.scenarios().items():
                asker.made = made[who] if scenario == "act" else []
                (await ask(0)).raise_for_status()
                with _listening() as seen:
                    (await ask(1)).raise_for_status()
                sent[f"{scenario}@{who}"] = seen
    (folder / RECORDED).write_bytes(pickle.dumps(sent))
    return copy


_seen: ContextVar[list[Sent] | None] = ContextVar("sent", default=None)


@event.listens_for(Engine, "before_cursor_execute")
def _keep(_: Any, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
    seen = _seen.get()
    if seen is not None:
        seen += [(statement, each) for each in (parameters if many else [parameters])]


@contextmanager
def _listening() -> Iterator[list[Sent]]:
    """What this task sends meanwhile, and no other."""
    seen: list[Sent] = []
    token = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(token)


# --- Telling -----------------------------------------------------------------------------------------


def told(sizes: Sequence[int], found: Figures) -> Iterator[str]:
    """The figures as a table."""
    small, large = sizes[0], sizes[-1]
    hello = found["bare", small, "hello", ""]
    heads = "".join(f"{f'{size:,}':>10}" for size in sizes)
    bare = "".join(f"{f'bare {size:,}':>14}{'x bare':>8}" for size in sizes)
    yield f"CPU of the serving process per request, ms; FastAPI hello: {hello:.2f}"
    yield f"{'':29}{heads}{'grows':>8}{bare}{'x hello':>9}"
    for who, name in product(BY, SCENARIOS):
        ours = {size: found["service", size, name, who] for size in sizes}
        theirs = {size: found["bare", size, name, who] for size in sizes}
        each = "".join(f"{ours[size]:10.2f}" for size in sizes)
        bare = "".join(f"{ms:14.2f}{ours[size] / ms:8.1f}" for size, ms in theirs.items())
        grows = ours[large] / ours[small]
        yield f"{name:17} {who:11}{each}{grows:8.2f}{bare}{ours[small] / hello:9.1f}"


def grown_too_far(sizes: Sequence[int], found: Figures) -> list[str]:
    """The lists that cost too much more in the largest tables than in the smallest."""
    ratios = {
        (name, who): found["service", sizes[-1], name, who] / found["service", sizes[0], name, who]
        for name, who in product(PAGES, BY)
    }
    return [f"{name} ({who}): {ratio:.2f}" for (name, who), ratio in ratios.items() if ratio > MOST_GROWTH]


def _store(file: Path, found: Figures) -> None:
    """The figures as they were measured, for whoever writes about them."""
    plain = {f"{kind} {size} {name} {who}".strip(): ms for (kind, size, name, who), ms in found.items()}
    file.write_bytes(orjson.dumps(plain, option=orjson.OPT_INDENT_2))


async def measure(sizes: Sequence[int], requests: int, store: Path | None = None) -> int:
    """Everything, from the servers to the table; how many lists grow too far."""
    server = servers.provide_database()
    urls: dict[tuple[str, int], str] = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for size in sizes:
            here = folder / str(size)
            here.mkdir()
            (here / "issuers.json").write_bytes(given.issuers())
            (here / "signing-key.json").write_bytes(orjson.dumps(new_key("bench").as_dict(private=True)))
            urls["service", size] = await grown(server, size)
            urls["bare", size] = await recorded(server, urls["service", size], here)
        found = await of_all(urls, folder, requests)
    print("\n".join(told(sizes, found)))
    if store is not None:
        _store(store, found)
    await drop_databases(server, [str(make_url(url).database) for url in urls.values()])
    far = grown_too_far(sizes, found)
    if far:
        print(f"\nGROWS BEYOND {MOST_GROWTH}: {'; '.join(far)}", file=sys.stderr)
    return len(far)


def main(arguments: Sequence[str]) -> int:
    """Reads what is asked for, measures, and prints; 1 when a list grows too far."""
    asked = argparse.ArgumentParser(prog="python -m bench cases")
    asked.add_argument("--sizes", default="1000,200000", help="how many cases, smallest first")
    asked.add_argument("--requests", type=int, default=150, help=f"how many of each, in {ROUNDS} rounds")
    asked.add_argument("--store", type=Path, help="a JSON file for the figures")
    said = asked.parse_args(arguments)
    if said.requests < ROUNDS:
        asked.error(f"at least {ROUNDS} requests: they are asked in as many rounds")
    sizes = list(dict.fromkeys(int(size) for size in said.sizes.split(",")))
    return int(asyncio.run(measure(sizes, said.requests, said.store)) > 0)
