"""What is sent and told of documents as evidence."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from services.cases.rules.evidence import Custody, Form, Kind
from services.cases.schemas.told import DocumentOut
from shared.schemas import Body, Out, Text

Line = Annotated[str, Text(200)]
Words = Annotated[str, Text(2000)]


class ProvenanceIn(Body):
    """Which evidence a document is and where it comes from; what is needed depends on kind and form."""

    evidence: Kind
    form: Form
    obtained_by: Line | None = None
    provided_by: Line | None = None
    obtained_on: date | None = None
    origin: Words | None = None
    checked_against_original: bool = False
    signed_and_sealed: bool = False
    making_process: Words | None = None
    why_copy: Literal["difficult", "secrecy"] | None = None
    place: Line | None = None
    collectors: list[Line] = Field([], max_length=20)
    criminal_case: Line | None = None

    def said(self) -> dict[str, Any]:
        """What is said beside kind and form, as plain data, without what is not."""
        whole = self.model_dump(mode="json", exclude={"evidence", "form"})
        return {name: value for name, value in whole.items() if value not in (None, False, [])}


class EvidenceOut(DocumentOut):
    """A document with where it comes from; `check_for` is set while its bytes wait to be checked."""

    provenance: dict[str, Any] | None
    check_for: UUID | None


class CustodyOut(Out):
    """Something that happened to a document: with which office it was, under which order or handoff."""

    id: UUID
    at: datetime
    entry: Custody
    org: str
    epoch: int | None
    about: UUID | None
