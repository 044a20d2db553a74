"""A protected reporter: sealed, read by named persons only, each reading on record."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from services.cases.tables import Lead, Reporter
from shared import clock
from tests import given
from tests.cases.story import CHIEF, CLERK, HEAD, OFFICE, PROSECUTOR, Story, days_ago, types
from tests.given import Person

LEADS = "/cases/v1/leads"
OLD = "v1:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
NEW = "v2:" + "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI="
IDENTITY = {"name": "李某某", "contact": "13900001234", "address": "某市某路1号", "remarks": "在职员工"}
NAMED = given.prosecutor(OFFICE, sub="prosecutor-b")


@pytest.fixture
def extra_settings() -> dict[str, dict[str, Any]]:
    """This installation can keep identities."""
    return {"cases": {"vault_keys": [OLD]}}


async def ask(story: Story, lead: dict[str, Any], what: str, body: Any, by: Person) -> Any:
    """The answer to something asked of a lead."""
    etag = await story.client.etag(f"{LEADS}/{lead['id']}", PROSECUTOR)
    return await story.client.post(f"{LEADS}/{lead['id']}/{what}", body, by=by, etag=etag)


async def naming(story: Story, lead: dict[str, Any], person: Person, by: Person = CHIEF, **more: Any) -> Any:
    """The answer to the chief's decision on a person."""
    said = {"person": person.sub, "decided": "granted", "reason": "核实举报内容"} | more
    return await ask(story, lead, "reporter-readers", said, by)


async def reading(story: Story, lead: dict[str, Any], by: Person) -> Any:
    """The answer to whoever wants to know."""
    return await story.client.get(f"{LEADS}/{lead['id']}/reporter", by)


async def kept(story: Story, **more: Any) -> dict[str, Any]:
    """A lead whose reporter is kept."""
    lead = await story.lead(source="report", **more)
    answer = await ask(story, lead, "reporter", IDENTITY, CLERK)
    assert answer.json() == {"lead_id": lead["id"], "kept_on": clock.today().isoformat()}
    return lead


async def readings(story: Story, lead: dict[str, Any], by: Person = CHIEF) -> list[str]:
    """Who has read it, as the chief is told."""
    path = f"{LEADS}/{lead['id']}/reporter-readings"
    return [each["sub"] for each in (await story.client.read(path, by))["items"]]


async def test_only_named_persons_read_it_and_each_reading_is_on_record(story: Story) -> None:
    lead = await kept(story)
    for nobody in (PROSECUTOR, CLERK, HEAD, CHIEF, NAMED, given.admin(), given.overseer(given.CITY)):
        refused = await reading(story, lead, nobody)
        assert (refused.status_code, refused.json()["code"]) == (403, "NotNamedToRead"), nobody.sub
    assert await readings(story, lead) == []
    assert (await naming(story, lead, NAMED)).status_code == 201
    for _ in range(2):
        read = await reading(story, lead, NAMED)
        assert read.json() == {"lead_id": lead["id"], **IDENTITY}
    assert (await reading(story, lead, CHIEF)).status_code == 403, "naming others names not oneself"
    assert await readings(story, lead) == [NAMED.sub, NAMED.sub]
    assert await readings(story, lead, given.auditor()) == [NAMED.sub, NAMED.sub]
    for nobody in (PROSECUTOR, NAMED):
        answer = await story.client.get(f"{LEADS}/{lead['id']}/reporter-readings", nobody)
        assert answer.status_code == 403
    assert await types(story.app, lead["id"]) == [
        "lead_registered",
        "clock_started",
        "reporter_kept",
        "reporter_reader_decided",
    ]


async def test_leave_ends_by_its_day_by_withdrawal_and_when_the_lead_moves(story: Story) -> None:
    lead = await kept(story)
    past = await naming(story, lead, NAMED, ends_on=days_ago(1))
    assert (past.status_code, past.json()["code"]) == (409, "DateOutOfOrder")
    assert (await naming(story, lead, NAMED, ends_on=days_ago(0))).status_code == 201
    assert (await reading(story, lead, NAMED)).status_code == 200
    async with story.app.writing() as session:
        await session.execute(text("UPDATE reporter_readers SET ends_on = '2026-01-01'"))
    assert (await reading(story, lead, NAMED)).status_code == 403
    nothing = await naming(story, lead, NAMED, decided="withdrawn")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "NobodyNamed")
    for _ in range(2):
        assert (await naming(story, lead, NAMED)).status_code == 201
    withdrawn = await naming(story, lead, NAMED, decided="withdrawn")
    assert withdrawn.json()["withdrawn_on"] == clock.today().isoformat()
    assert (await reading(story, lead, NAMED)).status_code == 403
    await naming(story, lead, NAMED)
    assert (await reading(story, lead, NAMED)).status_code == 200
    async with story.app.writing() as session:
        await session.execute(update(Lead).where(Lead.id == UUID(lead["id"])).values(epoch=Lead.epoch + 1))
    assert (await reading(story, lead, NAMED)).status_code == 403
    listed = await story.client.read(f"{LEADS}/{lead['id']}/reporter-readers", CHIEF, limit=2)
    assert [each["person"] for each in listed["items"]] == [NAMED.sub] * 2
    assert listed["next"]


async def test_only_the_chief_of_the_office_names(story: Story) -> None:
    lead = await kept(story)
    for nobody, status in (
        (PROSECUTOR, 403),
        (HEAD, 403),
        (given.chief(given.CITY), 403),
        (given.chief(given.NEIGHBOUR), 404),
    ):
        assert (await naming(story, lead, NAMED, by=nobody)).status_code == status
    assert (await naming(story, lead, CHIEF)).status_code == 201, "the chief may name themselves, on record"
    assert (await reading(story, lead, CHIEF)).status_code == 200


async def test_recusal_and_sight_of_the_lead_beat_the_leave(story: Story) -> None:
    lead = await kept(story)
    stranger = given.prosecutor(given.NEIGHBOUR)
    for person in (NAMED, stranger):
        assert (await naming(story, lead, person)).status_code == 201
    assert (await reading(story, lead, stranger)).status_code == 404
    said = {"person": NAMED.sub, "person_role": "prosecutor", "ground": "近亲属", "decided": "recused"}
    path = f"/cases/v1/matters/{lead['id']}/recusals"
    etag = await story.client.etag(f"{LEADS}/{lead['id']}", CHIEF)
    assert (await story.client.post(path, said, by=CHIEF, etag=etag)).status_code == 201
    assert (await reading(story, lead, NAMED)).status_code == 404
    assert await readings(story, lead) == []


async def test_what_is_kept_is_replaced_only_by_a_person_who_may_read_it(story: Story) -> None:
    lead = await kept(story)
    again = await ask(story, lead, "reporter", {"name": "另一人"}, CLERK)
    assert (again.status_code, again.json()["code"]) == (409, "ReporterIsKept")
    await naming(story, lead, NAMED)
    right = await ask(story, lead, "reporter", {"name": "李某"}, NAMED)
    assert right.status_code == 201
    assert (await reading(story, lead, NAMED)).json()["name"] == "李某"
    replaced = [each.body["replaced"] for each in await story.app.recorded("reporter_kept")]
    assert replaced == [False, True]
    for wrong in ({}, {"name": ""}, {"name": "x" * 81}, {"name": "x", "phone": "1"}):
        answer = await ask(story, await story.lead(), "reporter", wrong, CLERK)
        assert answer.status_code == 422
    assert (
        await ask(story, lead, "reporter", {"name": "x"}, given.prosecutor(given.CITY))
    ).status_code == 403


async def test_that_nobody_is_kept_is_told_to_named_persons_only(story: Story) -> None:
    lead = await story.lead()
    assert (await reading(story, lead, PROSECUTOR)).json()["code"] == "NotNamedToRead"
    await naming(story, lead, NAMED)
    assert (await reading(story, lead, NAMED)).json()["code"] == "NotFound"
    unknown = await story.client.get(f"{LEADS}/{uuid4()}/reporter", NAMED)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "LeadNotFound")


async def test_a_sealed_identity_opens_for_its_own_lead_alone(story: Story) -> None:
    one, two = await kept(story), await kept(story)
    for lead in (one, two):
        await naming(story, lead, NAMED)
    async with story.app.writing() as session:
        of_two = select(Reporter.sealed).where(Reporter.lead_id == UUID(two["id"])).scalar_subquery()
        mine = Reporter.lead_id == UUID(one["id"])
        await session.execute(update(Reporter).where(mine).values(sealed=of_two))
    swapped = await reading(story, one, NAMED)
    assert (swapped.status_code, swapped.json()["code"]) == (409, "IdentityUnreadable")
    assert IDENTITY["name"] not in swapped.text
    assert (await reading(story, two, NAMED)).status_code == 200
    assert await readings(story, one) == []


async def test_keys_follow_one_another(story: Story) -> None:
    lead = await kept(story)
    await naming(story, lead, NAMED)
    settings = story.app.frame.settings
    settings.vault_keys = [SecretStr(NEW), SecretStr(OLD)]
    assert (await reading(story, lead, NAMED)).status_code == 200
    await ask(story, lead, "reporter", IDENTITY, NAMED)
    settings.vault_keys = [SecretStr(NEW)]
    assert (await reading(story, lead, NAMED)).status_code == 200
    settings.vault_keys = [SecretStr(OLD)]
    lost = await reading(story, lead, NAMED)
    assert (lost.status_code, lost.json()["code"], lost.json()["kid"]) == (409, "IdentityUnreadable", "v2")


async def test_readings_are_only_added_to(story: Story) -> None:
    lead = await kept(story)
    await naming(story, lead, NAMED)
    await reading(story, lead, NAMED)
    for statement in ("UPDATE reporter_readings SET sub = 'x'", "DELETE FROM reporter_readings"):
        with pytest.raises(DBAPIError, match="only added to"):
            async with story.app.writing() as session:
                await session.execute(text(statement))
    assert await readings(story, lead) == [NAMED.sub]


async def test_without_a_key_nothing_is_kept(story: Story) -> None:
    story.app.frame.settings.vault_keys = []
    lead = await story.lead()
    answer = await ask(story, lead, "reporter", IDENTITY, CLERK)
    assert (answer.status_code, answer.json()["code"]) == (409, "IdentitiesNotKept")
    assert await story.app.recorded("reporter_kept") == []
