"""What hot paths cost: a claim, a settlement and a telling take as many statements for many as for few."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from services.notifications.actions import claiming, settling
from services.notifications.actions.claiming import Room
from services.notifications.actions.settling import Served
from shared import clock
from tests.notifications.conftest import Post
from tests.notifications.receiver import Receiver

Counting = Callable[[], AbstractContextManager[list[str]]]
MOST = 15  # of a claim and a settlement together, but for their beginnings and ends


async def test_claiming_and_settling_cost_the_same_for_many_as_for_few(
    post: Post, receiver: Receiver, statements: Counting
) -> None:
    await post.endpoint(receiver)
    frame, seen = post.app.frame, []
    for matters, messages in ((1, 1), (6, 3)):
        for _ in range(matters):
            matter = await post.matter()
            for _ in range(messages):
                await post.dispatch(matter)
        with statements() as counted:
            async with frame.database.writing(frame=frame, origin=frame.system("test")) as session:
                claimed = await claiming.claim(session, clock.now(), Room(10, 10))
            rounds = claimed.rounds
            tries = [await post.courier._send_all(each, time.monotonic()) for each in rounds]
            served = [Served(*each, clock.now()) for each in zip(rounds, tries, strict=True)]
            async with frame.database.writing(frame=frame, origin=frame.system("test")) as session:
                assert len((await settling.settle(session, served)).lanes) == matters
        seen.append(len(counted))
    assert set(await post.states()) == {"delivered"}
    assert seen[0] == seen[1] <= MOST


async def test_telling_costs_the_same_for_many_endpoints_as_for_one(
    post: Post, receiver: Receiver, statements: Counting
) -> None:
    seen = []
    for _ in range(2):
        await post.endpoint(receiver)
        await post.dispatch(matter := await post.matter())
        with statements() as counted:
            await post.dispatch(matter)
        seen.append(len(counted))
        for _ in range(3):
            await post.endpoint(receiver)
    assert seen[0] == seen[1]
