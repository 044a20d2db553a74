"""The settings of this service."""

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from shared.settings import FrameSettings

# TLS from the start, by STARTTLS, or none.
SMTP_PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}


class NotificationsSettings(FrameSettings):
    """Settings of `notifications`, read from the environment with the prefix NOTIFICATIONS_."""

    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_", hide_input_in_errors=True)

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
        730,
        ge=180,
        description="finished deliveries, and inbox lines that ask for nothing, go after so many days;"
        " the journal keeps that they were",
    )
    parallel_deliveries: int = Field(64, ge=1, le=1000, description="lanes served at once by one process")
    parallel_per_endpoint: int = Field(
        8,
        ge=1,
        le=100,
        description="lanes served at once of an endpoint that names no number, by all processes",
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="a mail server, to send letters at all: smtps://user:password@host:465, or smtp:// for"
        " STARTTLS, or smtp+plain://host:25 for a relay on the same machine",
    )
    smtp_ca_file: Path | None = Field(
        None,
        description="PEM file of the authority that signs the mail server's certificate, if a private one",
    )
    mail_from: str = Field("", description="sender of the letters: a mail address of this installation")
    mail_links: str = Field(
        "",
        description="where people reach this system, before the links in letters: https://casebridge.example",
    )

    @model_validator(mode="after")
    def _letters_can_leave(self) -> Self:
        if self.smtp_url is None:
            return self
        url = urlsplit(self.smtp_url.get_secret_value())
        if url.scheme not in SMTP_PORTS or not url.hostname:
            raise ValueError(
                f"NOTIFICATIONS_SMTP_URL begins with one of {sorted(SMTP_PORTS)} and names a host"
            )
        if url.scheme == "smtp+plain" and url.password:
            raise ValueError("NOTIFICATIONS_SMTP_URL: no password is sent without TLS")
        if "@" not in self.mail_from:
            raise ValueError("NOTIFICATIONS_MAIL_FROM is a mail address where NOTIFICATIONS_SMTP_URL is set")
        return self
