"""What the containers need before their first start: secrets, keys and `.env`; made once, never overwritten.

One file per secret in `deploy/secrets`, as docker-compose.yml hands them out. The folder is its owner's
alone; the files in it are readable, because they are mounted into containers that run as other users.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from services import local
from services.demo.people import AGENCIES
from shared.identity import new_key, read_key

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "deploy" / "secrets"
SETTINGS = ROOT / ".env"
VHOST = "casebridge"

_SETTINGS = """\
# This installation, as docker compose and the services are told of it. Made once by `make up`; yours to
# change. What can stand here: deploy/env.example (secrets stand in deploy/secrets instead). Files that are
# named here lie in deploy/secrets/files, which the services see as /etc/casebridge.

# The one port, on this machine only; TLS ends in front of it.
GATEWAY_PORT=8080

# For trying out: a sample agency runs too, and may be called. In real use remove both lines.
COMPOSE_PROFILES=sample
NOTIFICATIONS_EGRESS_ALLOW=["receiver:8099"]
"""


def install(folder: Path = FOLDER, settings: Path = SETTINGS) -> list[Path]:
    """Everything a first start needs is there; returns what had to be made."""
    (folder / "files").mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    made = [*_made(folder, _originals()), *_trying_out(folder), *_derived(folder)]
    if not settings.exists():
        made.append(local.once(settings, _SETTINGS.encode))
    return made


def _made(folder: Path, makers: Mapping[str, Callable[[], bytes]]) -> Iterator[Path]:
    for name, make in makers.items():
        if not (folder / name).exists():
            local.once(folder / name, make).chmod(0o644)
            yield folder / name


def _originals() -> dict[str, Callable[[], bytes]]:
    """What nothing else follows from, by file name."""
    made: dict[str, Callable[[], bytes]] = {
        "postgres_password": _password,
        "service_key": local.service_key,
        "cases_vault_keys": local.vault_keys,
        "notifications_vault_keys": local.vault_keys,
    }
    for service in local.SERVICES:
        made[f"{service}_owner_url"] = _database_url(f"{service}_owner", service)
        made[f"{service}_database_url"] = _database_url(service, service)
        made[f"{service}_bus_url"] = _bus_url(service)
        made[f"{service}_signing_key.json"] = _signing_key(f"{service}-1")
    return made


def _password() -> bytes:
    return secrets.token_urlsafe(32).encode()


def _database_url(role: str, database: str) -> Callable[[], bytes]:
    return lambda: (
        b"postgresql+asyncpg://%s:%s@postgres:5432/%s"
        % (
            role.encode(),
            _password(),
            database.encode(),
        )
    )


def _bus_url(user: str) -> Callable[[], bytes]:
    return lambda: b"amqp://%s:%s@rabbitmq:5672/%s" % (user.encode(), _password(), VHOST.encode())


def _signing_key(kid: str) -> Callable[[], bytes]:
    return lambda: local.private(new_key(kid))


def _trying_out(folder: Path) -> Iterator[Path]:
    """Without a table of issuers: one that believes a key kept here, and the keys of the sample agencies."""
    if (folder / "issuers.json").exists():
        return
    key = local.once(folder / "issuer-key.json", _signing_key("local-1"))
    yield key
    yield from _made(folder, {"issuers.json": lambda: local.issuers_of(read_key(key))})
    for code in AGENCIES:
        local.agency_key(folder, code)
        (folder / "agencies" / f"{code}.json").chmod(0o644)
    (folder / "agencies").chmod(0o755)
    yield folder / "agencies"


def _derived(folder: Path) -> Iterator[Path]:
    """What follows from the rest, and changes with it."""
    keys = [read_key(folder / f"{service}_signing_key.json") for service in local.SERVICES]
    wanted = {
        "rabbitmq_definitions.json": _definitions(folder),
        "public-keys.json": {"keys": [key.as_dict(private=False) for key in keys]},
    }
    for name, value in wanted.items():
        file, text = folder / name, orjson.dumps(value, option=orjson.OPT_INDENT_2)
        if not file.exists() or file.read_bytes() != text:
            file.write_bytes(text)
            file.chmod(0o644)
            yield file


def _definitions(folder: Path) -> dict[str, Any]:
    """The broker's users, with hashed passwords: each may publish to its own exchange only."""
    services = "|".join(local.SERVICES)
    everything = f"^(dead|({services})\\.(events|inbox|dead))$"
    users, permissions = [], []
    for service in local.SERVICES:
        password = urlsplit((folder / f"{service}_bus_url").read_text().strip()).password or ""
        users.append({"name": service, "password_hash": _hashed(password), "tags": [], "limits": {}})
        writes = f"^(dead|{service}\\.events|({services})\\.(inbox|dead))$"
        permissions.append(
            {"user": service, "vhost": VHOST, "configure": everything, "write": writes, "read": everything}
        )
    return {"vhosts": [{"name": VHOST}], "users": users, "permissions": permissions}


def _hashed(password: str) -> str:
    """The password as RabbitMQ keeps it. The salt follows from it, so that the same file is made again."""
    salt = hashlib.sha256(b"casebridge" + password.encode()).digest()[:4]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
