"""Where a rule stands: instruments, articles, how sure the reading is, which row was in force when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from shared.problems import NoRuleInForce


class Mark(StrEnum):
    """How sure a row is; it is shown wherever the row speaks."""

    VERIFIED = "verified"  # read in the text of the instrument
    SECONDARY = "secondary"  # read in a digest or an article about it
    OUR_READING = "our_reading"  # the text names it, the content is how we understand it
    INFERENCE = "inference"  # concluded from verified text
    INTERNAL = "internal"  # a rule of this system or of an office, no law


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, interpretation or set of rules that articles are cited from."""

    code: str
    zh: str
    en: str
    since: date | None
    mark: Mark = Mark.VERIFIED

    def __getitem__(self, article: int | str) -> Citation:
        """That article of this instrument, as sure as the instrument itself."""
        return Citation(self, str(article), self.mark)


@dataclass(frozen=True, slots=True)
class Citation:
    """One article, and how sure the row that cites it is."""

    instrument: Instrument
    article: str
    mark: Mark = Mark.VERIFIED

    def __str__(self) -> str:
        return f"{self.instrument.code} {self.article}"

    def marked(self, mark: Mark) -> Citation:
        """The same article with another certainty."""
        return replace(self, mark=mark)


def written(text: str) -> Citation:
    """An article as it was written down, "R 47": its instrument is known by its code only."""
    code, _, article = text.partition(" ")
    return Citation(Instrument(code, code, code, None), article)


OURS = Instrument("casebridge", "本系统内部规则", "Internal rules of this system", None, Mark.INTERNAL)


def rule_day(on: date, as_if_on: date | None) -> date:
    """The day whose rules are asked: the act's own, unless its matter goes by those of a later day."""
    return max(on, as_if_on or on)


def later_rules(on: date, as_if_on: date | None) -> str | None:
    """What must be said where something of that day goes by rules not yet in force then; else nothing."""
    if as_if_on is None or on >= as_if_on:
        return None
    return f"按 {as_if_on} 施行的规则办理 / by the rules in force on {as_if_on}"


class Dated(Protocol):
    """A row that the law can replace: in force from a day, until a day or for good."""

    @property
    def since(self) -> date: ...

    @property
    def until(self) -> date | None: ...


Row = TypeVar("Row", bound=Dated)


def living(rows: Iterable[Row], on: date) -> list[Row]:
    """The rows in force that day."""
    return [row for row in rows if row.since <= on and (row.until is None or on <= row.until)]


def current(rows: Iterable[Row], on: date) -> Row | None:
    """The row in force that day (the latest begun, should two overlap), if there is one."""
    return max(living(rows, on), key=lambda row: row.since, default=None)


def in_force(rows: Iterable[Row], on: date, what: str) -> Row:
    """The row in force that day; NoRuleInForce if there is none."""
    row = current(rows, on)
    if row is None:
        raise NoRuleInForce(what=what, on=on.isoformat())
    return row
