"""Two hundred write at the same moment: chains stay intact, nothing is lost, nobody waits for ever."""

import asyncio
from collections import Counter
from uuid import UUID

import httpx

from shared import clock
from tests import given
from tests.cases.story import OFFICE, PROSECUTOR, Story, a_lead
from tests.concurrency.pressing import patiently, told, whole
from tests.given import CITY, DISTRICT
from tests.referrals.world import REFERRALS, World

MANY = 200
WRITERS = 20


async def test_two_hundred_write_to_one_matter(story: Story) -> None:
    lead = await story.lead()

    async def filed(number: int) -> httpx.Response:
        content = f"%PDF number {number}".encode()
        return await patiently(
            lambda key: story.upload(lead["id"], content, headers={"Idempotency-Key": key})
        )

    answers = await asyncio.gather(*map(filed, range(MANY)))
    assert told(answers) == Counter({"201": MANY})
    assert len({each.json()["sha256"] for each in answers}) == MANY
    rows = await story.app.recorded("document_filed", UUID(lead["id"]))
    assert len(rows) == MANY
    assert len((await story.client.read(f"/cases/v1/leads/{lead['id']}", PROSECUTOR))["documents"]) == MANY
    print(await whole(story.app.frame))


async def test_two_hundred_make_a_matter_each_and_write_to_it(story: Story) -> None:
    async def registered(number: int) -> httpx.Response:
        person = given.prosecutor(OFFICE, sub=f"p{number}")
        return await patiently(
            lambda key: story.client.post("/cases/v1/leads", a_lead(title=f"{number}"), by=person, key=key)
        )

    answers = await asyncio.gather(*map(registered, range(MANY)))
    assert told(answers) == Counter({"201": MANY})
    year = clock.today().year
    numbers = sorted(each.json()["number"] for each in answers)
    assert numbers == [f"{OFFICE}-L-{year}-{n:05d}" for n in range(1, MANY + 1)]
    leads = [each.json()["id"] for each in answers]

    async def filed(lead: str) -> httpx.Response:
        return await patiently(
            lambda key: story.upload(lead, f"%PDF {lead}".encode(), headers={"Idempotency-Key": key})
        )

    written = await asyncio.gather(*map(filed, leads))
    assert told(written) == Counter({"201": MANY})
    rows = await story.app.recorded("document_filed")
    assert sorted(str(row.matter_id) for row in rows) == sorted(leads), "one in the chain of each"
    verdict = await whole(story.app.frame)
    assert verdict.subjects >= MANY
    print(verdict)


async def test_no_writer_overwrites_another(world: World) -> None:
    """Each reads, reports on what it read, and is refused if another came first; then it reads again."""
    matter = await world.matter(DISTRICT)
    order = await world.issue(given.chief(CITY), matter, "supervise", DISTRICT)
    await world.says("grant_given", matter, order_id=order["id"], org=CITY, scope="supervision")
    path, clerk = f"{REFERRALS}/{order['id']}", given.clerk(DISTRICT)
    assert (await world.sign(order, clerk)).json()["stage"] == "in_force"
    refused = 0

    async def reported(number: int) -> int:
        nonlocal refused
        by = given.clerk(DISTRICT, sub=f"c{number}")
        for _ in range(10 * WRITERS):
            etag = await world.client.etag(path, by)
            said = {"summary": f"report {number}"}
            answer = await world.client.post(f"{path}/reports", said, by=by, etag=etag)
            if answer.status_code == 201:
                return int(answer.json()["seq_no"])
            assert answer.json()["code"] in {"ChangedMeanwhile", "Unavailable"}, answer.text
            refused += 1
        raise AssertionError("never came through")

    numbers = await asyncio.gather(*map(reported, range(WRITERS)))
    assert sorted(numbers) == list(range(1, WRITERS + 1))
    reports = (await world.client.read(path, clerk))["reports"]
    assert {each["summary"] for each in reports} == {f"report {n}" for n in range(WRITERS)}
    print(f"{WRITERS} writers, {refused} told to read again; {await whole(world.app.frame)}")
