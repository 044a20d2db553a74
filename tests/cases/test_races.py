"""What two people do at the same moment: one truth, no gap, nobody overwritten."""

import asyncio

from shared import clock
from tests import given
from tests.cases.story import AGENCY, CHIEF, OFFICE, PROSECUTOR, Story, a_filing, a_lead


async def test_leads_registered_at_once_get_gapless_numbers(story: Story) -> None:
    made = await asyncio.gather(*(story.lead() for _ in range(8)))
    year = clock.today().year
    assert sorted(lead["number"] for lead in made) == [f"{OFFICE}-L-{year}-{n:05d}" for n in range(1, 9)]


async def test_of_two_decisions_at_once_one_is_taken(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.assessed()
    proposal = await story.proposed(f"/cases/v1/leads/{lead['id']}", "filing", a_filing())
    await story.reviewed(proposal)
    path = f"/cases/v1/proposals/{proposal['id']}"
    etag = await story.client.etag(path, CHIEF)
    chiefs = (CHIEF, given.chief(OFFICE, sub="deputy"), given.committee(OFFICE))
    said = [{"approved": True}, {"approved": False}, {"approved": True}]
    answers = await asyncio.gather(
        *(
            story.client.post(f"{path}/decision", body, by=by, etag=etag)
            for by, body in zip(chiefs, said, strict=True)
        )
    )
    assert sorted(each.status_code for each in answers) == [200, 412, 412]
    assert len(await story.app.recorded("step_decided")) == 1


async def test_of_two_proposals_at_once_one_is_made(story: Story) -> None:
    lead = await story.assessed()
    path = f"/cases/v1/leads/{lead['id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    answers = await asyncio.gather(
        *(
            story.client.post(f"{path}/declining", {"reason": "不属实"}, by=PROSECUTOR, etag=etag)
            for _ in range(3)
        )
    )
    assert sorted(each.status_code for each in answers) == [201, 409, 409]


async def test_the_same_number_elsewhere_is_given_once(story: Story) -> None:
    theirs = [{"system": "s", "number": "1"}]
    answers = await asyncio.gather(
        *(story.client.post("/cases/v1/leads", a_lead(external_ids=theirs), by=PROSECUTOR) for _ in range(3))
    )
    assert sorted(each.status_code for each in answers) == [201, 409, 409]


async def test_the_same_key_at_once_acts_once(story: Story) -> None:
    answers = await asyncio.gather(
        *(story.client.post("/cases/v1/leads", a_lead(), by=PROSECUTOR, key="one") for _ in range(4))
    )
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["id"] for each in answers}) == 1


async def test_the_same_document_filed_at_once_is_one_document(story: Story) -> None:
    lead = await story.lead()
    answers = await asyncio.gather(*(story.upload(lead["id"]) for _ in range(4)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["id"] for each in answers}) == 1
