"""What this service can be told; the frame's own settings stand in `shared/settings.py`."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import FrameSettings


class CasesSettings(FrameSettings):
    """Settings of `cases`, read from the environment with the prefix CASES_."""

    model_config = SettingsConfigDict(env_prefix="CASES_")

    documents_folder: Path = Field(
        Path("documents"), description="folder where documents are kept, by their SHA-256"
    )
    documents_url: str | None = Field(
        None,
        description="keeps documents there and not in that folder: file:///path or"
        " s3://bucket/prefix?endpoint=https://host&region=name",
    )
    documents_access_key: SecretStr | None = Field(
        None, description="access key of the bucket; without it the AWS_... variables and the machine's role"
    )
    documents_secret_key: SecretStr | None = Field(None, description="secret key of the bucket")
    document_max_bytes: int = Field(200 * 1024 * 1024, ge=1, description="largest document taken, in bytes")
    document_media_types: list[str] = Field(
        [
            "application/pdf",
            "application/ofd",
            "application/msword",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/zip",
            "image/jpeg",
            "image/png",
            "text/plain",
            "application/octet-stream",
        ],
        description="media types of documents taken",
    )
    late_entry_days: int = Field(
        30, ge=0, description="an act entered later than this needs a reason (internal)"
    )
    muted_focuses: list[str] = Field(
        [], description="focuses that are shown but do not raise emphasis (internal)"
    )
    vault_keys: list[SecretStr] = Field(
        [], description="name:base64 of 32 bytes; the first encrypts reporters' identities, all decrypt them"
    )
    number_template: str = Field(
        "{office}-{kind}-{year}-{seq:05d}", description="our own numbers; never the official system's"
    )
