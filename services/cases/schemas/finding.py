"""What callers get who look for something: worklists, figures, typical cases."""

from datetime import date, datetime
from uuid import UUID

from services.cases.rules.finding import By, Reason
from services.cases.rules.vocabulary import Act, Procedure, Sector, Stage
from shared.identity import Role
from shared.schemas import Out


class LimitOut(Out):
    """An open limit in short: which row, when it ends, on which article."""

    id: UUID
    row: str
    due_on: date
    statutory: bool
    article: str


class WorkItem(Out):
    """Something that waits: why, since when or until when, in which matter, and what ends next there.

    `id` is that of the limit, the lead, the order or the proposal that makes it wait; `day` is the last day
    of the limit, or the day since which it waits.
    """

    reason: Reason
    id: UUID
    day: date
    matter_id: UUID
    kind: str
    number: str
    title: str
    office: str
    stage: Stage
    emphasis: int
    classification: int
    act: Act | None
    awaiting: Role | None
    next_limit: LimitOut | None


class FiguresOut(Out):
    """How many cases were opened, by the office's own discovery or otherwise, and what was done in them."""

    opened: int
    self_handled: int
    others: int
    suggestions: int
    suits: int
    terminated: int


class FiguresOfOut(FiguresOut):
    """The figures of one part of a breakdown."""

    of: dict[By, str]


class StatisticsOut(Out):
    """Figures of an office and those below it over some days, whole and broken down."""

    under: str
    since: date
    until: date
    per: list[By]
    rows: list[FiguresOfOut]
    total: FiguresOut


class TypicalCaseOut(Out):
    """A typical case, without anybody's name; of which case it was made, only if you may know of that."""

    id: UUID
    case_id: UUID | None
    office: str
    procedure: Procedure
    sector: Sector | None
    focuses: list[str]
    title: str
    facts: str
    handling: str
    significance: str
    approved_on: date
    at: datetime
