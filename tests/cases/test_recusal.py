"""Recusal: who decides on whom, what is told of it, and that the decision keeps a person out."""

import itertools
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from sqlalchemy import select

from services.cases.rules.recusal import DECIDERS, decider_of
from services.cases.rules.vocabulary import Capacity
from shared.citation import Mark
from shared.identity import Role
from shared.journal import journal, journal_details
from shared.problems import NoRuleInForce
from shared.standing import standing_of
from tests import given
from tests.cases.story import CHIEF, CLERK, HEAD, OFFICE, PROSECUTOR, Story, days_ago, types
from tests.given import Person

COMMITTEE = given.committee(OFFICE)
GROUND = "系当事人近亲属"


async def decided(
    story: Story, matter: dict[str, Any], person: Person, by: Person = CHIEF, **more: Any
) -> httpx.Response:
    """The answer to a decision on that person, who is a prosecutor unless said."""
    kind = "cases" if "lead_id" in matter else "leads"
    etag = await story.client.etag(f"/cases/v1/{kind}/{matter['id']}", HEAD)
    said = {"person": person.sub, "person_role": "prosecutor", "ground": GROUND, "decided": "recused"}
    path = f"/cases/v1/matters/{matter['id']}/recusals"
    return await story.client.post(path, said | more, by=by, etag=etag)


async def recused(story: Story, matter_id: str) -> tuple[str, ...]:
    """Who is recused from the matter, as its standing says."""
    async with story.app.reading() as session:
        found = await standing_of(session, UUID(matter_id))
    return found.recused if found else ()


def test_the_committee_decides_on_the_chief_and_the_chief_on_everybody_else() -> None:
    on = date(2026, 3, 1)
    assert {each: decider_of(each, on).by for each in Capacity} == {
        each: Role.COMMITTEE if each is Capacity.CHIEF else Role.CHIEF for each in Capacity
    }
    assert {(str(row.basis), row.basis.mark) for row in DECIDERS} == {("R 19-23", Mark.OUR_READING)}
    pairs = itertools.combinations(DECIDERS, 2)
    assert not any(set(one.capacities) & set(other.capacities) for one, other in pairs)
    with pytest.raises(NoRuleInForce):
        decider_of(Capacity.CHIEF, date(2021, 6, 30))


async def test_a_recused_person_is_kept_out_of_the_case_and_of_its_lead(story: Story) -> None:
    case = await story.case()
    response = await decided(story, case, PROSECUTOR)
    assert response.status_code == 201, response.text
    said = response.json()
    assert (said["outcome"], said["article"], said["mark"]) == ("recused", "R 19-23", "our_reading")
    for matter_id, path in ((case["id"], "cases"), (case["lead_id"], "leads")):
        assert await recused(story, matter_id) == (PROSECUTOR.sub,)
        assert (await story.client.get(f"/cases/v1/{path}/{matter_id}", PROSECUTOR)).status_code == 404
        assert (await story.client.get(f"/cases/v1/{path}/{matter_id}", HEAD)).status_code == 200
        standing = (await story.app.recorded("standing_changed", UUID(matter_id)))[-1]
        assert standing.body["recused"] == [PROSECUTOR.sub]
    assert (await types(story.app, case["id"]))[-1] == "recusal_decided"


async def test_the_event_names_nobody_and_the_details_can_be_erased(story: Story) -> None:
    lead = await story.lead()
    await decided(story, lead, PROSECUTOR)
    (event,) = await story.app.recorded("recusal_decided")
    said = {"matter_id": lead["id"], "office": OFFICE, "outcome": "recused"}
    assert event.body == said | {"request_id": None, "on_review": False}
    assert event.basis == "R 19-23"
    with_details = journal.join(
        journal_details,
        (journal.c.subject == journal_details.c.subject) & (journal.c.seq == journal_details.c.seq),
    )
    async with story.app.reading() as session:
        body = await session.scalar(
            select(journal_details.c.body).select_from(with_details).where(journal.c.id == event.id)
        )
    details = orjson.loads(body or "{}")
    assert details == {"person": PROSECUTOR.sub, "person_role": "prosecutor", "ground": GROUND}
    told = await story.client.read(f"/cases/v1/leads/{lead['id']}/timeline", HEAD)
    assert PROSECUTOR.sub not in orjson.dumps(told).decode()


async def test_a_challenged_person_keeps_working_until_and_unless_recused(story: Story) -> None:
    lead = await story.lead()
    stays = await decided(story, lead, PROSECUTOR, decided="stays")
    assert stays.json()["outcome"] == "stays"
    assert await recused(story, lead["id"]) == ()
    assert len(await story.app.recorded("standing_changed")) == 1  # registration; nothing changed since
    said = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "可查"}
    await story.client.act(f"/cases/v1/leads/{lead['id']}", "assessment", said, by=PROSECUTOR)


async def test_a_recusal_can_be_lifted_but_not_decided_twice(story: Story) -> None:
    lead = await story.lead()
    await decided(story, lead, PROSECUTOR)
    await decided(story, lead, CLERK, person_role="clerk")
    again = await decided(story, lead, PROSECUTOR)
    assert (again.status_code, again.json()["code"]) == (409, "AlreadyRecused")
    assert await recused(story, lead["id"]) == tuple(sorted((PROSECUTOR.sub, CLERK.sub)))
    await decided(story, lead, PROSECUTOR, decided="stays")
    assert await recused(story, lead["id"]) == (CLERK.sub,)
    assert (await story.client.get(f"/cases/v1/leads/{lead['id']}", PROSECUTOR)).status_code == 200


async def test_a_lead_and_the_case_it_became_are_one_affair(story: Story) -> None:
    case = await story.case()
    lead = await story.client.read(f"/cases/v1/leads/{case['lead_id']}", PROSECUTOR)
    await decided(story, lead, PROSECUTOR)
    assert await recused(story, case["id"]) == (PROSECUTOR.sub,)
    (event,) = await story.app.recorded("recusal_decided")
    assert event.subject == f"matter/{lead['id']}"


async def test_the_committee_decides_on_the_chief(story: Story) -> None:
    lead = await story.lead()
    done = await decided(story, lead, CHIEF, by=COMMITTEE, person_role="chief")
    assert done.status_code == 201
    assert await recused(story, lead["id"]) == (CHIEF.sub,)
    assert (await decided(story, lead, PROSECUTOR, by=CHIEF)).status_code == 404


@pytest.mark.parametrize(
    ("by", "person", "role", "status", "code"),
    [
        (given.chief(OFFICE, "deputy"), CHIEF, "chief", 403, "RoleRequired"),
        (COMMITTEE, PROSECUTOR, "prosecutor", 403, "RoleRequired"),
        (HEAD, PROSECUTOR, "prosecutor", 403, "RoleRequired"),
        (CHIEF, CHIEF, "prosecutor", 409, "OwnRecusal"),
        (CHIEF.also(Role.COMMITTEE), CHIEF, "chief", 409, "OwnRecusal"),
        (given.chief(given.CITY), PROSECUTOR, "prosecutor", 403, "NotYourMatter"),
        (given.chief(given.NEIGHBOUR), PROSECUTOR, "prosecutor", 404, "LeadNotFound"),
        (CHIEF, PROSECUTOR, "stranger", 422, "Malformed"),
    ],
)
async def test_who_may_not_decide(
    story: Story, by: Person, person: Person, role: str, status: int, code: str
) -> None:
    lead = await story.lead()
    response = await decided(story, lead, person, by=by, person_role=role)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert await recused(story, lead["id"]) == ()
    assert await story.app.recorded("recusal_decided") == []


async def test_a_decision_has_a_legal_date_after_the_matter_began(story: Story) -> None:
    lead = await story.lead(occurred_on=days_ago(40), late_reason="补录")
    early = await decided(story, lead, PROSECUTOR, occurred_on=days_ago(41), late_reason="补录")
    assert (early.status_code, early.json()["code"]) == (409, "DateOutOfOrder")
    silent = await decided(story, lead, PROSECUTOR, occurred_on=days_ago(35))
    assert (silent.status_code, silent.json()["code"]) == (409, "ReasonNeeded")
    late = await decided(story, lead, PROSECUTOR, occurred_on=days_ago(35), late_reason="补录")
    assert late.json()["occurred_on"] == days_ago(35)
