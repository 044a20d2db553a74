"""What lies in the database before a measurement: matters, endpoints, a backlog, a long past."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
from sqlalchemy import Column
from sqlalchemy.dialects import postgresql

from services.notifications.channels.message import body_of
from services.notifications.rules.schedule import Breaker
from services.notifications.rules.vocabulary import DeliveryState, EndpointState, OrderMode, Trigger
from services.notifications.tables import Delivery, Endpoint, Feed, Gate, Lane
from shared.clock import now
from shared.database import uuid7
from shared.events import Envelope, subject_of
from shared.standing import matters


async def insert(to: "asyncpg.Connection[Any]", table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """These rows, as the table itself would write them; what is not named has the table's default."""
    columns = [column for column in table.columns if column.name in rows[0] or column.default is not None]
    records = [tuple(_value(column, row) for column in columns) for row in rows]
    await to.copy_records_to_table(table.name, records=records, columns=[each.name for each in columns])


def _value(column: Column[Any], row: dict[str, Any]) -> Any:
    if column.name in row:
        value = row[column.name]
    else:
        default = column.default
        value = default.arg(None) if default.is_callable else default.arg  # type: ignore[union-attr]
    if isinstance(value, list | dict):
        return orjson.dumps(value).decode()
    bind: Any = column.type.bind_processor(postgresql.dialect())  # type: ignore[no-untyped-call]
    return bind(value) if bind and value is not None else value


async def known_matters(to: "asyncpg.Connection[Any]", count: int) -> list[UUID]:
    """So many matters that `cases` has introduced."""
    ids = [uuid4() for _ in range(count)]
    same = {"kind": "lead", "holder": "330110", "holder_path": "/", "epoch": 0, "closed": False}
    same |= {"classification": 1, "sector": None, "place": "330110", "origin": "self_handled", "moving": None}
    await insert(to, matters, [same | {"id": each} for each in ids])
    return ids


async def endpoints(to: "asyncpg.Connection[Any]", urls: dict[str, str], **more: Any) -> dict[str, UUID]:
    """An active endpoint per organisation, which wants to hear everything."""
    made = {owner: uuid7() for owner in urls}
    at = now() - timedelta(days=1)
    rows = [
        {"id": made[owner], "owner": owner, "owner_path": "", "purpose": "bench", "url": url, "at": at}
        | {"order_mode": OrderMode.MATTER, "event_types": [], "state": EndpointState.ACTIVE}
        | {"verified_at": at, "revision": 1} | more
        for owner, url in urls.items()
    ]  # fmt: skip
    await insert(to, Endpoint.__table__, rows)
    await insert(
        to, Gate.__table__, [{"endpoint_id": each, "breaker": Breaker.CLOSED} for each in made.values()]
    )
    await insert(to, Feed.__table__, [{"endpoint_id": each} for each in made.values()])
    return made


async def backlog(
    to: "asyncpg.Connection[Any]", ids: dict[str, UUID], per_lane: int, lanes: int
) -> list[UUID]:
    """So many lanes with so many messages each, spread over the endpoints; none is due before `due`."""
    matter_ids = await known_matters(to, lanes)
    owners, at = list(ids), now()
    lane_rows: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for index, matter in enumerate(matter_ids):
        owner = owners[index % len(owners)]
        lane = {"id": uuid7(), "endpoint_id": ids[owner], "matter_id": matter, "last_number": per_lane}
        lane_rows.append(lane | {"next_due": None})
        rows += [_delivery(owner, lane, number, at) for number in range(1, per_lane + 1)]
    await _place(to, rows)
    await insert(to, Lane.__table__, lane_rows)
    await insert(to, Delivery.__table__, rows)
    return matter_ids


async def _place(to: "asyncpg.Connection[Any]", rows: list[dict[str, Any]]) -> None:
    """Each row has its place in its endpoint's feed."""
    last = dict(await to.fetch("SELECT endpoint_id, last_position FROM feeds"))
    for row in rows:
        last[row["endpoint_id"]] += 1
        row["position"] = last[row["endpoint_id"]]
    await to.executemany("UPDATE feeds SET last_position = $2 WHERE endpoint_id = $1", list(last.items()))


def _delivery(owner: str, lane: dict[str, Any], number: int, at: datetime) -> dict[str, Any]:
    told = {"matter_id": str(lane["matter_id"]), "handoff_id": str(uuid4()), "kind": "criminal_lead"}
    told |= {"sender": "330110", "receiver": owner, "link": "/referrals/v1/handoffs/x", "form": "offer"}
    envelope = Envelope(
        uuid7(), "referrals", subject_of(lane["matter_id"]), number, "referrals.handoff_dispatched", 1, at,
        at.date(), "R 31", "330110", None, None, told,
    )  # fmt: skip
    return {
        "id": uuid7(), "endpoint_id": lane["endpoint_id"], "owner": owner, "owner_path": "",
        "lane_id": lane["id"], "number": number, "matter_id": lane["matter_id"], "event_id": envelope.id,
        "event_type": envelope.type, "trigger": Trigger.EVENT, "state": DeliveryState.PENDING, "tries": 0,
        "due_at": at, "at": at, "body": body_of(envelope, told, lane["matter_id"], number),
    }  # fmt: skip


async def due(to: "asyncpg.Connection[Any]") -> None:
    """What waits is due from now on; a lane where nothing waits stays at rest."""
    waits = "SELECT FROM deliveries d WHERE d.lane_id = l.id AND d.state = 'pending'"
    await to.execute(f"UPDATE lanes l SET next_due = now() WHERE next_due IS NULL AND EXISTS ({waits})")


# An id as it was made at the time of `at` (UUIDv7): old rows lie in a range of their own.
OLD_ID = """(lpad(to_hex((extract(epoch FROM {at}) * 1000)::bigint), 12, '0') || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid"""
OLD_LANES = f"""
INSERT INTO lanes (id, endpoint_id, matter_id, last_number, fence, blocked, skipped)
SELECT {OLD_ID.format(at="$3::timestamptz")}, $1, gen_random_uuid(), 10, 2, false, ''
FROM generate_series(1, $2)
"""
OLD_DELIVERIES = f"""
INSERT INTO deliveries (id, endpoint_id, owner, owner_path, lane_id, number, matter_id, event_id, event_type,
                        trigger, state, tries, due_at, at, delivered_at, body, position)
SELECT {OLD_ID.format(at="$2::timestamptz")}, l.endpoint_id, $1, '', l.id, n, l.matter_id, gen_random_uuid(),
       'referrals.handoff_dispatched', 'event', 'delivered', 1, $2, $2, $2,
       convert_to(repeat('x', 700), 'UTF8'),
       -row_number() OVER ()
FROM lanes l, generate_series(1, 10) n WHERE l.fence = 2
"""
OLD_ATTEMPTS = f"""
INSERT INTO attempts (id, delivery_id, endpoint_id, at, signature, outcome, succeeded, status, latency_ms,
                      error)
SELECT {OLD_ID.format(at="at")}, id, endpoint_id, at, repeat('s', 100), 'answered', true, 200, 3, ''
FROM deliveries WHERE state = 'delivered'
"""


async def past(to: "asyncpg.Connection[Any]", owner: str, endpoint: UUID, deliveries: int) -> None:
    """So many deliveries were made long ago, ten to a matter."""
    at = datetime.now(UTC) - timedelta(days=90)
    await to.execute(OLD_LANES, endpoint, deliveries // 10, at, timeout=600)
    await to.execute(OLD_DELIVERIES, owner, at, timeout=1200)
    await to.execute(OLD_ATTEMPTS, timeout=1200)
    await to.execute("VACUUM ANALYZE", timeout=1200)
