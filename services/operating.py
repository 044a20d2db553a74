"""Deliveries at the operator's hand: `python -m services deliveries ...`, where no HTTP is needed.

The same actions as over REST, in the database itself, recorded as the operator's with a reason.
"""

import argparse
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.embedded import all_parts
from services.notifications.actions import by_hand, endpoints, replaying, reporting
from services.notifications.events import subject_of
from services.notifications.queries import overview
from services.notifications.rules.vocabulary import DeliveryState, Held
from services.notifications.tables import Delivery, Endpoint
from shared import clock, journal
from shared.identity import Actor, Kind, Role
from shared.journal import Origin
from shared.problems import NotFound, Refusal
from shared.service import Frame, Parts, make_frame

LISTED = 200
EVER = datetime(2020, 1, 1, tzinfo=UTC)
WITH_REASON = ("retry", "skip", "replay", "pause", "resume", "disable")
Act = Callable[[AsyncSession, argparse.Namespace], Awaitable[str]]


async def deliveries(arguments: argparse.Namespace, parts: Parts | None = None) -> int:
    """One look, or one act with a reason, in the service of these parts; 0 when it was done."""
    if arguments.action in WITH_REASON and not (arguments.id and arguments.reason):
        print(f"{arguments.action} needs --id and --reason")
        return 2
    frame = make_frame(parts or all_parts()["notifications"])
    operator = Actor("operator", "operator", "", Kind.SERVICE, frozenset({Role.ADMIN}), 9)
    origin = Origin("notifications", operator, "operator")
    try:
        async with frame.database.writing(frame=frame, origin=origin) as session:
            print(await ACTS[arguments.action](session, arguments))
        return 0
    except Refusal as refused:
        print(f"refused: {refused.code()} {refused.data}")
        return 1
    finally:
        await _closed(frame)


async def _closed(frame: Frame) -> None:
    await frame.bus.close()
    await frame.database.close()


async def _overview(session: AsyncSession, _: argparse.Namespace) -> str:
    found = await overview.totals(session, clock.today())
    lines = [f"{state.value}: {found.states.get(state, 0)}" for state in overview.UNFINISHED]
    lines += [f"endpoints {state}: {count}" for state, count in sorted(found.endpoints.items())]
    lines += [f"oldest waiting: {found.oldest_waiting_at or 'none'}"]
    for name in ("blocked_lanes", "failing_endpoints", "expiring_endpoints", "quarantined_events"):
        lines.append(f"{name.replace('_', ' ')}: {getattr(found, name)}")
    return "\n".join(lines)


async def _list(session: AsyncSession, arguments: argparse.Namespace) -> str:
    asked = overview.stuck(DeliveryState(arguments.state))
    rows = (await session.execute(asked.order_by(overview.ROWS.at, overview.ROWS.id).limit(LISTED))).all()
    return (
        "\n".join(
            f"{row.id} {row.state.value} {row.event_type} no. {row.number} of matter {row.matter_id} "
            f"to {row.owner} since {row.at:%F %T}, tries {row.tries}"
            for row in rows
        )
        or f"nothing is {arguments.state}"
    )


async def _endpoints(session: AsyncSession, _: argparse.Namespace) -> str:
    rows = (
        await session.execute(overview.standings().order_by(Endpoint.owner, Endpoint.id).limit(LISTED))
    ).all()
    waiting = await overview.waiting_at(session, [row.id for row in rows])
    lines = []
    for row in rows:
        counts = ", ".join(f"{count} {state.value}" for state, (count, _) in waiting.get(row.id, {}).items())
        state = f"{row.state.value}, breaker {row.breaker.value}, until {row.expires_on}"
        lines.append(f"{row.id} {row.owner}: {state}; {counts or 'nothing waits'}")
    return "\n".join(lines) or "no endpoints"


async def _report(session: AsyncSession, _: argparse.Namespace) -> str:
    found = await reporting.look(session, clock.today())
    states = ", ".join(f"{count} {state}" for state, count in sorted(found.states.items())) or "none"
    return f"today's deliveries: {states}; {'; '.join(found.wrong) or 'no gap in any lane or feed'}"


async def _delivery(session: AsyncSession, arguments: argparse.Namespace) -> Delivery:
    delivery = await session.get(Delivery, arguments.id)
    if delivery is None:
        raise NotFound(what="delivery")
    return delivery


async def _endpoint(session: AsyncSession, arguments: argparse.Namespace) -> Endpoint:
    await journal.lock(session, subject_of(arguments.id))
    endpoint = await session.scalar(select(Endpoint).where(Endpoint.id == arguments.id))
    if endpoint is None:
        raise NotFound(what="endpoint")
    return endpoint


async def _retry(session: AsyncSession, arguments: argparse.Namespace) -> str:
    again = await by_hand.retry(session, await _delivery(session, arguments), arguments.reason)
    return f"sent again as {again.id}"


async def _skip(session: AsyncSession, arguments: argparse.Namespace) -> str:
    await by_hand.skip(session, await _delivery(session, arguments), arguments.reason)
    return "skipped; recorded in the journal"


async def _replay(session: AsyncSession, arguments: argparse.Namespace) -> str:
    wish = replaying.Wish(None, arguments.since or EVER, None, arguments.all)
    endpoint = await _endpoint(session, arguments)
    count, rest = await replaying.replay(session, endpoint, wish, arguments.reason)
    return f"{count} sent again" + (f"; go on with --since {rest.isoformat()}" if rest else "")


async def _pause(session: AsyncSession, arguments: argparse.Namespace) -> str:
    await endpoints.pause(session, await _endpoint(session, arguments), arguments.reason)
    return "paused; what comes is held"


async def _resume(session: AsyncSession, arguments: argparse.Namespace) -> str:
    held = Held.SKIP if arguments.skip_held else Held.RELEASE
    endpoint = await endpoints.resume(session, await _endpoint(session, arguments), held, arguments.reason)
    return f"the endpoint is {endpoint.state.value}"


async def _disable(session: AsyncSession, arguments: argparse.Namespace) -> str:
    await endpoints.disable(session, await _endpoint(session, arguments), "by_operator", arguments.reason)
    return "disabled; what comes is held"


ACTS: dict[str, Act] = {
    "overview": _overview,
    "list": _list,
    "endpoints": _endpoints,
    "report": _report,
    "retry": _retry,
    "skip": _skip,
    "replay": _replay,
    "pause": _pause,
    "resume": _resume,
    "disable": _disable,
}
