"""Who may sit in the team of a matter (R 6, 11, 36), and what a team must have."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.cases.errors import TeamNotLawful
from services.cases.rules.law import HANDLING_RULES, RULES_SINCE
from shared.citation import Citation, Mark, in_force

MOST = 50  # members at once: of this system, so that a matter can show its team whole


class Seat(StrEnum):
    """In which place a person works in a matter."""

    IN_CHARGE = "in_charge"
    PROSECUTOR = "prosecutor"
    ASSISTANT = "assistant"
    CLERK = "clerk"
    BAILIFF = "bailiff"
    TECHNICIAN = "technician"
    EXPERT = "expert"
    CALLED_UP = "called_up"


@dataclass(frozen=True, slots=True)
class Place:
    """One kind of place: whether it is a prosecutor's, and who may be named to it.

    `from_outside`: also people of other offices, who then get leave to know, and people without a token.
    `by_order`: filled by a call-up order alone, and emptied with it; a chief names nobody to it.
    """

    seat: Seat
    prosecutor: bool
    from_outside: bool
    by_order: bool
    zh: str
    en: str
    basis: Citation
    since: date = RULES_SINCE
    until: date | None = None


_R = HANDLING_RULES
PLACES = (
    Place(Seat.IN_CHARGE, True, False, False, "主办检察官", "prosecutor in charge", _R[6]),
    Place(Seat.PROSECUTOR, True, False, False, "检察官", "prosecutor", _R[6]),
    Place(Seat.ASSISTANT, False, False, False, "检察官助理", "assistant", _R[6]),
    Place(Seat.CLERK, False, False, False, "书记员", "clerk", _R[6]),
    Place(Seat.BAILIFF, False, False, False, "司法警察", "bailiff", _R[6]),
    Place(Seat.TECHNICIAN, False, True, False, "检察技术人员", "technician", _R[6]),
    Place(Seat.EXPERT, False, True, False, "有专门知识的人", "expert", _R[36]),
    Place(Seat.CALLED_UP, False, True, True, "被调用检察人员", "called up from another office",
          _R[11].marked(Mark.OUR_READING)),
)  # fmt: skip


def place_of(seat: Seat, on: date) -> Place:
    """The row of that place, as in force that day."""
    return in_force([place for place in PLACES if place.seat is seat], on, f"team: {seat}")


def check_team(seats: Sequence[Seat], on: date) -> None:
    """Refuse a team without a prosecutor, one of several prosecutors without exactly one in charge (R 6).

    The chief may sit in any of the prosecutors' places and so lead the matter himself.
    """
    there = Counter(place_of(seat, on).prosecutor for seat in seats)
    in_charge = seats.count(Seat.IN_CHARGE)
    lawful = there[True] and in_charge <= 1 and (there[True] == 1 or in_charge == 1)
    if not lawful or len(seats) > MOST:
        facts = {"prosecutors": there[True], "in_charge": in_charge, "members": len(seats), "most": MOST}
        raise TeamNotLawful(**facts, article=str(_R[6]))
