"""Two of everything pressed at the same moment: one truth, and the loser is told what happened."""

from collections import Counter
from uuid import UUID, uuid4

import pytest

from tests import given
from tests.cases.story import AGENCY, CHIEF, HEAD, PROSECUTOR, Story, a_filing, a_lead, a_suggestion
from tests.concurrency.pressing import at_once, told, whole
from tests.given import CITY, DISTRICT, NEIGHBOUR, PROVINCE, SUPREME, Person
from tests.journeys.world import DECISION
from tests.journeys.world import World as Journey
from tests.referrals.world import HANDOFFS, REFERRALS, World

HOLDER = given.prosecutor(DISTRICT)
POLICE, CYBER = "police-yh", "cac-yh"


# --- In `cases` --------------------------------------------------------------------------------------


async def test_filing_and_declining_one_lead_leave_one_proposal(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.assessed()
    path = f"/cases/v1/leads/{lead['id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    answers = await at_once(
        story.client.post(f"{path}/filing", a_filing(), by=PROSECUTOR, etag=etag),
        story.client.post(f"{path}/declining", {"reason": "不属实"}, by=HEAD, etag=etag),
        story.client.post(f"{path}/filing", a_filing(), by=CHIEF, etag=etag),
    )
    assert told(answers) == Counter({"201": 1, "ProposalPending": 2})
    (won,) = [each.json() for each in answers if each.is_success]
    assert {each.json()["proposal_id"] for each in answers if not each.is_success} == {won["id"]}
    await whole(story.app.frame)


async def test_approving_twice_opens_one_case(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.assessed()
    proposal = await story.proposed(f"/cases/v1/leads/{lead['id']}", "filing", a_filing())
    await story.reviewed(proposal)
    path = f"/cases/v1/proposals/{proposal['id']}"
    etag = await story.client.etag(path, CHIEF)
    deputy = given.chief(DISTRICT, sub="deputy")
    answers = await at_once(
        *(
            story.client.post(f"{path}/decision", {"approved": True}, by=by, etag=etag)
            for by in (CHIEF, CHIEF, deputy, deputy)
        )
    )
    assert told(answers) == Counter({"200": 1, "ChangedMeanwhile": 3})
    assert len(await story.app.recorded("case_opened")) == 1
    again = await story.client.post(
        f"{path}/decision", {"approved": False}, by=deputy, etag=await story.client.etag(path, deputy)
    )
    assert again.json()["code"] == "ProposalNotOpen"


async def test_reviews_and_a_decision_come_in_one_order(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.assessed()
    proposal = await story.proposed(f"/cases/v1/leads/{lead['id']}", "filing", a_filing())
    path = f"/cases/v1/proposals/{proposal['id']}"
    etag = await story.client.etag(path, CHIEF)
    agrees = {"agrees": True, "opinion": "同意"}
    answers = await at_once(
        story.client.post(f"{path}/review", agrees, by=HEAD, etag=etag),
        story.client.post(f"{path}/decision", {"approved": True}, by=CHIEF, etag=etag),
        story.client.post(f"{path}/review", agrees, by=given.department_head(DISTRICT, sub="b"), etag=etag),
    )
    assert told(answers)["200"] == 1
    assert set(told(answers)) <= {"200", "ChangedMeanwhile", "ProposalNotOpen"}
    assert len(await story.app.recorded("step_reviewed")) == 1
    assert not await story.app.recorded("step_decided")


async def test_suggesting_and_terminating_one_case_leave_one_proposal(story: Story) -> None:
    case = await story.investigated()
    path = f"/cases/v1/cases/{case['id']}"
    sha256 = await story.document(case["id"])
    etag = await story.client.etag(path, PROSECUTOR)
    ending = {"ground": "interest_protected", "reason": "公益已得到保护"}
    answers = await at_once(
        story.client.post(f"{path}/suggestions", a_suggestion(sha256), by=PROSECUTOR, etag=etag),
        story.client.post(f"{path}/termination", ending, by=HEAD, etag=etag),
    )
    assert sorted(each.status_code for each in answers) == [201, 409], [each.text for each in answers]
    assert len(await story.app.recorded("step_proposed", UUID(case["id"]))) == 1


async def test_one_key_for_two_different_acts_does_one_of_them(story: Story) -> None:
    answers = await at_once(
        *(
            story.client.post("/cases/v1/leads", a_lead(title=title), by=PROSECUTOR, key="one")
            for title in ("a", "b", "a", "b")
        )
    )
    assert told(answers) == Counter({"201": 2, "IdempotencyKeyReused": 2})
    assert len({each.json()["id"] for each in answers if each.is_success}) == 1
    assert len(await story.app.recorded("lead_registered")) == 1


async def test_one_key_of_two_people_is_two_keys(story: Story) -> None:
    people = (PROSECUTOR, given.prosecutor(DISTRICT, sub="b"), given.prosecutor(NEIGHBOUR))
    answers = await at_once(
        *(story.client.post("/cases/v1/leads", a_lead(), by=by, key="one") for by in people)
    )
    assert told(answers) == Counter({"201": 3})
    assert len({each.json()["id"] for each in answers}) == 3


# --- In `referrals` ----------------------------------------------------------------------------------


async def requested(world: World) -> tuple[str, Person]:
    """A request that its receiver has acknowledged: its path, and the officer."""
    officer = await world.agency(CYBER, "cyberspace")
    matter = await world.matter(DISTRICT)
    request = await world.hand(matter, "technical_assistance", CYBER)
    await world.answer(request, "acknowledgement", officer)
    return f"{HANDOFFS}/{request['id']}", officer


async def test_a_reply_and_a_withdrawal_leave_one_of_them(world: World) -> None:
    for _ in range(3):
        path, officer = await requested(world)
        etag = await world.client.etag(path, officer)
        replying, withdrawing = await at_once(
            world.client.post(f"{path}/reply", {"text": "技术意见"}, by=officer, etag=etag),
            world.client.post(f"{path}/withdrawal", {"reason": "不再需要"}, by=HOLDER, etag=etag),
        )
        assert sorted(each.status_code for each in (replying, withdrawing)) in ([200, 409], [200, 412])
        won = replying if replying.is_success else withdrawing
        stage = (await world.client.read(path, HOLDER))["stage"]
        assert stage == won.json()["stage"] == ("replied" if won is replying else "withdrawn")
    await whole(world.app.frame)


async def test_an_acceptance_a_return_and_a_withdrawal_leave_one_of_them(world: World) -> None:
    officer = await world.agency(POLICE)
    matter = await world.matter(DISTRICT)
    handoff = await world.hand(matter, "criminal_lead", POLICE)
    await world.answer(handoff, "acknowledgement", officer)
    path = f"{HANDOFFS}/{handoff['id']}"
    etag = await world.client.etag(path, officer)
    answers = await at_once(
        world.client.post(f"{path}/acceptance", {}, by=officer, etag=etag),
        world.client.post(f"{path}/return", {"reason": "不属管辖"}, by=officer, etag=etag),
        world.client.post(f"{path}/withdrawal", {"reason": "有误"}, by=HOLDER, etag=etag),
    )
    assert told(answers)["200"] == 1, [each.text for each in answers]
    assert set(told(answers)) <= {"200", "ChangedMeanwhile", "StepNotOpen"}
    (won,) = [each.json()["stage"] for each in answers if each.is_success]
    assert (await world.client.read(path, HOLDER))["stage"] == won


async def test_two_who_sign_at_once_sign_once(world: World) -> None:
    order = await world.armed(await world.matter(CITY))
    clerks = (given.clerk(DISTRICT), given.clerk(DISTRICT, sub="b"), given.chief(DISTRICT))
    answers = await at_once(*(world.sign(order, by) for by in clerks))
    assert told(answers)["200"] == 1
    assert set(told(answers)) == {"200", "StepNotOpen"}
    assert len(await world.app.recorded("referral_received")) == 1


async def test_handoffs_dispatched_at_once_get_gapless_numbers(world: World) -> None:
    await world.agency(CYBER, "cyberspace")
    matters = [await world.matter(DISTRICT) for _ in range(3)]
    answers = await at_once(
        *(
            world.client.post(HANDOFFS, world.handoff(matters[n % 3], "work_letter", CYBER), by=HOLDER)
            for n in range(9)
        )
    )
    assert told(answers) == Counter({"201": 9})
    assert sorted(each.json()["number"][-5:] for each in answers) == [f"{n:05d}" for n in range(1, 10)]
    await whole(world.app.frame)


async def test_the_same_key_issues_one_order(world: World) -> None:
    matter = await world.matter(CITY)
    body = world.order(matter, "assign", DISTRICT)
    answers = await at_once(
        *(world.client.post(REFERRALS, body, by=given.chief(CITY), key="one") for _ in range(4))
    )
    assert told(answers) == Counter({"201": 4})
    assert len({each.json()["id"] for each in answers}) == 1
    assert len(await world.app.recorded("referral_issued", matter.id)) == 1


# --- Across the three services -----------------------------------------------------------------------


@pytest.mark.parametrize("others", [(PROVINCE,), (SUPREME,)], ids=["one office twice", "two offices"])
async def test_of_two_take_ups_of_one_matter_one_moves_it(journey: Journey, others: tuple[str, ...]) -> None:
    case = await journey.case()
    body = {"matter_id": case["id"], "mode": "take_up", "decision": DECISION, "basis_epoch": 0}
    answers = await at_once(
        *(
            journey.client.post(
                "/referrals/v1/referrals",
                body | {"addressee": office},
                by=given.chief(office, sub=uuid4().hex),
            )
            for office in (PROVINCE, *others)
        )
    )
    await journey.settled()
    assert told(answers) == Counter({"201": 1, "AnotherOrderIsOpen": 1}), [each.text for each in answers]
    (order,) = [each.json() for each in answers if each.is_success]
    chief = given.chief(order["addressee"])
    assert (await journey.read(f"/referrals/v1/referrals/{order['id']}", chief))["stage"] == "in_force"
    moved = await journey.read(f"/cases/v1/cases/{case['id']}", chief)
    assert (moved["office"], moved["epoch"]) == (order["addressee"], 1)
    for name in ("cases", "referrals", "notifications"):
        await whole(journey.running.frame(name))
