"""What was delivered is looked up together: only the dispatch of a handoff that is known here is noted."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from shared.events import Envelope, subject_of
from shared.journal import heads
from tests.running import Alone

Counting = Callable[[], AbstractContextManager[list[str]]]


def delivered(app: Alone, matter: UUID, event_type: str) -> Envelope:
    """A message about that matter was delivered."""
    ids = ("about", "endpoint_id", "event_id", "delivery_id")
    body: dict[str, Any] = {name: str(uuid4()) for name in ids}
    body |= {"matter_id": str(matter), "owner": "psb-330110", "lane": 1, "event_type": event_type}
    return app.envelope("notifications.message_delivered", matter, body)


async def test_deliveries_of_others_cost_a_look_for_all_of_them(
    referrals_app: Alone, statements: Counting
) -> None:
    seen = []
    await referrals_app.frame.inbox.tend()
    for many in (1, 40):
        matters = [uuid4() for _ in range(many)]
        batch = [delivered(referrals_app, matter, "referrals.handoff_dispatched") for matter in matters]
        batch += [delivered(referrals_app, matter, "cases.case_opened") for matter in matters]
        with statements() as counted:
            await referrals_app.frame.inbox.take(batch)
        seen.append(len(counted))
        held = select(func.count()).where(heads.c.subject.in_([subject_of(matter) for matter in matters]))
        async with referrals_app.reading() as session:
            assert await session.scalar(held) == 0, "nothing is recorded, so no head is held"
    assert seen[0] == seen[1] <= 4
