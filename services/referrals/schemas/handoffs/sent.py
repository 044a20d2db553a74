"""What is said about handoffs over HTTP."""

from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from services.referrals.rules.kinds import Paper
from services.referrals.rules.vocabulary import (
    CourtOutcome,
    Feedback,
    Ground,
    Kind,
    Manner,
    Outcome,
    Rung,
    ServiceManner,
)
from shared.schemas import ActBody, Body, Code, Epoch, Sha256, Text

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


class HandoffItemIn(Body):
    """What one handoff says, whoever sends it."""

    kind: Kind
    receiver: Code
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
    ground: Ground | None = Field(None, description="why a report goes up the ladder")
    rung: Rung | None = Field(None, description="to whom on the ladder such a report goes")
    concerning: Code | None = Field(None, description="the agency that such a report is about")

    def reported(self) -> dict[str, Any]:
        """What only a report up the ladder states."""
        return {"ground": self.ground, "rung": self.rung, "concerning": self.concerning}


class HandoffIn(ActBody, HandoffItemIn):
    """A handoff as its sender states it: the handling office, or an agency; or as recorded for an agency."""

    matter_id: UUID | None = Field(None, description="needed unless an agency's lead comes in")
    basis_epoch: Epoch | None = Field(None, description="the epoch of the matter that the sender saw")
    on_behalf_of: Code | None = Field(None, description="the agency whose paper the office writes down")
    manner: Manner | None = None
    in_reply_to: UUID | None = Field(None, description="the handoff to which an agency's transfer answers")
    economic: bool = Field(False, description="a transfer for an economic crime")
    reported_on: date | None = Field(None, description="when the agency's head received the report (TR 5)")
    approved_on: date | None = Field(None, description="when the agency's head approved the transfer (TR 5)")


class HandoffBatchIn(ActBody):
    """Several handoffs about one harm, each with its own receiver and result."""

    matter_id: UUID
    basis_epoch: Epoch
    items: Annotated[list[HandoffItemIn], Field(min_length=1, max_length=50)]


class OnwardIn(ActBody):
    """To whom a redirected or returned handoff goes on."""

    receiver: Code
    basis_epoch: Epoch | None = None
    routing_reason: Annotated[str, Text(2000)] | None = None
    on_behalf_of: Code | None = None
    manner: Manner | None = None


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


class RedirectionIn(AnswerIn):
    """The receiver says that another is competent: who, if it knows, and why."""

    to: Code | None = None
    reason: Annotated[str, Text(2000)]
    found_on: date | None = Field(None, description="when the police found another office competent (TR 7)")


class PapersAskedIn(AnswerIn):
    """Which papers are missing, all at once."""

    papers: Annotated[list[Paper], Field(min_length=1, max_length=20)]
    note: Annotated[str, Text(2000)] | None = None
    found_on: date | None = Field(None, description="when the police found papers missing (MPS 180)")


class SupplementIn(AnswerIn):
    """The papers that were missing, by hash."""

    documents: Annotated[list[PaperIn], Field(min_length=1, max_length=200)]
    note: Annotated[str, Text(2000)] | None = None


class LengtheningIn(AnswerIn):
    """The police lengthen their time in a case of economic crime to so many days in all."""

    to_days: Annotated[int, Field(ge=1, le=366)]


class WordsIn(AnswerIn):
    """What is said, in words, perhaps under a number of its own."""

    text: Annotated[str, Text(8000)]
    number: Annotated[str, Text(80)] | None = None


class ReexaminationIn(ActBody):
    """The chief's explanation after an objection; a change or withdrawal is an act on the case instead."""

    outcome: Literal[Outcome.EXPLAINED] = Outcome.EXPLAINED
    text: Annotated[str, Text(8000)]
    document_sha256: Sha256 | None = None


class FeedbackIn(AnswerIn):
    """What the receiver reports after it has decided; a judgment says what became of the claims."""

    what: Feedback = Feedback.PROGRESS
    result: CourtOutcome | None = Field(None, description="what became of the claims; with a judgment alone")
    text: Annotated[str, Text(8000)] | None = None
    number: Annotated[str, Text(80)] | None = None

    @model_validator(mode="after")
    def _result_of_a_judgment(self) -> Self:
        if (self.what is Feedback.JUDGMENT) != (self.result is not None):
            raise ValueError("a judgment comes with its result, and nothing else does")
        return self


class DecisionIn(AnswerIn):
    """What the receiver decided about what it took; a refusal gives its reasons."""

    outcome: Outcome
    reasons: Annotated[str, Text(4000)] | None = None
    number: Annotated[str, Text(80)] | None = None
    files_returned: bool | None = Field(
        None, description="whether the files went back with a refusal, as TR 8 wants of the police"
    )
    informed_on: date | None = Field(
        None, description="when the agency that sent it got the decision (TR 9, 12); the same day if not said"
    )


class ServiceIn(ActBody):
    """Proof of service: signed, left after a refusal that is described, or read out with agreement."""

    manner: ServiceManner
    note: Annotated[str, Text(2000)] | None = None
    agreed: Annotated[bool | None, Field(description="the addressee agreed to reading out")] = None
    present: Annotated[
        list[Annotated[str, Text(200)]] | None,
        Field(min_length=1, max_length=50, description="who was present; needed for reading out (R 76)"),
    ] = None
    document_sha256: Sha256 | None = None
    signature: Annotated[
        str | None, Field(max_length=8000, description="compact JWS by the receiver's registered key")
    ] = None


class ReplyIn(AnswerIn):
    """The receiver's reply: its number, what it says in brief, its documents by hash."""

    number: Annotated[str, Text(80)] | None = None
    text: Annotated[str, Text(8000)] | None = None
    documents: Annotated[list[Sha256], Field(max_length=50)] = []
    refuses: bool | None = Field(None, description="what was asked is refused, for the reasons in the text")


class ConclusionIn(ActBody):
    """The sender is done with a handoff."""


class ForwarderIn(ActBody):
    """Which office is to send a held suggestion on."""

    office: Code


class TicketIn(Body):
    """Which document of the package is to be read."""

    sha256: Sha256
