"""Cases A and C on their days: the law of another day, several agencies for one harm, which focuses speak."""

from typing import Any

from tests import given
from tests.given import CITY, DISTRICT, PROVINCE, SUPREME
from tests.journeys.between import OPINION, REFERRALS, act, asked
from tests.journeys.dated import AS_IF, Docket, assessed, lead_of, opened
from tests.journeys.world import DECISION, PARTS, World

CHILDREN: dict[str, Any] = {
    "source": "case_work",
    "kinds": ["whereabouts"],
    "groups": ["children"],
    "minors_under_14": True,
    "persons": 10_078_000,
    "sector": "consumption",
}
INQUIRED = dict.fromkeys(("truth", "checkability"), "如文")
ANNOUNCED = dict.fromkeys(("facts", "subjects", "period", "contact", "issuer"), "如文")


async def designated_from_the_top(lead: Docket) -> Any:
    """Several offices are competent: asked for level by level, until the Supreme office designates."""
    world = lead.world
    body = await asked(world, await lead.read(), "request_designation", lead.prosecutor, CITY)
    body |= {"occasion": "several_competent", "proposed": DISTRICT, "occurred_on": "2020-08-03"}
    body.pop("decision")
    request = await world.create(REFERRALS, body, lead.prosecutor)
    await act(world, request, "opinion", given.chief(CITY), **OPINION, occurred_on="2020-08-05")
    await act(world, request, "opinion", given.chief(PROVINCE), **OPINION, occurred_on="2020-08-10")
    decision = {"decision": DECISION | {"decided_on": "2020-08-20"}, "occurred_on": "2020-08-20"}
    approved = await act(world, request, "approval", given.chief(SUPREME), **decision)
    order = await world.read(f"{REFERRALS}/{approved['binding_act']}", lead.prosecutor)
    assert (order["issuer"], order["basis"], order["as_if_on"]) == (SUPREME, "R 17", "2021-11-01")
    await act(world, order, "receipt", given.clerk(DISTRICT), occurred_on="2020-08-21")
    assert await lead.limits() == [
        ("internal_decision", "2020-08-17"),
        ("internal_decision", "2020-08-19"),
        ("internal_decision", "2020-08-24"),
        ("internal_receipt", "2020-08-25"),
    ]
    return order


async def test_case_a_is_handled_by_rules_that_came_later_and_says_so(world: World) -> None:
    early: dict[str, Any] = {"title": "短视频", "source": "case_work", "summary": "如文", "harm": "如文"}
    early |= {"places": [DISTRICT], "occurred_on": "2020-07-01", "late_reason": "补录"}
    refused = await world.client.post("/cases/v1/leads", early, by=given.prosecutor(DISTRICT))
    assert (refused.status_code, refused.json()["code"]) == (409, "NoRuleInForce")

    places = [DISTRICT, "110101"]
    lead = await lead_of(world, "2020-07-01", **AS_IF, **CHILDREN, places=places)
    focuses = {each["code"] for each in (await lead.read())["priority"]}
    assert focuses == {"sensitive", "group", "sector", "over_10k", "from_1m"}
    await assessed(lead, "2020-07-20")
    order = await designated_from_the_top(lead)
    case = await opened(lead, "2020-09-01", procedure="civil", online=True, order_id=order["id"])
    competence = (await case.read())["competence"]
    assert (competence["article"], competence["as_if"][:12]) == ("R 17", "按 2021-11-01")
    await case.does("investigation-report", "2020-09-10", conclusion="侵害众多儿童个人信息")
    await case.decides("announcement", "2020-09-11", parts=ANNOUNCED)
    await case.does("publication", "2020-09-14", medium="检察日报", national=True)
    assert await case.due("T10", "T11") == ["2020-10-14", "2021-01-14"]
    clock = (await case.clocks())["T10"]
    assert clock["how"][0].startswith("按 2021-11-01 施行的规则办理")
    await case.does("review-report", "2020-11-20", conclusion="没有适格主体起诉")
    suit = {"court": "杭州互联网法院", "court_reason": "集中管辖", "claims": ["cease", "compensate"]}
    await case.decides("suit", "2020-12-01", **suit)
    assert await case.states("T11") == ["met"]
    lodged = await case.does("lodging", "2020-12-02")
    assert await case.due("T15", "T22") == ["2020-12-07", "2020-12-09"]
    await case.reported("suit", lodged["done"]["id"], "2020-12-04", CITY)
    await case.does("court-filing", "2020-12-08")
    assert await case.due("T23", "T25") == ["2020-12-14", "2021-06-08"], "13 December is a Sunday"
    assert await case.states("T15", "T22") == ["met", "met"]
    reduced = await case.refused("mediation", "2021-03-10", terms="减少赔偿", liability_reduced=True)
    assert (reduced["code"], reduced["article"]) == ("LiabilityReduced", "R 99")
    await case.decides("mediation", "2021-03-11", terms="停止侵害并赔偿")
    await case.decides("closing", "2021-03-17", conclusion="已履行")
    acts = await case.acts()
    assert {each["as_if_on"] for each in acts} == {"2021-11-01"}


async def test_case_c_is_one_harm_with_several_agencies_and_below_a_million(world: World) -> None:
    for code, kind in (("zfj", "urban_management"), ("zjj", "housing")):
        await world.registered(code, kind, DISTRICT)
    lead = await pushed_down(world)
    shown = {each["code"]: each for each in (await lead.read())["priority"]}
    assert set(shown) == {"sensitive", "over_10k"}, "96,000 is no million"
    assert "100万" in shown["over_10k"]["note"]
    inquired = await lead.does("preliminary-inquiry", "2025-02-09", parts=INQUIRED)
    assert (inquired["done"]["document_name"], inquired["done"]["article"]) == ("初步调查报告", "R 27")
    parts = [{"title": "公共停车场"}, {"title": "小区停车场"}]
    await lead.decides("splitting", "2025-02-10", parts_of_lead=parts, reason="职责不同，分别立案（R 69）")
    found = await world.read("/cases/v1/leads", lead.prosecutor, stage="registered")
    dockets = [Docket(world, f"/cases/v1/leads/{each['id']}") for each in found["items"]]
    assert {each["split_from"] for each in found["items"]} == {lead.id}
    for docket, (agency, pace) in zip(dockets, (("zfj", "ordinary"), ("zjj", "urgent")), strict=True):
        await assessed(docket, "2025-02-12")
        case = await opened(docket, "2025-02-14", procedure="administrative", agency=agency)
        assert await case.due("T4") == ["2025-02-21"]
        heard = await case.does("hearing", "2025-03-04", participants=["专家甲", "听证员乙"], opinion="属实")
        assert heard["done"]["article"] == "R 44"
        await suggested(case, agency, pace)


async def pushed_down(world: World) -> Docket:
    """The lead that the platform of the province showed, handed down to the district."""
    facts: dict[str, Any] = {"source": "enforcement_platform", "kinds": ["whereabouts"], "persons": 96_000}
    facts |= {"sector": "transport", "places": [DISTRICT], "inquiry_needed": True}
    lead = await lead_of(world, "2025-02-05", PROVINCE, **facts, received_on="2025-02-01")
    chief = given.chief(PROVINCE)
    body = await asked(world, await lead.read(), "assign", chief, DISTRICT)
    body |= {"decision": DECISION | {"decided_on": "2025-02-06"}, "occurred_on": "2025-02-06"}
    order = await world.create(REFERRALS, body, chief)
    await act(world, order, "receipt", given.clerk(DISTRICT), occurred_on="2025-02-07")
    below = Docket(world, lead.path)
    clocks = await world.read(f"{lead.path}/clocks", below.prosecutor)
    due = {each["row"]: (each["due_on"], each["state"], each["office"]) for each in clocks["items"]}
    assert due == {
        "I1": ("2025-03-07", "running", DISTRICT),
        "I9": ("2025-02-25", "running", DISTRICT),
        "I12": ("2025-02-06", "met", PROVINCE),
    }
    return below


async def suggested(case: Docket, agency: str, pace: str) -> None:
    """A suggestion of 6 March 2025, served on the next day, and the limits that rest on both."""
    await case.does("investigation-report", "2025-03-05", conclusion="未依法履职")
    letter = await case.world.document(case.id, f"to {agency}".encode())
    said = {"agency": agency, "pace": pace, "parts": PARTS, "document_sha256": letter}
    await case.decides("suggestions", "2025-03-06", rectify_by="2025-05-12", **said)
    await case.served("suggestion", "2025-03-07")
    reply, until = ("T7", "2025-05-07") if pace == "ordinary" else ("T8", "2025-03-24")
    assert await case.due("T5", "T6", reply, "T9") == ["2025-03-10", "2025-03-12", until, "2025-06-12"]
