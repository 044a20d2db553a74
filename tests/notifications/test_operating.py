"""The operator's commands: the same acts as over REST, in the database itself."""

import argparse
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from services import operating
from services.__main__ import ACTS, LOOKS
from services.notifications.rules.schedule import STEPS
from shared import clock
from tests.architecture.product import doors as doors_of_services
from tests.notifications.conftest import Post
from tests.notifications.receiver import Receiver

Operate = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def operate(post: Post, capsys: pytest.CaptureFixture[str]) -> Operate:
    """`python -m services deliveries ACTION ...`: its exit code, and what it printed."""

    async def run(action: str, **more: Any) -> tuple[int, str]:
        usual = {"id": None, "reason": "", "state": "blocked", "since": None, "all": False}
        usual |= {"skip_held": False, "until": None, "event": None}
        said = argparse.Namespace(action=action, **(usual | more))
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
    listed = (await operate("list"))[1]
    assert first["id"] in listed
    assert "last: answered 500 at" in listed
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


async def test_an_operator_confirms_asks_and_reads_the_evidence(
    post: Post, receiver: Receiver, operate: Operate
) -> None:
    endpoint = await post.endpoint(receiver)
    await post.dispatch(await post.matter())
    (delivery,) = await post.deliveries()
    assert (await operate("attempts", id=_id(delivery)))[1] == "not tried yet\n"
    assert "NotDelivered" in (await operate("receipt", id=_id(delivery)))[1]
    await post.deliver()
    assert "signed by service-1" in (await operate("attempts", id=_id(delivery)))[1]
    path = f"/notifications/v1/deliveries/{delivery['id']}/receipt"
    assert (await operate("receipt", id=_id(delivery)))[1].strip() == (
        await post.app.client.read(path, post.agency)
    )["token"]
    for action, name in (("confirm", "confirmed"), ("verify", "asked"), ("test", "asked")):
        assert (await operate(action, id=_id(endpoint)))[0] == 2, "a reason is missing"
        assert (await operate(action, id=_id(endpoint), reason="年度核对"))[0] == 0
        told = (await post.app.recorded(f"endpoint_{name}"))[-1]
        assert told.org == ""
    await post.app.duty("report_deliveries")
    assert " complete " in (await operate("reports"))[1]
    again = {"event": UUID(delivery["event_id"]), "all": True, "reason": "重发"}
    assert (await operate("replay", id=_id(endpoint), **again))[1] == "1 sent again\n"


# What an administrator may do, and how: over REST, and by `python -m services ...`.
BOTH_WAYS = {
    "GET /overview": "deliveries overview",
    "GET /overview/stuck": "deliveries list",
    "GET /overview/endpoints": "deliveries endpoints",
    "GET /overview/reports": "deliveries reports",
    "GET /deliveries/{delivery_id}": "deliveries attempts",
    "GET /deliveries/{delivery_id}/receipt": "deliveries receipt",
    "POST /deliveries/{delivery_id}/retry": "deliveries retry",
    "POST /deliveries/{delivery_id}/skipping": "deliveries skip",
    "POST /endpoints/{endpoint_id}/replay": "deliveries replay",
    "POST /endpoints/{endpoint_id}/pause": "deliveries pause",
    "POST /endpoints/{endpoint_id}/resumption": "deliveries resume",
    "POST /endpoints/{endpoint_id}/confirmation": "deliveries confirm",
    "POST /endpoints/{endpoint_id}/verification": "deliveries verify",
    "POST /endpoints/{endpoint_id}/test": "deliveries test",
    "POST /endpoints/{endpoint_id}/disabling": "deliveries disable",
    "GET /parked-events": "parked list",
    "POST /parked-events/retry": "parked retry",
    "POST /parked-events/skipping": "parked skip",
}
BY_REST_ALONE = {
    "POST /endpoints": "an organisation registers its own",
    "GET /endpoints": "an organisation's own; `deliveries endpoints` lists everybody's",
    "GET /endpoints/{endpoint_id}": "an organisation's own; `deliveries endpoints` lists everybody's",
    "POST /endpoints/{endpoint_id}/secrets": "a secret belongs on no command line",
    "POST /endpoints/{endpoint_id}/secrets/{secret_id}/removal": "a secret belongs to its owner",
    "POST /endpoints/{endpoint_id}/certificates": "a key belongs on no command line",
    "GET /endpoints/{endpoint_id}/feed": "messages are read by their owner alone",
    "GET /endpoints/{endpoint_id}/stream": "messages are read by their owner alone",
    "POST /endpoints/{endpoint_id}/commitment": "only its owner knows what it has stored",
    "GET /deliveries": "an organisation's own; `deliveries list` lists everybody's",
}
BY_COMMAND_ALONE = {"deliveries report": "today's, before it is over and signed"}


def test_what_an_administrator_may_do_is_done_both_ways_or_says_why_not() -> None:
    ours = ("endpoints", "deliveries", "overview", "parked-events")
    doors = {
        str(door).replace("/notifications/v1", "")
        for door in doors_of_services()
        if door.service == "notifications" and door.route.path.split("/")[2] in ours
    }
    assert doors == set(BOTH_WAYS) | set(BY_REST_ALONE)
    commands = {f"deliveries {each}" for each in (*LOOKS, *ACTS)}
    commands |= {f"parked {each}" for each in ("list", "retry", "skip")}
    assert commands == set(BOTH_WAYS.values()) | set(BY_COMMAND_ALONE)
    assert set(operating.ACTS) == {*LOOKS, *ACTS}
    assert operating.WITH_REASON == ACTS
