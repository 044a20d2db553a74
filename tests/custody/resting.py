"""What must be true of a matter's orders when everything has come to rest."""

from collections.abc import Iterable
from uuid import UUID, uuid5

from services.referrals.rules.lifecycle import OVER, Stage
from services.referrals.rules.vocabulary import Mode
from services.referrals.tables import Referral

STAFF = ("wang", "li")


def leave_of(orders: Iterable[Referral]) -> set[UUID]:
    """The ids of all leave that these orders may have given, to offices and to the persons they call up."""
    granting = [one.id for one in orders if one.grants_scope and one.stage not in OVER]
    return {*granting, *(uuid5(order, person) for order in granting for person in STAFF)}


def check_leave(found: list[Referral], held: set[UUID], allowed: set[UUID]) -> None:
    """Whoever has leave has it by an order that stands, and an order in force has given its leave.

    `found` are the orders about the matter itself, `allowed` is the leave of all orders about what it came
    from as well.
    """
    for one in found:
        if not one.grants_scope or one.stage in OVER:
            continue
        if one.granted and one.mode is not Mode.CALL_UP and one.mode is not Mode.REPORT_FOR_RECORD:
            assert one.id in held, f"{one.mode} stands and its leave does not"
        assert one.granted or one.mode is Mode.REPORT_FOR_RECORD, f"{one.mode} waits for its leave for ever"
    assert held <= allowed, "leave without an order that stands"


def check_over(found: list[Referral], closed: bool, epoch: int) -> None:
    """What was asked before the matter moved or ended is not open any more."""
    for one in found:
        asks = one.mode in (Mode.REQUEST_TAKE_UP, Mode.REQUEST_DESIGNATION)
        if asks and one.stage in (Stage.ISSUED, Stage.OPINED):
            assert not closed
            assert one.basis_epoch == epoch
        if closed and one.mode is not Mode.REPORT_FOR_RECORD and not one.moves_custody:
            assert one.stage in OVER, f"{one.mode} is open about an ended matter"
