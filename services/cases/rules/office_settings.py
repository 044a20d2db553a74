"""What an office settles for itself and the offices below it, from a day on; none of it is law."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from services.cases.rules.law import INTERPRETATION_SINCE
from shared.citation import OURS, Citation

Value = str | int | bool

MOST_DAYS = 3650
LONGEST = 60


class Setting(StrEnum):
    """What can be set."""

    NUMBER_TEMPLATE = "number_template"
    LATE_ENTRY_DAYS = "late_entry_days"
    PLATFORM_FOR_RECORD = "platform_for_record"
    APPROVAL_TO_FILE = "approval_to_file"


@dataclass(frozen=True, slots=True)
class Settable:
    """One setting: what it says, and what is wrong with a value, if anything is."""

    code: Setting
    zh: str
    en: str
    basis: Citation
    problem: Callable[[object], str | None] = field(repr=False)
    since: date = INTERPRETATION_SINCE
    until: date | None = None


_BETWEEN = r"[^\d{}]"
_TEMPLATE = re.compile(
    rf"{_BETWEEN}*\{{office\}}{_BETWEEN}+\{{kind\}}{_BETWEEN}+\{{year\}}{_BETWEEN}+\{{seq(:0[2-9]d)?\}}{_BETWEEN}*"
)
_TEMPLATE_SAYS = (
    "{office} {kind} {year} {seq}, once each, in order ({seq:05d} pads), text without digits between"
)


def _template(value: object) -> str | None:
    """No two numbers are written alike: each part stands once, in order, parted by what is no digit."""
    if not isinstance(value, str) or not _TEMPLATE.fullmatch(value):
        return _TEMPLATE_SAYS
    longest = value.format(office="0" * 20, kind="L", year=2021, seq=9_999_999)
    return None if len(longest) <= LONGEST else f"numbers of at most {LONGEST} characters"


def _days(value: object) -> str | None:
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_DAYS
    return None if whole else f"a number of days, 0 to {MOST_DAYS}"


def _yes_or_no(value: object) -> str | None:
    return None if isinstance(value, bool) else "true or false"


SETTINGS = (
    Settable(Setting.NUMBER_TEMPLATE, "编号格式", "how our own numbers are written; those given stay",
             OURS["numbers of an office's own"], _template),
    Settable(Setting.LATE_ENTRY_DAYS, "超过该天数补录须说明理由",
             "an act entered later than so many days needs a reason",
             OURS["acts entered late"], _days),
    Settable(Setting.PLATFORM_FOR_RECORD, "平台企业线索一并报上一级院备案（内部规定）",
             "a lead about a platform company is also reported to the next superior for record (internal)",
             OURS["platform companies: active and prudent"], _yes_or_no),
    Settable(Setting.APPROVAL_TO_FILE, "立案须先报上级院批准（内部规定）",
             "a case is opened only after a superior has approved the request (internal)",
             OURS["an office may require approval before filing"], _yes_or_no),
)  # fmt: skip
_BY_CODE: Mapping[Setting, Settable] = {row.code: row for row in SETTINGS}


def problem_with(setting: Setting, value: Value | None) -> str | None:
    """What is wrong with a value; none takes back what the office had set."""
    return None if value is None else _BY_CODE[setting].problem(value)


def nearest(newest: Mapping[str, Value | None], line: Sequence[str]) -> tuple[str, Value] | None:
    """The first office of the line that has set something and not taken it back, and what."""
    for office in line:
        value = newest.get(office)
        if value is not None:
            return office, value
    return None
