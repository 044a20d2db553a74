"""Endpoints: who may have one, what its address must be, how it proves itself, what it is told."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook

from services.notifications.tables import Secret
from shared import clock
from tests import given
from tests.given import Person
from tests.notifications.conftest import AGENCY, OFFICE, Post
from tests.notifications.receiver import Receiver

ENDPOINTS = "/notifications/v1/endpoints"


def body(receiver: Receiver, **more: Any) -> dict[str, Any]:
    return {"url": receiver.url(), "purpose": "收件"} | more


async def test_an_endpoint_is_told_nothing_before_it_has_proved_that_it_expects_us(
    post: Post, receiver: Receiver
) -> None:
    matter = await post.matter()
    made = await post.app.client.create(ENDPOINTS, body(receiver), by=post.agency)
    assert (made["state"], made["verified_at"]) == ("pending", None)
    await post.dispatch(matter)
    await post.deliver()
    (challenge,) = receiver.arrived
    assert challenge.event["type"] == "notifications.endpoint_challenge.v1"
    assert challenge.event["data"]["endpoint_id"] == made["id"]
    now = await post.app.client.read(f"{ENDPOINTS}/{made['id']}", post.agency)
    assert (now["state"], now["challenge_result"]) == ("active", None)
    assert await post.deliveries() == []
    await post.dispatch(matter)
    await post.deliver()
    assert await post.states() == ["delivered"]
    names = [each.type for each in await post.app.recorded(about=f"endpoint/{made['id']}")]
    assert names == ["notifications.endpoint_registered", "notifications.endpoint_verified"]


async def test_an_endpoint_that_does_not_prove_itself_is_asked_thrice_and_then_left(
    post: Post, receiver: Receiver
) -> None:
    receiver.proves_itself = False
    made = await post.app.client.create(ENDPOINTS, body(receiver), by=post.agency)
    path = f"{ENDPOINTS}/{made['id']}"
    for minutes in range(6):
        await post.deliver(clock.now() + timedelta(minutes=minutes))
    assert len(receiver.arrived) == 3
    now = await post.app.client.read(path, post.agency)
    assert (now["state"], now["challenge_result"]) == ("pending", "answered 200 without the challenge")
    receiver.proves_itself = True
    await post.app.client.act(path, "verification", by=post.agency)
    await post.deliver()
    assert (await post.app.client.read(path, post.agency))["state"] == "active"


async def test_verification_and_disabling_need_the_present_version_and_a_state_that_allows_them(
    post: Post, receiver: Receiver
) -> None:
    endpoint = await post.endpoint(receiver)
    path, client = f"{ENDPOINTS}/{endpoint['id']}", post.app.client
    assert (await client.post(f"{path}/disabling", by=post.agency)).status_code == 422, "no reason"
    assert (await client.post(f"{path}/disabling", WHY, by=post.agency)).status_code == 428
    stale = await client.post(f"{path}/disabling", WHY, by=post.agency, etag='"0"')
    assert (stale.status_code, stale.json()["code"]) == (412, "ChangedMeanwhile")
    etag = await client.etag(path, post.agency)
    again = await client.post(f"{path}/verification", by=post.agency, etag=etag)
    assert (again.status_code, again.json()["state"]) == (202, "active")
    etag = await client.etag(path, post.agency)
    off = await client.post(f"{path}/disabling", WHY, by=post.agency, etag=etag, key="off")
    assert (off.status_code, off.json()["state"]) == (200, "disabled")
    replayed = await client.post(f"{path}/disabling", WHY, by=post.agency, etag=etag, key="off")
    assert (replayed.status_code, replayed.headers["Idempotency-Replayed"]) == (200, "true")
    etag = await client.etag(path, post.agency)
    twice = await client.post(f"{path}/disabling", WHY, by=post.agency, etag=etag)
    assert (twice.status_code, twice.json()["code"]) == (409, "AlreadyDisabled")


async def test_a_repeated_registration_makes_one_endpoint(post: Post, receiver: Receiver) -> None:
    first = await post.app.client.post(ENDPOINTS, body(receiver), by=post.agency, key="one")
    second = await post.app.client.post(ENDPOINTS, body(receiver), by=post.agency, key="one")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first.headers["ETag"] == second.headers["ETag"]
    assert len((await post.app.client.read(ENDPOINTS, post.agency))["items"]) == 1


ADDRESSES = (
    ("http://hooks.example.cn/", "scheme"),
    ("https://127.0.0.1/", "numeric_host"),
    ("https://localhost/", "never"),
    ("https://u:p@hooks.example.cn/", "userinfo"),
    ("https://hooks.example.cn:22/", "port"),
    ("https://no-such-name.invalid-zone-of-ours.cn/", "unresolved"),
)


@pytest.mark.parametrize(("url", "fault"), ADDRESSES)
async def test_an_address_that_we_do_not_call_is_refused_at_once(post: Post, url: str, fault: str) -> None:
    refused = await post.app.client.post(ENDPOINTS, {"url": url, "purpose": "收件"}, by=post.agency)
    assert (refused.status_code, refused.json()["code"]) == (422, "AddressRefused")
    assert refused.json()["fault"] == fault


async def test_only_listed_places_are_called_without_tls(post: Post, receiver: Receiver) -> None:
    elsewhere = receiver.url().replace(str(receiver.port), str(receiver.port + 1))
    refused = await post.app.client.post(ENDPOINTS, {"url": elsewhere, "purpose": "收件"}, by=post.agency)
    assert refused.json()["fault"] == "scheme"


async def test_an_agency_asks_only_for_what_agencies_are_told(post: Post, receiver: Receiver) -> None:
    wanted = body(receiver, event_types=["cases.clock_breached"])
    refused = await post.app.client.post(ENDPOINTS, wanted, by=post.agency)
    assert (refused.status_code, refused.json()["code"]) == (422, "FilterRefused")
    assert refused.json()["unknown"] == ["cases.clock_breached"]
    assert "referrals.handoff_dispatched" in refused.json()["offered"]
    assert (await post.app.client.post(ENDPOINTS, wanted, by=post.office)).status_code == 201
    never = body(receiver, event_types=["cases.standing_changed"])
    assert (await post.app.client.post(ENDPOINTS, never, by=post.office)).status_code == 422


async def test_an_office_filters_only_by_a_matter_it_may_know_of(post: Post, receiver: Receiver) -> None:
    mine, foreign = await post.matter(), await post.matter(holder=given.OTHER_CITY)
    made = await post.app.client.post(ENDPOINTS, body(receiver, matter_id=str(mine)), by=post.office)
    assert made.status_code == 201
    for hidden in (foreign, uuid4()):
        asked = body(receiver, matter_id=str(hidden))
        assert (await post.app.client.post(ENDPOINTS, asked, by=post.office)).status_code == 404


@pytest.mark.parametrize(
    "who",
    [given.prosecutor(OFFICE), given.admin(OFFICE), given.clerk(OFFICE)],
    ids=["prosecutor", "admin", "clerk"],
)
async def test_an_office_has_endpoints_by_these_roles(post: Post, receiver: Receiver, who: Person) -> None:
    assert (await post.app.client.post(ENDPOINTS, body(receiver), by=who)).status_code == 201


@pytest.mark.parametrize(
    "who",
    [given.chief(OFFICE), given.overseer(OFFICE), given.auditor(OFFICE)],
    ids=["chief", "overseer", "auditor"],
)
async def test_and_by_no_others(post: Post, receiver: Receiver, who: Person) -> None:
    refused = await post.app.client.post(ENDPOINTS, body(receiver), by=who)
    assert (refused.status_code, refused.json()["code"]) == (403, "RoleRequired")


async def test_an_endpoint_is_seen_by_its_own_and_by_overseers_above(post: Post, receiver: Receiver) -> None:
    endpoint = await post.endpoint(receiver, by=post.office)
    path = f"{ENDPOINTS}/{endpoint['id']}"
    for who in (post.office, given.prosecutor(OFFICE), given.overseer(given.CITY), given.auditor()):
        assert (await post.app.client.get(path, who)).status_code == 200
        assert len((await post.app.client.read(ENDPOINTS, who))["items"]) == 1
    strangers = (post.agency, given.clerk(given.NEIGHBOUR), given.overseer(given.OTHER_CITY))
    for who in (*strangers, given.clerk(given.CITY)):
        assert (await post.app.client.get(path, who)).status_code == 404
        assert (await post.app.client.read(ENDPOINTS, who))["items"] == []
    other = given.clerk(given.CITY)
    act = await post.app.client.post(f"{path}/disabling", WHY, by=other, etag='"3"')
    assert act.status_code == 404


async def test_nobody_is_let_in_without_a_token(post: Post) -> None:
    for name in ("endpoints", "deliveries", "inbox", "rules", "keys"):
        assert (await post.app.client.get(f"/notifications/v1/{name}")).status_code == 401
    assert (await post.app.client.post(ENDPOINTS, {})).status_code == 401


FILTERS: tuple[tuple[dict[str, Any], int], ...] = (
    ({}, 3),
    ({"event_types": ["referrals.handoff_dispatched"]}, 3),
    ({"event_types": ["referrals.handoff_returned"]}, 0),
    ({"kinds": ["criminal_lead"]}, 2),
    ({"places": ["330000"]}, 2),
    ({"places": ["330110"]}, 2),
    ({"places": ["330109"]}, 0),
    ({"places": ["000000"]}, 3),
    ({"places": ["330109", "330110", "110000"]}, 3),
    ({"kinds": ["work_letter", "criminal_lead"]}, 3),
    ({"places": ["110000"], "kinds": ["work_letter"]}, 1),
)


@pytest.mark.parametrize(("filters", "told"), FILTERS, ids=[str(row[0]) for row in FILTERS])
async def test_an_endpoint_is_told_what_it_asked_for(
    post: Post, receiver: Receiver, filters: dict[str, Any], told: int
) -> None:
    await post.endpoint(receiver, **filters)
    here, there = await post.matter(), await post.matter(place="110101")
    await post.dispatch(here)
    await post.dispatch(here)
    await post.dispatch(there, kind="work_letter")
    assert len(await post.deliveries()) == told


async def test_an_endpoint_may_ask_for_one_matter(post: Post, receiver: Receiver) -> None:
    matter, another = await post.matter(), await post.matter()
    await post.endpoint(receiver, matter_id=str(matter))
    for each in (matter, another, matter):
        await post.dispatch(each)
    assert {each["matter_id"] for each in await post.deliveries()} == {str(matter)}


async def test_what_is_told_to_one_agency_is_not_told_to_another(
    post: Post, receiver: Receiver, other: Receiver
) -> None:
    stranger = await given.known_agency(post.app.app, "cac-330110")
    await post.endpoint(receiver)
    await post.endpoint(other, by=stranger)
    await post.dispatch(await post.matter())
    await post.deliver()
    assert (len(receiver.messages), len(other.messages)) == (1, 0)
    assert await post.deliveries(stranger) == []


async def test_what_comes_while_an_endpoint_is_disabled_is_held_and_sent_later(
    post: Post, receiver: Receiver
) -> None:
    endpoint = await post.endpoint(receiver)
    path = f"{ENDPOINTS}/{endpoint['id']}"
    matter = await post.matter()
    await post.dispatch(matter)
    await post.app.client.act(path, "disabling", WHY, by=post.agency)
    await post.dispatch(matter)
    await post.deliver(clock.now() + timedelta(days=1))
    assert (await post.states(), receiver.messages) == (["held", "held"], [])
    await post.app.client.act(path, "verification", by=post.agency)
    await post.deliver()
    assert [m.event["sequence"] for m in receiver.messages] == ["1", "2"]


WHY = {"reason": "接收端停用"}
SECRETS = ["whsec_" + letter * 40 for letter in "ABCD"]


async def test_the_newest_two_secrets_sign_and_none_is_ever_shown(post: Post, receiver: Receiver) -> None:
    endpoint = await post.endpoint(receiver, secret=SECRETS[0])
    path = f"{ENDPOINTS}/{endpoint['id']}"
    for secret in SECRETS[1:3]:
        answer = await post.app.client.act(path, "secrets", {"secret": secret}, by=post.agency)
        assert (set(answer), answer["secret"]) == ({"id", "endpoint_id", "at", "secret"}, None)
    await post.dispatch(await post.matter())
    await post.deliver()
    signatures = receiver.messages[0].headers["webhook-signature"].split(" ")
    assert [each.split(",")[0] for each in signatures] == ["v1a", "v1", "v1"]
    detail = await post.app.client.read(path, post.agency)
    assert len(detail["secrets"]) == 2
    async with post.app.reading() as session:
        assert all(b"AAAA" not in each.sealed for each in await session.scalars(select(Secret)))
    short, etag = {"secret": "whsec_" + "A" * 33}, await post.app.client.etag(path, post.agency)
    refused = await post.app.client.post(f"{path}/secrets", short, by=post.agency, etag=etag)
    assert (refused.status_code, refused.json()["code"]) == (422, "SecretRefused")


async def test_a_secret_that_we_make_is_shown_once_and_signs_until_it_is_removed(
    post: Post, receiver: Receiver
) -> None:
    endpoint = await post.endpoint(receiver)
    path, client = f"{ENDPOINTS}/{endpoint['id']}", post.app.client
    etag = await client.etag(path, post.agency)
    first, again = [
        (await client.post(f"{path}/secrets", {}, by=post.agency, etag=etag, key="one")).json()
        for _ in range(2)
    ]
    assert (again["id"], again["secret"]) == (first["id"], None), "nor is it kept for a repeated call"
    await post.dispatch(await post.matter())
    await post.deliver()
    Webhook(first["secret"]).verify(receiver.messages[0].body, receiver.messages[0].headers)
    removal = f"secrets/{first['id']}/removal"
    await client.act(path, removal, WHY, by=post.agency)
    await post.dispatch(await post.matter())
    await post.deliver()
    assert receiver.messages[1].headers["webhook-signature"].count(" ") == 0
    etag = await client.etag(path, post.agency)
    assert (await client.post(f"{path}/{removal}", WHY, by=post.agency, etag=etag)).status_code == 404
    for name in ("endpoint_secret_added", "endpoint_secret_removed"):
        (entry,) = await post.app.recorded(name)
        assert entry.body["secret_id"] == first["id"]


async def test_an_organisation_has_so_many_endpoints_at_most(
    post: Post, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notifications.actions.endpoints.MOST_ENDPOINTS", 2)
    answers = [await post.app.client.post(ENDPOINTS, body(receiver), by=post.agency) for _ in range(3)]
    assert [each.status_code for each in answers] == [201, 201, 409]
    assert answers[2].json()["code"] == "TooManyEndpoints"


async def test_lists_cost_the_same_however_long(post: Post, receiver: Receiver, statements: Any) -> None:
    counts = []
    await post.endpoint(receiver)
    matter = await post.matter()
    for _ in range(2):
        await post.dispatch(matter)
        await post.dispatch(matter)
        with statements() as seen:
            await post.deliveries()
        with statements() as more:
            await post.app.client.read(ENDPOINTS, post.agency)
        counts.append((len(seen), len(more)))
    assert counts[0] == counts[1]


async def test_pages_follow_one_another(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    matter = await post.matter()
    for _ in range(5):
        await post.dispatch(matter)
    numbers, cursor = [], None
    while True:
        more: dict[str, str] = {"cursor": cursor} if cursor else {}
        page = await post.app.client.read("/notifications/v1/deliveries", post.agency, limit=2, **more)
        numbers += [each["number"] for each in page["items"]]
        if not (cursor := page["next"]):
            break
    assert numbers == [5, 4, 3, 2, 1]
    unknown = await post.app.client.get("/notifications/v1/deliveries", post.agency, colour="red")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "UnknownParameter")


async def test_the_owner_of_a_delivery_alone_may_read_it(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver)
    await post.dispatch(await post.matter())
    (delivery,) = await post.deliveries()
    path = f"/notifications/v1/deliveries/{delivery['id']}"
    stranger = await given.known_agency(post.app.app, "cac-330110")
    for who in (stranger, post.office, given.overseer(given.CITY)):
        assert (await post.app.client.get(path, who)).status_code == 404
    assert delivery["owner"] == AGENCY


async def test_a_recused_person_sees_no_delivery_of_the_matter(post: Post, receiver: Receiver) -> None:
    await post.endpoint(receiver, by=post.office)
    recused = given.prosecutor(OFFICE, sub="wang")
    matter = await post.matter(recused=["wang"])
    await post.dispatch(matter)
    assert len(await post.deliveries(post.office)) == 1
    assert await post.deliveries(recused) == []
