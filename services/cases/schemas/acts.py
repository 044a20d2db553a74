"""What callers send with an official act: one body per act that says more than its day and its document."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, create_model

from services.cases.rules.documents import parts_of
from services.cases.rules.investigation import ForbiddenMeasure, Means, MeasureKind, Presence, Rank
from services.cases.rules.plaintiffs import Claim
from services.cases.rules.vocabulary import (
    AppraisalKind,
    ConsultationManner,
    CourtFault,
    CourtOutcome,
    Department,
    OrderMode,
    Outcome,
    Sector,
    Truth,
)
from services.cases.schemas.sent import DatedBody, Division, Yuan
from shared.schemas import Body, Code, Sha256, Text

Line = Annotated[str, Text(200)]
Words = Annotated[str, Text(10_000)]
Names = Annotated[list[Line], Field(min_length=1, max_length=50)]


class ActIn(DatedBody):
    """An official act: when it happened, and the document it is written in."""

    document_number: Annotated[str, Text(80)] | None = None
    document_sha256: Sha256 | None = None
    note: Words | None = None


def _parts(document: str) -> type[BaseModel]:
    """The parts of a document as a body: which of them are needed, the law says, not the form."""
    texts: dict[str, Any] = {
        part.code: (Annotated[str, Text(20_000)] | None, Field(None, description=f"{part.zh} / {part.en}"))
        for part in parts_of(document)
    }
    name = "".join(word.title() for word in document.split("_")) + "Parts"
    return create_model(name, __base__=Body, __doc__=f"The parts of: {document}.", **texts)


InquiryParts: Any = _parts("inquiry_report")
PlanParts: Any = _parts("investigation_plan")
AnnouncementParts: Any = _parts("announcement")
TypicalCaseParts: Any = _parts("typical_case")


class InquiryIn(ActIn):
    """The report of a preliminary inquiry."""

    parts: InquiryParts


class AssessmentIn(ActIn):
    """The assessment of a lead: truth, checkability, and what is proposed."""

    truth: Truth
    checkable: bool
    outcome: Outcome
    opinion: Words


class DecliningIn(ActIn):
    """A proposal not to open a case."""

    reason: Annotated[str, Text(5000)]


class JoiningIn(ActIn):
    """A proposal to join a lead with another lead or case of the office."""

    into: UUID
    reason: Annotated[str, Text(5000)]


class SplitPartIn(Body):
    """One part of a lead to split; one meant for another office says by which order it is to get there."""

    title: Line
    summary: Words | None = None
    sector: Sector | None = None
    places: list[Division] = Field([], max_length=50)
    addressee: Code | None = None
    mode: OrderMode | None = None


class SplittingIn(ActIn):
    """A proposal to split a lead: several agencies for one harm, several levels, several places."""

    parts_of_lead: list[SplitPartIn] = Field(min_length=2, max_length=50)
    reason: Annotated[str, Text(5000)]


class InternalTransferIn(ActIn):
    """Material that goes to another department of the office, or came from it, by a list."""

    direction: Literal["to", "from"]
    department: Department
    materials: Names


class PlanIn(ActIn):
    """The plan made before an investigation."""

    parts: PlanParts


class ObjectionIn(ActIn):
    """A prosecutor's written objection to a decision of the chief; it is carried out all the same."""

    to: Line
    reason: Annotated[str, Text(5000)]


class InvestigatorIn(Body):
    """A member of staff who takes part, by the subject of their token; of another office if called up."""

    sub: Annotated[str, Text(80)]
    rank: Rank
    office: Code | None = None


class PresentIn(Body):
    """Somebody from outside who was there."""

    name: Line
    presence: Presence


class EngagedIn(Body):
    """An expert or an institution that was engaged, and what it cost."""

    name: Line
    cost: Yuan | None = None


class MeasureIn(ActIn):
    """One measure of the investigation: what was done, by whom, by which means, where, with which result."""

    kind: MeasureKind | ForbiddenMeasure
    staff: list[InvestigatorIn] = Field(min_length=1, max_length=50)
    means: list[Means] = Field([], max_length=10)
    present: list[PresentIn] = Field([], max_length=50)
    engaged: list[EngagedIn] = Field([], max_length=20)
    place: Line | None = None
    result: Words
    parts: dict[Code, Annotated[str, Text(20_000)]] = Field({}, max_length=20)


class ConsultationIn(ActIn):
    """The consultation with the agency: by meeting, or by a written confirmation of facts."""

    manner: ConsultationManner
    persons_present: Names
    record: Words


class HearingIn(ActIn):
    """A hearing: who took part, and what the hearing officers said."""

    participants: Names
    opinion: Words


class AppraisalIn(ActIn):
    """What is entrusted to whom; from this day its time does not count in the review for suit."""

    kind: AppraisalKind
    institution: Line
    subject: Words
    cost: Yuan | None = None


class AppraisalResultIn(ActIn):
    """The result of what was entrusted by an earlier act of this case."""

    entrusted: UUID
    result: Words
    cost: Yuan | None = None


class AppraisalEndingIn(ActIn):
    """Why no result will come of what was entrusted by an earlier act of this case."""

    entrusted: UUID
    reason: Words


class ReviewExtensionIn(ActIn):
    """A proposal to lengthen a review for suit: of a major, difficult or complex case."""

    clock_id: UUID
    reason: Annotated[str, Text(5000)]


class ReportIn(ActIn):
    """A report and what it concludes."""

    conclusion: Words


class ReasonedIn(ActIn):
    """A proposal and its reason."""

    reason: Annotated[str, Text(5000)]


class SuspensionIn(ActIn):
    """A proposal to suspend: what the agency has decided or planned, and what keeps it from finishing."""

    measure: Words
    obstacle: Words


class AnnouncementIn(ActIn):
    """A proposal to announce the case to the proper subjects."""

    parts: AnnouncementParts


class PublicationIn(ActIn):
    """Where the announcement was published: in a medium of national influence (R 91)."""

    medium: Line
    national: bool


class SubjectSuedIn(ActIn):
    """Which proper subject has sued, and where."""

    subject: Line
    court: Annotated[str, Text(120)]


class IndictmentIn(ActIn):
    """The criminal case that the incidental suit goes along with."""

    criminal_number: Annotated[str, Text(80)]


class SupportIn(ActIn):
    """A proposal to support another subject's suit."""

    plaintiff: Line
    court: Annotated[str, Text(120)]


class SuitIn(ActIn):
    """A proposal to sue: at which court, for what; why it is the competent one, if no file names it."""

    court: Annotated[str, Text(120)]
    court_reason: Annotated[str, Text(2000)] | None = None
    court_code: Code | None = Field(
        None, description="the court as it is registered, to which the indictment goes by this system"
    )
    claims: list[Claim] = Field(min_length=1, max_length=10)


class ClaimsIn(ActIn):
    """A proposal to change the claims."""

    claims: list[Claim] = Field(min_length=1, max_length=10)
    reason: Annotated[str, Text(5000)]


class CourtIn(ActIn):
    """What the court did, under its own number."""

    court_number: Annotated[str, Text(80)] | None = None


class AppearanceIn(ActIn):
    """Who appears, or appeared, in court."""

    persons: Names


class MediationIn(ActIn):
    """A proposal to settle before the court; liability may not be reduced (R 99)."""

    terms: Words
    liability_reduced: bool = False


class JudgmentIn(CourtIn):
    """What the court decided."""

    outcome: CourtOutcome


class CourtSuggestionIn(ActIn):
    """A suggestion to the court on a fault of its procedure or execution."""

    fault: CourtFault
    text: Words


class ArchivingIn(ActIn):
    """The closed file: how many volumes, and what is in them."""

    volumes: Annotated[int, Field(ge=1, le=1000)]


class TypicalCaseIn(ActIn):
    """A proposal to tell other offices what an ended case teaches, without anybody's name or number."""

    title: Line
    parts: TypicalCaseParts
