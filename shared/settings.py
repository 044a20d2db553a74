"""The frame's own settings; each service adds its few. No setting holds a secret by default."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class FrameSettings(BaseSettings):
    """What every service needs to stand: its database, its bus, its keys, its files."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, secrets_dir=None)

    database_url: str = Field(
        description="sqlite+aiosqlite:///file or postgresql+asyncpg://user:password@host/name"
    )
    bus_url: str = Field(description="memory://name (one process only) or amqp://user:password@host/vhost")
    service_key: SecretStr = Field(description="shared by the three services for internal calls and tickets")
    signing_key_file: Path = Field(description="Ed25519 private key (JWK): checkpoints, receipts, webhooks")
    issuers_file: Path | None = Field(None, description="JSON table of who may sign tokens for whom")
    offices_files: list[Path] = Field([], description="CSV files laid over the shipped offices")
    calendar_files: list[Path] = Field([], description="CSV files laid over the shipped calendar")
    peer_url: str = Field("http://{service}:8000", description="where a peer's internal routes are")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
