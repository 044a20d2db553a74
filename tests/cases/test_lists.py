"""Finding leads and cases: every filter on its own and with others, for everybody who may and may not see."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert

from shared import clock
from shared.database import uuid7
from shared.standing import grants, recusals
from shared.words import words_in
from tests import given
from tests.cases.story import AGENCY, HEAD, OFFICE, PROSECUTOR, Story, a_filing, days_ago
from tests.given import CITY, NEIGHBOUR, OTHER_CITY, OTHER_PROVINCE, PROVINCE, SUPREME, Person

LEADS, CASES = "/cases/v1/leads", "/cases/v1/cases"


async def found(story: Story, path: str, by: Person = PROSECUTOR, **asked: Any) -> list[str]:
    """The titles on a list, in order."""
    page = await story.client.read(path, by, **asked)
    return [item["title"] for item in page["items"]]


async def three_leads(story: Story) -> None:
    """Leads that differ in everything that can be asked for."""
    company = {"name": "阿里健康科技有限公司", "credit_code": None}
    await story.lead(title="小区强制人脸识别", sector="housing")
    await story.lead(title="医院泄露病历", sector="medical", kinds=["medical"], source="report")
    await story.lead(title="APP over-collection", summary="儿童手表定位", processors=[company])


def test_words_are_pairs_of_characters_and_whole_runs_of_others() -> None:
    assert words_in("人脸识别") == ["人脸", "脸识", "识别"]
    assert words_in("ＡＰＰ 过度收集v2") == sorted(["app", "过度", "度收", "收集", "v2"])
    assert words_in("330110-C-2026-00001") == ["00001", "2026", "330110", "c"]
    assert words_in("，。!") == []


async def test_a_lead_is_found_by_words_of_title_summary_number_and_processor(story: Story) -> None:
    await three_leads(story)
    for text, title in {
        "人脸": "小区强制人脸识别",
        "病历 医院": "医院泄露病历",
        "手表": "APP over-collection",
        "app": "APP over-collection",
        "ＣＯＬＬＥＣＴＩＯＮ": "APP over-collection",
        "阿里健康": "APP over-collection",
        f"{OFFICE}-L-{clock.today().year}-00002": "医院泄露病历",
    }.items():
        assert await found(story, LEADS, text=text) == [title], text
    assert await found(story, LEADS, text="人脸 医院") == []
    assert await found(story, LEADS, text="脸人") == []


async def test_a_case_is_found_by_what_its_lead_says(story: Story) -> None:
    case = await story.case(title="医院泄露病历", summary="护士倒卖")
    assert await found(story, CASES, text="护士倒卖") == [case["title"]]
    assert await found(story, CASES, text=case["number"]) == [case["title"]]
    assert await found(story, CASES, text="别的") == []


async def test_a_text_without_a_word_is_refused_and_so_is_a_focus_that_is_none(story: Story) -> None:
    texts = ("市", "，", "一 二", "a b c d e f g h i j k l m n o p q")
    others = ({"focus": "everything"}, {"below": "999999"}, {"colour": "red"}, {"overdue": "maybe"})
    for asked in (*({"text": text} for text in texts), *others):
        for path in (LEADS, CASES):
            answer = await story.client.get(path, PROSECUTOR, **asked)
            assert answer.status_code == 422, (asked, answer.text)


async def test_leads_are_narrowed_by_every_column_and_focus(story: Story) -> None:
    await three_leads(story)
    medical = ["医院泄露病历"]
    assert await found(story, LEADS, sector="medical") == medical
    assert await found(story, LEADS, source="report") == medical
    assert await found(story, LEADS, focus="sensitive") == medical
    assert await found(story, LEADS, focus="sensitive", text="人脸") == []
    assert len(await found(story, LEADS, stage="registered", origin="self_handled", ended=False)) == 3
    assert await found(story, LEADS, ended=True) == []
    assert (await found(story, LEADS, sort="emphasis"))[0] == medical[0]


async def test_lists_are_narrowed_by_days_and_limits(story: Story) -> None:
    await story.lead(title="今天登记")
    past: dict[str, Any] = {"occurred_on": days_ago(60), "late_reason": "补录"}
    await story.lead(title="六十天前登记", **past)
    today, tomorrow = clock.today(), clock.today() + timedelta(days=1)
    assert await found(story, LEADS, since=today.isoformat()) == ["今天登记"]
    assert await found(story, LEADS, until=days_ago(1)) == ["六十天前登记"]
    assert await found(story, LEADS, overdue=True) == ["六十天前登记"]
    assert await found(story, LEADS, overdue=False) == ["今天登记"]
    assert await found(story, LEADS, due_before=tomorrow.isoformat()) == ["六十天前登记"]
    assert len(await found(story, LEADS, due_before=(today + timedelta(days=400)).isoformat())) == 2


async def test_cases_are_narrowed_by_agency_procedure_and_office_subtree(story: Story) -> None:
    case = await story.case()
    supreme = given.overseer(SUPREME)
    for asked in ({"agency": AGENCY}, {"procedure": "administrative"}, {"below": CITY}, {"below": OFFICE},
                  {"office": OFFICE}, {"below": SUPREME}):  # fmt: skip
        assert await found(story, CASES, supreme, **asked) == [case["title"]], asked
    for asked in ({"agency": "other"}, {"procedure": "civil"}, {"below": OTHER_CITY}, {"below": NEIGHBOUR},
                  {"office": CITY}):  # fmt: skip
        assert await found(story, CASES, supreme, **asked) == [], asked


@pytest.mark.parametrize("path", [LEADS, CASES])
async def test_each_way_of_knowing_finds_what_the_predicate_permits(story: Story, path: str) -> None:
    case = await story.case(a_filing())
    for org in (OFFICE, CITY, PROVINCE, SUPREME):
        assert len(await found(story, path, given.prosecutor(org))) == 1, org
    outsiders = (NEIGHBOUR, OTHER_CITY, OTHER_PROVINCE)
    for org in outsiders:
        assert await found(story, path, given.prosecutor(org)) == [], org
    given_to = {"matter_id": UUID(case["id"] if path == CASES else case["lead_id"]), "scope": "share",
                "ceiling": 1, "begins_on": clock.today(), "id": uuid7()}  # fmt: skip
    rows = [given_to | {"org": NEIGHBOUR}, given_to | {"org": NEIGHBOUR, "id": uuid7()},
            given_to | {"org": OTHER_CITY, "sub": "one"}, given_to | {"org": OFFICE}]  # fmt: skip
    async with story.app.writing() as session:
        await session.execute(insert(grants), [{"sub": None} | row for row in rows])
    assert len(await found(story, path, given.prosecutor(NEIGHBOUR))) == 1
    assert len(await found(story, path, PROSECUTOR)) == 1, "found by line and by leave, but once"
    assert await found(story, path, given.prosecutor(OTHER_CITY)) == []
    assert len(await found(story, path, given.prosecutor(OTHER_CITY, sub="one"))) == 1
    async with story.app.writing() as session:
        for sub in (HEAD.sub, "prosecutor-000000", f"prosecutor-{NEIGHBOUR}"):
            row = {"matter_id": given_to["matter_id"], "sub": sub}
            await session.execute(insert(recusals), [row])
    for person in (HEAD, given.prosecutor(SUPREME), given.prosecutor(NEIGHBOUR)):
        assert await found(story, path, person) == [], "a recused person finds nothing"
    officer = await given.known_agency(story.app.app, "wxb-1")
    assert await found(story, path, officer) == []


async def test_pages_of_several_ways_join_without_a_gap(story: Story) -> None:
    titles = [f"线索第{n}号" for n in range(7)]
    for n, title in enumerate(titles):
        lead = await story.lead(by=given.prosecutor(NEIGHBOUR if n % 2 else OFFICE), title=title, places=[])
        if n % 2:
            row = {"matter_id": UUID(lead["id"]), "id": uuid7(), "org": OFFICE, "scope": "share",
                   "ceiling": 1, "begins_on": clock.today()}  # fmt: skip
            async with story.app.writing() as session:
                await session.execute(insert(grants), [row])
    for sort in ("newest", "emphasis"):
        seen: list[str] = []
        asked: dict[str, Any] = {"limit": 2, "sort": sort}
        while True:
            page = await story.client.read(LEADS, PROSECUTOR, **asked)
            seen += [item["title"] for item in page["items"]]
            if page["next"] is None:
                break
            asked["cursor"] = page["next"]
        assert seen == titles[::-1]
