"""Matters that belong together: parallel ones, and leads that look back on an ended case."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests import given
from tests.cases.story import CHIEF, HEAD, OFFICE, PROSECUTOR, Story, a_lead, days_ago
from tests.concurrency.pressing import at_once, told, whole
from tests.given import Person

LEADS = "/cases/v1/leads"
OTHERS = given.prosecutor(given.NEIGHBOUR)
CITY = given.prosecutor(given.CITY)
Counting = Callable[[], AbstractContextManager[list[str]]]


async def linking(
    story: Story, here: dict[str, Any], there: str, by: Person = PROSECUTOR, **more: Any
) -> httpx.Response:
    """The answer to an attempt to link."""
    thing = f"{'/cases/v1/cases' if 'procedure' in here else LEADS}/{here['id']}"
    body = {"other_id": there, "kind": "parallel", "reason": "同一平台"} | more
    etag = f'"{here["etag"]}"'
    assert thing
    return await story.client.post(f"/cases/v1/matters/{here['id']}/links", body, by=by, etag=etag)


async def links(story: Story, matter: dict[str, Any], by: Person = PROSECUTOR, **asked: Any) -> Any:
    """The links of a matter, as that person sees them."""
    return (await story.client.read(f"/cases/v1/matters/{matter['id']}/links", by, **asked))["items"]


async def ended(story: Story) -> dict[str, Any]:
    """A case that was terminated."""
    case = await story.investigated()
    path, said = f"/cases/v1/cases/{case['id']}", {"ground": "interest_protected", "reason": "公益已受保护"}
    await story.approved(await story.proposed(path, "termination", said))
    return await story.read_case(case["id"])


async def test_a_link_stands_in_both_files_and_both_chains(story: Story) -> None:
    lead, case = await story.lead(), await story.case()
    answer = await linking(story, lead, case["id"])
    assert answer.status_code == 201, answer.text
    assert (answer.json()["other_number"], answer.json()["mark"]) == (case["number"], "internal")
    ((here,), (there,)) = (await links(story, lead), await links(story, case))
    assert (here["kind"], here["begins"], here["other_id"]) == ("parallel", True, case["id"])
    assert (there["begins"], there["other_number"]) == (False, lead["number"])
    for matter, other in ((lead, case), (case, lead)):
        (said,) = await story.app.recorded("matters_linked", UUID(matter["id"]))
        begins = matter is lead
        assert said.body == {
            "matter_id": matter["id"],
            "other_id": other["id"],
            "link": "parallel",
            "begins": begins,
        }
    assert "同一平台" not in str([each.body for each in await story.app.recorded()])


async def test_both_must_be_visible_and_only_the_office_that_handles_it_links(story: Story) -> None:
    mine, theirs = await story.lead(), await story.lead(by=OTHERS)
    unseen = await linking(story, mine, theirs["id"])
    unheard = await linking(story, mine, str(uuid4()))
    assert (unseen.status_code, unseen.json()["code"]) == (404, "LeadNotFound")
    assert unheard.json() | {"lead_id": 0, "request_id": 0} == unseen.json() | {"lead_id": 0, "request_id": 0}
    above = await linking(story, mine, theirs["id"], by=CITY)
    assert (above.status_code, above.json()["code"]) == (403, "NotYourMatter")
    clerk = await linking(story, mine, theirs["id"], by=given.clerk(OFFICE))
    assert clerk.status_code == 403
    assert await story.app.recorded("matters_linked") == []


async def test_the_other_s_number_is_there_only_for_who_may_see_it(story: Story) -> None:
    above, below = await story.lead(by=CITY), await story.lead()
    assert (await linking(story, above, below["id"], by=CITY)).status_code == 201
    (seen_below,) = await links(story, below)
    assert (seen_below["other_id"], seen_below["other_number"]) == (above["id"], None)
    (seen_above,) = await links(story, below, by=CITY)
    assert seen_above["other_number"] == above["number"]
    for path in (f"/cases/v1/matters/{above['id']}/links", f"{LEADS}/{above['id']}"):
        assert (await story.client.get(path, PROSECUTOR)).status_code == 404


async def test_a_link_is_made_once_and_never_with_itself_nor_before_both_began(story: Story) -> None:
    old, new = await story.lead(occurred_on=days_ago(5)), await story.lead(occurred_on=days_ago(2))
    itself = await linking(story, old, old["id"])
    assert itself.json()["code"] == "LinkDoesNotFit"
    early = await linking(story, old, new["id"], occurred_on=days_ago(3))
    assert (early.json()["code"], early.json()["earliest"]) == ("DateOutOfOrder", days_ago(2))
    assert (await linking(story, old, new["id"], occurred_on=days_ago(2))).status_code == 201
    for here, there in ((old, new), (new, old)):
        again = await linking(story, here, there["id"])
        assert (again.status_code, again.json()["code"]) == (409, "AlreadyLinked")
    for kind in ("split", "merged", "cousin"):
        refused = await linking(story, old, new["id"], kind=kind)
        assert (refused.status_code, refused.json()["code"]) == (422, "Malformed")
    assert len(await links(story, old)) == 1


async def test_a_finding_on_looking_back_is_a_new_lead_linked_with_the_ended_case(story: Story) -> None:
    case = await ended(story)
    lead = await story.lead(look_back_of=case["id"])
    (here,), (there,) = await links(story, lead), await links(story, case)
    assert (here["kind"], here["begins"], here["other_number"]) == ("look_back", True, case["number"])
    assert (there["kind"], there["begins"], there["other_id"]) == ("look_back", False, lead["id"])
    assert (await story.read_case(case["id"]))["stage"] == "terminated"
    archiving = {"volumes": 1}
    await story.client.act(f"/cases/v1/cases/{case['id']}", "archiving", archiving, by=PROSECUTOR)
    assert (await story.lead(look_back_of=case["id"]))["stage"] == "registered"


async def test_only_an_ended_case_that_one_sees_is_looked_back_on(story: Story) -> None:
    open_case, lead, case = await story.case(), await story.lead(), await ended(story)
    before = len(await story.app.recorded())
    for of, by, status, code in (
        (open_case["id"], PROSECUTOR, 409, "LinkDoesNotFit"),
        (lead["id"], PROSECUTOR, 404, "CaseNotFound"),
        (case["id"], OTHERS, 404, "CaseNotFound"),
        (str(uuid4()), PROSECUTOR, 404, "CaseNotFound"),
    ):
        answer = await story.client.post(LEADS, a_lead(look_back_of=of), by=by)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    early = a_lead(look_back_of=case["id"], occurred_on=days_ago(1))
    refused = await story.client.post(LEADS, early, by=PROSECUTOR)
    assert refused.json()["code"] == "DateOutOfOrder"
    assert len(await story.app.recorded()) == before
    assert (await story.lead())["number"].endswith("4"), "no number was lost"


async def test_looking_back_can_be_noted_later_but_only_so(story: Story) -> None:
    case, lead = await ended(story), await story.lead()
    wrong = await linking(story, case, lead["id"], kind="look_back")
    assert wrong.json()["code"] == "LinkDoesNotFit"
    right = await linking(story, lead, case["id"], kind="look_back")
    assert (right.status_code, right.json()["kind"]) == (201, "look_back")


async def test_links_pressed_from_both_sides_at_once_leave_one(story: Story) -> None:
    one, two = await story.lead(), await story.lead()
    answers = await at_once(
        linking(story, one, two["id"]),
        linking(story, two, one["id"]),
        linking(story, one, two["id"], by=HEAD),
        linking(story, two, one["id"], by=CHIEF),
    )
    assert told(answers) == {"201": 1, "AlreadyLinked": 3}
    assert len(await links(story, one)) == len(await links(story, two)) == 1
    await whole(story.app.frame)


@pytest.mark.parametrize("many", [1, 6])
async def test_a_list_of_links_is_paged_and_costs_the_same(
    story: Story, statements: Counting, many: int
) -> None:
    lead = await story.lead()
    for _ in range(many):
        assert (await linking(story, lead, (await story.lead())["id"])).status_code == 201
    with statements() as seen:
        assert len(await links(story, lead)) == many
    assert len([each for each in seen if each.startswith("SELECT")]) == 4, seen
    first = await story.client.read(f"/cases/v1/matters/{lead['id']}/links", PROSECUTOR, limit=1)
    assert (len(first["items"]), first["next"] is None) == (1, many == 1)
