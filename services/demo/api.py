"""How the walk speaks to the system: as an office's or agency's own machine would."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx

from services import local
from services.demo.people import Person
from shared.identity import AGENCY, sign_token

T = TypeVar("T")
WAIT_SECONDS = 30.0
LOOK_SECONDS = 0.1

Json = dict[str, Any]


class Off(Exception):
    """Something is not as it should be."""


class Api:
    """Calls with a token of whoever acts, an idempotency key, and the ETag last seen."""

    def __init__(self, http: httpx.AsyncClient, data: Path) -> None:
        self._http = http
        self._data = data

    def token(self, person: Person) -> str:
        """An agency signs with its own registered key; for offices the local issuer does."""
        if person.roles == ("agency_officer",):
            key = local.agency_key(self._data, person.org)
            return sign_token(key, AGENCY + person.org, person.org, person.sub, list(person.roles), 300)
        return local.token(self._data, person.org, person.sub, list(person.roles), 600)

    async def call(self, person: Person, method: str, path: str, **arguments: Any) -> httpx.Response:
        """One call, whatever the answer."""
        headers = {"Authorization": f"Bearer {self.token(person)}", "Accept-Language": "en"}
        headers |= arguments.pop("headers", {})
        return await self._http.request(method, path, headers=headers, **arguments)

    async def get(self, person: Person, path: str, **parameters: Any) -> Json:
        """What this person sees there."""
        return good(await self.call(person, "GET", path, params=parameters)).json()  # type: ignore[no-any-return]

    async def post(self, person: Person, path: str, body: Json, *, etag: str | None = None) -> Json:
        """An act, said once: an answer that was lost would be given again under the same key."""
        headers = {"Idempotency-Key": new_key()} | ({"If-Match": etag} if etag else {})

        async def said() -> Json | None:
            answer = await self.call(person, "POST", path, json=body, headers=headers)
            # What another service has not heard of yet may be asked again, under the same key.
            return None if "retry-after" in answer.headers else good(answer).json()

        return await self.until(f"POST {path}", said)

    async def act(self, person: Person, thing: str, act: str, body: Json) -> Json:
        """An act on a thing as it stands now."""
        etag = good(await self.call(person, "GET", thing)).headers["etag"]
        return await self.post(person, f"{thing}/{act}", body, etag=etag)

    async def upload(self, person: Person, path: str, content: bytes, name: str, media_type: str) -> Json:
        """A document, as bytes."""
        headers = {"Idempotency-Key": new_key(), "Content-Type": media_type}
        answer = await self.call(
            person, "POST", path, content=content, params={"name": name}, headers=headers
        )
        return good(answer).json()  # type: ignore[no-any-return]

    async def until(self, what: str, look: Callable[[], Awaitable[T | None]]) -> T:
        """What the look finds, as soon as it finds something; off when it never does."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                while True:
                    if (found := await look()) is not None:
                        return found
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise Off(f"waited {WAIT_SECONDS:.0f} s in vain for: {what}") from None

    async def until_in(self, person: Person, path: str, *, what: str, **fields: Any) -> Json:
        """The thing at that path, as soon as its fields have these values."""

        async def look() -> Json | None:
            answer = await self.call(person, "GET", path)
            if answer.status_code == 404:
                return None
            thing: Json = good(answer).json()
            return thing if all(thing[name] == value for name, value in fields.items()) else None

        return await self.until(what, look)


def new_key() -> str:
    """An Idempotency-Key nobody used."""
    return os.urandom(12).hex()


def good(answer: httpx.Response) -> httpx.Response:
    """The answer, if it is a success; off otherwise."""
    if answer.is_success:
        return answer
    asked = f"{answer.request.method} {answer.request.url.path}"
    raise Off(f"{asked} answered {answer.status_code}: {answer.text[:600]}")
