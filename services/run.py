"""`make run`: migrate, serve all services and the sample receiver, walk the main job, prove, keep serving."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import uvicorn
from aiohttp import web

from examples.receiver.receiver import application
from services import demo, local, prove
from services.embedded import all_parts, embedded
from services.serving import configured
from shared import migrations

START_SECONDS = 60
STOP_SECONDS = 5
ARRIVE_SECONDS = 30.0
LOOK_SECONDS = 0.05
STOPPED = "\nEverything has stopped; the data is kept."
ELSEWHERE = (
    "End what listens there, or serve other data elsewhere: CASEBRIDGE_DATA=var2 make run ARGS='--port 8001'"
)


async def run(host: str, port: int, *, walk: bool) -> int:
    """Serves until Ctrl-C; the exit code is not 0 when the walk found anything off."""
    try:  # before the data is touched: perhaps it is already served
        door = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as exc:
        print(f"{host}:{port}: {os.strerror(exc.errno or 0)}. {ELSEWHERE}", file=sys.stderr)
        return 1
    data = local.prepare()
    url, listening = f"http://{host}:{port}", _listening()
    receiver = f"127.0.0.1:{listening.getsockname()[1]}"
    os.environ.setdefault("PEER_URL", url)
    allowed = json.loads(os.environ.get("NOTIFICATIONS_EGRESS_ALLOW") or "[]")
    os.environ["NOTIFICATIONS_EGRESS_ALLOW"] = json.dumps([receiver, *allowed])
    for parts in all_parts().values():
        await asyncio.to_thread(migrations.upgrade, parts.migrations, parts.settings.database_url, parts.base)
    server = uvicorn.Server(configured(embedded(), host=host, port=port))
    async with _receiver(data, url, listening), asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.serve(sockets=[door]))
        failed = walk and await _walked(url, f"http://{receiver}", server, serving)
        if not (serving.done() or server.should_exit):
            failed = (walk and await _off_in_the_books()) or failed
            _where_to_look(url, data, failed)
        with suppress(asyncio.CancelledError):  # uvicorn raises Ctrl-C again once everything has stopped
            await serving
    print(STOPPED, flush=True)
    return int(failed)


def _listening() -> socket.socket:
    """Where the sample receiver listens: its usual port, or any other if that one is taken."""
    for port in (local.RECEIVER_PORT, 0):
        found = socket.socket()
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind(("127.0.0.1", port))
            return found
        except OSError:
            found.close()
    raise OSError("no port to listen on")


async def _walked(url: str, receiver: str, server: uvicorn.Server, serving: "asyncio.Task[None]") -> bool:
    """Whether the walk found anything off; ends early when the server does."""
    walking = asyncio.create_task(_walk_when_up(url, receiver))
    while not (walking.done() or serving.done() or server.should_exit):
        await asyncio.wait({walking, serving}, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    if not walking.done():
        walking.cancel()
        await asyncio.gather(walking, return_exceptions=True)
        return not server.should_exit
    return walking.result() != 0


async def _walk_when_up(url: str, receiver: str) -> int:
    async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(START_SECONDS):
        while True:
            try:
                if (await http.get(f"{url}/cases/health/live")).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.1)
    return await demo.main(url, receiver)


async def _off_in_the_books() -> bool:
    """Whether a journal was changed, or an event or delivery is missing after what is on its way arrived."""
    print("\nProofs: was anything in the journals changed, is any event or delivery missing?\n", flush=True)
    return await prove.verify(checkpoint=False) + await prove.reconcile(ARRIVE_SECONDS) > 0


@asynccontextmanager
async def _receiver(data: Path, url: str, listening: socket.socket) -> AsyncIterator[None]:
    """The sample agency receiver, speaking HTTP alone; in this process, so that it ends with it."""
    keys = {code: data / "agencies" / f"{code}.json" for code in demo.AGENCIES}
    for code in keys:
        local.agency_key(data, code)
    runner = web.AppRunner(application(url, keys), shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        yield
    finally:
        await runner.cleanup()


def _where_to_look(url: str, data: Path, failed: bool) -> None:
    print(f"\n{'Something was off; see above.' if failed else 'All as it should be.'} Serving on {url}\n")
    print("In a browser, without internet (enter the token below under Authorize):\n")
    for name in local.SERVICES:
        print(f"  {url}/{name}/docs")
    token = local.token(data, demo.DISTRICT, "visitor", ["prosecutor"], seconds=12 * 3600)
    print(f"\nIn another terminal, as a prosecutor of the district {demo.DISTRICT}, for 12 hours:\n")
    print(f"  TOKEN={token}\n")
    last = demo.LAST.get("case")
    for what, path in (
        ("the case", f"/cases/v1/cases/{last}"),
        ("its timeline, with articles", f"/cases/v1/cases/{last}/timeline"),
        ("the office's inbox", "/notifications/v1/inbox"),
    ):
        if last:
            print(f'  curl -s -H "Authorization: Bearer $TOKEN" {url}{path}   # {what}')
    print("\nAnother token, and the proofs again:\n")
    where = f"CASEBRIDGE_DATA={data} " if "CASEBRIDGE_DATA" in os.environ else ""
    for command in (f"token --org {demo.DISTRICT} --role prosecutor", "verify", "reconcile", "parked list"):
        print(f"  {where}.venv/bin/python -m services {command}")
    print("\nCtrl-C ends everything; the data stays.", flush=True)
