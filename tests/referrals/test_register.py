"""Agencies, keys, the duty register, agreements, routing, and the law for reading."""

from typing import Any

import pytest

from shared.identity import new_key
from tests import given
from tests.given import CITY, DISTRICT, PROVINCE
from tests.referrals.world import HANDOFFS, World, code_of

AGENCIES, DUTIES = "/referrals/v1/agencies", "/referrals/v1/duties"
AGREEMENTS, ROUTING = "/referrals/v1/agreements", "/referrals/v1/routing"
ADMIN, HOLDER = given.admin(), given.prosecutor(DISTRICT)
POLICE: dict[str, Any] = {
    "code": "police-yh",
    "kind": "public_security",
    "name": "余杭区公安分局",
    "division": DISTRICT,
}


def duty(agency: str, **more: Any) -> dict[str, Any]:
    """A line of the duty register."""
    said = {"agency": agency, "place": DISTRICT, "basis": "权责清单", "valid_from": "2021-11-01"}
    return said | more


async def register(world: World) -> None:
    """Three agencies, each competent for something."""
    for code, kind in (("police-yh", "public_security"), ("cac-yh", "cyberspace"), ("edu-yh", "education")):
        await world.client.create(AGENCIES, POLICE | {"code": code, "kind": kind}, by=ADMIN)
    await world.client.create(DUTIES, duty("police-yh", kind="criminal_lead"), by=ADMIN)
    await world.client.create(DUTIES, duty("cac-yh"), by=ADMIN)
    await world.client.create(DUTIES, duty("edu-yh", sector="education"), by=ADMIN)


async def test_an_agency_is_entered_changed_listed_and_announced(world: World) -> None:
    made = await world.client.create(AGENCIES, POLICE, by=ADMIN)
    assert made["code"] == "police-yh"
    changed = await world.client.create(
        AGENCIES, POLICE | {"name": "新名", "valid_to": "2030-01-01"}, by=ADMIN
    )
    assert (changed["name"], changed["valid_to"]) == ("新名", "2030-01-01")
    listed = await world.client.read(AGENCIES, HOLDER, kind="public_security")
    assert [each["name"] for each in listed["items"]] == ["新名"]
    assert (await world.client.read(AGENCIES, HOLDER, kind="health"))["items"] == []
    assert (await world.client.read(f"{AGENCIES}/police-yh", HOLDER))["name"] == "新名"
    assert code_of(await world.client.get(f"{AGENCIES}/nobody", HOLDER)) == "404 AgencyNotFound"
    events = await world.app.recorded("agency_changed", "agency/police-yh")
    assert [event.body["agency_name"] for event in events] == [POLICE["name"], "新名"]


@pytest.mark.parametrize(
    ("change", "by", "refused"),
    [
        ({}, HOLDER, "403 RoleRequired"),
        ({"kind": "circus"}, ADMIN, "422 Malformed"),
        ({"code": "330110"}, ADMIN, "409 CodeIsAnOffice"),
        ({"superior": "nobody"}, ADMIN, "409 UnknownAgency"),
        ({"division": "33"}, ADMIN, "422 Malformed"),
        ({"valid_from": "2024-01-02", "valid_to": "2024-01-01"}, ADMIN, "409 DateOutOfOrder"),
    ],
)
async def test_what_is_no_agency_is_refused(
    world: World, change: dict[str, Any], by: given.Person, refused: str
) -> None:
    assert code_of(await world.client.post(AGENCIES, POLICE | change, by=by)) == refused


async def test_an_agency_signs_with_a_registered_key_within_its_dates(world: World) -> None:
    await world.client.create(AGENCIES, POLICE, by=ADMIN)
    officer = given.agency_officer("police-yh")
    assert (await world.client.get(HANDOFFS, officer)).status_code == 401
    key = given.agency_key("police-yh").as_dict(private=False)
    made = await world.client.create(f"{AGENCIES}/police-yh/keys", {"jwk": key}, by=ADMIN)
    assert made["kid"] == key["kid"]
    assert (await world.client.get(HANDOFFS, officer)).status_code == 200
    over = {"jwk": key, "valid_to": "2024-01-01"}
    await world.client.create(f"{AGENCIES}/police-yh/keys", over, by=ADMIN)
    assert (await world.client.get(HANDOFFS, officer)).status_code == 401
    (kept,) = await world.client.read(f"{AGENCIES}/police-yh/keys", HOLDER)
    assert kept["valid_to"] == "2024-01-01"
    assert len(await world.app.recorded("agency_key_changed", "agency/police-yh")) == 2


async def test_only_public_keys_of_two_kinds_are_taken(world: World) -> None:
    await world.client.create(AGENCIES, POLICE, by=ADMIN)
    path, good = f"{AGENCIES}/police-yh/keys", new_key("k1")
    for jwk in (
        good.as_dict(private=True),
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "OKP"},
        {},
        {"kty": "no"},
    ):
        assert code_of(await world.client.post(path, {"jwk": jwk}, by=ADMIN)) == "422 KeyNotUsable", jwk
    public = good.as_dict(private=False)
    assert code_of(await world.client.post(path, {"jwk": public}, by=HOLDER)) == "403 RoleRequired"
    unknown = await world.client.post(f"{AGENCIES}/nobody/keys", {"jwk": public}, by=ADMIN)
    assert code_of(unknown) == "404 AgencyNotFound"
    nameless = {name: value for name, value in public.items() if name != "kid"}
    assert len((await world.client.create(path, {"jwk": nameless}, by=ADMIN))["kid"]) > 20


async def test_the_register_proposes_with_reasons(world: World) -> None:
    await register(world)
    asked = {"kind": "administrative_lead", "sector": "education", "place": DISTRICT}
    told = (await world.client.post(ROUTING, asked, by=HOLDER, key=None)).json()
    assert (told["proposed"], [each["agency"] for each in told["candidates"]]) == (
        "edu-yh",
        ["edu-yh", "cac-yh"],
    )
    assert [reason["code"] for reason in told["candidates"][0]["reasons"]] == [
        "place",
        "receiver",
        "sector",
        "dates",
    ]
    assert (told["basis"], told["candidates"][0]["basis"]) == ("PIPL 65", "权责清单")
    for change, proposed in (
        ({"sector": "medical"}, "cac-yh"),
        ({"kind": "criminal_lead"}, "police-yh"),
        ({"place": CITY}, None),
        ({"on": "2022-01-01"}, "edu-yh"),
        ({"kind": "duty_violation_lead"}, None),
    ):
        answer = await world.client.post(ROUTING, asked | change, by=HOLDER, key=None)
        assert answer.json()["proposed"] == proposed, change
    officer = await world.agency("police-other")
    assert (await world.client.post(ROUTING, asked, by=officer, key=None)).status_code == 403


async def test_a_handoff_keeps_how_it_was_routed(world: World) -> None:
    await register(world)
    matter = await world.matter(DISTRICT)
    confirmed = await world.hand(matter, "administrative_lead", "edu-yh")
    assert (confirmed["proposed"], confirmed["routing"]) == ("edu-yh", "confirmed")
    body = world.handoff(matter, "administrative_lead", "cac-yh")
    refused = await world.client.post(HANDOFFS, body, by=HOLDER)
    assert (code_of(refused), refused.json()["proposed"]) == ("409 OverrideNeedsReason", "edu-yh")
    reason = {"routing_reason": "网信部门已先行调查"}
    overridden = await world.client.create(HANDOFFS, body | reason, by=HOLDER)
    assert (overridden["routing"], overridden["routing_reason"]) == ("overridden", "网信部门已先行调查")
    elsewhere = await world.hand(matter, "administrative_lead", "cac-yh", place="330203")
    assert (elsewhere["proposed"], elsewhere["routing"]) == (None, "unproposed")


async def test_a_line_of_the_register_names_a_known_agency(world: World) -> None:
    assert code_of(await world.client.post(DUTIES, duty("nobody"), by=ADMIN)) == "409 UnknownAgency"
    await register(world)
    assert code_of(await world.client.post(DUTIES, duty("cac-yh"), by=HOLDER)) == "403 RoleRequired"
    backwards = duty("cac-yh", valid_to="2021-01-01")
    assert code_of(await world.client.post(DUTIES, backwards, by=ADMIN)) == "409 DateOutOfOrder"
    assert len((await world.client.read(DUTIES, HOLDER))["items"]) == 3
    assert len((await world.client.read(DUTIES, HOLDER, agency="cac-yh", place=DISTRICT))["items"]) == 1
    (event,) = await world.app.recorded("duty_changed", "agency/edu-yh")
    assert (event.body["sector"], event.body["place"]) == ("education", DISTRICT)


async def test_an_agreement_sets_the_reply_clock_for_the_offices_below_too(world: World) -> None:
    await register(world)
    said = {
        "office": PROVINCE,
        "agency": "police-yh",
        "length": 5,
        "unit": "working_days",
        "title": "协作办法",
        "valid_from": "2024-01-01",
    }
    for change, refused in (
        ({"agency": "nobody"}, "409 UnknownAgency"),
        ({"office": "999999"}, "409 UnknownOffice"),
        ({"length": 0}, "422 Malformed"),
        ({"valid_to": "2023-01-01"}, "409 DateOutOfOrder"),
    ):
        assert code_of(await world.client.post(AGREEMENTS, said | change, by=ADMIN)) == refused
    assert code_of(await world.client.post(AGREEMENTS, said, by=HOLDER)) == "403 RoleRequired"
    await world.client.create(AGREEMENTS, said, by=ADMIN)
    assert (
        len((await world.client.read(AGREEMENTS, HOLDER, agency="police-yh", office=PROVINCE))["items"]) == 1
    )
    handoff = await world.hand(await world.matter(DISTRICT), "criminal_lead", "police-yh")
    assert (handoff["respond_row"], handoff["respond_by"]) == ("agreed_reply", "2026-01-13")
    (clock,) = await world.app.recorded("clock_started")
    assert (clock.body["row"], clock.body["statutory"]) == ("agreed_reply", False)
    (event,) = await world.app.recorded("agreement_changed", "agency/police-yh")
    assert event.body["office"] == PROVINCE


async def test_lists_ask_a_fixed_number_of_questions(world: World, statements: Any) -> None:
    await register(world)
    for path in (AGENCIES, DUTIES, AGREEMENTS):
        counts = []
        for limit in (1, 3):
            with statements() as seen:
                await world.client.read(path, HOLDER, limit=limit)
            counts.append(len([each for each in seen if each.lstrip().upper().startswith("SELECT")]))
        assert counts[0] == counts[1] <= 2, path


async def test_the_law_is_there_to_be_read(world: World) -> None:
    rules = await world.client.read("/referrals/v1/rules", HOLDER)
    assert {name: len(rows) > 2 for name, rows in rules.items()} == dict.fromkeys(rules, True)
    take_lead = next(row for row in rules["modes"] if row["mode"] == "take_lead")
    assert (take_lead["ends_as"], take_lead["basis"]["article"]) == ("dissolved", "R 11")
    assert take_lead["basis"]["mark"] == "our_reading"
    assert take_lead["authority"]["name"] == "orders_the_holder_below"
    internal = next(row for row in rules["limits"] if row["row"] == "internal_offer")
    assert (internal["statutory"], internal["basis"]["mark"]) == (False, "internal")
    assert (await world.client.get("/referrals/v1/rules")).status_code == 401
