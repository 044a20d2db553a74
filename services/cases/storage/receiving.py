"""What every store promises, and the counting of what comes in: pieces, digest, limit."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

PIECE = 1 << 20


class TooManyBytes(Exception):
    """More bytes came than are taken."""


class OtherBytes(Exception):
    """The bytes that came are not those announced; `sha256` is theirs."""

    def __init__(self, sha256: str) -> None:
        super().__init__(sha256)
        self.sha256 = sha256


@dataclass(frozen=True, slots=True)
class Received:
    """What was received: its digest and its size; the bytes lie in the store."""

    sha256: str
    size: int


class Store(Protocol):
    """Documents by their SHA-256; whatever fails leaves nothing under a digest."""

    async def receive(self, pieces: AsyncIterator[bytes], most: int, said: str | None = None) -> Received:
        """Keep the pieces under the digest of all; TooManyBytes over the limit, OtherBytes if not as said."""

    async def size_of(self, sha256: str) -> int | None:
        """How many bytes lie under that digest; None if nothing does."""

    def read(self, sha256: str) -> AsyncIterator[bytes]:
        """The bytes, in pieces."""

    async def clear_unfinished(self, before: float) -> int:
        """Uploads that broke off before that instant are gone; how many there were."""


class Counted:
    """The pieces of one document as they come, joined to larger ones; afterwards, what was received."""

    def __init__(self, pieces: AsyncIterator[bytes], most: int, said: str | None) -> None:
        self._pieces, self._most, self._said = pieces, most, said
        self._digest, self._size = hashlib.sha256(), 0

    @property
    def received(self) -> Received:
        """The digest and the size of everything so far."""
        return Received(self._digest.hexdigest(), self._size)

    async def whole(self) -> AsyncIterator[bytes]:
        """Every byte, once; refused beyond the limit, and at the end if the digest is not the one said."""
        waiting = bytearray()
        async for piece in self._pieces:
            self._size += len(piece)
            if self._size > self._most:
                raise TooManyBytes
            waiting += piece
            if len(waiting) >= PIECE:
                yield await self._taken(waiting)
        yield await self._taken(waiting)
        if self._said not in (None, self.received.sha256):
            raise OtherBytes(self.received.sha256)

    async def _taken(self, waiting: bytearray) -> bytes:
        piece = bytes(waiting)
        waiting.clear()
        await asyncio.to_thread(self._digest.update, piece)
        return piece


async def digest_of(pieces: AsyncIterator[bytes]) -> str:
    """The SHA-256 of those bytes, counted anew."""
    digest = hashlib.sha256()
    async for piece in pieces:
        await asyncio.to_thread(digest.update, piece)
    return digest.hexdigest()
