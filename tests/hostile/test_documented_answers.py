"""Whatever is sent, each service answers as its OpenAPI document says: generated from that document."""

import asyncio
import re
from typing import Any
from uuid import uuid4

import httpx
import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.given import Person
from tests.hostile.inhabited import PEOPLE, Inhabited
from tests.running import SERVICES
from tests.stage import Lane

# The services run beside the generator and may use `random`; it takes that for a use of its strategies'.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")

BASE = "http://casebridge"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# PostgreSQL refuses what SQLite lets pass, so there it is asked more.
EXAMPLES = {Lane.EMBEDDED: 2, Lane.SERVERS: 3}
DEEP_EXAMPLES = 200
A_THING = re.compile(r"^/\w+/v1/\w+/[0-9a-f-]{36}")


class Asking:
    """Sends generated cases to the running services from another thread than theirs."""

    def __init__(self, inhabited: Inhabited, loop: asyncio.AbstractEventLoop) -> None:
        self._client = inhabited.world.client.http
        self._known = inhabited.known
        self._loop = loop
        self.asked: dict[int, int] = {}

    def meets(self, case: Case[Any]) -> None:
        """The case is about things that exist."""
        for name in case.path_parameters or {}:
            case.path_parameters[name] = self._known.get(name, case.path_parameters[name])
        if isinstance(case.body, dict):
            case.body.update({name: self._known[name] for name in case.body.keys() & self._known.keys()})

    def __call__(self, case: Case[Any], by: Person) -> httpx.Response:
        """The answer."""
        going = asyncio.run_coroutine_threadsafe(self._sent(case, by), self._loop)
        answer = going.result(60)
        self.asked[answer.status_code] = self.asked.get(answer.status_code, 0) + 1
        return answer

    async def _sent(self, case: Case[Any], by: Person) -> httpx.Response:
        made = requests.Request(**_plain(case.as_transport_kwargs(base_url=BASE))).prepare()
        headers = {name: _text(value) for name, value in made.headers.items()} | dict(by.headers)
        if case.method == "POST":
            headers["Idempotency-Key"] = uuid4().hex
            if thing := A_THING.match(case.formatted_path):
                seen = await self._client.get(thing[0], headers=dict(by.headers))
                headers["If-Match"] = seen.headers.get("etag", '"1"')
        body: Any = made.body
        return await self._client.request(case.method, str(made.url), headers=headers, content=body)


def _plain(sent: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in sent.items()
        if name in {"method", "url", "headers", "params", "data", "json"}
    }


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _cases(operation: Any) -> st.SearchStrategy[Case[Any]]:
    lawful: st.SearchStrategy[Case[Any]] = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if not operation.definition.raw.get("parameters") and not operation.body:
        return lawful
    return st.one_of(lawful, operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))


def _asked(operation: Any, ask: Asking, examples: int, *, again: bool) -> None:
    """So many generated cases of one operation, each answered as the document says; the same ones `again`."""

    @hypothesis.settings(
        max_examples=examples,
        derandomize=again,
        database=None,
        deadline=None,
        phases=[Phase.generate] if again else [Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(
        case=_cases(operation), real=st.sampled_from((True, True, False)), by=st.sampled_from(PEOPLE)
    )
    def answered(case: Case[Any], real: bool, by: Person) -> None:
        if real:
            ask.meets(case)
        case.validate_response(ask(case, by), checks=CHECKS)

    answered()


async def contradictions(inhabited: Inhabited, service: str, examples: int, *, again: bool) -> list[str]:
    """Every answer of a service that its document does not name."""
    schema = schemathesis.openapi.from_dict(inhabited.running[service].openapi())
    ask = Asking(inhabited, asyncio.get_running_loop())
    wrong: list[str] = []
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        try:
            await asyncio.to_thread(_asked, operation, ask, examples, again=again)
        except (Exception, BaseExceptionGroup) as problem:
            wrong.append(f"{operation.label}: {problem}")
    print(f"{service}: {sum(ask.asked.values())} asked, answers {dict(sorted(ask.asked.items()))}")
    return wrong


@pytest.mark.parametrize("service", SERVICES)
async def test_every_answer_is_one_that_the_documents_name(
    inhabited: Inhabited, lane: Lane, service: str
) -> None:
    wrong = await contradictions(inhabited, service, EXAMPLES[lane], again=True)
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.deep
@pytest.mark.parametrize("service", SERVICES)
async def test_whatever_is_sent_the_document_names_the_answer(inhabited: Inhabited, service: str) -> None:
    wrong = await contradictions(inhabited, service, DEEP_EXAMPLES, again=False)
    assert not wrong, "\n\n".join(wrong)
