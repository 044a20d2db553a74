"""What an agency says on paper is written down by the office, every answer that there is; what may leave."""

from typing import Any

import pytest

from shared import clock
from tests import given
from tests.given import DISTRICT
from tests.referrals.world import DOCUMENT, HANDOFFS, World, code_of

POLICE, CYBER = "police-yh", "cac-yh"
HOLDER = given.prosecutor(DISTRICT)
PAPERS = [{"sha256": DOCUMENT, "paper": "transfer_letter"}]
FILED = {"outcome": "filed", "number": "余公立字2号"}
NOT_FILED = {"outcome": "not_filed", "reasons": "没有犯罪事实"}
ELSEWHERE = {"to": CYBER, "reason": "属网信部门管辖"}

Said = tuple[str, dict[str, Any]]
TAKEN: tuple[Said, ...] = (("acknowledgement", {}), ("acceptance", {}))
ON_PAPER: dict[str, tuple[Said, ...]] = {
    "taken, filed and reported on": (*TAKEN, ("decision", FILED), ("reports", {"text": "已刑事拘留"})),
    "returned": (("acknowledgement", {}), ("return", {"reason": "材料与所述不符"})),
    "redirected": (("acknowledgement", {}), ("redirection", ELSEWHERE)),
    "papers missing": (("acknowledgement", {}), ("missing-papers", {"papers": ["list_of_materials"]})),
    "refused": (*TAKEN, ("decision", NOT_FILED)),
}


def proof(agency: str) -> dict[str, str]:
    """That the agency said it, how and when."""
    return {"on_behalf_of": agency, "manner": "paper", "occurred_on": "2026-01-08"}


async def on_paper(world: World, handoff: Any, agency: str, *said: Said) -> None:
    """The office writes these answers down; each leaves a receipt that says so for ever."""
    for act, body in said:
        answer = await world.answer(handoff, act, HOLDER, **(proof(agency) | body))
        assert answer.status_code == 200, (act, answer.text)
    kept = await world.client.read(f"{HANDOFFS}/{handoff['id']}/receipts", HOLDER)
    written = [(each["path"], each["on_behalf_of"]) for each in kept if each["on_behalf_of"]]
    assert written == [("recorded_by_sender", agency)] * len(said)


@pytest.mark.parametrize("what", ON_PAPER)
async def test_every_answer_to_an_offer_can_come_on_paper(world: World, what: str) -> None:
    await world.agency(POLICE)
    await world.agency(CYBER, "cyberspace")
    handoff = await world.hand(await world.matter(DISTRICT), "criminal_lead", POLICE)
    await on_paper(world, handoff, POLICE, *ON_PAPER[what])


async def test_a_second_look_can_come_on_paper(world: World) -> None:
    await world.agency(POLICE)
    handoff = await world.hand(await world.matter(DISTRICT), "criminal_lead", POLICE)
    await on_paper(world, handoff, POLICE, *TAKEN, ("decision", NOT_FILED))
    asked = {"text": "请复议", "occurred_on": "2026-01-08"}
    assert (await world.answer(handoff, "review-request", HOLDER, **asked)).status_code == 200
    reviewed = await world.answer(handoff, "review", HOLDER, **(proof(POLICE) | FILED))
    assert (reviewed.status_code, reviewed.json()["outcome"]) == (200, "filed"), reviewed.text


async def test_a_reply_and_an_objection_can_come_on_paper(world: World) -> None:
    await world.agency(CYBER, "cyberspace")
    matter = await world.matter(DISTRICT)
    asked = await world.hand(matter, "consultation", CYBER)
    await on_paper(world, asked, CYBER, ("acknowledgement", {}), ("reply", {"text": "已核查"}))
    served = await world.suggestion(matter, CYBER)
    await world.answer(served, "service", HOLDER, manner="signature", occurred_on="2026-01-08")
    await on_paper(world, served, CYBER, ("objection", {"text": "认定事实有误"}))


async def test_nobody_sends_what_is_above_their_clearance(world: World) -> None:
    officer = await world.agency(POLICE)
    matter = await world.matter(DISTRICT)
    await world.document(matter, classification=2)
    sent = world.handoff(matter, "criminal_lead", POLICE, documents=PAPERS)
    refused = await world.client.post(HANDOFFS, sent, by=HOLDER)
    assert code_of(refused) == "409 DocumentUnknown", "as if it were not there"
    handoff = await world.client.create(HANDOFFS, sent, by=HOLDER.cleared(2))
    await world.answer(handoff, "acknowledgement", officer)
    await world.answer(handoff, "missing-papers", officer, papers=["list_of_materials"])
    more = await world.document(matter, "d" * 64, classification=2)
    paper = {"documents": [{"sha256": more, "paper": "list_of_materials"}]}
    assert code_of(await world.answer(handoff, "supplement", HOLDER, **paper)) == "409 DocumentUnknown"
    assert (await world.answer(handoff, "supplement", HOLDER.cleared(2), **paper)).status_code == 200
    unseen = proof(POLICE) | {"document_sha256": more, "occurred_on": clock.today().isoformat()}
    assert code_of(await world.answer(handoff, "acceptance", HOLDER, **unseen)) == "409 DocumentUnknown"
