"""What callers send and get about those who work in matters: teams, recusals, delegations, limits."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StrictBool, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from services.cases.rules.office_settings import LONGEST, MOST_DAYS, Setting, problem_with
from services.cases.rules.priority import CODES
from services.cases.rules.recusal import Petitioner
from services.cases.rules.team import MOST, Seat
from services.cases.rules.vocabulary import Act, Capacity, Recusal
from services.cases.schemas.sent import DatedBody, LimitRow
from shared.clocks import Unit
from shared.schemas import Body, Out, Text


def _focus(code: str) -> str:
    if code not in CODES:
        raise ValueError(f"no focus of that code: {', '.join(CODES)}")
    return code


Focus = Annotated[str, AfterValidator(_focus)]
Subject = Annotated[str, Text(80), Field(description="the subject of the person's token")]
Name = Annotated[str, Text(80)]
Reason = Annotated[str, Text(2000)]


class LimitIn(Body):
    """An internal limit of the caller's office, from a day on; without a length its own is taken back."""

    row: LimitRow
    focus: Focus | None = Field(None, description="for matters that meet this focus; null: for all")
    length: Annotated[int, Field(ge=1, le=3650)] | None
    unit: Literal[Unit.DAYS, Unit.WORKING_DAYS] = Unit.DAYS
    since: date | None = Field(None, description="today, if not said; never a day that has passed")
    reason: Reason


class LimitOut(Out):
    """An internal limit as an office set it; never a limit of the law."""

    id: UUID
    office: str
    row: str
    focus: str | None
    length: int | None
    unit: Unit
    since: date
    reason: str
    set_by_name: str
    mark: str = "internal"
    at: datetime


class SettingIn(Body):
    """A setting of the caller's office and those below it, from a day on; null takes its own back."""

    setting: Setting
    value: StrictBool | Annotated[StrictInt, Field(ge=0, le=MOST_DAYS)] | Annotated[str, Text(LONGEST)] | None
    since: date | None = Field(None, description="today, if not said; never a day that has passed")
    reason: Reason

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if problem := problem_with(self.setting, self.value):
            raise PydanticCustomError("value", "value: {problem}", {"problem": problem})
        return self


class SettingOut(Out):
    """How an office works, as it settled it; never law."""

    id: UUID
    office: str
    setting: Setting
    value: bool | int | str | None
    since: date
    reason: str
    set_by_name: str
    mark: str = "internal"
    at: datetime


class DelegationIn(Body):
    """Whom the chief authorises to decide which acts, from when, until when, and why."""

    person: Subject
    person_name: Name
    acts: list[Act] = Field(min_length=1, max_length=len(Act))
    since: date | None = Field(None, description="today, if not said; never a day that has passed")
    until: date | None = None
    reason: Reason


class RevocationIn(Body):
    """Why a delegation is ended early."""

    reason: Reason


class DelegationOut(Out):
    """A delegation: who may decide what in the chief's place, from when until when."""

    id: UUID
    office: str
    person: str
    person_name: str
    acts: list[Act]
    since: date
    until: date | None
    revoked_on: date | None
    article: str = Field(validation_alias="basis")
    given_by_name: str
    at: datetime


class JoiningIn(Body):
    """Who is named to which place; technicians and experts may come from another office, or from none."""

    seat: Seat
    name: Name
    person: Subject | None = None
    org: Annotated[str, Text(20), Field(description="the person's office, if it is another one")] | None = (
        None
    )
    until: date | None = None


class TeamIn(DatedBody):
    """Who joins the team and who leaves it, on one day."""

    join: list[JoiningIn] = Field([], max_length=MOST)
    leave: list[UUID] = Field([], max_length=MOST, description="ids of places in the team")
    reason: Reason


class MemberOut(Out):
    """A place in the team of a matter: who has it, from which office, from when until when."""

    id: UUID
    office: str
    seat: Seat
    person: str | None
    name: str
    org: str
    since: date
    until: date | None
    left_on: date | None
    named_by_name: str


class TeamOut(Out):
    """Who works in a matter now."""

    members: list[MemberOut]


class RecusalRequestIn(DatedBody):
    """Whose recusal is asked for, by whom and why; name and ground are kept where they can be erased."""

    person: Annotated[
        str,
        Text(80),
        Field(
            description="the subject of the person's token; for a helper without one, the id of their place"
        ),
    ]
    person_role: Capacity
    petitioner: Petitioner
    petitioner_name: Annotated[str, Text(200)]
    ground: Reason


class ReviewRequestIn(DatedBody):
    """Why a decision on a recusal is to be reviewed."""

    reason: Reason


class RecusalReviewIn(DatedBody):
    """What the review of a recusal comes to."""

    decided: Recusal
    ground: Reason


class RecusalRequestOut(Out):
    """A request for a person's recusal, and what was decided on it, at first and on review."""

    id: UUID
    matter_id: UUID
    person: str
    person_role: Capacity
    petitioner: Petitioner
    requested_on: date
    decided_on: date | None
    outcome: Recusal | None
    review_requested_on: date | None
    reviewed_on: date | None
    review_outcome: Recusal | None
    at: datetime


class GlassIn(Body):
    """Why somebody must read a matter that they may not know of."""

    reason: Annotated[str, Text(2000, least=10)]


class GlassReviewIn(Body):
    """Whether it was justified, and what there is to say of it."""

    justified: bool
    opinion: Reason


class GlassOut(Out):
    """A use of the glass: who, of which office, in which matter, why; and what was said of it."""

    id: UUID
    matter_id: UUID
    office: str
    person: str
    person_name: str
    org: str
    reason: str
    broken_on: date = Field(description="the day at whose end it is over")
    reviewed_on: date | None
    reviewer_name: str | None
    justified: bool | None
    opinion: str | None
    mark: str = "internal"
    at: datetime


class RuleVersionIn(DatedBody):
    """By the rules of which later day a matter goes, and why; null: by those of its own days again."""

    as_if_on: date | None
    reason: Annotated[str, Text(500)]
