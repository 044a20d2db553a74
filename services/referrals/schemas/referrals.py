"""Referrals as they cross HTTP."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from services.referrals.rules.lifecycle import Act, Stage, open_steps
from services.referrals.rules.modes import Track, mode_for
from services.referrals.rules.vocabulary import Mode, Party
from shared.schemas import ActBody, Body, Code, Epoch, Out, Sha256, Text


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
    joint_with: Annotated[str, Text(80)] | None = Field(
        None, description="the department with which a supervision is listed jointly"
    )
    milestones: Annotated[
        list[date], Field(max_length=24, description="the days on which reports are due")
    ] = []


class ReceiptIn(ActBody):
    """Signing for a referral."""


class ReasonIn(ActBody):
    """An act that needs a reason in words."""

    reason: Annotated[str, Text(2000)]


class ReportIn(ActBody):
    """What the holder reports under a standing order."""

    summary: Annotated[str, Text(4000)]
    sha256: Sha256 | None = None


class OpenAct(Out):
    """An act that may be taken next, by whom, on which basis."""

    act: str
    by: list[Party]
    basis: str


class ReportOut(Out):
    """A report under a standing order."""

    id: UUID
    referral_id: UUID
    seq_no: int
    office: str
    reported_on: date
    summary: str
    sha256: str | None


class ReferralOut(Out):
    """A referral as those who may see it read it."""

    id: UUID
    matter_id: UUID
    mode: Mode
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
    milestones: list[str]
    issued_on: date
    received_on: date | None
    papers_on: date | None
    ended_on: date | None
    revision: int


class ReferralDetail(ReferralOut):
    """A referral with its instruction, its reports, and what may be done next."""

    instruction: str | None
    reason: str | None
    reports: list[ReportOut] = []
    open_acts: list[OpenAct] = []


ASKED_OF_PERSONS = frozenset(Act) - {Act.ARM, Act.ENTER_FORCE, Act.CONFIRM, Act.VOID}


def detail(referral: Any, reports: Sequence[Any] = ()) -> ReferralDetail:
    """The referral as read now, with the acts that persons may take from its stage."""
    shown = ReferralDetail.model_validate(referral)
    shown.reports = [ReportOut.model_validate(report) for report in reports]
    shown.open_acts = [
        OpenAct(act=step.act, by=list(step.by), basis=str(step.basis))
        for step in open_steps(referral.track, referral.stage)
        if step.act in ASKED_OF_PERSONS and (step.act is not Act.PAPERS or _awaits_papers(referral))
    ]
    return shown


def _awaits_papers(referral: Any) -> bool:
    """Only what binds by itself is followed by papers, and they come once."""
    row = mode_for(referral.mode, referral.issued_on)
    return row.binds_itself and referral.papers_on is None
