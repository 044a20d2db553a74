"""What is delivered stands on the timelines, and many deliveries cost no more statements than one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID, uuid4

from sqlalchemy import func, select

from services.cases.tables import Heard
from shared.events import Envelope, subject_of
from shared.journal import heads
from tests.running import Alone

Counting = Callable[[], AbstractContextManager[list[str]]]


def delivered(app: Alone, matter: UUID) -> Envelope:
    """A message about that matter was delivered."""
    ids = ("about", "endpoint_id", "event_id", "delivery_id")
    body = {"matter_id": str(matter), "owner": "psb-330110", "lane": 1} | {name: str(uuid4()) for name in ids}
    body["event_type"] = "referrals.handoff_dispatched"
    return app.envelope("notifications.message_delivered", matter, body)


async def test_many_deliveries_are_noted_in_as_many_statements_as_one(
    cases_app: Alone, statements: Counting
) -> None:
    seen = []
    await cases_app.frame.inbox.tend()
    for many in (1, 40):
        matters = [uuid4() for _ in range(many)]
        with statements() as counted:
            await cases_app.frame.inbox.take([delivered(cases_app, matter) for matter in matters])
        seen.append(len(counted))
        noted = select(func.count()).where(Heard.matter_id.in_(matters))
        held = select(func.count()).where(heads.c.subject.in_([subject_of(matter) for matter in matters]))
        async with cases_app.reading() as session:
            assert await session.scalar(noted) == many
            assert await session.scalar(held) == 0, "nothing is recorded, so no head is held"
    assert seen[0] == seen[1] <= 4
