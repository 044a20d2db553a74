"""What the one-process start fills in where nothing was set: SQLite files, keys, an issuer for trying out.

Everything lies in one folder (CASEBRIDGE_DATA, default `var`). In real use each of these is set, and nothing
here has a say: a variable that is already in the environment is never touched.
"""

import base64
import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from joserfc.jwk import OKPKey

from shared.identity import Role, new_key, read_key, sign_token
from shared.settings import SECRETS

SERVICES = ("cases", "referrals", "notifications")
ISSUER = "local"
RECEIVER_PORT = 8099


def folder() -> Path:
    """Where the one-process start keeps its data."""
    return Path(os.environ.get("CASEBRIDGE_DATA", "var")).resolve()


def prepare() -> Path:
    """Every variable that a service needs is set, with keys made where none was; returns the data folder."""
    data = folder()
    if not _all_told():
        for variable, value in _defaults(data).items():
            if not _told(variable):
                os.environ[variable] = value
    return data


@contextmanager
def held() -> Iterator[None]:
    """This process alone serves what lies in the data folder: a bus in memory reaches no other process."""
    data = folder()
    data.mkdir(parents=True, exist_ok=True)
    with (data / "in-use").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(f"another process serves the data in {data}; stop it first") from None
        yield


def _told(variable: str) -> bool:
    return bool(os.environ.get(variable)) or (SECRETS / variable.lower()).is_file()


def _all_told() -> bool:
    own = [f"{name.upper()}_{each}" for name in SERVICES for each in ("DATABASE_URL", "SIGNING_KEY_FILE")]
    return all(map(_told, ("BUS_URL", "SERVICE_KEY", *own)))


def _defaults(data: Path) -> dict[str, str]:
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o700)
    secret = once(data / "service-key", service_key)
    signing = once(data / "signing-key.json", lambda: private(new_key("casebridge-1")))
    once(data / "issuer-key.json", lambda: private(new_key("local-1")))
    issuers = data / "issuers.json"
    issuers.write_bytes(issuers_of(read_key(data / "issuer-key.json")))
    defaults = {
        "BUS_URL": "memory://casebridge",
        "SERVICE_KEY": secret.read_text().strip(),
        "ISSUERS_FILE": str(issuers),
        "CASES_DOCUMENTS_FOLDER": str(data / "documents"),
        "CASES_VAULT_KEYS": once(data / "vault-keys", vault_keys).read_text(),
    }
    for name in SERVICES:
        defaults[f"{name.upper()}_DATABASE_URL"] = f"sqlite+aiosqlite:///{data / name}.sqlite"
        defaults[f"{name.upper()}_SIGNING_KEY_FILE"] = str(signing)
    return defaults


def service_key() -> bytes:
    """A new secret for the services to share."""
    return secrets.token_urlsafe(32).encode()


def vault_keys() -> bytes:
    """A list of one new key under which secrets are kept, as the settings take it."""
    return orjson.dumps([f"1:{base64.b64encode(os.urandom(32)).decode()}"])


def once(file: Path, make: Callable[[], bytes]) -> Path:
    """The file, made if it was not there; readable by its owner alone."""
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(make())
    return file


def private(key: OKPKey) -> bytes:
    """A key pair as a JWK file holds it."""
    return orjson.dumps(key.as_dict(private=True), option=orjson.OPT_INDENT_2)


def issuers_of(key: OKPKey) -> bytes:
    """The table of issuers that believes this key alone: of every office, in every role an office has."""
    roles = [role.value for role in Role if role not in (Role.AGENCY_OFFICER, Role.SERVICE)]
    row = {"iss": ISSUER, "orgs": ["*"], "roles": roles, "jwks": {"keys": [key.as_dict(private=False)]}}
    return orjson.dumps([row], option=orjson.OPT_INDENT_2)


def agency_key(data: Path, code: str) -> OKPKey:
    """The key pair of a sample agency, made when first asked for."""
    file = data / "agencies" / f"{code}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    return read_key(once(file, lambda: private(new_key(f"{code}-1"))))


def token(data: Path, org: str, sub: str, roles: list[str], seconds: int = 3600, clearance: int = 2) -> str:
    """A token of the local issuer: for trying out, never in real use."""
    key = read_key(data / "issuer-key.json")
    return sign_token(key, ISSUER, org, sub, roles, seconds, clearance=clearance, name=sub)
