"""The frame's own settings; each service adds its few. No setting holds a secret by default."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

# Where container engines put secrets. A setting may be a file there, named like its variable in lower case.
SECRETS = Path("/run/secrets")


class FrameSettings(BaseSettings):
    """What every service needs to stand: its database, its bus, its keys, its files.

    The database and the signing key are each service's own (environment: the service's prefix); what the
    three share is named once, without a prefix. The environment counts before a secret's file;
    an empty variable counts as none.
    """

    model_config = SettingsConfigDict(
        extra="ignore",
        populate_by_name=True,
        env_ignore_empty=True,
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
    )

    database_url: str = Field(
        description="the service's own database: sqlite+aiosqlite:///file or postgresql+asyncpg://..."
    )
    signing_key_file: Path = Field(
        description="Ed25519 private key (JWK file) that signs checkpoints, receipts and webhooks"
    )
    bus_url: str = Field(
        validation_alias="BUS_URL",
        description="memory://name (all services in one process) or amqp://user:password@host/vhost",
    )
    service_key: SecretStr = Field(
        validation_alias="SERVICE_KEY",
        min_length=16,
        description="a secret the three services share, for internal calls and document tickets",
    )
    issuers_file: Path | None = Field(
        None, validation_alias="ISSUERS_FILE", description="JSON table of who may sign tokens for whom"
    )
    offices_files: list[Path] = Field(
        [], validation_alias="OFFICES_FILES", description="CSV files laid over the shipped offices"
    )
    courts_files: list[Path] = Field(
        [],
        validation_alias="COURTS_FILES",
        description="CSV files that say which office may sue at which court",
    )
    calendar_files: list[Path] = Field(
        [], validation_alias="CALENDAR_FILES", description="CSV files laid over the shipped calendar"
    )
    peer_url: str = Field(
        "http://{service}:8000",
        validation_alias="PEER_URL",
        description="where a peer's internal routes are; {service} stands for its name",
    )
    log_level: str = Field("INFO", validation_alias="LOG_LEVEL", description="DEBUG, INFO, WARNING or ERROR")
