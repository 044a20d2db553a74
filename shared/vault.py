"""Secrets at rest: encrypted, under a named key, each bound to the one thing it belongs to."""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

NONCE = 12


@dataclass(frozen=True, slots=True)
class VaultKey:
    """One key that encrypts secrets, by name."""

    kid: str
    raw: bytes

    @classmethod
    def parse(cls, text: str) -> "VaultKey":
        """Of `kid:base64 of 32 bytes`; ValueError for anything else."""
        kid, _, key = text.strip().partition(":")
        raw = base64.b64decode(key, validate=True)
        if not kid or len(raw) != 32:
            raise ValueError("a vault key is kid:base64 of 32 bytes")
        return cls(kid, raw)


class Vault:
    """Encrypts with the first key and decrypts with whichever key a secret names."""

    @classmethod
    def of(cls, keys: Sequence[SecretStr]) -> Self | None:
        """As the settings say, if this installation has a key for it."""
        return cls([VaultKey.parse(key.get_secret_value()) for key in keys]) if keys else None

    def __init__(self, keys: Sequence[VaultKey]) -> None:
        if not keys:
            raise ValueError("a vault needs a key")
        self._first = keys[0].kid
        self._keys = {key.kid: AESGCM(key.raw) for key in keys}

    def seal(self, secret: bytes, owner_id: UUID) -> tuple[str, bytes]:
        """The name of the key used, and the sealed secret."""
        nonce = os.urandom(NONCE)
        return self._first, nonce + self._keys[self._first].encrypt(nonce, secret, owner_id.bytes)

    def open(self, kid: str, sealed: bytes, owner_id: UUID) -> bytes:
        """The secret; KeyError when its key is no longer held, InvalidTag when it is of another thing."""
        return self._keys[kid].decrypt(sealed[:NONCE], sealed[NONCE:], owner_id.bytes)
