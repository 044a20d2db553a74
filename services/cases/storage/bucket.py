"""A bucket of documents, on anything that speaks S3.

A document is sent in parts to a name of its own, and copied under its digest by the server when it is whole:
until then nobody finds it. It is read in ranges, so that no request of ours is as long as a slow reader.
"""

from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import SplitResult, parse_qs
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from services.cases.storage.folder import INCOMING
from services.cases.storage.receiving import Counted, Received

PART = 5 << 20  # the least that S3 takes for a part
PARTS_AT_ONCE = 2
RANGE = 4 << 20
TAKEN = {"endpoint", "region"}


@dataclass(frozen=True, slots=True)
class Keys:
    """Who we are to the bucket; without it, the environment and the machine's own role are asked."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


class BucketAway(OSError):
    """The bucket does not answer, or not as it should."""


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong outside is said in one word of ours; addresses and answers stay inside."""
    try:
        yield
    except BaseError as exc:
        raise BucketAway(type(exc).__name__) from None


@dataclass(frozen=True, slots=True)
class Bucket:
    """Documents in a bucket."""

    store: S3Store

    @classmethod
    def at(cls, url: SplitResult, keys: Keys | None) -> "Bucket":
        """The bucket of s3://bucket/prefix?endpoint=...&region=...; an endpoint is addressed by path."""
        said = {
            name: values[-1] for name, values in parse_qs(url.query, strict_parsing=bool(url.query)).items()
        }
        if unknown := sorted(said.keys() - TAKEN):
            raise ValueError(f"documents_url knows only {sorted(TAKEN)}, not {unknown}")
        config: dict[str, Any] = {"region": said.get("region", "us-east-1")}
        client: dict[str, Any] = {"connect_timeout": "5s", "timeout": "60s"}
        if endpoint := said.get("endpoint"):
            config |= {"endpoint": endpoint, "virtual_hosted_style_request": False}
            client["allow_http"] = endpoint.startswith("http://")
        if keys is not None:
            config |= {"access_key_id": keys.access_key, "secret_access_key": keys.secret_key}
        patience: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}
        prefix = url.path.strip("/") or None
        return cls(
            S3Store(url.netloc, prefix=prefix, client_options=client, retry_config=patience, **config)  # type: ignore[arg-type]
        )

    async def receive(self, pieces: AsyncIterator[bytes], most: int, said: str | None = None) -> Received:
        """Send the pieces in parts, and let the server copy the whole under its digest."""
        unfinished, counted = f"{INCOMING}/{uuid4().hex}", Counted(pieces, most, said)
        with _told():
            await obstore.put_async(
                self.store,
                unfinished,
                counted.whole(),
                chunk_size=PART,
                max_concurrency=PARTS_AT_ONCE,
            )
            try:
                await obstore.copy_async(self.store, unfinished, _name(counted.received.sha256))
            finally:
                await obstore.delete_async(self.store, unfinished)
        return counted.received

    async def size_of(self, sha256: str) -> int | None:
        """How large the object of that digest is; None if there is none."""
        with _told():
            try:
                return int((await obstore.head_async(self.store, _name(sha256)))["size"])
            except FileNotFoundError:
                return None

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        """The object, range by range."""
        size, start = await self.size_of(sha256), 0
        if size is None:
            raise FileNotFoundError(sha256)
        while start < size:
            with _told():
                piece = bytes(await _range(self.store, _name(sha256), start, min(RANGE, size - start)))
            yield piece
            start += len(piece)

    async def clear_unfinished(self, before: float) -> int:
        """Whole uploads that were never copied are gone; parts alone are the bucket's own rule to end."""
        gone = 0
        with _told():
            async for some in obstore.list(self.store, prefix=INCOMING):
                old = [each["path"] for each in some if each["last_modified"].timestamp() < before]
                for path in old:
                    await obstore.delete_async(self.store, path)
                gone += len(old)
        return gone


def _range(store: S3Store, name: str, start: int, length: int) -> Awaitable[obstore.Bytes]:
    return obstore.get_range_async(store, name, start=start, length=length)


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
