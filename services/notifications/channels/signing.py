"""Who vouches for a message: Standard Webhooks signatures, by our Ed25519 keys (`v1a`) and secrets (`v1`).

The header carries one signature for every active key, so that keys can change while messages flow.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import OKPKey

from services.notifications.errors import SecretRefused

SECRET_PREFIX = "whsec_"
MOST_KEYS = 2


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One of our own keys, by the name under which its public half is published."""

    kid: str
    private: Ed25519PrivateKey

    @classmethod
    def of(cls, key: OKPKey) -> "SigningKey":
        """The key in a private Ed25519 JWK; ValueError for anything else."""
        if not isinstance(key.private_key, Ed25519PrivateKey):
            raise ValueError("a signing key is a private Ed25519 JWK")
        return cls(key.kid or key.thumbprint(), key.private_key)

    def public(self) -> bytes:
        """The 32 bytes of the public half."""
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def jwk(self) -> dict[str, Any]:
        """The public half as RFC 8037 writes it."""
        x = base64.urlsafe_b64encode(self.public()).rstrip(b"=").decode()
        return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": self.kid, "alg": "Ed25519", "use": "sig"}


class Signer:
    """Signs with each of our active keys: one, or two while one follows the other."""

    def __init__(self, keys: Sequence[SigningKey]) -> None:
        if not 1 <= len(keys) <= MOST_KEYS or len({key.kid for key in keys}) != len(keys):
            raise ValueError("one signing key, or two of different names")
        self._keys = tuple(keys)

    def jwks(self) -> dict[str, Any]:
        """The public halves, as receivers fetch them."""
        return {"keys": [key.jwk() for key in self._keys]}

    @property
    def kids(self) -> tuple[str, ...]:
        """The names of our keys, in the order of their signatures."""
        return tuple(key.kid for key in self._keys)

    def headers(
        self, message_id: str, at: datetime, body: bytes, secrets: Iterable[bytes] = ()
    ) -> dict[str, str]:
        """The three webhook headers for these bytes, sent at that instant."""
        stamp = str(int(at.timestamp()))
        content = b".".join((message_id.encode(), stamp.encode(), body))
        signatures = [f"v1a,{_base64(key.private.sign(content))}" for key in self._keys]
        signatures += [f"v1,{_base64(hmac.digest(secret, content, hashlib.sha256))}" for secret in secrets]
        return {
            "webhook-id": message_id,
            "webhook-timestamp": stamp,
            "webhook-signature": " ".join(signatures),
        }


def new_secret() -> str:
    """A shared secret of our own making: 32 bytes by chance."""
    return SECRET_PREFIX + _base64(os.urandom(32))


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def secret_bytes(text: str) -> bytes:
    """The bytes of a `whsec_` secret, 24 to 64 of them, or SecretRefused."""
    try:
        raw = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise SecretRefused from None
    if not text.startswith(SECRET_PREFIX) or not 24 <= len(raw) <= 64:
        raise SecretRefused
    return raw
