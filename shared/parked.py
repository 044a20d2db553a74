"""Events that wait in a service's inbox, at the administrator's hand: list them, retry or skip one."""

from datetime import datetime
from typing import Annotated

from fastapi import Query, Request
from pydantic import Field
from sqlalchemy import select

from shared.identity import Role
from shared.inbox import NotWaiting, Why, parked
from shared.paging import Page, Paging, page
from shared.problems import Refusal
from shared.schemas import Body, Out, Text
from shared.transactions import CurrentActor, Reading, door_router, roles

router = door_router(prefix="/v1/parked-events", tags=["events that wait"])
SHOWN = ("source", "subject", "seq", "state", "error", "since")


class NotParked(Refusal):
    """No such event waits here, or its turn has not come."""

    zh = "没有该待处理事件，或尚未轮到该事件"


class ParkedOut(Out):
    """One event that waits: where it stands in its source's journal, why, and since when."""

    source: str
    subject: str
    seq: int
    state: Why
    error: str | None
    since: datetime


class RetryIn(Body):
    """Which event: as the list names it."""

    source: Annotated[str, Text(40)]
    subject: Annotated[str, Text(80)]
    seq: Annotated[int, Field(ge=1, lt=1 << 31)]


class SkipIn(RetryIn):
    """Which event is passed over, and why."""

    reason: Annotated[str, Text(500)]


class RetryOut(Out):
    """Whether the event could be applied now."""

    applied: bool


@router.get("", response_model=Page[ParkedOut], dependencies=[roles(Role.ADMIN, Role.AUDITOR)])
async def list_parked(
    session: Reading, paging: Paging, state: Annotated[Why, Query()] = Why.QUARANTINED
) -> Page[ParkedOut]:
    """The events that wait for one reason, the longest first; a quarantined one waits for you."""
    asked = select(*(parked.c[name] for name in SHOWN)).where(parked.c.state == state)
    order = (parked.c.since, parked.c.source, parked.c.subject, parked.c.seq)
    rows, following = await page(session, asked, order, paging, descending=False)
    return Page(items=[ParkedOut.model_validate(row) for row in rows], next=following)


@router.post("/retry", response_model=RetryOut, dependencies=[roles(Role.ADMIN)])
async def retry_parked(body: RetryIn, request: Request) -> RetryOut:
    """Try a quarantined event again, and what waits behind it."""
    inbox = request.app.state.frame.inbox
    try:
        return RetryOut(applied=await inbox.retry(body.source, body.subject, body.seq))
    except NotWaiting:
        raise NotParked(source=body.source, subject=body.subject, seq=body.seq) from None


@router.post("/skipping", response_model=RetryOut, dependencies=[roles(Role.ADMIN)])
async def skip_parked(body: SkipIn, actor: CurrentActor, request: Request) -> RetryOut:
    """Pass over a quarantined event for good, recorded with the reason; what waits behind it goes on."""
    inbox = request.app.state.frame.inbox
    try:
        await inbox.skip(body.source, body.subject, body.seq, body.reason, actor)
    except NotWaiting:
        raise NotParked(source=body.source, subject=body.subject, seq=body.seq) from None
    return RetryOut(applied=False)
