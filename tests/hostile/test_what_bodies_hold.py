"""What a body may try: it is refused in words, or kept letter for letter; none of it is carried out."""

import gzip
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest

from tests import given
from tests.cases.story import Story, a_lead
from tests.given import DISTRICT
from tests.hostile.inhabited import problem_in
from tests.running import Alone

LEADS = "/cases/v1/leads"
# Asks without writing, and reads its body without an Idempotency-Key.
RULES = ("/cases/v1/rules/priority", "/cases/v1/rules/competence", "/cases/v1/rules/deadline")
WANG = given.prosecutor(DISTRICT)

FRAGMENTS = (
    "'; DROP TABLE leads; --",
    "' OR '1'='1",
    "1); SELECT pg_sleep(10); --",
    "\\'; DELETE FROM journal; --",
    "$1 %s %(title)s ? :title {title}",
    "{{ 7 * 7 }} ${7*7} #{7*7} <%= 7*7 %>",
    "{{ config.__class__.__init__.__globals__ }}",
    "${jndi:ldap://169.254.169.254/a}",
    "%n%n%s%s%x",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "../../../../etc/passwd",
    "$(touch /tmp/x) `touch /tmp/x` | touch /tmp/x",
    '=HYPERLINK("http://elsewhere.example")',
    '{"$ne": null}',
    "e\u0301 \u1112\u1161\u11ab 👩‍👩‍👧 𠀀 ﷽",
)
UNCLEAN = {
    "NUL": "a\0b",
    "an escape sequence": "a\x1b[31mb",
    "a line's end for a log": "a\r\nb",
    "a direction turned round": "a\u202eb",
    "a direction set apart": "a\u2066b",
    "half a character": "\ud800",
    "a private character": "\ue000",
    "no character": "\uffff",
}
NUMBERS = (
    b"1e400",
    b"-1e400",
    b"NaN",
    b"Infinity",
    b"1.5",
    b"-1",
    b"9" * 5000,
    b"9223372036854775808",
    b'"\xc2\xb2"',
)
DEEP = (b"[" * 100_000, b"[" * 5000 + b"]" * 5000, b'{"a":' * 5000 + b"1" + b"}" * 5000, b'{"a":' * 100_000)


async def sent(app: Alone, path: str, body: bytes, media_type: str = "application/json", **more: str) -> Any:
    """The answer to such a body."""
    headers = {**WANG.headers, "Idempotency-Key": uuid4().hex, "Content-Type": media_type} | more
    return await app.client.http.post(path, content=body, headers=headers)


def refused(answer: httpx.Response, *what: object) -> None:
    """That the answer is a refusal for its form."""
    assert answer.status_code in (413, 422), (*what, answer.text[:300])
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem_in(answer.content)["code"] in {"Malformed", "TooLarge"}, what


async def test_fragments_of_other_languages_are_words(cases_app: Alone) -> None:
    client = cases_app.client
    for fragment in FRAGMENTS:
        lead = await client.create(LEADS, a_lead(title=fragment, summary=fragment), by=WANG)
        read = await client.read(f"{LEADS}/{lead['id']}", WANG)
        assert (read["title"], read["summary"]) == (fragment, fragment)
        for name in ("external_system", "external_number"):
            asked = {"external_system": "s", "external_number": "n"} | {name: fragment[:40]}
            assert (await client.read(LEADS, WANG, **asked))["items"] == []
        for asked in ({"office": fragment}, {"below": fragment}, {"cursor": fragment}):
            refused(await client.get(LEADS, WANG, **asked), asked)
        unknown = await client.get(LEADS, WANG, **{fragment: "x"})
        assert (unknown.status_code, unknown.json()["code"]) == (422, "UnknownParameter")
    assert len(await cases_app.recorded("lead_registered")) == len(FRAGMENTS)


@pytest.mark.parametrize("path", [LEADS, *RULES])
async def test_a_body_of_no_good_form_changes_nothing(cases_app: Alone, path: str) -> None:
    before = len(await cases_app.recorded())
    for body in (*DEEP, *NUMBERS, b"", b"\xef\xbb\xbf", b"{}" * 2, b'{"\\ud800": 1}', b'{"a": "\\ud800"}'):
        refused(await sent(cases_app, path, body), body[:40])
    text = orjson.dumps(a_lead())
    for coded in (text.decode().encode("utf-16"), text.decode().encode("gb18030"), gzip.compress(text)):
        refused(await sent(cases_app, path, coded), coded[:40])
    refused(await sent(cases_app, path, b'{"\\ud800": 1}', "application/vnd.x+json"))
    refused(await sent(cases_app, path, b"title=x&source=media", "application/x-www-form-urlencoded"))
    refused(await sent(cases_app, path, b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x"))
    refused(await sent(cases_app, path, gzip.compress(text), **{"Content-Encoding": "gzip"}))
    assert len(await cases_app.recorded()) == before


async def test_unclean_letters_are_refused_wherever_they_stand(cases_app: Alone) -> None:
    before = len(await cases_app.recorded())
    for what, words in UNCLEAN.items():
        text = f'"{words}"' if words == "\ud800" else orjson.dumps(words).decode()
        for field in ("title", "summary", "harm"):
            body = orjson.dumps(a_lead(**{field: "HERE"})).replace(
                b'"HERE"', text.encode("ascii", "backslashreplace")
            )
            refused(await sent(cases_app, LEADS, body), what, field)
    assert len(await cases_app.recorded()) == before


async def test_numbers_beyond_all_reason_are_refused(cases_app: Alone) -> None:
    before = len(await cases_app.recorded())
    body = orjson.dumps(a_lead(persons=4321))
    for number in NUMBERS:
        refused(await sent(cases_app, LEADS, body.replace(b"4321", number)), number[:40])
    for day in ("0000-01-01", "9999-12-32", "99999-01-01", 1e300, 10**15, "2026-02-30", "２０２６-01-01"):
        refused(await sent(cases_app, LEADS, orjson.dumps(a_lead(occurred_on=day))), day)
    for limit in ("0", "-1", "201", "1e3", "9" * 5000, "٣", ""):
        refused(await cases_app.client.get(LEADS, WANG, limit=limit), limit[:40])
    assert len(await cases_app.recorded()) == before


async def test_a_document_s_name_is_a_name(cases_app: Alone) -> None:
    story = Story(cases_app)
    lead = await story.lead()
    before = len(await cases_app.recorded())
    for name in ("../x", "..\\x", "a\0b", "a\r\nX-Injected: 1", "", "x" * 201, "a/b"):
        refused(await story.upload(lead["id"], name=name), name)
    assert len(await cases_app.recorded()) == before
    for name in ('a";filename=b', "名 称.pdf", "<b>.pdf", "a;b=c.pdf", "..", "a\u2028b"):
        sha256 = (await story.upload(lead["id"], name.encode(), name=name)).json()["sha256"]
        answer = await cases_app.client.get(f"/cases/v1/documents/{sha256}", story_reader())
        assert answer.content == name.encode()
        said = answer.headers["content-disposition"]
        assert said.startswith("attachment; filename")
        assert '";filename=b' not in said
        assert answer.headers["x-content-type-options"] == "nosniff"


def story_reader() -> given.Person:
    """Who reads the document again."""
    return WANG
