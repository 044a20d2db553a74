"""Referrals as they cross HTTP."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import Field, field_validator, model_validator

from services.referrals.rules.lifecycle import Act, Stage, open_steps
from services.referrals.rules.modes import Track, mode_for
from services.referrals.rules.vocabulary import Mode, Occasion, Party
from shared.clocks import Unit
from shared.schemas import ActBody, Body, Code, Epoch, Out, Sha256, Text

ExtensionUnit = Literal[Unit.DAYS, Unit.MONTHS]
Sub = Annotated[str, Text(80)]
T = TypeVar("T", "ReferralIn", "ApprovalIn")


def _with_unit(body: T) -> T:
    if (body.length is None) != (body.unit is None):
        raise ValueError("a length and its unit are stated together")
    return body


class Decision(Body):
    """A written decision: its number and day, and the hash of the document if it is filed."""

    number: Annotated[str, Text(80)]
    decided_on: date
    sha256: Sha256 | None = None


class ReferralIn(ActBody):
    """An order, request or report as its issuer states it."""

    matter_id: UUID
    mode: Mode
    addressee: Code
    basis_epoch: Annotated[Epoch, Field(description="the epoch of the matter that the issuer saw")]
    about: UUID | None = None
    decision: Decision | None = None
    instruction: Annotated[str, Text(4000)] | None = None
    occasion: Occasion | None = Field(None, description="why, in a mode with several reasons")
    court: Annotated[str, Text(120)] | None = Field(
        None, description="the competent court, as a person states it (transfer for suit)"
    )
    length: Annotated[int, Field(ge=1, le=366)] | None = Field(
        None, description="by how much an extension is asked for"
    )
    unit: ExtensionUnit | None = None
    proposed: Code | None = Field(None, description="the office proposed for designation")
    disputed_with: Code | None = Field(None, description="the office with which competence is in dispute")
    subjects: Annotated[str, Text(2000)] | None = Field(
        None, description="of whom the entrusted office inquires (letter of entrustment)"
    )
    items: Annotated[str, Text(4000)] | None = Field(None, description="into what it inquires")
    demands: Annotated[str, Text(4000)] | None = Field(None, description="what is demanded of the inquiry")
    staff: Annotated[list[Sub], Field(max_length=20, description="the persons called up")] = []
    co_handlers: Annotated[list[Code], Field(max_length=50, description="offices that handle along")] = []
    ends_on: date | None = Field(None, description="the last day of a call-up")
    joint_with: Annotated[str, Text(80)] | None = Field(
        None, description="the department with which a supervision is listed jointly"
    )
    milestones: Annotated[
        list[date], Field(max_length=24, description="the days on which reports are due")
    ] = []

    @model_validator(mode="after")
    def _length_with_its_unit(self) -> "ReferralIn":
        return _with_unit(self)

    @field_validator("staff", "co_handlers")
    @classmethod
    def _once_each(cls, named: list[str]) -> list[str]:
        if len(set(named)) < len(named):
            raise ValueError("each is named once")
        return named


class ReceiptIn(ActBody):
    """Signing for a referral."""


class ReasonIn(ActBody):
    """An act that needs a reason in words."""

    reason: Annotated[str, Text(2000)]


class ReportIn(ActBody):
    """What the holder reports under a standing order, or the addressee replies."""

    summary: Annotated[str, Text(4000)]
    sha256: Sha256 | None = None


class OpinionIn(ActBody):
    """What a level thinks of a request that it passes on."""

    agrees: bool
    opinion: Annotated[str, Text(4000)]


class ApprovalIn(ActBody):
    """How a request is approved: what the binding act or the extension needs beyond what was asked."""

    opinion: Annotated[str, Text(4000)] | None = None
    designee: Code | None = Field(None, description="the office that is designated; default the one proposed")
    length: Annotated[int, Field(ge=1, le=366)] | None = Field(
        None, description="by how much is extended; default as asked"
    )
    unit: ExtensionUnit | None = None
    decision: Decision | None = Field(
        None, description="the written decision, where the binding act needs it"
    )

    @model_validator(mode="after")
    def _length_with_its_unit(self) -> "ApprovalIn":
        return _with_unit(self)


class DisagreementIn(ActBody):
    """Why an office thinks an order wrong that it carries out."""

    words: Annotated[str, Text(4000)]


class OpenAct(Out):
    """An act that may be taken next, by whom, on which basis."""

    act: str
    by: list[Party]
    basis: str


class StatementOut(Out):
    """What an office said under a referral: a report, an opinion, a decision, a reply, a disagreement."""

    id: UUID
    referral_id: UUID
    act: Act
    seq_no: int
    office: str
    said_on: date
    summary: str
    agrees: bool | None
    sha256: str | None


class GrantOut(Out):
    """Leave that comes with an order, for an office or one person of it."""

    org: str
    sub: str | None
    scope: str


class ReferralOut(Out):
    """A referral as those who may see it read it."""

    id: UUID
    matter_id: UUID
    mode: Mode
    occasion: Occasion | None
    track: Track
    stage: Stage
    issuer: str
    addressee: str
    held_by: str
    basis: str
    basis_epoch: int
    epoch: int | None
    moves_custody: bool
    grants_scope: str | None
    granted: bool
    about: UUID | None
    decision_number: str | None
    decided_on: date | None
    decision_sha256: str | None
    joint_with: str | None
    court: str | None
    length: int | None
    unit: Unit | None
    proposed: str | None
    disputed_with: str | None
    ends_on: date | None
    grants: list[GrantOut]
    request_id: UUID | None
    binding_act: UUID | None
    milestones: list[str]
    report_due_on: date | None
    missed: int
    issued_on: date
    as_if_on: date | None
    received_on: date | None
    papers_on: date | None
    ended_on: date | None
    revision: int


class ReferralDetail(ReferralOut):
    """A referral with its instruction, what was said under it, and what may be done next."""

    instruction: str | None
    subjects: str | None
    items: str | None
    demands: str | None
    reason: str | None
    reports: list[StatementOut] = []
    statements: list[StatementOut] = []
    open_acts: list[OpenAct] = []


ASKED_OF_PERSONS = frozenset(Act) - {Act.ARM, Act.ENTER_FORCE, Act.CONFIRM, Act.VOID}
NO_PERSONS = {Party.ANNOUNCEMENT, Party.ITSELF}


def detail(referral: Any, said: Sequence[Any] = ()) -> ReferralDetail:
    """The referral as read now, with the acts that persons may take from its stage."""
    shown = ReferralDetail.model_validate(referral)
    all_said = [StatementOut.model_validate(each) for each in said]
    shown.reports = [each for each in all_said if each.act is Act.REPORT]
    shown.statements = [each for each in all_said if each.act is not Act.REPORT]
    shown.open_acts = [
        OpenAct(act=step.act, by=[p for p in step.by if p not in NO_PERSONS], basis=str(step.basis))
        for step in open_steps(referral.track, referral.stage)
        if set(step.by) - NO_PERSONS and step.act in ASKED_OF_PERSONS and _fits(referral, step.act)
    ]
    return shown


def _fits(referral: Any, act: Act) -> bool:
    """Whether the mode knows that act: papers follow what binds by itself, and once; some requests climb."""
    row = mode_for(referral.mode, referral.rules_of)
    if act is Act.PAPERS:
        return row.binds_itself and referral.papers_on is None
    if act is Act.DISAGREE:
        return row.from_above
    return act is not Act.OPINE or row.climbs
