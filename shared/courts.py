"""Which office may sue at which court: stated in an administrator's files, never concluded from a level."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shared.organisations import OfficeTree

COLUMNS = ("name", "level", "place", "office_that_may_sue", "basis", "valid_from", "valid_to")


class CourtFileError(ValueError):
    """A row of a court file cannot be used; start-up stops, the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Court:
    """One court, and the office that may sue there, with the basis that says so."""

    name: str
    level: str
    place: str
    office: str
    basis: str
    valid_from: date | None
    valid_to: date | None

    def valid(self, on: date) -> bool:
        """Whether this holds on that day."""
        began = self.valid_from is None or self.valid_from <= on
        return began and (self.valid_to is None or on <= self.valid_to)


class Courts:
    """The courts that the administrator's files name; a court in no file must be confirmed by a person."""

    def __init__(self, courts: tuple[Court, ...]) -> None:
        self._courts = courts

    @classmethod
    def load(cls, offices: OfficeTree, *files: Path) -> "Courts":
        """The courts of these files, later files last; every office named must be known."""
        return cls(tuple(court for file in files for court in _read(file, offices)))

    def court(self, name: str, on: date) -> Court | None:
        """The court of that name as it stands that day: the last row said of it."""
        rows = [court for court in self._courts if court.name == name and court.valid(on)]
        return rows[-1] if rows else None


def _read(file: Path, offices: OfficeTree) -> Iterator[Court]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise CourtFileError(f"{file}:1: the first line must be {','.join(COLUMNS)}")
        for row in reader:
            yield _court(row, f"{file}:{reader.line_num}", offices)


def _court(row: dict[str, str | None], where: str, offices: OfficeTree) -> Court:
    said = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not said["name"] or not offices.exists(said["office_that_may_sue"]):
        raise CourtFileError(f"{where}: a name and a known office are needed")
    try:
        days = [date.fromisoformat(said[name]) if said[name] else None for name in COLUMNS[-2:]]
    except ValueError as error:
        raise CourtFileError(f"{where}: {error}") from error
    texts = (said["name"], said["level"], said["place"], said["office_that_may_sue"], said["basis"])
    return Court(*texts, *days)
