"""On PostgreSQL with 50,000 cases a page of any list reads a few rows by an index, whoever asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from bench.crowd import Crowd, enter
from tests import given
from tests.given import DISTRICT, NEIGHBOUR, PROVINCE, SUPREME, Person
from tests.running import Alone
from tests.stage import Lane

MANY = 50_000
# Rows of one table in one page: hundreds, or what one office holds; of what is in wait, every limit that has
# passed or soon will (one case in seven), as the planner's samples fall. Of a province, which has one in
# thirty, it may rather look at all that a filter leaves.
MOST_READ = dict.fromkeys(("supreme", "primary", "grant-only"), 4_000) | {"province": MANY}
MOST_WAITING = MANY // 6
BY = {
    "supreme": given.prosecutor(SUPREME),
    "province": given.prosecutor(PROVINCE),
    "primary": given.prosecutor(DISTRICT),
    "grant-only": given.prosecutor(NEIGHBOUR),
}
LISTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("cases", {}),
    ("cases", {"sort": "emphasis"}),
    ("cases", {"stage": "reviewed"}),
    ("cases", {"agency": "agency-7"}),
    ("cases", {"below": "110000"}),
    ("cases", {"text": "w77"}),
    ("cases", {"text": "病历"}),
    ("cases", {"focus": "sensitive", "origin": "assigned"}),
    ("cases", {"overdue": True}),
    ("cases", {"ended": False, "procedure": "civil"}),
    ("leads", {}),
    ("leads", {"stage": "registered"}),
    ("proposals", {}),
    ("worklists/mine", {}),
    ("worklists/office", {}),
    ("worklists/below", {}),
    ("typical-cases", {"text": "病历"}),
)


@pytest.fixture(params=[Lane.SERVERS], ids=str)
def lane(request: pytest.FixtureRequest) -> Lane:
    """Plans are PostgreSQL's."""
    chosen: Lane = request.param
    return chosen


@pytest.fixture
def most_seconds() -> int:
    """Making so many rows takes a while on a busy machine."""
    return 600


@pytest.fixture
async def grown(cases_app: Alone) -> Alone:
    """The service with that many cases, its statistics up to date."""
    database = cases_app.frame.database
    async with cases_app.writing() as session:
        await enter(session, cases_app.frame.offices, Crowd(MANY, DISTRICT, NEIGHBOUR))
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("SET statement_timeout = 0"))
        await connection.execute(text("ANALYZE"))
    return cases_app


@contextmanager
def listening() -> Iterator[list[tuple[str, Any]]]:
    """The SELECTs that are sent meanwhile, with their parameters."""
    seen: list[tuple[str, Any]] = []

    def sent(_: Any, __: Any, statement: str, parameters: Any, ___: Any, ____: bool) -> None:
        if statement.lstrip().startswith("SELECT"):
            seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", sent)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", sent)


def rows_read(plan: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """How many rows of each table a plan really read."""
    if "Relation Name" in plan:
        each = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
        yield plan["Relation Name"], each * plan["Actual Loops"]
    for part in plan.get("Plans", ()):
        yield from rows_read(part)


async def read_by(app: Alone, path: str, by: Person, asked: dict[str, Any]) -> dict[str, float]:
    """How many rows of each table one page of that list reads."""
    with listening() as seen:
        page = await app.client.read(f"/cases/v1/{path}", by, **asked)
    assert page["items"] or asked or path != "cases"
    read: dict[str, float] = {}
    async with app.frame.database.engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        for statement, parameters in seen:
            told = await driver.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", *parameters)
            for table, rows in rows_read(told[0]["Plan"]):
                read[table] = read.get(table, 0) + rows
    return read


async def test_a_page_reads_few_rows_of_a_grown_table(grown: Alone) -> None:
    far: dict[str, Any] = {}
    for who, by in BY.items():
        for path, asked in LISTS:
            read = await read_by(grown, path, by, asked)
            worst = max(read.values(), default=0)
            print(f"{who:10} {path:18} {asked!s:50} {worst:8.0f}")
            waiting = path.startswith("worklists") or "overdue" in asked
            if worst > max(MOST_READ[who], MOST_WAITING if waiting else 0):
                far[f"{who} {path} {asked}"] = read
    assert not far, far
