"""The HTTP door: who may, what is strict, what is repeated, what is stale, and when it is committed."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
from sqlalchemy import event, func, select
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from shared import standing
from shared.database import uuid7
from shared.journal import journal
from shared.problems import MEDIA_TYPE, NotFound, problem
from shared.transactions import Problem
from tests import given
from tests.running import Alone
from tests.shared.sample.service import Note

WANG = given.prosecutor(given.DISTRICT)
PATH = "/left/v1/notes"


def words(said: str = "a note") -> dict[str, Any]:
    """What Wang writes, about a new matter."""
    return {"matter_id": str(uuid7()), "words": said}


async def count(app: Alone) -> int:
    """How many notes there are."""
    async with app.reading() as session:
        return await session.scalar(select(func.count()).select_from(Note)) or 0


def refused(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document, which must have that status and code."""
    document: dict[str, Any] = response.json()
    assert (response.status_code, document["code"]) == (status, code), document
    assert response.headers["Content-Type"] == MEDIA_TYPE
    assert document["type"] == f"urn:casebridge:problem:{code}"
    assert document["request_id"] == response.headers["X-Request-Id"]
    return document


# --- Commit, then answer -----------------------------------------------------------------------------


async def test_the_commit_comes_before_the_answer(sample_app: Alone) -> None:
    order: list[str] = []
    engine = sample_app.frame.database.engine.sync_engine
    event.listen(engine, "commit", lambda _: order.append("commit"))
    inner = sample_app.app

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            order.append(message["type"])
            await send(message)

        await inner(scope, receive, sending)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=watched), base_url="http://x") as http:
        headers = {**WANG.headers, "Idempotency-Key": "once"}
        response = await http.post(PATH, json=words(), headers=headers)
    assert response.status_code == 201
    answer = order.index("http.response.start")
    assert "commit" in order[:answer]
    assert order[answer:] == ["http.response.start", "http.response.body"]


async def test_a_commit_that_fails_is_no_success(sample_app: Alone) -> None:
    engine = sample_app.frame.database.engine.sync_engine

    def fail(_connection: Any) -> None:
        raise OSError("the disk is gone")

    event.listen(engine, "commit", fail)
    try:
        response = await sample_app.client.post(PATH, words(), by=WANG)
    finally:
        event.remove(engine, "commit", fail)
    refused(response, 503, "Unavailable")
    assert await count(sample_app) == 0


async def test_a_refusal_leaves_nothing_behind(sample_app: Alone) -> None:
    response = await sample_app.client.post(PATH, words("forbidden"), by=WANG)
    refused(response, 409, "WordsForbidden")
    assert await count(sample_app) == 0
    assert not await sample_app.recorded()


# --- Idempotency -------------------------------------------------------------------------------------


async def test_a_repeated_request_gets_the_same_answer_and_does_nothing(sample_app: Alone) -> None:
    said = words()
    first = await sample_app.client.post(PATH, said, by=WANG, key="k1")
    again = await sample_app.client.post(PATH, said, by=WANG, key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.headers["ETag"] == again.headers["ETag"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert len(await sample_app.recorded("noted")) == 1


async def test_the_same_body_in_other_order_is_the_same_request(sample_app: Alone) -> None:
    said = words()
    first = await sample_app.client.post(PATH, said, by=WANG, key="k1")
    again = await sample_app.client.post(PATH, dict(reversed(said.items())), by=WANG, key="k1")
    assert first.json() == again.json()


async def test_one_key_for_two_requests_is_refused(sample_app: Alone) -> None:
    await sample_app.client.post(PATH, words(), by=WANG, key="k1")
    refused(await sample_app.client.post(PATH, words(), by=WANG, key="k1"), 422, "IdempotencyKeyReused")
    assert await count(sample_app) == 1


async def test_keys_are_each_persons_own(sample_app: Alone) -> None:
    await sample_app.client.create(PATH, words(), by=WANG)
    for other in (given.prosecutor(given.DISTRICT, "li"), given.prosecutor(given.NEIGHBOUR)):
        response = await sample_app.client.post(PATH, words(), by=other, key="k1")
        assert response.status_code == 201


async def test_twenty_at_once_with_one_key_do_it_once(sample_app: Alone) -> None:
    said = words()
    answers = await asyncio.gather(
        *(sample_app.client.post(PATH, said, by=WANG, key="k1") for _ in range(20))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert await count(sample_app) == 1


async def test_a_refusal_is_not_kept_under_the_key(sample_app: Alone) -> None:
    said = words("forbidden")
    refused(await sample_app.client.post(PATH, said, by=WANG, key="k1"), 409, "WordsForbidden")
    response = await sample_app.client.post(PATH, said | {"words": "allowed"}, by=WANG, key="k1")
    assert response.status_code == 201


async def test_an_answer_is_not_repeated_to_somebody_who_may_no_longer_see_it(sample_app: Alone) -> None:
    said = words()
    await sample_app.client.post(PATH, said, by=WANG, key="k1")
    async with sample_app.writing() as session:
        await session.execute(standing.recusals.insert().values(matter_id=uuid(said), sub=WANG.sub))
    refused(await sample_app.client.post(PATH, said, by=WANG, key="k1"), 404, "NotFound")


def uuid(said: dict[str, Any]) -> Any:
    """The matter of what was said."""
    from uuid import UUID

    return UUID(said["matter_id"])


async def test_an_act_without_a_key_is_refused(sample_app: Alone) -> None:
    response = await sample_app.client.post(PATH, words(), by=WANG, key=None)
    refused(response, 428, "IdempotencyKeyRequired")


@pytest.mark.parametrize("key", [b"x" * 101, "键".encode(), b"a\xa0b"])
async def test_a_key_is_plain_and_short(sample_app: Alone, key: bytes) -> None:
    headers = {b"Authorization": WANG.headers["Authorization"].encode(), b"Idempotency-Key": key}
    refused(await sample_app.client.http.post(PATH, json=words(), headers=headers), 422, "Malformed")


# --- If-Match ----------------------------------------------------------------------------------------


async def test_an_act_needs_the_version_last_seen(sample_app: Alone) -> None:
    note = await sample_app.client.create(PATH, words(), by=WANG)
    thing = f"{PATH}/{note['id']}"
    refused(
        await sample_app.client.post(f"{thing}/wording", {"words": "b"}, by=WANG), 428, "PreconditionRequired"
    )
    for etag in ("*", "1", '"x"', 'W/"0.1"', '"0.1", "0.2"'):
        answer = await sample_app.client.post(f"{thing}/wording", {"words": "b"}, by=WANG, etag=etag)
        refused(answer, 422, "Malformed")
    assert (await sample_app.client.read(thing, WANG))["words"] == "a note"


async def test_the_second_of_two_writers_is_told(sample_app: Alone) -> None:
    note = await sample_app.client.create(PATH, words(), by=WANG)
    thing = f"{PATH}/{note['id']}"
    seen = await sample_app.client.etag(thing, WANG)
    first = await sample_app.client.post(f"{thing}/wording", {"words": "b"}, by=WANG, etag=seen)
    second = await sample_app.client.post(f"{thing}/wording", {"words": "c"}, by=WANG, etag=seen)
    assert first.status_code == 200
    assert first.headers["ETag"] != seen
    document = refused(second, 412, "ChangedMeanwhile")
    assert f'"{document["current"]}"' == first.headers["ETag"]


async def test_of_ten_at_once_with_one_version_one_wins(sample_app: Alone) -> None:
    note = await sample_app.client.create(PATH, words(), by=WANG)
    thing = f"{PATH}/{note['id']}"
    seen = await sample_app.client.etag(thing, WANG)
    writes = (
        sample_app.client.post(f"{thing}/wording", {"words": str(n)}, by=WANG, etag=seen) for n in range(10)
    )
    answers = sorted(answer.status_code for answer in await asyncio.gather(*writes))
    assert answers == [200, *[412] * 9]


async def test_a_matter_that_moved_is_told_apart_from_one_that_changed(sample_app: Alone) -> None:
    note = await sample_app.client.create(PATH, words(), by=WANG)
    thing = f"{PATH}/{note['id']}"
    seen = await sample_app.client.etag(thing, WANG)
    async with sample_app.writing() as session:
        for row in await session.scalars(select(Note)):
            row.epoch = 1
    answer = await sample_app.client.post(f"{thing}/wording", {"words": "b"}, by=WANG, etag=seen)
    refused(answer, 412, "StaleEpoch")


async def test_a_lost_answer_can_be_asked_again_though_the_version_moved_on(sample_app: Alone) -> None:
    note = await sample_app.client.create(PATH, words(), by=WANG)
    thing = f"{PATH}/{note['id']}"
    seen = await sample_app.client.etag(thing, WANG)
    first = await sample_app.client.post(f"{thing}/wording", {"words": "b"}, by=WANG, etag=seen, key="k")
    again = await sample_app.client.post(f"{thing}/wording", {"words": "b"}, by=WANG, etag=seen, key="k")
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"


# --- Strict input, roles, problems -------------------------------------------------------------------


async def test_an_unknown_query_parameter_is_refused(sample_app: Alone) -> None:
    document = refused(await sample_app.client.get(PATH, WANG, stage="filed"), 422, "UnknownParameter")
    assert document["unknown"] == ["stage"]
    assert set(document["known"]) == {"cursor", "limit"}


async def test_an_unknown_field_is_refused_and_named(sample_app: Alone) -> None:
    document = refused(
        await sample_app.client.post(PATH, words() | {"stage": "x"}, by=WANG), 422, "Malformed"
    )
    assert [error["at"] for error in document["errors"]] == ["body.stage"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"words": "\xff"}', b'"x"'])
async def test_a_body_that_is_no_object_is_malformed(sample_app: Alone, body: bytes) -> None:
    headers = {**WANG.headers, "Idempotency-Key": "k", "Content-Type": "application/json"}
    response = await sample_app.client.http.post(PATH, content=body, headers=headers)
    refused(response, 422, "Malformed")


async def test_a_body_beyond_its_limit_is_refused(sample_app: Alone) -> None:
    response = await sample_app.client.post(PATH, words("x" * 1_100_000), by=WANG)
    refused(response, 413, "TooLarge")


async def test_what_is_refused_does_not_echo_what_was_sent(sample_app: Alone) -> None:
    secret = "张三的身份证号"
    response = await sample_app.client.post(PATH, words() | {"words": secret * 100}, by=WANG)
    assert secret not in response.text


async def test_without_a_token_nothing_is_said(sample_app: Alone) -> None:
    response = await sample_app.client.get(PATH)
    refused(response, 401, "NotAuthenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_a_role_that_may_not_is_told_which_may(sample_app: Alone) -> None:
    response = await sample_app.client.post(PATH, words(), by=given.clerk(given.DISTRICT))
    document = refused(response, 403, "RoleRequired")
    assert document["required"] == ["chief", "prosecutor"]


async def test_invisible_and_absent_are_one_answer(sample_app: Alone) -> None:
    note = await sample_app.client.create(PATH, words(), by=WANG)
    stranger = given.prosecutor(given.NEIGHBOUR)
    hidden = await sample_app.client.get(f"{PATH}/{note['id']}", stranger)
    absent = await sample_app.client.get(f"{PATH}/{uuid4()}", stranger)
    apart = {"instance": None, "request_id": None}
    assert refused(hidden, 404, "NotFound") | apart == refused(absent, 404, "NotFound") | apart
    assert (await sample_app.client.read(PATH, stranger))["items"] == []


@pytest.mark.parametrize(
    ("accepts", "title"),
    [
        ("", "不存在或无权查看"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "不存在或无权查看"),
        ("en", "No such thing, or not one that you may see."),
        ("en-GB;q=0.9,zh;q=0.1", "No such thing, or not one that you may see."),
        ("en;q=0.1, zh", "不存在或无权查看"),
        ("fr, de", "不存在或无权查看"),
        ("en;q=x", "不存在或无权查看"),
    ],
)
async def test_a_problem_is_told_in_the_language_asked_for(
    sample_app: Alone, accepts: str, title: str
) -> None:
    headers = {**WANG.headers, "Accept-Language": accepts}
    response = await sample_app.client.http.get(f"{PATH}/{uuid4()}", headers=headers)
    assert response.json()["title"] == title


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/left/v1/nowhere", 404, "NotFound"),
        ("DELETE", PATH, 405, "MethodNotAllowed"),
        ("GET", f"{PATH}/not-a-uuid", 422, "Malformed"),
    ],
)
async def test_every_error_is_a_problem_document(
    sample_app: Alone, method: str, path: str, status: int, code: str
) -> None:
    refused(await sample_app.client.http.request(method, path, headers=WANG.headers), status, code)


def test_facts_of_a_refusal_never_stand_in_for_what_every_problem_says() -> None:
    said = {"type": "x", "title": "x", "status": 200, "code": "x", "instance": "x", "request_id": "x"}
    scope = {"type": "http", "path": PATH, "headers": [], "state": {"request_id": "mine"}}
    response = problem(Request(scope), NotFound(note="kept", **said))
    assert orjson.loads(response.body) == {
        "type": "urn:casebridge:problem:NotFound",
        "title": "不存在或无权查看",
        "status": 404,
        "code": "NotFound",
        "instance": PATH,
        "request_id": "mine",
        "note": "kept",
    }
    assert set(Problem.model_fields) == set(said)


async def test_a_request_keeps_its_own_id_and_trace(sample_app: Alone) -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    headers = {"X-Request-Id": "mine-1", "traceparent": trace}
    response = await sample_app.client.post(PATH, words(), by=WANG, headers=headers)
    assert response.headers["X-Request-Id"] == "mine-1"
    async with sample_app.reading() as session:
        (row,) = await session.execute(select(journal.c.request_id, journal.c.traceparent))
    assert tuple(row) == ("mine-1", trace)


async def test_an_id_that_could_forge_a_log_line_is_replaced(sample_app: Alone) -> None:
    response = await sample_app.client.get(PATH, WANG)
    strange = await sample_app.client.http.get(PATH, headers={**WANG.headers, "X-Request-Id": "a b\tc"})
    assert strange.headers["X-Request-Id"] not in {"a b\tc", response.headers["X-Request-Id"]}


# --- Pages -------------------------------------------------------------------------------------------


async def test_pages_meet_without_gap_or_overlap_while_the_list_grows(sample_app: Alone) -> None:
    written = [(await sample_app.client.create(PATH, words(), by=WANG))["id"] for _ in range(7)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        part = await sample_app.client.read(PATH, WANG, limit=3, **cursor)
        seen += [item["id"] for item in part["items"]]
        if part["next"] is None:
            break
        cursor = {"cursor": part["next"]}
        await sample_app.client.create(PATH, words("later"), by=WANG)
    assert seen == written[::-1]


@pytest.mark.parametrize(
    "query",
    [
        *({"limit": limit} for limit in ("0", "-1", "201", "many")),
        *({"cursor": cursor} for cursor in ("x", "!!!", "bnVsbA", "WyJhIiwiYiJd", "码", "WzFd", "e30")),
    ],
    ids=str,
)
async def test_a_page_that_cannot_be_is_refused(sample_app: Alone, query: dict[str, str]) -> None:
    refused(await sample_app.client.get(PATH, WANG, **query), 422, "Malformed")


async def test_a_list_costs_the_same_however_long_it_is(
    sample_app: Alone, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    async def cost() -> int:
        with statements() as seen:
            await sample_app.client.read(PATH, WANG, limit=20)
        return len(seen)

    await sample_app.client.create(PATH, words(), by=WANG)
    few = await cost()
    for _ in range(15):
        await sample_app.client.create(PATH, words(), by=WANG)
    assert await cost() == few
    assert few <= 3
