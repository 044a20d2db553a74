"""A matter of 2020 that goes by the rules of a later day: orders and handoffs of its own days."""

from typing import Any
from uuid import uuid4

import pytest

from tests import given
from tests.given import CITY, DISTRICT, PROVINCE
from tests.referrals.world import DECISION, DOCUMENT, HANDOFFS, REFERRALS, Matter, World, code_of

AS_IF = "2021-11-01"
WRITTEN = {"decision": DECISION | {"decided_on": "2020-12-01"}}
BY_LATER_RULES = f"按 {AS_IF} 施行的规则办理 / by the rules in force on {AS_IF}"


async def early(world: World, holder: str = DISTRICT, **more: Any) -> Matter:
    """A case of 2020 that goes by the rules of 2021."""
    return await world.matter(holder, as_if_on=AS_IF, **more)


async def begun(world: World, matter: Matter) -> list[tuple[str, str, str]]:
    """The limits that began: which, from when, until when."""
    events = await world.app.recorded("clock_started", matter.id)
    return [(e.body["row"], e.body["basis_on"], e.body["due_on"]) for e in events]


async def suggested(world: World, matter: Matter, agency: str) -> Any:
    """`cases` announced a suggestion of 4 December 2020; its handoff, as its sender reads it."""
    said = {"case_id": str(matter.id), "suggestion_id": str(uuid4()), "number": "1", "office": DISTRICT}
    said |= {"agency": agency, "decided_on": "2020-12-04", "document_sha256": DOCUMENT}
    await world.app.hear("cases.suggestion_made", matter.id, said)
    found = await world.client.read(HANDOFFS, given.prosecutor(DISTRICT), matter_id=str(matter.id))
    return found["items"][0]


async def test_a_suggestion_of_2020_is_served_and_answered(world: World) -> None:
    matter = await early(world)
    await world.agency("wxb", "cyberspace")
    handoff = await suggested(world, matter, "wxb")
    assert (handoff["dispatched_on"], handoff["as_if_on"]) == ("2020-12-04", AS_IF)
    by = given.prosecutor(DISTRICT)
    served = await world.answer(handoff, "service", by, manner="signature", occurred_on="2020-12-07")
    assert served.json()["stage"] == "served"
    paper = {"text": "已整改", "on_behalf_of": "wxb", "manner": "paper", "occurred_on": "2021-02-03"}
    assert (await world.answer(handoff, "reply", by, **paper)).json()["stage"] == "replied"
    read = await world.client.get(f"{HANDOFFS}/{handoff['id']}", given.agency_officer("wxb"))
    assert (read.status_code, read.json()["replied_on"]) == (200, "2021-02-03")


async def test_a_letter_and_what_passes_between_agencies_go_by_later_rules_too(world: World) -> None:
    matter = await early(world)
    await world.agency("wxb", "cyberspace")
    letter = await world.hand(matter, "work_letter", "wxb", occurred_on="2020-11-02")
    request = await world.hand(matter, "evidence_request", "wxb", occurred_on="2020-11-02")
    assert letter["as_if_on"] == request["as_if_on"] == AS_IF
    assert ("internal_request", "2020-11-02", "2020-11-23") in await begun(world, matter)
    await world.agency("police")
    copy = {"on_behalf_of": "wxb", "manner": "paper", "occurred_on": "2020-11-03", "number": "1"}
    body = world.handoff(matter, "criminal_transfer", "police", **copy)
    transfer = await world.client.create(HANDOFFS, body, by=given.prosecutor(DISTRICT))
    assert transfer["as_if_on"] == AS_IF


async def test_orders_and_requests_of_2020_run_their_course(world: World) -> None:
    matter, by = await early(world), given.prosecutor(DISTRICT)
    request = await world.issue(by, matter, "request_take_up", CITY, occurred_on="2020-12-02")
    assert request["as_if_on"] == AS_IF
    path = f"{REFERRALS}/{request['id']}"
    said = {"agrees": True, "opinion": "同意", "occurred_on": "2020-12-03"}
    await world.client.act(path, "opinion", said, by=given.chief(CITY))
    approval = WRITTEN | {"occurred_on": "2020-12-04"}
    approved = await world.client.act(path, "approval", approval, by=given.chief(PROVINCE))
    order = await world.client.read(f"{REFERRALS}/{approved['binding_act']}", given.chief(PROVINCE))
    assert (order["mode"], order["issued_on"], order["as_if_on"]) == ("take_up", "2020-12-04", AS_IF)
    await world.locked(matter, order)
    await world.moved(matter, order)
    assert (await world.read(order, given.chief(PROVINCE)))["stage"] == "in_force"
    assert (await begun(world, matter))[:2] == [
        ("internal_decision", "2020-12-02", "2020-12-16"),
        ("internal_decision", "2020-12-03", "2020-12-17"),
    ]


async def test_supervision_and_entrustment_of_2020_have_their_limits_and_say_by_which_rules(
    world: World,
) -> None:
    matter = await early(world)
    order = await world.issue(given.chief(PROVINCE), matter, "supervise", DISTRICT, occurred_on="2020-12-02")
    await world.sign(order, given.clerk(DISTRICT), occurred_on="2020-12-03")
    report = {"summary": "进展", "occurred_on": "2020-12-10"}
    await world.client.act(f"{REFERRALS}/{order['id']}", "reports", report, by=given.prosecutor(DISTRICT))
    assert await begun(world, matter) == [
        ("internal_report", "2020-12-02", "2021-01-04"),
        ("internal_report", "2020-12-10", "2021-01-11"),
    ]
    assert set(await world.notes(matter)) == {BY_LATER_RULES}


async def test_an_order_of_a_day_with_rules_of_its_own_says_nothing(world: World) -> None:
    matter = await early(world)
    order = await world.issue(given.chief(PROVINCE), matter, "supervise", DISTRICT)
    assert order["as_if_on"] is None
    assert set(await world.notes(matter)) == {None}


@pytest.mark.parametrize("path", [REFERRALS, HANDOFFS])
async def test_without_a_later_rule_version_nothing_is_issued_before_the_rules(
    world: World, path: str
) -> None:
    matter = await world.matter(DISTRICT)
    await world.agency("wxb", "cyberspace")
    day = {"occurred_on": "2020-12-02"}
    order = world.order(matter, "request_take_up", CITY, **day)
    body = order if path == REFERRALS else world.handoff(matter, "work_letter", "wxb", **day)
    answer = await world.client.post(path, body, by=given.prosecutor(DISTRICT))
    assert code_of(answer) == "409 NoRuleInForce"
