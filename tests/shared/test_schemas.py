"""What callers may send: strict bodies, clean text, codes and hashes."""

from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.schemas import Body, Code, Sha256, Text


class Note(Body):
    """A body with one text."""

    words: Annotated[str, Text(20)]


def test_a_text_is_stripped() -> None:
    assert Note.model_validate({"words": "  小区强制人脸识别 "}).words == "小区强制人脸识别"


def test_a_text_may_have_lines_and_tabs() -> None:
    assert Note.model_validate({"words": "一\n\t二"}).words == "一\n\t二"


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "x" * 21,
        "a\x00b",
        "a\x1bb",
        "a\u202eb",
        "a\u2066b",
        "a\u200fb",
        "\ue000",
        "\ud800",
        5,
        None,
        ["a"],
    ],
    ids=ascii,
)
def test_an_unclean_text_is_refused(words: Any) -> None:
    with pytest.raises(ValidationError):
        Note.model_validate({"words": words})


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        Note.model_validate({"words": "a", "stage": "filed"})


@pytest.mark.parametrize("code", ["", "-a", "a b", "a/b", "码", "a" * 41, "a\n"])
def test_a_code_is_plain(code: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Code).validate_python(code)


@pytest.mark.parametrize("value", ["", "0" * 63, "0" * 65, "A" * 64, "g" * 64, "0" * 64 + "\n"])
def test_a_hash_is_64_lower_hex_digits(value: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Sha256).validate_python(value)
