"""Receivers that do not behave, each a real server that does one thing wrong."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.notifications.certificates import self_signed

OK = b"HTTP/1.1 200 OK\r\n"
Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


async def streams_for_ever(to: asyncio.StreamWriter) -> None:
    """An answer that begins well and never ends."""
    to.write(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        to.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
        await to.drain()


async def trickles(to: asyncio.StreamWriter) -> None:
    """An answer that comes one byte at a time, for ever."""
    to.write(OK + b"X-Slow: ")
    while True:
        to.write(b"a")
        await to.drain()
        await asyncio.sleep(0.05)


async def says_nothing(to: asyncio.StreamWriter) -> None:
    """It takes the message and never answers."""
    await asyncio.sleep(60)


async def closes_early(to: asyncio.StreamWriter) -> None:
    """It hangs up without an answer."""


async def lies_about_its_length(to: asyncio.StreamWriter) -> None:
    """It promises more than it sends."""
    to.write(OK + b"Content-Length: 100\r\n\r\nshort")


async def speaks_another_language(to: asyncio.StreamWriter) -> None:
    """It is no HTTP server at all."""
    to.write(b"220 mail.example ESMTP\r\n")


async def sends_away(to: asyncio.StreamWriter) -> None:
    """It answers with another address."""
    to.write(b"HTTP/1.1 308 Gone There\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")


async def floods_with_headers(to: asyncio.StreamWriter) -> None:
    """It answers with headers without end."""
    to.write(OK)
    for number in range(100_000):
        to.write(b"X-%d: y\r\n" % number)
        await to.drain()


async def is_vouched_for_by_nobody(to: asyncio.StreamWriter) -> None:
    """It would take the message, if its certificate came from anybody we know."""
    to.write(OK + b"Content-Length: 0\r\n\r\n")


UNDER_TLS = (is_vouched_for_by_nobody,)


def _of_its_own() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        context.load_cert_chain(*self_signed(Path(folder)))
    return context


@asynccontextmanager
async def listening(answer: Answer) -> AsyncIterator[int]:
    """The port of a server that reads a request and then does that."""

    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await _read(reader)
                await answer(writer)
                await writer.drain()
        finally:
            writer.close()
            serving.discard(task)

    tls = _of_its_own() if answer in UNDER_TLS else None
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in (left := list(serving)):
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> None:
    """A whole request."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))
