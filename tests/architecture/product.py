"""The product as the architecture tests ask it: each service's parts, routes and events, never running."""

import dataclasses
from collections.abc import Iterator

from fastapi.routing import APIRoute

from services.documents import all_parts, published
from shared import parked
from shared.events import Event
from tests.running import SERVICES

PARTS = all_parts()


@dataclasses.dataclass(frozen=True)
class Door:
    """One route of one service."""

    service: str
    route: APIRoute

    def __str__(self) -> str:
        return f"{'/'.join(sorted(self.methods))} /{self.service}{self.route.path}"

    @property
    def methods(self) -> set[str]:
        """GET, POST ..."""
        return set(self.route.methods or ())


def doors() -> Iterator[Door]:
    """Every documented route of every service."""
    for name in SERVICES:
        for router in (*PARTS[name].routers, parked.router):
            for route in router.routes:
                assert isinstance(route, APIRoute)
                yield Door(name, route)


def events() -> Iterator[tuple[str, type[Event]]]:
    """Everything that is announced, by wire type."""
    for name in SERVICES:
        yield from published(PARTS[name])
