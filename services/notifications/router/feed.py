"""The feed of an endpoint: every message at a gapless position, to be fetched, followed and committed."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from typing import Annotated, Any, cast
from uuid import UUID

import orjson
from fastapi import Header, Query, Request
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Send

from services.notifications import queries
from services.notifications.actions import pulling, replaying
from services.notifications.errors import EndpointNotActive
from services.notifications.router.endpoints import KEEPERS, ThisEndpoint
from services.notifications.rules.vocabulary import EndpointState
from services.notifications.schemas import CommitIn, CommitOut, FeedItem, FeedPage, ReplayIn, ReplayOut
from shared.identity import Actor, expires_at
from shared.service import Frame
from shared.transactions import Call, CurrentActor, Transaction, anyone, door_router

router = door_router(prefix="/v1/endpoints", tags=["feed"])
POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
MOST_WAIT = 30

After = Annotated[int, Query(ge=0, lt=1 << 62, description="the last position that you have")]
Types = Annotated[list[str] | None, Query(max_length=60, description="only messages of these event types")]
Matter = Annotated[UUID | None, Query(description="only messages about this matter")]


class Watch:
    """Looks at one feed, without a transaction while it waits."""

    def __init__(
        self, frame: Frame, actor: Actor, endpoint_id: UUID, types: Sequence[str], matter: Any
    ) -> None:
        self._frame = frame
        self._actor = actor
        self._id = endpoint_id
        self._filters = {"event_types": types, "matter_id": matter}
        self._news = asyncio.Event()

    def __enter__(self) -> "Watch":
        self._frame.database.committed.append(self._committed)
        return self

    def __exit__(self, *_: object) -> None:
        self._frame.database.committed.remove(self._committed)

    def _committed(self, session: AsyncSession) -> None:
        if session.info.get("due"):
            self._news.set()

    async def look(self, after: int, limit: int) -> FeedPage:
        """What is there after that position."""
        self._news.clear()
        async with self._frame.database.reading(frame=self._frame) as session:
            endpoint = await queries.own_endpoint(session, self._actor, self._id)
            if endpoint.state is not EndpointState.ACTIVE:
                raise EndpointNotActive(state=endpoint.state)
            feed, rows = await queries.feed_of(session, self._actor, self._id, after, limit, **self._filters)
        items = [_item(row) for row in rows]
        # What a filter left out is passed over, unless the page is full.
        reached = items[-1].position if len(items) == limit else max(after, feed.last_position)
        return FeedPage(
            items=items, after=reached, last_position=feed.last_position, committed=feed.committed
        )

    async def wait(self, seconds: float) -> None:
        """Until something may have come, here or in another process, or the time is up."""
        with suppress(TimeoutError):
            async with asyncio.timeout(min(seconds, POLL_SECONDS)):
                await self._news.wait()


def _item(row: Any) -> FeedItem:
    return FeedItem(
        position=row.position,
        delivery_id=row.id,
        message_id=str(row.event_id),
        state=row.state,
        at=row.at,
        event=orjson.loads(row.body) if row.readable else None,
    )


@router.get("/{endpoint_id}/feed", response_model=FeedPage, dependencies=[anyone()])
async def read_feed(
    endpoint_id: UUID,
    request: Request,
    actor: CurrentActor,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    wait: Annotated[int, Query(ge=0, le=MOST_WAIT, description="seconds to wait for news")] = 0,
    event_type: Types = None,
    matter: Matter = None,
) -> FeedPage:
    """Messages after a position, each in the form that a webhook has; with `wait`, once there is one."""
    until = time.monotonic() + wait
    with Watch(request.app.state.frame, actor, endpoint_id, event_type or (), matter) as watch:
        while True:
            found = await watch.look(after, limit)
            left = until - time.monotonic()
            if found.items or left <= 0:
                return found
            after = found.after
            await watch.wait(left)


class Stream(StreamingResponse):
    """An answer whose messages end with it: when the client leaves, nobody looks for more."""

    async def stream_response(self, send: Send) -> None:
        """As usual, and then the messages are closed, however it ended."""
        messages = cast(AsyncGenerator[bytes, None], self.body_iterator)
        async with aclosing(messages):
            await super().stream_response(send)


@router.get(
    "/{endpoint_id}/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "messages as they come"}},
    dependencies=[anyone()],
)
async def follow_feed(
    endpoint_id: UUID,
    request: Request,
    actor: CurrentActor,
    after: After = 0,
    event_type: Types = None,
    matter: Matter = None,
    last: Annotated[int | None, Header(alias="Last-Event-ID", ge=0, lt=1 << 62)] = None,
) -> StreamingResponse:
    """The feed as server-sent events, from a position or Last-Event-ID on, until your token expires."""
    watch = Watch(request.app.state.frame, actor, endpoint_id, event_type or (), matter)
    ends = time.monotonic() + expires_at(request.headers["authorization"]) - time.time()
    begin = after if last is None else last
    first = await watch.look(begin, 50)
    return Stream(
        _events(watch, first, ends),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(watch: Watch, found: FeedPage, ends: float) -> AsyncGenerator[bytes, None]:
    """What is found, then what comes, a comment every fifteen seconds; until the token or endpoint ends."""
    beat = time.monotonic() + HEARTBEAT_SECONDS
    with watch:
        yield b": casebridge\n\n"
        while True:
            for item in found.items:
                yield b"id: %d\ndata: %s\n\n" % (item.position, orjson.dumps(item.model_dump(mode="json")))
            now = time.monotonic()
            if now >= ends:
                return
            if now >= beat:
                beat = now + HEARTBEAT_SECONDS
                yield b": still here\n\n"
            if not found.items:
                await watch.wait(min(ends, beat) - now)
            try:
                found = await watch.look(found.after, 50)
            except EndpointNotActive:
                return


@router.post("/{endpoint_id}/commitment", response_model=CommitOut, dependencies=[KEEPERS])
async def commit_feed(
    body: CommitIn, endpoint: ThisEndpoint, actor: CurrentActor, session: Transaction, call: Call
) -> CommitOut:
    """Say that you have stored everything up to a position; if you only fetch, that is its delivery."""
    await call.fresh(None)
    if endpoint.state is not EndpointState.ACTIVE:
        raise EndpointNotActive(state=endpoint.state)
    committed, delivered = await pulling.taken_up_to(session, endpoint, body.position)
    return CommitOut(committed=committed, delivered=delivered)


@router.post("/{endpoint_id}/replay", response_model=ReplayOut, status_code=201, dependencies=[KEEPERS])
async def replay_messages(
    body: ReplayIn, endpoint: ThisEndpoint, session: Transaction, call: Call
) -> ReplayOut:
    """Send messages again: of one event, or of a span; usually only what was not taken."""
    await call.fresh(None)
    wish = replaying.Wish(body.event_id, body.since, body.until, body.all)
    count, rest = await replaying.replay(session, endpoint, wish, body.reason)
    return ReplayOut(deliveries=count, next_since=rest)
