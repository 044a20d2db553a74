"""What an order, request or report must satisfy before it is issued: line, role, writing, particulars."""

from collections.abc import Collection
from dataclasses import dataclass

from services.referrals.errors import (
    CoHandlerNotBelow,
    JointListingNotOpen,
    MayOnlyReportUpward,
    NotAuthorised,
    NoTransferForSuit,
    OnlyForAdministrative,
    ParticularMissing,
    ParticularNotForeseen,
    WrittenDecisionMissing,
    WrongMatterKind,
)
from services.referrals.rules.authority import Authority, Order
from services.referrals.rules.law import HANDLING_RULES, Citation
from services.referrals.rules.modes import Custody, ModeRow, Scope, Track
from services.referrals.rules.vocabulary import Mode, Particular
from shared.organisations import Level, OfficeTree
from shared.problems import RoleRequired

ADMINISTRATIVE, CRIMINAL_INCIDENTAL = "administrative", "criminal_incidental"
HANDS_ON = frozenset({Mode.TRANSFER_LEAD})


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave to know of the matter that comes with an order: for an office, or for one person of it."""

    org: str
    scope: Scope
    sub: str | None = None


def check_role(allowed: Collection[str], roles: Collection[str]) -> None:
    """Refuses what the law gives to another role."""
    if not set(roles) & set(allowed):
        raise RoleRequired(required=sorted(allowed), yours=sorted(roles))


def check_authority(row: ModeRow, order: Order) -> None:
    """Refuses what the law gives to another office, or for another kind of matter."""
    if order.matter not in row.matters:
        raise WrongMatterKind(mode=row.mode, matter=order.matter, open_to=sorted(row.matters))
    check_line(row.mode, row.authority, order, row.basis)


def check_line(mode: Mode, authority: Authority, order: Order, basis: Citation) -> None:
    """Refuses an order that runs along another line between offices than the one named."""
    if not authority.holds(order):
        raise NotAuthorised(
            mode=mode,
            needed=authority.name,
            needed_zh=authority.zh,
            needed_en=authority.en,
            issuer=order.issuer,
            addressee=order.addressee,
            basis=str(basis),
        )


def check_writing(row: ModeRow, written: bool) -> None:
    """Refuses an order that must be in writing and names no written decision."""
    if row.in_writing is not None and not written:
        raise WrittenDecisionMissing(mode=row.mode, basis=str(row.in_writing))


def check_particulars(row: ModeRow, stated: Collection[Particular]) -> None:
    """Refuses an order that lacks what its mode needs, or states what its mode does not know."""
    if missing := row.needs - set(stated):
        raise ParticularMissing(mode=row.mode, missing=sorted(missing))
    if strange := set(stated) - row.needs - row.takes:
        raise ParticularNotForeseen(mode=row.mode, not_foreseen=sorted(strange))


def check_joint_listing(offices: OfficeTree, issuer: str) -> None:
    """Refuses a joint listing by an office below provincial level."""
    if offices.office(issuer).level not in (Level.SUPREME, Level.PROVINCIAL):
        raise JointListingNotOpen(issuer=issuer)


def check_co_handlers(order: Order, co_handlers: Collection[str]) -> None:
    """Refuses co-handlers that are not below the office that leads, or that already hold the matter."""
    outside = [
        code for code in co_handlers if code == order.holder or not order.offices.is_below(code, order.issuer)
    ]
    if outside:
        raise CoHandlerNotBelow(issuer=order.issuer, outside=sorted(outside))


def check_passing_on(row: ModeRow, came_by: Mode | None) -> None:
    """Refuses to return or pass on a lead that another office transferred: it goes upward only."""
    if row.mode in HANDS_ON and came_by is Mode.TRANSFER_LEAD:
        raise MayOnlyReportUpward(basis=str(HANDLING_RULES[26]), open=[Mode.REQUEST_LEAD_TRANSFER_UP])


def check_procedure(row: ModeRow, procedure: str | None) -> None:
    """Refuses to transfer a criminal-incidental case for suit: it belongs where the crime is handled."""
    if row.mode is Mode.TRANSFER_FOR_SUIT and procedure == CRIMINAL_INCIDENTAL:
        raise NoTransferForSuit(procedure=procedure, basis=str(HANDLING_RULES[14]))


def check_designates_to_sue(procedure: str | None) -> None:
    """Refuses designation in place of an extension where the case is known not to be administrative."""
    if procedure not in (ADMINISTRATIVE, None):
        raise OnlyForAdministrative(procedure=procedure, basis=str(HANDLING_RULES[47]))


def track_of(row: ModeRow, order: Order) -> Track:
    """By which lifecycle the order goes: one that designates the present holder moves nothing."""
    held = row.custody is Custody.MOVES_UNLESS_HELD and order.addressee == order.holder
    return Track.STANDING if held else row.track


def leaves_of(
    row: ModeRow, order: Order, staff: Collection[str], co_handlers: Collection[str]
) -> tuple[Leave, ...]:
    """The leave that an order needs for several offices or persons; none where its scope alone says it."""
    if staff and row.scope is not None:
        return tuple(Leave(order.addressee, row.scope, sub) for sub in staff)
    if co_handlers and row.scope is not None:
        leader = Leave(order.issuer, row.scope)
        return (leader, *(Leave(code, Scope.CO_HANDLING) for code in co_handlers))
    return ()
