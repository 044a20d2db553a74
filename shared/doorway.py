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

from shared.problems import problem, problem_of, unexpected

_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
_HIDDEN = re.compile(rb"%(?:2e|2f|5c)", re.IGNORECASE)
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
            if _unsound(scope):
                raise HTTPException(422)
            await self._app(scope, _bounded(scope, receive, headers), sending)
        except HTTPException as exc:
            await problem_of(Request(scope), exc)(scope, receive, sending)
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
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"
            frame.metrics.requests.labels(method, path, str(status)).observe(seconds)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_NEEDED = (b"x-request-id", b"traceparent", b"content-length", b"content-type")


def _request_id(headers: dict[bytes, bytes]) -> str:
    said = headers.get(b"x-request-id", b"").decode("latin-1")
    return said if _ID.match(said) else os.urandom(12).hex()


def _traceparent(headers: dict[bytes, bytes]) -> str:
    said = headers.get(b"traceparent", b"").decode("latin-1")
    return said if _TRACE.match(said) else f"00-{os.urandom(16).hex()}-{os.urandom(8).hex()}-00"


def _unsound(scope: Scope) -> bool:
    """Whether path or query hold a NUL, which no database keeps, or the path a hidden slash or dot."""
    query: bytes = scope.get("query_string", b"")
    hidden = _HIDDEN.search(scope.get("raw_path") or b"")
    return "\0" in scope["path"] or hidden is not None or b"%00" in query or b"\0" in query


def _bounded(scope: Scope, receive: Receive, headers: dict[bytes, bytes]) -> Receive:
    """The body in pieces, refused when it grows beyond its limit or stops coming."""
    said = headers.get(b"content-length", b"0")
    length = int(said) if said.isdigit() and len(said) < 20 else 0
    seen = 0
    ended = False
    whole = asyncio.get_running_loop().time() + RECEIVE_SECONDS

    async def receiving() -> Message:
        nonlocal seen, ended
        if ended:  # after the body only a disconnect can come, and that may take as long as the answer
            return await receive()
        streams = _streams(scope, headers)
        most = MOST_UPLOAD_BYTES if streams else MOST_JSON_BYTES
        if length > most:
            raise HTTPException(413)
        try:
            async with asyncio.timeout(RECEIVE_SECONDS) if streams else asyncio.timeout_at(whole):
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


def _streams(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Whether the route takes its body in pieces: one that has it parsed keeps all of it in memory."""
    if headers.get(b"content-type", b"application/json").startswith(b"application/json"):
        return False
    return getattr(scope.get("route"), "body_field", None) is None
