"""The shape of every published event is kept in a file, so that a change shows in review.

`make docs` (or pytest with --update) writes them anew. A change is an optional field, or a new version.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.documents import ENVELOPE, schema_of
from shared.events import Envelope, Event
from tests.architecture.product import events
from tests.contracts.examples import example_of
from tests.running import envelope

FOLDER = Path(__file__).parent / "schemas"
EVENTS = list(events())
each_event = pytest.mark.parametrize(("wire", "event"), EVENTS, ids=[wire for wire, _ in EVENTS])


def file_of(wire: str, event: type[Event]) -> Path:
    """Where the schema of that event and version is kept."""
    service, name = wire.split(".")
    return FOLDER / service / f"{name}.v{event.version}.json"


@each_event
def test_the_shape_of_an_event_is_the_one_on_file(
    wire: str, event: type[Event], request: pytest.FixtureRequest
) -> None:
    file, now = file_of(wire, event), schema_of(event)
    if request.config.getoption("--update"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(now, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
    assert file.exists(), f"{wire} is new: run `make docs` and look at what it wrote"
    assert json.loads(file.read_text()) == now, "run `make docs`, and look whether this needs a new version"


def test_no_schema_is_left_of_an_event_that_is_gone() -> None:
    assert set(FOLDER.rglob("*.json")) == {file_of(wire, event) for wire, event in EVENTS}


@each_event
def test_an_event_forbids_what_it_does_not_name(wire: str, event: type[Event]) -> None:
    parts = [schema_of(event), *schema_of(event).get("$defs", {}).values()]
    assert all(part.get("additionalProperties") is False for part in parts if part.get("type") == "object")


@each_event
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_an_example_of_it_has_that_shape(wire: str, event: type[Event], data: st.DataObject) -> None:
    from jsonschema import Draft202012Validator

    example = data.draw(example_of(event))
    Draft202012Validator(schema_of(event)).validate(example)
    source = wire.split(".")[0]
    travelling: Envelope = envelope(source, "matter/x", 1, wire, example, version=event.version)
    written: dict[str, Any] = json.loads(travelling.encode())
    Draft202012Validator(ENVELOPE).validate(written)
    assert written["body"] == example
