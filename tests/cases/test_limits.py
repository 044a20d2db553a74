"""Internal limits: set by offices as dated rows, the nearest and most particular speaks, old rows stay."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest

from services.cases.errors import LimitOfTheLaw
from services.cases.rules.deadlines import PERIODS, period_for
from services.cases.rules.limits import Limit, limit_for, require_internal
from shared import clock
from shared.calendar import load
from shared.clocks import Unit, deadline
from tests import given
from tests.cases.story import CHIEF, CLERK, HEAD, OFFICE, PROSECUTOR, Story
from tests.given import Person

LIMITS = "/cases/v1/limits"
PLAN = load()
MONDAY = date(2026, 3, 9)
LINE = (OFFICE, given.CITY, given.PROVINCE, given.SUPREME)


def a_limit(length: int | None, **more: Any) -> dict[str, Any]:
    """The body of a limit for assessing leads."""
    return {"row": "I1", "length": length, "reason": "本院办案规定"} | more


def a_row(office: str, length: int | None, focus: str | None = None, unit: Unit = Unit.DAYS) -> Limit:
    """A limit for assessing leads as that office set it."""
    return Limit(office, "I1", focus, length, unit, date(2026, 1, 1), "某某")


async def set_by(story: Story, by: Person, length: int | None, **more: Any) -> dict[str, Any]:
    """The limit, set."""
    made: dict[str, Any] = await story.client.create(LIMITS, a_limit(length, **more), by=by)
    return made


async def assessment_due(story: Story, lead: dict[str, Any]) -> dict[str, Any]:
    """The clock of a lead for its assessment, as the event that began it says."""
    started = await story.app.recorded("clock_started")
    return next(e.body for e in started if (e.body["matter_id"], e.body["row"]) == (lead["id"], "I1"))


def in_days(days: int) -> str:
    """So many days after today, on the first working day."""
    return PLAN.roll(clock.today() + timedelta(days)).isoformat()


# -- the rule ----------------------------------------------------------------------------------------------


def speaks(rows: list[Limit], *focuses: str) -> tuple[str, int] | None:
    """Whose limit speaks for a matter of the district that meets these focuses, and how long it is."""
    found = limit_for(rows, LINE, focuses, period_for("I1", MONDAY), MONDAY, PLAN)
    return (found.office, found.length or 0) if found else None


def test_the_nearest_office_that_set_one_speaks_for_a_focus_before_it_speaks_for_all() -> None:
    city, own = a_row(given.CITY, 20), a_row(OFFICE, 25)
    for_group, for_sector = a_row(OFFICE, 40, "group"), a_row(OFFICE, 35, "sector")
    assert speaks([]) is None
    assert speaks([a_row(given.PROVINCE, 5), city]) == (given.CITY, 20)
    assert speaks([city, own]) == (OFFICE, 25)
    assert speaks([city, own, for_group, for_sector], "linked") == (OFFICE, 25)
    assert speaks([city, own, for_group], "group") == (OFFICE, 40)
    assert speaks([city, own, for_group, for_sector], "group", "sector") == (OFFICE, 35)
    assert speaks([city, for_group], "linked") == (given.CITY, 20)
    assert speaks([city, a_row(OFFICE, None)]) == (given.CITY, 20)


def test_the_shortest_is_the_one_that_ends_first_whatever_it_is_counted_in() -> None:
    working = a_row(OFFICE, 5, "group", Unit.WORKING_DAYS)  # Monday 9 March: the 16th
    days = a_row(OFFICE, 6, "sector")  # the 15th is a Sunday: the 16th too
    longer = a_row(OFFICE, 8, "sector")
    due = [deadline(each.period(period_for("I1", MONDAY)), MONDAY, PLAN).due_on for each in (working, days)]
    assert due == [date(2026, 3, 16), date(2026, 3, 16)]
    assert speaks([working, longer], "group", "sector") == (OFFICE, 5)


def test_only_what_the_law_leaves_open_is_set_by_an_office() -> None:
    for period in PERIODS:
        if period.row[0] == "I":
            assert require_internal(period.row, MONDAY) == period
            assert (
                str(a_row(OFFICE, 3).period(period).basis) == f"casebridge limit of {OFFICE} since 2026-01-01"
            )
            assert not a_row(OFFICE, 3).period(period).statutory
        else:
            with pytest.raises(LimitOfTheLaw):
                require_internal(period.row, MONDAY)


# -- over HTTP ---------------------------------------------------------------------------------------------


async def test_a_clock_begins_by_the_office_s_own_limit_and_keeps_it(story: Story) -> None:
    before = await story.lead()
    assert (await assessment_due(story, before))["due_on"] == in_days(30)
    await set_by(story, CHIEF, 10)
    during = await story.lead()
    assert (await assessment_due(story, during))["due_on"] == in_days(10)
    await set_by(story, CHIEF, 4)
    after = await story.lead()
    dues = [(await assessment_due(story, lead))["due_on"] for lead in (before, during, after)]
    assert dues == [in_days(30), in_days(10), in_days(4)]
    await set_by(story, CHIEF, None)
    assert (await assessment_due(story, await story.lead()))["due_on"] == in_days(30)


async def test_a_running_clock_is_never_recounted_by_a_newer_limit(story: Story) -> None:
    await set_by(story, CHIEF, 10)
    case = await story.case()
    limits = {"row": "I4", "length": 60, "reason": "新规定"}
    await story.client.create(LIMITS, a_limit(60) | limits, by=CHIEF)
    assert (await story.clocks(case["id"]))["I4"] == ("running", in_days(90))
    frame = story.app.frame
    frame.calendar = load_with_a_note(frame.calendar)
    await story.app.duty("follow_the_calendar")
    found = await story.client.read(f"/cases/v1/cases/{case['id']}/clocks", PROSECUTOR)
    assert {each["calendar_version"] for each in found["items"] if each["row"] == "I4"} == {
        frame.calendar.version
    }
    assert (await story.clocks(case["id"]))["I4"] == ("running", in_days(90))


def load_with_a_note(calendar: Any) -> Any:
    """The same days under another version: what a file does that changes none of the days in question."""
    return type(calendar)(calendar.days, calendar.years, f"{calendar.version} + note")


async def test_a_limit_is_shown_as_internal_with_who_set_it(story: Story) -> None:
    city = given.chief(given.CITY, name="张检")
    made = await set_by(story, city, 12, row="I4")
    assert (made["mark"], made["office"], made["set_by_name"]) == ("internal", given.CITY, "张检")
    case = await story.case()
    found = await story.client.read(f"/cases/v1/cases/{case['id']}/clocks", PROSECUTOR)
    (shown,) = [each for each in found["items"] if each["row"] == "I4"]
    assert shown["statutory"] is False
    assert shown["article"] == f"casebridge limit of {given.CITY} since {clock.today()}"
    assert f"{given.CITY}（张检）" in shown["how"][0]
    assert shown["due_on"] == in_days(12)
    (event,) = await story.app.recorded("limit_set")
    assert (event.subject, event.org, event.matter_id) == (f"office/{given.CITY}", given.CITY, None)
    assert "张检" not in str(event.body)


async def test_a_limit_for_a_focus_speaks_for_matters_that_meet_it(story: Story) -> None:
    await set_by(story, CHIEF, 20)
    await set_by(story, CHIEF, 6, focus="sensitive")
    await set_by(story, CHIEF, 8, focus="sector")
    plain = await story.lead()
    emphasised = await story.lead(kinds=["biometric"], sector="medical")
    assert (await assessment_due(story, plain))["due_on"] == in_days(20)
    assert (await assessment_due(story, emphasised))["due_on"] == in_days(6)


async def test_a_limit_holds_from_its_day_on_and_is_asked_about_without_a_matter(story: Story) -> None:
    today, later = clock.today(), clock.today() + timedelta(40)
    await set_by(story, given.admin(OFFICE), 7, since=later.isoformat())

    async def asked(on: date, **more: Any) -> dict[str, Any]:
        said = {"row": "I1", "basis_on": on.isoformat(), "office": OFFICE} | more
        response = await story.client.post("/cases/v1/rules/deadline", said, by=PROSECUTOR, key=None)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    assert (await asked(today))["article"] == "casebridge limit: assess the lead"
    then = await asked(later)
    assert then["due_on"] == PLAN.roll(later + timedelta(7)).isoformat()
    assert (then["mark"], then["statutory"]) == ("internal", False)
    assert OFFICE in then["trace"][0]
    assert (await asked(later, office=given.NEIGHBOUR))["article"] == "casebridge limit: assess the lead"
    assert (await asked(later, row="T6"))["article"] == "R 75"
    body = {"row": "I1", "basis_on": today.isoformat(), "office": "999999"}
    unknown = await story.client.post("/cases/v1/rules/deadline", body, by=PROSECUTOR, key=None)
    assert unknown.status_code == 422


async def test_the_history_of_limits_stays_and_is_paged(
    story: Story, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    for length in (9, 8, 7):
        await set_by(story, CHIEF, length)
    first = await story.client.read(LIMITS, CLERK, office=OFFICE, row="I1", limit=2)
    assert [each["length"] for each in first["items"]] == [7, 8]
    rest = await story.client.read(LIMITS, CLERK, office=OFFICE, row="I1", limit=2, cursor=first["next"])
    assert ([each["length"] for each in rest["items"]], rest["next"]) == ([9], None)
    with statements() as few:
        await story.client.read(LIMITS, CLERK)
    for length in range(20, 30):
        await set_by(story, CHIEF, length, focus="group")
    with statements() as many:
        await story.client.read(LIMITS, CLERK)
    assert len(few) == len(many)
    lead = await story.lead()  # ten rows of one focus are one newest row
    assert (await assessment_due(story, lead))["due_on"] == in_days(7)


REFUSED: list[tuple[Person, dict[str, Any], int, str]] = [
    (PROSECUTOR, {}, 403, "RoleRequired"),
    (HEAD, {}, 403, "RoleRequired"),
    (CHIEF, {"row": "T7"}, 409, "LimitOfTheLaw"),
    (CHIEF, {"row": "T18r"}, 409, "LimitOfTheLaw"),
    (CHIEF, {"row": "I77"}, 409, "NoRuleInForce"),
    (CHIEF, {"since": "2021-02-01"}, 409, "DateOutOfOrder"),
    (CHIEF, {"length": 0}, 422, "Malformed"),
    (CHIEF, {"unit": "months"}, 422, "Malformed"),
    (CHIEF, {"focus": "beauty"}, 422, "Malformed"),
    (CHIEF, {"reason": " "}, 422, "Malformed"),
]


async def test_what_is_not_set(story: Story) -> None:
    for by, said, status, code in REFUSED:
        response = await story.client.post(LIMITS, a_limit(5) | said, by=by)
        assert (response.status_code, response.json()["code"]) == (status, code), said
    assert (await story.client.read(LIMITS, CLERK))["items"] == []
    assert await story.app.recorded("limit_set") == []
