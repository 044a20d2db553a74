"""Before it leaves: proposed reports, suggestions across level or place; several at once; onward."""

from datetime import date
from typing import Any

import pytest

from tests import given
from tests.given import CITY, DISTRICT, NEIGHBOUR
from tests.referrals.world import DAY, DOCUMENT, HANDOFFS, World, code_of

CONGRESS, CYBER, CITY_CYBER, POLICE = "congress-yh", "cac-yh", "cac-hz", "police-yh"
HOLDER, CHIEF = given.prosecutor(DISTRICT), given.chief(DISTRICT)


async def proposed(world: World, receiver: str, ground: str, rung: str, **more: Any) -> Any:
    """A report up the ladder that a prosecutor proposed."""
    matter = await world.matter(DISTRICT)
    return await world.hand(matter, "obstruction_report", receiver, ground=ground, rung=rung, **more)


async def test_a_report_leaves_only_with_the_chiefs_approval(world: World) -> None:
    officer = await world.agency(CONGRESS, "congress")
    report = await proposed(world, CONGRESS, "obstruction", "congress")
    path = f"{HANDOFFS}/{report['id']}"
    assert (report["stage"], report["number"], report["basis"]) == ("proposed", "", "R 45")
    assert (await world.client.get(path, officer)).status_code == 404
    assert await world.app.recorded("handoff_dispatched") == []
    (gated,) = await world.app.recorded("handoff_gated")
    assert (gated.body["gate"], gated.body["org"]) == ("awaits_approval", DISTRICT)
    assert code_of(await world.answer(report, "approval", HOLDER)) == "403 RoleRequired"
    gone = await world.answer(report, "approval", CHIEF)
    assert (gone.json()["stage"], gone.json()["number"]) == ("dispatched", f"{DISTRICT}-H2026-00001"), (
        gone.text
    )
    assert (await world.client.get(path, officer)).status_code == 200
    assert (await world.answer(report, "acknowledgement", officer)).status_code == 200


async def test_nobody_approves_what_he_proposed_and_what_is_declined_never_left(world: World) -> None:
    officer = await world.agency(CONGRESS, "congress")
    both = given.chief(DISTRICT, sub=HOLDER.sub).also(*HOLDER.roles)
    report = await proposed(world, CONGRESS, "not_rectified", "congress")
    assert report["basis"] == "SUG 25"
    assert code_of(await world.answer(report, "approval", both)) == "403 ApproverMissing"
    declined = await world.answer(report, "declining", CHIEF, reason="暂不报告")
    assert declined.json()["stage"] == "withdrawn"
    assert (await world.client.get(f"{HANDOFFS}/{report['id']}", officer)).status_code == 404
    assert [e.body["gate"] for e in await world.app.recorded("handoff_gated")] == [
        "awaits_approval",
        "declined",
    ]
    assert await world.app.recorded("handoff_withdrawn") == []


async def test_the_superior_of_the_agency_is_told_by_the_superior_of_the_office(world: World) -> None:
    await world.agency(CYBER, "cyberspace")
    officer = await world.agency(CITY_CYBER, "cyberspace", CITY)
    about = {"concerning": CYBER}
    report = await proposed(world, CITY_CYBER, "obstruction", "agency_superior", **about)
    held = await world.answer(report, "approval", CHIEF)
    assert (held.json()["stage"], held.json()["forward_by"]) == ("held", CITY)
    assert code_of(await world.answer(report, "forwarding", CHIEF)) == "403 NotYourStep"
    assert (await world.client.get(f"{HANDOFFS}/{report['id']}", officer)).status_code == 404
    sent = await world.answer(report, "forwarding", given.chief(CITY))
    assert sent.json()["stage"] == "dispatched"
    assert (await world.client.get(f"{HANDOFFS}/{report['id']}", officer)).status_code == 200


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({}, "409 RungMissing"),
        ({"ground": "obstruction", "rung": "party_committee"}, "409 WrongRung"),
        ({"ground": "obstruction", "rung": "discipline"}, "409 WrongRung"),
    ],
)
async def test_a_report_that_stands_on_no_rung_is_refused(
    world: World, more: dict[str, Any], refused: str
) -> None:
    await world.agency(CONGRESS, "congress")
    matter = await world.matter(DISTRICT)
    body = world.handoff(matter, "obstruction_report", CONGRESS, **more)
    assert code_of(await world.client.post(HANDOFFS, body, by=HOLDER)) == refused
    assert await world.app.recorded("handoff_gated") == []


# --- SUG 3 ----------------------------------------------------------------------------------------------


async def test_a_suggestion_to_an_authority_above_is_forwarded_by_the_office_beside_it(world: World) -> None:
    officer = await world.agency(CITY_CYBER, "cyberspace", CITY)
    held = await world.suggestion(await world.matter(DISTRICT), CITY_CYBER)
    assert (held["stage"], held["way"], held["forward_by"]) == ("held", "above", CITY)
    assert (await world.client.get(f"{HANDOFFS}/{held['id']}", officer)).status_code == 404
    early = await world.answer(held, "service", HOLDER, manner="signature")
    assert code_of(early) == "409 StepNotOpen"
    sent = await world.answer(held, "forwarding", given.chief(CITY))
    assert sent.json()["stage"] == "dispatched"
    assert (await world.answer(held, "service", HOLDER, manner="signature")).json()["stage"] == "served"


async def test_a_suggestion_elsewhere_waits_for_the_office_there(world: World) -> None:
    await world.agency("cac-xs", "cyberspace", NEIGHBOUR)
    held = await world.suggestion(await world.matter(DISTRICT), "cac-xs")
    assert (held["way"], held["forward_by"]) == ("elsewhere", NEIGHBOUR)
    assert (
        await world.client.get(f"{HANDOFFS}/{held['id']}", given.prosecutor(NEIGHBOUR))
    ).status_code == 200
    declined = await world.answer(held, "declining", given.chief(NEIGHBOUR), reason="不宜")
    assert code_of(declined) == "409 StepNotOpen", "who is consulted may disagree, not decide"
    assert (await world.answer(held, "forwarding", given.chief(NEIGHBOUR))).json()["stage"] == "dispatched"


SAYS = [("forwarding", {}, "dispatched"), ("declining", {"reason": "不同意"}, "withdrawn")]


@pytest.mark.parametrize(("act", "body", "stage"), SAYS)
async def test_disagreement_elsewhere_goes_to_the_common_superior_with_its_reasons(
    world: World, act: str, body: dict[str, Any], stage: str
) -> None:
    officer = await world.agency("cac-xs", "cyberspace", NEIGHBOUR)
    held = await world.suggestion(await world.matter(DISTRICT), "cac-xs")
    path, there, above = f"{HANDOFFS}/{held['id']}", given.chief(NEIGHBOUR), given.chief(CITY)
    bare = await world.answer(held, "disagreement", there)
    assert bare.status_code == 422
    disputed = await world.answer(held, "disagreement", there, reason="该单位已整改")
    assert (disputed.json()["stage"], disputed.json()["forward_by"]) == ("disputed", CITY)
    assert (await world.client.read(path, above))["routing_reason"] == "该单位已整改"
    assert code_of(await world.answer(held, "forwarding", there)) == "403 NotYourStep"
    assert code_of(await world.answer(held, "service", HOLDER, manner="signature")) == "409 StepNotOpen"
    assert (await world.client.get(path, officer)).status_code == 404
    assert (await world.answer(held, act, above, **body)).json()["stage"] == stage
    gates = [event.body["gate"] for event in await world.app.recorded("handoff_gated")]
    assert gates[:2] == ["awaits_forwarding", "awaits_decision"]
    read = await world.client.get(path, officer)
    assert read.status_code == (200 if stage == "dispatched" else 404)
    assert "该单位已整改" not in read.text


async def test_the_office_beside_an_authority_above_may_decline_and_one_below_executes(world: World) -> None:
    await world.agency(CITY_CYBER, "cyberspace", CITY)
    held = await world.suggestion(await world.matter(DISTRICT), CITY_CYBER)
    seen = await world.client.read(f"{HANDOFFS}/{held['id']}", HOLDER)
    acts = {each["act"] for each in seen["open_acts"]}
    assert {"forward", "decline"} <= acts
    assert "disagree" not in acts
    declined = await world.answer(held, "declining", given.chief(CITY), reason="由市院自行处理")
    assert declined.json()["stage"] == "withdrawn"
    await world.agency(CYBER, "cyberspace")
    ordered = await world.suggestion(await world.matter(CITY), CYBER)
    assert (ordered["way"], ordered["forward_by"]) == ("below", DISTRICT)
    for act in ("declining", "disagreement"):
        refused = await world.answer(ordered, act, CHIEF, reason="x")
        assert code_of(refused) == "409 StepNotOpen", act
    assert (await world.answer(ordered, "forwarding", CHIEF)).json()["stage"] == "dispatched"


async def test_where_no_office_has_the_code_the_sender_names_who_sends_it_on(
    world: World,
) -> None:
    await world.agency("cac-zone", "cyberspace", "330199")
    held = await world.suggestion(await world.matter(DISTRICT), "cac-zone")
    assert (held["stage"], held["way"], held.get("forward_by")) == ("held", "elsewhere", None)
    (gated,) = await world.app.recorded("handoff_gated")
    assert (gated.body["gate"], gated.body["org"]) == ("awaits_name", DISTRICT)
    found = await world.client.read(HANDOFFS, HOLDER, desk="waiting_for_us")
    assert [each["id"] for each in found["items"]] == [held["id"]]
    for wrong in ("999999", DISTRICT):
        assert code_of(await world.answer(held, "forwarder", CHIEF, office=wrong)) == "409 UnknownOffice"
    named = await world.answer(held, "forwarder", CHIEF, office=NEIGHBOUR)
    assert named.json()["forward_by"] == NEIGHBOUR, named.text
    assert code_of(await world.answer(held, "forwarder", CHIEF, office=CITY)) == "409 AskedAlready"
    assert (await world.answer(held, "forwarding", given.chief(NEIGHBOUR))).json()["stage"] == "dispatched"


async def test_the_unit_that_the_own_case_was_opened_against_is_addressed_directly(world: World) -> None:
    await world.agency(CITY_CYBER, "cyberspace", CITY)
    lead, case = await world.matter(DISTRICT, "lead"), await world.matter(DISTRICT)
    await world.opened(case, "administrative", date(2026, 1, 5), lead.id, addressee=CITY_CYBER)
    sent = await world.suggestion(case, CITY_CYBER)
    assert (sent["stage"], sent["way"]) == ("dispatched", "own_case")


async def test_an_order_of_a_superior_settles_the_way(world: World) -> None:
    await world.agency(CITY_CYBER, "cyberspace", CITY)
    matter = await world.matter(DISTRICT, origin="designated")
    sent = await world.suggestion(matter, CITY_CYBER)
    assert (sent["stage"], sent["way"]) == ("dispatched", "by_order")


# --- Objection, change, withdrawal ----------------------------------------------------------------------


async def served(world: World) -> tuple[Any, given.Person]:
    """A suggestion whose service is proved; the agency's officer."""
    officer = await world.agency(CYBER, "cyberspace")
    handoff = await world.suggestion(await world.matter(DISTRICT), CYBER)
    await world.answer(handoff, "service", HOLDER, manner="signature", occurred_on="2026-01-08")
    return handoff, officer


async def test_an_objection_is_re_examined_and_explained_by_the_chief(world: World) -> None:
    handoff, officer = await served(world)
    words = {"text": "本机关无此职责", "occurred_on": "2026-01-09"}
    objected = await world.answer(handoff, "objection", officer, **words)
    assert objected.json()["objected_on"] == "2026-01-09"
    assert code_of(await world.answer(handoff, "objection", officer, **words)) == "409 AskedAlready"
    assert code_of(await world.answer(handoff, "re-examination", HOLDER, text="x")) == "403 RoleRequired"
    told = await world.answer(handoff, "re-examination", CHIEF, text="经复核，维持", occurred_on="2026-01-12")
    assert told.json()["reexamined_on"] == "2026-01-12"
    again = await world.answer(handoff, "re-examination", CHIEF, text="x")
    assert code_of(again) == "409 NothingAsked"
    assert [event.body["row"] for event in await world.app.recorded("clock_met")] == [
        "internal_reexamination"
    ]
    acted = [(event.body["act"], event.body["org"]) for event in await world.app.recorded("handoff_acted")]
    assert acted == [("object", CYBER), ("reexamine", DISTRICT)]
    assert (await world.answer(handoff, "reply", officer, text="已整改")).status_code == 200


async def test_a_withdrawn_suggestion_settles_the_objection_and_a_late_reply_still_counts(
    world: World,
) -> None:
    handoff, officer = await served(world)
    await world.answer(handoff, "objection", officer, text="异议", occurred_on="2026-01-09")
    case = handoff["matter_id"]
    said = {
        "case_id": case,
        "suggestion_id": handoff["about"],
        "handoff_id": handoff["id"],
        "office": DISTRICT,
    }
    for _ in range(2):
        await world.app.hear("cases.suggestion_withdrawn", case, said, occurred_on=DAY.replace(day=12))
    now = await world.client.read(f"{HANDOFFS}/{handoff['id']}", officer)
    assert (now["stage"], now["withdrawn_on"], now["reexamined_on"]) == (
        "withdrawn",
        "2026-01-12",
        "2026-01-12",
    )
    (event,) = await world.app.recorded("handoff_withdrawn")
    assert event.body["reason"] == "withdrawn"
    late = await world.answer(handoff, "reply", officer, text="已自行整改")
    assert (late.status_code, late.json()["stage"]) == (200, "withdrawn")


async def test_a_new_suggestion_takes_the_place_of_the_last(world: World) -> None:
    await world.agency(CYBER, "cyberspace")
    case = await world.matter(DISTRICT)
    first = await world.suggestion(case, CYBER)
    second = await world.suggestion(case, CYBER)
    stages = [
        (await world.client.read(f"{HANDOFFS}/{each['id']}", HOLDER))["stage"] for each in (first, second)
    ]
    assert stages == ["withdrawn", "dispatched"]
    (event,) = await world.app.recorded("handoff_withdrawn")
    assert (event.body["handoff_id"], event.body["reason"]) == (first["id"], "replaced")


# --- Several at once, papers, onward --------------------------------------------------------------------


async def test_several_agencies_in_one_call_have_a_result_each(world: World) -> None:
    for code, kind in ((CYBER, "cyberspace"), (POLICE, "public_security"), ("lab", "institution")):
        await world.agency(code, kind)
    matter = await world.matter(DISTRICT)
    items = [
        {"kind": "administrative_lead", "receiver": CYBER, "title": "一"},
        {"kind": "criminal_lead", "receiver": CYBER, "title": "二"},
        {"kind": "criminal_lead", "receiver": POLICE, "title": "三"},
        {"kind": "work_letter", "receiver": "nobody", "title": "四"},
        {"kind": "work_letter", "receiver": "lab", "title": "五", "documents": [{"sha256": DOCUMENT}]},
        {"kind": "work_letter", "receiver": "lab", "title": "六"},
    ]
    body = {"matter_id": str(matter.id), "basis_epoch": 0, "items": items, "occurred_on": DAY.isoformat()}
    first = await world.client.post(f"{HANDOFFS}/batch", body, by=HOLDER, key="once")
    assert first.status_code == 201, first.text
    results = first.json()["items"]
    assert [each["problem"] and each["problem"]["code"] for each in results] == [
        None,
        "WrongReceiver",
        None,
        "UnknownAgency",
        "DocumentUnknown",
        None,
    ]
    numbers = [each["handoff"]["number"] for each in results if each["handoff"]]
    assert numbers == [f"{DISTRICT}-H2026-{n:05d}" for n in (1, 2, 3)], "what was refused takes no number"
    assert len(await world.app.recorded("handoff_dispatched")) == 3
    again = await world.client.post(f"{HANDOFFS}/batch", body, by=HOLDER, key="once")
    assert again.json() == first.json()
    assert len(await world.app.recorded("handoff_dispatched")) == 3


async def test_missing_papers_are_asked_for_inside_the_handoff_with_a_clock_of_their_own(
    world: World,
) -> None:
    officer = await world.agency(POLICE)
    matter = await world.matter(DISTRICT)
    offer = await world.hand(matter, "criminal_lead", POLICE)
    await world.answer(offer, "acknowledgement", officer, occurred_on="2026-01-07")
    wanted = {"papers": ["list_of_materials"], "occurred_on": "2026-01-08"}
    assert (await world.answer(offer, "missing-papers", officer, **wanted)).status_code == 200
    assert code_of(await world.answer(offer, "missing-papers", officer, **wanted)) == "409 AskedAlready"
    paper = {"documents": [{"sha256": DOCUMENT, "paper": "list_of_materials"}], "occurred_on": "2026-01-09"}
    assert code_of(await world.answer(offer, "supplement", HOLDER, **paper)) == "409 DocumentUnknown"
    await world.document(matter)
    supplied = await world.answer(offer, "supplement", HOLDER, **paper)
    assert (supplied.json()["paper_count"], supplied.json()["supplied_on"]) == (1, "2026-01-09")
    assert code_of(await world.answer(offer, "supplement", HOLDER, **paper)) == "409 NothingAsked"
    assert [event.body["row"] for event in await world.app.recorded("clock_met")] == ["internal_supplement"]
    await world.answer(offer, "acceptance", officer)
    package = await world.client.read(f"{HANDOFFS}/{offer['id']}/package", officer)
    assert [each["sha256"] for each in package["documents"]] == [DOCUMENT]


async def test_a_redirect_proposes_a_linked_handoff_that_a_person_confirms_once(world: World) -> None:
    officer = await world.agency(POLICE)
    await world.agency("police-hz", division=CITY)
    await world.agency("police-xs", division=NEIGHBOUR)
    matter = await world.matter(DISTRICT)
    offer = await world.hand(matter, "criminal_lead", POLICE)
    path = f"{HANDOFFS}/{offer['id']}"
    await world.answer(offer, "acknowledgement", officer, occurred_on="2026-01-07")
    unknown = await world.answer(offer, "redirection", officer, to="nobody", reason="x")
    assert code_of(unknown) == "409 UnknownAgency"
    said = {"to": "police-hz", "reason": "由市局管辖", "occurred_on": "2026-01-08"}
    assert (await world.answer(offer, "redirection", officer, **said)).json()["stage"] == "redirected"
    assert code_of(await world.answer(offer, "acceptance", officer)) == "409 StepNotOpen"

    async def onward(receiver: str, **more: Any) -> Any:
        body = {"receiver": receiver, "basis_epoch": 0, "occurred_on": "2026-01-09"} | more
        return await world.client.post(
            f"{path}/onward", body, by=HOLDER, etag=await world.client.etag(path, HOLDER)
        )

    other = await onward("police-xs")
    assert (code_of(other), other.json()["proposed"]) == ("409 OverrideNeedsReason", "police-hz")
    made = await onward("police-hz")
    assert made.status_code == 201, made.text
    assert (made.json()["follows"], made.json()["routing"]) == (offer["id"], "confirmed")
    assert code_of(await onward("police-hz")) == "409 NothingToGoOnFrom"


async def test_a_late_acceptance_supersedes_a_return_and_erases_nothing(world: World) -> None:
    officer = await world.agency(POLICE)
    offer = await world.hand(await world.matter(DISTRICT), "criminal_lead", POLICE)
    await world.answer(offer, "acknowledgement", officer)
    await world.answer(offer, "return", officer, reason="不属于本机关管辖")
    late = await world.answer(offer, "acceptance", officer)
    assert (late.json()["stage"], late.json()["returned_on"] is not None) == ("accepted", True)
    receipts = await world.client.read(f"{HANDOFFS}/{offer['id']}/receipts", HOLDER)
    assert [each["act"] for each in receipts] == ["acknowledge", "return", "accept"]
