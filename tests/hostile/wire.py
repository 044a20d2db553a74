"""Speaking to a real server byte by byte, as no proper client would."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn

from services.serving import configured

ANSWER_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Said:
    """What came back: the status (0 for a connection closed without a word), the head, the body."""

    status: int
    head: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Wire:
    """A server's port."""

    port: int

    async def say(self, *pieces: bytes, pause: float = 0) -> Said:
        """Sends the pieces one after another, then reads one answer; a refused piece ends the sending."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            sending = asyncio.create_task(_sent(writer, pieces, pause))
            async with asyncio.timeout(ANSWER_SECONDS):
                said = await _answer(reader)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            return said
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def ask(self, line: bytes, headers: Iterable[bytes] = (), body: bytes = b"") -> Said:
        """A request whose head is spelt out; the connection ends with it."""
        head = [line + b" HTTP/1.1", b"Host: casebridge", b"Connection: close", *headers]
        if body:
            head.append(b"Content-Length: %d" % len(body))
        return await self.say(b"\r\n".join(head) + b"\r\n\r\n" + body)


async def _sent(writer: asyncio.StreamWriter, pieces: Iterable[bytes], pause: float) -> None:
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(pause)


async def _answer(reader: asyncio.StreamReader) -> Said:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, ConnectionError):
        return Said(0, "", b"")
    fields = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:] if ": " in line)
    length = int(fields.get("content-length", "0"))
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        return Said(int(head.split()[1]), head, await reader.readexactly(length))
    return Said(int(head.split()[1]), head, b"")


@asynccontextmanager
async def served(application: Any) -> AsyncIterator[Wire]:
    """The application on a port of its own, as the product serves it; its lifespan is the caller's."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(configured(application, lifespan="off"))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server._serve([listening]))
    try:
        yield Wire(listening.getsockname()[1])
    finally:
        server.should_exit = True
        await serving
        listening.close()
