"""What is outside the services: a receiver that offices have named, and the way from peer to peer."""

import json
import threading
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.error import HTTPError, URLError

HOLD_SECONDS = 100.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message as it came in."""

    path: str
    id: str
    sequence: int
    matter: str


@dataclass(slots=True)
class Outside:
    """Listens on one port: takes messages in (and holds them, if told to), and forwards peers' questions."""

    ports: Mapping[str, int] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    held: int = 0
    let_in: threading.Event = field(default_factory=threading.Event)
    _server: ThreadingHTTPServer = field(init=False)

    def __post_init__(self) -> None:
        self.let_in.set()
        self._server = server = _Server(("127.0.0.1", 0), _Handler)
        server.outside = self
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def place(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{self.place}"

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """A message is here; it is answered once the receiver lets it in."""
        message = json.loads(body)
        if "challenge" in message["data"]:
            return {"challenge": message["data"]["challenge"]}
        arrival = Arrival(path, headers["webhook-id"], int(message["sequence"]), message["partitionkey"])
        self.arrivals.append(arrival)
        if not self.let_in.is_set():
            self.held += 1
            self.let_in.wait(HOLD_SECONDS)
        return {}

    def close(self) -> None:
        """Nobody listens any more."""
        self.let_in.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    outside: Outside

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked was killed meanwhile: nothing to tell."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """A message."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._answer(200, json.dumps(self._outside.take(self.path, headers, body)).encode())

    def do_GET(self) -> None:
        """A question of one service to another."""
        port = self._outside.ports[self.path.split("/")[1]]
        said = {"X-Service-Key": self.headers.get("X-Service-Key", "")}
        asked = urllib.request.Request(f"http://127.0.0.1:{port}{self.path}", headers=said)
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                self._answer(200, answer.read())
        except HTTPError as refused:
            self._answer(refused.code, b"{}")
        except (URLError, OSError):
            self._answer(502, b"{}")

    @property
    def _outside(self) -> Outside:
        return cast(_Server, self.server).outside

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Silent."""
