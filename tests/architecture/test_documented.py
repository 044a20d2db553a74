"""What can be set, heard or asked is documented, and every door says who may use it."""

import ast
import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_origin

import pytest
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from services.documents import documents, first_line, own_settings
from shared.events import Event
from shared.paging import Page
from shared.settings import FrameSettings
from shared.transactions import Policy
from tests.architecture.code import ROOT, sources
from tests.architecture.product import PARTS, Door, doors, events
from tests.running import SERVICES, settings_class

# Lists that are whole because they cannot grow with use.
WHOLE = {
    "GET /cases/v1/rules": "the tables of the code",
    "GET /referrals/v1/rules": "the tables of the code",
    "GET /notifications/v1/rules": "the tables of the code",
    "GET /referrals/v1/handoffs/{handoff_id}/receipts": "one per act on one handoff",
    "GET /referrals/v1/agencies/{code}/keys": "the few keys of one agency",
}
DOORS = list(doors())
EVENTS = list(events())

doors_named = pytest.mark.parametrize("door", DOORS, ids=str)
events_named = pytest.mark.parametrize(("wire", "event"), EVENTS, ids=[wire for wire, _ in EVENTS])


def _sentence(text: str | None) -> bool:
    return bool(text) and len(str(text).split()) >= 2


# --- Documents ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", list(documents()), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_a_generated_document_is_what_the_code_says(file: Path) -> None:
    assert file.exists(), "run `make docs`"
    assert file.read_text() == documents()[file], "run `make docs`"


# --- Settings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SERVICES)
def test_a_setting_is_explained_in_the_example_environment(name: str) -> None:
    example = (ROOT / "deploy" / "env.example").read_text().splitlines()
    for variable, info in own_settings(settings_class(name)):
        assert _sentence(info.description), f"{variable} says not what it is"
        assert any(line.lstrip("#").startswith(f"{variable}=") for line in example)


def test_no_setting_holds_a_secret_by_default() -> None:
    for name in SERVICES:
        for field, info in settings_class(name).model_fields.items():
            secret = "Secret" in str(info.annotation) or any(word in field for word in ("key", "password"))
            assert not secret or info.is_required() or not info.default, f"{name}.{field}"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_few_settings_of_its_own(name: str) -> None:
    own = set(settings_class(name).model_fields) - set(FrameSettings.model_fields)
    assert len(own) <= 12


def _read_from_the_environment() -> set[str]:
    """Every variable that the program asks for by name."""
    found: set[str] = set()
    for source in sources("services", "shared", "examples"):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"os.environ.get", "os.getenv"}:
                found |= {ast.literal_eval(node.args[0])} if isinstance(node.args[0], ast.Constant) else set()
    return found


def test_every_variable_that_is_asked_for_by_name_is_documented() -> None:
    told = "".join(
        (ROOT / file).read_text() for file in ("README.md", "deploy/env.example", "deploy/RUNBOOK.md")
    )
    assert not {name for name in _read_from_the_environment() if name not in told}


# --- Events ------------------------------------------------------------------------------------------


@events_named
def test_an_event_is_a_sentence_about_what_happened(wire: str, event: type[Event]) -> None:
    assert event.__doc__ != Event.__doc__
    assert _sentence(first_line(event)), f"{wire} says not what happened"
    assert first_line(event).endswith(".")


@events_named
def test_an_event_stands_in_the_documents(wire: str, event: type[Event]) -> None:
    text = (ROOT / "docs" / "asyncapi.json").read_text()
    assert f'"{wire}.v{event.version}"' in text


@pytest.mark.parametrize("name", SERVICES)
def test_whatever_an_events_module_defines_is_published(name: str) -> None:
    from importlib import import_module

    room = import_module(f"services.{name}.events").__name__
    modules = [module for place, module in sys.modules.items() if f"{place}.".startswith(f"{room}.")]
    classes = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    defined = {each for each in classes if issubclass(each, Event) and each.__module__.startswith(room)}
    abstract = {one for one in defined if not hasattr(one, "name")}
    assert defined - abstract <= set(PARTS[name].published)


# --- Doors -------------------------------------------------------------------------------------------


@doors_named
def test_a_door_says_who_may_use_it(door: Door) -> None:
    policies = [each.call for each in door.route.dependant.dependencies if isinstance(each.call, Policy)]
    assert len(policies) == 1, f"{door} needs one policy: roles(...) or anyone()"


@doors_named
def test_a_door_says_what_it_does(door: Door) -> None:
    assert _sentence(door.route.description), f"{door} has no sentence"
    assert door.route.tags, f"{door} has no tag"


def _names(door: Door) -> set[str]:
    """Every parameter that the door and what it depends on take."""

    def walk(dependant: Any) -> set[str]:
        own = {field.alias for field in (*dependant.query_params, *dependant.path_params)}
        return own.union(*(walk(each) for each in dependant.dependencies))

    return walk(door.route.dependant)


def _is_list(door: Door) -> bool:
    model = door.route.response_model
    if get_origin(model) in (list, tuple):
        return True
    return isinstance(model, type) and issubclass(model, BaseModel) and issubclass(model, Page)


LISTS = [door for door in DOORS if _is_list(door) and str(door) not in WHOLE]


@pytest.mark.parametrize("door", LISTS, ids=str)
def test_a_list_comes_in_pages(door: Door) -> None:
    model = door.route.response_model
    assert isinstance(model, type), f"{door} answers with everything at once"
    assert issubclass(model, Page)
    assert {"cursor", "limit"} <= _names(door)


@doors_named
def test_a_door_names_what_it_answers(door: Door) -> None:
    raw = door.route.response_model is None
    assert not raw or door.route.status_code == 204 or door.route.responses.keys() & {200, 206}, (
        f"{door} names no response model, and no media type in its place"
    )


def _numbers(schema: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every number within a part of an OpenAPI document, and where it stands."""
    if isinstance(schema, dict):
        if schema.get("type") in {"integer", "number"}:
            yield where, schema
        for name, part in schema.items():
            yield from _numbers(part, f"{where}.{name}")
    elif isinstance(schema, list):
        for part in schema:
            yield from _numbers(part, where)


@pytest.mark.parametrize("name", SERVICES)
def test_a_number_that_is_sent_has_a_least_and_a_most(name: str) -> None:
    document = json.loads((ROOT / "docs" / "openapi" / f"{name}.json").read_text())
    sent = {key: each for key, each in document["components"]["schemas"].items() if key.endswith("In")}
    doors = [door for path in document["paths"].values() for door in path.values()]
    asked = [door.get("parameters", []) for door in doors]
    found = [*_numbers(sent, "body"), *_numbers(asked, "parameter")]
    assert found
    assert not [where for where, each in found if not {"minimum", "maximum"} <= _ends(each)]


def _ends(number: dict[str, Any]) -> set[str]:
    """Which ends it has, whether they belong to it or not."""
    said = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
    return {said.get(name, name) for name in number}


def _called(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    for each in dependant.dependencies:
        yield from _called(each)


def _waits_in_the_loop(call: Any) -> bool:
    either = (call, type(call).__call__)
    return any(inspect.iscoroutinefunction(each) or inspect.isasyncgenfunction(each) for each in either)


@doors_named
def test_a_request_takes_no_thread(door: Door) -> None:
    """FastAPI runs a plain function, be it a route or a dependency, in a thread: dear, and for nothing."""
    assert [call for call in _called(door.route.dependant) if not _waits_in_the_loop(call)] == []


@pytest.mark.parametrize("door", [door for door in DOORS if "POST" in door.methods], ids=str)
def test_an_act_is_a_noun_and_nothing_is_put_or_patched(door: Door) -> None:
    last = door.route.path.rstrip("/").rsplit("/", 1)[-1]
    assert last.islower() or last.startswith("{"), door
    assert door.methods == {"POST"}


def test_nothing_is_put_patched_or_deleted() -> None:
    assert {method for door in DOORS for method in door.methods} <= {"GET", "POST"}
