"""Counts and samples only: what looks like a leaked data set has no place in a field of text.

A few numbers of persons may be a sample; many are the data set itself. Each counts once however often it
stands there, and only where its own check digit is right, if it has one.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

MOST_NUMBERS = 5

# A quick look first: most texts hold no run of digits this long.
_LONG = re.compile(r"\d(?:[ -]?\d){10}")
_IDENTITY = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dXx])"
)
_PHONE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_CARD = re.compile(r"(?<!\d)[3-69]\d{3}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def is_identity_number(number: str) -> bool:
    """Whether the last character checks the first seventeen (GB 11643-1999)."""
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == number[-1].upper()


def is_card_number(number: str) -> bool:
    """Whether the last digit checks the rest (Luhn)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(digit - 9 * (digit > 9) for digit in doubled) % 10 == 0


def numbers_in(text: str) -> set[str]:
    """Every identity, phone and card number in the text, each once, whatever digits it is written in."""
    if not _LONG.search(text):
        return set()
    plain = "".join(str(int(c)) if c.isdecimal() else c for c in text)
    identities = {each for each in _IDENTITY.findall(plain) if is_identity_number(each)}
    left = _IDENTITY.sub(lambda found: "\n" if found[0] in identities else found[0], plain)
    cards = {each for each in map(_digits, _CARD.findall(left)) if is_card_number(each)}
    return identities | cards | set(map(_digits, _PHONE.findall(left)))


def _digits(text: str) -> str:
    return text.replace(" ", "").replace("-", "")


def texts_of(value: Any) -> Iterator[str]:
    """Every text in a body, however deep it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        yield from texts_of(vars(value).values())
    elif isinstance(value, dict):
        yield from texts_of(value.values())
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        for each in value:
            yield from texts_of(each)


def too_many(body: BaseModel) -> int:
    """How many numbers of persons a body holds, if they are more than a sample; else none."""
    count = len(numbers_in("\n".join(texts_of(body))))
    return count if count > MOST_NUMBERS else 0
