"""Case B: Maojian against the postal administration of Shiyan, 2023, on its days, from lead to archive."""

from tests.given import CITY, DISTRICT
from tests.journeys.dated import Docket, assessed, designated, lead_of, opened
from tests.journeys.world import PARTS, World

PARTLY = {"finding": "replied_without_performing", "opinion": "按期回复，仅部分整改"}


async def suggested(case: Docket, day: str, rectify_by: str) -> str:
    """A suggestion is made and served that day; its id."""
    letter = await case.world.document(case.id, b"a letter")
    said = {"agency": "post-city", "rectify_by": rectify_by, "parts": PARTS, "document_sha256": letter}
    await case.does("investigation-report", day, conclusion="未依法履职")
    await case.decides("suggestions", day, **said)
    await case.served("suggestion", day)
    return str((await case.read())["suggestions"][0]["id"])


async def test_from_a_press_report_to_the_archive(world: World) -> None:
    await world.registered("post-city", "postal", CITY)
    lead = await lead_of(world, "2023-06-20", source="media", sector="postal")
    await assessed(lead, "2023-06-25")
    filing = {"procedure": "administrative", "agency": "post-city"}
    problem = await lead.refused("filing", "2023-06-26", **filing)
    assert (problem["code"], problem["rule"]) == ("NotCompetent", "agency_above")
    assert "request_designation" in problem["ways_out"]

    order = await designated(lead, CITY, "2023-06-27", occasion="level_mismatch", proposed=DISTRICT)
    case = await opened(lead, "2023-06-28", **filing, order_id=order["id"])
    assert (await case.read())["competence"]["article"] == "R 17"
    assert await case.due("T4") == ["2023-07-05"]
    await case.served("filing_decision", "2023-06-30")
    suggestion = await suggested(case, "2023-06-30", rectify_by="2023-08-30")
    assert await case.due("T5", "T6", "T7") == ["2023-07-03", "2023-07-05", "2023-08-30"]
    assert await case.due("T9") == ["2023-10-07"], "30 September is a rest day; 7 October a make-up Saturday"
    await case.reported("suggestion", suggestion, "2023-07-04", CITY)

    handoffs = await world.read(
        "/referrals/v1/handoffs", case.prosecutor, matter_id=case.id, kind="suggestion"
    )
    reply = {"text": "已整改", "on_behalf_of": "post-city", "manner": "paper", "occurred_on": "2023-08-25"}
    await world.act(f"/referrals/v1/handoffs/{handoffs['items'][0]['id']}", "reply", reply, case.prosecutor)
    assert await case.states("T4", "T5", "T6", "T7") == ["met"] * 4
    judged = await case.does(f"suggestions/{suggestion}/judgement", "2023-09-05", **PARTLY)
    assert (judged["stage"], judged["done"]["article"]) == ("not_performed", "R 82(3)")
    await case.does("review-report", "2023-09-12", conclusion="应当起诉")

    suit = {"court": "茅箭区人民法院", "court_reason": "行政机关所在地", "claims": ["perform_duty"]}
    await case.decides("suit", "2023-09-20", **suit)
    clock = (await case.clocks())["T9"]
    assert (clock["state"], clock["met_on"]) == ("met", "2023-09-20")
    assert clock["met_on"] < clock["due_on"]
    await in_court(case)


async def in_court(case: Docket) -> None:
    """From the lodging of the indictment to the archive, with the limits of court and office."""
    lodged = await case.does("lodging", "2023-09-21")
    assert await case.due("T15", "T22") == ["2023-09-26", "2023-09-28"]
    await case.reported("suit", lodged["done"]["id"], "2023-09-25", CITY)
    await case.does("court-filing", "2023-09-26")
    assert await case.due("T23", "T25") == ["2023-10-07", "2024-03-26"]
    await case.does("defendant-service", "2023-09-28")
    assert await case.due("T24") == ["2023-10-13"]
    await case.does("defence", "2023-10-12")
    await case.does("appearance-notice", "2023-10-20")
    await case.does("appearance", "2023-10-23", persons=["甲"])
    await case.does("trial-record", "2023-11-01", persons=["甲"])
    judged = await case.does("judgment", "2023-11-20", outcome="upheld")
    assert await case.due("T17", "T18") == ["2023-11-23", "2023-12-05"]
    early = await case.refused("finality", "2023-12-05")
    assert (early["code"], early["condition"]) == ("ConditionNotMet", "appeal_over")
    await case.reported("judgment", judged["done"]["id"], "2023-11-22", CITY)
    await case.does("finality", "2023-12-06")
    met = ["T15", "T16", "T17", "T18", "T22", "T23", "T24", "T25"]
    assert await case.states(*met) == ["met"] * len(met)
    await case.does("execution", "2023-12-20")
    await case.decides("closing", "2024-01-15", conclusion="判决已履行")
    archived = await case.does("archiving", "2024-01-20", volumes=3)
    assert archived["stage"] == "archived"
    assert {each["act"] for each in archived["open_acts"]} <= {"make_typical", "withdraw_typical"}
    acts = await case.acts()
    assert all(each["document_name"] and each["article"] for each in acts)
    assert [each["act"] for each in acts][-3:] == ["note_execution", "conclude", "archive"]
    assert (await case.states("I8")) == ["met"]
