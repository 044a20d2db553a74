"""What a stranger sends to the port itself: each is refused in words or cut off, and nothing changes."""

import asyncio
import resource
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
import pytest

from services import serving
from services.embedded import Embedded
from shared import doorway
from tests import given
from tests.cases.story import Story
from tests.given import DISTRICT
from tests.hostile.inhabited import problem_in
from tests.hostile.wire import Said, Wire, served
from tests.running import Alone
from tests.stage import Lane

# The transport is the same whatever database lies behind it.
pytestmark = pytest.mark.parametrize("lane", [Lane.EMBEDDED], ids=str)

LEADS = b"/cases/v1/leads"
WANG = given.prosecutor(DISTRICT)
MEGABYTE = 1 << 20


@pytest.fixture
def extra_settings() -> dict[str, dict[str, Any]]:
    """Documents of at most a megabyte."""
    return {"cases": {"document_max_bytes": MEGABYTE}}


@dataclass(frozen=True, slots=True)
class Besieged:
    """The service `cases` on a real port, and how much it has recorded."""

    app: Alone
    wire: Wire
    lead: str

    async def recorded(self) -> int:
        """How many rows its journal holds."""
        return len(await self.app.recorded())


@pytest.fixture
async def besieged(cases_app: Alone) -> AsyncIterator[Besieged]:
    """One service as `make run` and the containers serve it."""
    lead = await Story(cases_app).lead()
    async with served(Embedded({"cases": cases_app.app})) as wire:
        yield Besieged(cases_app, wire, lead["id"])


def who() -> list[bytes]:
    """The headers of Wang's act."""
    token = WANG.headers["Authorization"].encode()
    return [b"Authorization: " + token, b"Idempotency-Key: " + uuid4().hex.encode()]


def posting(path: bytes, *more: bytes, media_type: bytes = b"application/json") -> bytes:
    """The head of a POST of Wang's."""
    lines = [b"POST " + path + b" HTTP/1.1", b"Host: x", b"Content-Type: " + media_type, *who(), *more]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def refused(said: Said, status: int, code: str) -> None:
    """That the answer is a problem document of that code."""
    assert said.status == status, (said.status, said.body)
    assert "application/problem+json" in said.head
    assert problem_in(said.body)["code"] == code


NO_HTTP = {
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64,
    "zeros": b"\x00" * 1000,
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.0\r\n\r\n",
    "a version that is none": b"GET / HTTP/9.9\r\n\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\nHost\r\n\r\n",
    "a space before the colon": b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    "two lengths": b"POST /cases/v1/leads HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "a length below nothing": b"POST /cases/v1/leads HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "a length and pieces": b"POST /cases/v1/leads HTTP/1.1\r\nContent-Length: 4\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /cases/v1/leads HTTP/1.1\r\n\r\n",
    "a piece of no length": b"POST /cases/v1/leads HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a header folded over lines": b"GET /cases/v1/leads HTTP/1.1\r\nX: a\r\n b\r\nHost:\x00x\r\n\r\n",
}


async def test_what_is_no_http_goes_no_further(besieged: Besieged) -> None:
    before = await besieged.recorded()
    for what, sent in NO_HTTP.items():
        said = await besieged.wire.say(sent)
        assert (said.status, problem_in(said.body)["code"]) == (400, "NotHttp"), (what, said)
    assert (await besieged.wire.ask(b"GET /cases/health/live")).status == 200
    assert await besieged.recorded() == before


PATHS = (
    b"*",
    b"//cases/v1/leads",
    b"/cases//v1/leads",
    b"/cases/v1/leads/",
    b"/cases/v1/./leads",
    b"/cases/v1/x/../leads",
    b"/cases/%2e%2e/cases/v1/leads",
    b"/cases/v1%2Fleads",
    b"/cases/v1/leads;jsessionid=1",
    b"/cases/v1/leads%20",
    b"/cases/v1/LEADS",
    b"/CASES/v1/leads",
    b"/cases\\v1\\leads",
    b"/cases/docs/assets/../../../../../../etc/passwd",
    b"/cases/docs/assets/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    b"/cases/docs/assets/..%2f..%2f..%2fetc%2fpasswd",
    b"/cases/docs/assets//etc/passwd",
    b"/cases/internal/",
    b"/referrals/v1/referrals",
    b"/etc/passwd",
    b"/" + b"a/" * 2000,
    b"/cases/v1/leads/" + b"9" * 5000,
    b"/cases/v1/leads/%ff%fe",
    b"/cases/v1/leads/%E2%80%AE",
    b"/cases/v1/documents/..%2f..%2fetc%2fpasswd",
)


async def test_a_path_that_plays_tricks_finds_nothing(besieged: Besieged) -> None:
    for path in PATHS:
        said = await besieged.wire.ask(b"GET " + path, who())
        assert said.status in (404, 422), (path, said)
        assert problem_in(said.body)["code"] in {"NotFound", "Malformed"}, path
        assert b"root:" not in said.body


async def test_another_host_or_protocol_changes_nothing(besieged: Besieged) -> None:
    upgrade = [b"Upgrade: websocket", b"Connection: Upgrade", b"Sec-WebSocket-Version: 13"]
    said = await besieged.wire.ask(b"GET " + LEADS, [*upgrade, b"Sec-WebSocket-Key: " + b"A" * 22 + b"=="])
    refused(said, 401, "NotAuthenticated")
    said = await besieged.wire.ask(b"GET http://elsewhere.example/cases/v1/leads/", who())
    assert (said.status, "location" in said.head.lower()) == (404, False)


async def test_a_method_is_taken_as_it_is(besieged: Besieged) -> None:
    before = await besieged.recorded()
    for method in (b"PUT", b"DELETE", b"PATCH", b"TRACE", b"PROPFIND"):
        refused(await besieged.wire.ask(method + b" " + LEADS, who()), 405, "MethodNotAllowed")
    override = [*who(), b"X-HTTP-Method-Override: POST", b"X-Method: POST"]
    assert (await besieged.wire.ask(b"GET " + LEADS, override, b"{}")).status == 200
    assert await besieged.recorded() == before


async def test_a_body_beyond_its_limit_is_not_taken_in(besieged: Besieged) -> None:
    before = await besieged.recorded()
    declared = posting(LEADS, b"Content-Length: 99999999999")
    refused(await besieged.wire.say(declared), 413, "TooLarge")
    expecting = posting(LEADS, b"Content-Length: 2000000", b"Expect: 100-continue")
    refused(await besieged.wire.say(expecting), 413, "TooLarge")
    pieces = [b"%x\r\n" % 100_000 + b" " * 100_000 + b"\r\n" for _ in range(40)]
    refused(await besieged.wire.say(posting(LEADS, b"Transfer-Encoding: chunked"), *pieces), 413, "TooLarge")
    upload = f"/cases/v1/matters/{besieged.lead}/documents?name=x.pdf".encode()
    document = posting(upload, b"Transfer-Encoding: chunked", media_type=b"application/pdf")
    refused(await besieged.wire.say(document, *pieces), 413, "DocumentTooLarge")
    assert await besieged.recorded() == before


async def test_a_body_that_does_not_come_is_not_waited_for(
    besieged: Besieged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorway, "RECEIVE_SECONDS", 0.5)
    before = await besieged.recorded()
    never = posting(LEADS, b"Content-Length: 1000")
    refused(await besieged.wire.say(never), 408, "TooSlow")
    drops = [b" "] * 40
    refused(await besieged.wire.say(never, *drops, pause=0.05), 408, "TooSlow")
    upload = f"/cases/v1/matters/{besieged.lead}/documents?name=x.pdf".encode()
    document = posting(upload, b"Content-Length: 1000", media_type=b"application/pdf")
    refused(await besieged.wire.say(document, b"%PDF"), 408, "TooSlow")
    assert await besieged.recorded() == before


async def test_a_body_cut_off_leaves_nothing(besieged: Besieged) -> None:
    before = await besieged.recorded()
    for _ in range(20):
        _, writer = await asyncio.open_connection("127.0.0.1", besieged.wire.port)
        writer.write(posting(LEADS, b"Content-Length: 1000") + b'{"title": "x"')
        await writer.drain()
        writer.close()
    assert (await besieged.wire.ask(b"GET /cases/health/live")).status == 200
    assert await besieged.recorded() == before


async def test_a_flood_of_headers_does_not_fill_the_memory(besieged: Besieged) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    many = [b"X: %s\r\n" % (b"v" * 1000)] * 60_000
    said = await besieged.wire.say(b"GET /cases/v1/leads HTTP/1.1\r\nHost: x\r\n", *many)
    assert said.status in (0, 431), said
    one = await besieged.wire.say(b"GET /cases/v1/leads HTTP/1.1\r\nX: ", *[b"v" * 100_000] * 300)
    assert one.status in (0, 431), one
    small = await besieged.wire.say(b"GET /cases/v1/leads HTTP/1.1\r\nX: " + b"v" * 70_000)
    refused(small, 431, "HeadTooLarge")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 32_000, f"{grown} KiB"
    assert (await besieged.wire.ask(b"GET /cases/health/live")).status == 200


async def test_a_head_that_does_not_come_is_not_waited_for(
    besieged: Besieged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.5)
    for begun in (
        b"",
        b"GET /cases/v1/leads HTTP/1.1\r\n",
        b"GET /cases/health/live HTTP/1.1\r\nHost: x\r\nX:",
    ):
        assert (await besieged.wire.say(begun)).status == 0
    drops = [b"GET /cases/v1/leads HTTP/1.1\r\n", *[b"X: y\r\n"] * 40]
    assert (await besieged.wire.say(*drops, pause=0.05)).status == 0


async def test_ordinary_headers_that_are_odd_are_read_or_refused(besieged: Besieged) -> None:
    odd = [b"Authorization: Basic eDp5", b"Authorization: Bearer", b"Authorization: Bearer \xff\xfe"]
    for header in (*odd, b"Authorization: Bearer " + b"a" * 30_000, b"authorization: bearer a b"):
        refused(await besieged.wire.ask(b"GET " + LEADS, [header]), 401, "NotAuthenticated")
    lead = orjson.dumps({"title": "x"})
    for key in (b"k" * 101, b"\xe4", b"a\tb"):
        headers = [who()[0], b"Idempotency-Key: " + key, b"Content-Type: application/json"]
        refused(await besieged.wire.ask(b"POST " + LEADS, headers, lead), 422, "Malformed")
