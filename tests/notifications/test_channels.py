"""What a message looks like and how it is signed, judged by other people's libraries."""

import base64
import json
import os
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.jwk import OKPKey
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.notifications.channels.message import (
    answers_challenge,
    body_of,
    challenge_body,
)
from services.notifications.channels.signing import Signer, SigningKey, secret_bytes
from services.notifications.errors import SecretRefused
from shared.events import Envelope, subject_of
from shared.vault import Vault, VaultKey

MATTER = UUID("01890000-0000-7000-8000-000000000001")
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def envelope(**changes: Any) -> Envelope:
    facts: dict[str, Any] = {
        "id": uuid4(),
        "source": "referrals",
        "subject": subject_of(MATTER),
        "seq": 4,
        "type": "referrals.handoff_dispatched",
        "version": 1,
        "at": datetime(2026, 11, 3, 8, 0, tzinfo=UTC),
        "occurred_on": date(2026, 11, 3),
        "basis": "R 31",
        "org": "110101",
        "on_behalf_of": None,
        "traceparent": TRACE,
        "body": {},
    }
    return Envelope(**{**facts, **changes})


def key(name: str) -> SigningKey:
    return SigningKey.of(OKPKey.generate_key("Ed25519", {"kid": name}))


def test_the_body_is_a_cloud_event_that_others_can_read() -> None:
    sent = envelope()
    event = JSONFormat().read(CloudEvent, body_of(sent, {"handoff_id": "h1"}, MATTER, 7))
    assert event.get_id() == str(sent.id)
    assert event.get_source() == "/referrals"
    assert event.get_type() == "referrals.handoff_dispatched.v1"
    assert event.get_subject() == f"matter/{MATTER}"
    assert event.get_time() == sent.at
    assert event.get_datacontenttype() == "application/json"
    assert event.get_dataschema() == "urn:casebridge:schema:referrals.handoff_dispatched:v1"
    assert event.get_extension("sequence") == "7"
    assert event.get_extension("partitionkey") == str(MATTER)
    assert event.get_extension("traceparent") == TRACE
    assert event.get_data() == {"handoff_id": "h1", "occurred_on": "2026-11-03", "basis": "R 31"}


def test_without_a_trace_there_is_no_trace() -> None:
    assert "traceparent" not in json.loads(body_of(envelope(traceparent=None), {}, MATTER, 1))


def test_a_challenge_is_answered_with_the_same_word() -> None:
    body = challenge_body("c1", uuid4(), "word", datetime(2026, 11, 3, tzinfo=UTC))
    event = JSONFormat().read(CloudEvent, body)
    assert event.get_type() == "notifications.endpoint_challenge.v1"
    assert answers_challenge(b'{"challenge": "word"}', "word")
    for wrong in (b'{"challenge": "other"}', b'["word"]', b"word", b"", b'{"challenge": null}'):
        assert not answers_challenge(wrong, "word")


def test_a_receiver_with_a_shared_secret_accepts_the_signature_and_refuses_changed_bytes() -> None:
    raw = os.urandom(32)
    secret = f"whsec_{base64.b64encode(raw).decode()}"
    body = body_of(envelope(), {"number": "京检移〔2026〕1号"}, MATTER, 1)
    headers = Signer([key("k1")]).headers("msg_1", datetime.now(UTC), body, [secret_bytes(secret)])
    assert Webhook(secret).verify(body, headers)["sequence"] == "1"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.replace(b'"1"', b'"2"'), headers)


def _verified(signer: Signer, headers: dict[str, str], body: bytes) -> list[str]:
    """The names of the published keys that vouch for the bytes."""
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    found = []
    for entry in headers["webhook-signature"].split(" "):
        version, _, signature = entry.partition(",")
        for jwk in signer.jwks()["keys"] if version == "v1a" else []:
            raw = base64.urlsafe_b64decode(jwk["x"] + "=")
            try:
                Ed25519PublicKey.from_public_bytes(raw).verify(base64.b64decode(signature), content)
            except InvalidSignature:
                continue
            found.append(jwk["kid"])
    return found


def test_every_active_key_signs_and_every_published_key_verifies() -> None:
    signer = Signer([key("2026-11"), key("2026-05")])
    headers = signer.headers("msg_1", datetime.now(UTC), b"body")
    assert _verified(signer, headers, b"body") == ["2026-11", "2026-05"]
    assert _verified(signer, headers, b"other") == []
    assert _verified(signer, {**headers, "webhook-id": "msg_2"}, b"body") == []


def test_a_receiver_that_knows_two_secrets_accepts_either_during_rotation() -> None:
    old, new = os.urandom(24), os.urandom(64)
    headers = Signer([key("k1")]).headers("msg_1", datetime.now(UTC), b"{}", [new, old])
    for secret in (old, new):
        Webhook(secret).verify(b"{}", headers)


def test_the_published_key_is_a_jwk_that_others_import() -> None:
    (jwk,) = Signer([key("k1")]).jwks()["keys"]
    assert OKPKey.import_key(jwk).kid == "k1"
    assert "d" not in jwk


@pytest.mark.parametrize("names", [(), ("a", "b", "c"), ("a", "a")])
def test_one_or_two_keys_of_different_names(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="signing key"):
        Signer([key(name) for name in names])


@pytest.mark.parametrize("text", ["k1", "k1:", ":AAAA", "k1:AAAA", "k1:not base64"])
def test_a_vault_key_that_is_not_one_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        VaultKey.parse(text)


def test_a_signing_key_has_a_private_half_and_a_name() -> None:
    whole = OKPKey.generate_key("Ed25519")
    assert SigningKey.of(whole).kid == whole.thumbprint()
    for other in (OKPKey.import_key(whole.as_dict(private=False)), OKPKey.generate_key("X25519")):
        with pytest.raises(ValueError, match="private Ed25519"):
            SigningKey.of(other)


SHORT, LONG = base64.b64encode(b"a" * 23).decode(), base64.b64encode(b"a" * 65).decode()


@pytest.mark.parametrize("text", ["", "whsec_", f"whsec_{SHORT}", f"whsec_{LONG}", "whsec_*", SHORT + "aaaa"])
def test_a_secret_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(SecretRefused):
        secret_bytes(text)


def test_a_secret_at_rest_belongs_to_its_endpoint_and_outlives_a_change_of_key() -> None:
    old, new = (VaultKey(name, os.urandom(32)) for name in ("v1", "v2"))
    endpoint = uuid4()
    kid, sealed = Vault([old]).seal(b"secret", endpoint)
    assert (kid, b"secret" in sealed) == ("v1", False)
    both = Vault([new, old])
    assert both.open(kid, sealed, endpoint) == b"secret"
    assert both.seal(b"secret", endpoint)[0] == "v2"
    with pytest.raises(InvalidTag):
        both.open(kid, sealed, uuid4())
    with pytest.raises(KeyError):
        Vault([new]).open(kid, sealed, endpoint)
