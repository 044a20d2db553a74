"""Receipts: verifiable offline, and for ever saying by which way an answer came."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from joserfc import jws

from services.prove import verify_receipt as checked_by_command
from services.referrals.errors import SignatureNotVerified
from services.referrals.rules.receipts import content_hash, verify_receipt
from shared.identity import new_key
from tests import given
from tests.given import DISTRICT
from tests.referrals.world import HANDOFFS, World, code_of

POLICE = "police-yh"
HOLDER = given.prosecutor(DISTRICT)


async def handed(world: World) -> tuple[Any, given.Person]:
    """A criminal lead at a known police office; and its officer."""
    officer = await world.agency(POLICE)
    return await world.hand(await world.matter(DISTRICT), "criminal_lead", POLICE), officer


def signed(thing: Any, act: str, body: dict[str, Any], key: Any = None, **other: Any) -> str:
    """What the agency's machine signs about an act with that body."""
    key = key or given.agency_key(POLICE)
    said = {"handoff": thing["id"], "act": act, "content_sha256": content_hash(act, body)} | other
    header = {"alg": "Ed25519", "kid": key.kid}
    return jws.serialize_compact(header, orjson.dumps(said), key, algorithms=["Ed25519"])


async def test_a_receipt_is_verified_offline_with_the_public_key_alone(world: World) -> None:
    handoff, officer = await handed(world)
    body = {"number": "余公收1号", "occurred_on": "2026-01-07"}
    await world.answer(handoff, "acknowledgement", officer, **body)
    (receipt,) = await world.client.read(f"{HANDOFFS}/{handoff['id']}/receipts", officer)
    ours = world.app.frame.signing_key.as_dict(private=False)
    claim = verify_receipt(receipt["token"], [ours])
    assert {name: claim[name] for name in ("proof", "handoff", "act", "org", "occurred_on", "path")} == {
        "proof": "business",
        "handoff": handoff["id"],
        "act": "acknowledge",
        "org": POLICE,
        "occurred_on": "2026-01-07",
        "path": "countersigned",
    }
    assert claim["matter"] == handoff["matter_id"]
    assert claim["content_sha256"] == receipt["content_sha256"] == content_hash("acknowledge", body)
    head, payload, signature = receipt["token"].split(".")
    for forged in (f"{head}.{payload[:-2]}AA.{signature}", f"{head}.{payload}", "nonsense"):
        with pytest.raises(SignatureNotVerified):
            verify_receipt(forged, [ours])
    with pytest.raises(SignatureNotVerified):
        verify_receipt(receipt["token"], [new_key("another").as_dict(private=False)])


async def test_what_the_agency_signs_with_its_own_key_is_kept_beside_ours(world: World) -> None:
    handoff, officer = await handed(world)
    body = {"number": "余公收1号", "occurred_on": "2026-01-07"}
    statement = signed(handoff, "acknowledge", body)
    done = await world.answer(handoff, "acknowledgement", officer, **body, signature=statement)
    assert done.status_code == 200
    (receipt,) = await world.client.read(f"{HANDOFFS}/{handoff['id']}/receipts", HOLDER)
    assert (receipt["path"], receipt["their_token"]) == ("own_key", statement)
    assert "signature" not in receipt["said"]


async def test_the_command_verifies_by_the_same_rules(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handoff, officer = await handed(world)
    await world.answer(handoff, "acknowledgement", officer)
    (receipt,) = await world.client.read(f"{HANDOFFS}/{handoff['id']}/receipts", officer)
    ours = world.app.frame.signing_key.as_dict(private=False)
    other = jws.serialize_compact(
        {"alg": "Ed25519", "kid": ours["kid"]}, b'{"act": "x"}', world.app.frame.signing_key,
        algorithms=["Ed25519"],
    )  # fmt: skip
    registered = {"kid": ours["kid"], "jwk": ours, "valid_from": None}
    for token, keys, code in (
        (receipt["token"], ours, 0),
        (receipt["token"], {"keys": [new_key("another").as_dict(private=False), ours]}, 0),
        (receipt["token"], [registered | {"valid_to": "2099-01-01"}], 0),
        (receipt["token"], [registered | {"valid_to": "2020-01-01"}], 1),
        (receipt["token"], [registered | {"valid_from": "2099-01-01", "valid_to": None}], 1),
        (receipt["token"], new_key("another").as_dict(private=False), 1),
        (other, ours, 1),
        ("nonsense", ours, 1),
        (receipt["token"], "nonsense", 2),
    ):
        (tmp_path / "receipt").write_text(token)
        (tmp_path / "keys.json").write_bytes(orjson.dumps(keys))
        found = checked_by_command(str(tmp_path / "receipt"), str(tmp_path / "keys.json"))
        said = capsys.readouterr().out
        assert (found, "NOT VALID" in said, said.endswith("valid\n")) == (code, code == 1, code == 0), keys


@pytest.mark.parametrize("wrong", ["key", "act", "content", "handoff", "nonsense"])
async def test_a_signature_over_something_else_is_refused(world: World, wrong: str) -> None:
    handoff, officer = await handed(world)
    body = {"occurred_on": "2026-01-07"}
    stranger = new_key(f"{POLICE}-key")
    statement = {
        "key": signed(handoff, "acknowledge", body, key=stranger),
        "act": signed(handoff, "accept", body),
        "content": signed(handoff, "acknowledge", {"occurred_on": "2026-01-08"}),
        "handoff": signed(handoff, "acknowledge", body, handoff="another"),
        "nonsense": "nonsense",
    }[wrong]
    refused = await world.answer(handoff, "acknowledgement", officer, **body, signature=statement)
    assert code_of(refused) == "422 SignatureNotVerified"
    assert await world.client.read(f"{HANDOFFS}/{handoff['id']}/receipts", officer) == []


def test_the_hash_of_what_was_said_ignores_order_and_what_was_not_said() -> None:
    one = content_hash("accept", {"number": "一", "occurred_on": "2026-01-07", "note": None})
    assert one == content_hash("accept", {"occurred_on": "2026-01-07", "number": "一"})
    assert one != content_hash("return", {"occurred_on": "2026-01-07", "number": "一"})


async def test_a_receiver_cannot_have_its_own_answer_pass_for_one_recorded_by_the_sender(
    world: World,
) -> None:
    handoff, officer = await handed(world)
    paper = {"on_behalf_of": POLICE, "manner": "paper", "occurred_on": "2026-01-07"}
    refused = await world.answer(handoff, "acknowledgement", officer, **paper)
    assert code_of(refused) == "409 OnBehalfNeedsProof"
    assert (await world.answer(handoff, "acknowledgement", HOLDER, **paper)).status_code == 200


async def test_a_signature_is_verified_whoever_hands_it_in(world: World) -> None:
    handoff, officer = await handed(world)
    paper = {"on_behalf_of": POLICE, "manner": "paper", "occurred_on": "2026-01-07"}
    refused = await world.answer(handoff, "acknowledgement", HOLDER, **paper, signature="nonsense")
    assert code_of(refused) == "422 SignatureNotVerified"
    assert await world.client.read(f"{HANDOFFS}/{handoff['id']}/receipts", officer) == []
