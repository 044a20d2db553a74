"""The words of worklists and figures: whose, why, by what."""

from enum import StrEnum


class Whose(StrEnum):
    """Whose worklist it is: the person's, the office's, or that of every office below."""

    MINE = "mine"
    OFFICE = "office"
    BELOW = "below"


class Reason(StrEnum):
    """Why something is on a worklist."""

    OVERDUE = "overdue"
    DUE = "due"
    UNASSESSED = "unassessed"
    MOVING = "moving"
    APPROVAL = "approval"


class First(StrEnum):
    """What comes first on a worklist."""

    OLDEST = "oldest"
    EMPHASIS = "emphasis"


class By(StrEnum):
    """By what figures are broken down."""

    OFFICE = "office"
    LEVEL = "level"
    ORIGIN = "origin"
    PROCEDURE = "procedure"
    STAGE = "stage"
    MONTH = "month"


class Counted(StrEnum):
    """What is counted."""

    OPENED = "opened"
    SUGGESTIONS = "suggestions"
    SUITS = "suits"
    TERMINATED = "terminated"
