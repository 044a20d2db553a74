"""Figures: counted by the database, by office, level, origin, month; only of what one may know of."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from services.cases.tables import Case
from shared import clock
from shared.standing import recusals
from tests import given
from tests.cases.story import OFFICE, PROSECUTOR, Story, a_filing
from tests.given import CITY, NEIGHBOUR, OTHER_CITY, PROVINCE, SUPREME, Person

PATH = "/cases/v1/statistics"
Counting = Callable[[], AbstractContextManager[list[str]]]
NONE = dict.fromkeys(("opened", "self_handled", "others", "suggestions", "suits", "terminated"), 0)


async def figures(story: Story, by: Person = PROSECUTOR, **asked: Any) -> dict[str, Any]:
    """The answer."""
    answer: dict[str, Any] = await story.client.read(PATH, by, **asked)
    return answer


async def two_cases(story: Story) -> None:
    """One case with a suggestion, and one that another office assigned."""
    await story.suggested()
    assigned = await story.case(a_filing())
    async with story.app.writing() as session:
        await session.execute(update(Case).where(Case.id == UUID(assigned["id"])).values(origin="assigned"))


async def test_what_was_opened_and_done_is_counted_whole_and_broken_down(story: Story) -> None:
    await two_cases(story)
    whole = NONE | {"opened": 2, "self_handled": 1, "others": 1, "suggestions": 1}
    said = await figures(story, given.overseer(SUPREME))
    assert (said["total"], said["under"], said["until"]) == (whole, SUPREME, str(clock.today()))
    assert said["rows"] == [whole | {"of": {}}]
    month = f"{clock.today():%Y-%m}"
    for asked, of in (
        ({"per": "level"}, [{"level": "primary"}]),
        ({"per": "month"}, [{"month": month}]),
        ({"per": "office"}, [{"office": PROVINCE}]),
        ({"per": "office", "under": CITY}, [{"office": OFFICE}]),
        ({"per": "office", "under": OFFICE}, [{"office": OFFICE}]),
    ):
        said = await figures(story, given.overseer(SUPREME), **asked)
        assert [row["of"] for row in said["rows"]] == of
        assert said["total"] == whole
    said = await figures(story, given.overseer(SUPREME), per=["level", "origin"])
    assert [
        (row["of"]["origin"], row["opened"], row["self_handled"], row["suggestions"]) for row in said["rows"]
    ] == [
        ("assigned", 1, 0, 0),
        ("self_handled", 1, 1, 1),
    ]
    said = await figures(story, per=["procedure", "stage", "month"])
    assert {row["of"]["stage"]: row["opened"] for row in said["rows"]} == {"opened": 1, "suggestion_made": 1}


async def test_other_days_and_other_offices_count_nothing(story: Story) -> None:
    await two_cases(story)
    last_year: dict[str, Any] = {"since": "2020-01-01", "until": "2020-12-31"}
    assert (await figures(story, **last_year))["total"] == NONE
    assert (await figures(story, given.overseer(SUPREME), under=OTHER_CITY))["total"] == NONE
    for by in (given.prosecutor(NEIGHBOUR), given.prosecutor(OTHER_CITY)):
        assert (await figures(story, by, under=SUPREME))["total"] == NONE
    everybody = (PROSECUTOR, given.prosecutor(CITY), given.prosecutor(PROVINCE))
    assert {(await figures(story, by))["total"]["opened"] for by in everybody} == {2}


async def test_a_recused_person_s_figures_lack_the_matter(story: Story) -> None:
    case = await story.case()
    async with story.app.writing() as session:
        await session.execute(insert(recusals), [{"matter_id": UUID(case["id"]), "sub": PROSECUTOR.sub}])
    assert (await figures(story))["total"] == NONE


async def test_figures_cost_one_statement_and_load_no_row(story: Story, statements: Counting) -> None:
    await two_cases(story)
    with statements() as sent:
        await figures(story, per=["office", "origin", "month"])
    selects = [each for each in sent if each.startswith(("SELECT", "WITH"))]
    assert len(selects) == 1
    assert "count(*)" in selects[0]


async def test_figures_come_as_a_file_under_the_same_questions(story: Story, statements: Counting) -> None:
    await two_cases(story)
    with statements() as sent:
        answer = await story.client.get(f"{PATH}.csv", PROSECUTOR, per=["origin", "stage"])
    assert len([each for each in sent if each.startswith(("SELECT", "WITH"))]) == 1
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="statistics.csv"'
    assert answer.text.lstrip("\ufeff").splitlines() == [
        "origin,stage,opened,self_handled,others,suggestions,suits,terminated",
        "assigned,opened,1,0,1,0,0,0",
        "self_handled,suggestion_made,1,1,0,1,0,0",
    ]
    whole = (await story.client.get(f"{PATH}.csv", PROSECUTOR)).text.splitlines()[1:]
    assert whole == ["2,1,1,1,0,0"]
    stranger = given.prosecutor(NEIGHBOUR)
    for asked, rows in (({}, ["0,0,0,0,0,0"]), ({"per": "month"}, [])):
        assert (await story.client.get(f"{PATH}.csv", stranger, **asked)).text.splitlines()[1:] == rows
    assert (await story.client.get(f"{PATH}.csv", PROSECUTOR, per="colour")).status_code == 422


async def test_what_cannot_be_asked_is_refused(story: Story) -> None:
    days = ({"since": "2026-02-01", "until": "2026-01-01"}, {"since": "1990-01-01"})
    others = ({"per": "colour"}, {"under": "999999"}, {"month": "2026-01"})
    for asked in (*days, *others, {"per": ["office", "level", "origin", "stage"]}):
        assert (await story.client.get(PATH, PROSECUTOR, **asked)).status_code == 422, asked
    officer = await given.known_agency(story.app.app, "wxb-1")
    assert (await story.client.get(PATH, officer)).status_code == 403
