"""Handoffs as they are told. Content is in the package alone; a preview shows an allow-list and no more."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.referrals.rules.courses import HandoffStage, open_handoff_steps
from services.referrals.rules.kinds import Paper, basis_of, foresees, kind_for, missing_papers
from services.referrals.rules.packages import (
    package_allows,
    package_is_open,
    reads_as_receiver,
    shown_before,
)
from services.referrals.rules.receipts import Proof
from services.referrals.rules.vocabulary import Course, Form, Ground, Kind, Party, Path, Rung, ServiceManner
from services.referrals.rules.ways import Relation, left_open
from services.referrals.schemas.referrals import OpenAct
from shared.identity import Actor
from shared.schemas import Out


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
    course: Course
    inbound: bool
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
    way: Relation | None = None
    forward_by: str | None = None
    ground: Ground | None = None
    rung: Rung | None = None
    concerning: str | None = None
    economic: bool | None = None
    follows: UUID | None = None
    redirect_to: str | None = None
    respond_by: date | None
    respond_row: str | None = None
    dispatched_on: date
    as_if_on: date | None = None
    delivered_at: datetime | None = None
    acknowledged_on: date | None = None
    accepted_on: date | None = None
    returned_on: date | None = None
    redirected_on: date | None = None
    papers_asked_on: date | None = None
    supplied_on: date | None = None
    review_asked_on: date | None = None
    notified_on: date | None = None
    objected_on: date | None = None
    reexamined_on: date | None = None
    answered_on: date | None = None
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


class ProblemOut(Out):
    """Why one of several was not sent."""

    code: str
    title: str
    data: dict[str, Any]


class SentOut(Out):
    """What became of one of several: the handoff, or why there is none."""

    receiver: str
    kind: Kind
    handoff: HandoffOut | None = None
    problem: ProblemOut | None = None


class BatchOut(Out):
    """What became of each, in the order in which they were stated."""

    items: list[SentOut]


class PackageOut(Out):
    """The whole package of a handoff, as far as its kind lets it hold anything."""

    handoff_id: UUID
    kind: Kind
    number: str
    title: str | None = None
    summary: str | None = None
    demand: str | None = None
    external_ids: list[dict[str, Any]] | None = None
    documents: list[PaperOut] = []
    papers_missing: list[Paper] = []


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
HELD_BACK_FROM_RECEIVERS = ("proposed", "routing", "routing_reason", "way", "forward_by")


def shown(handoff: Any, actor: Actor) -> HandoffOut:
    """The handoff as that actor may read it: a closed package shows the allow-list of its kind alone."""
    fields: set[str] = set(FIELDS)
    if reads_as_receiver(actor, handoff.sender, handoff.receiver_path, handoff.sender_path):
        fields -= set(HELD_BACK_FROM_RECEIVERS)
        allowed = shown_before(handoff.kind, handoff.rules_of)
        if allowed is not None and not package_is_open(handoff.kind, handoff.stage, handoff.rules_of):
            fields &= allowed
    made = HandoffOut.model_construct(fields, **{name: getattr(handoff, name) for name in fields})
    made.open_acts = _open_acts(handoff)
    return made


def _open_acts(handoff: Any) -> list[OpenAct]:
    row = kind_for(handoff.kind, handoff.rules_of)
    return [
        OpenAct(act=step.act, by=list(step.by), basis=str(basis_of(row, step)))
        for step in open_handoff_steps(handoff.course, handoff.stage)
        if step.by != (Party.ANNOUNCEMENT,)
        and foresees(row, step.act)
        and left_open(handoff.way, handoff.stage, step.act)
    ]


def package(handoff: Any, papers: list[Any]) -> PackageOut:
    """The package as it was sent, and which papers usually expected are not in it."""
    row = kind_for(handoff.kind, handoff.rules_of)
    allowed = package_allows(handoff.kind, handoff.rules_of)
    content = {"title", "summary", "demand", "external_ids"} & allowed
    made = PackageOut(
        handoff_id=handoff.id,
        kind=handoff.kind,
        number=handoff.number,
        **{name: getattr(handoff, name) for name in content},
    )
    if "documents" in allowed:
        made.documents = [PaperOut.model_validate(paper) for paper in papers]
        made.papers_missing = list(missing_papers(row, frozenset(paper.paper for paper in papers)))
    return made
