"""The settings of this service."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import FrameSettings


class NotificationsSettings(FrameSettings):
    """Settings of `notifications`, read from the environment with the prefix NOTIFICATIONS_."""

    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_")

    second_signing_key_file: Path | None = Field(
        None, description="a second Ed25519 private key (JWK) that signs too while one key follows another"
    )
    vault_keys: list[SecretStr] = Field(
        [], description="name:base64 of 32 bytes; the first encrypts receivers' secrets, all decrypt them"
    )
    egress_ports: list[int] = Field([443, 8443], description="ports that endpoints may have")
    egress_private: list[str] = Field(
        [], description="partners in private networks: `organisation host:port network`"
    )
    egress_allow: list[str] = Field(
        [], description="exact host:port that passes every check, http too; for trying out and tests only"
    )
    keep_deliveries_days: int = Field(
        730, ge=180, description="finished deliveries are removed after so many days; the journal keeps them"
    )
    parallel_deliveries: int = Field(64, ge=1, le=1000, description="lanes served at once by one process")
    parallel_per_endpoint: int = Field(
        8,
        ge=1,
        le=100,
        description="lanes served at once of an endpoint that names no number, by all processes",
    )
