"""However long a list grows, a page of it costs as many statements; and a file as many per page."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select

from services.cases.tables import Base, TypicalCase
from shared import clock
from shared.database import uuid7
from shared.standing import matters
from tests import given
from tests.cases.story import CHIEF, CLERK, OFFICE, PROSECUTOR, Story
from tests.cases.test_recusal_requests import asked
from tests.cases.test_reporters import OLD, kept, naming, reading
from tests.given import CITY, Person

Counting = Callable[[], AbstractContextManager[list[str]]]
MOST = 6


@pytest.fixture
def extra_settings() -> dict[str, dict[str, Any]]:
    """This installation can keep identities."""
    return {"cases": {"vault_keys": [OLD]}}


async def typical(story: Story) -> None:
    """A typical case, of some case or other."""
    said = {"title": "典型案例", "facts": "某医院", "handling": "检察建议", "significance": "治理"}
    row = {"id": uuid7(), "case_id": uuid4(), "office": OFFICE, "procedure": "administrative", "focuses": []}
    async with story.app.writing() as session:
        await session.execute(insert(TypicalCase), [row | said | {"approved_on": clock.today()}])


async def grow(story: Story, lead: dict[str, Any], number: int) -> None:
    """One more of everything that the lists show."""
    path, person = f"/cases/v1/leads/{lead['id']}", given.prosecutor(OFFICE, sub=f"person-{number}")
    said = {"direction": "to", "department": "criminal", "materials": ["卷"]}
    await story.client.act(path, "internal-transfer", said, by=PROSECUTOR)
    assert (await asked(story, lead, person)).is_success
    assert (await naming(story, lead, person)).is_success
    assert (await reading(story, lead, person)).is_success
    await typical(story)
    await story.lead()


async def costs(story: Story, lead: dict[str, Any], statements: Counting) -> dict[str, tuple[int, int]]:
    """How many statements a page of each list takes, and how many entries it shows."""
    found = {}
    lists: tuple[tuple[str, Person], ...] = (
        (f"matters/{lead['id']}/acts", PROSECUTOR),
        (f"matters/{lead['id']}/recusal-requests", CLERK),
        (f"leads/{lead['id']}/reporter-readers", CHIEF),
        (f"leads/{lead['id']}/reporter-readings", CHIEF),
        ("typical-cases", PROSECUTOR),
        ("worklists/mine", PROSECUTOR),
        ("worklists/office", PROSECUTOR),
        ("worklists/below", given.chief(CITY)),
    )
    for path, by in lists:
        with statements() as seen:
            page = await story.client.read(f"/cases/v1/{path}", by, limit=200)
        found[path] = (len(seen), len(page["items"]))
    return found


async def test_a_list_costs_as_many_statements_for_many_as_for_few(
    story: Story, statements: Counting
) -> None:
    lead = await kept(story)
    await grow(story, lead, 0)
    few = await costs(story, lead, statements)
    for number in (1, 2):
        await grow(story, lead, number)
    many = await costs(story, lead, statements)
    for path, (cost, shown) in few.items():
        assert many[path][1] > shown, path
        assert many[path][0] == cost <= MOST, (path, few, many)


async def copies(story: Story, case_id: str, many: int) -> None:
    """So many more cases like that one."""
    ids = [uuid7() for _ in range(many)]
    async with story.app.writing() as session:
        for table, numbered in ((Base.metadata.tables["cases"], True), (matters, False)):
            row = (await session.execute(select(table).where(table.c.id == UUID(case_id)))).one()._mapping
            more = [dict(row) | {"id": each} | ({"number": str(each)} if numbered else {}) for each in ids]
            await session.execute(insert(table), more)


async def test_a_file_costs_as_many_statements_per_page(
    story: Story, statements: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.cases.router.exports.ROWS_AT_ONCE", 2)
    case = await story.case()
    taken: dict[str, list[int]] = {"cases.csv": [], "typical-cases.csv": []}
    for more in (1, 2, 2):
        await copies(story, case["id"], more)
        for _ in range(more + (more == 1)):
            await typical(story)
        for name, counted in taken.items():
            with statements() as seen:
                answer = await story.client.get(f"/cases/v1/{name}", PROSECUTOR)
            assert len(answer.text.splitlines()) == 1 + 2 * (len(counted) + 1)
            counted.append(len(seen))
    for name, (one, two, three) in taken.items():
        assert three - two == two - one <= 3, (name, taken)
