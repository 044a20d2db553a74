"""Proof of transport as anybody can check it: a compact JWS by our key over what was taken, when and how."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from joserfc import jws
from joserfc.jwk import OKPKey


def sha256(content: bytes) -> str:
    """The SHA-256 of these bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def signed(claims: Mapping[str, Any], key: OKPKey) -> str:
    """These claims under our key (`alg: Ed25519`)."""
    header = {"alg": "Ed25519", "kid": key.kid}
    payload = orjson.dumps(dict(claims), option=orjson.OPT_SORT_KEYS)
    return jws.serialize_compact(header, payload, key, algorithms=["Ed25519"])
