"""Served documents: created by an official act, proved in one of three manners, replied to, judged."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests import given
from tests.given import CITY, DISTRICT
from tests.referrals.world import DOCUMENT, HANDOFFS, REFERRALS, Matter, World, code_of

CYBER, POLICE = "cac-yh", "police-yh"
HOLDER = given.prosecutor(DISTRICT)
OPENED = date(2026, 1, 8)


async def suggested(world: World) -> tuple[Any, given.Person]:
    """A suggestion that `cases` announced, at a known agency; and its officer."""
    officer = await world.agency(CYBER, "cyberspace")
    return await world.suggestion(await world.matter(DISTRICT), CYBER), officer


async def test_a_suggestion_becomes_a_service_whose_whole_document_travels_at_dispatch(world: World) -> None:
    handoff, officer = await suggested(world)
    assert (handoff["form"], handoff["stage"], handoff["basis"]) == ("service", "dispatched", "R 76")
    assert (handoff["number"], handoff["sender"], handoff["receiver"]) == (
        "余检建〔2026〕3号",
        DISTRICT,
        CYBER,
    )
    assert handoff["respond_by"] is None
    package = await world.client.read(f"{HANDOFFS}/{handoff['id']}/package", officer)
    assert package["documents"] == [{"sha256": DOCUMENT, "paper": "suggestion"}]
    ticket = await world.client.post(f"{HANDOFFS}/{handoff['id']}/tickets", {"sha256": DOCUMENT}, by=officer)
    assert ticket.status_code == 201
    (event,) = await world.app.recorded("handoff_dispatched")
    assert (event.body["about"], event.body["form"]) == (handoff["about"], "service")
    assert await world.app.recorded("clock_started") == []


async def test_service_is_proved_on_its_day_and_the_reply_is_judged(world: World) -> None:
    handoff, officer = await suggested(world)
    early = await world.answer(handoff, "reply", officer, text="已整改")
    assert code_of(early) == "409 StepNotOpen"
    served = await world.answer(handoff, "service", HOLDER, manner="signature", occurred_on="2026-01-08")
    assert (served.json()["stage"], served.json()["served_on"]) == ("served", "2026-01-08")
    (event,) = await world.app.recorded("handoff_served")
    assert (event.body["manner"], event.body["served_on"]) == ("signature", "2026-01-08")
    reply = {"number": "余网函1号", "text": "已整改", "documents": ["f" * 64], "occurred_on": "2026-03-05"}
    assert (await world.answer(handoff, "reply", officer, **reply)).json()["replied_on"] == "2026-03-05"
    (replied,) = await world.app.recorded("handoff_replied")
    assert replied.body["replied_on"] == "2026-03-05"
    case = UUID(handoff["matter_id"])
    judged = {"case_id": str(case), "suggestion_id": handoff["about"], "handoff_id": handoff["id"]}
    await world.app.hear("cases.reply_judged", case, judged | {"finding": "performed"})
    now = await world.client.read(f"{HANDOFFS}/{handoff['id']}", HOLDER)
    assert (now["stage"], now["revision"]) == ("concluded", 3)
    assert len(await world.app.recorded("handoff_concluded")) == 1


async def test_a_late_reply_counts_and_erases_nothing(world: World) -> None:
    handoff, officer = await suggested(world)
    await world.answer(handoff, "service", HOLDER, manner="signature", occurred_on="2026-01-08")
    case = UUID(handoff["matter_id"])
    judged = {"case_id": str(case), "suggestion_id": handoff["about"], "handoff_id": handoff["id"]}
    await world.app.hear("cases.reply_judged", case, judged | {"finding": "no_reply"})
    late = await world.answer(handoff, "reply", officer, text="迟复", occurred_on="2026-04-01")
    assert (late.json()["stage"], late.json()["replied_on"]) == ("concluded", "2026-04-01")
    more = await world.answer(handoff, "reply", officer, text="补充", occurred_on="2026-04-02")
    assert more.json()["replied_on"] == "2026-04-01"
    receipts = await world.client.read(f"{HANDOFFS}/{handoff['id']}/receipts", HOLDER)
    assert [receipt["said"].get("text") for receipt in receipts] == [None, "迟复", "补充"]


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"manner": "refusal_left"}, "409 ReasonNeeded"),
        ({"manner": "read_out"}, "409 ServiceNeedsAgreement"),
        ({"manner": "read_out", "agreed": False}, "409 ServiceNeedsAgreement"),
        ({"manner": "post"}, "422 Malformed"),
        ({}, "422 Malformed"),
        ({"manner": "signature", "occurred_on": "2026-01-05"}, "409 DateOutOfOrder"),
        ({"manner": "refusal_left", "note": "拒签，留置并录像"}, "200"),
        ({"manner": "read_out", "agreed": True}, "409 PresenceNeeded"),
        ({"manner": "read_out", "agreed": True, "present": []}, "422 Malformed"),
        ({"manner": "read_out", "agreed": True, "present": ["人民监督员甲"]}, "200"),
        ({"manner": "refusal_left", "note": "拒签，留置并拍照", "present": ["见证人乙"]}, "200"),
        ({"manner": "signature"}, "200"),
    ],
)
async def test_each_manner_of_service_has_its_condition(
    world: World, body: dict[str, Any], refused: str
) -> None:
    handoff, _ = await suggested(world)
    answer = await world.answer(handoff, "service", HOLDER, **body)
    assert (str(answer.status_code) if answer.is_success else code_of(answer)) == refused


async def test_the_agency_itself_can_only_sign(world: World) -> None:
    handoff, officer = await suggested(world)
    left = await world.answer(handoff, "service", officer, manner="refusal_left", note="x")
    assert code_of(left) == "409 OnBehalfNeedsProof"
    signed = await world.answer(handoff, "service", officer, manner="signature")
    assert (signed.json()["stage"], signed.json()["service_manner"]) == ("served", "signature")
    (receipt,) = await world.client.read(f"{HANDOFFS}/{handoff['id']}/receipts", HOLDER)
    assert (receipt["act"], receipt["path"], receipt["org"]) == ("serve", "countersigned", CYBER)


async def test_service_can_neither_be_returned_nor_withdrawn_nor_posted(world: World) -> None:
    handoff, officer = await suggested(world)
    for act, who, body in (
        ("acknowledgement", officer, {}),
        ("acceptance", officer, {}),
        ("return", officer, {"reason": "x"}),
        ("decision", officer, {"outcome": "filed"}),
        ("conclusion", HOLDER, {}),
    ):
        assert code_of(await world.answer(handoff, act, who, **body)) == "409 StepNotOpen", act
    person = await world.answer(handoff, "withdrawal", HOLDER, reason="x")
    assert code_of(person) == "403 NotYourStep", "only a decision in the case takes it back (SUG 22)"
    above = await world.client.post(
        f"{HANDOFFS}/{handoff['id']}/service", {"manner": "signature"}, by=given.prosecutor(CITY), etag='"1"'
    )
    assert code_of(above) == "403 NotYourStep"


async def test_the_decision_to_open_an_administrative_case_is_served_and_then_done_with(world: World) -> None:
    officer = await world.agency(CYBER, "cyberspace")
    lead, case = await world.matter(DISTRICT, "lead"), await world.matter(DISTRICT)
    await world.opened(case, "administrative", OPENED, lead.id, addressee=CYBER, document_sha256=DOCUMENT)
    (handoff,) = (await world.client.read(HANDOFFS, officer))["items"]
    assert (handoff["kind"], handoff["about"], handoff["dispatched_on"]) == (
        "filing_decision",
        str(case.id),
        "2026-01-08",
    )
    served = await world.answer(handoff, "service", HOLDER, manner="signature")
    assert served.json()["stage"] == "concluded"
    types = [event.type.split(".")[1] for event in await world.app.recorded(None, case.id)]
    assert types == ["handoff_dispatched", "handoff_served", "handoff_concluded"]
    assert code_of(await world.answer(handoff, "reply", officer, text="x")) == "409 AnswerNotForeseen"


@pytest.mark.parametrize(
    ("procedure", "addressee"), [("civil", None), ("civil", CYBER), ("administrative", None)]
)
async def test_other_openings_serve_nothing(world: World, procedure: str, addressee: str | None) -> None:
    lead, case = await world.matter(DISTRICT, "lead"), await world.matter(DISTRICT)
    await world.opened(case, procedure, OPENED, lead.id, addressee=addressee, document_sha256=DOCUMENT)
    assert (await world.client.read(HANDOFFS, HOLDER))["items"] == []


async def test_open_handoffs_of_a_lead_and_its_documents_go_over_to_its_case(world: World) -> None:
    officer = await world.agency(POLICE)
    lead = await world.matter(DISTRICT, "lead")
    await world.document(lead)
    handoff = await world.hand(lead, "criminal_lead", POLICE)
    case = await world.matter(DISTRICT)
    await world.opened(case, "civil", OPENED, lead.id, document_sha256=DOCUMENT)
    assert (await world.client.read(f"{HANDOFFS}/{handoff['id']}", HOLDER))["matter_id"] == str(case.id)
    await world.answer(handoff, "acknowledgement", officer)
    await world.answer(handoff, "acceptance", officer)
    (met,) = await world.app.recorded("clock_met", case.id)
    assert met.body["matter_id"] == str(case.id)
    papers = [{"sha256": DOCUMENT, "paper": "transfer_letter"}]
    assert (await world.hand(case, "criminal_lead", POLICE, documents=papers))["paper_count"] == 1


async def test_the_end_of_a_case_concludes_what_was_served_but_not_what_agencies_took_over(
    world: World,
) -> None:
    officer = await world.agency(CYBER, "cyberspace")
    await world.agency(POLICE)
    case = await world.matter(DISTRICT)
    served, other = await world.suggestion(case, CYBER), await world.matter(DISTRICT)
    unserved = await world.suggestion(other, CYBER)
    lead = await world.hand(case, "criminal_lead", POLICE)
    await world.answer(served, "service", HOLDER, manner="signature")
    ended = {"case_id": str(case.id), "number": "1", "office": DISTRICT, "ground": "rectified"}
    await world.app.hear("cases.case_terminated", case.id, ended)
    await world.app.hear("cases.case_terminated", other.id, ended | {"case_id": str(other.id)})
    stages = []
    for handoff in (served, unserved, lead):
        stages.append((await world.client.read(f"{HANDOFFS}/{handoff['id']}", HOLDER))["stage"])
    assert stages == ["concluded", "dispatched", "dispatched"]
    assert (await world.answer(served, "reply", officer, text="已整改")).status_code == 200


async def test_a_judgement_without_a_known_handoff_changes_nothing(world: World) -> None:
    case = await world.matter(DISTRICT)
    facts = {
        "case_id": str(case.id),
        "suggestion_id": str(uuid4()),
        "handoff_id": None,
        "finding": "performed",
    }
    await world.app.hear("cases.reply_judged", case.id, facts)
    assert await world.app.recorded(None, case.id) == []


async def test_a_suggestion_heard_twice_is_served_once(world: World) -> None:
    await world.agency(CYBER, "cyberspace")
    matter = await world.matter(DISTRICT)
    about = str(uuid4())
    facts = {
        "case_id": str(matter.id),
        "suggestion_id": about,
        "number": "1",
        "office": DISTRICT,
        "agency": "unregistered-bureau",
        "pace": "urgent",
        "decided_on": "2026-01-06",
        "rectify_by": "2026-02-06",
        "document_sha256": DOCUMENT,
    }
    envelope = await world.app.hear("cases.suggestion_made", matter.id, facts)
    await world.app.frame.inbox.take([envelope, envelope])
    (handoff,) = (await world.client.read(HANDOFFS, HOLDER))["items"]
    assert handoff["receiver_kind"] == "other_authority"


async def test_a_suggestion_is_not_reported_for_record_on_a_day_before_its_service(world: World) -> None:
    handoff, _ = await suggested(world)
    await world.answer(handoff, "service", HOLDER, manner="signature", occurred_on="2026-01-08")
    matter = Matter(UUID(handoff["matter_id"]), "case", DISTRICT, 0)
    said = world.order(matter, "report_for_record", CITY, about=handoff["about"], occasion="suggestion")
    early = await world.client.post(REFERRALS, said | {"occurred_on": "2026-01-07"}, by=HOLDER)
    assert code_of(early).endswith(" DateOutOfOrder")
    await world.client.create(REFERRALS, said | {"occurred_on": "2026-01-08"}, by=HOLDER)
