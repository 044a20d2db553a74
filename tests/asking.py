"""How tests ask: as a person, over ASGI, in sentences; and how they wait for what follows."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import uuid4

import httpx
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from tests.given import Person

T = TypeVar("T")


def one_address(apps: Mapping[str, FastAPI]) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """All services at one address, each under its own name, as the gateway serves them."""

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        await apps[scope["path"].split("/")[1]](scope, receive, send)

    return dispatch


class Client:
    """Asks as a person: `await client.get(path, by=somebody)`; acts carry a fresh idempotency key."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def get(self, path: str, by: Person | None = None, **parameters: Any) -> httpx.Response:
        """The answer to a GET."""
        return await self.http.get(path, params=parameters, headers=_who(by))

    async def post(
        self,
        path: str,
        json: Any = None,
        *,
        by: Person | None = None,
        etag: str | None = None,
        key: str | None = "",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The answer to a POST; `key=None` sends no Idempotency-Key, "" a new one."""
        sent = dict(_who(by)) | ({"If-Match": etag} if etag else {}) | dict(headers or {})
        if key is not None:
            sent["Idempotency-Key"] = key or uuid4().hex
        return await self.http.post(path, json={} if json is None else json, headers=sent)

    async def read(self, path: str, by: Person, **parameters: Any) -> Any:
        """What a GET that must succeed says."""
        return _succeeded(await self.get(path, by, **parameters)).json()

    async def etag(self, path: str, by: Person) -> str:
        """The ETag of a thing as it is now."""
        return _succeeded(await self.get(path, by)).headers["ETag"]

    async def create(self, path: str, json: Any, *, by: Person) -> Any:
        """What a creation that must succeed says."""
        return _succeeded(await self.post(path, json, by=by)).json()

    async def act(self, thing: str, act: str, json: Any = None, *, by: Person) -> Any:
        """What an official act on a thing, in its present version, says; it must succeed."""
        etag = await self.etag(thing, by)
        return _succeeded(await self.post(f"{thing}/{act}", json, by=by, etag=etag)).json()


def _who(by: Person | None) -> Mapping[str, str]:
    return by.headers if by else {}


def _succeeded(response: httpx.Response) -> httpx.Response:
    asked = f"{response.request.method} {response.url.path}"
    assert response.is_success, f"{asked}: {response.status_code} {response.text}"
    return response


@asynccontextmanager
async def asking(apps: Mapping[str, FastAPI]) -> AsyncIterator[Client]:
    """A client of these applications."""
    transport = httpx.ASGITransport(app=one_address(apps))
    async with httpx.AsyncClient(transport=transport, base_url="http://casebridge", timeout=30) as http:
        yield Client(http)


async def eventually(
    check: Callable[[], Awaitable[T | None]], within: float = 30.0, most_pause: float = 0.2
) -> T:
    """What the check gives once it gives something; it may also fail (assert) until it holds."""
    deadline = time.monotonic() + within
    pause, said = 0.02, "nothing"
    while True:
        try:
            if found := await check():
                return found
        except AssertionError as problem:
            said = str(problem) or "an assertion failed"
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {said}")
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, most_pause)
