"""What comes in: an agency's lead and the result that goes back; a transfer to the police that is watched."""

from typing import Any
from uuid import UUID

import pytest

from tests import given
from tests.given import DISTRICT, NEIGHBOUR
from tests.referrals.world import DAY, HANDOFFS, SECRET, Matter, World, code_of

CYBER, POLICE, MARKET = "cac-yh", "police-yh", "market-yh"
HOLDER = given.prosecutor(DISTRICT)


def lead(**more: Any) -> dict[str, Any]:
    """An agency's lead as its machine sends it."""
    said = {"kind": "agency_lead", "receiver": DISTRICT, "title": SECRET, "summary": SECRET}
    return said | {"place": DISTRICT, "sector": "education", "occurred_on": DAY.isoformat()} | more


async def sent(world: World, **more: Any) -> tuple[Any, given.Person]:
    """A lead that the cyberspace administration sent, registered by `cases`; its officer."""
    officer = await world.agency(CYBER, "cyberspace")
    made = await world.client.create(HANDOFFS, lead(**more), by=officer)
    await world.matter(DISTRICT, "lead", UUID(made["matter_id"]))
    return made, officer


async def ended(world: World, handoff: Any, outcome: str, case_id: UUID | None = None) -> None:
    """`cases` announces what became of the lead."""
    lead_id = UUID(handoff["matter_id"])
    said = {"lead_id": str(lead_id), "outcome": outcome, "case_id": str(case_id) if case_id else None}
    await world.app.hear("cases.lead_closed", lead_id, said, occurred_on=DAY)


async def test_an_agencys_lead_is_told_to_cases_and_shown_in_preview_until_accepted(world: World) -> None:
    handoff, officer = await sent(world, documents=[{"sha256": "e" * 64}])
    assert (handoff["form"], handoff["course"], handoff["inbound"]) == ("offer", "inbound", True)
    (event,) = await world.app.recorded("handoff_dispatched")
    facts = {name: event.body[name] for name in ("receiver", "inbound", "place", "sector", "number")}
    assert facts == {"receiver": DISTRICT, "inbound": True, "place": DISTRICT, "sector": "education"} | {
        "number": "330110-H2026-00001"
    }
    path = f"{HANDOFFS}/{handoff['id']}"
    assert SECRET not in (await world.client.get(path, HOLDER)).text
    assert code_of(await world.client.get(f"{path}/package", HOLDER)) == "409 PackageClosed"
    assert (await world.client.read(f"{path}/package", officer))["summary"] == SECRET
    for act in ("acknowledgement", "acceptance"):
        assert (await world.answer(handoff, act, HOLDER)).status_code == 200
    assert (await world.client.read(f"{path}/package", HOLDER))["documents"][0]["sha256"] == "e" * 64
    (met,) = await world.app.recorded("clock_met")
    assert (met.body["row"], met.body["office"]) == ("internal_offer", DISTRICT)
    assert (await world.client.get(path, given.prosecutor(NEIGHBOUR))).status_code == 404


@pytest.mark.parametrize(("outcome", "stage"), [("declined", "concluded"), ("filed", "decided")])
async def test_the_result_goes_back_to_the_agency(world: World, outcome: str, stage: str) -> None:
    handoff, officer = await sent(world)
    await ended(world, handoff, outcome)
    told = await world.client.read(f"{HANDOFFS}/{handoff['id']}", officer)
    assert (told["stage"], told["outcome"]) == (stage, outcome)
    (decided,) = await world.app.recorded("handoff_decided")
    assert (decided.body["sender"], decided.body["outcome"]) == (CYBER, outcome)
    await ended(world, handoff, outcome)
    assert len(await world.app.recorded("handoff_decided")) == 1, "said twice it changes nothing"


async def test_a_lead_that_became_a_case_is_concluded_with_it(world: World) -> None:
    handoff, officer = await sent(world)
    case = await world.matter(DISTRICT)
    await world.opened(case, lead=handoff["matter_id"])
    await ended(world, handoff, "filed", case.id)
    told = await world.client.read(f"{HANDOFFS}/{handoff['id']}", officer)
    assert (told["matter_id"], told["stage"]) == (str(case.id), "decided")
    over = {"case_id": str(case.id), "number": "1", "office": DISTRICT, "ground": "rectified"}
    await world.app.hear("cases.case_terminated", case.id, over, occurred_on=DAY)
    assert (await world.client.read(f"{HANDOFFS}/{handoff['id']}", officer))["stage"] == "concluded"


async def test_a_lead_on_paper_is_written_down_for_the_agency_and_says_so_for_ever(world: World) -> None:
    await world.agency(CYBER, "cyberspace")
    paper = {"on_behalf_of": CYBER, "manner": "paper"}
    made = await world.client.create(HANDOFFS, lead(**paper), by=HOLDER)
    assert (made["sender"], made["inbound"]) == (CYBER, True)
    (event,) = await world.app.recorded("handoff_dispatched")
    assert event.org == DISTRICT
    await world.matter(DISTRICT, "lead", UUID(made["matter_id"]))
    (receipt,) = await world.client.read(f"{HANDOFFS}/{made['id']}/receipts", HOLDER)
    assert (receipt["act"], receipt["path"], receipt["on_behalf_of"]) == (
        "dispatch",
        "recorded_by_office",
        CYBER,
    )
    for missing in ({"manner": None}, {"occurred_on": None}):
        refused = await world.client.post(HANDOFFS, lead(**paper | missing), by=HOLDER)
        assert code_of(refused) == "409 InboundNeedsSource"
    elsewhere = lead(**paper, receiver=NEIGHBOUR)
    assert code_of(await world.client.post(HANDOFFS, elsewhere, by=HOLDER)) == "403 NotTheHandlingOffice"


async def test_an_agency_sends_nothing_but_what_comes_from_agencies(world: World) -> None:
    officer, _ = await world.agency(CYBER, "cyberspace"), await world.agency(POLICE)
    for kind, receiver, refused in (
        ("work_letter", POLICE, "403 WrongSender"),
        ("criminal_lead", POLICE, "403 WrongSender"),
        ("agency_lead", POLICE, "409 WrongReceiver"),
        ("criminal_transfer", POLICE, "409 MatterMissing"),
        ("suggestion", POLICE, "409 KindComesFromAnAct"),
    ):
        answer = await world.client.post(HANDOFFS, lead(kind=kind, receiver=receiver), by=officer)
        assert code_of(answer) == refused, kind
    assert await world.app.recorded("handoff_dispatched") == []


# --- A transfer to the police, watched ------------------------------------------------------------------


async def transferred(world: World, **more: Any) -> tuple[Any, given.Person, given.Person, Matter]:
    """A transfer that the office wrote down for market regulation; both officers, and the matter."""
    agency, police = await world.agency(MARKET, "market_regulation"), await world.agency(POLICE)
    matter = await world.matter(DISTRICT)
    body = world.handoff(matter, "criminal_transfer", POLICE, on_behalf_of=MARKET, manner="post")
    return await world.client.create(HANDOFFS, body | more, by=HOLDER), agency, police, matter


async def rows(world: World, type_: str) -> list[str]:
    """The rows of the clocks that were announced so."""
    return [event.body["row"] for event in await world.app.recorded(type_)]


async def test_a_transfer_is_watched_from_its_report_to_the_handing_over(world: World) -> None:
    days = {"reported_on": "2026-01-03", "approved_on": "2026-01-05"}
    handoff, agency, police, _ = await transferred(world, **days)
    assert await rows(world, "clock_met") == ["L1", "L2"]
    await world.answer(handoff, "acknowledgement", police, occurred_on="2026-01-07")
    assert (await world.answer(handoff, "acceptance", police)).status_code == 409
    returned = await world.answer(handoff, "return", police, reason="材料不全")
    assert code_of(returned) == "409 StepNotOpen", "missing papers are no reason to refuse it"
    missing = {"papers": ["appraisal_opinion"], "occurred_on": "2026-01-08"}
    before = await world.answer(handoff, "missing-papers", police, **missing, found_on="2026-01-09")
    assert code_of(before) == "409 DateOutOfOrder", "nothing is told before it is found"
    asked = await world.answer(handoff, "missing-papers", police, **missing, found_on="2026-01-07")
    assert asked.json()["papers_asked_on"] == "2026-01-08"
    supplied = await world.answer(
        handoff,
        "supplement",
        agency,
        documents=[{"sha256": "d" * 64, "paper": "appraisal_opinion"}],
        occurred_on="2026-01-10",
    )
    assert supplied.json()["supplied_on"] == "2026-01-10"
    decided = {"outcome": "filed", "occurred_on": "2026-01-10"}
    for day in ("2026-01-09", "2099-01-01"):
        wrong = await world.answer(handoff, "decision", police, **decided, informed_on=day)
        assert code_of(wrong) == "409 DateOutOfOrder", day
    filed = await world.answer(handoff, "decision", police, **decided, informed_on="2026-01-11")
    assert filed.json()["stage"] == "decided"
    started = {e.body["row"]: e.body["basis_on"] for e in await world.app.recorded("clock_started")}
    assert (started["L8"], started["L5t"]) == ("2026-01-11", "2026-01-07")
    done = await world.answer(handoff, "handing-over", agency, text="已移交", occurred_on="2026-01-12")
    assert done.status_code == 200, done.text
    assert await rows(world, "clock_met") == ["L1", "L2", "L5t", "L5", "L4", "L8"]
    late = [event.body["late"] for event in await world.app.recorded("clock_met")]
    assert late == [False] * 6
    for who, expected in ((agency, 403), (HOLDER, 200)):
        assert (await world.answer(handoff, "conclusion", who)).status_code == expected


async def test_a_transfer_that_leaves_its_level_says_why(world: World) -> None:
    await world.agency(MARKET, "market_regulation")
    await world.agency("police-hz", division="330100")
    body = world.handoff(await world.matter(DISTRICT), "criminal_transfer", "police-hz")
    body |= {"on_behalf_of": MARKET, "manner": "post"}
    assert code_of(await world.client.post(HANDOFFS, body, by=HOLDER)) == "409 NotTheSameLevel"
    why = {"routing_reason": "市局指定管辖"}
    assert (await world.client.post(HANDOFFS, body | why, by=HOLDER)).status_code == 201


async def test_a_refusal_is_reviewed_and_supervised(world: World) -> None:
    handoff, agency, police, matter = await transferred(world)
    await world.answer(handoff, "acknowledgement", police)
    bare = await world.answer(handoff, "decision", police, outcome="not_filed")
    assert code_of(bare) == "409 ReasonNeeded"
    early = await world.answer(handoff, "review-request", agency, text="请求复议")
    assert code_of(early) == "409 StepNotOpen"
    await world.answer(handoff, "decision", police, outcome="not_filed", reasons="情节显著轻微")
    await world.answer(handoff, "review-request", agency, text="请求复议")
    upheld = await world.answer(handoff, "review", police, outcome="not_filed", reasons="维持")
    assert (upheld.json()["stage"], upheld.json()["outcome"]) == ("decided", "not_filed")
    again = await world.answer(handoff, "review-request", agency, text="再次请求复议")
    assert code_of(again) == "409 NotRefused"
    await world.answer(handoff, "supervision-proposal", agency, text="建议立案监督")
    assert await rows(world, "clock_started") == ["L4", "L6", "L6r", "L7"]
    assert await rows(world, "clock_met") == ["L4", "L6", "L6r", "L7"]
    demand = await world.hand(matter, "filing_supervision", POLICE, about=handoff["id"])
    await world.answer(demand, "acknowledgement", police, occurred_on="2026-01-08")
    await world.answer(demand, "reply", police, text="说明不立案理由", occurred_on="2026-01-14")
    notice = {"text": "通知立案", "occurred_on": "2026-01-15"}
    await world.answer(demand, "filing-notice", HOLDER, **notice)
    assert code_of(await world.answer(demand, "filing-notice", HOLDER, **notice)) == "409 StepNotOpen"
    assert (await rows(world, "clock_started"))[-1] == "L9", "its days run from the receipt by the police"
    early = await world.answer(demand, "acknowledgement", police, occurred_on="2026-01-14")
    assert code_of(early) == "409 DateOutOfOrder"
    await world.answer(demand, "acknowledgement", police, occurred_on="2026-01-16")
    assert (await rows(world, "clock_started"))[-1] == "L10"
    still = {"outcome": "not_filed", "reasons": "坚持不立案", "occurred_on": "2026-01-19"}
    await world.answer(demand, "decision", police, **still)
    assert (await rows(world, "clock_met"))[-1] == "L9", "only opening a case meets it"
    assert code_of(await world.answer(demand, "filing-notice", HOLDER, **notice)) == "409 AskedAlready"
    opened = await world.answer(demand, "decision", police, outcome="filed", occurred_on="2026-01-20")
    assert (opened.json()["stage"], opened.json()["outcome"]) == ("decided", "filed")
    assert (await rows(world, "clock_met"))[-2:] == ["L9", "L10"]
    assert (await world.answer(demand, "conclusion", HOLDER)).json()["stage"] == "concluded"


async def test_economic_crime_lengthens_step_by_step_and_nothing_else_does(world: World) -> None:
    handoff, _, police, _ = await transferred(world, economic=True)
    await world.answer(handoff, "acknowledgement", police, occurred_on="2026-01-07")
    assert (await rows(world, "clock_started"))[0] == "L11"
    for to, expected in ((5, 409), (10, 200), (30, 200), (60, 200), (90, 409)):
        assert (await world.answer(handoff, "lengthening", police, to_days=to)).status_code == expected, to
    due = [event.body["due_on"] for event in await world.app.recorded("clock_changed")]
    assert due == ["2026-01-17", "2026-02-06", "2026-03-08"], "each counted from the day of receipt"


async def test_no_other_crime_is_lengthened(world: World) -> None:
    handoff, _, police, _ = await transferred(world)
    await world.answer(handoff, "acknowledgement", police)
    refused = await world.answer(handoff, "lengthening", police, to_days=10)
    assert code_of(refused) == "409 LengtheningNotOpen"


async def test_police_pass_a_transfer_on_and_the_agency_confirms_the_new_one(world: World) -> None:
    handoff, agency, police, _ = await transferred(world)
    await world.agency("police-hz", division="330100")
    await world.answer(handoff, "acknowledgement", police, occurred_on="2026-01-07")
    passed = await world.answer(
        handoff,
        "redirection",
        police,
        to="police-hz",
        reason="由市局管辖",
        found_on="2026-01-07",
        occurred_on="2026-01-08",
    )
    assert (passed.json()["stage"], passed.json()["redirect_to"]) == ("redirected", "police-hz")
    assert {"L3", "L4"} <= set(await rows(world, "clock_met"))
    path = f"{HANDOFFS}/{handoff['id']}"
    body = {"receiver": "police-hz", "occurred_on": "2026-01-08"}
    made = await world.client.post(
        f"{path}/onward", body, by=agency, etag=await world.client.etag(path, agency)
    )
    assert (made.status_code, made.json()["follows"], made.json()["sender"]) == (201, handoff["id"], MARKET)


async def test_the_watching_office_writes_down_what_police_and_agency_say_on_paper(world: World) -> None:
    handoff, agency, police, _ = await transferred(world)
    paper = {"on_behalf_of": POLICE, "manner": "paper", "occurred_on": "2026-01-08"}
    assert code_of(await world.answer(handoff, "acknowledgement", HOLDER)) == "409 OnBehalfNeedsProof"
    assert code_of(await world.answer(handoff, "acknowledgement", agency)) == "403 NotYourStep"
    assert (await world.answer(handoff, "acknowledgement", HOLDER, **paper)).status_code == 200
    wrong = await world.answer(
        handoff, "decision", HOLDER, outcome="filed", **paper | {"on_behalf_of": MARKET}
    )
    assert code_of(wrong) == "409 OnBehalfNeedsProof"
    receipts = await world.client.read(f"{HANDOFFS}/{handoff['id']}/receipts", police)
    assert [each["path"] for each in receipts] == ["recorded_by_office"] * 2


async def test_an_agency_sends_its_transfer_in_answer_to_what_it_was_sent(world: World) -> None:
    officer = await world.agency(MARKET, "market_regulation")
    await world.agency(POLICE)
    matter = await world.matter(DISTRICT)
    offer = await world.hand(matter, "administrative_lead", MARKET)
    body = {"kind": "criminal_transfer", "receiver": POLICE, "title": "移送", "in_reply_to": offer["id"]}
    made = await world.client.create(HANDOFFS, body | {"occurred_on": DAY.isoformat()}, by=officer)
    assert (made["matter_id"], made["sender"], made["receiver"]) == (str(matter.id), MARKET, POLICE)
    stranger = await world.agency(CYBER, "cyberspace")
    foreign = await world.client.post(HANDOFFS, body, by=stranger)
    assert code_of(foreign) == "404 HandoffNotFound"
