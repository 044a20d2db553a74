"""How each kind can be refused, each by whose right it is, and what the other side is told of it."""

from typing import Any
from uuid import UUID

import pytest

from tests import given
from tests.given import DISTRICT
from tests.referrals.world import DAY, HANDOFFS, World, code_of

HOLDER, CHIEF = given.prosecutor(DISTRICT), given.chief(DISTRICT)
WHY = {"reason": "不属于本机关管辖"}
UNWILLING = {"refuses": True, "text": "无此资料"}
REQUESTS = {
    "consultation": "cyberspace",
    "evidence_request": "enterprise",
    "technical_assistance": "industry_it",
    "appraisal": "appraisal_institution",
    "court_communication": "court",
    "work_letter": "trade_association",
    "plaintiff_notice": "consumer_organisation",
}
# kind, kind of the receiver, acts by the receiver in order: stage and outcome then
ROWS: list[tuple[str, str, list[tuple[str, dict[str, Any]]], str, str | None]] = [
    ("criminal_lead", "public_security", [("return", WHY)], "returned", None),
    ("duty_violation_lead", "supervision_commission", [("return", WHY)], "returned", None),
    ("administrative_lead", "cyberspace", [("return", WHY)], "returned", None),
    ("criminal_lead", "public_security",
     [("acceptance", {}), ("decision", {"outcome": "not_filed", "reasons": "情节轻微"})], "decided",
     "not_filed"),
    ("administrative_lead", "cyberspace",
     [("acceptance", {}), ("decision", {"outcome": "no_violation", "reasons": "未见违法"})], "decided",
     "no_violation"),
    ("filing_supervision", "public_security",
     [("reply", {"text": "理由说明"}), ("decision", {"outcome": "not_filed", "reasons": "维持"})], "decided",
     "not_filed"),
    *((kind, receiver, [("reply", UNWILLING)], "replied", "refused") for kind, receiver in REQUESTS.items()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "receiver", "acts", "stage", "outcome"), ROWS, ids=[f"{row[0]}-{row[4]}" for row in ROWS]
)
async def test_a_receiver_refuses_with_its_reasons(
    world: World,
    kind: str,
    receiver: str,
    acts: list[tuple[str, dict[str, Any]]],
    stage: str,
    outcome: str | None,
) -> None:
    officer = await world.agency("partner", receiver)
    handoff = await world.hand(await world.matter(DISTRICT), kind, "partner")
    await world.answer(handoff, "acknowledgement", officer)
    for act, body in acts:
        bare = {name: said for name, said in body.items() if name not in ("reason", "reasons", "text")}
        if bare != body and body.keys() & {"reason", "outcome", "refuses"}:
            refused = await world.answer(handoff, act, officer, **bare)
            assert refused.status_code == 422 or code_of(refused) == "409 ReasonNeeded", refused.text
        done = await world.answer(handoff, act, officer, **body)
        assert done.status_code == 200, done.text
    told = await world.client.read(f"{HANDOFFS}/{handoff['id']}", HOLDER)
    assert (told["stage"], told["outcome"]) == (stage, outcome)
    receipts = await world.client.read(f"{HANDOFFS}/{handoff['id']}/receipts", HOLDER)
    assert acts[-1][1].items() <= receipts[-1]["said"].items()


async def test_a_chief_declines_a_report_and_a_decision_not_to_open_goes_back(world: World) -> None:
    await world.agency("congress-yh", "congress")
    ladder = {"ground": "obstruction", "rung": "congress"}
    report = await world.hand(await world.matter(DISTRICT), "obstruction_report", "congress-yh", **ladder)
    declined = await world.answer(report, "declining", CHIEF, reason="暂不报告")
    assert declined.json()["stage"] == "withdrawn"
    officer = await world.agency("cac-yh", "cyberspace")
    said = {"kind": "agency_lead", "receiver": DISTRICT, "title": "线索", "place": DISTRICT}
    lead = await world.client.create(HANDOFFS, said | {"occurred_on": DAY.isoformat()}, by=officer)
    await world.matter(DISTRICT, "lead", UUID(lead["matter_id"]))
    for act in ("return", "redirection"):
        refused = await world.answer(lead, act, HOLDER, reason="x")
        assert code_of(refused) == "409 StepNotOpen", "a lead that came in is registered, never returned"
    ended = {"lead_id": lead["matter_id"], "outcome": "declined", "case_id": None}
    await world.app.hear("cases.lead_closed", UUID(lead["matter_id"]), ended, occurred_on=DAY)
    told = await world.client.read(f"{HANDOFFS}/{lead['id']}", officer)
    assert (told["stage"], told["outcome"]) == ("concluded", "declined")
