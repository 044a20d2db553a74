"""Events that wait, at the administrator's hand over HTTP."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from tests import given
from tests.running import Alone
from tests.shared.chains import some_matter
from tests.shared.test_inbox import effects, notes, said, take

PATH = "/left/v1/parked-events"
ADMIN = given.admin()
Counting = Callable[[], AbstractContextManager[list[str]]]


async def poisoned(app: Alone) -> dict[str, Any]:
    """A chain that an event has stopped; that event as the list names it."""
    _, subject = some_matter()
    await take(app, said(subject, 1, "poison"), said(subject, 2))
    return {"source": "right", "subject": subject, "seq": 1}


async def test_what_waits_is_listed_retried_and_passed_over_with_a_reason(sample_app: Alone) -> None:
    client, stuck = sample_app.client, await poisoned(sample_app)
    (row,) = (await client.read(PATH, given.auditor()))["items"]
    assert stuck.items() <= row.items()
    assert (row["state"], bool(row["error"])) == ("quarantined", True)
    (behind,) = (await client.read(PATH, ADMIN, state="gap"))["items"]
    assert behind["seq"] == 2
    assert await client.create(f"{PATH}/retry", stuck, by=ADMIN) == {"applied": False}
    assert (await client.post(f"{PATH}/skipping", stuck, by=ADMIN)).status_code == 422, "no reason"
    await client.create(f"{PATH}/skipping", stuck | {"reason": "误发"}, by=ADMIN)
    assert await effects(sample_app) == notes(2)
    (skipped,) = await sample_app.recorded("event_skipped")
    assert skipped.org == ADMIN.org
    for act, more in (("retry", {}), ("skipping", {"reason": "再次"})):
        answer = await client.post(f"{PATH}/{act}", stuck | more, by=ADMIN)
        assert (answer.status_code, answer.json()["code"]) == (409, "NotParked")


async def test_it_is_for_administrators(sample_app: Alone) -> None:
    stuck = await poisoned(sample_app)
    assert (await sample_app.client.get(PATH, given.clerk("330110"))).status_code == 403
    for act, more in (("retry", {}), ("skipping", {"reason": "?"})):
        answer = await sample_app.client.post(f"{PATH}/{act}", stuck | more, by=given.auditor())
        assert answer.status_code == 403


async def test_a_page_of_what_waits_costs_the_same(sample_app: Alone, statements: Counting) -> None:
    seen = []
    for _ in range(2):
        await poisoned(sample_app)
        with statements() as counted:
            await sample_app.client.read(PATH, ADMIN)
        seen.append(len(counted))
    assert seen[0] == seen[1]
    first = await sample_app.client.read(PATH, ADMIN, limit=1)
    second = await sample_app.client.read(PATH, ADMIN, limit=1, cursor=first["next"])
    assert first["items"][0]["subject"] != second["items"][0]["subject"]
