"""Where documents lie, each under its own SHA-256, written once and never changed: a folder or a bucket."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from services.cases.settings import CasesSettings
from services.cases.storage.bucket import Bucket, Keys
from services.cases.storage.folder import INCOMING, Folder, clear_unfinished, place_of, receive
from services.cases.storage.receiving import PIECE, OtherBytes, Received, Store, TooManyBytes, digest_of

__all__ = [
    "INCOMING",
    "PIECE",
    "Bucket",
    "Folder",
    "Keys",
    "OtherBytes",
    "Received",
    "Store",
    "TooManyBytes",
    "clear_unfinished",
    "digest_of",
    "place_of",
    "receive",
    "store_of",
]


def store_of(settings: CasesSettings) -> Store:
    """The store that the settings name: by its URL, or the folder if there is none."""
    url = settings.documents_url
    if not url:
        return Folder(settings.documents_folder)
    key, secret = settings.documents_access_key, settings.documents_secret_key
    if key is None or secret is None:
        return _store_at(url, None)
    return _store_at(url, Keys(key.get_secret_value(), secret.get_secret_value()))


@lru_cache(maxsize=8)
def _store_at(url: str, keys: Keys | None) -> Store:
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return Folder(Path(unquote(parts.path)))
    if parts.scheme == "s3" and parts.netloc:
        return Bucket.at(parts, keys)
    raise ValueError("documents_url is neither file:///path nor s3://bucket/prefix?endpoint=...")
