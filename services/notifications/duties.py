"""What this service does because time passed."""

from datetime import date, datetime, time, timedelta
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import digesting, reporting, watching
from services.notifications.queries import overview
from services.notifications.rules.vocabulary import DeliveryState
from services.notifications.tables import Attempt, Delivery, Report, table
from shared.clock import SHANGHAI
from shared.database import uuid7_floor
from shared.service import Duty
from shared.statements import among
from shared.transactions import frame

KEPT_DAYS = 180
BATCH = 1000
FINISHED = (DeliveryState.DELIVERED, DeliveryState.SKIPPED, DeliveryState.DEAD)
ATTEMPTS, DELIVERIES = table(Attempt), table(Delivery)
OLD_ATTEMPTS = delete(ATTEMPTS).where(among(ATTEMPTS.c.id, "ids"))
ITS_ATTEMPTS = delete(ATTEMPTS).where(among(ATTEMPTS.c.delivery_id, "ids"))
OLD_DELIVERIES = delete(DELIVERIES).where(among(DELIVERIES.c.id, "ids"))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


async def forget_attempts(session: AsyncSession, today: date) -> int:
    """Tries, with what receivers answered, are removed after 180 days (ours); what became of it stays."""
    before = uuid7_floor(_midnight(today - timedelta(days=KEPT_DAYS)))
    old = (await session.scalars(select(Attempt.id).where(Attempt.id < before).limit(BATCH))).all()
    if old:
        await session.execute(OLD_ATTEMPTS, {"ids": old})
    return len(old)


async def forget_deliveries(session: AsyncSession, today: date) -> int:
    """Finished deliveries are removed after the time that is set; the journal keeps that they were made."""
    days = frame(session).settings.keep_deliveries_days
    before = uuid7_floor(_midnight(today - timedelta(days=days)))
    finished = (Delivery.id < before, Delivery.state.in_(FINISHED))
    old = (await session.scalars(select(Delivery.id).where(*finished).limit(BATCH))).all()
    if old:
        await session.execute(ITS_ATTEMPTS, {"ids": old})
        await session.execute(OLD_DELIVERIES, {"ids": old})
    return len(old)


async def report(session: AsyncSession, today: date) -> int:
    """Once a day: whether every lane and feed is without a gap, signed."""
    if await session.get(Report, today - timedelta(days=1)) is not None:
        return 0
    found = await reporting.report(session, today - timedelta(days=1))
    _gauges(frame(session).metrics.registry)["reconciled"].set(found.complete)
    return 1


async def measure_deliveries(session: AsyncSession, today: date) -> int:
    """What is unfinished, as metrics; nothing is changed."""
    here = frame(session)
    found = await overview.totals(session, today)
    gauges = _gauges(here.metrics.registry)
    for state in overview.UNFINISHED:
        gauges["deliveries"].labels(state.value).set(found.states.get(state, 0))
    now = await here.database.dialect.now(session)
    oldest = found.oldest_waiting_at
    gauges["oldest"].set((now - oldest).total_seconds() if oldest else 0)
    gauges["failing"].set(found.failing_endpoints)
    gauges["blocked"].set(found.blocked_lanes)
    return 0


_kept: WeakKeyDictionary[CollectorRegistry, dict[str, Gauge]] = WeakKeyDictionary()


def _gauges(registry: CollectorRegistry) -> dict[str, Gauge]:
    """The gauges of one service's registry, made once."""
    if registry not in _kept:
        says = "deliveries that are not finished, by state"
        _kept[registry] = {
            "deliveries": Gauge("casebridge_deliveries", says, ("state",), registry=registry),
            "oldest": _gauge("oldest_waiting_seconds", "age of the oldest delivery that waits", registry),
            "failing": _gauge("failing_endpoints", "endpoints that are left alone for a while", registry),
            "blocked": _gauge("blocked_lanes", "matters whose messages wait for a person", registry),
            "reconciled": _gauge("reconciled", "1 if yesterday's report found nothing missing", registry),
        }
    return _kept[registry]


def _gauge(name: str, says: str, registry: CollectorRegistry) -> Gauge:
    return Gauge(f"casebridge_{name}", says, registry=registry)


DUTIES: tuple[Duty, ...] = (
    Duty("forget_attempts", 600, forget_attempts),
    Duty("forget_deliveries", 600, forget_deliveries),
    Duty("watch_expiry", 3600, watching.watch_expiry),
    Duty("watch_queues", 60, watching.watch_queues),
    Duty("report_deliveries", 3600, report),
    Duty("measure_deliveries", 15, measure_deliveries),
    Duty("make_digests", 300, digesting.make),
)
