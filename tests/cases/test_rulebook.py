"""What the system believes the law to be can be read and asked, with articles and certainty."""

from services.cases.rules.book import BOOK
from services.cases.rules.processors import check_character, is_credit_code
from tests import given
from tests.cases.story import AGENCY, PROSECUTOR, Story

RULES = "/cases/v1/rules"


async def test_every_row_is_served_with_its_article_and_its_mark(story: Story) -> None:
    rows = await story.client.read(RULES, PROSECUTOR)
    assert len(rows) == sum(len(each) for each in BOOK.values())
    assert {row["table"] for row in rows} == set(BOOK)
    assert all(row["article"] and row["mark"] and row["since"] for row in rows)
    ours = [row for row in rows if row["mark"] == "our_reading"]
    assert any(row["row"].get("act") == "suggest_to_court" for row in ours)
    internal = [row for row in rows if row["table"] == "periods" and row["mark"] == "internal"]
    assert {row["row"]["statutory"] for row in internal} == {False}


async def test_rows_can_be_read_by_table_and_day(story: Story) -> None:
    early = await story.client.read(RULES, PROSECUTOR, table="focuses", on="2021-08-21")
    late = await story.client.read(RULES, PROSECUTOR, table="focuses", on="2021-11-01")
    assert {row["article"] for row in late} - {row["article"] for row in early} == {"PIPL 28"}
    assert (await story.client.get(RULES, PROSECUTOR, on="someday")).status_code == 422
    assert (await story.client.get(RULES)).status_code == 401
    officer = await given.known_agency(story.app.app, AGENCY)
    assert (await story.client.get(RULES, officer)).status_code == 200


async def ask(story: Story, what: str, **asked: object) -> dict[str, object]:
    """What the table says; it must answer."""
    response = await story.client.post(f"{RULES}/{what}", asked, by=PROSECUTOR, key=None)
    assert response.status_code == 200, response.text
    answer: dict[str, object] = response.json()
    return answer


async def test_priority_can_be_asked(story: Story) -> None:
    said = await ask(story, "priority", persons=1_000_000, kinds=["religion"])
    assert (said["codes"], said["emphasis"]) == (["sensitive", "over_10k", "from_1m"], 3)
    assert (await ask(story, "priority", persons=1_000_000, on="2021-08-20"))["codes"] == []


async def test_competence_can_be_asked_for_any_office(story: Story) -> None:
    here = await ask(story, "competence", procedure="administrative", agency_division="330110")
    assert (here["verdict"], here["article"]) == ("competent", "R 13")
    asked = {"procedure": "civil", "office": given.CITY, "places": ["330110"]}
    above = await ask(story, "competence", **asked)
    assert (above["verdict"], above["ways_out"]) == ("not", ["assign"])
    unknown = await story.client.post(
        f"{RULES}/competence", {"procedure": "civil", "office": "999999"}, by=PROSECUTOR
    )
    assert unknown.status_code == 422


async def test_a_deadline_can_be_asked_with_its_trace(story: Story) -> None:
    said = await ask(story, "deadline", row="T7", basis_on="2023-06-30")
    assert (said["due_on"], said["article"], said["warnings"]) == ("2023-08-30", "J 21", [])
    longer = await ask(
        story,
        "deadline",
        row="T9",
        basis_on="2023-08-30",
        extensions=[
            {
                "length": 1,
                "unit": "months",
                "approved_on": "2023-09-20",
                "approved_by": "330110",
                "basis": "R 47",
            }
        ],
        exclusions=[{"begins_on": "2023-09-01", "ends_on": "2023-09-11", "basis": "R 48"}],
    )
    assert longer["due_on"] == "2023-11-09"
    response = await story.client.post(
        f"{RULES}/deadline", {"row": "T99", "basis_on": "2023-06-30"}, by=PROSECUTOR
    )
    assert (response.status_code, response.json()["code"]) == (409, "NoRuleInForce")


async def test_a_limit_of_two_procedures_is_asked_for_one_of_them_and_cites_its_article(
    story: Story,
) -> None:
    cited = {"T18": ("ALL 85", "CPL 171"), "T18r": ("ALL 85", "CPL 171"), "T20": ("R 84", "R 99")}
    cited |= {"T22": ("ALL 51", "CPL 126"), "T23": ("ALL 67", "CPL 128"), "T24": ("ALL 67", "CPL 128")}
    cited |= {"T25": ("ALL 81", "CPL 152"), "T25s": ("ALL 88", "CPL 183")}
    for row, articles in cited.items():
        for procedure, article in zip(("administrative", "civil"), articles, strict=True):
            said = await ask(story, "deadline", row=row, basis_on="2025-03-10", procedure=procedure)
            assert said["article"] == article, (row, procedure)
        body = {"row": row, "basis_on": "2025-03-10"}
        unsaid = await story.client.post(f"{RULES}/deadline", body, by=PROSECUTOR)
        assert (unsaid.status_code, unsaid.json()["errors"][0]["at"]) == (422, "body.procedure")
    other = {"row": "T7", "basis_on": "2025-03-10", "procedure": "civil"}
    none = await story.client.post(f"{RULES}/deadline", other, by=PROSECUTOR)
    assert (none.status_code, none.json()["code"]) == (409, "NoRuleInForce")


def test_a_credit_code_checks_itself() -> None:
    assert is_credit_code("91350100M000100Y43")  # the example of the standard
    assert not is_credit_code("91350100M000100Y44")
    assert not is_credit_code("91350100M000100Y4")
    assert not is_credit_code("9135010OM000100Y43")  # the letter O is no character of it
    assert check_character("91350100M000100Y4") == "3"
