"""Facts that turn out otherwise are corrected by an act, and everything that rests on them follows."""

from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select

from services.cases.actions.outward import register_passed_on
from services.cases.tables import Lead
from shared import clock, journal
from shared.events import subject_of
from shared.standing import standing_of
from tests import given
from tests.cases.story import CHIEF, CLERK, OFFICE, PROSECUTOR, Story, a_filing, types
from tests.cases.test_lead_facts import ITEMS, ORGAN, clocks

LEADS, CASES = "/cases/v1/leads", "/cases/v1/cases"


async def ask(story: Story, path: str, etag: str = "", by: Any = PROSECUTOR, **said: Any) -> httpx.Response:
    """The answer to a correction."""
    etag = f'"{etag}"' if etag else await story.client.etag(path, PROSECUTOR)
    return await story.client.post(f"{path}/facts", {"reason": "核实"} | said, by=by, etag=etag)


async def corrected(story: Story, path: str, **said: Any) -> dict[str, Any]:
    """The lead or case, corrected."""
    answer = await ask(story, path, **said)
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done


async def found(story: Story, path: str, text: str) -> list[str]:
    """What is found by a text."""
    return [each["id"] for each in (await story.client.read(path, PROSECUTOR, text=text))["items"]]


async def test_a_lead_passed_on_gets_its_facts_its_priority_and_its_competence(story: Story) -> None:
    lead_id = uuid4()
    async with story.app.writing() as session:
        await register_passed_on(session, lead_id, OFFICE, "H-1", None, None, clock.today())
    path = f"{LEADS}/{lead_id}"
    assert (await story.client.read(path, PROSECUTOR))["priority"] == []
    known = {
        "title": "小区门禁强制刷脸",
        "summary": "某公司门禁",
        "kinds": ["biometric"],
        "persons": 1_200_000,
    }
    known |= {"processors": [{"name": "甲公司"} | ORGAN], "records_by_kind": ITEMS, "insider": True}
    lead = await corrected(story, path, **known, places=[OFFICE], sector="housing", major=True)
    assert lead["focuses"] == ["sensitive", "over_10k", "from_1m"]
    assert lead["emphasis"] == 3
    assert {each["code"] for each in lead["flags"]} == {"crime", "duty_or_discipline"}
    assert (lead["harm"], lead["place"], lead["source"]) == (
        "见移送函件 H-1 / see handoff H-1",
        OFFICE,
        "passed_on",
    )
    assert lead["done"]["content"] == {
        "corrected": sorted({*known, "places", "sector", "major"}),
        "reason": "核实",
    }
    assert (await clocks(story, str(lead_id)))["I10"][0] == "running"
    assert await found(story, LEADS, "强制刷脸") == [str(lead_id)]
    assert await found(story, LEADS, "机关移送线索") == []
    said = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "可查"}
    await story.client.act(path, "assessment", said, by=PROSECUTOR)
    await given.known_agency(story.app.app, "agency-1", kind="cyberspace")
    done = await story.approved(await story.proposed(path, "filing", a_filing()))
    case = await story.read_case(done["result_id"])
    assert (case["emphasis"], case["place"]) == (3, OFFICE)


async def test_what_stood_before_is_kept_with_the_journal_and_not_in_the_event(story: Story) -> None:
    lead = await story.lead(persons=5, summary="旧摘要")
    await corrected(story, f"{LEADS}/{lead['id']}", persons=50_000, summary="新摘要")
    async with story.app.reading() as session:
        details = journal.journal_details
        rows = select(details.c.body).where(details.c.subject == subject_of(UUID(lead["id"])))
        (body,) = [each for each in await session.scalars(rows) if "before" in each]
    assert '"before":{"persons":5,"summary":"旧摘要"}' in body
    assert '"after":{"persons":50000,"summary":"新摘要"}' in body
    assert "摘要" not in str([each.body for each in await story.app.recorded()])
    assert (await types(story.app, lead["id"]))[-1] == "act_done"


async def test_facts_corrected_in_a_case_are_its_lead_s_and_its_own(story: Story) -> None:
    case = await story.case(persons=5)
    path, lead_path = f"{CASES}/{case['id']}", f"{LEADS}/{case['lead_id']}"
    lead = await story.client.read(lead_path, PROSECUTOR)
    secret = PROSECUTOR.cleared(3)
    answer = await ask(
        story, path, by=secret, persons=50_000, groups=["children"], classification=2, sector="medical"
    )
    assert answer.status_code == 200, answer.text
    now, lead_now = [await story.client.read(each, secret) for each in (path, lead_path)]
    for each in (now, lead_now):
        assert each["focuses"] == ["group", "sector", "over_10k"]
        assert (each["emphasis"], each["classification"], each["sector"]) == (3, 2, "medical")
    assert (lead_now["persons"], lead_now["title"], lead_now["stage"]) == (50_000, lead["title"], "filed")
    for each in (case["id"], case["lead_id"]):
        async with story.app.reading() as session:
            standing = await standing_of(session, UUID(each))
        assert standing is not None
        assert (standing.classification, standing.sector) == (2, "medical")
    assert (await story.client.get(path, PROSECUTOR)).status_code == 404
    asked = await story.client.read(CASES, secret, focus="over_10k")
    assert [each["id"] for each in asked["items"]] == [case["id"]]
    assert (await ask(story, path, by=secret, etag=now["etag"], major=True)).status_code == 422, (
        "of leads only"
    )


async def test_a_stale_writer_loses(story: Story) -> None:
    lead, case = await story.lead(), await story.case()
    for path, thing in ((f"{LEADS}/{lead['id']}", lead), (f"{CASES}/{case['id']}", case)):
        first = await ask(story, path, thing["etag"], persons=7)
        assert first.status_code == 200, first.text
        late = await ask(story, path, thing["etag"], persons=8)
        assert (late.status_code, late.json()["code"]) == (412, "ChangedMeanwhile")


async def test_a_limit_ends_where_a_lead_does_not_ask_for_it_any_more(story: Story) -> None:
    lead = await story.lead(major=True)
    path = f"{LEADS}/{lead['id']}"
    await corrected(story, path, major=False, inquiry_needed=True)
    states = {row: state for row, (state, _) in (await clocks(story, lead["id"])).items()}
    assert states == {"I1": "running", "I9": "running", "I10": "ended"}
    await corrected(story, path, title="另一标题")
    assert {row: state for row, (state, _) in (await clocks(story, lead["id"])).items()} == states
    await corrected(story, path, major=True)
    async with story.app.reading() as session:
        stands = await session.get(Lead, UUID(lead["id"]))
    assert stands is not None
    assert stands.major


async def test_what_corrects_nothing_or_may_not_be_said_is_refused_and_changes_nothing(story: Story) -> None:
    lead = await story.lead(records=100)
    path = f"{LEADS}/{lead['id']}"
    wrong: tuple[dict[str, Any], ...] = (
        {},
        {"title": lead["title"]},
        {"title": ""},
        {"title": None},
        {"persons": -1},
        {"records_by_kind": [{"kind": "credit", "count": 101}]},
        {"source": "media"},
        {"places": ["杭州"]},
        {"reason": ""},
    )
    for said in wrong:
        assert (await ask(story, path, lead["etag"], **said)).status_code == 422, said
    assert (await ask(story, path, lead["etag"], classification=3)).json()["code"] == "ClearanceTooLow"
    assert (await ask(story, path, lead["etag"], by=given.overseer(OFFICE), persons=1)).status_code == 403
    assert (
        await ask(story, path, lead["etag"], by=given.prosecutor(given.CITY), persons=1)
    ).status_code == 403
    assert (
        await ask(story, path, lead["etag"], by=given.prosecutor(given.NEIGHBOUR), persons=1)
    ).status_code == 404
    assert (await story.client.read(path, PROSECUTOR))["etag"] == lead["etag"]
    assert (await ask(story, path, lead["etag"], by=CLERK, persons=1)).status_code == 200
    await story.client.act(
        path, "joining", {"into": (await story.lead())["id"], "reason": "同一"}, by=PROSECUTOR
    )
    (proposal,) = (await story.client.read("/cases/v1/proposals", CHIEF))["items"]
    await story.approved(proposal)
    assert (await ask(story, path, persons=2)).json()["code"] == "StepNotOpen"
