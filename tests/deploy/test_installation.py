"""What `make up` lays down before the first start: made once, and what the services need to read it."""

import base64
import hashlib
import re
from pathlib import Path

import orjson
import pytest

from services import installation
from services.cases.settings import CasesSettings
from services.notifications.channels.outfit import policy_of, vault_of
from services.notifications.rules.egress import HostPort
from services.notifications.settings import NotificationsSettings
from shared.identity import read_issuers, read_key

COMPOSE = installation.ROOT / "docker-compose.yml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The secrets of a fresh installation."""
    installation.install(tmp_path / "secrets", tmp_path / ".env")
    return tmp_path / "secrets"


def test_everything_that_compose_mounts_is_made(folder: Path) -> None:
    named = re.findall(r"\{file: deploy/secrets/(\S+)\}", COMPOSE.read_text())
    assert len(named) > 10
    assert [name for name in named if not (folder / name).is_file()] == []


def test_what_is_there_stays_as_it_is(folder: Path) -> None:
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert installation.install(folder, folder.parent / ".env") == []
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


def test_the_folder_is_its_owners_alone_and_so_is_the_key_that_signs_as_anybody(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "issuer-key.json").stat().st_mode & 0o777 == 0o600
    assert "issuer-key" not in COMPOSE.read_text()


def test_a_real_table_of_issuers_is_never_replaced(folder: Path) -> None:
    (folder / "issuers.json").write_text("[]")
    (folder / "issuer-key.json").unlink()
    assert installation.install(folder, folder.parent / ".env") == []
    assert read_issuers(folder / "issuers.json") == {}


def test_a_changed_password_reaches_the_broker(folder: Path) -> None:
    (folder / "cases_bus_url").unlink()
    made = installation.install(folder, folder.parent / ".env")
    assert [file.name for file in made] == ["cases_bus_url", "rabbitmq_definitions.json"]
    password = (folder / "cases_bus_url").read_text().split(":")[2].split("@")[0]
    users = orjson.loads((folder / "rabbitmq_definitions.json").read_bytes())["users"]
    kept = base64.b64decode(next(user["password_hash"] for user in users if user["name"] == "cases"))
    assert hashlib.sha256(kept[:4] + password.encode()).digest() == kept[4:]


def test_the_broker_lets_a_service_publish_in_its_own_name_only(folder: Path) -> None:
    rows = orjson.loads((folder / "rabbitmq_definitions.json").read_bytes())["permissions"]
    writes = {row["user"]: re.compile(row["write"]) for row in rows}
    assert writes["cases"].match("cases.events")
    assert not writes["cases"].match("referrals.events")
    assert not writes["cases"].match("cases.events.more")


def test_services_read_the_files_as_their_settings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASES_SIGNING_KEY_FILE", str(folder / "cases_signing_key.json"))
    monkeypatch.setenv("BUS_URL", "")
    (folder / "bus_url").write_bytes((folder / "cases_bus_url").read_bytes())
    told = CasesSettings(_secrets_dir=folder)
    assert told.database_url == (folder / "cases_database_url").read_text()
    assert told.bus_url == (folder / "cases_bus_url").read_text(), "an empty variable is none"
    assert read_key(told.signing_key_file).kid == "cases-1"


def test_notifications_read_their_vault_and_whom_they_may_call(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = (folder.parent / ".env").read_text().splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            monkeypatch.setenv(*line.split("=", 1))
    monkeypatch.setenv("BUS_URL", "memory://installation")
    monkeypatch.setenv("NOTIFICATIONS_SIGNING_KEY_FILE", str(folder / "notifications_signing_key.json"))
    told = NotificationsSettings(_secrets_dir=folder)
    assert vault_of(told)
    assert policy_of(told).allowed == {HostPort("receiver", 8099)}
