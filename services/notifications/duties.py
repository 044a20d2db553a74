"""What this service does because time passed."""

from datetime import date, datetime, time, timedelta
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import digesting, reporting, watching
from services.notifications.queries import overview
from services.notifications.rules.recipients import Category
from services.notifications.rules.vocabulary import DeliveryState
from services.notifications.tables import Attempt, Delivery, Line, Mail, ReadMark, Report, table
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


async def forget_lines(session: AsyncSession, today: date) -> int:
    """Lines that are settled or were only to be known go after the time that is set, with their letters."""
    days = frame(session).settings.keep_deliveries_days
    before = uuid7_floor(_midnight(today - timedelta(days=days)))
    over = or_(Line.settled_at.is_not(None), Line.category.in_((Category.KNOW, Category.DIGEST)))
    old = (await session.scalars(select(Line.id).where(Line.id < before, over).limit(BATCH))).all()
    if old:
        await session.execute(delete(Mail).where(Mail.line_id.in_(old)))
        await session.execute(delete(ReadMark).where(ReadMark.line_id.in_(old)))
        await session.execute(delete(Line).where(Line.id.in_(old)))
    return len(old)


async def report(session: AsyncSession, today: date) -> int:
    """Each day that is over is reported once, signed: whether its lanes and feeds are without a gap."""
    days = await reporting.unreported(session, today)
    for on in days:
        await reporting.report(session, on)
    newest = await session.scalar(select(Report.complete).order_by(Report.on.desc()).limit(1))
    _gauges(frame(session).metrics.registry)["reconciled"].set(bool(newest))
    return len(days)


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
            "reconciled": _gauge("reconciled", "1 if the newest daily report found no gap", registry),
        }
    return _kept[registry]


def _gauge(name: str, says: str, registry: CollectorRegistry) -> Gauge:
    return Gauge(f"casebridge_{name}", says, registry=registry)


DUTIES: tuple[Duty, ...] = (
    Duty("forget_attempts", 600, forget_attempts),
    Duty("forget_deliveries", 600, forget_deliveries),
    Duty("forget_lines", 600, forget_lines),
    Duty("watch_expiry", 3600, watching.watch_expiry),
    Duty("watch_queues", 60, watching.watch_queues),
    Duty("report_deliveries", 3600, report),
    Duty("measure_deliveries", 15, measure_deliveries),
    Duty("make_digests", 300, digesting.make),
)
