"""No personal information of data subjects, and no free text, travels in events."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.documents import schema_of
from shared.events import Event
from tests.architecture.product import events

# Texts that events may carry, and what each is. Anything else is an id, a date, a number, or a word of ours.
CODES = {
    "addressee": "organisation code",
    "agency": "organisation code",
    "approved_by": "organisation code",
    "body_sha256": "hash",
    "agency_name": "the name of a public body",
    "code": "organisation code",
    "division": "division code",
    "document": "code of a kind of document",
    "document_sha256": "hash",
    "event_type": "wire type of an event",
    "focus": "code of a priority row",
    "focuses": "codes of priority rows",
    "from_office": "organisation code",
    "grants_scope": "word of the table of scopes",
    "holder": "organisation code",
    "issuer": "organisation code",
    "kid": "key id",
    "kind": "word of a table of kinds",
    "mode": "word of the table of modes",
    "media_type": "media type",
    "number": "our own number of a matter or document",
    "office": "organisation code",
    "org": "organisation code",
    "outcome": "word of a table of outcomes",
    "owner": "organisation code",
    "place": "division code",
    "reason": "word or code of a refusal, never a sentence",
    "receiver": "organisation code",
    "redirect_to": "organisation code",
    "recused": "subject of an official's token",
    "row": "row of the table of clocks",
    "scope": "word of the table of scopes",
    "sector": "word of the table of sectors",
    "sender": "organisation code",
    "sha256": "hash",
    "skipped_subject": "journal subject",
    "source": "name of a service",
    "sub": "subject of an official's token",
    "subject": "word of a duty row",
    "superior": "organisation code",
    "to_office": "organisation code",
    "unit": "word of the table of units",
}
OBJECTS = {"jwk": "public key"}
EVENTS = list(events())


def _texts(schema: dict[str, Any]) -> Iterator[str]:
    """The fields of an event, and of the rows in it, that hold free strings or free objects."""
    for part in (schema, *schema.get("$defs", {}).values()):
        for name, field in part.get("properties", {}).items():
            for shape in (field, *field.get("anyOf", ()), field.get("items", {})):
                if _free(shape):
                    yield name


def _free(shape: dict[str, Any]) -> bool:
    if shape.get("type") == "object":
        return True
    return shape.get("type") == "string" and shape.get("format") not in {"uuid", "date", "date-time"}


@pytest.mark.parametrize(("wire", "event"), EVENTS, ids=[wire for wire, _ in EVENTS])
def test_an_event_carries_only_what_is_allowed(wire: str, event: type[Event]) -> None:
    unknown = set(_texts(schema_of(event))) - CODES.keys() - OBJECTS.keys()
    assert not unknown, (
        f"{wire} carries {sorted(unknown)}: is it a code, or could somebody write a name there?"
    )


def test_every_allowed_text_is_still_in_use() -> None:
    used = {name for _, event in EVENTS for name in _texts(schema_of(event))}
    assert used >= CODES.keys() | OBJECTS.keys()
