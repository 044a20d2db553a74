"""How an application of ours is put on a port: the same for one service and for all in one process."""

import asyncio
import gc
from typing import Any

import orjson
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.problems import MEDIA_TYPE, Refusal

STOP_SECONDS = 10
HEAD_SECONDS = 10.0
MOST_HEAD_BYTES = 64 << 10
GARBAGE = 10_000


class NotHttp(Refusal):
    """What arrived is no HTTP request."""

    status = 400
    zh = "收到的不是有效的 HTTP 请求"


class HeadTooLarge(Refusal):
    """The request's line and headers are larger than this address takes."""

    status = 431
    zh = "请求头过大"


class Protocol(HttpToolsProtocol):
    """Bounds the head of a request in size and time: the parser by itself takes it in without end."""

    _head_bytes = 0
    _in_head = True
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first head is waited for from now on."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._wait(begin=False)
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._head_bytes, self._in_head = 0, True
        self._wait()

    def on_headers_complete(self) -> None:
        """The head has ended in time."""
        self._in_head = False
        self._wait(begin=False)
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """One more piece; of a head only up to the limit."""
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self._refuse(HeadTooLarge())

    def send_400_response(self, msg: str) -> None:
        """A problem document, as everywhere."""
        self._refuse(NotHttp())

    def _unsupported_upgrade_warning(self) -> None:
        """Not worth a line for each: the request is answered as the plain one that it also is."""

    def _wait(self, *, begin: bool = True) -> None:
        if self._late is not None:
            self._late.cancel()
        self._late = self.loop.call_later(HEAD_SECONDS, self.transport.close) if begin else None

    def _refuse(self, refusal: Refusal) -> None:
        said = {"type": f"urn:casebridge:problem:{refusal.code()}", "title": refusal.zh}
        body = orjson.dumps(said | {"status": refusal.status, "code": refusal.code()})
        head = f"HTTP/1.1 {refusal.status} {refusal.code()}\r\ncontent-type: {MEDIA_TYPE}\r\n"
        head += f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(head.encode() + body)
        self.transport.close()


def spare_what_stays() -> None:
    """What the program consists of is never searched for garbage again; what comes after is, less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 20)


def configured(application: Any, **more: Any) -> uvicorn.Config:
    """HTTP alone: an upgrade to another protocol is read as the plain request that it also is."""
    return uvicorn.Config(
        application,
        http=Protocol,
        ws="none",
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        **more,
    )
