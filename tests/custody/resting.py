"""What must be true of a matter's orders when everything has come to rest."""

from uuid import UUID

from services.referrals.rules.lifecycle import OVER, Stage
from services.referrals.rules.vocabulary import Mode
from services.referrals.tables import Referral


def check_leave(found: list[Referral], held: set[UUID]) -> None:
    """Whoever has leave has it by an order that stands, and an order in force has given its leave."""
    living = {one.id: one for one in found if one.grants_scope and one.stage not in OVER}
    offices = {one.id for one in living.values() if one.mode is not Mode.CALL_UP}
    for one in living.values():
        if one.granted and one.mode is not Mode.CALL_UP and one.mode is not Mode.REPORT_FOR_RECORD:
            assert one.id in held, f"{one.mode} stands and its leave does not"
        assert one.granted or one.mode is Mode.REPORT_FOR_RECORD, f"{one.mode} waits for its leave for ever"
    by_office = {key for key in held if key in {one.id for one in found}}
    assert by_office <= offices, "leave of an order that is over"


def check_over(found: list[Referral], closed: bool, epoch: int) -> None:
    """What was asked before the matter moved or ended is not open any more."""
    for one in found:
        asks = one.mode in (Mode.REQUEST_TAKE_UP, Mode.REQUEST_DESIGNATION)
        if asks and one.stage in (Stage.ISSUED, Stage.OPINED):
            assert not closed
            assert one.basis_epoch == epoch
        if closed and one.mode is not Mode.REPORT_FOR_RECORD and not one.moves_custody:
            assert one.stage in OVER, f"{one.mode} is open about an ended matter"
