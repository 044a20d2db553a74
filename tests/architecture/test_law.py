"""Every row of every rule table cites an article that exists, and says how sure it is."""

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import pytest

from shared.citation import OURS, Citation, Instrument, Mark
from tests.architecture.articles import READ
from tests.architecture.code import SERVICES


def _rule_modules() -> Iterator[ModuleType]:
    for service in SERVICES:
        package = importlib.import_module(f"services.{service}.rules")
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


def _tables() -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every named table of the law: a capitalised tuple of rows in a rules module."""
    for module in _rule_modules():
        for name, value in vars(module).items():
            if not name.isupper() or name.startswith("_") or _imported(module, name):
                continue
            rows = tuple(value.values() if isinstance(value, Mapping) else value) if _is_table(value) else ()
            if rows and all(dataclasses.is_dataclass(row) and not isinstance(row, type) for row in rows):
                yield f"{module.__name__.removeprefix('services.')}.{name}", rows


def _is_table(value: object) -> bool:
    return isinstance(value, tuple | list | frozenset | set | Mapping) and bool(value)


def _imported(module: ModuleType, name: str) -> bool:
    owner = getattr(vars(module)[name], "__module__", None)
    return owner is not None and owner != module.__name__


TABLES = dict(_tables())
ROWS = [(f"{name}[{place}]", row) for name, rows in TABLES.items() for place, row in enumerate(rows)]


def citations_in(value: object) -> Iterator[Citation]:
    """Every citation in a row, however deep it stands."""
    if isinstance(value, Citation):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from citations_in(each)
    elif isinstance(value, tuple | list | frozenset | set):
        for each in value:
            yield from citations_in(each)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type | Instrument):
        for field in dataclasses.fields(value):
            yield from citations_in(getattr(value, field.name))


CITED = sorted({(where, citation) for where, row in ROWS for citation in citations_in(row)}, key=str)


def test_there_is_law_in_every_service() -> None:
    assert {name.split(".")[0] for name in TABLES} == set(SERVICES)


@pytest.mark.parametrize(("where", "row"), ROWS, ids=[where for where, _ in ROWS])
def test_a_row_cites_its_basis(where: str, row: Any) -> None:
    assert isinstance(getattr(row, "basis", None), Citation), f"{where} has no basis"


@pytest.mark.parametrize(("where", "citation"), CITED, ids=[f"{where}: {cited}" for where, cited in CITED])
def test_a_cited_article_exists(where: str, citation: Citation) -> None:
    number = re.match(r"\d+", citation.article)
    read = READ.get(citation.instrument.code)
    if citation.instrument.code == OURS.code:
        assert citation.mark is Mark.INTERNAL, f"{where}: what is ours is marked internal"
    elif read is None:
        assert citation.mark is not Mark.VERIFIED, f"{where}: nobody here has read {citation.instrument.code}"
    else:
        assert number, f"{where}: {citation} names no article"
        assert int(number[0]) in read, f"{where}: {citation} is not an article that was read"


def _instruments() -> Iterator[tuple[str, Instrument]]:
    for module in _rule_modules():
        for value in vars(module).values():
            if isinstance(value, Instrument):
                yield module.__name__, value


def test_an_instrument_is_described_alike_by_every_service() -> None:
    described: dict[str, tuple[str, Instrument]] = {}
    for where, instrument in _instruments():
        first_where, first = described.setdefault(instrument.code, (where, instrument))
        assert (first.zh, first.since) == (instrument.zh, instrument.since), (
            f"{first_where} and {where} differ"
        )
