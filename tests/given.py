"""Who and what tests begin with, in sentences: `given.prosecutor("330110")`, `given.an_agency("police")`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import orjson
from fastapi import FastAPI
from joserfc.jwk import OKPKey

from shared import agencies
from shared.agencies import AgencyChanged, AgencyKeyChanged
from shared.identity import Role, new_key, sign_token
from shared.service import Frame

ISSUER = "https://login.test"
ISSUER_KEY = new_key("test-issuer")
SERVICE_KEY = "a key that only the three services know"

DISTRICT, NEIGHBOUR, CITY, PROVINCE = "330110", "330109", "330100", "330000"
OTHER_CITY, OTHER_PROVINCE, SUPREME = "330200", "110000", "000000"


def issuers() -> bytes:
    """The issuer table of the tests: one provider that may speak for every office, in every role of one."""
    roles = [role.value for role in Role if role not in {Role.AGENCY_OFFICER, Role.SERVICE}]
    jwks = {"keys": [ISSUER_KEY.as_dict(private=False)]}
    return orjson.dumps([{"iss": ISSUER, "orgs": ["*"], "roles": roles, "jwks": jwks}])


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can ask for something: of one organisation, in roles, with a key that signs for them."""

    sub: str
    org: str
    roles: tuple[Role, ...]
    name: str = "某某"
    clearance: int = 1
    department: str = ""
    iss: str = ISSUER
    key: OKPKey = field(default_factory=lambda: ISSUER_KEY, repr=False, compare=False)

    def token(self, **claims: Any) -> str:
        """A good token, but for the claims given."""
        said: dict[str, Any] = {"name": self.name, "clearance": self.clearance, "department": self.department}
        said |= claims
        return sign_token(self.key, self.iss, self.org, self.sub, list(self.roles), **said)

    @property
    def headers(self) -> Mapping[str, str]:
        """The header that says who asks."""
        return {"Authorization": f"Bearer {self.token()}"}

    def cleared(self, clearance: int) -> "Person":
        """The same person, cleared up to that classification."""
        return replace(self, clearance=clearance)

    def also(self, *roles: Role) -> "Person":
        """The same person with more roles."""
        return replace(self, roles=(*self.roles, *roles))


def somebody(office: str, *roles: Role, sub: str = "", **more: Any) -> Person:
    """A person of that office in those roles; the same roles are the same person unless `sub` differs."""
    return Person(sub or f"{roles[0].value}-{office}", office, roles, **more)


def prosecutor(office: str, sub: str = "", **more: Any) -> Person:
    """A prosecutor of that office."""
    return somebody(office, Role.PROSECUTOR, sub=sub, **more)


def department_head(office: str, sub: str = "", **more: Any) -> Person:
    """The head of that office's public interest department."""
    return somebody(office, Role.DEPARTMENT_HEAD, sub=sub, **more)


def chief(office: str, sub: str = "", **more: Any) -> Person:
    """The chief procurator of that office."""
    return somebody(office, Role.CHIEF, sub=sub, **more)


def committee(office: str, sub: str = "", **more: Any) -> Person:
    """That office's committee, in the person of its secretary."""
    return somebody(office, Role.COMMITTEE, sub=sub, **more)


def clerk(office: str, sub: str = "", **more: Any) -> Person:
    """A clerk of that office."""
    return somebody(office, Role.CLERK, sub=sub, **more)


def overseer(office: str, sub: str = "", **more: Any) -> Person:
    """Somebody of that office who reads what is below."""
    return somebody(office, Role.OVERSEER, sub=sub, **more)


def admin(office: str = SUPREME, sub: str = "", **more: Any) -> Person:
    """An administrator."""
    return somebody(office, Role.ADMIN, sub=sub, **more)


def auditor(office: str = SUPREME, sub: str = "", **more: Any) -> Person:
    """An auditor."""
    return somebody(office, Role.AUDITOR, sub=sub, **more)


# --- Agencies ----------------------------------------------------------------------------------------


@cache
def agency_key(code: str) -> OKPKey:
    """The key pair of that agency in this test run."""
    return new_key(f"{code}-key")


def agency_officer(code: str, sub: str = "", **more: Any) -> Person:
    """An officer of that agency, whose own machine signs; the agency must be known where they ask."""
    roles = (Role.AGENCY_OFFICER,)
    return Person(sub or f"officer-{code}", code, roles, iss=f"agency:{code}", key=agency_key(code), **more)


def an_agency(
    code: str, kind: str = "public_security", division: str = DISTRICT, **more: Any
) -> dict[str, Any]:
    """What `referrals` announces of an agency."""
    return {"code": code, "kind": kind, "agency_name": f"机关 {code}", "division": division} | more


def an_agency_key(code: str) -> dict[str, Any]:
    """What `referrals` announces of an agency's key."""
    key = agency_key(code)
    return {"code": code, "kid": key.kid, "jwk": key.as_dict(private=False)}


async def known_agency(apps: FastAPI | Iterable[FastAPI], code: str, **more: Any) -> Person:
    """The agency and its key are known to these services, as if announced; returns its officer."""
    for app in [apps] if isinstance(apps, FastAPI) else apps:
        frame: Frame = app.state.frame
        async with frame.database.writing() as session:
            await agencies.keep(session, AgencyChanged.model_validate(an_agency(code, **more)))
            await agencies.keep_key(session, AgencyKeyChanged.model_validate(an_agency_key(code)))
    return agency_officer(code)
