"""What an order, request or report must satisfy before it is issued: line, role, writing, particulars."""

from collections.abc import Collection
from dataclasses import dataclass

from services.referrals.errors import (
    CoHandlerNotBelow,
    JointListingNotOpen,
    MayOnlyReportUpward,
    NotAuthorised,
    NoTransferForSuit,
    NotTheCommonSuperior,
    OtherProcedure,
    ParticularMissing,
    ParticularNotForeseen,
    WrittenDecisionMissing,
    WrongMatterKind,
)
from services.referrals.rules.authority import Authority, Order
from services.referrals.rules.law import HANDLING_RULES, Citation, Mark
from services.referrals.rules.modes import Custody, ModeRow, Scope, Track
from services.referrals.rules.occasions import OccasionRow
from services.referrals.rules.vocabulary import Mode, Particular, Procedure
from shared.organisations import Level, OfficeTree
from shared.problems import RoleRequired

HANDS_ON = frozenset({Mode.TRANSFER_LEAD})
# R 14 says where such a case is filed; that it is therefore not transferred for suit is concluded.
FILED_WHERE_THE_CRIME_IS = HANDLING_RULES[14].marked(Mark.INFERENCE)


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


def check_writing(row: ModeRow, occasion: OccasionRow | None, written: bool) -> None:
    """Refuses an order that must be in writing and names no written decision."""
    in_writing = (occasion and occasion.in_writing) or row.in_writing
    if in_writing is not None and not written:
        raise WrittenDecisionMissing(mode=row.mode, basis=str(in_writing), mark=in_writing.mark)


def check_particulars(row: ModeRow, occasion: OccasionRow | None, stated: Collection[Particular]) -> None:
    """Refuses an order that lacks what its mode or occasion needs, or states what neither knows."""
    needed = row.needs | (occasion.needs if occasion else frozenset())
    if missing := needed - set(stated):
        raise ParticularMissing(mode=row.mode, missing=sorted(missing))
    if strange := set(stated) - needed - row.takes:
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


def check_procedure(row: ModeRow, occasion: OccasionRow | None, procedure: str | None) -> None:
    """Refuses what is not foreseen in the procedure in which the case is known to be."""
    if row.mode is Mode.TRANSFER_FOR_SUIT and procedure == Procedure.CRIMINAL_INCIDENTAL:
        basis = FILED_WHERE_THE_CRIME_IS
        raise NoTransferForSuit(procedure=procedure, basis=str(basis), mark=basis.mark)
    open_to = occasion.procedures if occasion else frozenset()
    if occasion and open_to and procedure is not None and procedure not in open_to:
        said = {"occasion": occasion.occasion, "open_to": sorted(open_to), "basis": str(occasion.basis)}
        raise OtherProcedure(procedure=procedure, **said)


def check_dispute(offices: OfficeTree, decider: str, disputed_with: str | None) -> None:
    """Refuses to settle a dispute with an office that does not stand below whoever would settle it (R 17)."""
    if disputed_with is not None and not offices.is_below(disputed_with, decider):
        basis = str(HANDLING_RULES[17])
        raise NotTheCommonSuperior(decider=decider, disputed_with=disputed_with, basis=basis)


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
