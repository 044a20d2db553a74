"""The courier: takes due lanes, posts their messages in order, and writes down what became of them."""

from services.notifications.workers.courier import Courier
from shared.service import Frame

__all__ = ["Courier", "deliver"]


async def deliver(frame: Frame) -> None:
    """The delivery worker of a running service."""
    await Courier(frame).run()
