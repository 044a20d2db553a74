"""A calendar loaded later: open clocks are counted anew, old and new last day told once, no more."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from services.cases.rules.deadlines import period_for
from shared import clock, ledger
from shared.calendar import Calendar, load
from shared.ledger import ClockState
from tests.cases.story import OFFICE, PROSECUTOR, Story

SHIPPED = load()


def filed(tmp_path: Path, *rest_days: str) -> Calendar:
    """The shipped calendar with a file laid over it by which these days rest."""
    path = tmp_path / f"days-{len(rest_days)}.csv"
    lines = [f"{day},rest,灾害停工,市政府通告" for day in rest_days]
    path.write_text("\n".join(["date,kind,name,source", *lines, ""]), encoding="utf-8")
    return load(path)


async def clocks(story: Story, case_id: str) -> dict[str, dict[str, Any]]:
    """The clocks of a case, whole, by row."""
    found = await story.client.read(f"/cases/v1/cases/{case_id}/clocks", PROSECUTOR)
    return {each["row"]: each for each in found["items"]}


async def changes(story: Story, case_id: str) -> list[tuple[str, str, str, str]]:
    """What was told of clocks counted anew: which row, from which last day to which, and why."""
    told = await story.app.recorded("clock_changed", UUID(case_id))
    return [(e.body["row"], e.body["old_due_on"], e.body["due_on"], e.body["reason"]) for e in told]


async def test_open_clocks_follow_and_old_and_new_are_told_once(story: Story, tmp_path: Path) -> None:
    case = await story.served()
    before = await clocks(story, case["id"])
    reply_due = before["T7"]["due_on"]
    story.app.frame.calendar = laid = filed(tmp_path, reply_due)
    await story.app.duty("follow_the_calendar")
    after = await clocks(story, case["id"])
    new = laid.roll(date.fromisoformat(reply_due)).isoformat()
    assert (after["T7"]["due_on"], after["T7"]["calendar_version"]) == (new, laid.version)
    assert new > reply_due
    assert any(reply_due in line and "灾害停工" in line for line in after["T7"]["how"])
    assert (("T7", reply_due, new, "calendar")) in await changes(story, case["id"])
    told = await changes(story, case["id"])
    assert await story.app.duty("follow_the_calendar") == 0
    assert await changes(story, case["id"]) == told
    for row, shown in after.items():
        if shown["state"] == "met":
            assert shown["calendar_version"] == before[row]["calendar_version"]
    await untouched(story, case["id"], before, after)


async def untouched(story: Story, case_id: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """A clock whose last day is the same is counted by the new calendar without a word."""
    told = {row for row, *_ in await changes(story, case_id)}
    same = {row for row in after if after[row]["due_on"] == before[row]["due_on"]}
    assert told.isdisjoint(same)
    assert same


async def test_a_calendar_taken_back_takes_the_last_day_back(story: Story, tmp_path: Path) -> None:
    case = await story.case()
    due = (await clocks(story, case["id"]))["I4"]["due_on"]
    story.app.frame.calendar = filed(tmp_path, due)
    await story.app.duty("follow_the_calendar")
    moved = (await clocks(story, case["id"]))["I4"]["due_on"]
    story.app.frame.calendar = SHIPPED
    await story.app.duty("follow_the_calendar")
    assert (await clocks(story, case["id"]))["I4"]["due_on"] == due
    of_row = [(old, new) for row, old, new, _ in await changes(story, case["id"]) if row == "I4"]
    assert of_row == [(due, moved), (moved, due)]


async def test_a_breached_limit_that_ends_later_by_the_new_plan_runs_again(
    story: Story, tmp_path: Path
) -> None:
    today = clock.today()
    basis_on = today - timedelta(days=10)
    while SHIPPED.is_rest_day(basis_on + timedelta(7)):
        basis_on -= timedelta(days=1)
    case = await story.case()
    async with story.app.writing() as session:
        period = period_for("T4", basis_on)
        made = await ledger.start(session, UUID(case["id"]), period, basis_on, office=OFFICE)
    await story.app.duty("watch_clocks")
    assert (await kept(story, made.id)).state is ClockState.BREACHED
    rests = [(made.due_on + timedelta(n)).isoformat() for n in range((today - made.due_on).days + 1)]
    story.app.frame.calendar = filed(tmp_path, *rests)
    await story.app.duty("follow_the_calendar")
    again = await kept(story, made.id)
    assert (again.state, again.breached, again.due_on > today) == (ClockState.RUNNING, True, True)


async def kept(story: Story, clock_id: UUID) -> ledger.Clock:
    """The clock as it is kept."""
    async with story.app.reading() as session:
        found = await session.get(ledger.Clock, clock_id)
    assert found is not None
    return found


async def test_more_clocks_than_one_batch_are_all_counted_anew(story: Story, tmp_path: Path) -> None:
    today = clock.today()
    async with story.app.writing() as session:
        period = period_for("I1", today)
        made = [await ledger.start(session, uuid4(), period, today, office=OFFICE) for _ in range(55)]
    story.app.frame.calendar = filed(tmp_path, made[0].due_on.isoformat())
    await story.app.duty("follow_the_calendar")
    told = await story.app.recorded("clock_changed")
    assert len({event.body["clock_id"] for event in told}) == len(told) == 55
    assert await story.app.duty("follow_the_calendar") == 0
