"""A token is believed exactly as far as its issuer may speak."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from joserfc.jwk import OKPKey

from shared import agencies, clock
from shared.database import Database
from shared.identity import AUDIENCE, Identity, Issuer, Kind, Role, new_key, sign_token
from shared.organisations import Level, OfficeTree
from shared.problems import NotAuthenticated

PROVIDER, MACHINE, STRANGER = new_key("provider-1"), new_key("machine-1"), new_key("provider-1")
AGENCY, RETIRED, COMING = new_key("agency-1"), new_key("agency-0"), new_key("agency-2")
OFFICE, OTHER_OFFICE, POLICE = "330110", "110105", "330110-police"


def _public(*keys: OKPKey) -> dict[str, Any]:
    return {"keys": [key.as_dict(private=False) for key in keys]}


ISSUERS = {
    "https://login.example": Issuer(
        "https://login.example",
        ("*",),
        frozenset(Role) - {Role.AGENCY_OFFICER, Role.ADMIN},
        _public(PROVIDER),
    ),
    "office:330110": Issuer("office:330110", (OFFICE,), frozenset({Role.PROSECUTOR}), _public(MACHINE), 600),
}


@pytest.fixture
async def identity(database: Database) -> Identity:
    """Two issuers in the table, and one agency with one key in force."""
    today = clock.today()
    async with database.writing() as session:
        await agencies.keep(
            session,
            agencies.AgencyChanged(code=POLICE, kind="police", agency_name="公安局", division="330110"),
        )
        for key, begins, ends in (
            (AGENCY, None, None),
            (RETIRED, None, today - timedelta(days=1)),
            (COMING, today + timedelta(days=1), None),
        ):
            await agencies.keep_key(session, _key_row(key, begins, ends))
    return Identity(ISSUERS, OfficeTree.load(), database)


def _key_row(key: OKPKey, begins: date | None, ends: date | None) -> agencies.AgencyKeyChanged:
    public = key.as_dict(private=False)
    return agencies.AgencyKeyChanged(
        code=POLICE, kid=str(key.kid), jwk=public, valid_from=begins, valid_to=ends
    )


def office_token(key: OKPKey = PROVIDER, **claims: Any) -> str:
    """A good token of the provider's, but for the claims given."""
    said = {"iss": "https://login.example", "org": OFFICE, "sub": "p1", "roles": ["prosecutor"]} | claims
    return sign_token(key, **said)


def agency_token(key: OKPKey = AGENCY, **claims: Any) -> str:
    """A good token of the agency's own, but for the claims given."""
    said = {"iss": f"agency:{POLICE}", "org": POLICE, "sub": "o1", "roles": ["agency_officer"]} | claims
    return sign_token(key, **said)


def _part(value: Any) -> str:
    return (
        base64.urlsafe_b64encode(value if isinstance(value, bytes) else orjson.dumps(value))
        .decode()
        .rstrip("=")
    )


def _claims(**more: Any) -> dict[str, Any]:
    now = int(time.time())
    good = {
        "iss": "https://login.example",
        "aud": AUDIENCE,
        "sub": "p1",
        "org": OFFICE,
        "roles": ["prosecutor"],
    }
    return good | {"iat": now, "exp": now + 60} | more


def _without(name: str) -> str:
    claims = _claims()
    del claims[name]
    from joserfc import jwt

    return jwt.encode({"alg": "Ed25519", "kid": PROVIDER.kid}, claims, PROVIDER, algorithms=["Ed25519"])


def _unsigned(alg: str) -> str:
    return f"{_part({'alg': alg, 'typ': 'JWT'})}.{_part(_claims())}."


def _signed_with_the_public_key() -> str:
    """The classic confusion: the public key taken for an HMAC secret."""
    body = f"{_part({'alg': 'HS256', 'kid': PROVIDER.kid})}.{_part(_claims())}"
    secret = base64.urlsafe_b64decode(str(PROVIDER.as_dict(private=False)["x"]) + "==")
    return f"{body}.{_part(hmac.new(secret, body.encode(), hashlib.sha256).digest())}"


def _own_key_in_the_header() -> str:
    from joserfc import jwt

    mine = STRANGER.as_dict(private=False)
    header = {"alg": "Ed25519", "kid": STRANGER.kid, "jwk": mine}
    return jwt.encode(header, _claims(), STRANGER, algorithms=["Ed25519"])


def _headed(key: OKPKey = PROVIDER, **header: Any) -> str:
    """A good signature of that key under a header that says more, or something else, than it should."""
    said = {"alg": "Ed25519", "kid": key.kid} | header
    body = f"{_part(said)}.{_part(_claims())}"
    return f"{body}.{_part(key.private_key.sign(body.encode()))}"  # type: ignore[union-attr]


def _raw(claims: bytes) -> str:
    """A good signature over claims as no library would write them."""
    body = f"{_part({'alg': 'Ed25519', 'kid': PROVIDER.kid})}.{_part(claims)}"
    return f"{body}.{_part(PROVIDER.private_key.sign(body.encode()))}"  # type: ignore[union-attr]


def _with(claim: bytes) -> str:
    """Good claims with one more, spelt out."""
    return _raw(orjson.dumps(_claims())[:-1] + b"," + claim + b"}")


def _of_other_keys() -> str:
    """A signature by a key of another kind, under the provider's key id."""
    from joserfc import jwt
    from joserfc.jwk import ECKey

    key = ECKey.generate_key("P-256", {"kid": str(PROVIDER.kid)})
    return jwt.encode({"alg": "ES256", "kid": PROVIDER.kid}, _claims(), key, algorithms=["ES256"])


def _claims_exchanged() -> str:
    head, _, signature = office_token().split(".")
    return f"{head}.{_part(_claims(org=OTHER_OFFICE))}.{signature}"


@dataclass(frozen=True)
class Wrong:
    """A token that must not be believed, and what is wrong with it."""

    what: str
    make: Callable[[], str]


HOUR = 3600
WRONG = (
    Wrong("nothing at all", lambda: ""),
    Wrong("no JWT", lambda: "abc"),
    Wrong("two parts", lambda: "a.b"),
    Wrong("four parts", lambda: office_token() + ".x"),
    Wrong("parts that are no JSON", lambda: "a.b.c"),
    Wrong("claims that are a list", lambda: f"{_part({'alg': 'Ed25519'})}.{_part([1])}.x"),
    Wrong("a header that is a number", lambda: f"{_part(1)}.{_part(_claims())}.x"),
    Wrong("letters beyond ASCII", lambda: "令.牌.牌"),
    Wrong("no algorithm", lambda: _unsigned("none")),
    Wrong("no algorithm, in capitals", lambda: _unsigned("None")),
    Wrong("a signature left out", lambda: office_token().rsplit(".", 1)[0] + "."),
    Wrong("the public key as a secret", _signed_with_the_public_key),
    Wrong("its own key in the header", _own_key_in_the_header),
    Wrong("other claims under a good signature", _claims_exchanged),
    Wrong("a stranger's signature", lambda: office_token(STRANGER)),
    Wrong("another issuer's signature", lambda: office_token(MACHINE)),
    Wrong("an issuer that is not in the table", lambda: office_token(iss="https://elsewhere.example")),
    Wrong("an issuer that is no text", lambda: office_token(iss=7)),
    Wrong("no issuer", lambda: _without("iss")),
    Wrong("no audience", lambda: _without("aud")),
    Wrong("another audience", lambda: office_token(aud="payroll")),
    Wrong("no subject", lambda: _without("sub")),
    Wrong("no organisation", lambda: _without("org")),
    Wrong("no roles", lambda: _without("roles")),
    Wrong("an empty list of roles", lambda: office_token(roles=[])),
    Wrong("no expiry", lambda: _without("exp")),
    Wrong("no time of issue", lambda: _without("iat")),
    Wrong("an expiry that is a word", lambda: office_token(exp="tomorrow")),
    Wrong("expired beyond the leeway", lambda: office_token(seconds=-120)),
    Wrong(
        "issued in the future",
        lambda: office_token(iat=int(time.time()) + HOUR, exp=int(time.time()) + 2 * HOUR),
    ),
    Wrong("not valid before an hour from now", lambda: office_token(nbf=int(time.time()) + HOUR)),
    Wrong("living longer than its issuer may sign", lambda: office_token(seconds=13 * HOUR)),
    Wrong("an office that does not exist", lambda: office_token(org="999999")),
    Wrong("an organisation that is no text", lambda: office_token(org=["330110"])),
    Wrong("a role that does not exist", lambda: office_token(roles=["emperor"])),
    Wrong("a role the issuer may not give", lambda: office_token(roles=["prosecutor", "admin"])),
    Wrong("roles that are a number", lambda: office_token(roles=5)),
    Wrong("roles that are one word", lambda: office_token(roles="prosecutor")),
    Wrong("the service's own role", lambda: office_token(MACHINE, iss="office:330110", roles=["service"])),
    Wrong("a clearance above all", lambda: office_token(clearance=5)),
    Wrong("a clearance below none", lambda: office_token(clearance=-1)),
    Wrong("a clearance that is a word", lambda: office_token(clearance="4")),
    Wrong(
        "a machine for another office", lambda: office_token(MACHINE, iss="office:330110", org=OTHER_OFFICE)
    ),
    Wrong(
        "a machine in a role not its own", lambda: office_token(MACHINE, iss="office:330110", roles=["chief"])
    ),
    Wrong("a machine's token for an hour", lambda: office_token(MACHINE, iss="office:330110", seconds=HOUR)),
    Wrong("an agency that is unknown", lambda: agency_token(iss="agency:nobody", org="nobody")),
    Wrong("an agency for another one", lambda: agency_token(org="330110-health")),
    Wrong("an agency for an office", lambda: agency_token(org=OFFICE)),
    Wrong("an agency as a prosecutor", lambda: agency_token(roles=["prosecutor"])),
    Wrong("an agency as officer and chief", lambda: agency_token(roles=["agency_officer", "chief"])),
    Wrong("an agency's token for an hour", lambda: agency_token(seconds=HOUR)),
    Wrong("an agency's key that has ended", lambda: agency_token(RETIRED)),
    Wrong("an agency's key that has not begun", lambda: agency_token(COMING)),
    Wrong("an agency's token signed by the provider", lambda: agency_token(PROVIDER)),
    Wrong("an extension that must be understood", lambda: _headed(crit=["exp"], exp=0)),
    Wrong("an extension that nobody knows", lambda: _headed(crit=["urn_x"], urn_x=True)),
    Wrong("a payload that is not encoded", lambda: _headed(crit=["b64"], b64=False)),
    Wrong("a key to be fetched from elsewhere", lambda: _headed(STRANGER, jku="https://elsewhere.example")),
    Wrong(
        "a certificate of its own", lambda: _headed(STRANGER, x5c=["MIIB"], x5u="https://elsewhere.example")
    ),
    Wrong("a key id that is a path", lambda: _headed(STRANGER, kid="../../../../dev/null")),
    Wrong("a key id that is a query", lambda: _headed(STRANGER, kid="' UNION SELECT 'x")),
    Wrong("another issuer's key id", lambda: _headed(STRANGER, kid=MACHINE.kid)),
    Wrong("an algorithm in small letters", lambda: _headed(alg="ed25519")),
    Wrong("an algorithm for other keys", lambda: _headed(alg="ES256")),
    Wrong("an algorithm with a secret", lambda: _headed(alg="HS512")),
    Wrong("a list of algorithms", lambda: _headed(alg=["Ed25519", "none"])),
    Wrong("another kind of key under the same id", _of_other_keys),
    Wrong("five parts, as if encrypted", lambda: ".".join([_part({"alg": "dir", "enc": "A256GCM"})] * 5)),
    Wrong("the signature of another token", lambda: f"{_headed().rpartition('.')[0]}.{_headed(x=1)[-86:]}"),
    Wrong("one letter of the signature more", lambda: _headed() + "A"),
    Wrong("a space within", lambda: _headed().replace(".", ". ", 1)),
    Wrong("claims of a megabyte", lambda: office_token(STRANGER, x="x" * (1 << 20))),
    Wrong("an expiry without end", lambda: _with(b'"exp":1e400')),
    Wrong("an expiry that is no number", lambda: _with(b'"exp":NaN')),
    Wrong("an expiry beyond all numbers", lambda: _with(b'"exp":' + b"9" * 5000)),
    Wrong("an expiry that is a truth", lambda: office_token(exp=True)),
    Wrong("an expiry before the beginning", lambda: office_token(exp=-1)),
    Wrong("half a character for a name", lambda: _with(b'"name":"\\ud800"')),
    Wrong("claims nested without end", lambda: _with(b'"x":' + b"[" * 100_000)),
    Wrong("a direction turned round in the subject", lambda: office_token(sub="p\u202e1")),
    Wrong("audiences without ours", lambda: office_token(aud=["payroll", "casebridge "])),
    Wrong("an organisation with a star", lambda: office_token(org="*")),
    Wrong("an organisation that is a path", lambda: office_token(org="330110/../110105")),
    Wrong("roles within a role", lambda: office_token(roles=[["prosecutor"]])),
    Wrong("a clearance by half", lambda: office_token(clearance=1.5)),
    Wrong("an agency's case changed", lambda: agency_token(iss=f"AGENCY:{POLICE}")),
    Wrong("an agency below another", lambda: agency_token(iss=f"agency:{POLICE}/x")),
)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.what)
async def test_a_wrong_token_is_refused(identity: Identity, wrong: Wrong) -> None:
    with pytest.raises(NotAuthenticated):
        await identity.actor(wrong.make())


@pytest.mark.parametrize("make", [_headed, lambda: _with(b'"x":1'), office_token, agency_token])
async def test_what_the_wrong_ones_are_made_from_is_believed(
    identity: Identity, make: Callable[[], str]
) -> None:
    assert (await identity.actor(make())).sub in {"p1", "o1"}


async def test_an_office_speaks_through_its_provider(identity: Identity) -> None:
    token = office_token(roles=["prosecutor", "chief"], clearance=3, name="王", department="八部")
    actor = await identity.actor(token)
    assert (actor.org, actor.kind, actor.clearance, actor.level) == (OFFICE, Kind.OFFICE, 3, Level.PRIMARY)
    assert actor.roles == {Role.PROSECUTOR, Role.CHIEF}
    assert actor.path.endswith(f"/{OFFICE}/")


async def test_an_offices_machine_signs_for_its_own_office(identity: Identity) -> None:
    actor = await identity.actor(office_token(MACHINE, iss="office:330110", seconds=600))
    assert actor.org == OFFICE


async def test_an_agency_needs_no_provider(identity: Identity) -> None:
    actor = await identity.actor(agency_token())
    assert (actor.org, actor.kind) == (POLICE, Kind.AGENCY)
    assert actor.roles == {Role.AGENCY_OFFICER}
    assert actor.path == ""


async def test_a_clock_may_be_a_minute_off(identity: Identity) -> None:
    await identity.actor(office_token(seconds=-30))


async def test_an_expired_token_says_so(identity: Identity) -> None:
    with pytest.raises(NotAuthenticated) as refused:
        await identity.actor(office_token(seconds=-120))
    assert refused.value.data["reason"] == "the token has expired"


async def test_what_was_verified_before_still_ends_in_its_time(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, now = office_token(seconds=600), time.time()
    for later, believed in ((0, True), (659, True), (662, False)):
        monkeypatch.setattr(time, "time", lambda later=later: now + later)
        if believed:
            assert (await identity.actor(token)).sub == "p1"
        else:
            with pytest.raises(NotAuthenticated):
                await identity.actor(token)


async def test_what_was_verified_before_goes_with_its_key(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "jwks.json"
    file.write_bytes(orjson.dumps(_public(PROVIDER)))
    issuer = Issuer("https://login.example", ("*",), frozenset(Role), str(file))
    identity = Identity({issuer.iss: issuer}, OfficeTree.load(), database)
    token = office_token()
    assert (await identity.actor(token)).sub == "p1"
    file.write_bytes(orjson.dumps(_public(STRANGER)))
    assert (await identity.actor(token)).sub == "p1", "keys are read again after some minutes"
    monkeypatch.setattr(Identity, "FRESH_SECONDS", -1)
    with pytest.raises(NotAuthenticated):
        await identity.actor(token)


async def test_only_so_many_verified_tokens_are_kept(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.identity.MOST_TOKENS", 2)
    for sub in ("p1", "p2", "p3", "p1"):
        assert (await identity.actor(office_token(sub=sub))).sub == sub
    (keys,) = identity._fetched.values()
    assert len(keys.verified) == 2


async def test_a_name_cannot_turn_round_what_stands_beside_it(identity: Identity) -> None:
    actor = await identity.actor(agency_token(name="王\u202e\0\n五", department="网\u2066安"))
    assert (actor.name, actor.department) == ("王五", "网安")
