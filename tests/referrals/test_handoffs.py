"""Handoffs: sent by the handling office, answered by the receiver or on paper, previewed without content."""

from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tests import given
from tests.given import CITY, DISTRICT, NEIGHBOUR, PROVINCE
from tests.referrals.world import DAY, DOCUMENT, HANDOFFS, REFERRALS, SECRET, Matter, World, code_of

POLICE, CYBER = "police-yh", "cac-yh"
HOLDER = given.prosecutor(DISTRICT)
PAPERS = [{"sha256": DOCUMENT, "paper": "transfer_letter"}]


async def offered(world: World, **more: Any) -> tuple[Any, given.Person]:
    """A criminal lead with one document, at a known police office; and its officer."""
    officer = await world.agency(POLICE)
    matter = await world.matter(DISTRICT)
    await world.document(matter)
    return await world.hand(matter, "criminal_lead", POLICE, documents=PAPERS, **more), officer


async def test_an_offer_goes_from_dispatch_to_its_conclusion(world: World) -> None:
    handoff, officer = await offered(world)
    assert (handoff["form"], handoff["stage"], handoff["basis"]) == ("offer", "dispatched", "R 31")
    assert handoff["number"] == "330110-H2026-00001"
    assert (handoff["respond_row"], handoff["respond_by"]) == ("internal_offer", "2026-01-27")
    stages = []
    for act, body in (
        ("acknowledgement", {}),
        ("acceptance", {"number": "余公受字1号"}),
        ("decision", {"outcome": "filed", "reasons": "符合立案条件", "number": "余公立字2号"}),
    ):
        answer = await world.answer(handoff, act, officer, **body)
        assert answer.status_code == 200, answer.text
        stages.append(answer.json()["stage"])
    assert stages == ["acknowledged", "accepted", "decided"]
    done = await world.answer(handoff, "conclusion", HOLDER)
    assert (done.json()["stage"], done.json()["outcome"]) == ("concluded", "filed")
    assert done.json()["counterpart_number"] == "余公立字2号"
    told = [e.type.split(".")[1] for e in await world.app.recorded()]
    assert [each for each in told if each.startswith("handoff")] == [
        "handoff_dispatched",
        "handoff_acknowledged",
        "handoff_accepted",
        "handoff_decided",
        "handoff_concluded",
    ]
    (met,) = await world.app.recorded("clock_met")
    assert met.body["row"] == "internal_offer"


async def test_a_preview_and_the_events_leak_nothing(world: World) -> None:
    handoff, officer = await offered(world)
    path = f"{HANDOFFS}/{handoff['id']}"
    allowed = {
        *("id", "kind", "form", "number", "stage", "sender", "receiver", "sector", "place"),
        *("dispatched_on", "respond_by", "paper_count", "revision", "open_acts", "course", "inbound"),
        *("papers_asked_on", "supplied_on"),
    }
    for act in ("dispatched", "acknowledgement"):
        if act == "acknowledgement":
            assert (await world.answer(handoff, act, officer)).status_code == 200
        preview = await world.client.read(path, officer)
        assert set(preview) == allowed
        (listed,) = (await world.client.read(HANDOFFS, officer))["items"]
        assert set(listed) == allowed
        assert code_of(await world.client.get(f"{path}/package", officer)) == "409 PackageClosed"
        ticket = await world.client.post(f"{path}/tickets", {"sha256": DOCUMENT}, by=officer)
        assert code_of(ticket) == "409 PackageClosed"
        everything = orjson.dumps([preview, listed]).decode()
        for word in (SECRET, "SECRET-1", DOCUMENT, handoff["matter_id"]):
            assert word not in everything
    said = orjson.dumps([event.body for event in await world.app.recorded()]).decode()
    assert SECRET not in said
    assert DOCUMENT not in said


async def test_the_package_opens_on_acceptance(world: World) -> None:
    handoff, officer = await offered(world)
    await world.answer(handoff, "acknowledgement", officer)
    await world.answer(handoff, "acceptance", officer)
    package = await world.client.read(f"{HANDOFFS}/{handoff['id']}/package", officer)
    assert (package["summary"], package["documents"]) == (SECRET, PAPERS)
    assert package["papers_missing"] == ["list_of_materials"]
    seen = await world.client.read(f"{HANDOFFS}/{handoff['id']}", officer)
    assert seen["matter_id"] == handoff["matter_id"]
    assert not {"proposed", "routing", "routing_reason"} & set(seen)


async def test_a_ticket_is_for_one_document_of_an_open_package_and_a_minute(world: World) -> None:
    handoff, officer = await offered(world)
    await world.answer(handoff, "acknowledgement", officer)
    await world.answer(handoff, "acceptance", officer)
    path = f"{HANDOFFS}/{handoff['id']}/tickets"
    made = await world.client.create(path, {"sha256": DOCUMENT}, by=officer)
    key = OctKey.import_key(given.SERVICE_KEY)
    claims = jwt.decode(made["ticket"], key, algorithms=["HS256"]).claims
    assert (claims["sha256"], claims["handoff"], claims["agency"]) == (DOCUMENT, handoff["id"], POLICE)
    assert claims["matter"] == handoff["matter_id"]
    assert claims["exp"] - claims["iat"] == 60 == made["expires_in"]
    other = await world.client.post(path, {"sha256": "d" * 64}, by=officer)
    assert code_of(other) == "404 DocumentNotInPackage"
    sender = await world.client.post(path, {"sha256": DOCUMENT}, by=HOLDER)
    assert code_of(sender) == "403 NotYourStep"
    (issued,) = await world.app.recorded("document_ticket_issued")
    assert issued.body["agency"] == POLICE


async def test_agencies_see_only_what_is_theirs_and_never_referrals(world: World) -> None:
    handoff, officer = await offered(world)
    other = await world.agency("police-other")
    path = f"{HANDOFFS}/{handoff['id']}"
    for address in (path, f"{path}/package", f"{path}/receipts"):
        assert code_of(await world.client.get(address, other)) == "404 HandoffNotFound"
    assert (await world.client.read(HANDOFFS, other))["items"] == []
    for act in ("acknowledgement", "acceptance", "reply", "withdrawal"):
        answer = await world.client.post(f"{path}/{act}", {}, by=other, etag='"1"')
        assert answer.status_code in (403, 404), act
    assert (await world.client.get(REFERRALS, officer)).status_code == 403
    for office in (given.prosecutor(CITY), given.overseer(PROVINCE), HOLDER):
        assert (await world.client.get(path, office)).status_code == 200
    for office in (given.prosecutor(NEIGHBOUR), given.chief("110000")):
        assert (await world.client.get(path, office)).status_code == 404


async def test_an_offer_can_be_returned_with_a_reason_and_stays_closed(world: World) -> None:
    handoff, officer = await offered(world)
    early = await world.answer(handoff, "return", officer, reason="不属于本机关管辖")
    assert code_of(early) == "409 StepNotOpen"
    assert early.json()["open"] == ["acknowledge", "withdraw"]
    await world.answer(handoff, "acknowledgement", officer)
    assert (await world.answer(handoff, "return", officer)).status_code == 422
    returned = await world.answer(handoff, "return", officer, reason="不属于本机关管辖")
    assert returned.json()["stage"] == "returned"
    assert (await world.client.get(f"{HANDOFFS}/{handoff['id']}/package", officer)).status_code == 409
    receipts = await world.client.read(f"{HANDOFFS}/{handoff['id']}/receipts", HOLDER)
    assert receipts[-1]["said"]["reason"] == "不属于本机关管辖"
    assert len(await world.app.recorded("clock_met")) == 1


async def test_an_offer_is_withdrawn_until_it_is_accepted(world: World) -> None:
    handoff, officer = await offered(world)
    path = f"{HANDOFFS}/{handoff['id']}/withdrawal"
    theirs = await world.client.post(path, {"reason": "x"}, by=officer, etag='"1"')
    assert code_of(theirs) == "403 RoleRequired"
    above = await world.client.post(path, {"reason": "x"}, by=given.prosecutor(CITY), etag='"1"')
    assert code_of(above) == "403 NotYourStep"
    done = await world.answer(handoff, "withdrawal", HOLDER, reason="线索有误")
    assert done.json()["stage"] == "withdrawn"
    assert len(await world.app.recorded("clock_ended")) == 1
    late = await world.answer(handoff, "acknowledgement", officer)
    assert (code_of(late), late.json()["open"]) == ("409 StepNotOpen", [])

    second, _ = await offered(world)
    await world.answer(second, "acknowledgement", officer)
    await world.answer(second, "acceptance", officer)
    assert code_of(await world.answer(second, "withdrawal", HOLDER, reason="x")) == "409 StepNotOpen"


async def test_the_sender_records_what_came_on_paper_and_it_stays_told_apart(world: World) -> None:
    handoff, officer = await offered(world)
    proof = {"on_behalf_of": POLICE, "manner": "paper", "occurred_on": "2026-01-08"}
    for missing in ({}, *({k: v for k, v in proof.items() if k != left} for left in proof)):
        refused = await world.answer(handoff, "acknowledgement", HOLDER, **missing)
        assert code_of(refused) == "409 OnBehalfNeedsProof", missing
    wrong = await world.answer(handoff, "acknowledgement", HOLDER, **proof | {"on_behalf_of": CYBER})
    assert code_of(wrong) == "409 OnBehalfNeedsProof"
    unfiled = await world.answer(handoff, "acknowledgement", HOLDER, **proof, document_sha256="e" * 64)
    assert code_of(unfiled) == "409 DocumentUnknown"
    done = await world.answer(handoff, "acknowledgement", HOLDER, **proof, document_sha256=DOCUMENT)
    assert (done.json()["stage"], done.json()["acknowledged_on"]) == ("acknowledged", "2026-01-08")
    await world.answer(handoff, "acceptance", officer)
    paper, own = await world.client.read(f"{HANDOFFS}/{handoff['id']}/receipts", officer)
    assert (paper["path"], paper["on_behalf_of"], paper["manner"]) == ("recorded_by_sender", POLICE, "paper")
    assert paper["document_sha256"] == DOCUMENT
    assert (own["path"], own["on_behalf_of"], own["org"]) == ("countersigned", None, POLICE)
    (event,) = await world.app.recorded("handoff_acknowledged")
    assert (event.on_behalf_of, event.org) == (POLICE, DISTRICT)


async def test_days_of_answers_follow_each_other(world: World) -> None:
    handoff, officer = await offered(world)
    before = await world.answer(handoff, "acknowledgement", officer, occurred_on="2026-01-05")
    assert code_of(before) == "409 DateOutOfOrder"
    await world.answer(handoff, "acknowledgement", officer, occurred_on="2026-01-09")
    backwards = await world.answer(handoff, "acceptance", officer, occurred_on="2026-01-08")
    assert code_of(backwards) == "409 DateOutOfOrder"


async def test_a_counterpart_is_refused_for_a_stale_version_and_may_repeat_itself(world: World) -> None:
    handoff, officer = await offered(world)
    path = f"{HANDOFFS}/{handoff['id']}/acknowledgement"
    assert code_of(await world.client.post(path, {}, by=officer)) == "428 PreconditionRequired"
    first = await world.client.post(path, {}, by=officer, etag='"1"', key="k")
    again = await world.client.post(path, {}, by=officer, etag='"1"', key="k")
    assert (first.json(), first.headers["etag"]) == (again.json(), again.headers["etag"])
    assert first.headers["etag"] == '"2"'
    assert code_of(await world.client.post(path, {}, by=officer, etag='"1"')) == "412 ChangedMeanwhile"


@pytest.mark.parametrize(
    ("kind", "receiver", "by", "more", "refused"),
    [
        ("criminal_lead", CYBER, HOLDER, {}, "409 WrongReceiver"),
        ("administrative_lead", "nobody", HOLDER, {}, "409 UnknownAgency"),
        ("suggestion", CYBER, HOLDER, {}, "409 KindComesFromAnAct"),
        ("filing_decision", CYBER, HOLDER, {}, "409 KindComesFromAnAct"),
        ("appraisal", CYBER, HOLDER, {}, "409 WrongReceiver"),
        ("agency_lead", DISTRICT, HOLDER, {}, "403 WrongSender"),
        ("work_letter", CYBER, HOLDER, {"matter_id": None}, "409 MatterMissing"),
        ("administrative_lead", CYBER, given.prosecutor(CITY), {}, "403 NotTheHandlingOffice"),
        ("administrative_lead", CYBER, given.prosecutor(NEIGHBOUR), {}, "409 MatterNotYetKnown"),
        ("administrative_lead", CYBER, given.clerk(DISTRICT), {}, "403 RoleRequired"),
        ("administrative_lead", CYBER, HOLDER, {"basis_epoch": 1}, "409 MatterNotYetKnown"),
        ("administrative_lead", CYBER, HOLDER, {"occurred_on": "2021-10-31"}, "409 NoRuleInForce"),
        ("administrative_lead", CYBER, HOLDER, {"documents": PAPERS}, "409 DocumentUnknown"),
        ("administrative_lead", CYBER, HOLDER, {"stage": "accepted"}, "422 Malformed"),
        ("administrative_lead", CYBER, HOLDER, {"title": "\u202eevil"}, "422 Malformed"),
    ],
)
async def test_what_may_not_be_sent_is_refused(
    world: World, kind: str, receiver: str, by: given.Person, more: dict[str, Any], refused: str
) -> None:
    await world.agency(CYBER, "cyberspace")
    matter = await world.matter(DISTRICT)
    answer = await world.client.post(HANDOFFS, world.handoff(matter, kind, receiver, **more), by=by)
    assert code_of(answer) == refused
    assert await world.app.recorded("handoff_dispatched") == []


async def test_a_closed_matter_and_a_stale_epoch_send_nothing(world: World) -> None:
    await world.agency(CYBER, "cyberspace")
    closed = await world.matter(DISTRICT, closed=True)
    answer = await world.client.post(HANDOFFS, world.handoff(closed, "work_letter", CYBER), by=HOLDER)
    assert code_of(answer) == "409 MatterClosed"
    moved = await world.matter(DISTRICT, epoch=2)
    stale = world.handoff(moved, "work_letter", CYBER, basis_epoch=1)
    assert code_of(await world.client.post(HANDOFFS, stale, by=HOLDER)) == "412 StaleEpoch"


async def test_a_request_is_acknowledged_replied_to_and_concluded(world: World) -> None:
    officer = await world.agency(CYBER, "cyberspace")
    matter = await world.matter(DISTRICT)
    request = await world.hand(matter, "technical_assistance", CYBER)
    assert (request["form"], request["respond_row"]) == ("request", "internal_request")
    path = f"{HANDOFFS}/{request['id']}"
    assert (await world.client.get(f"{path}/package", officer)).status_code == 409
    assert code_of(await world.answer(request, "acceptance", officer)) == "409 StepNotOpen"
    await world.answer(request, "acknowledgement", officer)
    assert (await world.client.get(f"{path}/package", officer)).status_code == 200
    replied = await world.answer(request, "reply", officer, text="技术意见见附件", documents=["f" * 64])
    assert replied.json()["stage"] == "replied"
    assert (await world.answer(request, "conclusion", HOLDER)).json()["stage"] == "concluded"


async def test_after_a_move_the_new_holder_speaks_for_the_sender(world: World) -> None:
    await world.agency(POLICE)
    matter = await world.matter(CITY)
    handoff = await world.hand(matter, "criminal_lead", POLICE)
    order = await world.armed(matter)
    await world.sign(order, given.clerk(DISTRICT))
    await world.moved(matter, order)
    path = f"{HANDOFFS}/{handoff['id']}/withdrawal"
    old = await world.client.post(path, {"reason": "x"}, by=given.prosecutor(CITY), etag='"1"')
    assert code_of(old) == "412 StaleEpoch"
    assert (await world.answer(handoff, "withdrawal", HOLDER, reason="线索有误")).json()[
        "stage"
    ] == "withdrawn"


async def test_a_number_is_gapless_per_office_and_year(world: World) -> None:
    await world.agency(CYBER, "cyberspace")
    matter = await world.matter(DISTRICT)
    refused = world.handoff(matter, "work_letter", "nobody")
    numbers = []
    for on in ("2025-12-30", "2026-01-06", "2026-01-07"):
        numbers.append((await world.hand(matter, "work_letter", CYBER, occurred_on=on))["number"])
        assert (await world.client.post(HANDOFFS, refused, by=HOLDER)).status_code == 409
    assert numbers == ["330110-H2025-00001", "330110-H2026-00001", "330110-H2026-00002"]
    assert (await world.hand(matter, "work_letter", CYBER, number="余检函1号"))["number"] == "余检函1号"


async def test_delivery_is_transport_and_no_answer(world: World) -> None:
    handoff, officer = await offered(world)
    (dispatched,) = await world.app.recorded("handoff_dispatched")
    said = {
        "matter_id": handoff["matter_id"],
        "about": handoff["id"],
        "endpoint_id": str(uuid4()),
        "owner": POLICE,
        "event_id": str(dispatched.id),
        "event_type": "referrals.handoff_dispatched",
        "lane": 1,
        "delivery_id": str(uuid4()),
        "body_sha256": "b" * 64,
    }
    for body in (said | {"owner": "police-other"}, said | {"event_id": str(uuid4())}, said, said):
        await world.app.hear("notifications.message_delivered", dispatched.matter_id or uuid4(), body)
    now = await world.client.read(f"{HANDOFFS}/{handoff['id']}", HOLDER)
    assert now["delivered_at"] is not None
    assert (now["stage"], now["revision"]) == ("dispatched", 1)
    (receipt,) = await world.client.read(f"{HANDOFFS}/{handoff['id']}/receipts", HOLDER)
    assert (receipt["proof"], receipt["act"], receipt["path"]) == ("transport", "deliver", "transport")
    assert receipt["content_sha256"] == "b" * 64, "the very bytes that were taken"
    assert len(await world.app.recorded("handoff_delivered")) == 1
    assert (await world.client.get(f"{HANDOFFS}/{handoff['id']}", officer)).status_code == 200


async def test_the_list_filters_and_asks_a_fixed_number_of_questions(world: World, statements: Any) -> None:
    await world.agency(CYBER, "cyberspace")
    officer = await world.agency(POLICE)
    matters = [await world.matter(DISTRICT) for _ in range(4)]
    for matter in matters:
        await world.hand(matter, "criminal_lead", POLICE)
    letter = await world.hand(matters[0], "work_letter", CYBER)
    for who, parameters, count in (
        (HOLDER, {}, 5),
        (HOLDER, {"kind": "work_letter"}, 1),
        (HOLDER, {"matter_id": letter["matter_id"]}, 2),
        (HOLDER, {"receiver": POLICE, "stage": "dispatched"}, 4),
        (officer, {}, 4),
        (officer, {"matter_id": letter["matter_id"]}, 1),
    ):
        found = await world.client.read(HANDOFFS, who, **parameters)
        assert len(found["items"]) == count, parameters
    for who in (HOLDER, officer):
        counts = []
        for limit in (1, 5):
            with statements() as seen:
                await world.client.read(HANDOFFS, who, limit=limit)
            counts.append(len([each for each in seen if each.lstrip().upper().startswith("SELECT")]))
        assert counts[0] == counts[1] <= 5


async def test_a_lead_for_the_offices_own_criminal_department_stays_in_the_house(world: World) -> None:
    matter = await world.matter(DISTRICT)
    handoff = await world.hand(matter, "criminal_lead", DISTRICT)
    assert (handoff["receiver_kind"], handoff["sender"]) == ("procuratorate", DISTRICT)
    colleague = given.prosecutor(DISTRICT, sub="criminal-department")
    done = await world.answer(handoff, "acknowledgement", colleague)
    assert done.json()["stage"] == "acknowledged"
    (receipt,) = await world.client.read(f"{HANDOFFS}/{handoff['id']}/receipts", HOLDER)
    assert receipt["path"] == "countersigned"


async def test_another_office_that_receives_sees_a_preview_first_and_so_do_those_above_it(
    world: World,
) -> None:
    matter = await world.matter(DISTRICT)
    handoff = await world.hand(matter, "criminal_lead", "330200")
    path, receiver = f"{HANDOFFS}/{handoff['id']}", given.prosecutor("330200")
    assert "matter_id" not in await world.client.read(path, receiver)
    assert code_of(await world.client.get(f"{path}/package", receiver)) == "409 PackageClosed"
    for act in ("acknowledgement", "acceptance"):
        assert (await world.answer(handoff, act, receiver)).status_code == 200
    assert (await world.client.read(f"{path}/package", receiver))["summary"] == SECRET
    assert (await world.client.read(path, given.overseer(PROVINCE)))["routing"] == "unproposed"


async def test_an_offer_that_nobody_answers_breaches_an_internal_clock(world: World) -> None:
    await offered(world)
    assert await world.app.duty("watch_clocks", DAY.replace(day=28)) == 1
    (breached,) = await world.app.recorded("clock_breached")
    assert (breached.body["row"], breached.body["office"]) == ("internal_offer", DISTRICT)


async def test_whoever_gave_the_matter_up_reads_no_answers_to_what_it_sent(world: World) -> None:
    handoff, officer = await offered(world)
    matter = Matter(UUID(handoff["matter_id"]), "case", DISTRICT, 0)
    taken = await world.issue(given.chief(CITY), matter, "take_up", CITY)
    await world.locked(matter, taken)
    await world.moved(matter, taken)
    await world.answer(handoff, "acknowledgement", officer)
    path = f"{HANDOFFS}/{handoff['id']}"
    for end in ("", "/receipts", "/package"):
        assert code_of(await world.client.get(f"{path}{end}", HOLDER)) == "404 HandoffNotFound"
    assert (await world.client.read(HANDOFFS, HOLDER))["items"] == []
    assert len(await world.client.read(f"{path}/receipts", given.prosecutor(CITY))) == 1


@pytest.mark.parametrize("number", ["张三的线索", "1号 张三", "1" * 41])
async def test_a_number_is_no_place_for_words(world: World, number: str) -> None:
    await world.agency(CYBER, "cyberspace")
    matter = await world.matter(DISTRICT)
    said = world.handoff(matter, "work_letter", CYBER, number=number)
    assert (await world.client.post(HANDOFFS, said, by=HOLDER)).status_code == 422
    kept = await world.hand(matter, "work_letter", CYBER, number="余检函〔2026〕3号")
    assert kept["number"] == "余检函〔2026〕3号"
