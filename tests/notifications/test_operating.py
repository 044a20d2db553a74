"""The operator's commands: the same acts as over REST, in the database itself."""

import argparse
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from services import operating
from services.notifications.rules.schedule import STEPS
from shared import clock
from tests.notifications.conftest import Post
from tests.notifications.receiver import Receiver

Operate = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def operate(post: Post, capsys: pytest.CaptureFixture[str]) -> Operate:
    """`python -m services deliveries ACTION ...`: its exit code, and what it printed."""

    async def run(action: str, **more: Any) -> tuple[int, str]:
        usual = {"id": None, "reason": "", "state": "blocked", "since": None, "all": False}
        said = argparse.Namespace(action=action, **(usual | {"skip_held": False} | more))
        capsys.readouterr()
        return await operating.deliveries(said, post.app.app.state.parts), capsys.readouterr().out

    return run


async def blocked(post: Post, receiver: Receiver) -> Any:
    """An endpoint with a blocked message and one behind it; the matter."""
    await post.endpoint(receiver)
    matter = await post.matter()
    for _ in range(2):
        await post.dispatch(matter)
    receiver.status, now = 500, clock.now()
    for step in range(len(STEPS)):
        await post.deliver(now.replace(year=now.year + step))
    receiver.status = 200
    return matter


async def test_an_operator_sees_what_is_stuck_and_sends_it_again(
    post: Post, receiver: Receiver, operate: Operate
) -> None:
    matter = await blocked(post, receiver)
    (first, _) = await post.deliveries()
    code, said = await operate("overview")
    assert code == 0
    assert "blocked: 1\n" in said
    assert "blocked lanes: 1\n" in said
    assert first["id"] in (await operate("list"))[1]
    assert (await operate("list", state="dead"))[1].strip().endswith("nothing is dead")
    assert "1 blocked" in (await operate("endpoints"))[1]
    assert (await operate("retry", id=first["id"]))[0] == 2, "a reason is missing"
    code, said = await operate("retry", id=_id(first), reason="接收端恢复")
    assert (code, "sent again as" in said) == (0, True)
    assert (await operate("retry", id=_id(first), reason="再次"))[0] == 1
    await post.deliver(clock.now().replace(year=clock.now().year + 20))
    assert sorted(await post.states()) == ["blocked", "delivered", "delivered"]
    (told,) = await post.app.recorded("delivery_retried", matter)
    assert told.org == ""


def _id(row: dict[str, Any]) -> Any:
    return UUID(row["id"])


async def test_an_operator_skips_pauses_resumes_replays_and_disables(
    post: Post, receiver: Receiver, operate: Operate
) -> None:
    await blocked(post, receiver)
    (first, _) = await post.deliveries()
    endpoint = {"id": first["endpoint_id"]}
    assert (await operate("skip", id=_id(first), reason="纸质送达"))[0] == 0
    for action, more in (("pause", {}), ("resume", {"skip_held": True}), ("replay", {}), ("disable", {})):
        code, said = await operate(action, id=_id(endpoint), reason="演练", **more)
        assert code == 0, said
    assert "no gap" in (await operate("report"))[1]
    assert [each["state"] for each in await post.deliveries()].count("held") == 2
    assert len(await post.app.recorded("endpoint_disabled")) == 1
