"""Orders between offices: issued under the law of the line, confirmed, signed, withdrawn, voided."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from services.referrals.rules.lifecycle import Stage
from services.referrals.tables import Referral
from shared.database import uuid7
from tests import given
from tests.asking import eventually
from tests.given import CITY, DISTRICT, NEIGHBOUR, OTHER_CITY, PROVINCE
from tests.referrals.world import DAY, DECISION, REFERRALS, World, code_of

CHIEF = given.chief(CITY)


@pytest.fixture
def extra_settings() -> dict[str, dict[str, Any]]:
    """A receipt waits less than a second for its confirmation, so that tests are quick."""
    return {"referrals": {"confirmation_seconds": 0.3}}


async def test_an_assignment_goes_from_issue_to_force(world: World) -> None:
    matter = await world.matter(CITY)
    order = await world.issue(CHIEF, matter, "assign", DISTRICT, instruction="依法办理")
    assert (order["stage"], order["track"], order["moves_custody"]) == ("issued", "custody", True)
    assert order["basis"] == "R 18"
    (issued,) = await world.app.recorded("referral_issued", matter.id)
    assert issued.body == {
        "matter_id": str(matter.id),
        "referral_id": order["id"],
        "mode": "assign",
        "issuer": CITY,
        "addressee": DISTRICT,
        "basis_epoch": 0,
        "moves_custody": True,
        "grants_scope": None,
        "about": None,
        "issued_on": DAY.isoformat(),
        "grants": [],
        "occasion": None,
        "request_id": None,
    }
    await world.locked(matter, order)
    signed = await world.sign(order, given.clerk(DISTRICT))
    assert (signed.status_code, signed.json()["stage"]) == (200, "received")
    await world.moved(matter, order)
    now = await world.read(order, given.prosecutor(DISTRICT))
    assert (now["stage"], now["epoch"], now["received_on"]) == ("in_force", 1, DAY.isoformat())
    assert [each["act"] for each in now["open_acts"]] == ["disagree"]
    told = [
        event.type.removeprefix("referrals.referral_") for event in await world.app.recorded(None, matter.id)
    ]
    assert [each for each in told if "clock" not in each] == ["issued", "armed", "received", "in_force"]


@pytest.mark.parametrize(
    ("by", "mode", "addressee", "holder", "refused"),
    [
        (given.chief(CITY), "assign", NEIGHBOUR, PROVINCE, "409 MatterNotYetKnown"),
        (given.chief(CITY), "assign", OTHER_CITY, CITY, "403 NotAuthorised"),
        (given.chief(CITY), "assign", CITY, CITY, "403 NotAuthorised"),
        (given.prosecutor(CITY), "assign", DISTRICT, CITY, "403 RoleRequired"),
        (given.chief(DISTRICT), "take_up", DISTRICT, DISTRICT, "403 NotAuthorised"),
        (given.chief(OTHER_CITY), "take_up", OTHER_CITY, DISTRICT, "409 MatterNotYetKnown"),
        (given.chief(PROVINCE), "take_up", CITY, DISTRICT, "403 NotAuthorised"),
        (given.chief(PROVINCE), "supervise", CITY, DISTRICT, "403 NotAuthorised"),
        (given.chief(DISTRICT), "supervise", DISTRICT, DISTRICT, "403 NotAuthorised"),
        (given.prosecutor(DISTRICT), "report_for_record", PROVINCE, DISTRICT, "403 NotAuthorised"),
        (given.prosecutor(CITY), "report_for_record", PROVINCE, DISTRICT, "403 NotAuthorised"),
        (given.clerk(CITY), "assign", DISTRICT, CITY, "403 RoleRequired"),
        (given.chief(CITY), "assign", "999999", CITY, "409 UnknownOffice"),
        (given.chief(CITY), "designate", OTHER_CITY, DISTRICT, "403 NotAuthorised"),
        (given.chief(CITY), "transfer_case", OTHER_CITY, CITY, "409 OccasionMissing"),
    ],
)
async def test_what_the_line_does_not_give_is_refused(
    world: World, by: given.Person, mode: str, addressee: str, holder: str, refused: str
) -> None:
    matter = await world.matter(holder)
    answer = await world.client.post(
        REFERRALS, world.order(matter, mode, addressee, decision=DECISION), by=by
    )
    assert code_of(answer) == refused
    assert await world.app.recorded("referral_issued") == []


async def test_an_assignment_needs_its_written_decision(world: World) -> None:
    matter = await world.matter(CITY)
    body = world.order(matter, "assign", DISTRICT)
    del body["decision"]
    refused = await world.client.post(REFERRALS, body, by=CHIEF)
    assert code_of(refused) == "409 WrittenDecisionMissing"
    assert refused.json()["basis"] == "OL 24"
    late = world.order(matter, "assign", DISTRICT, decision={"number": "1", "decided_on": "2026-01-07"})
    assert code_of(await world.client.post(REFERRALS, late, by=CHIEF)) == "409 DateOutOfOrder"
    unfiled = world.order(matter, "assign", DISTRICT, decision=DECISION | {"sha256": "b" * 64})
    assert code_of(await world.client.post(REFERRALS, unfiled, by=CHIEF)) == "409 DocumentUnknown"
    await world.document(matter, "b" * 64)
    assert (await world.client.post(REFERRALS, unfiled, by=CHIEF)).status_code == 201


async def test_creation_carries_the_epoch_that_was_seen(world: World) -> None:
    matter = await world.matter(CITY, epoch=3)
    early = world.order(matter, "assign", DISTRICT, basis_epoch=4)
    refused = await world.client.post(REFERRALS, early, by=CHIEF)
    assert code_of(refused) == "409 MatterNotYetKnown"
    assert refused.headers["retry-after"] == "1"
    stale = world.order(matter, "assign", DISTRICT, basis_epoch=2)
    assert code_of(await world.client.post(REFERRALS, stale, by=CHIEF)) == "412 StaleEpoch"
    assert (await world.issue(CHIEF, matter, "assign", DISTRICT))["basis_epoch"] == 3


async def test_an_unknown_matter_and_an_invisible_one_are_refused_alike(world: World) -> None:
    hidden = await world.matter(CITY, classification=3)
    unknown = world.order(hidden, "assign", DISTRICT, matter_id=str(uuid4()))
    for body in (unknown, world.order(hidden, "assign", DISTRICT)):
        assert code_of(await world.client.post(REFERRALS, body, by=CHIEF)) == "409 MatterNotYetKnown"
    recused = await world.matter(CITY, recused=[CHIEF.sub])
    body = world.order(recused, "assign", DISTRICT)
    assert code_of(await world.client.post(REFERRALS, body, by=CHIEF)) == "409 MatterNotYetKnown"


async def test_a_closed_matter_takes_no_order_but_is_still_reported(world: World) -> None:
    matter = await world.matter(DISTRICT, closed=True)
    body = world.order(matter, "supervise", DISTRICT)
    assert code_of(await world.client.post(REFERRALS, body, by=CHIEF)) == "409 MatterClosed"
    report = await world.issue(given.prosecutor(DISTRICT), matter, "report_for_record", CITY, occasion="suit")
    assert report["stage"] == "sent"


async def test_one_order_moves_a_matter_at_a_time(world: World) -> None:
    matter = await world.matter(CITY)
    order = await world.issue(CHIEF, matter, "assign", DISTRICT)
    for stage in ("issued", "armed"):
        second = await world.client.post(REFERRALS, world.order(matter, "assign", NEIGHBOUR), by=CHIEF)
        assert (code_of(second), second.json()["referral_id"]) == ("409 AnotherOrderIsOpen", order["id"]), (
            stage
        )
        await world.locked(matter, order)
    await world.client.act(f"{REFERRALS}/{order['id']}", "withdrawal", {"reason": "改派"}, by=CHIEF)
    assert (await world.issue(CHIEF, matter, "assign", NEIGHBOUR))["stage"] == "issued"


async def test_a_matter_that_cases_says_is_moving_takes_no_order(world: World) -> None:
    matter = await world.matter(CITY, moving=str(uuid4()))
    body = world.order(matter, "assign", DISTRICT)
    assert code_of(await world.client.post(REFERRALS, body, by=CHIEF)) == "409 MatterIsMoving"


async def test_of_two_orders_at_once_one_is_issued(world: World) -> None:
    matter = await world.matter(CITY)
    bodies = [world.order(matter, "assign", office) for office in (DISTRICT, NEIGHBOUR)]
    answers = await asyncio.gather(*(world.client.post(REFERRALS, body, by=CHIEF) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(await world.app.recorded("referral_issued", matter.id)) == 1


async def test_the_database_itself_refuses_a_second_open_order(world: World) -> None:
    matter = await world.matter(CITY)
    order = await world.issue(CHIEF, matter, "assign", DISTRICT)
    async with world.app.reading() as session:
        row = await session.get_one(Referral, UUID(order["id"]))
    copy = {column.key: getattr(row, column.key) for column in Referral.__table__.columns}
    for stage in (Stage.ISSUED, Stage.ARMED, Stage.RECEIVED):
        with pytest.raises(IntegrityError):
            async with world.app.writing() as session:
                session.add(Referral(**copy | {"id": uuid7(), "stage": stage}))
    async with world.app.writing() as session:
        session.add(Referral(**copy | {"id": uuid7(), "stage": Stage.WITHDRAWN}))
        session.add(Referral(**copy | {"id": uuid7(), "moves_custody": False}))


async def test_an_act_needs_its_key_and_the_version_seen(world: World) -> None:
    matter = await world.matter(CITY)
    order = await world.armed(matter)
    path, clerk = f"{REFERRALS}/{order['id']}/receipt", given.clerk(DISTRICT)
    assert code_of(await world.client.post(path, {}, by=clerk)) == "428 PreconditionRequired"
    keyless = await world.client.post(path, {}, by=clerk, etag='"1"', key=None)
    assert code_of(keyless) == "428 IdempotencyKeyRequired"
    first = await world.client.post(path, {}, by=clerk, etag='"1"', key="once")
    again = await world.client.post(path, {}, by=clerk, etag='"1"', key="once")
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert len(await world.app.recorded("referral_received")) == 1


async def test_an_order_is_seen_by_its_parties_and_those_above_them(world: World) -> None:
    matter = await world.matter(CITY)
    order = await world.issue(CHIEF, matter, "assign", DISTRICT)
    path = f"{REFERRALS}/{order['id']}"
    for who in (CHIEF, given.prosecutor(DISTRICT), given.overseer(PROVINCE), given.chief("000000")):
        assert (await world.client.get(path, who)).status_code == 200, who
    for who in (given.chief(NEIGHBOUR), given.chief(OTHER_CITY), given.chief("110000")):
        assert code_of(await world.client.get(path, who)) == "404 ReferralNotFound"
        assert (await world.client.read(REFERRALS, who))["items"] == []
    officer = await world.agency("police-yh")
    assert (await world.client.get(path, officer)).status_code == 403
    assert (await world.client.get(REFERRALS, officer)).status_code == 403
    assert (await world.client.get(path)).status_code == 401


async def test_recusal_and_classification_bind_the_parties_too(world: World) -> None:
    matter = await world.matter(CITY)
    order = await world.issue(CHIEF, matter, "assign", DISTRICT)
    path, reader = f"{REFERRALS}/{order['id']}", given.prosecutor(DISTRICT)
    await world.stands(matter, recused=[reader.sub])
    assert (await world.client.get(path, reader)).status_code == 404
    await world.stands(matter, classification=2)
    assert (await world.client.get(path, reader)).status_code == 404
    assert (await world.client.get(path, reader.cleared(2))).status_code == 200


async def test_whoever_holds_a_grant_sees_the_orders_of_the_matter(world: World) -> None:
    matter = await world.matter(CITY)
    order = await world.issue(CHIEF, matter, "assign", DISTRICT)
    grant = {"id": str(uuid4()), "org": OTHER_CITY, "sub": None, "scope": "call_up", "ceiling": 1}
    dates = {"begins_on": "2026-01-01", "ends_on": None}
    await world.stands(matter, grants=[grant | dates])
    assert (await world.client.get(f"{REFERRALS}/{order['id']}", given.chief(OTHER_CITY))).status_code == 200


async def test_the_list_filters_pages_and_asks_a_fixed_number_of_questions(
    world: World, statements: Any
) -> None:
    matters = [await world.matter(CITY) for _ in range(5)]
    orders = [await world.issue(CHIEF, matter, "assign", DISTRICT) for matter in matters]
    await world.locked(matters[0], orders[0])
    first = await world.client.read(REFERRALS, CHIEF, limit=2)
    second = await world.client.read(REFERRALS, CHIEF, limit=2, cursor=first["next"])
    assert [o["id"] for o in first["items"] + second["items"]] == [o["id"] for o in reversed(orders[1:])]
    armed = await world.client.read(REFERRALS, CHIEF, stage="armed")
    assert [o["id"] for o in armed["items"]] == [orders[0]["id"]]
    one = await world.client.read(
        REFERRALS, CHIEF, matter_id=str(matters[2].id), mode="assign", addressee=DISTRICT
    )
    assert [o["id"] for o in one["items"]] == [orders[2]["id"]]
    assert (await world.client.get(REFERRALS, CHIEF, office=CITY)).status_code == 422
    counts = []
    for limit in (1, 5):
        with statements() as seen:
            await world.client.read(REFERRALS, CHIEF, limit=limit)
        counts.append(len([each for each in seen if each.lstrip().upper().startswith("SELECT")]))
    assert counts[0] == counts[1] <= 2


async def test_an_unknown_field_or_a_day_to_come_is_refused(world: World) -> None:
    matter = await world.matter(CITY)
    strange = world.order(matter, "assign", DISTRICT, stage="in_force")
    assert (await world.client.post(REFERRALS, strange, by=CHIEF)).status_code == 422
    future = world.order(matter, "assign", DISTRICT, occurred_on="2999-01-01")
    assert code_of(await world.client.post(REFERRALS, future, by=CHIEF)) == "409 DateOutOfOrder"
    before = world.order(matter, "assign", DISTRICT, occurred_on="2021-06-30")
    assert code_of(await world.client.post(REFERRALS, before, by=CHIEF)) == "409 NoRuleInForce"


async def test_a_repeated_creation_gets_its_first_answer_while_it_is_visible(world: World) -> None:
    matter = await world.matter(CITY)
    body = world.order(matter, "assign", DISTRICT)
    first = await world.client.post(REFERRALS, body, by=CHIEF, key="k1")
    again = await world.client.post(REFERRALS, body, by=CHIEF, key="k1")
    assert (first.status_code, first.json()["id"]) == (201, again.json()["id"])
    assert first.headers["etag"] == again.headers["etag"] == '"1"'
    await world.stands(matter, recused=[CHIEF.sub])
    assert (await world.client.post(REFERRALS, body, by=CHIEF, key="k1")).status_code == 404


async def test_everything_an_order_does_is_published(world: World) -> None:
    matter = await world.matter(CITY)
    order = await world.armed(matter)

    async def arrived() -> bool:
        return {"referrals.referral_issued", "referrals.referral_armed"} <= {
            e.type for e in world.app.published
        }

    assert await eventually(arrived)
    issued = next(e for e in world.app.published if e.type == "referrals.referral_issued")
    assert (issued.body["referral_id"], issued.basis, issued.occurred_on, issued.org) == (
        order["id"],
        "R 18",
        DAY,
        CITY,
    )


async def test_stages_are_set_by_steps_alone(world: World) -> None:
    matter = await world.matter(CITY)
    order = await world.issue(CHIEF, matter, "assign", DISTRICT)
    async with world.app.writing() as session:
        await session.execute(update(Referral).values(stage=Stage.IN_FORCE))
    assert code_of(await world.sign(order, given.clerk(DISTRICT))) == "409 StepNotOpen"
