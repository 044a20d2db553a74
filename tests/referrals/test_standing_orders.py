"""Supervision and reports for record: leave confirmed by `cases`, scheduled reports, lifting."""

from datetime import date, timedelta
from uuid import uuid4

from tests import given
from tests.given import CITY, DISTRICT, NEIGHBOUR, PROVINCE
from tests.referrals.world import DAY, REFERRALS, Matter, World, code_of

OVERSEER, HOLDER = given.overseer(PROVINCE), given.prosecutor(DISTRICT)


async def granted(world: World, matter: Matter, order_id: str) -> None:
    await world.says("grant_given", matter, order_id=order_id, org=PROVINCE, scope="supervision")


async def supervised(world: World, matter: Matter, **more: object) -> str:
    order = await world.issue(OVERSEER, matter, "supervise", DISTRICT, **more)
    await granted(world, matter, order["id"])
    assert (await world.sign(order, given.clerk(DISTRICT))).json()["stage"] == "in_force"
    return f"{REFERRALS}/{order['id']}"


async def test_supervision_is_in_force_once_it_is_granted_and_received_in_either_order(world: World) -> None:
    matter = await world.matter(DISTRICT)
    first = await world.issue(OVERSEER, matter, "supervise", DISTRICT)
    assert (first["grants_scope"], first["moves_custody"], first["basis"]) == ("supervision", False, "R 11")
    await granted(world, matter, first["id"])
    assert (await world.read(first, HOLDER))["stage"] == "issued"
    assert (await world.sign(first, HOLDER)).json()["stage"] == "in_force"

    second = await world.issue(given.chief(CITY), matter, "supervise", DISTRICT)
    assert (await world.sign(second, HOLDER)).json()["stage"] == "received"
    await granted(world, matter, second["id"])
    await granted(world, matter, second["id"])
    assert (await world.read(second, HOLDER))["stage"] == "in_force"
    in_force = await world.app.recorded("referral_in_force", matter.id)
    assert [event.body["referral_id"] for event in in_force] == [first["id"], second["id"]]
    assert [event.body["epoch"] for event in in_force] == [None, None]


async def test_supervision_moves_nothing_and_does_not_stand_in_the_way(world: World) -> None:
    matter = await world.matter(DISTRICT)
    await supervised(world, matter)
    assert (await world.issue(given.chief(CITY), matter, "take_up", CITY))["stage"] == "issued"


async def test_leave_that_is_refused_voids_the_order(world: World) -> None:
    matter = await world.matter(DISTRICT)
    order = await world.issue(OVERSEER, matter, "supervise", DISTRICT)
    await world.says("grant_refused", matter, order_id=order["id"], reason="ended")
    now = await world.read(order, HOLDER)
    assert (now["stage"], now["reason"]) == ("voided", "ended")


async def test_reports_follow_the_dates_of_the_order(world: World) -> None:
    matter = await world.matter(DISTRICT)
    path = await supervised(world, matter, milestones=["2026-01-20", "2026-02-10"])

    async def due() -> list[str]:
        return [event.body["due_on"] for event in await world.app.recorded("clock_started", matter.id)]

    assert await due() == ["2026-01-20"]
    body = {"summary": "已立案，正在调查", "occurred_on": "2026-01-19"}
    one = await world.client.act(path, "reports", body, by=HOLDER)
    assert (one["seq_no"], one["office"], one["said_on"]) == (1, DISTRICT, "2026-01-19")
    assert await due() == ["2026-01-20", "2026-02-10"]
    late = body | {"occurred_on": "2026-02-11"}
    assert (await world.client.act(path, "reports", late, by=HOLDER))["seq_no"] == 2
    met = await world.app.recorded("clock_met", matter.id)
    assert [event.body["late"] for event in met] == [False, True]
    assert await due() == ["2026-01-20", "2026-02-10"]
    reported = await world.app.recorded("referral_reported", matter.id)
    assert [(e.body["seq_no"], e.body["addressee"]) for e in reported] == [(1, DISTRICT), (2, DISTRICT)]
    read = await world.client.read(path, OVERSEER)
    assert [report["summary"] for report in read["reports"]] == ["已立案，正在调查"] * 2


async def test_without_dates_reports_are_due_by_an_internal_rhythm(world: World) -> None:
    matter = await world.matter(DISTRICT)
    path = await supervised(world, matter)
    await world.client.act(path, "reports", {"summary": "进展", "occurred_on": "2026-02-02"}, by=HOLDER)
    started = await world.app.recorded("clock_started", matter.id)
    assert [(e.body["row"], e.body["due_on"], e.body["statutory"]) for e in started] == [
        ("internal_report", "2026-02-06", False),
        ("internal_report", "2026-03-02", False),
    ]


async def test_only_the_holder_reports_and_only_while_the_order_binds(world: World) -> None:
    matter = await world.matter(DISTRICT)
    order = await world.issue(OVERSEER, matter, "supervise", DISTRICT)
    path, body = f"{REFERRALS}/{order['id']}", {"summary": "进展"}
    early = await world.client.post(f"{path}/reports", body, by=HOLDER, etag='"1"')
    assert code_of(early) == "409 StepNotOpen"
    await world.sign(order, HOLDER)
    for other in (given.prosecutor(CITY), OVERSEER):
        refused = await world.client.post(f"{path}/reports", body, by=other, etag='"2"')
        assert code_of(refused) == "403 NotYourStep"
    hidden = await world.client.post(f"{path}/reports", body, by=given.prosecutor(NEIGHBOUR), etag='"2"')
    assert code_of(hidden) == "404 ReferralNotFound"
    unfiled = await world.client.post(f"{path}/reports", body | {"sha256": "c" * 64}, by=HOLDER, etag='"2"')
    assert code_of(unfiled) == "409 DocumentUnknown"
    await world.document(matter, "c" * 64)
    filed = await world.client.post(f"{path}/reports", body | {"sha256": "c" * 64}, by=HOLDER, etag='"2"')
    assert filed.status_code == 201
    stale = await world.client.post(f"{path}/reports", body, by=HOLDER, etag='"2"')
    assert code_of(stale) == "412 ChangedMeanwhile"


async def test_the_new_holder_reports_after_the_matter_moved(world: World) -> None:
    matter = await world.matter(CITY)
    order = await world.issue(OVERSEER, matter, "supervise", CITY)
    await world.sign(order, given.clerk(CITY))
    assign = await world.armed(matter)
    await world.sign(assign, given.clerk(DISTRICT))
    await world.moved(matter, assign)
    path, body = f"{REFERRALS}/{order['id']}", {"summary": "进展"}
    old = await world.client.post(f"{path}/reports", body, by=given.prosecutor(CITY), etag='"2"')
    assert code_of(old) == "403 NotYourStep"
    report = await world.client.act(path, "reports", body, by=HOLDER)
    assert (report["seq_no"], report["office"]) == (1, DISTRICT)
    started = [
        e for e in await world.app.recorded("clock_started", matter.id) if e.body["about"] == order["id"]
    ]
    assert [e.body["office"] for e in started] == [CITY, DISTRICT]


async def test_the_issuer_lifts_and_the_clock_ends(world: World) -> None:
    matter = await world.matter(DISTRICT)
    path = await supervised(world, matter, milestones=["2026-12-01"])
    for other, refused in ((HOLDER, "403 NotYourStep"), (given.chief(CITY), "403 NotYourStep")):
        answer = await world.client.post(f"{path}/lifting", {"reason": "x"}, by=other, etag='"2"')
        assert code_of(answer) == refused
    assert (await world.client.post(f"{path}/lifting", {}, by=OVERSEER, etag='"2"')).status_code == 422
    lifted = await world.client.act(path, "lifting", {"reason": "整改到位"}, by=OVERSEER)
    assert (lifted["stage"], lifted["open_acts"]) == ("ended", [])
    (ended,) = await world.app.recorded("referral_ended", matter.id)
    assert ended.body["reason"] == "lifted"
    assert len(await world.app.recorded("clock_ended", matter.id)) == 1
    await world.says("grant_ended", matter, order_id=path.rsplit("/", 1)[1], reason="lifted")
    assert len(await world.app.recorded("referral_ended", matter.id)) == 1
    again = await world.client.post(f"{path}/lifting", {"reason": "x"}, by=OVERSEER, etag='"3"')
    assert code_of(again) == "409 StepNotOpen"


async def test_leave_that_ends_in_cases_ends_the_order(world: World) -> None:
    matter = await world.matter(DISTRICT)
    path = await supervised(world, matter)
    await world.says("grant_ended", matter, order_id=path.rsplit("/", 1)[1], reason="matter_ended")
    now = await world.client.read(path, OVERSEER)
    assert (now["stage"], now["reason"]) == ("ended", "matter_ended")


async def test_joint_listing_is_for_the_province_and_above(world: World) -> None:
    matter = await world.matter(DISTRICT)
    joint = world.order(matter, "supervise", DISTRICT, joint_with="第一检察部")
    refused = await world.client.post(REFERRALS, joint, by=given.chief(CITY))
    assert code_of(refused) == "409 JointListingNotOpen"
    listed = await world.client.create(REFERRALS, joint, by=OVERSEER)
    assert listed["joint_with"] == "第一检察部"


async def test_report_dates_follow_each_other_and_the_day_of_issue(world: World) -> None:
    matter = await world.matter(DISTRICT)
    for days in (["2026-01-06"], ["2026-02-10", "2026-01-20"], ["2026-01-20", "2026-01-20"]):
        body = world.order(matter, "supervise", DISTRICT, milestones=days)
        assert code_of(await world.client.post(REFERRALS, body, by=OVERSEER)) == "409 MilestonesOutOfOrder"


async def test_a_report_for_record_is_sent_and_noted(world: World) -> None:
    matter, about = await world.matter(DISTRICT), str(uuid4())
    record = await world.issue(HOLDER, matter, "report_for_record", CITY, about=about, occasion="suggestion")
    assert (record["stage"], record["grants_scope"], record["about"]) == ("sent", "record", about)
    await world.says("grant_given", matter, order_id=record["id"], org=CITY, scope="record")
    assert (await world.read(record, HOLDER))["stage"] == "sent"
    assert code_of(await world.sign(record, HOLDER)) == "403 NotYourStep"
    noted = await world.sign(record, given.clerk(CITY))
    assert (noted.json()["stage"], noted.json()["open_acts"]) == ("noted", [])
    assert code_of(await world.sign(record, given.clerk(CITY), etag='"2"')) == "409 StepNotOpen"
    await world.says("grant_refused", matter, order_id=record["id"], reason="unknown")
    assert (await world.read(record, HOLDER))["stage"] == "noted"
    (issued,) = await world.app.recorded("referral_issued", matter.id)
    assert issued.body["about"] == about


async def test_supervision_of_a_lead_goes_on_under_the_case_opened_on_it(world: World) -> None:
    lead = await world.matter(DISTRICT, "lead")
    path = await supervised(world, lead, milestones=[(DAY + timedelta(days=30)).isoformat()])
    case = await world.matter(DISTRICT)
    await world.opened(case, day=date(2026, 1, 8), lead=lead.id)
    assert (await world.client.read(path, OVERSEER))["matter_id"] == str(case.id)
    await world.client.act(path, "reports", {"summary": "进展"}, by=HOLDER)
    (met,) = await world.app.recorded("clock_met", case.id)
    assert met.body["matter_id"] == str(case.id)
    assert [e.type for e in await world.app.recorded("referral_reported", case.id)] == [
        "referrals.referral_reported"
    ]


async def test_whoever_gave_the_matter_up_reads_no_more_of_its_supervision(world: World) -> None:
    matter = await world.matter(DISTRICT)
    path = await supervised(world, matter)
    taken = await world.issue(given.chief(CITY), matter, "take_up", CITY)
    await world.locked(matter, taken)
    await world.moved(matter, taken)
    body = {"summary": "新承办院的进展"}
    await world.client.act(path, "reports", body, by=given.prosecutor(CITY))
    assert code_of(await world.client.get(path, HOLDER)) == "404 ReferralNotFound"
    assert (await world.client.read(path, OVERSEER))["reports"][0]["summary"] == body["summary"]
    assert (await world.read(taken, HOLDER))["stage"] == "in_force"
