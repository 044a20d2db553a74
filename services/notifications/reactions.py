"""What this service does when it hears the others."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import fan_out
from services.notifications.rules.recipients import notice_of
from shared.events import Envelope
from shared.reactions import NotYet, Reaction, react_to_all


async def tell(session: AsyncSession, envelope: Envelope) -> None:
    """Tell everybody who must know; what `referrals` says waits until `cases` has spoken."""
    notice, matter_id = notice_of(envelope.type), envelope.matter_id
    if notice is None or matter_id is None:
        return
    stands = await fan_out.standing_of(session, matter_id)
    if stands is None and envelope.source != "cases":
        raise NotYet("the standing of the matter")
    await fan_out.tell(session, envelope, notice, matter_id, stands)


REACTIONS: tuple[Reaction, ...] = (react_to_all("cases", tell), react_to_all("referrals", tell))
