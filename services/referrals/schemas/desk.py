"""Lists and figures about referrals as they cross HTTP."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.referrals.rules.lifecycle import Stage
from services.referrals.rules.vocabulary import Mode
from shared.organisations import Level, OfficeTree
from shared.schemas import Out


class PartOut(Out):
    """One part of a split lead: where it was to go, unless it stays; how far it came, or why it did not."""

    matter_id: UUID
    split_from: UUID
    addressee: str | None
    mode: str | None
    referral_id: UUID | None
    stage: Stage | None
    reason: str | None


class DeskFigures(Out):
    """How long each list of the office is."""

    incoming: int
    outgoing: int
    waiting_for_us: int
    waiting_for_them: int
    overdue: int


class ModeFigures(Out):
    """Referrals of one mode that offices of one level issued."""

    mode: Mode
    level: Level
    issued: int
    open: int
    overdue: int


class HandledFigures(Out):
    """Cases opened in that time that offices of one level handle, by how they came to them."""

    level: Level
    origin: str
    cases: int


class GuidedFigures(Out):
    """Matters below that offices of one level guided; one that two offices guided counts for each."""

    level: Level
    matters: int


class FiguresOut(Out):
    """What an office may count: its own lists, and per level what was issued, handled and guided."""

    since: date
    until: date
    desk: DeskFigures
    by_mode: list[ModeFigures]
    handled: list[HandledFigures]
    guided: list[GuidedFigures]


@dataclass(frozen=True, slots=True)
class Levels:
    """Counts per office, summed per level."""

    offices: OfficeTree

    def by_mode(self, rows: Iterable[Any]) -> list[ModeFigures]:
        """Per mode and level: issued, not over, late."""
        issued: Counter[tuple[Mode, Level]] = Counter()
        living: Counter[tuple[Mode, Level]] = Counter()
        late: Counter[tuple[Mode, Level]] = Counter()
        for row in rows:
            key = row.mode, self._of(row.issuer)
            issued[key] += row.issued
            living[key] += row.open
            late[key] += row.overdue
        return [
            ModeFigures(
                mode=mode, level=level, issued=count, open=living[mode, level], overdue=late[mode, level]
            )
            for (mode, level), count in sorted(issued.items())
        ]

    def handled(self, rows: Iterable[tuple[str, str, int]]) -> list[HandledFigures]:
        """Per level and origin, the cases handled."""
        counted: Counter[tuple[Level, str]] = Counter()
        for holder, origin, count in rows:
            counted[self._of(holder), origin] += count
        return [
            HandledFigures(level=level, origin=origin, cases=count)
            for (level, origin), count in sorted(counted.items())
        ]

    def guided(self, rows: Iterable[tuple[str, int]]) -> list[GuidedFigures]:
        """Per level of the guiding office, the matters guided."""
        counted: Counter[Level] = Counter()
        for office, count in rows:
            counted[self._of(office)] += count
        return [GuidedFigures(level=level, matters=count) for level, count in sorted(counted.items())]

    def _of(self, office: str) -> Level:
        return self.offices.office(office).level
