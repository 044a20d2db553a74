"""How partners answer, as it is told."""

from shared.schemas import Out


class PartnerOut(Out):
    """One receiver of handoffs: what it was sent and answered, in how many days on average and at most."""

    receiver: str
    sent: int
    answered: int
    overdue: int
    acknowledged_days: float | None
    answered_days: float | None
    longest_days: int | None
