"""What an order's occasion changes here: whether the review begins anew, whether a case may go after it."""

from uuid import UUID

import pytest

from tests import given
from tests.cases.orders import CITY_PROSECUTOR, Order, last, standing
from tests.cases.story import OFFICE, PROSECUTOR, Story


@pytest.mark.parametrize(
    ("mode", "occasion", "states", "basis"),
    [
        ("transfer_for_suit", None, ["ended", "running"], "R 16"),
        ("designate", "to_sue", ["ended", "running"], "R 47"),
        ("designate", "jurisdiction", ["running"], "R 17"),
        ("designate", None, ["running"], "R 17"),
        ("assign", None, ["running"], "R 18"),
        ("take_up", None, ["running"], "R 18"),
        ("transfer_case", "cross_division", ["running"], "R 17"),
    ],
)
async def test_only_an_order_to_sue_begins_the_review_anew(
    story: Story, mode: str, occasion: str | None, states: list[str], basis: str
) -> None:
    case = await story.served()
    order = Order(story, case["id"], mode, given.CITY, given.CITY, occasion=occasion)
    await (await order.issued()).received()
    assert (await standing(story, case["id"])).holder == given.CITY
    (moved,) = await story.app.recorded("custody_moved", UUID(case["id"]))
    assert moved.basis == basis
    path = f"/cases/v1/cases/{case['id']}/clocks"
    found = await story.client.read(path, CITY_PROSECUTOR)
    review = [each for each in found["items"] if each["row"] == "T9"]
    assert sorted(each["state"] for each in review) == states
    running = next(each for each in review if each["state"] == "running")
    assert (running["basis_on"] == order.on) is (len(states) == 2)


async def test_after_review_a_case_is_transferred_only_once_it_was_reviewed(story: Story) -> None:
    case = await story.served()
    facts = ("transfer_case", OFFICE, given.NEIGHBOUR)
    await Order(story, case["id"], *facts, occasion="after_review").issued()
    assert (await last(story, case["id"]))[1]["reason"] == "not_reviewed"
    reviewed = await story.judged()
    path = f"/cases/v1/cases/{reviewed['id']}"
    await story.client.act(path, "review-report", {"conclusion": "应由他院处理"}, by=PROSECUTOR)
    await Order(story, reviewed["id"], *facts, occasion="after_review").issued()
    assert (await last(story, reviewed["id"]))[0] == "custody_locked"
