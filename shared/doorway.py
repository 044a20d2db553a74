"""What every request passes first: a request id, a trace, limits on the body, a clock on the whole."""

import asyncio
import os
import re
import time
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.problems import problem, unexpected

_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
_TRACE = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")

MOST_JSON_BYTES = 1 << 20
MOST_UPLOAD_BYTES = 2 << 30
RECEIVE_SECONDS = 20.0


class Doorway:
    """Innermost of nothing, outermost of all: names the request, bounds it, and measures it."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name: value for name, value in scope["headers"] if name in _NEEDED}
        request_id = _request_id(headers)
        scope.setdefault("state", {})
        scope["state"]["request_id"] = request_id
        scope["state"]["traceparent"] = _traceparent(headers)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id, service=self._service)
        await self._measured(scope, receive, send, headers, request_id)

    async def _measured(
        self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes], request_id: str
    ) -> None:
        started, status = time.perf_counter(), 500
        begun = False

        async def sending(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                message["headers"] = [*message.get("headers", []), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self._app(scope, _bounded(receive, headers), sending)
        except Exception as exc:
            if begun:
                raise
            await problem(Request(scope), unexpected(exc))(scope, receive, sending)
        finally:
            self._observe(scope, status, time.perf_counter() - started)

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        frame = getattr(scope["app"].state, "frame", None) if "app" in scope else None
        if frame is not None:
            route: Any = scope.get("route")
            path = getattr(route, "path", "unmatched")
            frame.metrics.requests.labels(scope["method"], path, str(status)).observe(seconds)


_NEEDED = (b"x-request-id", b"traceparent", b"content-length", b"content-type")


def _request_id(headers: dict[bytes, bytes]) -> str:
    said = headers.get(b"x-request-id", b"").decode("latin-1")
    return said if _ID.match(said) else os.urandom(12).hex()


def _traceparent(headers: dict[bytes, bytes]) -> str:
    said = headers.get(b"traceparent", b"").decode("latin-1")
    return said if _TRACE.match(said) else f"00-{os.urandom(16).hex()}-{os.urandom(8).hex()}-00"


def _bounded(receive: Receive, headers: dict[bytes, bytes]) -> Receive:
    """The body in pieces, refused when it grows beyond its limit or stops coming."""
    uploading = not headers.get(b"content-type", b"application/json").startswith(b"application/json")
    most = MOST_UPLOAD_BYTES if uploading else MOST_JSON_BYTES
    said = headers.get(b"content-length", b"0")
    seen = 0
    ended = False

    async def receiving() -> Message:
        nonlocal seen, ended
        if said.isdigit() and int(said) > most:
            raise HTTPException(413)
        if ended:  # after the body only a disconnect can come, and that may take as long as the answer
            return await receive()
        try:
            async with asyncio.timeout(RECEIVE_SECONDS):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408) from None
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            ended = not message.get("more_body", False)
            if seen > most:
                raise HTTPException(413)
        return message

    return receiving
