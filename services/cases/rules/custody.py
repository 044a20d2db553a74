"""What an order between offices does to a matter here: origin, basis of competence, and leave to know."""

from dataclasses import dataclass
from datetime import date

from services.cases.rules.law import HANDLING_RULES
from services.cases.rules.vocabulary import Occasion, OrderMode, Origin
from shared.citation import OURS, Citation, Mark, current


@dataclass(frozen=True, slots=True)
class Effect:
    """One mode: how a matter it moves came to its new holder, and whether it settles jurisdiction.

    A row that names an occasion is for that occasion alone, and there instead of the mode's own.
    """

    mode: OrderMode
    origin: Origin | None
    settles: bool
    basis: Citation
    since: date
    until: date | None = None
    occasion: Occasion | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """One kind of leave: which side of the order gets it from the other, and whether it outlives a move."""

    code: str
    to_issuer: bool
    stays: bool
    basis: Citation
    since: date
    until: date | None = None


_R = HANDLING_RULES
_SINCE = date(2021, 7, 1)
_CUSTODY = OURS["supervision stays with the matter, other leave ends with the old custody"]

EFFECTS = (
    Effect(OrderMode.ASSIGN, Origin.ASSIGNED, True, _R[18], _SINCE),
    Effect(OrderMode.TAKE_UP, Origin.TAKEN_UP, True, _R[18], _SINCE),
    Effect(OrderMode.DESIGNATE, Origin.DESIGNATED, True, _R[47], _SINCE, occasion=Occasion.TO_SUE),
    Effect(OrderMode.DESIGNATE, Origin.DESIGNATED, True, _R[17], _SINCE),
    Effect(OrderMode.TRANSFER_LEAD, Origin.TRANSFERRED, False, _R[26], _SINCE),
    Effect(OrderMode.TRANSFER_CASE, Origin.TRANSFERRED, True, _R[17], _SINCE),
    Effect(OrderMode.TRANSFER_FOR_SUIT, Origin.TRANSFERRED_FOR_SUIT, False, _R[16], _SINCE),
    Effect(OrderMode.SUPERVISE, None, False, _R[11].marked(Mark.OUR_READING), _SINCE),
    Effect(OrderMode.REPORT_FOR_RECORD, None, False, _R[25], _SINCE),
)

APPROVAL_TO_FILE = "request_approval_to_file"  # a request: granted, it opens an act and moves nothing
BREAK_GLASS = "break_glass"  # leave that a person took, to read for a day; no order gives it
SCOPES = (
    Scope("supervision", True, True, _CUSTODY, _SINCE),
    Scope("leadership", True, False, _CUSTODY, _SINCE),
    Scope("record", False, False, _CUSTODY, _SINCE),
    Scope("entrusted_investigation", False, False, _CUSTODY, _SINCE),
    Scope("call_up", False, False, _CUSTODY, _SINCE),
    Scope("co_handling", False, False, _CUSTODY, _SINCE),
    Scope("team", False, False, _CUSTODY, _SINCE),
    Scope(BREAK_GLASS, False, False, OURS["breaking the glass"], _SINCE),
)

# Leave under which people of another office work on a matter themselves (R 11, 43).
JOINS = ("call_up", "team", "leadership", "entrusted_investigation", "co_handling")

PROTOCOL = OURS["the custody protocol"]


def effect_of(mode: str, occasion: str | None, on: date) -> Effect | None:
    """What an order of that mode does here by the rules of that day; None for modes that change nothing."""
    rows = [each for each in EFFECTS if each.mode == mode]
    own = [each for each in rows if each.occasion is not None and each.occasion == occasion]
    return current(own or [each for each in rows if each.occasion is None], on)


def scope_of(code: str | None, on: date) -> Scope | None:
    """What leave in that scope means here by the rules of that day; None for a scope that is not known."""
    return current((row for row in SCOPES if row.code == code), on)


def stays(code: str, on: date) -> bool:
    """Whether leave in that scope outlives a move of the matter on that day; an unknown scope does not."""
    row = scope_of(code, on)
    return row is not None and row.stays
