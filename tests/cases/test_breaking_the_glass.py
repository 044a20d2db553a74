"""Whoever must read what they may not know of breaks the glass: with a reason, for a day, loudly."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import insert, select, update

from shared import clock, journal
from shared.events import subject_of
from shared.standing import grants, recusals
from tests import given
from tests.cases.story import CHIEF, CLERK, OFFICE, PROSECUTOR, Story
from tests.given import CITY, NEIGHBOUR, OTHER_CITY, SUPREME, Person

LEADS, CASES, USES = "/cases/v1/leads", "/cases/v1/cases", "/cases/v1/break-glass"
STRANGER, CHIEF_THERE = given.department_head(NEIGHBOUR), given.chief(NEIGHBOUR)
REASON = "深夜紧急：被害人正在本地被跟踪"


async def ask(story: Story, matter_id: str, by: Person = STRANGER, **more: Any) -> httpx.Response:
    """The answer to somebody who breaks the glass."""
    said = {"reason": REASON} | more
    return await story.client.post(f"/cases/v1/matters/{matter_id}/break-glass", said, by=by)


async def broken(story: Story, matter_id: str, by: Person = STRANGER) -> dict[str, Any]:
    """The glass, broken."""
    answer = await ask(story, matter_id, by)
    assert answer.status_code == 201, answer.text
    use: dict[str, Any] = answer.json()
    return use


async def status(story: Story, path: str, by: Person = STRANGER) -> int:
    """How a reading is answered."""
    return (await story.client.get(path, by)).status_code


async def test_it_opens_the_matter_to_that_person_alone_for_that_day_alone(story: Story) -> None:
    case, other = await story.case(), await story.lead()
    path = f"{CASES}/{case['id']}"
    assert await status(story, path) == 404
    use = await broken(story, case["id"])
    assert (use["org"], use["office"], use["broken_on"]) == (NEIGHBOUR, OFFICE, str(clock.today()))
    assert (use["reason"], use["mark"], use["reviewed_on"]) == (REASON, "internal", None)
    for end in ("", "/timeline", "/clocks"):
        assert await status(story, path + end) == 200
    assert [each["id"] for each in (await story.client.read(CASES, STRANGER))["items"]] == [case["id"]]
    assert await status(story, path, CHIEF_THERE) == 404
    assert await status(story, f"{LEADS}/{other['id']}") == 404
    async with story.app.writing() as session:
        yesterday = clock.today() - timedelta(days=1)
        await session.execute(update(grants).values(begins_on=yesterday, ends_on=yesterday))
    assert await status(story, path) == 404


async def test_it_is_leave_to_read_and_no_leave_to_act(story: Story) -> None:
    case = await story.case()
    by = given.chief(NEIGHBOUR).also(*PROSECUTOR.roles, *STRANGER.roles)
    await broken(story, case["id"], by)
    path = f"{CASES}/{case['id']}"
    etag = await story.client.etag(path, by)
    matter = f"/cases/v1/matters/{case['id']}"
    acts: dict[str, dict[str, Any]] = {
        f"{path}/investigation-report": {"conclusion": "属实"},
        f"{path}/facts": {"persons": 5, "reason": "核实"},
        f"{path}/termination": {"ground": "other", "reason": "整改"},
        f"{matter}/team": {"join": [], "reason": "办案"},
        f"{matter}/external-ids": {"system": "s", "number": "1"},
        f"{matter}/rule-version": {"as_if_on": None, "reason": "无"},
    }
    for door, said in acts.items():
        answer = await story.client.post(door, said, by=by, etag=etag)
        assert answer.status_code == 403, (door, answer.text)
    assert (await story.upload(case["id"], by=by)).status_code == 403
    assert await story.client.etag(path, by) == etag


async def test_it_is_recorded_with_the_matter_and_who_it_was_stands_in_erasable_details(story: Story) -> None:
    lead = await story.lead()
    use = await broken(story, lead["id"])
    (event,) = await story.app.recorded("glass_broken", UUID(lead["id"]))
    said = {"matter_id": lead["id"], "use_id": use["id"], "office": OFFICE, "org": NEIGHBOUR}
    assert event.body == said
    async with story.app.reading() as session:
        details = journal.journal_details
        rows = select(details.c.body).where(details.c.subject == subject_of(UUID(lead["id"])))
        (body,) = [each for each in await session.scalars(rows) if REASON in each]
    assert STRANGER.sub in body
    timeline = await story.client.read(f"{LEADS}/{lead['id']}/timeline", PROSECUTOR)
    entry = timeline["items"][-1]
    assert (entry["type"], entry["article"]) == ("cases.glass_broken", "casebridge breaking the glass")


async def test_recusal_and_clearance_beat_it_and_nobody_learns_what_there_is(story: Story) -> None:
    lead = await story.lead()
    secret = await story.lead(by=PROSECUTOR.cleared(3), classification=3)
    async with story.app.writing() as session:
        await session.execute(insert(recusals), [{"matter_id": UUID(lead["id"]), "sub": STRANGER.sub}])
    absent = str(uuid4())
    answers = [await ask(story, each) for each in (lead["id"], secret["id"], absent)]
    told = [
        (each.status_code, each.json()["code"], each.json()["matter_id"].replace(named, absent))
        for each, named in zip(answers, (lead["id"], secret["id"], absent), strict=True)
    ]
    assert told == [(404, "NotFound", absent)] * 3
    use = await broken(story, lead["id"], CHIEF_THERE)
    async with story.app.writing() as session:
        await session.execute(insert(recusals), [{"matter_id": UUID(lead["id"]), "sub": CHIEF_THERE.sub}])
    assert await status(story, f"{LEADS}/{lead['id']}", CHIEF_THERE) == 404
    assert await status(story, f"{USES}/{use['id']}", CHIEF_THERE) == 404


async def test_who_may_not_or_need_not_break_it(story: Story) -> None:
    lead = await story.lead()
    officer = await given.known_agency(story.app.app, "wxb-1")
    for by, code in (
        (given.prosecutor(NEIGHBOUR), 403),
        (given.clerk(NEIGHBOUR), 403),
        (given.auditor(), 403),
        (officer, 403),
        (CHIEF, 409),
        (given.chief(CITY), 409),
        (given.admin(), 409),
    ):
        assert (await ask(story, lead["id"], by)).status_code == code, by
    assert (await ask(story, lead["id"], reason="急")).status_code == 422
    await broken(story, lead["id"])
    assert (await ask(story, lead["id"])).json()["code"] == "KnownAlready"
    assert len(await story.app.recorded("glass_broken")) == 1


async def test_the_chief_of_the_handling_office_reviews_it_once(story: Story) -> None:
    lead = await story.lead()
    use = await broken(story, lead["id"], CHIEF_THERE)
    path, said = f"{USES}/{use['id']}", {"justified": False, "opinion": "应先联系本院"}
    etag = await story.client.etag(path, CHIEF)
    for by, code in (
        (CHIEF_THERE, 403),
        (given.chief(CITY), 403),
        (given.chief(OTHER_CITY), 404),
        (CLERK, 403),
    ):
        assert (await story.client.post(f"{path}/review", said, by=by, etag=etag)).status_code == code
    done = await story.client.act(path, "review", said, by=CHIEF)
    assert (done["justified"], done["opinion"], done["reviewed_on"]) == (
        False,
        "应先联系本院",
        str(clock.today()),
    )
    stale = await story.client.post(f"{path}/review", said, by=CHIEF, etag=etag)
    assert stale.status_code == 412
    twice = await story.client.post(f"{path}/review", said, by=CHIEF, etag='"2"')
    assert (twice.status_code, twice.json()["code"]) == (409, "GlassReviewedAlready")
    (event,) = await story.app.recorded("glass_reviewed")
    assert event.body["justified"] is False
    assert "联系" not in str(event.body)


async def test_uses_are_listed_to_whom_may_know_of_the_matter(
    story: Story, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    first, second = await story.lead(), await story.lead()
    use = await broken(story, first["id"])

    async def listed(by: Person, **asked: Any) -> list[str]:
        return [each["matter_id"] for each in (await story.client.read(USES, by, **asked))["items"]]

    with statements() as few:
        assert await listed(CHIEF) == [first["id"]]
    await broken(story, second["id"])
    await broken(story, second["id"], CHIEF_THERE)
    with statements() as many:
        assert await listed(CHIEF) == [second["id"], second["id"], first["id"]]
    assert len(few) == len(many)
    assert await listed(given.auditor(SUPREME), matter_id=first["id"]) == [first["id"]]
    assert await listed(given.overseer(OTHER_CITY)) == []
    assert set(await listed(CHIEF_THERE)) == {second["id"]}
    await story.client.act(f"{USES}/{use['id']}", "review", {"justified": True, "opinion": "可"}, by=CHIEF)
    assert await listed(CHIEF, reviewed=True) == [first["id"]]
    assert await listed(CHIEF, reviewed=False) == [second["id"], second["id"]]
    page = await story.client.read(USES, CHIEF, limit=2)
    rest = await story.client.read(USES, CHIEF, limit=2, cursor=page["next"])
    assert ([each["matter_id"] for each in rest["items"]], rest["next"]) == ([first["id"]], None)
    assert len(await listed(PROSECUTOR)) == 3
    officer = await given.known_agency(story.app.app, "wxb-1")
    assert (await story.client.get(USES, officer)).status_code == 403


async def test_a_used_glass_leaves_nothing_behind_in_the_standing(story: Story) -> None:
    lead = await story.lead()
    await broken(story, lead["id"])
    yesterday = clock.today() - timedelta(days=1)
    async with story.app.writing() as session:
        await session.execute(update(grants).values(begins_on=yesterday, ends_on=yesterday))
    await broken(story, lead["id"], CHIEF_THERE)
    async with story.app.reading() as session:
        rows = (await session.execute(select(grants.c.sub, grants.c.scope))).all()
    assert [tuple(row) for row in rows] == [(CHIEF_THERE.sub, "break_glass")]
