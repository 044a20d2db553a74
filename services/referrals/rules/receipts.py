"""What a receipt says, by which way the answer came that it proves, and how anybody verifies it offline."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from services.referrals.errors import SignatureNotVerified
from services.referrals.rules.vocabulary import Path

RECEIPT = "casebridge-receipt"
_ZONE = ZoneInfo("Asia/Shanghai")
_OURS_SIGNED = ["Ed25519"]
_THEIRS_SIGNED = ["Ed25519", "ES256"]


class Proof(StrEnum):
    """What a receipt proves: that bytes were taken, or that the receiver acted. The two are never mixed."""

    TRANSPORT = "transport"
    BUSINESS = "business"


PATHS = {
    Path.OWN_KEY: ("以机关登记密钥签署", "signed with the agency's registered key"),
    Path.COUNTERSIGNED: (
        "经认证人员作出，系统副署",
        "said by an authenticated officer, countersigned here",
    ),
    Path.RECORDED_BY_SENDER: ("由发送院代为录入", "recorded by the sending office on the agency's behalf"),
    Path.RECORDED_BY_OFFICE: (
        "由承办院代为录入",
        "recorded on the agency's behalf by the office that received or watches it",
    ),
    Path.TRANSPORT: ("接收端已收取，无人表示", "taken by the receiver's endpoint; nobody said anything"),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """The content of a receipt: over which matter, handoff, act and bytes, when, by which way."""

    proof: Proof
    matter: UUID
    handoff: UUID
    act: str
    content: str
    org: str
    on: date
    at: datetime
    path: Path
    on_behalf_of: str | None = None
    manner: str | None = None

    def payload(self) -> dict[str, Any]:
        """The claim as the signed document carries it."""
        return {
            "typ": RECEIPT,
            "proof": self.proof,
            "matter": str(self.matter),
            "handoff": str(self.handoff),
            "act": self.act,
            "content_sha256": self.content,
            "org": self.org,
            "occurred_on": self.on.isoformat(),
            "at": self.at.isoformat(),
            "path": self.path,
            "on_behalf_of": self.on_behalf_of,
            "manner": self.manner,
        }


def content_hash(act: str, said: dict[str, Any]) -> str:
    """SHA-256 over what was said, as canonical JSON: sorted keys, no spaces, absent values left out."""
    stated = {key: value for key, value in said.items() if value is not None}
    return sha256(orjson.dumps({"act": act, "said": stated}, option=orjson.OPT_SORT_KEYS)).hexdigest()


def sign(claim: Claim, key: OKPKey) -> str:
    """The receipt: a compact JWS over the claim."""
    header = {"alg": "Ed25519", "kid": key.kid}
    payload = orjson.dumps(claim.payload(), option=orjson.OPT_SORT_KEYS)
    return jws.serialize_compact(header, payload, key, algorithms=_OURS_SIGNED)


def verify_receipt(token: str, keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a receipt says, if one of these public keys signed it; SignatureNotVerified otherwise.

    Needs no connection to anything: the receipt and the exported keys are enough. A key that says from when
    or until when it is valid is believed on these days alone, by the day on which the receipt was given.
    """
    kid, statement = _verified(token, keys, _OURS_SIGNED)
    if statement.get("typ") != RECEIPT:
        raise SignatureNotVerified(typ=statement.get("typ"), expected_typ=RECEIPT)
    if not any(_valid(key, statement) for key in keys if kid in (None, key.get("kid"))):
        raise SignatureNotVerified(kid=kid, at=statement.get("at"))
    return statement


def _valid(key: Mapping[str, Any], statement: Mapping[str, Any]) -> bool:
    begins, ends = (
        key.get(name) and date.fromisoformat(str(key[name])) for name in ("valid_from", "valid_to")
    )
    if begins is None and ends is None:
        return True
    try:
        day = datetime.fromisoformat(str(statement.get("at"))).astimezone(_ZONE).date()
    except ValueError:
        return False
    return (begins is None or begins <= day) and (ends is None or day <= ends)


def verify_statement(
    token: str, keys: Iterable[Mapping[str, Any]], handoff: UUID, act: str, content: str
) -> dict[str, Any]:
    """What a receiver signed itself, if one of its keys signed exactly this act with this content."""
    _, statement = _verified(token, keys, _THEIRS_SIGNED)
    said = {name: statement.get(name) for name in ("handoff", "act", "content_sha256")}
    if said != {"handoff": str(handoff), "act": act, "content_sha256": content}:
        raise SignatureNotVerified(signed=said, expected_act=act, expected_content_sha256=content)
    return statement


def _verified(
    token: str, keys: Iterable[Mapping[str, Any]], algorithms: list[str]
) -> tuple[str | None, dict[str, Any]]:
    """The id of the key that signed, and what it signed."""
    try:
        key_set = KeySet.import_key_set({"keys": [dict(key) for key in keys]})
        signed = jws.deserialize_compact(token, key_set, algorithms=algorithms)
        statement = orjson.loads(signed.payload)
    except (JoseError, ValueError, KeyError, TypeError):
        raise SignatureNotVerified() from None
    if not isinstance(statement, dict):
        raise SignatureNotVerified()
    return signed.headers().get("kid"), statement
