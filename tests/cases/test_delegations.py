"""The chief lends authority to decide (R 5): dated, recorded, for some acts, never one's own proposals."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import httpx
import orjson

from services.cases.rules.delegation import AUTHORISATIONS
from shared import clock
from tests import given
from tests.cases.story import CHIEF, CLERK, HEAD, OFFICE, PROSECUTOR, Story, days_ago
from tests.given import Person

DELEGATIONS = "/cases/v1/delegations"
DELEGATE = given.prosecutor(OFFICE, "authorised", name="李检")
DEPUTY = given.chief(OFFICE, "deputy")
COMMITTEE = given.committee(OFFICE)


def in_days(days: int) -> str:
    """So many days from today."""
    return (clock.today() + timedelta(days)).isoformat()


def a_delegation(person: Person = DELEGATE, **more: Any) -> dict[str, Any]:
    """The body of a delegation to decline leads."""
    said = {"person": person.sub, "person_name": "李检", "acts": ["decline"], "reason": "权力清单"}
    return said | more


async def delegated(story: Story, person: Person = DELEGATE, by: Person = CHIEF, **more: Any) -> Any:
    """The delegation, given."""
    return await story.client.create(DELEGATIONS, a_delegation(person, **more), by=by)


async def declining(story: Story, by: Person = PROSECUTOR) -> dict[str, Any]:
    """A proposal to decline a lead, reviewed."""
    lead = await story.assessed()
    proposal = await story.proposed(f"/cases/v1/leads/{lead['id']}", "declining", {"reason": "不属实"}, by)
    return await story.reviewed(proposal)


async def decide(story: Story, proposal: dict[str, Any], by: Person, **more: Any) -> httpx.Response:
    """The answer to that person's approval."""
    path = f"/cases/v1/proposals/{proposal['id']}"
    etag = await story.client.etag(path, HEAD)
    return await story.client.post(f"{path}/decision", {"approved": True} | more, by=by, etag=etag)


async def refused(story: Story, proposal: dict[str, Any], by: Person, **more: Any) -> tuple[int, str]:
    """How that person's approval was refused."""
    response = await decide(story, proposal, by, **more)
    return response.status_code, response.json()["code"]


async def test_a_delegate_decides_in_the_chief_s_place_and_it_is_said(story: Story) -> None:
    proposal = await declining(story)
    assert await refused(story, proposal, DELEGATE) == (403, "RoleRequired")
    given_ = await delegated(story, until=in_days(30))
    assert (given_["article"], given_["since"], given_["revoked_on"]) == ("R 5", in_days(0), None)
    response = await decide(story, proposal, DELEGATE)
    assert response.status_code == 200, response.text
    done = response.json()
    assert (done["state"], done["decider"], done["decider_name"]) == ("approved", DELEGATE.sub, "李检")
    assert done["delegation_id"] == given_["id"]
    (event,) = await story.app.recorded("step_decided")
    assert event.body["delegation_id"] == given_["id"]
    (announced,) = await story.app.recorded("acts_delegated")
    assert (announced.subject, announced.basis) == (f"office/{OFFICE}", "R 5")
    text = orjson.dumps(announced.body).decode()
    assert DELEGATE.sub not in text
    assert "李检" not in text


async def test_the_chief_needs_no_delegation_and_names_none(story: Story) -> None:
    await delegated(story)
    response = await decide(story, await declining(story), CHIEF)
    assert (response.status_code, response.json()["delegation_id"]) == (200, None)


async def test_a_delegation_is_for_its_acts_its_days_and_its_office(story: Story) -> None:
    await delegated(story, acts=["merge", "split"])
    await delegated(story, since=in_days(1))
    elsewhere = given.prosecutor(given.NEIGHBOUR, DELEGATE.sub)
    await delegated(story, elsewhere, by=given.chief(given.NEIGHBOUR))
    proposal = await declining(story)
    assert await refused(story, proposal, DELEGATE) == (403, "RoleRequired")
    lasting = await delegated(story)
    yesterday = {"occurred_on": days_ago(1), "late_reason": "补录"}
    assert await refused(story, proposal, DELEGATE, **yesterday) == (403, "RoleRequired")
    path = f"{DELEGATIONS}/{lasting['id']}"
    over = await story.client.act(path, "revocation", {"reason": "调岗"}, by=DEPUTY)
    assert over["revoked_on"] == in_days(0)
    assert await refused(story, proposal, DELEGATE) == (403, "RoleRequired")
    etag = await story.client.etag(path, CHIEF)
    again = await story.client.post(f"{path}/revocation", {"reason": "再次"}, by=CHIEF, etag=etag)
    assert (again.status_code, again.json()["code"]) == (409, "DelegationOver")
    assert len(await story.app.recorded("delegation_revoked")) == 1


async def test_nobody_decides_on_their_own_proposal_by_delegation_or_office(story: Story) -> None:
    await delegated(story)
    own = await declining(story, by=DELEGATE)
    assert await refused(story, own, DELEGATE) == (409, "AnotherPersonNeeded")
    assert (await decide(story, own, CHIEF)).status_code == 200


async def test_where_the_chief_proposes_another_chief_the_committee_or_a_delegate_decides(
    story: Story,
) -> None:
    await delegated(story)
    for other in (DEPUTY, COMMITTEE, DELEGATE):
        proposal = await declining(story, by=CHIEF)
        assert await refused(story, proposal, CHIEF) == (409, "AnotherPersonNeeded")
        response = await decide(story, proposal, other)
        assert (response.status_code, response.json()["decider"]) == (200, other.sub)


async def test_a_delegate_waits_for_the_review_like_the_chief(story: Story) -> None:
    await delegated(story)
    lead = await story.assessed()
    proposal = await story.proposed(f"/cases/v1/leads/{lead['id']}", "declining", {"reason": "不属实"})
    assert await refused(story, proposal, DELEGATE) == (409, "ProposalNotOpen")


async def test_what_is_not_delegated(story: Story) -> None:
    cases: list[tuple[Person, dict[str, Any], int, str]] = [
        (PROSECUTOR, {}, 403, "RoleRequired"),
        (COMMITTEE, {}, 403, "RoleRequired"),
        (CHIEF, {"person": CHIEF.sub}, 409, "AnotherPersonNeeded"),
        (CHIEF, {"acts": ["assess"]}, 409, "ActNotDelegable"),
        (CHIEF, {"acts": ["decline", "register"]}, 409, "ActNotDelegable"),
        (CHIEF, {"acts": []}, 422, "Malformed"),
        (CHIEF, {"since": days_ago(1)}, 409, "DateOutOfOrder"),
        (CHIEF, {"since": in_days(3), "until": in_days(2)}, 409, "DateOutOfOrder"),
    ]
    for by, said, status, code in cases:
        response = await story.client.post(DELEGATIONS, a_delegation() | said, by=by)
        assert (response.status_code, response.json()["code"]) == (status, code), said
    assert (await story.client.read(DELEGATIONS, CHIEF))["items"] == []


async def test_delegations_are_read_in_the_office_and_above_in_pages(
    story: Story, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    first = await delegated(story)
    with statements() as few:
        assert len((await story.client.read(DELEGATIONS, CLERK))["items"]) == 1
    for _ in range(5):
        await delegated(story, given.prosecutor(OFFICE, "other"))
    with statements() as many:
        await story.client.read(DELEGATIONS, CLERK)
    assert len(few) == len(many)
    page = await story.client.read(DELEGATIONS, CLERK, limit=4)
    assert (len(page["items"]), bool(page["next"])) == (4, True)
    one = await story.client.read(DELEGATIONS, given.chief(given.CITY), office=OFFICE, person=DELEGATE.sub)
    assert [each["id"] for each in one["items"]] == [first["id"]]
    neighbour = given.chief(given.NEIGHBOUR)
    assert (await story.client.get(DELEGATIONS, neighbour, office=OFFICE)).status_code == 404
    assert (await story.client.get(f"{DELEGATIONS}/{first['id']}", neighbour)).status_code == 404
    officer = await given.known_agency(story.app.app, "agency-1")
    assert (await story.client.get(DELEGATIONS, officer)).status_code == 403


async def test_a_chief_above_reads_but_does_not_revoke(story: Story) -> None:
    path = f"{DELEGATIONS}/{(await delegated(story))['id']}"
    above = given.chief(given.CITY)
    etag = await story.client.etag(path, above)
    response = await story.client.post(f"{path}/revocation", {"reason": "不当"}, by=above, etag=etag)
    assert (response.status_code, response.json()["code"]) == (403, "NotYourMatter")


async def test_the_row_is_served_with_its_article(story: Story) -> None:
    rows = await story.client.read("/cases/v1/rules", PROSECUTOR, table="delegations")
    assert [row["article"] for row in rows] == [str(each.basis) for each in AUTHORISATIONS] == ["R 5"]
