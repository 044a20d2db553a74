"""Certificates of one endpoint: its private authority, and the client certificate that we show it."""

import os
import ssl
import tempfile
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from services.notifications.errors import CertificateRefused

PUBLIC = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@dataclass(frozen=True, slots=True)
class Credentials:
    """How one endpoint and we know each other in TLS, the key as it is used."""

    authority: str | None = None
    certificate: str | None = None
    key: str | None = field(default=None, repr=False)

    def context(self) -> ssl.SSLContext:
        """A context that believes that authority alone, if there is one, and shows that certificate."""
        context = ssl.create_default_context(cadata=self.authority)
        if self.certificate and self.key:
            _show(context, self.certificate, self.key)
        return context


def _show(context: ssl.SSLContext, certificate: str, key: str) -> None:
    """The library takes files alone: one that nobody else can open, gone at once."""
    descriptor, name = tempfile.mkstemp(dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{certificate}\n{key}\n")
        context.load_cert_chain(name)
    finally:
        os.unlink(name)


def check_papers(authority: str | None, certificate: str | None, key: str | None) -> None:
    """Refuses what is no PEM, and a certificate and a key that do not belong together."""
    if (certificate is None) != (key is None):
        raise CertificateRefused
    try:
        if authority is not None:
            x509.load_pem_x509_certificates(authority.encode())
        if certificate is not None and key is not None:
            shown = x509.load_pem_x509_certificates(certificate.encode())[0].public_key()
            ours = load_pem_private_key(key.encode(), password=None).public_key()
            if shown.public_bytes(*PUBLIC) != ours.public_bytes(*PUBLIC):
                raise CertificateRefused
    except (ValueError, TypeError):
        raise CertificateRefused from None
