"""What callers send."""

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from services.cases.rules.flags import ItemKind
from services.cases.rules.processors import is_credit_code
from services.cases.rules.vocabulary import (
    Capacity,
    Finding,
    Ground,
    Group,
    InformationKind,
    Pace,
    Procedure,
    Recusal,
    Sector,
    Source,
)
from shared.clocks import Unit
from shared.schemas import ActBody, Body, Code, Sha256, Text

Division = Annotated[str, Field(pattern=r"^\d{6}$", description="division code, GB/T 2260")]
Article = Annotated[str, Field(pattern=r"^\d{1,3}(\(\d{1,2}\))?$", description="article of the PIPL")]
Count = Annotated[int, Field(ge=0, le=10_000_000_000)]
LimitRow = Annotated[str, Field(pattern=r"^[A-Z]\d{1,2}[a-z]?$", description="row of the table of limits")]
Classification = Annotated[int, Field(ge=0, le=4)]
Yuan = Annotated[int, Field(ge=0, le=10_000_000_000, description="whole yuan")]


def _credit_code(code: str) -> str:
    if not is_credit_code(code):
        raise ValueError("not a unified social credit code")
    return code


_DATING = {"occurred_on", "late_reason"}
_UNSAID: Any = Field("", description="stays as it is, if not said")


class DatedBody(ActBody):
    """The body of an official act that may be entered late, with the reason."""

    late_reason: Annotated[str, Text(500)] | None = None

    def content(self) -> dict[str, Any]:
        """What is asked for, as plain data, without its dates."""
        return self.model_dump(mode="json", exclude=_DATING)

    def said(self) -> dict[str, Any]:
        """What is said, in our own words, and when it legally happened."""
        dating = {"said_on": self.occurred_on, "late_reason": self.late_reason}
        return self.model_dump(exclude=_DATING) | dating


class ExternalIdIn(Body):
    """The number a matter carries in another system of the office."""

    system: Code
    number: Annotated[str, Text(80)]


class ProcessorIn(Body):
    """Who handles the personal information; a state organ may be one."""

    name: Annotated[str, Text(200)]
    credit_code: Annotated[str, AfterValidator(_credit_code)] | None = None
    state_organ: bool = False
    registered_place: Division | None = None


class FactsIn(Body):
    """What decides emphasis. `persons` counts persons, not records; null means unknown."""

    kinds: list[InformationKind] = Field([], max_length=20)
    groups: list[Group] = Field([], max_length=10)
    sector: Sector | None = None
    persons: Count | None = None
    minors_under_14: bool = False
    linked: bool = False


class ItemsIn(Body):
    """How many items of one kind; items are not persons."""

    kind: ItemKind
    count: Count


class CountedIn(Body):
    """What the flags of crime look at: items by kind, yuan gained, and whether an insider got at them."""

    records_by_kind: list[ItemsIn] = Field([], max_length=len(ItemKind))
    unlawful_gain: Yuan | None = None
    insider: bool = False

    @model_validator(mode="after")
    def _each_kind_once(self) -> Self:
        if len({each.kind for each in self.records_by_kind}) < len(self.records_by_kind):
            raise PydanticCustomError("kind_twice", "a kind of items is counted twice")
        return self


class DescribedIn(FactsIn, CountedIn):
    """What is known of what happened. Counts and samples only: never the leaked data."""

    title: Annotated[str, Text(200)]
    summary: Annotated[str, Text(10_000)]
    harm: Annotated[str, Text(10_000)]
    processors: list[ProcessorIn] = Field([], max_length=50)
    violations: list[Article] = Field([], max_length=40)
    places: list[Division] = Field([], max_length=50, description="the first is the place it is found under")
    records: Count | None = None
    minors_under_18: bool = False
    platform: bool = False
    classification: Classification = 1


class OfALead(Body):
    """What is to be done with a lead, beside its facts."""

    major: bool = Field(False, description="a major lead: to be reported to the next superior for record")
    inquiry_needed: bool = Field(False, description="a preliminary inquiry is needed before the assessment")


class LeadIn(DatedBody, DescribedIn, OfALead):
    """A lead to register. Counts and samples only: never the leaked data."""

    source: Source
    received_on: date | None = Field(None, description="the day on which it came in, if that is known")
    external_ids: list[ExternalIdIn] = Field([], max_length=10)
    as_if_on: date | None = Field(None, description="go by the rules in force on this later day")
    as_if_reason: Annotated[str, Text(500)] | None = None
    look_back_of: UUID | None = Field(None, description="the ended case on which it looks back")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.records is not None and sum(each.count for each in self.records_by_kind) > self.records:
            raise PydanticCustomError("more_than_all", "more items by kind than records in all")
        if (self.as_if_on is None) is not (self.as_if_reason is None):
            raise PydanticCustomError("as_if", "as_if_on and as_if_reason go together")
        return self


class CaseCorrectionIn(DatedBody, DescribedIn):
    """Facts as they are known now; what is not said stays as it is."""

    title: Annotated[str, Text(200)] = _UNSAID
    summary: Annotated[str, Text(10_000)] = _UNSAID
    harm: Annotated[str, Text(10_000)] = _UNSAID
    reason: Annotated[str, Text(2000)]

    def content(self) -> dict[str, Any]:
        """What is said, and nothing that is not."""
        return {name: value for name, value in super().content().items() if name in self.model_fields_set}


class LeadCorrectionIn(CaseCorrectionIn, OfALead):
    """Facts of a lead as they are known now, and what is to be done with it; what is not said stays."""


class FilingIn(DatedBody):
    """A proposal to open a case, with what decides jurisdiction."""

    procedure: Procedure
    agency: Code | None = None
    title: Annotated[str, Text(200)] | None = None
    online: bool = False
    registered_place: Division | None = None
    major: bool = False
    crime_handled_here: bool = False
    order_id: UUID | None = None
    competence_reason: Annotated[str, Text(2000)] | None = None
    document_sha256: Sha256 | None = None


class PartsIn(Body):
    """The written parts of a suggestion; agency and rectification period are stated beside them."""

    case_source: Annotated[str, Text(5000)] | None = None
    harm: Annotated[str, Text(20_000)] | None = None
    failure: Annotated[str, Text(20_000)] | None = None
    legal_basis: Annotated[str, Text(20_000)] | None = None
    content: Annotated[str, Text(20_000)] | None = None
    other: Annotated[str, Text(20_000)] | None = None


class SuggestionIn(DatedBody):
    """A proposal to make a suggestion to the agency of the case."""

    agency: Code
    pace: Pace = Pace.ORDINARY
    rectify_by: date
    parts: PartsIn
    document_sha256: Sha256


class TerminationIn(DatedBody):
    """A proposal to terminate a case."""

    ground: Ground
    reason: Annotated[str, Text(5000)]
    document_sha256: Sha256 | None = None


class JudgementIn(DatedBody):
    """How the agency's answer, or its silence, is judged."""

    finding: Finding
    opinion: Annotated[str, Text(10_000)]


class ReviewIn(DatedBody):
    """The department head's opinion on a proposal."""

    agrees: bool
    opinion: Annotated[str, Text(5000)]


class DecisionIn(DatedBody):
    """The chief's or the committee's decision on a proposal."""

    approved: bool
    reason: Annotated[str, Text(5000)] | None = None


class RecusalIn(DatedBody):
    """The decision on a person's recusal; the ground is kept where it can be erased."""

    person: Annotated[str, Text(80), Field(description="the subject of the person's token")]
    person_role: Capacity
    ground: Annotated[str, Text(2000)]
    decided: Recusal
    request_id: UUID | None = Field(None, description="the request that is decided, if one was made")


class LockReleaseIn(Body):
    """Why the order that the matter waits for is given up."""

    reason: Annotated[str, Text(500)]


class PriorityIn(FactsIn):
    """Facts to ask the priority table about, on a day."""

    on: date | None = None


class FlagsIn(CountedIn):
    """Facts to ask the flags about, on a day."""

    state_organ: bool = False
    on: date | None = None


class CompetenceIn(Body):
    """A question to the jurisdiction table."""

    procedure: Procedure
    office: Code | None = None
    agency_division: Division | None = None
    agency_is_government: bool = False
    places: list[Division] = Field([], max_length=50)
    online: bool = False
    registered_place: Division | None = None
    major: bool = False
    crime_handled_here: bool = False
    on: date | None = None


class ExtensionIn(Body):
    """A decided lengthening."""

    length: Annotated[int, Field(ge=1, le=36)]
    unit: Unit
    approved_on: date
    approved_by: Annotated[str, Text(80)]
    basis: Annotated[str, Text(80)]


class PauseIn(Body):
    """Days that do not count: those after `begins_on` up to and including `ends_on`."""

    begins_on: date
    ends_on: date | None = None
    basis: Annotated[str, Text(80)]


class DeadlineIn(Body):
    """A question to the time limits: which row, resting on which day."""

    row: LimitRow
    basis_on: date
    procedure: Procedure | None = Field(None, description="needed where the limit's article depends on it")
    office: Code | None = Field(None, description="whose internal limits are asked about")
    focuses: list[Code] = Field([], max_length=20, description="the focuses that the matter meets")
    extensions: list[ExtensionIn] = Field([], max_length=10)
    suspensions: list[PauseIn] = Field([], max_length=20)
    exclusions: list[PauseIn] = Field([], max_length=20)
