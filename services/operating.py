"""Deliveries at the operator's hand: `python -m services deliveries ...`, where no HTTP is needed.

The same actions as over REST, in the database itself, recorded as the operator's with a reason.
"""

import argparse
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.embedded import all_parts
from services.notifications import queries
from services.notifications.actions import by_hand, endpoints, proving, replaying, reporting, restoring
from services.notifications.events import subject_of
from services.notifications.queries import overview
from services.notifications.reconciliation import Missing
from services.notifications.rules.vocabulary import Asking, DeliveryState, Held
from services.notifications.tables import Delivery, Endpoint, Report
from shared import clock, journal
from shared.identity import Actor, Kind, Role
from shared.journal import Origin
from shared.problems import NotFound, Refusal
from shared.service import Frame, Parts, make_frame
from shared.transactions import frame

OPERATOR = Actor("operator", "operator", "", Kind.SERVICE, frozenset({Role.ADMIN}), 9)
LISTED = 200
ORIGIN = Origin("notifications", OPERATOR, "operator")
EVER = datetime(2020, 1, 1, tzinfo=UTC)
WITH_REASON = ("retry", "skip", "replay", "pause", "resume", "confirm", "verify", "test", "disable")
WITH_ID = (*WITH_REASON, "attempts", "receipt")
Act = Callable[[AsyncSession, argparse.Namespace], Awaitable[str]]


async def deliveries(arguments: argparse.Namespace, parts: Parts | None = None) -> int:
    """One look, or one act with a reason, in the service of these parts; 0 when it was done."""
    needed = {"--id": arguments.action in WITH_ID, "--reason": arguments.action in WITH_REASON}
    given = {"--id": arguments.id, "--reason": arguments.reason}
    if lacking := [name for name, is_needed in needed.items() if is_needed and not given[name]]:
        print(f"{arguments.action} needs {' and '.join(lacking)}")
        return 2
    here = make_frame(parts or all_parts()["notifications"])
    try:
        async with here.database.writing(frame=here, origin=ORIGIN) as session:
            print(await ACTS[arguments.action](session, arguments))
        return 0
    except Refusal as refused:
        print(f"refused: {refused.code()} {refused.data}")
        return 1
    finally:
        await _closed(here)


async def restored(parts: Parts, missing: Sequence[Missing], reason: str) -> int:
    """Deliveries that `reconcile` misses are made, one event in one transaction; how many."""
    by_event: dict[UUID, list[Missing]] = {}
    for each in missing:
        by_event.setdefault(each.event.id, []).append(each)
    here, made = make_frame(parts), 0
    try:
        for those in by_event.values():
            async with here.database.writing(frame=here, origin=ORIGIN) as session:
                endpoint_ids = [each.endpoint_id for each in those]
                made += await restoring.restore(session, those[0].event, endpoint_ids, reason)
    finally:
        await _closed(here)
    return made


async def _closed(here: Frame) -> None:
    await here.bus.close()
    await here.database.close()


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
    last = await overview.last_tries(session, [row.id for row in rows])
    return (
        "\n".join(
            f"{row.id} {row.state.value} {row.event_type} no. {row.number} of matter {row.matter_id} "
            f"to {row.owner} since {row.at:%F %T}, tries {row.tries}{_ended(last.get(row.id))}"
            for row in rows
        )
        or f"nothing is {arguments.state}"
    )


def _ended(tried: Any) -> str:
    return f", last: {_how(tried)} at {tried.at:%F %T}" if tried else ""


def _how(tried: Any) -> str:
    said = f"{tried.outcome.value} {tried.status or ''}".strip()
    return f"{said} ({tried.error})" if tried.error else said


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


async def _reports(session: AsyncSession, _: argparse.Namespace) -> str:
    rows = await session.scalars(overview.reports().order_by(Report.on.desc()).limit(LISTED))
    lines = (f"{row.on} {'complete' if row.complete else 'INCOMPLETE'} {row.token}" for row in rows)
    return "\n".join(lines) or "no reports"


async def _attempts(session: AsyncSession, arguments: argparse.Namespace) -> str:
    tried = await queries.attempts_of(session, (await _delivery(session, arguments)).id)
    lines = (
        f"{each.at:%F %T} {_how(each)}, {each.latency_ms} ms, signed by {', '.join(orjson.loads(each.keys))}"
        for each in tried
    )
    return "\n".join(lines) or "not tried yet"


async def _receipt(session: AsyncSession, arguments: argparse.Namespace) -> str:
    delivery = await _delivery(session, arguments)
    attempts = await queries.attempts_of(session, delivery.id)
    return proving.receipt_of(delivery, attempts, frame(session).signing_key)


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
    since = arguments.since or (None if arguments.event else EVER)
    wish = replaying.Wish(arguments.event, since, arguments.until, arguments.all)
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


async def _confirm(session: AsyncSession, arguments: argparse.Namespace) -> str:
    until = arguments.until.date() if arguments.until else None
    endpoint = await endpoints.confirm(session, await _endpoint(session, arguments), until, arguments.reason)
    return f"told until {endpoint.expires_on}"


async def _ask(session: AsyncSession, arguments: argparse.Namespace) -> str:
    asking = Asking.TEST if arguments.action == "test" else Asking.CHALLENGE
    await endpoints.ask_again(session, await _endpoint(session, arguments), asking, arguments.reason)
    return "on its way; `challenge_result` of the endpoint will say how it was answered"


async def _disable(session: AsyncSession, arguments: argparse.Namespace) -> str:
    await endpoints.disable(
        session, await _endpoint(session, arguments), endpoints.OPERATOR, arguments.reason
    )
    return "disabled; what comes is held"


ACTS: dict[str, Act] = {
    "overview": _overview,
    "list": _list,
    "endpoints": _endpoints,
    "report": _report,
    "reports": _reports,
    "attempts": _attempts,
    "receipt": _receipt,
    "retry": _retry,
    "skip": _skip,
    "replay": _replay,
    "pause": _pause,
    "resume": _resume,
    "confirm": _confirm,
    "verify": _ask,
    "test": _ask,
    "disable": _disable,
}
