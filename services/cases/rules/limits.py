"""Internal limits that an office sets where the law has none: which of them speaks for a matter."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.cases.errors import LimitOfTheLaw
from services.cases.rules.deadlines import period_for
from shared.calendar import Calendar
from shared.citation import OURS
from shared.clocks import Period, Unit, deadline

UNITS = (Unit.DAYS, Unit.WORKING_DAYS)


@dataclass(frozen=True, slots=True)
class Limit:
    """An internal limit as an office set it: for one focus or for all; without a length it was taken back."""

    office: str
    row: str
    focus: str | None
    length: int | None
    unit: Unit
    since: date
    set_by: str

    def period(self, default: Period) -> Period:
        """The row of this system with the office's own length; internal like the row it stands in for."""
        assert self.length is not None
        basis = OURS[f"limit of {self.office} since {self.since}"]
        return replace(default, length=self.length, unit=self.unit, since=self.since, basis=basis)

    def told(self) -> str:
        """Who set it, and since when: what stands in the trace of whatever is counted by it."""
        zh = f"内部期限：{self.office}（{self.set_by}）设定，自 {self.since} 起施行"
        return f"{zh} / internal limit, set by {self.office}, in force from {self.since}"


def require_internal(row: str, on: date) -> Period:
    """The row of this system that an office may replace; a limit of the law is refused."""
    period = period_for(row, on)
    if period.statutory:
        raise LimitOfTheLaw(row=row, article=str(period.basis))
    return period


def limit_for(
    newest: Sequence[Limit],
    line: Sequence[str],
    focuses: Collection[str],
    default: Period,
    basis_on: date,
    calendar: Calendar,
) -> Limit | None:
    """The first office of the line that set one: its shortest for a focus of the matter, else for all.

    `newest` are the rows in force that day, one per office and focus; None leaves it to the default row.
    """
    for office in line:
        own = [limit for limit in newest if limit.office == office and limit.length is not None]
        for_focus = [limit for limit in own if limit.focus in focuses]
        for_all = [limit for limit in own if limit.focus is None]
        if found := for_focus or for_all:
            return min(found, key=lambda one: deadline(one.period(default), basis_on, calendar).due_on)
    return None
