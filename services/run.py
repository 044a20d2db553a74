"""`make run`: migrate, serve all services, start the sample receiver, walk the main job, keep serving."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import uvicorn

from services import demo, local
from services.embedded import all_parts, embedded
from shared import migrations

START_SECONDS = 60
STOP_SECONDS = 5


async def run(host: str, port: int, *, walk: bool) -> int:
    """Serves until Ctrl-C; the exit code is not 0 when the walk found anything off."""
    data = local.prepare()
    url = f"http://{host}:{port}"
    os.environ.setdefault("PEER_URL", url)
    os.environ.setdefault("NOTIFICATIONS_EGRESS_ALLOW", f'["127.0.0.1:{local.RECEIVER_PORT}"]')
    for parts in all_parts().values():
        await asyncio.to_thread(migrations.upgrade, parts.migrations, parts.settings.database_url, parts.base)
    config = uvicorn.Config(
        embedded(), host=host, port=port, log_level="warning", timeout_graceful_shutdown=STOP_SECONDS
    )
    server = uvicorn.Server(config)
    async with _receiver(data, url), asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.serve())
        failed = await _walked(url, serving) if walk else False
        if serving.done():
            return 1
        _where_to_look(url, data, failed)
        await serving
    return int(failed)


async def _walked(url: str, serving: "asyncio.Task[None]") -> bool:
    """Whether the walk found anything off; ends early when the server does."""
    walking = asyncio.create_task(_walk_when_up(url))
    await asyncio.wait({walking, serving}, return_when=asyncio.FIRST_COMPLETED)
    if not walking.done():
        walking.cancel()
        await asyncio.gather(walking, return_exceptions=True)
        return True
    return walking.result() != 0


async def _walk_when_up(url: str) -> int:
    async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(START_SECONDS):
        while True:
            try:
                if (await http.get(f"{url}/cases/health/live")).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.1)
    return await demo.main(url)


@asynccontextmanager
async def _receiver(data: Path, url: str) -> AsyncIterator[None]:
    """The sample agency receiver as a process of its own, as an agency would run it."""
    for code in demo.AGENCIES:
        local.agency_key(data, code)
    words = ["-m", "examples.receiver", "--base-url", url, "--port", str(local.RECEIVER_PORT)]
    words += ["--keys", str(data / "agencies"), *demo.AGENCIES]
    process = await asyncio.create_subprocess_exec(sys.executable, *words, start_new_session=True)
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await process.wait()
            except TimeoutError:
                process.kill()


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
