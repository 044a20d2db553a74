"""Who is asking: bearer tokens, the table of issuers, and the actor that follows from both.

A token is believed only as far as its issuer may speak: for which organisations, in which roles, for how
long. Issuers are rows of a file (any OIDC provider, or an office's own machine) and, for agencies, the
public keys registered with `referrals` (issuer `agency:<code>`, that organisation and role only).
"""

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx
import orjson
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, OKPKey

from shared import agencies
from shared.database import Database
from shared.organisations import Level, OfficeTree
from shared.problems import NotAuthenticated, RoleRequired

log = structlog.get_logger(__name__)

AUDIENCE = "casebridge"
LEEWAY_SECONDS = 60
ORGANISATION_SIGNED_SECONDS = 600
ALGORITHMS = ["Ed25519", "ES256", "RS256"]
AGENCY = "agency:"
MOST_NAME = 80
MOST_TOKENS = 4096

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


class Role(StrEnum):
    """What a person may be asked to do; one person may have several."""

    PROSECUTOR = "prosecutor"
    DEPARTMENT_HEAD = "department_head"
    CHIEF = "chief"
    COMMITTEE = "committee"
    CLERK = "clerk"
    TECHNICIAN = "technician"
    OVERSEER = "overseer"
    AGENCY_OFFICER = "agency_officer"
    ADMIN = "admin"
    AUDITOR = "auditor"
    SERVICE = "service"


class Kind(StrEnum):
    """What kind of organisation an actor speaks for."""

    OFFICE = "office"
    AGENCY = "agency"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person or machine, for one organisation, in roles, cleared up to a classification."""

    sub: str
    name: str
    org: str
    kind: Kind
    roles: frozenset[Role]
    clearance: int = 1
    department: str = ""
    path: str = ""
    level: Level | None = None

    def require(self, *roles: Role) -> None:
        """Refuse unless the actor has one of these roles."""
        if not self.roles & set(roles):
            raise RoleRequired(required=sorted(roles), yours=sorted(self.roles))

    def as_of_now(self) -> dict[str, Any]:
        """The actor as the journal keeps it: names and roles as they are on this day."""
        return {
            "sub": self.sub,
            "name": self.name,
            "org": self.org,
            "kind": self.kind,
            "department": self.department,
            "roles": sorted(self.roles),
        }

    @classmethod
    def system(cls, service: str, org: str = "casebridge") -> "Actor":
        """The system itself, acting in consequence of what `org` did or because time passed."""
        return cls(f"system:{service}", "Casebridge", org, Kind.SERVICE, frozenset({Role.SERVICE}), 9)


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who may sign tokens: for which organisations (codes or prefixes ending in *), in which roles."""

    iss: str
    orgs: tuple[str, ...]
    roles: frozenset[Role]
    jwks: str | Mapping[str, Any]
    max_seconds: int = 3600 * 12

    def speaks_for(self, org: str) -> bool:
        """Whether this issuer may name that organisation."""
        return any(org == code or (code.endswith("*") and org.startswith(code[:-1])) for code in self.orgs)


def read_issuers(file: Path | None) -> dict[str, Issuer]:
    """The issuer table of a JSON file: a list of {iss, orgs, roles, jwks, max_seconds}."""
    if file is None:
        return {}
    rows = orjson.loads(file.read_bytes())
    return {
        row["iss"]: Issuer(
            row["iss"],
            tuple(row["orgs"]),
            frozenset(Role(role) for role in row["roles"]),
            _located(row["jwks"], file.parent),
            int(row.get("max_seconds", 3600 * 12)),
        )
        for row in rows
    }


def _located(jwks: str | Mapping[str, Any], beside: Path) -> str | Mapping[str, Any]:
    if isinstance(jwks, str) and not jwks.startswith(("http://", "https://")):
        return str(beside / jwks)
    return jwks


@dataclass(slots=True)
class _Keys:
    """The keys of an issuer, and what they verified: a token comes with many requests."""

    keys: KeySet
    at: float = field(default_factory=time.monotonic)
    verified: dict[str, dict[str, Any]] = field(default_factory=dict)

    def claims(self, token: str) -> dict[str, Any]:
        """What the token claims, once one of these keys has verified its signature."""
        claims = self.verified.get(token)
        if claims is None:
            claims = jwt.decode(token, self.keys, algorithms=ALGORITHMS).claims
            if len(self.verified) >= MOST_TOKENS:
                del self.verified[next(iter(self.verified))]
            self.verified[token] = claims
        return claims


class Identity:
    """Turns a bearer token into an actor, or refuses it."""

    FRESH_SECONDS = 300
    RETRY_SECONDS = 30

    def __init__(self, issuers: Mapping[str, Issuer], offices: OfficeTree, database: Database) -> None:
        self._issuers = issuers
        self._offices = offices
        self._database = database
        self._fetched: dict[str, _Keys] = {}
        self._fetching = asyncio.Lock()

    async def actor(self, token: str) -> Actor:
        """The actor a token speaks for; raises NotAuthenticated with the reason otherwise."""
        issuer, keys = await self._issuer_and_keys(token)
        try:
            claims = keys.claims(token)
            _registry(issuer).validate(claims)
        except (JoseError, ValueError, TypeError, KeyError) as exc:
            raise NotAuthenticated(reason=_reason(exc)) from None
        return self._believed(issuer, claims)

    async def _issuer_and_keys(self, token: str) -> tuple[Issuer, _Keys]:
        header, payload = _unverified(token)
        iss = payload.get("iss")
        if not isinstance(iss, str):
            raise NotAuthenticated(reason="the token names no issuer")
        if iss.startswith(AGENCY):
            return await self._agency(iss.removeprefix(AGENCY))
        issuer = self._issuers.get(iss)
        if issuer is None:
            raise NotAuthenticated(reason="the issuer is not in the table of issuers")
        kid = header.get("kid")
        return issuer, await self._keys(issuer, kid if isinstance(kid, str) else None)

    async def _agency(self, code: str) -> tuple[Issuer, _Keys]:
        if not _CODE.fullmatch(code):
            raise NotAuthenticated(reason="no such agency")
        async with self._database.reading() as session:
            jwks = await agencies.keys_in_force(session, code)
        if not jwks:
            raise NotAuthenticated(reason="the agency has no key in force")
        roles = frozenset({Role.AGENCY_OFFICER})
        issuer = Issuer(AGENCY + code, (code,), roles, {}, ORGANISATION_SIGNED_SECONDS)
        try:
            return issuer, _Keys(KeySet.import_key_set({"keys": jwks}))
        except (JoseError, ValueError, TypeError, KeyError):
            raise NotAuthenticated(reason="a key of the agency cannot be read") from None

    async def _keys(self, issuer: Issuer, kid: str | None) -> _Keys:
        fetched = self._fetched.get(issuer.iss)
        if fetched is None or self._stale(fetched, kid):
            async with self._fetching:
                fetched = self._fetched.get(issuer.iss)
                if fetched is None or self._stale(fetched, kid):
                    fetched = self._fetched[issuer.iss] = await self._fetch(issuer, fetched)
        return fetched

    def _stale(self, fetched: _Keys, kid: str | None) -> bool:
        age = time.monotonic() - fetched.at
        unknown = kid is not None and kid not in {key.kid for key in fetched.keys.keys}
        return age > self.FRESH_SECONDS or (unknown and age > self.RETRY_SECONDS)

    async def _fetch(self, issuer: Issuer, before: _Keys | None) -> _Keys:
        try:
            return _Keys(KeySet.import_key_set(await _jwks(issuer.jwks)))
        except (OSError, httpx.HTTPError, ValueError, JoseError) as exc:
            log.warning("keys of an issuer are out of reach", issuer=issuer.iss, error=type(exc).__name__)
            if before is None:
                raise NotAuthenticated(reason="the issuer's keys are out of reach") from None
            return _Keys(before.keys)

    def _believed(self, issuer: Issuer, claims: Mapping[str, Any]) -> Actor:
        org = claims.get("org")
        if not isinstance(org, str) or not _CODE.fullmatch(org) or not issuer.speaks_for(org):
            raise NotAuthenticated(reason="the issuer may not speak for this organisation")
        try:
            roles = frozenset(Role(role) for role in claims.get("roles", []))
        except (ValueError, TypeError):
            raise NotAuthenticated(reason="the token names a role that does not exist") from None
        if not roles or not roles <= issuer.roles:
            raise NotAuthenticated(reason="the issuer may not give these roles")
        if claims["exp"] - claims["iat"] > issuer.max_seconds:
            raise NotAuthenticated(reason="the token lives longer than its issuer may sign")
        return self._actor(org, roles, claims)

    def _actor(self, org: str, roles: frozenset[Role], claims: Mapping[str, Any]) -> Actor:
        clearance = claims.get("clearance", 1)
        if not isinstance(clearance, int) or not 0 <= clearance <= 4:
            raise NotAuthenticated(reason="the clearance is no number from 0 to 4")
        sub = claims["sub"]
        if not isinstance(sub, str) or not 0 < len(sub) <= MOST_NAME or not sub.isprintable():
            # Cut to fit, two persons could become one: for recusals, approvals and idempotency keys.
            raise NotAuthenticated(reason=f"the subject is no text of up to {MOST_NAME} characters")
        is_agency = roles == {Role.AGENCY_OFFICER}
        if not is_agency and (Role.AGENCY_OFFICER in roles or not self._offices.exists(org)):
            raise NotAuthenticated(reason="no such office, or an agency's role beside an office's")
        office = None if is_agency else self._offices.office(org)
        return Actor(
            sub=sub,
            name=_shown(claims.get("name", "")),
            org=org,
            kind=Kind.AGENCY if is_agency else Kind.OFFICE,
            roles=roles,
            clearance=clearance,
            department=_shown(claims.get("department", "")),
            path=office.path if office else "",
            level=office.level if office else None,
        )


def _shown(said: Any) -> str:
    """What is only shown: without letters that would change how others read what stands beside it."""
    return "".join(letter for letter in str(said) if letter.isprintable())[:MOST_NAME]


def _registry(issuer: Issuer) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": issuer.iss},
        aud={"essential": True, "value": AUDIENCE},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        org={"essential": True},
    )


def _reason(exc: Exception) -> str:
    return {
        "ExpiredTokenError": "the token has expired",
        "InvalidClaimError": "a claim is not acceptable",
        "MissingClaimError": "a required claim is missing",
        "BadSignatureError": "the signature does not verify",
    }.get(type(exc).__name__, "the token is not acceptable")


def _unverified(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims before anything is believed: only to find whose key must verify them."""
    from joserfc.util import urlsafe_b64decode

    try:
        head, body, _ = token.encode("ascii").split(b".")
        header, payload = orjson.loads(urlsafe_b64decode(head)), orjson.loads(urlsafe_b64decode(body))
    except (ValueError, UnicodeEncodeError):
        raise NotAuthenticated(reason="the token is not a signed JWT") from None
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise NotAuthenticated(reason="the token is not a signed JWT")
    return header, payload


def expires_at(authorization: str) -> float:
    """When the token in this header, which was believed before, ends: seconds since 1970."""
    _, payload = _unverified(authorization.partition(" ")[2].strip())
    return float(payload["exp"])


async def _jwks(where: str | Mapping[str, Any]) -> Any:
    if not isinstance(where, str):
        return dict(where)
    if where.startswith(("http://", "https://")):
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            return (await client.get(where)).raise_for_status().json()
    return orjson.loads(await asyncio.to_thread(Path(where).read_bytes))


def sign_token(
    key: Key, iss: str, org: str, sub: str, roles: list[str], seconds: int = 600, **more: Any
) -> str:
    """A signed token as an issuer makes it; for trying out, for tests, and for an organisation's machine."""
    issued = int(time.time())
    claims = {"iss": iss, "aud": AUDIENCE, "sub": sub, "org": org, "roles": roles}
    claims |= {"iat": issued, "exp": issued + seconds} | more
    return jwt.encode({"alg": "Ed25519", "kid": key.kid}, claims, key, algorithms=ALGORITHMS)


def new_key(kid: str) -> OKPKey:
    """A new Ed25519 key pair with that key id."""
    return OKPKey.generate_key("Ed25519", {"kid": kid, "use": "sig", "alg": "Ed25519"})


def read_key(file: Path) -> OKPKey:
    """The private key in a JWK file."""
    return OKPKey.import_key(orjson.loads(file.read_bytes()))
