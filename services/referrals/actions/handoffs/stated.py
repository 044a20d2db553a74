"""A handoff as it is stated: by a person who posts it, or by an act of `cases` from which it follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.referrals.rules.receipts import content_hash
from services.referrals.rules.vocabulary import Ground, Kind, Manner, Rung

Papers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Content:
    """What the package says; never announced, never in a preview."""

    title: str = ""
    summary: str = ""
    demand: str = ""
    papers: Papers = ()
    external_ids: Sequence[dict[str, Any]] = ()

    @property
    def sha256(self) -> str:
        """The hash of all of it, as the receipt of a sending carries it."""
        said = {"title": self.title, "summary": self.summary, "demand": self.demand}
        papers = [{"sha256": sha256, "paper": paper} for sha256, paper in self.papers]
        return content_hash("dispatch", said | {"documents": papers, "external_ids": list(self.external_ids)})


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report up the ladder states: why, to whom it goes, about which agency."""

    ground: Ground | None = None
    rung: Rung | None = None
    concerning: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A handoff as its sender states it, or as an office writes it down for an agency."""

    kind: Kind
    receiver: str
    on: date
    content: Content
    matter_id: UUID | None = None
    basis_epoch: int | None = None
    sector: str | None = None
    subject: str = ""
    place: str | None = None
    number: str | None = None
    about: UUID | None = None
    routing_reason: str | None = None
    reported: Reported = Reported()
    economic: bool = False
    reported_on: date | None = None
    approved_on: date | None = None
    in_reply_to: UUID | None = None
    on_behalf_of: str | None = None
    manner: Manner | None = None
    stated_on: date | None = None
    follows: UUID | None = None
    came_from: str | None = None
    redirect_to: str | None = None


@dataclass(frozen=True, slots=True)
class FromAct:
    """An official act of `cases` whose document goes to an agency."""

    matter_id: UUID
    kind: Kind
    office: str
    receiver: str
    number: str
    on: date
    about: UUID
    papers: Papers
    event_id: UUID
