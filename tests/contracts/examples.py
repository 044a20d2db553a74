"""Examples of published events: any that their shape allows, as they look on the wire."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from shared.events import Event

# Numbers travel as 64-bit integers, texts as codes of ours; an object is a public key.
st.register_type_strategy(int, st.integers(-(2**31), 2**31))
st.register_type_strategy(str, st.text("abzABZ019-_./:码", max_size=12))
KEYS = st.dictionaries(st.text("abk", min_size=1, max_size=3), st.text("xyz", max_size=3), max_size=3)


@cache
def example_of(event: type[Event]) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies of that event, optional fields there or not, as JSON."""
    shapes = {name: info.rebuild_annotation() for name, info in event.model_fields.items()}
    fields = {
        name: KEYS if shape == dict[str, Any] else st.from_type(shape) for name, shape in shapes.items()
    }
    return st.builds(event, **fields).map(lambda made: made.model_dump(mode="json"))


def _is_object(shape: Any) -> bool:
    return bool(shape == dict[str, Any])
