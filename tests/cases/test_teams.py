"""The team of a matter: named by the chief, changed on a day, with leave to know for whom it needs."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest

from services.cases.errors import TeamNotLawful
from services.cases.rules.team import MOST, PLACES, Seat, check_team
from shared import clock
from shared.identity import Role
from shared.problems import NoRuleInForce
from shared.standing import standing_of
from tests import given
from tests.cases.story import CHIEF, CLERK, HEAD, OFFICE, PROSECUTOR, Story, days_ago
from tests.cases.test_grants_of_orders import CALLED, a_call, issued
from tests.given import Person

DAY = date(2026, 3, 10)
SECOND = given.prosecutor(OFFICE, "second")
CITY_TECHNICIAN = given.somebody(given.CITY, Role.TECHNICIAN, sub="city-technician")
NEIGHBOUR_EXPERT = given.somebody(given.NEIGHBOUR, Role.TECHNICIAN, sub="neighbour-expert")


def a_place(seat: str, person: Person | None = None, **more: Any) -> dict[str, Any]:
    """Somebody named to a place."""
    return {"seat": seat, "name": "某某", "person": person.sub if person else None} | more


IN_CHARGE = a_place("in_charge", PROSECUTOR)


async def change(
    story: Story, matter_id: str, *join: dict[str, Any], by: Person = CHIEF, **more: Any
) -> httpx.Response:
    """The answer to a change of the team of a lead."""
    etag = await story.client.etag(f"/cases/v1/leads/{matter_id}", HEAD)
    said = {"join": join, "reason": "办案需要"} | more
    return await story.client.post(f"/cases/v1/matters/{matter_id}/team", said, by=by, etag=etag)


async def named(story: Story, matter_id: str, *join: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """The team, changed so."""
    response = await change(story, matter_id, *join, **more)
    assert response.status_code == 200, response.text
    members: list[dict[str, Any]] = response.json()["members"]
    return members


async def team(story: Story, matter_id: str, kind: str = "leads") -> list[tuple[str, str | None]]:
    """Who sits where today, as the matter shows it."""
    read = await story.client.read(f"/cases/v1/{kind}/{matter_id}", HEAD)
    return [(each["seat"], each["person"]) for each in read["team"]]


async def grants(story: Story, matter_id: str) -> list[tuple[str, str | None, str]]:
    """The leave to know that stands: whose, and in which scope."""
    async with story.app.reading() as session:
        standing = await standing_of(session, UUID(matter_id))
    assert standing is not None
    return [(grant.org, grant.sub, grant.scope) for grant in standing.grants]


# -- the rule ----------------------------------------------------------------------------------------------


def test_one_prosecutor_or_several_with_exactly_one_in_charge() -> None:
    lawful = [
        [Seat.PROSECUTOR],
        [Seat.IN_CHARGE],
        [Seat.IN_CHARGE, Seat.PROSECUTOR, Seat.PROSECUTOR],
        [Seat.PROSECUTOR, Seat.ASSISTANT, Seat.CLERK, Seat.BAILIFF, Seat.TECHNICIAN, Seat.EXPERT],
        [Seat.IN_CHARGE, Seat.CALLED_UP],
    ]
    for seats in lawful:
        check_team(seats, DAY)
    unlawful = [
        [],
        [Seat.CLERK],
        [Seat.CALLED_UP],
        [Seat.PROSECUTOR, Seat.PROSECUTOR],
        [Seat.IN_CHARGE, Seat.IN_CHARGE],
        [Seat.IN_CHARGE, *[Seat.EXPERT] * MOST],
    ]
    for seats in unlawful:
        with pytest.raises(TeamNotLawful):
            check_team(seats, DAY)
    with pytest.raises(NoRuleInForce):
        check_team([Seat.PROSECUTOR], date(2021, 6, 30))
    assert {place.seat for place in PLACES} == set(Seat)


# -- over HTTP ---------------------------------------------------------------------------------------------


async def test_a_team_is_named_changed_and_its_history_stays(story: Story) -> None:
    lead = await story.lead(occurred_on=days_ago(9))
    first = await named(story, lead["id"], IN_CHARGE, a_place("clerk", CLERK), occurred_on=days_ago(8))
    assert await team(story, lead["id"]) == [("in_charge", PROSECUTOR.sub), ("clerk", CLERK.sub)]
    leaves = {"leave": [first[0]["id"]], "occurred_on": days_ago(3)}
    swapped = (a_place("in_charge", SECOND), a_place("prosecutor", PROSECUTOR))
    await named(story, lead["id"], *swapped, **leaves)
    assert await team(story, lead["id"]) == [
        ("in_charge", SECOND.sub),
        ("prosecutor", PROSECUTOR.sub),
        ("clerk", CLERK.sub),
    ]
    path = f"/cases/v1/matters/{lead['id']}/team"
    history = (await story.client.read(path, CLERK))["items"]
    assert sorted((each["since"], each["seat"], each["left_on"]) for each in history) == [
        (days_ago(8), "clerk", None),
        (days_ago(8), "in_charge", days_ago(3)),
        (days_ago(3), "in_charge", None),
        (days_ago(3), "prosecutor", None),
    ]
    page = await story.client.read(path, CLERK, limit=3)
    assert (len(page["items"]), bool(page["next"])) == (3, True)


async def test_the_chief_may_lead_the_matter_himself(story: Story) -> None:
    lead = await story.lead()
    await named(story, lead["id"], a_place("in_charge", CHIEF), a_place("prosecutor", PROSECUTOR))
    assert await team(story, lead["id"]) == [("in_charge", CHIEF.sub), ("prosecutor", PROSECUTOR.sub)]


async def test_what_is_announced_names_nobody(story: Story) -> None:
    lead = await story.lead()
    await named(story, lead["id"], IN_CHARGE, a_place("expert", None, name="王教授"))
    (event,) = await story.app.recorded("team_changed")
    assert event.body == {
        "matter_id": lead["id"],
        "office": OFFICE,
        "joined": ["in_charge", "expert"],
        "left": [],
        "members": 2,
    }
    assert event.basis == "R 6"
    told = await story.client.read(f"/cases/v1/leads/{lead['id']}/timeline", HEAD)
    text = orjson.dumps(told).decode()
    assert PROSECUTOR.sub not in text
    assert "王教授" not in text


async def test_a_technician_of_another_office_sees_the_matter_as_long_as_the_place_lasts(
    story: Story,
) -> None:
    lead = await story.lead()
    path = f"/cases/v1/leads/{lead['id']}"
    assert (await story.client.get(path, NEIGHBOUR_EXPERT)).status_code == 404
    until = (clock.today() + timedelta(20)).isoformat()
    joins = a_place("expert", NEIGHBOUR_EXPERT, org=given.NEIGHBOUR, until=until)
    members = await named(story, lead["id"], IN_CHARGE, joins)
    assert await grants(story, lead["id"]) == [(given.NEIGHBOUR, NEIGHBOUR_EXPERT.sub, "team")]
    assert (await story.client.get(path, NEIGHBOUR_EXPERT)).status_code == 200
    assert (await story.client.get(path, given.prosecutor(given.NEIGHBOUR))).status_code == 404
    await named(story, lead["id"], leave=[members[1]["id"]])
    assert await grants(story, lead["id"]) == []
    assert (await story.client.get(path, NEIGHBOUR_EXPERT)).status_code == 404
    assert await story.app.recorded("grant_ended") == []


async def test_a_place_ends_by_itself_on_its_day(story: Story) -> None:
    lead = await story.lead(occurred_on=days_ago(9))
    short = a_place("expert", NEIGHBOUR_EXPERT, org=given.NEIGHBOUR, until=days_ago(2))
    await named(story, lead["id"], IN_CHARGE, short, occurred_on=days_ago(8))
    assert await team(story, lead["id"]) == [("in_charge", PROSECUTOR.sub)]
    answer = await story.client.get(f"/cases/v1/leads/{lead['id']}", NEIGHBOUR_EXPERT)
    assert answer.status_code == 404


async def test_who_is_called_up_comes_and_goes_with_the_order(story: Story) -> None:
    lead = await story.lead()
    await named(story, lead["id"], IN_CHARGE)
    order = str(uuid4())
    await hear_of_call_up(story, lead["id"], order)
    assert await team(story, lead["id"]) == [("in_charge", PROSECUTOR.sub), ("called_up", None)]
    (place,) = [each for each in (await read(story, lead["id"]))["team"] if each["seat"] == "called_up"]
    assert (place["org"], place["named_by_name"]) == (given.CITY, "order")
    stuck = await change(story, lead["id"], leave=[place["id"]])
    assert (stuck.status_code, stuck.json()["code"]) == (409, "NotInTeam")
    said = {"matter_id": lead["id"], "referral_id": order, "reason": "lifted"}
    await story.app.hear("referrals.referral_ended", UUID(lead["id"]), said)
    assert await team(story, lead["id"]) == [("in_charge", PROSECUTOR.sub)]
    changes = [e.body for e in await story.app.recorded("team_changed")]
    assert [(each["joined"], each["left"]) for each in changes] == [
        (["in_charge"], []),
        (["called_up"], []),
        ([], ["called_up"]),
    ]


async def test_persons_whom_an_order_names_sit_in_the_team_until_its_day(story: Story) -> None:
    lead = await story.lead()
    await named(story, lead["id"], IN_CHARGE)
    order, until = a_call(story, lead["id"]), (clock.today() + timedelta(30)).isoformat()
    await issued(story, order, [each | {"ends_on": until} for each in CALLED])
    called = [each for each in (await read(story, lead["id"]))["team"] if each["seat"] == "called_up"]
    assert {(each["person"], each["org"], each["until"]) for each in called} == {
        (each["sub"], given.NEIGHBOUR, until) for each in CALLED
    }
    event = (await story.app.recorded("team_changed"))[-1]
    assert (event.body["joined"], event.body["members"]) == (["called_up", "called_up"], 3)
    await order.happened("referral_ended", reason="released")
    assert await team(story, lead["id"]) == [("in_charge", PROSECUTOR.sub)]


async def hear_of_call_up(story: Story, lead_id: str, order: str) -> None:
    """`referrals` announces that the office calls up staff of the city."""
    said = {
        "matter_id": lead_id,
        "referral_id": order,
        "mode": "call_up",
        "issuer": OFFICE,
        "addressee": given.CITY,
        "basis_epoch": 0,
        "moves_custody": False,
        "grants_scope": "call_up",
        "issued_on": clock.today().isoformat(),
    }
    await story.app.hear("referrals.referral_issued", UUID(lead_id), said)


async def read(story: Story, lead_id: str) -> dict[str, Any]:
    """The lead."""
    lead: dict[str, Any] = await story.client.read(f"/cases/v1/leads/{lead_id}", HEAD)
    return lead


async def test_the_team_of_the_former_holder_ends_when_the_matter_moves(story: Story) -> None:
    lead = await story.lead()
    joins = a_place("expert", NEIGHBOUR_EXPERT, org=given.NEIGHBOUR)
    await named(story, lead["id"], IN_CHARGE, joins)
    order = str(uuid4())
    said = {"matter_id": lead["id"], "referral_id": order, "mode": "take_up", "issuer": given.CITY}
    more = {"addressee": given.CITY, "basis_epoch": 0, "moves_custody": True, "grants_scope": None}
    issued = said | more | {"issued_on": clock.today().isoformat()}
    await story.app.hear("referrals.referral_issued", UUID(lead["id"]), issued)
    received = {"matter_id": lead["id"], "referral_id": order, "received_on": clock.today().isoformat()}
    await story.app.hear("referrals.referral_received", UUID(lead["id"]), received)
    now = await story.client.read(f"/cases/v1/leads/{lead['id']}", given.chief(given.CITY))
    assert (now["office"], now["team"]) == (given.CITY, [])
    assert await grants(story, lead["id"]) == []
    assert await story.app.recorded("grant_ended") == []
    event = (await story.app.recorded("team_changed"))[-1]
    assert (event.body["left"], event.body["members"]) == (["in_charge", "expert"], 0)


async def test_the_team_of_a_lead_works_on_in_its_case(story: Story) -> None:
    await given.known_agency(story.app.app, "agency-1", kind="cyberspace")
    lead = await story.assessed()
    joins = a_place("expert", NEIGHBOUR_EXPERT, org=given.NEIGHBOUR)
    await named(story, lead["id"], IN_CHARGE, joins)
    filing = {"procedure": "administrative", "agency": "agency-1"}
    proposal = await story.proposed(f"/cases/v1/leads/{lead['id']}", "filing", filing)
    case_id = (await story.approved(proposal))["result_id"]
    carried = [("in_charge", PROSECUTOR.sub), ("expert", NEIGHBOUR_EXPERT.sub)]
    assert await team(story, case_id, "cases") == carried
    assert (await story.client.get(f"/cases/v1/cases/{case_id}", NEIGHBOUR_EXPERT)).status_code == 200
    expert = (await story.client.read(f"/cases/v1/cases/{case_id}", HEAD))["team"][1]
    etag = await story.client.etag(f"/cases/v1/cases/{case_id}", HEAD)
    path, said = f"/cases/v1/matters/{case_id}/team", {"leave": [expert["id"]], "reason": "工作完成"}
    assert (await story.client.post(path, said, by=CHIEF, etag=etag)).status_code == 200
    assert await grants(story, case_id) == []
    assert (await story.client.get(f"/cases/v1/cases/{case_id}", NEIGHBOUR_EXPERT)).status_code == 404


async def test_who_may_not_and_what_is_no_team(story: Story) -> None:
    lead = await story.lead(occurred_on=days_ago(5))
    recusal = {"person": SECOND.sub, "person_role": "prosecutor", "ground": "近亲属", "decided": "recused"}
    etag = await story.client.etag(f"/cases/v1/leads/{lead['id']}", HEAD)
    await story.client.post(f"/cases/v1/matters/{lead['id']}/recusals", recusal, by=CHIEF, etag=etag)
    from_city = {"org": given.CITY}
    cases: list[tuple[Person, list[dict[str, Any]], dict[str, Any], int, str]] = [
        (PROSECUTOR, [IN_CHARGE], {}, 403, "RoleRequired"),
        (given.chief(given.CITY), [IN_CHARGE], {}, 403, "NotYourMatter"),
        (given.chief(given.NEIGHBOUR), [IN_CHARGE], {}, 404, "LeadNotFound"),
        (CHIEF, [a_place("clerk", CLERK)], {}, 409, "TeamNotLawful"),
        (CHIEF, [a_place("prosecutor", PROSECUTOR), a_place("prosecutor", CHIEF)], {}, 409, "TeamNotLawful"),
        (CHIEF, [IN_CHARGE, a_place("clerk", PROSECUTOR)], {}, 409, "InTeamAlready"),
        (CHIEF, [IN_CHARGE, a_place("prosecutor", SECOND)], {}, 409, "AlreadyRecused"),
        (CHIEF, [IN_CHARGE, a_place("prosecutor", CHIEF) | from_city], {}, 409, "CallUpNeeded"),
        (CHIEF, [IN_CHARGE, a_place("called_up", CITY_TECHNICIAN) | from_city], {}, 409, "CallUpNeeded"),
        (CHIEF, [IN_CHARGE, a_place("expert") | from_city], {}, 422, "Malformed"),
        (CHIEF, [a_place("in_charge")], {}, 422, "Malformed"),
        (CHIEF, [IN_CHARGE, a_place("expert", CITY_TECHNICIAN, org="999999")], {}, 422, "Malformed"),
        (CHIEF, [IN_CHARGE | {"until": days_ago(1)}], {}, 422, "Malformed"),
        (CHIEF, [IN_CHARGE], {"leave": [str(uuid4())]}, 409, "NotInTeam"),
        (CHIEF, [IN_CHARGE], {"occurred_on": days_ago(6)}, 409, "DateOutOfOrder"),
    ]
    for by, join, more, status, code in cases:
        response = await change(story, lead["id"], *join, by=by, **more)
        assert (response.status_code, response.json()["code"]) == (status, code), (join, more)
    assert await team(story, lead["id"]) == []
    assert await story.app.recorded("team_changed") == []


async def test_a_change_is_not_dated_before_the_one_before_it(story: Story) -> None:
    lead = await story.lead(occurred_on=days_ago(9))
    await named(story, lead["id"], IN_CHARGE, occurred_on=days_ago(4))
    early = await change(story, lead["id"], a_place("clerk", CLERK), occurred_on=days_ago(5))
    assert (early.status_code, early.json()["code"]) == (409, "DateOutOfOrder")
    await named(story, lead["id"], a_place("clerk", CLERK), occurred_on=days_ago(4))


async def test_a_matter_that_has_ended_gets_no_team(story: Story) -> None:
    lead = await story.assessed()
    proposal = await story.proposed(f"/cases/v1/leads/{lead['id']}", "declining", {"reason": "不属实"})
    await story.approved(proposal)
    response = await change(story, lead["id"], IN_CHARGE)
    assert (response.status_code, response.json()["code"]) == (409, "MatterEnded")


async def test_reading_a_matter_costs_the_same_however_large_its_team(
    story: Story, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    lead = await story.lead()
    await named(story, lead["id"], IN_CHARGE)
    path = f"/cases/v1/matters/{lead['id']}/team"
    with statements() as few:
        await read(story, lead["id"])
        await story.client.read(path, CLERK)
    await named(story, lead["id"], *(a_place("expert", None, name=f"专家{n}") for n in range(30)))
    with statements() as many:
        await read(story, lead["id"])
        assert len((await story.client.read(path, CLERK))["items"]) == 31
    assert len(few) == len(many)
