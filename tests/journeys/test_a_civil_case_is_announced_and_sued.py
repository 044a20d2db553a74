"""Civil and criminal-incidental cases: whose turn it is to sue, from the announcement to the end."""

from tests import given
from tests.given import CITY, DISTRICT
from tests.journeys.between import REFERRALS, act, asked
from tests.journeys.dated import Docket, assessed, lead_of, opened, plus
from tests.journeys.world import DECISION, World

ANNOUNCED = dict.fromkeys(("facts", "subjects", "period", "contact", "issuer"), "如文")
SUIT = {"court": "杭州市中级人民法院", "court_reason": "一审民事公益诉讼由中级法院管辖", "claims": ["cease"]}


async def announced(world: World, day: str, procedure: str = "civil") -> Docket:
    """A case whose announcement was published that day."""
    lead = await lead_of(world, plus(day, -11))
    await assessed(lead, plus(day, -10))
    filing = {"procedure": procedure, "crime_handled_here": True} if procedure != "civil" else {}
    case = await opened(lead, plus(day, -9), **{"procedure": procedure} | filing)
    await case.does("investigation-report", plus(day, -4), conclusion="侵害公共利益")
    await case.decides("announcement", plus(day, -2), parts=ANNOUNCED)
    await case.does("publication", day, medium="检察日报", national=True)
    return case


async def test_an_announcement_lacks_nothing_and_stands_in_a_national_medium(world: World) -> None:
    lead = await lead_of(world, "2025-09-01")
    await assessed(lead, "2025-09-02")
    case = await opened(lead, "2025-09-03", procedure="civil")
    await case.does("investigation-report", "2025-09-08", conclusion="侵害公共利益")
    lacking = await case.refused("announcement", "2025-09-10", parts={"facts": "如文"})
    assert (lacking["code"], lacking["article"]) == ("DocumentIncomplete", "R 91")
    assert [each["part"] for each in lacking["missing"]] == ["subjects", "period", "contact", "issuer"]
    await case.decides("announcement", "2025-09-10", parts=ANNOUNCED)
    local = await case.refused("publication", "2025-09-12", medium="晚报", national=False)
    assert (local["code"], local["article"]) == ("MediumNotNational", "R 91")


async def test_nobody_else_sues_and_the_case_goes_up_for_suit_with_a_new_period(world: World) -> None:
    case = await announced(world, "2025-09-12")
    assert await case.due("T10", "T11") == ["2025-10-13", "2026-01-13"]
    early = await case.refused("review-report", "2025-10-13", conclusion="未到期")
    assert (early["code"], early["condition"]) == ("ConditionNotMet", "notice_over")
    await case.does("review-report", "2025-10-14", conclusion="没有适格主体起诉")

    body = await asked(
        world, await case.read(), "transfer_for_suit", given.chief(DISTRICT), CITY, court=SUIT["court"]
    )
    body |= {"decision": DECISION | {"decided_on": "2025-10-20"}, "occurred_on": "2025-10-20"}
    order = await world.create(REFERRALS, body, given.chief(DISTRICT))
    await act(world, order, "receipt", given.clerk(CITY), occurred_on="2025-10-22")
    above = Docket(world, case.path, CITY)
    clock = (await above.clocks())["T11"]
    assert (clock["basis_on"], clock["due_on"], clock["office"]) == ("2025-10-22", "2026-01-22", CITY)
    assert clock["how"][0] == "R 47(3)"
    await above.decides("suit", "2025-11-20", **SUIT)
    assert await above.states("T11") == ["met"]
    assert (await above.read())["origin"] == "transferred_for_suit"


async def test_another_subject_sues_and_is_supported_until_the_support_is_withdrawn(world: World) -> None:
    case = await announced(world, "2025-09-12")
    noted = await case.does("subject-suit", "2025-09-30", subject="省消费者权益保护委员会", court="杭州中院")
    assert noted["subject_sued_on"] == "2025-09-30"
    assert await case.states("T10") == ["met"]
    await case.decides("support", "2025-10-10", plaintiff="省消费者权益保护委员会", court="杭州中院")
    assert await case.states("T11") == ["ended"], "no own suit is reviewed while another's is supported"
    for noun, said in (("trial-record", {"persons": ["甲"]}), ("ruling", {"outcome": "ended_otherwise"})):
        done = (await case.does(noun, "2025-10-20", **said))["done"]
        assert (done["article"], done["stage"]) == ("R 100-103", "supporting")
    await case.decides("support-withdrawal", "2025-11-03", reason="原告撤回起诉")
    assert await case.due("T21", "T11") == ["2025-11-06", "2026-02-03"]
    assert (await case.clocks())["T11"]["how"][0] == "R 103 (inference)"
    ending = {"ground": "interest_protected", "reason": "侵害已停止"}
    untold = await case.refused("termination", "2025-11-04", **ending)
    assert (untold["code"], untold["condition"]) == ("ConditionNotMet", "court_told")
    await case.does("court-notice", "2025-11-05")
    assert await case.states("T21") == ["met"]
    await case.decides("termination", "2025-11-10", **ending)
    assert await case.stage() == "terminated"
    assert await case.states("T11") == ["met"]


async def test_the_office_sues_itself_after_it_has_withdrawn_its_support(world: World) -> None:
    case = await announced(world, "2025-09-12")
    await case.does("subject-suit", "2025-09-30", subject="消保委", court="杭州中院")
    await case.decides("support", "2025-10-10", plaintiff="消保委", court="杭州中院")
    await case.decides("support-withdrawal", "2025-11-03", reason="原告撤回起诉")
    await case.does("court-notice", "2025-11-04")
    await case.decides("announcement", "2025-11-05", parts=ANNOUNCED)
    assert await case.states("T11") == ["ended"]
    await case.does("publication", "2025-11-07", medium="检察日报", national=True)
    assert await case.due("T10", "T11") == ["2025-12-08", "2026-03-09"]
    await case.does("review-report", "2025-12-09", conclusion="没有适格主体起诉")
    await case.decides("suit", "2025-12-15", **SUIT)
    assert (await case.stage(), await case.states("T11")) == ("suit_decided", ["met"])


async def test_a_notice_period_that_ends_in_the_spring_festival_ends_after_it(world: World) -> None:
    case = await announced(world, "2024-01-12")
    assert await case.due("T10", "T11") == ["2024-02-18", "2024-05-20"], "18 February, a Sunday, is worked"
    early = await case.refused("review-report", "2024-02-18", conclusion="未到期")
    assert early["condition"] == "notice_over"
    await case.does("review-report", "2024-02-19", conclusion="没有适格主体起诉")


async def test_an_appraisal_that_is_open_when_the_review_begins_anew_is_left_out_of_it(world: World) -> None:
    case = await announced(world, "2025-09-12")
    await case.does("review-report", "2025-10-14", conclusion="没有适格主体起诉")
    letter = {"kind": "audit", "institution": "会计师事务所", "subject": "违法所得"}
    entrusted = await case.does("appraisal", "2025-10-15", **letter)
    body = await asked(
        world, await case.read(), "transfer_for_suit", given.chief(DISTRICT), CITY, court=SUIT["court"]
    )
    body |= {"decision": DECISION | {"decided_on": "2025-10-20"}, "occurred_on": "2025-10-20"}
    order = await world.create(REFERRALS, body, given.chief(DISTRICT))
    await act(world, order, "receipt", given.clerk(CITY), occurred_on="2025-10-22")
    above = Docket(world, case.path, CITY)
    clock = (await above.clocks())["T11"]
    assert (clock["basis_on"], clock["stopped_since"]) == ("2025-10-22", "2025-10-15")
    await above.does("appraisal-result", "2025-11-11", entrusted=entrusted["done"]["id"], result="如文")
    clock = (await above.clocks())["T11"]
    assert (clock["due_on"], clock["stopped_since"]) == ("2026-02-11", None), "20 days later than 22 January"
    assert [(each["kind"], each["ends_on"]) for each in clock["changes"]] == [("exclusion", "2025-11-11")]


async def test_a_suit_is_refused_where_another_subject_has_sued(world: World) -> None:
    case = await announced(world, "2025-09-12")
    await case.does("subject-suit", "2025-09-30", subject="消保委", court="杭州中院")
    await case.does("review-report", "2025-10-01", conclusion="其他主体已起诉")
    problem = await case.refused("suit", "2025-10-20", **SUIT)
    assert (problem["code"], problem["condition"], problem["article"]) == (
        "ConditionNotMet",
        "no_subject_sued",
        "R 96",
    )
    await case.decides("termination", "2025-10-21", ground="other_subject_sued", reason="消保委已起诉")
    (last,) = [each for each in await case.acts() if each["act"] == "terminate"]
    assert last["article"] == "R 90"


async def test_an_incidental_announcement_that_ends_on_the_day_of_indictment(world: World) -> None:
    case = await announced(world, "2025-09-12", "criminal_incidental")
    assert await case.due("T10") == ["2025-10-13"]
    assert "T11" not in await case.clocks(), "its time is that of the criminal case"
    await case.does("criminal-indictment", "2025-10-13", criminal_number="（示例）刑诉1号")
    still = await case.refused("review-report", "2025-10-13", conclusion="公告期当日尚未届满")
    assert still["condition"] == "notice_over"
    await case.does("review-report", "2025-10-14", conclusion="公告期满")
    body = await asked(
        world, await case.read(), "transfer_for_suit", given.chief(DISTRICT), CITY, court=SUIT["court"]
    )
    answer = await world.client.post(REFERRALS, body, by=given.chief(DISTRICT))
    assert (answer.status_code, answer.json()["code"]) == (409, "NoTransferForSuit")
    await case.decides("suit", "2025-10-14", court="西湖区人民法院", claims=["cease", "compensate"])
    assert await case.stage() == "suit_decided"


async def test_an_incidental_suit_waits_for_the_indictment(world: World) -> None:
    case = await announced(world, "2025-09-12", "criminal_incidental")
    await case.does("review-report", "2025-10-14", conclusion="公告期满")
    problem = await case.refused("suit", "2025-10-14", court="西湖区人民法院", claims=["cease"])
    assert (problem["condition"], problem["article"]) == ("indicted", "R 97")


async def test_the_court_s_answers_lead_to_appeal_protest_and_execution(world: World) -> None:
    case = await announced(world, "2025-01-10")
    await case.does("review-report", "2025-02-24", conclusion="没有适格主体起诉")
    await case.decides("suit", "2025-03-03", **SUIT)
    await case.does("lodging", "2025-03-04")
    await case.does("court-refusal", "2025-03-10")
    assert await case.due("T18r") == ["2025-03-20"]
    await case.does("lodging", "2025-03-12")
    await case.does("court-filing", "2025-03-18")
    await case.decides("claims", "2025-04-01", claims=["cease", "compensate"], reason="增加请求")
    told = await world.timeline({"id": case.id}, case.prosecutor)
    changed = [each["article"] for each in told if each["facts"].get("act") == "change_claims"]
    assert set(changed) == {"R 99"}, "in an administrative case it is R 84"
    assert await case.due("T20") == ["2025-04-07"], "4 to 6 April is Qingming"
    await case.does("court-notice", "2025-04-02")
    wrong = await case.refused("claims", "2025-04-08", claims=["perform_duty"], reason="错误")
    assert (wrong["code"], wrong["refused"]) == ("ClaimNotOpen", ["perform_duty"])
    await case.does("judgment", "2025-05-06", outcome="partly_upheld")
    assert await case.due("T18") == ["2025-05-21"]
    await case.does("other-appeal", "2025-05-12")
    assert await case.due("T19") == ["2025-05-15"]
    await case.decides("appeal", "2025-05-20", reason="一审认定事实不清")
    late = await case.refused("appeal", "2025-05-22", reason="逾期")
    assert late["condition"] == "appeal_open"
    await case.does("second-instance", "2025-06-03")
    assert await case.due("T25s") == ["2025-09-03"]
    await case.does("final-judgment", "2025-08-20", outcome="upheld")
    below = await case.refused("protest", "2025-09-01", reason="无")
    assert below["code"] in {"SuperiorNeeded", "RoleRequired"}
    etag = await world.client.etag(case.path, given.chief(CITY))
    said = {"reason": "适用法律错误", "occurred_on": "2025-09-02", "late_reason": "补录"}
    protested = await world.client.post(f"{case.path}/protest", said, by=given.chief(CITY), etag=etag)
    assert protested.status_code == 200, protested.text
    assert protested.json()["done"]["article"] == "R 64-66"
    await case.does("retrial-judgment", "2025-11-03", outcome="upheld")
    await case.does("execution", "2025-11-10")
    await case.decides("court-suggestion", "2025-11-12", fault="execution", text="执行迟延")
    await case.decides("closing", "2025-11-20", conclusion="执行完毕")
    assert await case.stage() == "concluded"
