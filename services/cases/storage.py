"""Where documents lie: a folder, each file under its own SHA-256, written once and never changed."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

INCOMING = "incoming"
PIECE = 1 << 20


class TooManyBytes(Exception):
    """More bytes came than are taken."""


@dataclass(frozen=True, slots=True)
class Received:
    """What was received: its digest and its size; the bytes lie in the folder."""

    sha256: str
    size: int


def place_of(folder: Path, sha256: str) -> Path:
    """Where the document of that digest lies."""
    return folder / sha256[:2] / sha256[2:4] / sha256


async def receive(folder: Path, pieces: AsyncIterator[bytes], most: int) -> Received:
    """Write the pieces to the folder, under the digest of all of them; TooManyBytes beyond the limit.

    A file appears under its digest only when it is whole and on disk; what fails leaves nothing behind.
    """
    incoming = folder / INCOMING
    await asyncio.to_thread(incoming.mkdir, parents=True, exist_ok=True)
    unfinished = incoming / uuid4().hex
    try:
        received = await _written(unfinished, pieces, most)
        await asyncio.to_thread(_settle, unfinished, place_of(folder, received.sha256))
    finally:
        await asyncio.to_thread(unfinished.unlink, missing_ok=True)
    return received


async def _written(file: Path, pieces: AsyncIterator[bytes], most: int) -> Received:
    digest, size, waiting = hashlib.sha256(), 0, bytearray()
    out: BinaryIO = await asyncio.to_thread(file.open, "wb")
    try:
        async for piece in pieces:
            size += len(piece)
            if size > most:
                raise TooManyBytes
            waiting += piece
            if len(waiting) >= PIECE:
                await asyncio.to_thread(_write, out, digest, bytes(waiting))
                waiting.clear()
        await asyncio.to_thread(_write, out, digest, bytes(waiting))
        await asyncio.to_thread(_synced, out)
    finally:
        await asyncio.to_thread(out.close)
    return Received(digest.hexdigest(), size)


def _write(out: BinaryIO, digest: "hashlib._Hash", piece: bytes) -> None:
    digest.update(piece)
    out.write(piece)


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


def clear_unfinished(folder: Path, before: float) -> int:
    """Uploads that broke off and were last touched before that instant are gone; how many there were."""
    gone = 0
    for file in (folder / INCOMING).glob("*"):
        if file.stat().st_mtime < before:
            file.unlink(missing_ok=True)
            gone += 1
    return gone
