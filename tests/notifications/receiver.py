"""A real receiver on a real port: it keeps what arrives and answers what it is told to answer."""

import asyncio
import json
import ssl
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Arrived:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body)
        return read


@dataclass
class Receiver:
    """Answers `answers` one after another, then `status`; a challenge it answers unless told not to."""

    port: int = 0
    scheme: str = "http"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0
    proves_itself: bool = True
    answers: deque[int] = field(default_factory=deque)
    arrived: list[Arrived] = field(default_factory=list)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/in") -> str:
        return f"{self.scheme}://{self.place}{path}"

    @property
    def messages(self) -> list[Arrived]:
        return [each for each in self.arrived if "challenge" not in each.event["data"]]

    async def take(self, request: web.Request) -> web.Response:
        arrived = Arrived(request.path, dict(request.headers), await request.read())
        self.arrived.append(arrived)
        await asyncio.sleep(self.delay)
        challenge = _challenge(arrived.body)
        if challenge and self.proves_itself:
            return web.json_response({"challenge": challenge})
        status = self.answers.popleft() if self.answers else self.status
        return web.Response(status=status, headers=self.headers, body=self.body)


def _challenge(body: bytes) -> str | None:
    try:
        read = json.loads(body)
    except ValueError:
        return None
    return str(read["data"]["challenge"]) if "challenge" in read.get("data", {}) else None


@asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None, port: int = 0) -> AsyncIterator[Receiver]:
    """A receiver that listens until the block ends."""
    receiver = Receiver(scheme="https" if tls else "http")
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls)
        await site.start()
        receiver.port = runner.addresses[0][1]
        yield receiver
    finally:
        await runner.cleanup()
