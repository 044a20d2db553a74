"""What is sent and told beside the acts of a matter: links, numbers elsewhere, protected reporters."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.cases.rules.links import LinkKind
from services.cases.schemas.sent import DatedBody
from shared.citation import Mark
from shared.schemas import Body, Out, Text


class LinkIn(DatedBody):
    """A link from this matter to another that you may see."""

    other_id: UUID
    kind: Literal[LinkKind.PARALLEL, LinkKind.LOOK_BACK]
    reason: Annotated[str, Text(2000)]


class LinkOut(Out):
    """That a matter belongs with another; the other's number is there only if you may see that matter."""

    id: UUID
    kind: LinkKind
    begins: bool
    other_id: UUID
    other_number: str | None = None
    linked_on: date
    article: str = Field(validation_alias="basis")
    mark: Mark


class ReporterIn(Body):
    """Who reported a lead under protection: sealed on arrival, never shown but to named persons."""

    name: Annotated[str, Text(80)]
    contact: Annotated[str, Text(200)] | None = None
    address: Annotated[str, Text(200)] | None = None
    remarks: Annotated[str, Text(2000)] | None = None


class ReporterOut(Out):
    """Who reported a lead; that you have read it is recorded."""

    lead_id: UUID
    name: str
    contact: str | None
    address: str | None
    remarks: str | None


class ReporterKeptOut(Out):
    """That a reporter's identity is kept, and since when; not who it is."""

    lead_id: UUID
    kept_on: date


class ReporterReaderIn(Body):
    """The chief's decision on one named person."""

    person: Annotated[str, Text(80), Field(description="the subject of the person's token")]
    decided: Literal["granted", "withdrawn"]
    ends_on: date | None = None
    reason: Annotated[str, Text(2000)]


class ReporterReaderOut(Out):
    """A named person who may read it, or might."""

    id: UUID
    person: str
    given_on: date
    given_by: str
    ends_on: date | None
    withdrawn_on: date | None


class ReporterReadingOut(Out):
    """Who read it when."""

    id: UUID
    org: str
    sub: str
    at: datetime
