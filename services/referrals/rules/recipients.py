"""The duty register asked: which agency is competent for this kind, sector, matter and place, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.referrals.errors import OverrideNeedsReason
from services.referrals.rules.kinds import KindRow
from services.referrals.rules.vocabulary import Kind

ANY = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is to be handed over: which sector and subject, which place (a division code), which day."""

    kind: KindRow
    sector: str
    subject: str
    place: str
    on: date


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One line of a duty register: an agency is competent for this, from a day, by this provision."""

    id: str
    agency: str
    agency_kind: str
    kind: Kind | None
    sector: str
    subject: str
    place: str
    valid_from: date
    valid_to: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a duty row speaks for its agency, in words and as a code."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agency that the register names, how closely it fits, and the row and reasons behind it."""

    agency: str
    duty: str
    basis: str
    closeness: tuple[int, int, int, int]
    reasons: tuple[Reason, ...]


def division_prefix(code: str) -> str:
    """The digits of a division code that say something: 330100 -> 3301; 000000 -> nothing."""
    digits = code[:6]
    while digits.endswith("00"):
        digits = digits[:-2]
    return digits + code[6:]


def same_level(one: str, other: str) -> bool:
    """Whether two places are divisions of one level; a township counts as its county."""
    return len(division_prefix(one[:6])) == len(division_prefix(other[:6]))


def lies_within(place: str, area: str) -> bool:
    """Whether a place is that division or part of it."""
    return place.startswith(division_prefix(area))


def candidates(facts: Facts, register: Iterable[DutyRow]) -> tuple[Candidate, ...]:
    """Every agency that the register names for these facts, the closest fit first; one line per agency."""
    fitting = sorted(
        (_candidate(facts, row) for row in register if speaks_for(facts, row)),
        key=lambda found: (tuple(-each for each in found.closeness), found.agency),
    )
    best: dict[str, Candidate] = {}
    for found in fitting:
        best.setdefault(found.agency, found)
    return tuple(best.values())


def speaks_for(facts: Facts, row: DutyRow) -> bool:
    """Whether that row of the register is in force and covers the facts."""
    return (
        row.valid_from <= facts.on
        and (row.valid_to is None or facts.on <= row.valid_to)
        and row.agency_kind in facts.kind.receivers
        and row.kind in (None, facts.kind.kind)
        and row.sector in (ANY, facts.sector)
        and row.subject in (ANY, facts.subject)
        and lies_within(facts.place, row.place)
    )


def check_choice(proposed: str | None, chosen: str, reason: str | None) -> bool:
    """Whether the chosen addressee is the proposed one; another one needs a reason in words."""
    if proposed is not None and chosen != proposed and not reason:
        raise OverrideNeedsReason(proposed=proposed, chosen=chosen)
    return proposed == chosen


def _candidate(facts: Facts, row: DutyRow) -> Candidate:
    closeness = (
        len(division_prefix(row.place)),
        int(row.sector != ANY) + int(row.subject != ANY),
        int(row.kind is not None),
        row.valid_from.toordinal(),
    )
    return Candidate(row.agency, row.id, row.basis, closeness, tuple(_reasons(facts, row)))


def _reasons(facts: Facts, row: DutyRow) -> Iterable[Reason]:
    yield Reason("place", f"{facts.place} 在 {row.place} 辖区内", f"{facts.place} lies within {row.place}")
    receiver = row.agency_kind
    yield Reason("receiver", f"{facts.kind.zh}可发往 {receiver}", f"{facts.kind.kind} may go to {receiver}")
    if row.sector != ANY:
        yield Reason("sector", f"领域：{row.sector}", f"competent for the sector {row.sector}")
    if row.subject != ANY:
        yield Reason("subject", f"事项：{row.subject}", f"competent for {row.subject}")
    if row.kind is not None:
        yield Reason("kind", f"权责清单专列：{facts.kind.zh}", f"the register names {row.kind} itself")
    yield Reason("dates", f"自 {row.valid_from} 起有效", f"in force since {row.valid_from}")
