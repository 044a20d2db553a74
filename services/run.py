"""`make run`: migrate, serve all services, start the sample receiver, walk the main job, keep serving."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import uvicorn
from aiohttp import web

from examples.receiver.receiver import application
from services import demo, local
from services.embedded import all_parts, embedded
from shared import migrations

START_SECONDS = 60
STOP_SECONDS = 5


async def run(host: str, port: int, *, walk: bool) -> int:
    """Serves until Ctrl-C; the exit code is not 0 when the walk found anything off."""
    data = local.prepare()
    url, listening = f"http://{host}:{port}", _listening()
    receiver = f"127.0.0.1:{listening.getsockname()[1]}"
    os.environ.setdefault("PEER_URL", url)
    os.environ["NOTIFICATIONS_EGRESS_ALLOW"] = f'["{receiver}"]'
    for parts in all_parts().values():
        await asyncio.to_thread(migrations.upgrade, parts.migrations, parts.settings.database_url, parts.base)
    config = uvicorn.Config(
        embedded(), host=host, port=port, log_level="warning", timeout_graceful_shutdown=STOP_SECONDS
    )
    server = uvicorn.Server(config)
    async with _receiver(data, url, listening), asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.serve())
        failed = await _walked(url, f"http://{receiver}", serving) if walk else False
        if serving.done():
            return 1
        _where_to_look(url, data, failed)
        await serving
    print("\nEverything has stopped; the data is kept.", flush=True)
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


async def _walked(url: str, receiver: str, serving: "asyncio.Task[None]") -> bool:
    """Whether the walk found anything off; ends early when the server does."""
    walking = asyncio.create_task(_walk_when_up(url, receiver))
    await asyncio.wait({walking, serving}, return_when=asyncio.FIRST_COMPLETED)
    if not walking.done():
        walking.cancel()
        await asyncio.gather(walking, return_exceptions=True)
        return True
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
    for name in ("cases", "referrals", "notifications"):
        print(f"  API pages (no internet needed)   {url}/{name}/docs")
    last = demo.LAST.get("case")
    if last:
        print(f"  the case                         {url}/cases/v1/cases/{last}")
        print(f"  its timeline, with articles      {url}/cases/v1/cases/{last}/timeline")
        print(f"  the district's inbox             {url}/notifications/v1/inbox")
    token = local.token(data, demo.DISTRICT, "visitor", ["prosecutor"], seconds=12 * 3600)
    print(f"\nA token to look with (the district's prosecutor, 12 hours):\n\n  {token}\n")
    if last:
        print(f'  curl -H "Authorization: Bearer <token>" {url}/cases/v1/cases/{last}/timeline')
    print(
        "\nAlso: python -m services verify | reconcile | parked list      Ctrl-C ends everything.", flush=True
    )
