"""Lists and figures of handoffs: whose turn it is, what is late, how quickly each partner answers."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests import given
from tests.given import DISTRICT
from tests.referrals.world import DAY, HANDOFFS, TODAY, World, code_of

CYBER, POLICE = "cac-yh", "police-yh"
HOLDER = given.prosecutor(DISTRICT)
DESK, PARTNERS = "/referrals/v1/handoff-desk", "/referrals/v1/partners"
YEAR = {"since": "2026-01-01", "until": "2026-12-31"}


async def on(world: World, desk: str, who: given.Person) -> list[str]:
    """The kinds on that list of that person's organisation."""
    found = await world.client.read(HANDOFFS, who, desk=desk)
    return sorted(each["kind"] for each in found["items"])


async def test_each_side_sees_whose_turn_it_is(world: World) -> None:
    police, cyber = await world.agency(POLICE), await world.agency(CYBER, "cyberspace")
    matter = await world.matter(DISTRICT)
    lead = await world.hand(matter, "criminal_lead", POLICE)
    letter = await world.hand(matter, "work_letter", CYBER)
    assert await on(world, "outgoing", HOLDER) == ["criminal_lead", "work_letter"]
    assert await on(world, "waiting_for_them", HOLDER) == ["criminal_lead", "work_letter"]
    assert await on(world, "waiting_for_us", police) == ["criminal_lead"]
    assert await on(world, "incoming", cyber) == ["work_letter"]
    await world.answer(letter, "acknowledgement", cyber)
    await world.answer(letter, "reply", cyber, text="收到")
    await world.answer(lead, "acknowledgement", police)
    await world.answer(lead, "missing-papers", police, papers=["list_of_materials"])
    assert await on(world, "waiting_for_us", HOLDER) == ["criminal_lead", "work_letter"]
    assert await on(world, "waiting_for_us", cyber) == []
    figures = await world.client.read(DESK, HOLDER)
    assert figures == {"incoming": 0, "outgoing": 2, "waiting_for_us": 2} | {
        "waiting_for_them": 1,
        "overdue": len(await on(world, "overdue", HOLDER)),
    }


async def test_silence_is_announced_once_to_our_own_line_and_a_late_answer_counts(world: World) -> None:
    officer = await world.agency(POLICE)
    lead = await world.hand(await world.matter(DISTRICT), "criminal_lead", POLICE)
    for day in (28, 29, 30):
        await world.app.duty("watch_clocks", DAY.replace(day=day))
    (breached,) = await world.app.recorded("clock_breached")
    assert breached.body["office"] == DISTRICT
    assert await on(world, "overdue", HOLDER) == ["criminal_lead"]
    await world.answer(lead, "acknowledgement", officer, occurred_on="2026-01-30")
    late = await world.answer(lead, "acceptance", officer, occurred_on="2026-02-02")
    assert late.json()["stage"] == "accepted"
    (met,) = await world.app.recorded("clock_met")
    assert met.body["late"] is True
    assert len(await world.app.recorded("clock_breached")) == 1


async def test_a_suggestion_is_overdue_by_the_limit_that_cases_keeps_and_counted_from_its_service(
    world: World,
) -> None:
    officer = await world.agency(CYBER, "cyberspace")
    matter = await world.matter(DISTRICT)
    handoff = await world.suggestion(matter, CYBER)
    await world.answer(handoff, "service", HOLDER, manner="signature", occurred_on="2026-01-16")
    clock = {"clock_id": str(uuid4()), "row": "T7", "office": DISTRICT}
    limit = clock | {"basis_on": "2026-01-16", "due_on": "2026-03-16", "statutory": True}
    await world.says("clock_started", matter, **limit, about=handoff["about"])
    await world.says("clock_started", matter, **limit | {"row": "T9", "due_on": "2026-01-17"})
    read = await world.client.read(f"{HANDOFFS}/{handoff['id']}", officer)
    assert read["respond_by"] == "2026-03-16"
    later = (TODAY + timedelta(days=9)).isoformat()
    counted = {"old_due_on": "2026-03-16", "stopped": False, "reason": "calendar"}
    await world.says("clock_changed", matter, **clock, **counted, due_on=later)
    assert await on(world, "overdue", HOLDER) == []
    await world.says("clock_changed", matter, **clock, **counted, due_on="2026-03-17")
    for who in (HOLDER, officer):
        assert await on(world, "overdue", who) == ["suggestion"]
    (late,) = (await world.client.read(PARTNERS, HOLDER, **YEAR))["items"]
    assert late["overdue"] == 1
    await world.answer(handoff, "reply", officer, text="迟复", occurred_on="2026-03-26")
    assert await on(world, "overdue", HOLDER) == []
    (answered,) = (await world.client.read(PARTNERS, HOLDER, **YEAR))["items"]
    assert (answered["overdue"], answered["answered_days"]) == (0, 69.0), "from service, not from dispatch"


async def test_partners_are_measured_by_their_first_answers(world: World, statements: Any) -> None:
    police, cyber = await world.agency(POLICE), await world.agency(CYBER, "cyberspace")
    matter = await world.matter(DISTRICT)
    for days in (2, 4):
        lead = await world.hand(matter, "criminal_lead", POLICE)
        await world.answer(lead, "acknowledgement", police, occurred_on=str(DAY.replace(day=6 + days - 1)))
        await world.answer(lead, "acceptance", police, occurred_on=str(DAY.replace(day=6 + days)))
    await world.hand(matter, "work_letter", CYBER)
    found = {each["receiver"]: each for each in (await world.client.read(PARTNERS, HOLDER, **YEAR))["items"]}
    assert found[POLICE] == {
        "receiver": POLICE,
        "sent": 2,
        "answered": 2,
        "overdue": 0,
        "acknowledged_days": 2.0,
        "answered_days": 3.0,
        "longest_days": 4,
    }
    assert (found[CYBER]["sent"], found[CYBER]["answered"], found[CYBER]["answered_days"]) == (1, 0, None)
    page = await world.client.read(PARTNERS, HOLDER, limit=1, **YEAR)
    following = await world.client.read(PARTNERS, HOLDER, limit=1, cursor=page["next"], **YEAR)
    assert [page["items"][0]["receiver"], following["items"][0]["receiver"]] == [CYBER, POLICE]
    assert code_of(await world.client.get(PARTNERS, cyber)) == "403 RoleRequired"
    for path in (DESK, PARTNERS):
        with statements() as seen:
            await world.client.read(path, HOLDER)
        assert len([each for each in seen if each.lstrip().upper().startswith("SELECT")]) <= 4
