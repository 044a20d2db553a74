"""Where two services meet: whoever hears an event can read every shape in which it is announced."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.reactions import Reaction
from shared.service import shared_reactions
from tests.architecture.product import PARTS, events
from tests.contracts.examples import example_of
from tests.running import SERVICES

PUBLISHED = dict(events())


def _heard() -> list[tuple[str, Reaction]]:
    return [
        (reader, reaction)
        for reader in SERVICES
        for reaction in (*shared_reactions(PARTS[reader]), *PARTS[reader].reactions)
    ]


HEARD = [(reader, reaction) for reader, reaction in _heard() if not reaction.wire_type.endswith(".*")]
each_reading = pytest.mark.parametrize(
    ("reader", "reaction"), HEARD, ids=[f"{reader} hears {reaction.wire_type}" for reader, reaction in HEARD]
)


@each_reading
def test_what_is_heard_is_announced_to_the_reader(reader: str, reaction: Reaction) -> None:
    source = reaction.wire_type.split(".")[0]
    assert reaction.wire_type in PUBLISHED, f"nobody announces {reaction.wire_type}"
    assert reader in PARTS[source].announces_to
    assert source in PARTS[reader].listens_to


@each_reading
def test_a_reader_uses_only_fields_that_are_announced(reader: str, reaction: Reaction) -> None:
    assert reaction.reading is not None
    unknown = set(reaction.reading.model_fields) - set(PUBLISHED[reaction.wire_type].model_fields)
    assert not unknown, f"{reaction.wire_type} has no {sorted(unknown)}"


@each_reading
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_reader_can_read_whatever_is_announced(
    reader: str, reaction: Reaction, data: st.DataObject
) -> None:
    assert reaction.reading is not None
    example = data.draw(example_of(PUBLISHED[reaction.wire_type]))
    read = reaction.reading.model_validate(example).model_dump(mode="json")
    for name, value in read.items():
        assert _agree(value, example[name]), (
            f"{reaction.wire_type}.{name}: {example[name]!r} was read as {value!r}"
        )


def _agree(read: object, said: object) -> bool:
    """Whether what was read is what was said, as far as the reader looks."""
    if isinstance(read, dict) and isinstance(said, dict):
        return all(_agree(value, said.get(name)) for name, value in read.items())
    if isinstance(read, list) and isinstance(said, list):
        return len(read) == len(said) and all(map(_agree, read, said))
    return read == said


@pytest.mark.parametrize("name", SERVICES)
def test_who_announces_to_whom_is_said_alike_on_both_sides(name: str) -> None:
    told = {other for other in SERVICES if name in PARTS[other].listens_to}
    assert set(PARTS[name].announces_to) == told
    assert name not in told


def test_whoever_hears_everything_of_a_source_listens_to_it() -> None:
    for reader, reaction in _heard():
        if reaction.wire_type.endswith(".*"):
            assert reaction.wire_type.split(".")[0] in PARTS[reader].listens_to
