"""What looks like a leaked data set, and what does not."""

import random

import pytest
from pydantic import ValidationError

from shared.samples import MOST_NUMBERS, is_card_number, is_identity_number, numbers_in
from shared.schemas import Body
from tests.leaked import a_card, a_phone, an_identity


class Note(Body):
    """A body with texts at every depth."""

    text: str = ""
    lines: list[str] = []
    rows: list[dict[str, str]] = []
    inner: "Note | None" = None


MANY = range(MOST_NUMBERS + 1)
FEW = range(MOST_NUMBERS)
KINDS = pytest.mark.parametrize("made", [an_identity, a_phone, a_card], ids=lambda f: f.__name__)


def problem(**said: object) -> str:
    """What is said against such a body."""
    with pytest.raises(ValidationError) as refused:
        Note.model_validate(said)
    (error,) = refused.value.errors()
    assert error["type"] == "leaked_data"
    return str(error["msg"])


def test_a_made_up_number_is_right_by_its_own_check() -> None:
    for n in range(200):
        assert is_identity_number(an_identity(n))
        assert is_card_number(a_card(n))
    known = "11010519491231002X"
    assert is_identity_number(known)
    assert not is_identity_number(known[:-1] + "1")
    assert is_card_number("4111111111111111")
    assert not is_card_number("4111111111111112")


@KINDS
@pytest.mark.parametrize("between", [" ", ",", "\n", "\t", "；", "与", " | "])
def test_many_are_refused_however_they_are_set(made: object, between: str) -> None:
    numbers = [made(n) for n in MANY]  # type: ignore[operator]
    said = problem(text=between.join(numbers))
    assert f"{len(numbers)} identity, phone or card numbers, at most {MOST_NUMBERS}" in said
    assert not any(number in said for number in numbers)
    Note(text=between.join(numbers[:-1]))


@KINDS
def test_many_are_refused_wherever_they_stand(made: object) -> None:
    numbers = [made(n) for n in MANY]  # type: ignore[operator]
    problem(lines=numbers)
    problem(rows=[{"a": number} for number in numbers])
    problem(inner={"inner": {"text": " ".join(numbers)}})
    problem(text=" ".join(numbers[:3]), lines=numbers[3:5], rows=[{"a": numbers[5]}])


def test_a_number_that_stands_often_is_one() -> None:
    Note(lines=[a_phone(1)] * 50)
    assert numbers_in(f"{a_phone(1)} {a_phone(1)[:3]}-{a_phone(1)[3:7]}-{a_phone(1)[7:]}") == {a_phone(1)}


def test_other_digits_are_the_same_number() -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    assert len(numbers_in("，".join(a_phone(n).translate(wide) for n in MANY))) == len(MANY)
    assert len(numbers_in(", ".join(an_identity(n).lower() for n in MANY))) == len(MANY)


def test_cards_in_groups_are_cards() -> None:
    grouped = [" ".join(a_card(n)[i : i + 4] for i in range(0, 16, 4)) for n in MANY]
    assert len(numbers_in("\n".join(grouped))) == len(MANY)


def test_numbers_of_other_things_are_words() -> None:
    counts = " ".join(f"{n}条，{n * 10_000}人，〔2024〕{n}号，2024-01-{n:02d}" for n in range(1, 25))
    cases = " ".join(f"E3301{n:014d}" for n in range(50))
    credit = " ".join(f"9133010{n}MA27XL0X0{n % 7}" for n in range(50))
    hashes = " ".join(f"{n:064x}" for n in range(50))
    wrong = " ".join(an_identity(n)[:-1] + ("1" if an_identity(n)[-1] != "1" else "2") for n in range(50))
    for text in (counts, cases, credit, hashes, wrong):
        assert len(numbers_in(text)) <= MOST_NUMBERS, text[:60]
        Note(text=text)


def test_a_long_text_is_read_quickly() -> None:
    """Not by the clock: a text of digits and blanks, the worst there is, is read to its end at all."""
    noise = random.Random(4)
    text = "".join(noise.choice("0123456789 -") for _ in range(200_000))
    assert isinstance(numbers_in(text), set)
