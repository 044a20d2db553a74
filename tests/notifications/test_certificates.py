"""An endpoint with an authority of its own that asks us for a certificate: known, and known to it."""

import datetime as dt
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from services.notifications.tables import Tls
from tests.notifications.conftest import VAULT_KEY, Post
from tests.notifications.receiver import Receiver, receiving

ENDPOINTS = "/notifications/v1/endpoints"


@dataclass
class Authority:
    """A private authority that vouches for servers and clients."""

    name: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def make(cls, name: str) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        return cls(name, key, _certificate(name, key, name, key, authority=True))

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def vouch(self, name: str) -> tuple[str, str]:
        """A certificate of that name, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _certificate(name, key, self.name, self.key)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return made.public_bytes(Encoding.PEM).decode(), private.decode()


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    signer: ec.EllipticCurvePrivateKey,
    *,
    authority: bool = False,
) -> x509.Certificate:
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, issuer)]
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(names[1], names[0], key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - dt.timedelta(1)).not_valid_after(now + dt.timedelta(1))
    made = made.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    places = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    known = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    made = made.add_extension(places, critical=False).add_extension(known, critical=False)
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    usage = x509.KeyUsage(not authority, False, False, False, False, authority, authority, False, False)
    made = made.add_extension(own, critical=False).add_extension(usage, critical=True)
    return made.sign(signer, hashes.SHA256())


@pytest.fixture
def authority() -> Authority:
    """The receiver's own authority."""
    return Authority.make("agency authority")


@pytest.fixture
async def strict(authority: Authority, tmp_path: Path) -> AsyncIterator[Receiver]:
    """A receiver under that authority, which lets in only whom it vouches for."""
    certificate, key = authority.vouch("127.0.0.1")
    file, trusted = tmp_path / "server.pem", tmp_path / "authority.pem"
    file.write_text(certificate + key)
    trusted.write_text(authority.pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    context.load_verify_locations(trusted)
    context.verify_mode = ssl.CERT_REQUIRED
    async with receiving(tls=context) as listening:
        yield listening


@pytest.fixture
def extra_settings(strict: Receiver) -> dict[str, dict[str, Any]]:
    """It may be called, and keys can be kept."""
    return {"notifications": {"egress_allow": [strict.place], "vault_keys": [VAULT_KEY]}}


async def test_without_papers_nobody_gets_in_and_with_them_messages_do(
    post: Post, strict: Receiver, authority: Authority
) -> None:
    said = {"url": strict.url(), "purpose": "收件"}
    made = await post.app.client.create(ENDPOINTS, said, by=post.agency)
    path = f"{ENDPOINTS}/{made['id']}"
    await post.deliver()
    found = await post.app.client.read(path, post.agency)
    assert (found["state"], found["challenge_result"].split(":")[0]) == ("pending", "untrusted")
    await post.app.client.act(path, "certificates", {"authority": authority.pem}, by=post.agency)
    await post.app.client.act(path, "verification", by=post.agency)
    await post.deliver()
    assert (await post.app.client.read(path, post.agency))["state"] == "pending", "we showed nothing"
    certificate, key = authority.vouch("casebridge")
    papers = {"authority": authority.pem, "certificate": certificate, "key": key}
    kept = await post.app.client.act(path, "certificates", papers, by=post.agency)
    recorded = [each.body for each in await post.app.recorded("endpoint_certificates_set")]
    assert [(each["authority"], each["certificate"]) for each in recorded] == [(True, False), (True, True)]
    assert (kept["certificate"].strip(), "key" in kept) == (certificate.strip(), False)
    await post.app.client.act(path, "verification", by=post.agency)
    await post.dispatch(await post.matter())
    await post.deliver()
    await post.dispatch(await post.matter())
    await post.deliver()
    assert await post.states() == ["delivered"]
    assert len(strict.messages) == 1
    async with post.app.reading() as session:
        sealed = await session.scalar(select(Tls.sealed_key))
    assert sealed is not None
    assert b"PRIVATE KEY" not in sealed


async def test_papers_that_do_not_belong_together_are_refused(
    post: Post, strict: Receiver, authority: Authority
) -> None:
    made = await post.app.client.create(ENDPOINTS, {"url": strict.url(), "purpose": "收件"}, by=post.agency)
    path = f"{ENDPOINTS}/{made['id']}"
    (certificate, key), (_, other) = authority.vouch("one"), authority.vouch("two")
    broken = "-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----"
    for papers in (
        {"certificate": certificate},
        {"key": key},
        {"certificate": certificate, "key": other},
        {"authority": broken},
        {"certificate": certificate, "key": certificate},
    ):
        etag = await post.app.client.etag(path, post.agency)
        answer = await post.app.client.post(f"{path}/certificates", papers, by=post.agency, etag=etag)
        assert (answer.status_code, answer.json()["code"]) == (422, "CertificateRefused"), papers
    async with post.app.reading() as session:
        assert (await session.scalars(select(Tls))).all() == []
