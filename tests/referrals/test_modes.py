"""Every other mode between offices: what it needs, what it grants, how it ends, what it refuses."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests import given
from tests.given import CITY, DISTRICT, NEIGHBOUR, OTHER_CITY, OTHER_PROVINCE, PROVINCE, SUPREME
from tests.referrals.world import DAY, DECISION, LETTER, REFERRALS, Matter, World, code_of

PROSECUTOR, CHIEF = given.prosecutor(DISTRICT), given.chief(DISTRICT)
CITY_CHIEF, PROVINCE_CHIEF = given.chief(CITY), given.chief(PROVINCE)
ELSEWHERE = "330203"


async def act(world: World, order: Any, act: str, by: given.Person, **body: Any) -> Any:
    """An act on the order as it stands that must succeed."""
    return await world.client.act(f"{REFERRALS}/{order['id']}", act, body, by=by)


async def refusal(world: World, by: given.Person, matter: Matter, mode: str, to: str, **more: Any) -> str:
    """Why that order is not issued; nothing is recorded of it."""
    before = len(await world.app.recorded("referral_issued"))
    answer = await world.client.post(REFERRALS, world.order(matter, mode, to, **more), by=by)
    assert len(await world.app.recorded("referral_issued")) == before
    return code_of(answer)


async def confirmed(world: World, matter: Matter, order: Any) -> None:
    """`cases` gave the leave that the order asks for."""
    await world.says("grant_given", matter, order_id=order["id"], org="x", scope="x")


# --- Designation -----------------------------------------------------------------------------------------


async def test_the_common_superior_designates_another_office_and_the_matter_moves(world: World) -> None:
    matter = await world.matter(DISTRICT)
    order = await world.issue(PROVINCE_CHIEF, matter, "designate", ELSEWHERE, decision=DECISION)
    assert (order["track"], order["moves_custody"], order["basis"]) == ("custody", True, "R 17")
    await world.locked(matter, order)
    assert (await world.sign(order, given.clerk(ELSEWHERE))).json()["stage"] == "received"
    await world.moved(matter, order)
    assert (await world.read(order, given.prosecutor(ELSEWHERE)))["stage"] == "in_force"


async def test_designating_the_holder_moves_nothing_and_holds_from_its_receipt(world: World) -> None:
    matter = await world.matter(DISTRICT)
    order = await world.issue(CITY_CHIEF, matter, "designate", DISTRICT, decision=DECISION)
    assert (order["track"], order["moves_custody"], order["grants_scope"]) == ("standing", False, None)
    taken = await world.issue(PROVINCE_CHIEF, matter, "take_up", PROVINCE)
    assert taken["stage"] == "issued"
    assert (await act(world, order, "receipt", given.clerk(DISTRICT)))["stage"] == "in_force"


async def test_designation_needs_a_common_superior_and_a_written_decision(world: World) -> None:
    matter = await world.matter(DISTRICT)
    assert await refusal(world, CITY_CHIEF, matter, "designate", NEIGHBOUR) == "409 WrittenDecisionMissing"
    written = {"decision": DECISION}
    assert await refusal(world, CITY_CHIEF, matter, "designate", ELSEWHERE, **written) == "403 NotAuthorised"
    assert await refusal(world, PROVINCE_CHIEF, matter, "designate", OTHER_PROVINCE, **written) == (
        "403 NotAuthorised"
    )
    across = await world.issue(given.chief(SUPREME), matter, "designate", OTHER_PROVINCE, **written)
    assert across["moves_custody"]


# --- Leading, deciding, guiding --------------------------------------------------------------------------


async def test_taking_the_lead_asks_for_leave_for_the_whole_team_until_it_is_dissolved(world: World) -> None:
    matter = await world.matter(DISTRICT)
    team = [NEIGHBOUR, ELSEWHERE]
    order = await world.issue(PROVINCE_CHIEF, matter, "take_lead", DISTRICT, co_handlers=team)
    (issued,) = await world.app.recorded("referral_issued", matter.id)
    assert issued.body["grants"] == [
        {"org": PROVINCE, "sub": None, "scope": "leadership", "ends_on": None},
        {"org": NEIGHBOUR, "sub": None, "scope": "co_handling", "ends_on": None},
        {"org": ELSEWHERE, "sub": None, "scope": "co_handling", "ends_on": None},
    ]
    await act(world, order, "receipt", given.clerk(DISTRICT))
    await confirmed(world, matter, order)
    assert (await world.read(order, PROSECUTOR))["stage"] == "in_force"
    ended = await act(world, order, "lifting", PROVINCE_CHIEF, reason="结案")
    assert ended["stage"] == "ended"
    (event,) = await world.app.recorded("referral_ended", matter.id)
    assert event.body["reason"] == "dissolved"


async def test_co_handlers_stand_below_whoever_leads(world: World) -> None:
    matter = await world.matter(DISTRICT)
    for team, code in (
        ([OTHER_PROVINCE], "409 CoHandlerNotBelow"),
        ([DISTRICT], "409 CoHandlerNotBelow"),
        ([NEIGHBOUR, NEIGHBOUR], "422 Malformed"),
        (["999999"], "409 UnknownOffice"),
    ):
        assert await refusal(world, PROVINCE_CHIEF, matter, "take_lead", DISTRICT, co_handlers=team) == code
    beijing = {"co_handlers": ["110101"]}
    across = await world.issue(given.chief(SUPREME), matter, "take_lead", DISTRICT, **beijing)
    assert across["grants"][1]["org"] == "110101"


@pytest.mark.parametrize(
    ("occasion", "basis"),
    [
        ("revoke", "R 10"),
        ("alter", "R 10"),
        ("order_correction", "R 10"),
        ("order_appeal", "R 61"),
        ("withdraw_appeal", "R 61"),
        ("change_suggestion", "SUG 22"),
    ],
)
async def test_a_superiors_decision_is_written_binds_and_is_reported_on(
    world: World, occasion: str, basis: str
) -> None:
    matter = await world.matter(DISTRICT)
    said = {"occasion": occasion}
    assert await refusal(world, CITY_CHIEF, matter, "superior_decision", DISTRICT, **said) == (
        "409 WrittenDecisionMissing"
    )
    order = await world.issue(CITY_CHIEF, matter, "superior_decision", DISTRICT, decision=DECISION, **said)
    assert (order["basis"], order["track"]) == (basis, "standing")
    assert (await act(world, order, "receipt", given.clerk(DISTRICT)))["stage"] == "in_force"
    report = await act(world, order, "reports", PROSECUTOR, summary="已执行")
    assert report["seq_no"] == 1
    ended = await act(world, order, "lifting", CITY_CHIEF, reason="执行完毕")
    assert (ended["stage"], ended["reports"][0]["summary"]) == ("ended", "已执行")


async def test_disagreement_is_reported_while_executing_and_stops_nothing(world: World) -> None:
    matter = await world.matter(CITY)
    order = await world.armed(matter)
    said = await act(world, order, "disagreement", PROSECUTOR, words="本院认为管辖有误")
    assert (said["act"], said["office"]) == ("disagree", DISTRICT)
    now = await world.read(order, PROSECUTOR)
    assert (now["stage"], now["statements"][0]["summary"]) == ("armed", "本院认为管辖有误")
    assert (await world.sign(order, given.clerk(DISTRICT), etag='"2"')).status_code == 200
    (event,) = await world.app.recorded("referral_disagreed", matter.id)
    assert (event.body["office"], event.basis) == (DISTRICT, "R 10")


async def test_only_an_office_below_disagrees_and_only_with_what_it_executes(world: World) -> None:
    case = await world.matter(DISTRICT)
    order = await world.issue(CHIEF, case, "transfer_for_suit", CITY, court="某法院")
    await world.locked(case, order)
    path, body = f"{REFERRALS}/{order['id']}", {"words": "x"}
    answer = await world.client.post(f"{path}/disagreement", body, by=given.prosecutor(CITY), etag='"1"')
    assert code_of(answer) == "409 NothingToDisagreeWith"
    answer = await world.client.post(f"{path}/disagreement", body, by=given.prosecutor(PROVINCE), etag='"1"')
    assert code_of(answer) == "403 NotYourStep"


async def test_guidance_is_signed_for_and_closed_without_an_answer(world: World) -> None:
    matter = await world.matter(DISTRICT)
    order = await world.issue(PROVINCE_CHIEF, matter, "guide", DISTRICT, instruction="注意取证")
    assert (order["track"], order["basis"].split()[0]) == ("entrustment", "casebridge")
    await act(world, order, "receipt", given.clerk(DISTRICT))
    assert (await act(world, order, "closing", PROVINCE_CHIEF, reason="已阅"))["stage"] == "closed"
    assert await world.app.recorded("clock_started", matter.id) == []


# --- Entrusting and calling up ---------------------------------------------------------------------------


async def test_an_entrusted_office_has_thirty_days_from_its_receipt_to_reply(world: World) -> None:
    matter = await world.matter(DISTRICT)
    order = await world.issue(PROSECUTOR, matter, "entrust_investigation", ELSEWHERE, decision=DECISION)
    assert (order["grants_scope"], order["basis"]) == ("entrusted_investigation", "R 43")
    await confirmed(world, matter, order)
    other = given.prosecutor(ELSEWHERE)
    await act(world, order, "receipt", given.clerk(ELSEWHERE), occurred_on="2026-01-08")
    t3 = next(e for e in await world.app.recorded("clock_started", matter.id) if e.body["row"] == "T3")
    assert (t3.body["office"], t3.body["due_on"], t3.body["statutory"]) == (ELSEWHERE, "2026-02-09", True)
    late = {"summary": "已调取", "occurred_on": "2026-02-20"}
    await act(world, order, "reply", other, **late)
    met = [e for e in await world.app.recorded("clock_met", matter.id) if e.body["row"] == "T3"]
    assert [e.body["late"] for e in met] == [True]
    more = {"summary": "补充", "occurred_on": "2026-02-21"}
    assert (await act(world, order, "reply", other, **more))["seq_no"] == 2
    closed = await act(world, order, "closing", PROSECUTOR, reason="完成")
    assert (closed["stage"], len(closed["statements"])) == ("closed", 2)
    (event,) = await world.app.recorded("referral_ended", matter.id)
    assert event.body["reason"] == "closed"


async def test_an_entrustment_goes_to_the_same_level_with_its_letter(world: World) -> None:
    matter = await world.matter(DISTRICT)
    mode, written = "entrust_investigation", {"decision": DECISION}
    assert await refusal(world, PROSECUTOR, matter, mode, ELSEWHERE) == "409 WrittenDecisionMissing"
    assert await refusal(world, PROSECUTOR, matter, mode, OTHER_CITY, **written) == "403 NotAuthorised"
    assert await refusal(world, PROSECUTOR, matter, mode, DISTRICT, **written) == "403 NotAuthorised"


@pytest.mark.parametrize("missing", ["subjects", "items", "demands"])
async def test_a_letter_of_entrustment_says_of_whom_into_what_and_what_for(
    world: World, missing: str
) -> None:
    matter = await world.matter(DISTRICT)
    said = {"decision": DECISION, missing: None}
    mode = "entrust_investigation"
    assert await refusal(world, PROSECUTOR, matter, mode, ELSEWHERE, **said) == "409 ParticularMissing"
    order = await world.issue(PROSECUTOR, matter, mode, ELSEWHERE, decision=DECISION)
    assert order[missing] == LETTER[missing]
    assert LETTER[missing] not in str([event.body for event in await world.app.recorded(None, matter.id)])


async def test_an_entrustment_ends_when_the_matter_moves_or_its_leave_is_refused(world: World) -> None:
    for event, stage in (("grant_ended", "closed"), ("grant_refused", "voided")):
        matter = await world.matter(DISTRICT)
        order = await world.issue(PROSECUTOR, matter, "entrust_investigation", ELSEWHERE, decision=DECISION)
        await act(world, order, "receipt", given.clerk(ELSEWHERE))
        await world.says(event, matter, order_id=order["id"], org=ELSEWHERE, reason="custody_moved")
        now = await world.read(order, PROSECUTOR)
        assert (now["stage"], now["reason"]) == (stage, "custody_moved")


CALL = {"staff": ["wang", "li"], "ends_on": "2026-06-30", "decision": DECISION}


async def test_named_staff_is_called_up_until_a_day(world: World) -> None:
    matter = await world.matter(DISTRICT)
    order = await world.issue(CITY_CHIEF, matter, "call_up", NEIGHBOUR, **CALL)
    (issued,) = await world.app.recorded("referral_issued", matter.id)
    assert issued.body["grants"] == [
        {"org": NEIGHBOUR, "sub": name, "scope": "call_up", "ends_on": "2026-06-30"} for name in CALL["staff"]
    ]
    await act(world, order, "receipt", given.clerk(NEIGHBOUR))
    await confirmed(world, matter, order)
    assert (await world.read(order, given.chief(NEIGHBOUR)))["stage"] == "in_force"
    assert await world.app.duty("expire_orders", date(2026, 6, 30)) == 0
    assert await world.app.duty("expire_orders", date(2026, 7, 1)) == 1
    assert await world.app.duty("expire_orders", date(2026, 7, 1)) == 0
    (event,) = await world.app.recorded("referral_ended", matter.id)
    assert (event.body["reason"], event.occurred_on) == ("expired", date(2026, 6, 30))


async def test_called_up_staff_may_be_released_before(world: World) -> None:
    matter = await world.matter(DISTRICT)
    order = await world.issue(CITY_CHIEF, matter, "call_up", NEIGHBOUR, **CALL)
    await act(world, order, "receipt", given.clerk(NEIGHBOUR))
    await act(world, order, "lifting", CITY_CHIEF, reason="任务完成")
    (event,) = await world.app.recorded("referral_ended", matter.id)
    assert event.body["reason"] == "released"


async def test_a_call_up_is_in_writing_names_persons_and_a_day_and_stays_in_the_area(world: World) -> None:
    matter = await world.matter(DISTRICT)
    for missing in ("staff", "ends_on"):
        said = {key: value for key, value in CALL.items() if key != missing}
        assert await refusal(world, CITY_CHIEF, matter, "call_up", NEIGHBOUR, **said) == (
            "409 ParticularMissing"
        )
    oral = {"staff": ["wang"], "ends_on": "2026-06-30"}
    assert await refusal(world, CITY_CHIEF, matter, "call_up", NEIGHBOUR, **oral) == (
        "409 WrittenDecisionMissing"
    )
    assert await refusal(world, CITY_CHIEF, matter, "call_up", ELSEWHERE, **CALL) == "403 NotAuthorised"
    assert await refusal(world, CITY_CHIEF, matter, "call_up", DISTRICT, **CALL) == "403 NotAuthorised"
    past = CALL | {"ends_on": "2026-01-01"}
    assert await refusal(world, CITY_CHIEF, matter, "call_up", NEIGHBOUR, **past) == "409 DateOutOfOrder"


# --- Supervision and its reports -------------------------------------------------------------------------


async def missed(world: World, matter: Matter) -> list[tuple[int, str]]:
    """The reports announced as missed: number and day."""
    events = await world.app.recorded("report_missed", matter.id)
    return [(event.body["seq_no"], event.body["due_on"]) for event in events]


async def test_each_missed_report_of_a_schedule_is_announced_once(world: World) -> None:
    matter = await world.matter(DISTRICT)
    days = ["2026-01-20", "2026-02-10", "2026-03-10"]
    order = await world.issue(PROVINCE_CHIEF, matter, "supervise", DISTRICT, milestones=days)
    await world.sign(order, given.clerk(DISTRICT))
    await confirmed(world, matter, order)
    await world.app.duty("announce_missed_reports", date(2026, 1, 20))
    assert await missed(world, matter) == []
    for _ in range(2):
        await world.app.duty("announce_missed_reports", date(2026, 2, 11))
    assert await missed(world, matter) == [(1, days[0]), (2, days[1])]
    (first, _) = await world.app.recorded("report_missed", matter.id)
    assert (first.body["issuer"], first.body["office"]) == (PROVINCE, DISTRICT)
    await act(world, order, "reports", PROSECUTOR, summary="进展", occurred_on="2026-02-12")
    await world.app.duty("announce_missed_reports", date(2026, 2, 13))
    assert len(await missed(world, matter)) == 2
    await world.app.duty("announce_missed_reports", date(2026, 3, 11))
    assert await missed(world, matter) == [(1, days[0]), (2, days[1]), (3, days[2])]


async def test_without_a_schedule_the_missed_report_of_the_internal_rhythm_is_announced(world: World) -> None:
    matter = await world.matter(DISTRICT)
    order = await world.issue(PROVINCE_CHIEF, matter, "supervise", DISTRICT)
    assert order["report_due_on"] == "2026-02-06"
    await world.app.duty("announce_missed_reports", date(2026, 2, 7))
    assert await missed(world, matter) == [(1, "2026-02-06")]


async def test_nothing_is_missed_under_an_order_that_is_over(world: World) -> None:
    matter = await world.matter(DISTRICT)
    order = await world.issue(PROVINCE_CHIEF, matter, "supervise", DISTRICT)
    await act(world, order, "withdrawal", PROVINCE_CHIEF, reason="不必督办")
    await world.app.duty("announce_missed_reports", date(2026, 1, 6) + timedelta(days=400))
    assert await missed(world, matter) == []


@pytest.mark.parametrize("occasion", ["suggestion", "suspension"])
async def test_what_only_an_administrative_case_knows_is_reported_of_no_other(
    world: World, occasion: str
) -> None:
    matter = await world.matter(DISTRICT)
    await world.opened(matter, "civil")
    said = {"occasion": occasion}
    assert await refusal(world, PROSECUTOR, matter, "report_for_record", CITY, **said) == "409 OtherProcedure"


@pytest.mark.parametrize("occasion", ["suggestion", "suspension", "suit", "judgment", "appeal"])
async def test_a_case_is_reported_for_record_on_every_occasion(world: World, occasion: str) -> None:
    matter = await world.matter(DISTRICT)
    record = await world.issue(PROSECUTOR, matter, "report_for_record", CITY, occasion=occasion)
    (event,) = await world.app.recorded("referral_issued", matter.id)
    assert (event.body["occasion"], event.basis) == (occasion, record["basis"])
    assert (
        await refusal(world, PROSECUTOR, matter, "report_for_record", CITY, occasion="major_lead")
        == "409 OccasionNotForeseen"
    )


async def test_a_major_lead_is_reported_for_record_without_naming_the_occasion(world: World) -> None:
    lead = await world.matter(DISTRICT, "lead")
    record = await world.issue(PROSECUTOR, lead, "report_for_record", CITY)
    assert (record["occasion"], record["basis"]) == ("major_lead", "R 25")


# --- The matter ends -------------------------------------------------------------------------------------


async def test_what_is_open_about_a_matter_that_ended_is_over_on_this_side_too(world: World) -> None:
    matter = await world.matter(DISTRICT)
    supervised = await world.issue(PROVINCE_CHIEF, matter, "supervise", DISTRICT)
    await act(world, supervised, "receipt", given.clerk(DISTRICT))
    await confirmed(world, matter, supervised)
    led = await world.issue(PROVINCE_CHIEF, matter, "take_lead", DISTRICT)
    request = await world.issue(PROSECUTOR, matter, "request_take_up", CITY)
    entrusted = await world.issue(PROSECUTOR, matter, "entrust_investigation", ELSEWHERE, decision=DECISION)
    record = await world.issue(PROSECUTOR, matter, "report_for_record", CITY, occasion="suit")
    await world.stands(matter, closed=True)
    stages = [
        (await world.read(each, PROVINCE_CHIEF))["stage"]
        for each in (supervised, led, request, entrusted, record)
    ]
    assert stages == ["ended", "voided", "voided", "voided", "sent"]
    (event,) = await world.app.recorded("referral_ended", matter.id)
    assert event.body["reason"] == "matter_ended"
    await world.stands(matter, closed=True)
    assert len(await world.app.recorded("referral_ended", matter.id)) == 1


@pytest.mark.parametrize(("case_id", "stage"), [(None, "voided"), (str(DAY), "issued")])
async def test_a_declined_lead_ends_its_orders_an_opened_one_hands_them_on(
    world: World, case_id: str | None, stage: str
) -> None:
    lead = await world.matter(DISTRICT, "lead")
    order = await world.issue(PROVINCE_CHIEF, lead, "supervise", DISTRICT)
    await world.stands(lead, closed=True)
    opened = str(lead.id) if case_id else None
    body = {"lead_id": str(lead.id), "outcome": "filed" if case_id else "declined", "case_id": opened}
    await world.app.hear("cases.lead_closed", lead.id, body)
    assert (await world.read(order, PROVINCE_CHIEF))["stage"] == stage


@pytest.mark.parametrize(
    ("mode", "more"),
    [
        ("assign", {"joint_with": "第一检察部"}),
        ("assign", {"milestones": ["2026-03-01"]}),
        ("supervise", {"staff": ["wang"]}),
        ("take_up", {"court": "某法院"}),
        ("guide", {"ends_on": "2026-03-01"}),
        ("supervise", {"co_handlers": [NEIGHBOUR]}),
    ],
)
async def test_what_a_mode_does_not_know_is_refused(world: World, mode: str, more: dict[str, Any]) -> None:
    matter = await world.matter(PROVINCE if mode == "assign" else DISTRICT)
    to = PROVINCE if mode == "take_up" else DISTRICT
    assert await refusal(world, PROVINCE_CHIEF, matter, mode, to, **more) == "409 ParticularNotForeseen"
