"""Handoffs as they cross HTTP. Content is in the package alone; a preview shows an allow-list and no more."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field

from services.referrals.rules.kinds import Paper, kind_for, missing_papers
from services.referrals.rules.lifecycle import HandoffStage, open_handoff_steps
from services.referrals.rules.packages import package_is_open, reads_as_receiver, shown_before
from services.referrals.rules.receipts import Proof
from services.referrals.rules.vocabulary import Form, Kind, Manner, Party, Path, ServiceManner
from services.referrals.schemas.referrals import OpenAct
from shared.identity import Actor
from shared.schemas import ActBody, Body, Code, Epoch, Out, Sha256, Text

Place = Annotated[str, Field(pattern=r"^\d{6}(\d{3})?(\d{3})?$", description="a division code")]


def _is_number(text: str) -> str:
    if not any(character.isdecimal() for character in text):
        raise ValueError("a number has a digit in it")
    return text


# It is announced and shown before the package opens: no place for words.
Number = Annotated[str, Field(max_length=40, pattern=r"^[\w〔〕()（）\[\]/.-]+$"), AfterValidator(_is_number)]


class PaperIn(Body):
    """A document of the package, by its hash."""

    sha256: Sha256
    paper: Paper = Paper.OTHER


class ExternalId(Body):
    """The number that another system gave to the same thing."""

    system: Code
    number: Annotated[str, Text(80)]


class HandoffIn(ActBody):
    """A lead, request or letter as the handling office sends it."""

    matter_id: UUID
    kind: Kind
    receiver: Code
    basis_epoch: Annotated[Epoch, Field(description="the epoch of the matter that the sender saw")]
    title: Annotated[str, Text(200)]
    summary: Annotated[str, Text(8000, 0)] = ""
    demand: Annotated[str, Text(4000, 0)] = ""
    documents: Annotated[list[PaperIn], Field(max_length=200)] = []
    sector: Code | None = None
    subject: Annotated[str, Field(pattern=r"^[a-z0-9_]{0,40}$")] = ""
    place: Place | None = None
    number: Number | None = None
    about: UUID | None = None
    routing_reason: Annotated[str, Text(2000)] | None = None
    external_ids: Annotated[list[ExternalId], Field(max_length=20)] = []


class AnswerIn(ActBody):
    """An answer; an office that records it for an agency states whose it is, how it came, and its day."""

    on_behalf_of: Code | None = None
    manner: Manner | None = None
    document_sha256: Sha256 | None = None
    signature: Annotated[
        str | None, Field(max_length=8000, description="compact JWS by the receiver's registered key")
    ] = None


class AcknowledgementIn(AnswerIn):
    """The receiver says that it has the handoff."""

    number: Annotated[str, Text(80)] | None = None


class AcceptanceIn(AnswerIn):
    """The receiver takes the offer, perhaps under a number of its own."""

    number: Annotated[str, Text(80)] | None = None


class ReturnIn(AnswerIn):
    """The receiver does not take the offer, and says why."""

    reason: Annotated[str, Text(2000)]


class DecisionIn(AnswerIn):
    """What the receiver decided about what it took."""

    outcome: Code
    reasons: Annotated[str, Text(4000)] | None = None
    number: Annotated[str, Text(80)] | None = None


class ServiceIn(ActBody):
    """Proof of service: signed, left after a refusal that is described, or read out with agreement."""

    manner: ServiceManner
    note: Annotated[str, Text(2000)] | None = None
    agreed: Annotated[bool | None, Field(description="the addressee agreed to reading out")] = None
    document_sha256: Sha256 | None = None
    signature: Annotated[
        str | None, Field(max_length=8000, description="compact JWS by the receiver's registered key")
    ] = None


class ReplyIn(AnswerIn):
    """The receiver's reply: its number, what it says in brief, its documents by hash."""

    number: Annotated[str, Text(80)] | None = None
    text: Annotated[str, Text(8000)] | None = None
    documents: Annotated[list[Sha256], Field(max_length=50)] = []


class ConclusionIn(ActBody):
    """The sender is done with a handoff."""


class TicketIn(Body):
    """Which document of the package is to be read."""

    sha256: Sha256


class TicketOut(Out):
    """A ticket for one document, and until when it can be used."""

    ticket: str
    sha256: str
    expires_in: int
    url: str


class HandoffOut(Out):
    """A handoff without its content; a receiver that has not opened the package yet sees fewer fields."""

    id: UUID
    matter_id: UUID | None = None
    kind: Kind
    form: Form
    number: str
    stage: HandoffStage
    sender: str
    receiver: str
    receiver_kind: str | None = None
    basis: str | None = None
    about: UUID | None = None
    sector: str
    subject: str | None = None
    place: str
    paper_count: int
    proposed: str | None = None
    routing: str | None = None
    routing_reason: str | None = None
    respond_by: date | None
    respond_row: str | None = None
    dispatched_on: date
    delivered_at: datetime | None = None
    acknowledged_on: date | None = None
    accepted_on: date | None = None
    returned_on: date | None = None
    decided_on: date | None = None
    served_on: date | None = None
    service_manner: ServiceManner | None = None
    replied_on: date | None = None
    concluded_on: date | None = None
    withdrawn_on: date | None = None
    outcome: str | None = None
    counterpart_number: str | None = None
    revision: int
    open_acts: list[OpenAct] = []


class PaperOut(Out):
    """A document of the package; its bytes are read from `cases` with a ticket."""

    sha256: str
    paper: str


class PackageOut(Out):
    """The whole package of a handoff."""

    handoff_id: UUID
    kind: Kind
    number: str
    title: str
    summary: str
    demand: str
    external_ids: list[dict[str, Any]]
    documents: list[PaperOut]
    papers_missing: list[Paper]


class ReceiptOut(Out):
    """One receipt: what it proves, by which way the answer came, and the signed document itself."""

    act: str
    proof: Proof
    org: str
    path: Path
    on_behalf_of: str | None
    manner: str | None
    occurred_on: date
    at: datetime
    content_sha256: str
    said: dict[str, Any]
    document_sha256: str | None
    token: str
    their_token: str | None


FIELDS = tuple(name for name in HandoffOut.model_fields if name != "open_acts")
HELD_BACK_FROM_RECEIVERS = ("proposed", "routing", "routing_reason")


def shown(handoff: Any, actor: Actor) -> HandoffOut:
    """The handoff as that actor may read it: a closed package shows the allow-list of its kind alone."""
    fields: set[str] = set(FIELDS)
    if reads_as_receiver(actor, handoff.receiver, handoff.receiver_path, handoff.sender_path):
        fields -= set(HELD_BACK_FROM_RECEIVERS)
        allowed = shown_before(handoff.kind, handoff.dispatched_on)
        if allowed is not None and not package_is_open(handoff.kind, handoff.stage, handoff.dispatched_on):
            fields &= allowed
    made = HandoffOut.model_construct(fields, **{name: getattr(handoff, name) for name in fields})
    made.open_acts = _open_acts(handoff.form, handoff.stage)
    return made


def _open_acts(form: Form, stage: HandoffStage) -> list[OpenAct]:
    return [
        OpenAct(act=step.act, by=list(step.by), basis=str(step.basis))
        for step in open_handoff_steps(form, stage)
        if step.by != (Party.ANNOUNCEMENT,)
    ]


def package(handoff: Any, papers: list[Any]) -> PackageOut:
    """The package as it was sent, and which papers usually expected are not in it."""
    row = kind_for(handoff.kind, handoff.dispatched_on)
    return PackageOut(
        handoff_id=handoff.id,
        kind=handoff.kind,
        number=handoff.number,
        title=handoff.title,
        summary=handoff.summary,
        demand=handoff.demand,
        external_ids=handoff.external_ids,
        documents=[PaperOut.model_validate(paper) for paper in papers],
        papers_missing=list(missing_papers(row, frozenset(paper.paper for paper in papers))),
    )
