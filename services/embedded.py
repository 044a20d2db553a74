"""All three services in one process on one port, under the same public paths that a gateway serves."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from types import MappingProxyType

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from services.cases import app as cases
from services.notifications import app as notifications
from services.referrals import app as referrals
from shared.problems import NotFound, problem
from shared.service import Parts, service

PARTS: Mapping[str, Callable[[], Parts]] = MappingProxyType(
    {"cases": cases.parts, "referrals": referrals.parts, "notifications": notifications.parts}
)


def all_parts() -> dict[str, Parts]:
    """The parts of every service, with settings from the environment."""
    return {name: parts() for name, parts in PARTS.items()}


class Embedded:
    """The parent of the three apps: hands a request to the one its path names, and runs their lifespans."""

    def __init__(self, apps: Mapping[str, FastAPI]) -> None:
        self.apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, or the lifespan of all."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        first = scope["path"].lstrip("/").partition("/")[0]
        app: ASGIApp = self.apps.get(first, _index)
        await app(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """All three run: a mounted app gets no lifespan by itself, so each is entered here."""
        async with AsyncExitStack() as stack:
            for app in self.apps.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with self.running():
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as exc:
            await send({"type": "lifespan.startup.failed", "message": str(exc)})
            raise
        await send({"type": "lifespan.shutdown.complete"})


async def _index(scope: Scope, receive: Receive, send: Send) -> None:
    """What is here, for whoever asks at the root or at an unknown path."""
    docs = {name: f"/{name}/docs" for name in PARTS}
    found = scope["path"] == "/"
    answer = JSONResponse({"casebridge": docs}) if found else problem(Request(scope), NotFound(known=docs))
    await answer(scope, receive, send)


def embedded() -> Embedded:
    """The three services with settings from the environment."""
    return Embedded({name: service(parts) for name, parts in all_parts().items()})
