"""What a stranger may send: nothing makes a 500, fills the memory, or is believed."""

import base64
import time
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

import orjson
import pytest
from joserfc import jwt
from starlette.types import Message, Receive, Scope, Send

from shared import doorway
from shared.database import uuid7
from shared.logs import told
from tests import given
from tests.running import Alone

WANG = given.prosecutor(given.DISTRICT)
PATH = "/left/v1/notes"
JSON = {"content-type": "application/json"}


async def ask(
    app: Any,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: Iterable[bytes] = (),
    query: bytes = b"",
) -> int:
    """The status of a request as no proper client would make it."""
    pieces, sent = iter(body), []

    async def receive() -> Message:
        piece = next(pieces, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query,
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "server": ("x", 80),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in (headers or {}).items()],
    }
    await _called(app, scope, receive, send)
    status: int = sent[0]["status"]
    return status


async def _called(app: Any, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)


def acting() -> dict[str, str]:
    """The headers of Wang's act."""
    return {"authorization": WANG.headers["Authorization"], "idempotency-key": uuid4().hex, **JSON}


def cursor(*values: str) -> bytes:
    """A cursor of somebody else's making."""
    return b"cursor=" + base64.urlsafe_b64encode(orjson.dumps(list(values))).rstrip(b"=")


@pytest.mark.parametrize(
    "body", [b"[" * 300 + b"]" * 300, b"[" * 100_000, b'{"\\ud800": 1}', b'{"words": "\xff"}']
)
async def test_no_body_is_an_error_of_ours(sample_app: Alone, body: bytes) -> None:
    assert await ask(sample_app.app, "POST", PATH, acting(), [body]) == 422


@pytest.mark.parametrize(
    "query", [b"cursor=%00", cursor("\0"), cursor("0001-01-01T00:00:00+14:00"), b"a=%00"]
)
async def test_no_query_is_an_error_of_ours(sample_app: Alone, query: bytes) -> None:
    assert await ask(sample_app.app, "GET", PATH, acting(), query=query) == 422


@pytest.mark.parametrize("query", [b"subject=%00", b"subject=a&after=99999999999"])
async def test_a_peers_question_has_limits_too(sample_app: Alone, query: bytes) -> None:
    key = {"x-service-key": given.SERVICE_KEY}
    assert await ask(sample_app.app, "GET", "/left/internal/journal", key, query=query) == 422


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "application/x+json"])
async def test_a_parsed_body_is_small_whatever_it_calls_itself(sample_app: Alone, media_type: str) -> None:
    taken = 0

    def pieces() -> Iterable[bytes]:
        nonlocal taken
        for _ in range(100):
            taken += 100_000
            yield b" " * 100_000

    assert await ask(sample_app.app, "POST", PATH, {"content-type": media_type}, pieces()) == 413
    assert taken <= doorway.MOST_JSON_BYTES + 100_000


@pytest.mark.parametrize("header", [{"kid": []}, {"kid": {}}, {"kid": 5}, {"alg": []}, {"crit": 5}])
async def test_no_token_header_is_an_error_of_ours(sample_app: Alone, header: dict[str, Any]) -> None:
    await ask(sample_app.app, "GET", PATH, acting())  # the issuer's keys are known
    token = _unsigned({"alg": "Ed25519"} | header, {"iss": given.ISSUER})
    assert await ask(sample_app.app, "GET", PATH, {"authorization": f"Bearer {token}"}) == 401


async def test_an_agency_that_cannot_be_is_not_looked_for(sample_app: Alone) -> None:
    token = _unsigned({"alg": "Ed25519"}, {"iss": "agency:\0"})
    assert await ask(sample_app.app, "GET", PATH, {"authorization": f"Bearer {token}"}) == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": ["a"]},
        {"sub": 5},
        {"sub": "a\0"},
        {"sub": "a" * 81},
        {"sub": ""},
        {"org": "3" * 41},
        {"org": []},
    ],
)
async def test_a_person_is_named_whole_or_not_believed(sample_app: Alone, claims: dict[str, Any]) -> None:
    issued = int(time.time())
    said: dict[str, Any] = {"iss": given.ISSUER, "aud": "casebridge", "sub": "wang", "org": given.DISTRICT}
    said |= {"roles": ["prosecutor"], "iat": issued, "exp": issued + 600} | claims
    header = {"alg": "Ed25519", "kid": given.ISSUER_KEY.kid}
    token = jwt.encode(header, said, given.ISSUER_KEY, algorithms=["Ed25519"])
    assert await ask(sample_app.app, "GET", PATH, {"authorization": f"Bearer {token}"}) == 401


async def test_an_invented_method_does_not_grow_the_metrics(sample_app: Alone) -> None:
    assert await ask(sample_app.app, "BREW", PATH) == 405
    assert "BREW" not in (await sample_app.client.http.get("/left/metrics")).text


async def test_the_host_header_does_not_decide_what_is_the_same_request(sample_app: Alone) -> None:
    body = orjson.dumps({"matter_id": str(uuid7()), "words": "x"})
    headers = acting()
    for host in ("casebridge", "casebridge/other", "["):
        assert await ask(sample_app.app, "POST", PATH, headers | {"host": host}, [body]) == 201
    assert len(await sample_app.recorded("noted")) == 1


def test_an_error_is_told_without_the_value_that_caused_it() -> None:
    with pytest.raises(ValueError, match="110101") as caught:
        int("110101199003070000X")
    assert told(caught.value) == "ValueError"
    assert told(RuntimeError("no key is loaded")) == "RuntimeError: no key is loaded"


def _unsigned(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    parts = [base64.urlsafe_b64encode(orjson.dumps(part)).rstrip(b"=").decode() for part in (header, claims)]
    return ".".join([*parts, "AAAA"])
