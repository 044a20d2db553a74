"""Each mode between offices from its issue to its end, with all three services; and what is refused."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared import clock
from shared.standing import standing_of
from tests import given
from tests.given import CITY, DISTRICT, NEIGHBOUR, OTHER_CITY, OTHER_PROVINCE, PROVINCE
from tests.journeys.between import BEIJING, ELSEWHERE, REFERRALS, act, holder, issued, refused, sees
from tests.journeys.world import World

WANG, CHIEF = given.prosecutor(DISTRICT), given.chief(DISTRICT)
CITY_CHIEF, PROVINCE_CHIEF = given.chief(CITY), given.chief(PROVINCE)


async def test_a_lead_is_transferred_to_the_competent_office_and_goes_no_further_sideways(
    world: World,
) -> None:
    lead = await world.lead(NEIGHBOUR)
    order = await issued(world, lead, "transfer_lead", given.prosecutor(NEIGHBOUR), DISTRICT)
    assert (await act(world, order, "receipt", given.clerk(DISTRICT)))["stage"] == "in_force"
    assert await holder(world, lead) == DISTRICT
    for to in (NEIGHBOUR, ELSEWHERE):
        assert await refused(world, lead, "transfer_lead", WANG, to) == "409 MayOnlyReportUpward"


async def test_a_case_is_transferred_across_divisions(world: World) -> None:
    case = await world.case()
    order = await issued(world, case, "transfer_case", CHIEF, ELSEWHERE, occasion="cross_division")
    await act(world, order, "receipt", given.clerk(ELSEWHERE))
    assert await holder(world, case) == ELSEWHERE
    moved = await world.read(f"/cases/v1/cases/{case['id']}", given.prosecutor(ELSEWHERE))
    assert moved["origin"] == "transferred"


async def test_a_case_goes_up_for_suit_to_the_office_at_the_competent_court(world: World) -> None:
    case = await world.case()
    order = await issued(world, case, "transfer_for_suit", CHIEF, CITY, court="杭州市中级人民法院")
    await act(world, order, "receipt", given.clerk(CITY))
    assert await holder(world, case) == CITY
    moved = await world.read(f"/cases/v1/cases/{case['id']}", given.prosecutor(CITY))
    assert moved["origin"] == "transferred_for_suit"


async def test_the_common_superior_designates_another_city_s_district(world: World) -> None:
    case = await world.case()
    order = await issued(world, case, "designate", PROVINCE_CHIEF, ELSEWHERE)
    await act(world, order, "receipt", given.clerk(ELSEWHERE))
    assert await holder(world, case) == ELSEWHERE


async def test_a_case_is_supervised_with_reports_until_it_is_lifted(world: World) -> None:
    case = await world.case()
    soon = (clock.today() + timedelta(days=10)).isoformat()
    joint = {"joint_with": "第一检察部", "milestones": [soon]}
    order = await issued(world, case, "supervise", PROVINCE_CHIEF, DISTRICT, **joint)
    await act(world, order, "receipt", given.clerk(DISTRICT))
    late = clock.today() + timedelta(days=11)
    assert await world.running.duty("referrals", "announce_missed_reports", late) == 1
    await world.settled()
    told = [each["type"] for each in await world.timeline(case, WANG)]
    assert "referrals.report_missed" in told
    await act(world, order, "reports", WANG, summary="已制发检察建议")
    lifted = await act(world, order, "lifting", PROVINCE_CHIEF, reason="整改到位")
    assert (lifted["stage"], lifted["missed"], lifted["report_due_on"]) == ("ended", 1, None)


async def test_a_superior_corrects_a_decision_and_the_lower_office_reports_that_it_did(world: World) -> None:
    case = await world.case()
    order = await issued(world, case, "superior_decision", CITY_CHIEF, DISTRICT, occasion="order_correction")
    assert (await act(world, order, "receipt", given.clerk(DISTRICT)))["stage"] == "in_force"
    await act(world, order, "disagreement", WANG, words="本院有不同意见")
    await act(world, order, "reports", WANG, summary="已纠正")
    ended = await act(world, order, "lifting", CITY_CHIEF, reason="已执行")
    assert (ended["stage"], ended["statements"][0]["act"]) == ("ended", "disagree")


async def test_guidance_goes_down_and_is_closed(world: World) -> None:
    case = await world.case()
    order = await issued(world, case, "guide", PROVINCE_CHIEF, DISTRICT, instruction="注意电子数据")
    await act(world, order, "receipt", given.clerk(DISTRICT))
    assert (await act(world, order, "closing", PROVINCE_CHIEF, reason="已阅"))["stage"] == "closed"


async def test_an_investigation_is_entrusted_with_leave_to_know_that_ends_with_it(world: World) -> None:
    case = await world.case()
    other = given.prosecutor(BEIJING)
    order = await issued(world, case, "entrust_investigation", WANG, BEIJING, instruction="调取后台日志")
    assert await sees(world, case, other) == [True]
    await act(world, order, "receipt", given.clerk(BEIJING))
    await act(world, order, "reply", other, summary="已调取")
    closed = await act(world, order, "closing", WANG, reason="已收到")
    assert (closed["stage"], await holder(world, case)) == ("closed", DISTRICT)
    assert await sees(world, case, other, WANG) == [False, True]


async def test_staff_is_called_up_by_name_and_goes_home_on_the_day(world: World) -> None:
    case = await world.case()
    last = clock.today() + timedelta(days=30)
    call = {"staff": ["li", "zhao"], "ends_on": last.isoformat()}
    order = await issued(world, case, "call_up", CITY_CHIEF, NEIGHBOUR, **call)
    await act(world, order, "receipt", given.clerk(NEIGHBOUR))
    li, other = given.prosecutor(NEIGHBOUR, sub="li"), given.prosecutor(NEIGHBOUR, sub="sun")
    assert await sees(world, case, li, other) == [True, False]
    assert await world.running.duty("referrals", "expire_orders", last + timedelta(days=1)) == 1
    await world.settled()
    now = await world.read(f"{REFERRALS}/{order['id']}", CITY_CHIEF)
    assert (now["stage"], now["reason"]) == ("ended", "expired")
    assert await sees(world, case, li) == [False]


async def test_reports_for_record_go_up_on_every_occasion_and_are_noted(world: World) -> None:
    lead = await world.lead()
    record = await issued(world, lead, "report_for_record", WANG, CITY)
    assert (await act(world, record, "receipt", given.clerk(CITY)))["stage"] == "noted"
    case = await world.case("", NEIGHBOUR)
    li = given.prosecutor(NEIGHBOUR)
    for occasion in ("suspension", "suit", "judgment", "appeal"):
        record = await issued(world, case, "report_for_record", li, CITY, occasion=occasion)
        assert (await act(world, record, "receipt", given.clerk(CITY)))["stage"] == "noted"


async def test_what_is_open_about_a_case_is_over_on_both_sides_when_the_case_ends(world: World) -> None:
    case = await world.case()
    supervised = await issued(world, case, "supervise", PROVINCE_CHIEF, DISTRICT)
    await act(world, supervised, "receipt", given.clerk(DISTRICT))
    request = await issued(world, case, "request_take_up", WANG, CITY)
    said = {"ground": "interest_protected", "reason": "已保护"}
    path = f"/cases/v1/cases/{case['id']}"
    await world.act(path, "investigation-report", {"conclusion": "已全面整改"}, WANG)
    await world.approved(await world.act(path, "termination", said, WANG))
    await world.settled()
    stages = [
        (await world.read(f"{REFERRALS}/{each['id']}", PROVINCE_CHIEF))["stage"]
        for each in (supervised, request)
    ]
    assert stages == ["ended", "voided"]
    async with world.running.reading("cases") as session:
        stands = await standing_of(session, UUID(case["id"]))
    assert stands is not None
    assert stands.closed
    assert stands.grants == ()


@pytest.fixture
def refusals() -> list[tuple[str, given.Person, str, dict[str, Any], str]]:
    """Modes that an office tries on a case of the district, and what it is told."""
    li, other_city = given.chief(NEIGHBOUR), given.chief(OTHER_CITY)
    day = (clock.today() + timedelta(days=9)).isoformat()
    call = {"staff": ["li"], "ends_on": day}
    nobody = {"decision": None}
    return [
        ("assign", CHIEF, NEIGHBOUR, {}, "403 NotAuthorised"),
        ("take_up", li, NEIGHBOUR, {}, "409 MatterNotYetKnown"),
        ("take_up", PROVINCE_CHIEF, PROVINCE, nobody, "409 WrittenDecisionMissing"),
        ("supervise", CITY_CHIEF, DISTRICT, {"joint_with": "第一检察部"}, "409 JointListingNotOpen"),
        ("take_lead", CITY_CHIEF, DISTRICT, {"co_handlers": [BEIJING]}, "409 CoHandlerNotBelow"),
        ("designate", CITY_CHIEF, ELSEWHERE, {}, "403 NotAuthorised"),
        ("designate", other_city, DISTRICT, {}, "409 MatterNotYetKnown"),
        ("transfer_lead", WANG, NEIGHBOUR, {}, "409 WrongMatterKind"),
        ("transfer_case", CHIEF, CITY, {"occasion": "cross_division"}, "403 NotAuthorised"),
        ("transfer_case", CHIEF, NEIGHBOUR, {}, "409 OccasionMissing"),
        ("transfer_for_suit", CHIEF, CITY, {}, "409 ParticularMissing"),
        ("request_extension", WANG, CITY, {}, "409 ParticularMissing"),
        ("request_approval_to_file", WANG, CITY, {}, "409 WrongMatterKind"),
        ("request_take_up", WANG, PROVINCE, {}, "403 NotAuthorised"),
        ("request_designation", WANG, CITY, {}, "409 OccasionMissing"),
        ("request_lead_transfer_up", WANG, CITY, {}, "409 WrongMatterKind"),
        ("request_instruction", given.clerk(DISTRICT), CITY, {}, "403 RoleRequired"),
        ("guide", CHIEF, DISTRICT, {}, "403 NotAuthorised"),
        ("report_for_record", WANG, CITY, {}, "409 OccasionMissing"),
        (
            "superior_decision",
            CITY_CHIEF,
            DISTRICT,
            {"occasion": "alter"} | nobody,
            "409 WrittenDecisionMissing",
        ),
        ("superior_decision", WANG, DISTRICT, {"occasion": "alter"}, "403 RoleRequired"),
        ("entrust_investigation", WANG, OTHER_PROVINCE, {}, "403 NotAuthorised"),
        ("call_up", CITY_CHIEF, NEIGHBOUR, call | nobody, "409 WrittenDecisionMissing"),
        ("call_up", CITY_CHIEF, ELSEWHERE, call, "403 NotAuthorised"),
        ("call_up", CITY_CHIEF, NEIGHBOUR, {"ends_on": day}, "409 ParticularMissing"),
    ]


async def test_what_the_law_does_not_give_is_refused_in_every_mode_and_changes_nothing(
    world: World, refusals: list[tuple[str, given.Person, str, dict[str, Any], str]]
) -> None:
    case = await world.case()
    for mode, by, to, more, said in refusals:
        assert await refused(world, case, mode, by, to, **more) == said, mode
    assert await holder(world, case) == DISTRICT
    assert (await world.read(REFERRALS, PROVINCE_CHIEF, matter_id=case["id"]))["items"] == []
