"""Typical cases: anonymised, approved, found by every office, withdrawn by the chief; and files for them."""

import csv
import io
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert

from services.cases.rules.anonymity import traces_in
from shared import clock
from shared.standing import recusals
from tests import given
from tests.cases.story import CHIEF, OFFICE, PROSECUTOR, Story
from tests.given import CITY, NEIGHBOUR, OTHER_PROVINCE, SUPREME, Person

PATH = "/cases/v1/typical-cases"
NAME = "某某健康科技有限公司"
PARTS = {"facts": "某医院泄露患者病历", "handling": "制发检察建议", "significance": "推动行业治理"}


def a_typical_case(**more: Any) -> dict[str, Any]:
    """The body of a proposal."""
    return {"title": "督促保护患者个人信息案", "parts": PARTS} | more


async def ended(story: Story) -> dict[str, Any]:
    """A case that has ended."""
    case = await story.investigated(processors=[{"name": NAME}])
    said = {"ground": "no_unlawful_act", "reason": "查无违法行为"}
    path = f"/cases/v1/cases/{case['id']}"
    await story.approved(await story.proposed(path, "termination", said))
    return await story.read_case(case["id"])


async def made(story: Story) -> dict[str, Any]:
    """An ended case of which a typical case was made."""
    case = await ended(story)
    path = f"/cases/v1/cases/{case['id']}"
    done = await story.approved(await story.proposed(path, "typical-case", a_typical_case()))
    return case | {"typical_id": done["result_id"]}


async def refused(story: Story, case: dict[str, Any], act: str, body: Any, by: Person = PROSECUTOR) -> str:
    """The code of the refusal."""
    path = f"/cases/v1/cases/{case['id']}"
    answer = await story.client.post(f"{path}/{act}", body, by=by, etag=await story.client.etag(path, by))
    assert not answer.is_success, answer.text
    return str(answer.json()["code"])


async def found(story: Story, by: Person, **asked: Any) -> list[dict[str, Any]]:
    """The typical cases on the list."""
    items: list[dict[str, Any]] = (await story.client.read(PATH, by, **asked))["items"]
    return items


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("身份证33010119900101123X号", "resident_id"),
        ("电话13812345678。", "mobile"),
        ("邮箱zhang.san@example.cn", "email"),
        ("卡号6222021234567890123", "bank_card"),
        ("代码91330100MA2812345X", "credit_code"),
        (f"对{NAME}立案", "named"),
    ],
)
def test_what_identifies_somebody_is_recognised(text: str, code: str) -> None:
    assert code in traces_in(text, [NAME], clock.today())
    assert traces_in("某公司于2025年3月违法收集12万人信息", [NAME, "某"], clock.today()) == []


async def test_every_office_finds_it_and_only_who_may_know_sees_of_which_case(story: Story) -> None:
    case = await made(story)
    for by, sees in (
        (PROSECUTOR, True),
        (given.prosecutor(CITY), True),
        (given.overseer(SUPREME), True),
        (given.prosecutor(NEIGHBOUR), False),
        (given.prosecutor(OTHER_PROVINCE), False),
    ):
        (item,) = await found(story, by)
        assert item["case_id"] == (case["id"] if sees else None)
        assert (item["title"], item["facts"], item["office"]) == (
            "督促保护患者个人信息案", PARTS["facts"], OFFICE
        )  # fmt: skip
        one = await story.client.read(f"{PATH}/{case['typical_id']}", by)
        assert one == item
    async with story.app.writing() as session:
        row = {"matter_id": UUID(case["id"]), "sub": PROSECUTOR.sub}
        await session.execute(insert(recusals), [row])
    (item,) = await found(story, PROSECUTOR)
    assert item["case_id"] is None, "a recused person may learn, but not of which case"
    officer = await given.known_agency(story.app.app, "wxb-1")
    assert (await story.client.get(PATH, officer)).status_code == 403


async def test_it_is_found_by_its_words_and_its_kind(story: Story) -> None:
    await made(story)
    everybody = given.prosecutor(OTHER_PROVINCE)
    for asked in ({"text": "病历"}, {"text": "行业治理"}, {"procedure": "administrative"}):
        assert len(await found(story, everybody, **asked)) == 1, asked
    for asked in ({"text": "别的"}, {"procedure": "civil"}, {"sector": "medical"}, {"focus": "sensitive"}):
        assert await found(story, everybody, **asked) == [], asked
    assert (await story.client.get(PATH, everybody, text="市")).status_code == 422


async def test_a_text_that_names_somebody_is_refused_and_says_not_whom(story: Story) -> None:
    case = await ended(story)
    for wrong in (
        a_typical_case(title=f"{NAME}案"),
        a_typical_case(parts=PARTS | {"handling": f"见{case['number']}"}),
        a_typical_case(parts=PARTS | {"facts": "联系人13812345678"}),
    ):
        assert await refused(story, case, "typical-case", wrong) == "NotAnonymous"
    missing = a_typical_case(parts=PARTS | {"significance": None})
    assert await refused(story, case, "typical-case", missing) == "DocumentIncomplete"
    assert await found(story, PROSECUTOR) == []


async def test_only_an_ended_case_of_no_high_classification_is_told_once_and_by_two_persons(
    story: Story,
) -> None:
    case = await story.case()
    assert await refused(story, case, "typical-case", a_typical_case()) == "StepNotOpen"
    told = await made(story)
    assert await refused(story, told, "typical-case", a_typical_case()) == "TypicalAlready"


async def test_the_chief_withdraws_it_and_it_can_be_made_anew(story: Story) -> None:
    case = await made(story)
    path = f"/cases/v1/cases/{case['id']}"
    said = {"reason": "情况有变"}
    assert await refused(story, case, "typical-case-withdrawal", said) == "RoleRequired"
    await story.client.act(path, "typical-case-withdrawal", said, by=CHIEF)
    assert await found(story, CHIEF) == []
    assert (await story.client.get(f"{PATH}/{case['typical_id']}", CHIEF)).status_code == 404
    assert await refused(story, case, "typical-case-withdrawal", said, by=CHIEF) == "NotTypical"
    await story.approved(await story.proposed(path, "typical-case", a_typical_case()))
    assert len(await found(story, CHIEF)) == 1
    acts = await story.client.read(f"/cases/v1/matters/{case['id']}/acts", CHIEF)
    assert [act["document"] for act in acts["items"]][-3:] == [
        "typical_case", "typical_case_withdrawn", "typical_case"
    ]  # fmt: skip


async def test_the_list_is_exported_and_nothing_in_it_is_a_formula(story: Story) -> None:
    case = await ended(story)
    path = f"/cases/v1/cases/{case['id']}"
    body = a_typical_case(title="=HYPERLINK(1)", parts=PARTS | {"facts": '@一,"二"\n三'})
    await story.approved(await story.proposed(path, "typical-case", body))
    answer = await story.client.get(f"{PATH}.csv", given.prosecutor(OTHER_PROVINCE))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert dict(zip(head, row, strict=True))["title"] == "'=HYPERLINK(1)"
    assert dict(zip(head, row, strict=True))["facts"] == '\'@一,"二"\n三'
    assert case["id"] not in answer.text


async def rows(story: Story, by: Person, **asked: Any) -> list[dict[str, str]]:
    """The exported cases."""
    answer = await story.client.get("/cases/v1/cases.csv", by, **asked)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_cases_are_exported_under_the_filters_and_eyes_of_the_list(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.cases.router import exports

    monkeypatch.setattr(exports, "ROWS_AT_ONCE", 2)
    cases = [await story.case(title=f"-第{n}案", sector="medical") for n in range(3)]
    exported = await rows(story, PROSECUTOR)
    assert [row["id"] for row in exported] == [case["id"] for case in reversed(cases)]
    assert exported[0]["title"] == "'-第2案"
    assert exported[0]["focuses"] == "sector"
    assert [row["id"] for row in await rows(story, PROSECUTOR, text="第1")] == [cases[1]["id"]]
    assert await rows(story, given.prosecutor(NEIGHBOUR)) == []
    assert len(await rows(story, given.overseer(SUPREME), below=CITY)) == 3
    assert (await story.client.get("/cases/v1/cases.csv", PROSECUTOR, color="red")).status_code == 422
    async with story.app.writing() as session:
        row = {"matter_id": UUID(cases[0]["id"]), "sub": PROSECUTOR.sub}
        await session.execute(insert(recusals), [row])
    assert len(await rows(story, PROSECUTOR)) == 2
    monkeypatch.setattr(exports, "MOST_ROWS", 1)
    answer = await story.client.get("/cases/v1/cases.csv", PROSECUTOR)
    assert (answer.status_code, answer.json()["code"]) == (422, "TooMuchToExport")
