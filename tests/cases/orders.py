"""Orders about a matter as `referrals` announces them, and how the matter stands after."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from shared import clock
from shared.standing import standing_of
from tests import given
from tests.cases.story import Story

CITY_PROSECUTOR = given.prosecutor(given.CITY)


@dataclass
class Order:
    """An order as `referrals` announces it."""

    story: Story
    matter_id: str
    mode: str = "take_up"
    issuer: str = given.CITY
    addressee: str = given.CITY
    moves: bool = True
    scope: str | None = None
    occasion: str | None = None
    on: str = field(default_factory=lambda: clock.today().isoformat())
    id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def facts(self) -> dict[str, Any]:
        """What every event of it carries."""
        named = {"matter_id": self.matter_id, "referral_id": self.id, "mode": self.mode}
        return named | {"issuer": self.issuer, "addressee": self.addressee}

    async def issued(self, epoch: int = 0) -> "Order":
        """It is issued, on the epoch it saw."""
        more = {"basis_epoch": epoch, "moves_custody": self.moves, "grants_scope": self.scope}
        more |= {"about": None, "occasion": self.occasion}
        await self._said("referral_issued", **more, issued_on=self.on)
        return self

    async def received(self) -> "Order":
        """Its addressee signs for it."""
        await self._said("referral_received", received_on=self.on)
        return self

    async def happened(self, event: str, **more: Any) -> None:
        """Something else happens to it."""
        await self._said(event, **more)

    async def _said(self, event: str, **more: Any) -> None:
        await self.story.app.hear(f"referrals.{event}", UUID(self.matter_id), self.facts | more)


async def standing(story: Story, matter_id: str) -> Any:
    """How the matter stands."""
    async with story.app.reading() as session:
        found = await standing_of(session, UUID(matter_id))
    assert found is not None
    return found


async def last(story: Story, matter_id: str) -> tuple[str, dict[str, Any]]:
    """The last thing recorded of the matter."""
    event = (await story.app.recorded(about=UUID(matter_id)))[-1]
    return event.type.removeprefix("cases."), event.body
