"""The HTTP door: who asks, one transaction per request committed *before* the answer, and the call at hand.

`Transaction` has scope "function": FastAPI leaves it after the route has returned and its answer has been
made, and before the answer is sent. So a client never holds a 201 for a row that failed to commit.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, Protocol
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared import idempotency, standing
from shared.idempotency import Replayed, Stored
from shared.identity import Actor, Kind, Role
from shared.journal import Origin
from shared.problems import (
    MEDIA_TYPE,
    ChangedMeanwhile,
    Malformed,
    NotAuthenticated,
    NotFound,
    PreconditionRequired,
    RoleRequired,
    StaleEpoch,
    UnknownParameter,
)

if TYPE_CHECKING:
    from shared.service import Frame

_bearer = HTTPBearer(auto_error=False, description="a token of an issuer in the table of issuers")
_ETAG = re.compile(r'^"(\d{1,9}(?:\.\d{1,9})?)"$')


class Tagged(Protocol):
    """A thing with a version: `"{epoch}.{revision}"` for matters, `"{revision}"` for others."""

    @property
    def etag(self) -> str: ...


def frame(session: AsyncSession) -> "Frame":
    """The service's frame: offices, calendar, settings, whatever is the same for every transaction."""
    found: Frame = session.info["frame"]
    return found


async def current_actor(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Actor:
    """The actor of the bearer token; 401 when there is none to believe."""
    if credentials is None:
        raise NotAuthenticated(reason="no bearer token")
    frame_: Frame = request.app.state.frame
    actor = await frame_.identity.actor(credentials.credentials)
    request.state.actor = actor
    return actor


CurrentActor = Annotated[Actor, Depends(current_actor)]


def origin(request: Request, actor: Actor) -> Origin:
    """Where the transaction of this request comes from."""
    frame_: Frame = request.app.state.frame
    return Origin(frame_.name, actor, request.state.request_id, request.state.traceparent)


async def _transaction(request: Request, actor: CurrentActor) -> AsyncIterator[AsyncSession]:
    frame_: Frame = request.app.state.frame
    async with frame_.database.writing(frame=frame_, origin=origin(request, actor)) as session:
        request.state.session = session
        yield session


async def _reading(request: Request) -> AsyncIterator[AsyncSession]:
    frame_: Frame = request.app.state.frame
    async with frame_.database.reading(frame=frame_) as session:
        yield session


Transaction = Annotated[AsyncSession, Depends(_transaction, scope="function")]
Reading = Annotated[AsyncSession, Depends(_reading, scope="function")]


def tag(request: Request, thing: Tagged) -> None:
    """The answer carries this thing's ETag, as it is when the answer is made."""
    request.state.tagged = thing


class HttpCall:
    """The call at hand: its idempotency key, its If-Match, and the thing whose ETag the answer carries."""

    def __init__(self, request: Request, session: AsyncSession, actor: Actor) -> None:
        self._request = request
        self._session = session
        self._actor = actor
        self._key = ""
        self._stored: Stored | None = None
        self._instead: BaseModel | None = None

    async def claim(self) -> None:
        """Take the idempotency key, or find the answer that was given under it."""
        self._key = idempotency.key_of(self._request)
        digest = await idempotency.request_digest(self._request)
        self._stored = await idempotency.claim(self._session, self._actor, self._key, digest)

    def admit(self, thing: Tagged) -> None:
        """Go on with an act on a visible thing: a repeated call gets its answer, a stale one is refused."""
        if self._stored:
            raise Replayed(self._stored)
        _check_match(self._request.headers.get("if-match"), thing.etag)
        self.tag(thing)

    async def fresh(self, sees: Callable[[UUID], Awaitable[bool]] | None = None) -> None:
        """Go on with a creation: a repeated call gets its answer, if what it shows is still visible.

        `sees` answers for the stored thing's id; without it the matter's standing decides.
        """
        if self._stored is None:
            return
        if sees is not None and self._stored.thing_id is not None:
            visible = await sees(self._stored.thing_id)
        else:
            visible = await self._matter_visible()
        if not visible:
            raise NotFound()
        raise Replayed(self._stored)

    async def _matter_visible(self) -> bool:
        if self._stored is None or self._stored.matter_id is None or self._actor.kind is not Kind.OFFICE:
            return True
        here = standing.matters.c.id
        allowed = select(here).where(here == self._stored.matter_id, standing.permits(here, self._actor))
        return await self._session.scalar(allowed) is not None

    def tag(self, thing: Tagged) -> None:
        """The answer carries this thing's ETag."""
        tag(self._request, thing)

    def keep_as(self, answer: BaseModel) -> None:
        """Under the key is kept this instead of the answer, which holds what is shown once."""
        self._instead = answer

    async def keep(self, response: Response) -> None:
        """Store a success under the key, in the effect's transaction."""
        if self._stored is not None:
            raise RuntimeError("a repeated call went on: the route asked neither `admit` nor `fresh`")
        if not 200 <= response.status_code < 300:
            return
        thing = getattr(self._request.state, "tagged", None)
        matter_id, thing_id = getattr(thing, "matter_id", None), getattr(thing, "id", None)
        body = self._instead.model_dump_json().encode() if self._instead else bytes(response.body)
        answer = Stored(response.status_code, response.headers.get("etag"), body, matter_id, thing_id)
        await idempotency.store(self._session, self._actor, self._key, answer)


async def _call(request: Request, session: Transaction, actor: CurrentActor) -> HttpCall:
    call = HttpCall(request, session, actor)
    await call.claim()
    request.state.call = call
    return call


Call = Annotated[HttpCall, Depends(_call, scope="function")]


def _check_match(said: str | None, etag: str) -> None:
    if not said:
        raise PreconditionRequired()
    match = _ETAG.match(said.strip())
    if not match:
        raise Malformed(errors=[{"at": "header.if-match", "problem": "not an ETag of this service"}])
    if match[1] == etag:
        return
    moved = "." in etag and match[1].split(".")[0] != etag.split(".")[0]
    raise (StaleEpoch if moved else ChangedMeanwhile)(yours=match[1], current=etag)


async def replay(_: Request, exc: Exception) -> Response:
    """The stored answer, as it was, marked as a repetition."""
    assert isinstance(exc, Replayed)
    headers = {"Idempotency-Replayed": "true"} | ({"ETag": exc.stored.etag} if exc.stored.etag else {})
    return Response(exc.stored.body, exc.stored.status, headers, "application/json")


class DoorRoute(APIRoute):
    """A route that, while its transaction is still open, sets the ETag and keeps the answer under its key."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """FastAPI's handler, and then those two steps."""
        handle = super().get_route_handler()

        async def door(request: Request) -> Response:
            response: Response = await handle(request)
            tagged: Tagged | None = getattr(request.state, "tagged", None)
            if tagged is not None:
                response.headers["ETag"] = f'"{tagged.etag}"'
            call: HttpCall | None = getattr(request.state, "call", None)
            if call is not None:
                await call.keep(response)
            return response

        return door


async def _strict_query(request: Request) -> None:
    route: APIRoute = request.scope["route"]
    known: set[str] | None = getattr(route, "_known_parameters", None)
    if known is None:
        fields = get_flat_params(route.dependant)
        known = {field.alias for field in fields if isinstance(field.field_info, params.Query)}
        route._known_parameters = known  # type: ignore[attr-defined]
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise UnknownParameter(unknown=unknown[:10], known=sorted(known))


class Problem(BaseModel):
    """A problem document (RFC 9457); members beside these depend on the code."""

    type: str
    title: str
    status: int
    code: str
    instance: str
    request_id: str | None = None


_ANSWERS: dict[int, str] = {
    401: "no token, or none that this service believes",
    403: "your role may not do this",
    404: "no such thing, or not one that you may see",
    408: "the body did not arrive in time",
    409: "the law, the stage or another writer says no",
    412: "stale: it moved or changed since you read it",
    413: "the body is too large",
    415: "the body is of a type that is not taken here",
    422: "malformed: unknown or wrong fields or parameters",
    428: "If-Match or Idempotency-Key is missing",
    503: "a needed part does not answer; see Retry-After",
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": words, "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
    for status, words in _ANSWERS.items()
}


def door_router(prefix: str, tags: list[str]) -> APIRouter:
    """A router whose routes refuse unknown query parameters and speak in problems."""
    return APIRouter(
        prefix=prefix,
        tags=list(tags),
        route_class=DoorRoute,
        dependencies=[Depends(_strict_query)],
        responses=PROBLEMS,
    )


class Policy:
    """Who may use a route at all: actors with one of these roles; none named means any authenticated one."""

    def __init__(self, roles: frozenset[Role]) -> None:
        self.roles = roles

    async def __call__(self, actor: CurrentActor) -> None:
        """Refuse an actor without such a role."""
        if self.roles and not self.roles & actor.roles:
            raise RoleRequired(required=sorted(self.roles), yours=sorted(actor.roles))


def roles(*allowed: Role) -> Any:
    """The policy of a route: one of these roles."""
    return Depends(Policy(frozenset(allowed)))


def anyone() -> Any:
    """The policy of a route: any authenticated actor; what they see is up to the query."""
    return Depends(Policy(frozenset()))
