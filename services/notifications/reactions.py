"""What this service does when it hears the others."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import fan_out
from services.notifications.rules.recipients import notice_of
from shared.events import Envelope
from shared.reactions import NotYet, Reaction, react_to_all


async def tell(session: AsyncSession, envelope: Envelope) -> None:
    """Tell everybody who must know; what `referrals` says waits until `cases` has spoken."""
    matter_id = envelope.matter_id
    if notice_of(envelope.type) is None or matter_id is None:
        return
    if envelope.source != "cases" and not await fan_out.known(session, matter_id):
        raise NotYet("the standing of the matter")
    await fan_out.tell(session, envelope)


REACTIONS: tuple[Reaction, ...] = (react_to_all("cases", tell), react_to_all("referrals", tell))
