"""Agencies, keys, the duty register, agreements and routing as they cross HTTP."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from services.referrals.rules.recipients import Candidate
from services.referrals.rules.vocabulary import Kind, OrganisationKind
from services.referrals.rules.ways import Relation, Way
from services.referrals.schemas.handoffs.sent import Place
from shared.clocks import Unit
from shared.schemas import Body, Code, Out, Text

Word = Annotated[str, Field(pattern=r"^[a-z0-9_]{0,40}$")]


class AgencyIn(Body):
    """An agency as an administrator enters it; the same code again changes it."""

    code: Code
    kind: OrganisationKind
    name: Annotated[str, Text(120)]
    division: Place
    superior: Code | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class AgencyOut(Out):
    """An agency."""

    code: str
    kind: str
    name: str
    division: str
    superior: str | None
    valid_from: date | None
    valid_to: date | None


class KeyIn(Body):
    """A public key of an agency (JWK, Ed25519 or P-256), and when it may be used."""

    jwk: Annotated[dict[str, Any], Field(max_length=20)]
    valid_from: date | None = None
    valid_to: date | None = None


class KeyOut(Out):
    """A registered public key."""

    code: str
    kid: str
    jwk: dict[str, Any]
    valid_from: date | None
    valid_to: date | None


class DutyIn(Body):
    """A line of the duty register: empty sector, subject or kind mean any."""

    agency: Code
    kind: Kind | None = None
    sector: Word = ""
    subject: Word = ""
    place: Place
    basis: Annotated[str, Text(200)]
    valid_from: date
    valid_to: date | None = None


class DutyOut(Out):
    """A line of the duty register."""

    id: UUID
    agency: str
    kind: Kind | None
    sector: str
    subject: str
    place: str
    basis: str
    valid_from: date
    valid_to: date | None


class AgreementIn(Body):
    """An agreement between an office and an agency about answers to handoffs; without a kind, to all."""

    office: Code
    agency: Code
    kind: Kind | None = None
    length: Annotated[int, Field(ge=1, le=366)]
    unit: Unit
    title: Annotated[str, Text(200)]
    valid_from: date
    valid_to: date | None = None


class AgreementOut(Out):
    """An agreement about answers to handoffs."""

    id: UUID
    office: str
    agency: str
    kind: Kind | None
    length: int
    unit: Unit
    title: str
    valid_from: date
    valid_to: date | None


class EndingIn(Body):
    """The last day on which a line of the register, or an agreement, holds."""

    valid_to: date


class RoutingIn(Body):
    """What is to be handed over, where and when; the register says to whom."""

    kind: Kind
    sector: Word = ""
    subject: Word = ""
    place: Place
    on: date | None = None


class ReasonOut(Out):
    """Why a line of the register speaks for its agency."""

    code: str
    zh: str
    en: str


class CandidateOut(Out):
    """An agency that the register names, and why."""

    agency: str
    duty: str
    basis: str
    reasons: list[ReasonOut]


class WayOut(Out):
    """By whom a suggestion reaches that agency, if it does not stand beside the office, and the article."""

    relation: Relation
    zh: str
    en: str
    forwarded: bool
    basis: str


class RoutingOut(Out):
    """The proposed addressee, every other that the register names, and the way to the first."""

    proposed: str | None
    candidates: list[CandidateOut]
    basis: str
    way: WayOut | None = None


def routing(found: tuple[Candidate, ...], basis: str, way: Way | None) -> RoutingOut:
    """The proposal as it is shown to the person who confirms or overrides it."""
    told = way and WayOut(
        relation=way.relation, zh=way.zh, en=way.en, forwarded=way.forwarded, basis=str(way.basis)
    )
    return RoutingOut(
        proposed=found[0].agency if found else None,
        candidates=[CandidateOut.model_validate(each) for each in found],
        basis=basis,
        way=told,
    )
