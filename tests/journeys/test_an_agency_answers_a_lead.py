"""A lead goes to the agency that the duty register names; a signed message arrives; the agency answers."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests import given
from tests.asking import eventually
from tests.given import DISTRICT, Person
from tests.journeys.world import SECRET, World, day
from tests.notifications.receiver import Arrived

WANG = given.prosecutor(DISTRICT)
HANDOFFS = "/referrals/v1/handoffs"


async def arrived(world: World, code: str, type_: str) -> Arrived:
    """The first message of that type that reached that agency."""

    async def look() -> Arrived | None:
        mine = [each for each in world.receiver.messages if each.path == f"/{code}"]
        return next((each for each in mine if each.event["type"].startswith(type_)), None)

    return await eventually(look)


async def test_the_duty_register_names_the_addressee_and_says_why(world: World) -> None:
    await world.agency("gaj", "public_security", lead="criminal_lead")
    await world.agency("wxb", "cyberspace", lead="administrative_lead")
    asked = {"kind": "criminal_lead", "sector": "consumption", "place": DISTRICT}
    proposed = await world.create("/referrals/v1/routing", asked, WANG)
    assert [each["agency"] for each in proposed["candidates"]] == ["gaj"]
    assert proposed["candidates"][0]["reasons"]


async def test_a_criminal_lead_is_offered_accepted_read_and_decided(world: World) -> None:
    officer = await world.agency("gaj", "public_security", lead="criminal_lead")
    case = await world.case()
    content = "移送线索材料清单".encode()
    document = await world.document(case["id"], content)
    papers = [{"sha256": document, "paper": "list_of_materials"}]
    handoff = await world.handed(case, "criminal_lead", "gaj", documents=papers)
    path = f"{HANDOFFS}/{handoff['id']}"

    message = await arrived(world, "gaj", "referrals.handoff_dispatched")
    assert message.event["data"]["handoff_id"] == handoff["id"]
    assert await signed_by_us(world, officer, message)
    assert SECRET not in message.body.decode()

    preview = await world.read(path, officer)
    assert SECRET not in json.dumps(preview, ensure_ascii=False)
    assert (await world.client.get(f"{path}/package", officer)).status_code == 409
    await world.act(path, "acknowledgement", {}, officer)
    await world.act(path, "acceptance", {"number": "公受〔2026〕7号"}, officer)
    package = await world.read(f"{path}/package", officer)
    assert package["title"] == SECRET
    assert await fetched(world, path, document, officer) == content

    await world.act(path, "decision", {"outcome": "filed", "number": "公立〔2026〕9号"}, officer)
    seen = await world.read(path, WANG)
    assert (seen["stage"], seen["outcome"]) == ("decided", "filed")
    receipts = await world.read(f"{path}/receipts", WANG)
    assert {each["act"] for each in receipts} >= {"acknowledge", "accept", "decide"}


async def test_a_document_of_the_lead_is_read_in_a_handoff_of_the_case(world: World) -> None:
    officer = await world.agency("gaj", "public_security", lead="criminal_lead")
    case = await world.case()
    content = "线索阶段形成的材料".encode()
    document = await world.document(case["lead_id"], content)
    papers = [{"sha256": document, "paper": "list_of_materials"}]
    path = f"{HANDOFFS}/{(await world.handed(case, 'criminal_lead', 'gaj', documents=papers))['id']}"
    await world.act(path, "acknowledgement", {}, officer)
    await world.act(path, "acceptance", {}, officer)
    assert await fetched(world, path, document, officer) == content
    copied = await world.document(case["id"], content)
    assert await fetched(world, path, copied, officer) == content


async def signed_by_us(world: World, officer: Person, message: Arrived) -> bool:
    """Whether a published key signed exactly these bytes."""
    headers = {name.lower(): value for name, value in message.headers.items()}
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + message.body
    _, _, signature = headers["webhook-signature"].split()[0].partition(",")
    (jwk,) = (await world.read("/notifications/v1/keys", officer))["keys"]
    public = base64.urlsafe_b64decode(jwk["x"] + "==")
    Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature), content)
    return True


async def fetched(world: World, handoff: str, sha256: str, officer: Person) -> bytes:
    """The document, read with a ticket for it."""
    ticket: Any = await world.client.create(f"{handoff}/tickets", {"sha256": sha256}, by=officer)
    path = f"/cases/v1/documents/{sha256}"
    without = await world.client.get(path, officer)
    assert without.status_code in (403, 404), without.text
    answer = await world.client.get(path, officer, ticket=ticket["ticket"])
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_messages_of_one_matter_arrive_in_order_with_numbers_that_show_a_gap(world: World) -> None:
    officer = await world.agency("gaj", "public_security", lead="criminal_lead")
    case = await world.case()
    for _ in range(3):
        handoff = await world.handed(case, "criminal_lead", "gaj")
        await world.act(f"{HANDOFFS}/{handoff['id']}", "acknowledgement", {}, officer)

    async def numbers() -> list[int] | None:
        mine = [each.event for each in world.receiver.messages if each.path == "/gaj"]
        found = [int(each["sequence"]) for each in mine if each["partitionkey"] == case["id"]]
        return found if len(found) >= 3 else None

    found = await eventually(numbers)
    assert found == list(range(1, len(found) + 1))


async def test_an_answer_on_paper_is_recorded_on_the_agencys_behalf_and_says_so(
    world: World,
) -> None:
    await world.agency("gaj", "public_security", lead="criminal_lead")
    case = await world.case()
    handoff = await world.handed(case, "criminal_lead", "gaj")
    path = f"{HANDOFFS}/{handoff['id']}"
    scan = await world.document(case["id"], b"a scan")
    paper = {"on_behalf_of": "gaj", "manner": "paper", "document_sha256": scan, "occurred_on": day(0)}
    await world.act(path, "acknowledgement", paper, WANG)
    receipts = await world.read(f"{path}/receipts", WANG)
    assert [each["on_behalf_of"] for each in receipts if each["act"] == "acknowledge"] == ["gaj"]
