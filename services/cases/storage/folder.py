"""A folder of documents: each file under its own SHA-256, whole and on disk before it appears there."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from services.cases.storage.receiving import PIECE, Counted, Received

INCOMING = "incoming"


def place_of(folder: Path, sha256: str) -> Path:
    """Where the document of that digest lies."""
    return folder / sha256[:2] / sha256[2:4] / sha256


@dataclass(frozen=True, slots=True)
class Folder:
    """Documents in a folder of this machine."""

    folder: Path

    async def receive(self, pieces: AsyncIterator[bytes], most: int, said: str | None = None) -> Received:
        """Write the pieces under the digest of all of them."""
        return await receive(self.folder, pieces, most, said)

    async def size_of(self, sha256: str) -> int | None:
        """How large the file of that digest is; None if there is none."""
        return await asyncio.to_thread(_size_of, place_of(self.folder, sha256))

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        """The file, piece by piece."""
        file: BinaryIO = await asyncio.to_thread(place_of(self.folder, sha256).open, "rb")
        try:
            while piece := await asyncio.to_thread(file.read, PIECE):
                yield piece
        finally:
            await asyncio.to_thread(file.close)

    async def clear_unfinished(self, before: float) -> int:
        """Uploads that broke off and were last touched before that instant are gone; how many there were."""
        return await asyncio.to_thread(clear_unfinished, self.folder, before)


async def receive(folder: Path, pieces: AsyncIterator[bytes], most: int, said: str | None = None) -> Received:
    """Write the pieces to the folder, under the digest of all of them; TooManyBytes beyond the limit.

    A file appears under its digest only when it is whole and on disk; what fails leaves nothing behind.
    """
    incoming = folder / INCOMING
    await asyncio.to_thread(incoming.mkdir, parents=True, exist_ok=True)
    unfinished = incoming / uuid4().hex
    try:
        received = await _written(unfinished, Counted(pieces, most, said))
        await asyncio.to_thread(_settle, unfinished, place_of(folder, received.sha256))
    finally:
        await asyncio.to_thread(unfinished.unlink, missing_ok=True)
    return received


async def _written(file: Path, counted: Counted) -> Received:
    out: BinaryIO = await asyncio.to_thread(file.open, "wb")
    try:
        async for piece in counted.whole():
            await asyncio.to_thread(out.write, piece)
        await asyncio.to_thread(_synced, out)
    finally:
        await asyncio.to_thread(out.close)
    return counted.received


def _synced(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


def _settle(unfinished: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    os.replace(unfinished, place)
    for folder in place.parents[:3]:  # a new folder is an entry of the one above it
        _kept(folder)


def _kept(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _size_of(place: Path) -> int | None:
    return place.stat().st_size if place.is_file() else None


def clear_unfinished(folder: Path, before: float) -> int:
    """Uploads that broke off and were last touched before that instant are gone; how many there were."""
    gone = 0
    for file in (folder / INCOMING).glob("*"):
        if file.stat().st_mtime < before:
            file.unlink(missing_ok=True)
            gone += 1
    return gone
