"""Procuratorates: which offices exist, and who stands above whom. Read from files, kept in memory."""

import csv
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
SHIPPED = (DATA / "offices.csv", DATA / "offices-supplement.csv")
COLUMNS = ("code", "name", "level", "parent", "valid_from", "valid_to", "note")

_CODE = re.compile(r"\d{6}(-[0-9A-Z]{1,8})?")


class Level(StrEnum):
    """The four levels of procuratorates, from the top."""

    SUPREME = "supreme"
    PROVINCIAL = "provincial"
    MUNICIPAL = "municipal"
    PRIMARY = "primary"

    @property
    def rank(self) -> int:
        """0 for the Supreme office, 3 for a primary-level office."""
        return _RANK[self]


_RANK = {level: rank for rank, level in enumerate(Level)}
_LEVELS = {level.value: level for level in Level}


@dataclass(frozen=True, slots=True)
class Office:
    """One procuratorate; `path` names every office from the Supreme one down to itself."""

    code: str
    name: str
    level: Level
    parent: str | None
    path: str
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""

    def valid(self, on: date) -> bool:
        """Whether the office exists on that day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


class OfficeFileError(ValueError):
    """A row of an office file cannot be used; the message names the file and the line."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")


class UnknownOffice(LookupError):
    """No office has this code."""


@dataclass(frozen=True, slots=True)
class _Row:
    office: Office
    where: str


class OfficeTree:
    """All offices and the line between them; asking never touches a file or a database."""

    def __init__(self, rows: Mapping[str, _Row]) -> None:
        self._offices = dict(_placed(rows))
        self._sorted = sorted(self._offices.values(), key=lambda office: office.path)
        self._paths = [office.path for office in self._sorted]
        self.warnings = tuple(_doubts(self._offices, rows))

    @classmethod
    def load(cls, *more: Path | str) -> "OfficeTree":
        """The shipped offices with the administrator's files laid over by code; a later file wins."""
        files = (*SHIPPED, *(Path(file).resolve() for file in more))
        return _load(tuple((file, _changed(file)) for file in files))

    def __len__(self) -> int:
        return len(self._offices)

    def __iter__(self) -> Iterator[Office]:
        return iter(self._sorted)

    def exists(self, code: str, on: date | None = None) -> bool:
        """Whether there is such an office (on that day, if one is given)."""
        office = self._offices.get(code)
        return office is not None and (on is None or office.valid(on))

    def office(self, code: str) -> Office:
        """The office of that code, or UnknownOffice."""
        try:
            return self._offices[code]
        except KeyError:
            raise UnknownOffice(code) from None

    def superior_of(self, code: str) -> Office | None:
        """The next office above; the Supreme office has none."""
        parent = self.office(code).parent
        return None if parent is None else self._offices[parent]

    def line_of(self, code: str) -> tuple[Office, ...]:
        """Every office above, the next superior first."""
        above = self.office(code).path.strip("/").split("/")[:-1]
        return tuple(self._offices[each] for each in reversed(above))

    def common_superior(self, first: str, second: str) -> Office | None:
        """The lowest office above both; none when one of them is the Supreme office."""
        others = {office.code for office in self.line_of(second)}
        return next((office for office in self.line_of(first) if office.code in others), None)

    def same_level(self, first: str, second: str) -> bool:
        """Whether both offices stand at one level."""
        return self.office(first).level is self.office(second).level

    def is_below(self, code: str, of: str) -> bool:
        """Whether the first office stands somewhere below the second; no office is below itself."""
        return code != of and self.office(code).path.startswith(self.office(of).path)

    def below(self, code: str) -> tuple[Office, ...]:
        """Every office below, in the order of their paths."""
        path = self.office(code).path
        first = bisect_right(self._paths, path)
        return tuple(self._sorted[first : bisect_left(self._paths, path[:-1] + "0")])


@lru_cache(maxsize=16)
def _load(files: tuple[tuple[Path, int], ...]) -> OfficeTree:
    rows: dict[str, _Row] = {}
    for file, _ in files:
        rows.update(_read(file))
    return OfficeTree(rows)


def _changed(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError as error:
        raise OfficeFileError(str(file), "the file cannot be read") from error


def _read(file: Path) -> dict[str, _Row]:
    rows: dict[str, _Row] = {}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        if tuple(next(reader, ())) != COLUMNS:
            raise OfficeFileError(f"{file}:1", f"the first line must be {','.join(COLUMNS)}")
        for values in reader:
            if not values:
                continue
            where = f"{file}:{reader.line_num}"
            office = _office(values, where)
            if office.code in rows:
                raise OfficeFileError(where, f"{office.code} stands twice in this file")
            rows[office.code] = _Row(office, where)
    return rows


def _office(values: list[str], where: str) -> Office:
    if len(values) != len(COLUMNS):
        raise OfficeFileError(where, f"{len(COLUMNS)} columns are needed, {len(values)} are there")
    code, name, level, parent, valid_from, valid_to, note = (value.strip() for value in values)
    if not _CODE.fullmatch(code):
        raise OfficeFileError(where, f"{code!r} is not a code: six digits, or six digits-suffix")
    if not name:
        raise OfficeFileError(where, f"{code} has no name")
    if level not in _LEVELS:
        raise OfficeFileError(where, f"{level!r} is not a level: {', '.join(Level)}")
    begins, ends = _day(valid_from, where), _day(valid_to, where)
    if begins and ends and ends < begins:
        raise OfficeFileError(where, f"{code} ends before it begins")
    return Office(code, name, _LEVELS[level], parent or None, "", begins, ends, note)


def _day(value: str, where: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise OfficeFileError(where, f"{value!r} is not a date like 2021-07-01") from None


def _placed(rows: Mapping[str, _Row]) -> Iterator[tuple[str, Office]]:
    """Every office with its path; from the top down, so that a parent is placed before those below it."""
    paths: dict[str | None, str] = {None: "/"}
    for row in sorted(rows.values(), key=lambda row: _RANK[row.office.level]):
        office = row.office
        _check_parent(office, row.where, rows)
        paths[office.code] = path = f"{paths[office.parent]}{office.code}/"
        dates = office.valid_from, office.valid_to
        yield (
            office.code,
            Office(office.code, office.name, office.level, office.parent, path, *dates, office.note),
        )


def _check_parent(office: Office, where: str, rows: Mapping[str, _Row]) -> None:
    if office.parent is None:
        if office.level is not Level.SUPREME:
            raise OfficeFileError(where, f"{office.code} has no parent; only the Supreme office has none")
        return
    if office.parent not in rows:
        raise OfficeFileError(where, f"{office.parent}, the parent of {office.code}, is in no file")
    above = rows[office.parent].office.level
    if _RANK[above] >= _RANK[office.level]:
        raise OfficeFileError(where, f"{office.code} ({office.level}) cannot stand below {above}")


def _doubts(offices: Mapping[str, Office], rows: Mapping[str, _Row]) -> Iterable[str]:
    for office in offices.values():
        if office.level is Level.PRIMARY and office.parent is not None:
            above = offices[office.parent]
            if above.level is Level.PROVINCIAL:
                yield (
                    f"{rows[office.code].where}: {office.code} {office.name} stands directly below"
                    f" {above.name}; if a branch or city office stands between, a file must say so"
                )
