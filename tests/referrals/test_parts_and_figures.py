"""Parts of a split lead with a result each; the lists and figures of an office."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any
from uuid import uuid4

from shared.inbox import Why
from tests import given
from tests.given import CITY, DISTRICT, NEIGHBOUR, OTHER_CITY, PROVINCE
from tests.referrals.world import DAY, DECISION, REFERRALS, Matter, World, code_of

PROSECUTOR = given.prosecutor(DISTRICT)
CITY_CHIEF, PROVINCE_CHIEF = given.chief(CITY), given.chief(PROVINCE)
Counting = Callable[[], AbstractContextManager[list[str]]]
INTENDED = [
    ("330106", "assign"),
    (DISTRICT, "assign"),
    (OTHER_CITY, "transfer_lead"),
    ("330203", "assign"),
    (PROVINCE, "request_lead_transfer_up"),
]


async def split(world: World, lead: Matter, parts: list[Matter], intended: list[tuple[str, str]]) -> None:
    """`cases` announced that the lead was split into these parts, with what is intended for each."""
    said = [
        {"lead_id": str(part.id), "addressee": to, "mode": mode}
        for part, (to, mode) in zip(parts, intended, strict=True)
    ]
    await world.app.hear("cases.lead_split", lead.id, {"lead_id": str(lead.id), "parts": said})


async def results(world: World, lead: Matter, by: given.Person, **asked: Any) -> list[Any]:
    """What became of each part."""
    found = await world.client.read(f"/referrals/v1/splits/{lead.id}/parts", by, **asked)
    items: list[Any] = found["items"]
    return items


async def test_five_parts_go_on_by_an_order_each_and_what_cannot_is_told_with_its_reason(
    world: World,
) -> None:
    lead = await world.matter(CITY, "lead")
    parts = [await world.matter(CITY, "lead") for _ in INTENDED]
    await split(world, lead, parts, INTENDED)
    found = {each["matter_id"]: each for each in await results(world, lead, CITY_CHIEF)}
    said = [found[str(part.id)] for part in parts]
    assert [(each["stage"], each["reason"]) for each in said] == [
        ("issued", None),
        ("issued", None),
        ("issued", None),
        (None, "NotAuthorised"),
        ("issued", None),
    ]
    (event,) = await world.app.recorded("part_not_issued")
    assert event.body == {
        "matter_id": str(parts[3].id),
        "split_from": str(lead.id),
        "addressee": "330203",
        "mode": "assign",
        "reason": "NotAuthorised",
    }
    issued = await world.app.recorded("referral_issued")
    assert {event.body["issuer"] for event in issued} == {CITY}
    assert len(issued) == 4


async def test_a_part_that_came_to_nothing_afterwards_says_why(world: World) -> None:
    lead, part = await world.matter(CITY, "lead"), await world.matter(CITY, "lead")
    await split(world, lead, [part], [(DISTRICT, "assign")])
    (result,) = await results(world, lead, CITY_CHIEF)
    await world.says("custody_refused", part, order_id=result["referral_id"], reason="ended")
    (now,) = await results(world, lead, CITY_CHIEF)
    assert (now["stage"], now["reason"]) == ("voided", "ended")


async def test_a_mode_or_an_office_that_nobody_knows_stops_only_its_part(world: World) -> None:
    lead = await world.matter(CITY, "lead")
    parts = [await world.matter(CITY, "lead") for _ in range(3)]
    await split(world, lead, parts, [(DISTRICT, "wish"), ("999999", "assign"), (DISTRICT, "assign")])
    found = {each["matter_id"]: each["reason"] for each in await results(world, lead, CITY_CHIEF)}
    assert [found[str(part.id)] for part in parts] == ["ModeUnknown", "UnknownOffice", None]


async def test_a_split_waits_until_every_part_is_known(world: World) -> None:
    lead, part = await world.matter(CITY, "lead"), Matter(uuid4(), "lead", CITY, 0)
    said = [{"lead_id": str(part.id), "addressee": DISTRICT, "mode": "assign"}]
    body = {"lead_id": str(lead.id), "parts": said}
    await world.app.hear("cases.lead_split", lead.id, body, becomes=Why.NOT_YET)
    await world.stands(part)
    await world.app.frame.inbox.tend()
    assert [each["stage"] for each in await results(world, lead, CITY_CHIEF)] == ["issued"]


async def test_the_parts_are_shown_to_whoever_may_know_of_the_lead_or_of_the_part(world: World) -> None:
    lead = await world.matter(CITY, "lead")
    parts = [await world.matter(CITY, "lead") for _ in range(2)]
    await split(world, lead, parts, [(DISTRICT, "assign"), (NEIGHBOUR, "assign")])
    assert len(await results(world, lead, given.prosecutor(PROVINCE))) == 2
    assert await results(world, lead, given.prosecutor(OTHER_CITY)) == []
    first = await results(world, lead, CITY_CHIEF, limit=1)
    assert len(first) == 1


# --- Lists -----------------------------------------------------------------------------------------------


async def on_desk(world: World, by: given.Person, desk: str) -> set[str]:
    """The modes on that list of the person's office."""
    found = await world.client.read(REFERRALS, by, desk=desk)
    return {each["mode"] for each in found["items"]}


async def some_work(world: World) -> None:
    """An assignment to the district, a request of it, an entrustment replied to, and a late receipt."""
    held = await world.matter(CITY)
    await world.armed(held)
    own = await world.matter(DISTRICT)
    await world.opened(own, "civil")
    await world.issue(PROSECUTOR, own, "request_take_up", CITY)
    asked = await world.issue(PROSECUTOR, own, "entrust_investigation", NEIGHBOUR, decision=DECISION)
    await world.client.act(f"{REFERRALS}/{asked['id']}", "receipt", by=given.clerk(NEIGHBOUR))
    reply = {"summary": "已查"}
    await world.client.act(f"{REFERRALS}/{asked['id']}", "reply", reply, by=given.prosecutor(NEIGHBOUR))
    await world.issue(PROVINCE_CHIEF, own, "supervise", DISTRICT)


async def test_every_office_has_its_lists(world: World) -> None:
    await some_work(world)
    assert await on_desk(world, PROSECUTOR, "incoming") == {"assign", "supervise"}
    assert await on_desk(world, PROSECUTOR, "outgoing") == {"request_take_up", "entrust_investigation"}
    assert await on_desk(world, PROSECUTOR, "waiting_for_us") == {
        "assign",
        "entrust_investigation",
        "supervise",
    }
    assert await on_desk(world, PROSECUTOR, "waiting_for_them") == {"request_take_up"}
    assert await on_desk(world, CITY_CHIEF, "waiting_for_us") == {"request_take_up"}
    assert await on_desk(world, CITY_CHIEF, "waiting_for_them") == {"assign"}
    assert await on_desk(world, PROVINCE_CHIEF, "waiting_for_them") == {"supervise"}
    assert await on_desk(world, given.prosecutor(NEIGHBOUR), "waiting_for_them") == {"entrust_investigation"}
    assert await on_desk(world, CITY_CHIEF, "overdue") == {"assign", "request_take_up", "supervise"}


async def test_a_list_says_only_what_there_is_to_choose_from(world: World) -> None:
    answer = await world.client.get(REFERRALS, CITY_CHIEF, desk="everything")
    assert code_of(answer) == "422 Malformed"


async def test_the_figures_are_those_of_the_lists_and_of_every_level(world: World) -> None:
    await some_work(world)
    days = {"since": "2026-01-01", "until": DAY.isoformat()}
    seen = await world.client.read("/referrals/v1/figures", PROVINCE_CHIEF, **days)
    counted = {(row["mode"], row["level"]): (row["issued"], row["open"]) for row in seen["by_mode"]}
    assert counted == {
        ("assign", "municipal"): (1, 1),
        ("request_take_up", "primary"): (1, 1),
        ("entrust_investigation", "primary"): (1, 1),
        ("supervise", "provincial"): (1, 1),
    }
    assert seen["handled"] == [{"level": "primary", "origin": "self_handled", "cases": 1}]
    assert seen["guided"] == [{"level": "provincial", "matters": 1}]
    for desk, length in seen["desk"].items():
        found = await world.client.read(REFERRALS, PROVINCE_CHIEF, desk=desk)
        assert len(found["items"]) == length, desk


async def test_figures_count_what_one_may_see_in_the_time_asked_for(world: World) -> None:
    await some_work(world)
    path = "/referrals/v1/figures"
    before = {"since": "2025-01-01", "until": "2025-12-31"}
    earlier = await world.client.read(path, PROVINCE_CHIEF, **before)
    assert (earlier["by_mode"], earlier["handled"], earlier["guided"]) == ([], [], [])
    hidden = await world.client.read(path, given.chief(OTHER_CITY), since="2026-01-01")
    assert (hidden["by_mode"], hidden["handled"], hidden["guided"]) == ([], [], [])
    wrong = await world.client.get(path, PROVINCE_CHIEF, since="2026-02-01", until="2026-01-01")
    assert code_of(wrong) == "409 DateOutOfOrder"


async def test_lists_and_figures_cost_the_same_however_much_there_is(
    world: World, statements: Counting
) -> None:
    costs, lead = [], await world.matter(CITY, "lead")
    for _ in range(2):
        await some_work(world)
        await split(world, lead, [await world.matter(CITY, "lead")], [(DISTRICT, "assign")])
        with statements() as seen:
            await results(world, lead, CITY_CHIEF)
            await world.client.read("/referrals/v1/figures", CITY_CHIEF, since="2026-01-01")
            for desk in ("incoming", "waiting_for_us", "waiting_for_them", "overdue"):
                await world.client.read(REFERRALS, CITY_CHIEF, desk=desk)
        costs.append(len([each for each in seen if each.lstrip().upper().startswith("SELECT")]))
    assert costs[0] == costs[1] <= 16, costs


async def test_the_list_of_supervised_matters_shows_what_is_due_and_what_was_missed(world: World) -> None:
    matter = await world.matter(DISTRICT)
    joint = {"joint_with": "第一检察部", "milestones": ["2026-01-20", "2026-03-10"]}
    await world.issue(PROVINCE_CHIEF, matter, "supervise", DISTRICT, **joint)
    await world.app.duty("announce_missed_reports", date(2026, 1, 21))
    found = await world.client.read(REFERRALS, PROVINCE_CHIEF, mode="supervise")
    (listed,) = found["items"]
    assert (listed["joint_with"], listed["report_due_on"], listed["missed"]) == (
        "第一检察部",
        "2026-03-10",
        1,
    )
