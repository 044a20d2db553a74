"""Acts that move a matter nowhere: each leaves its document under its article and touches no other limit."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from shared import clock
from tests import given
from tests.cases.story import CLERK, HEAD, PROSECUTOR, Story, a_lead, act_on, days_ago

Counting = Callable[[], AbstractContextManager[list[str]]]
PLAN = {"parts": dict.fromkeys(("approach", "method", "steps", "evidence"), "如文")}
MATERIALS = {"direction": "to", "department": "criminal", "materials": ["银行流水", "询问笔录"]}
OBJECTION = {"to": "不予调取的决定", "reason": "事实尚未查清"}
CONSULTATION = {"manner": "fact_confirmation", "persons_present": ["机关负责人"], "record": "确认事实"}
# Of what, at which door, with which body: the document and the article.
BESIDE: tuple[tuple[str, str, dict[str, Any], str, str], ...] = (
    ("leads", "internal-transfer", MATERIALS, "移送材料清单", "R 31"),
    ("leads", "objection", OBJECTION, "书面异议", "R 8"),
    ("cases", "investigation-plan", PLAN, "调查方案", "R 33"),
    ("cases", "internal-transfer", MATERIALS | {"direction": "from"}, "移送材料清单", "R 31"),
    ("cases", "objection", OBJECTION, "书面异议", "R 8"),
)


async def limits(story: Story, path: str) -> list[tuple[str, str, str]]:
    """Every limit of a matter, with its last day and what became of it."""
    found = await story.client.read(f"{path}/clocks", PROSECUTOR)
    return [(each["row"], each["due_on"], each["state"]) for each in found["items"]]


async def test_each_leaves_its_document_and_touches_no_limit(story: Story) -> None:
    paths = {"leads": f"/cases/v1/leads/{(await story.lead(major=True))['id']}"}
    paths |= {"cases": f"/cases/v1/cases/{(await story.case())['id']}"}
    before = {thing: await story.client.read(path, PROSECUTOR) for thing, path in paths.items()}
    ran = {thing: await limits(story, path) for thing, path in paths.items()}
    for thing, noun, body, document, article in BESIDE:
        answer = await act_on(story.client, paths[thing], noun, body)
        done = answer["done"]
        assert (done["document_name"], done["article"]) == (document, article), noun
        assert answer["stage"] == before[thing]["stage"]
        assert done["content"].items() >= body.items()
        assert await limits(story, paths[thing]) == ran[thing]
    for thing, path in paths.items():
        acts = await story.client.read(f"/cases/v1/matters/{path.rsplit('/', 1)[-1]}/acts", CLERK)
        kept = [each["document_name"] for each in acts["items"]]
        assert kept[-2:] == [row[3] for row in BESIDE if row[0] == thing][-2:]


async def test_a_consultation_is_written_down_and_its_internal_limit_is_a_window(story: Story) -> None:
    """The law gives no days for it and asks for none to be held: the window closes, nothing is breached."""
    case = await story.case()
    path = f"/cases/v1/cases/{case['id']}"
    assert ("I11", "running") in [(row, state) for row, _, state in await limits(story, path)]
    answer = await act_on(story.client, path, "consultation", CONSULTATION)
    assert (answer["done"]["document_name"], answer["done"]["article"]) == ("磋商记录", "R 70")
    assert answer["stage"] == "opened"
    assert [state for row, _, state in await limits(story, path) if row == "I11"] == ["met"]
    other = await story.investigated()
    left = await limits(story, f"/cases/v1/cases/{other['id']}")
    assert [state for row, _, state in left if row == "I11"] == ["ended"]


async def test_a_lead_tells_its_limits_with_how_they_were_counted(story: Story, statements: Counting) -> None:
    lead = await story.lead(major=True, inquiry_needed=True)
    path = f"/cases/v1/leads/{lead['id']}"
    found = (await story.client.read(f"{path}/clocks", PROSECUTOR))["items"]
    assert [each["row"] for each in found] == ["I1", "I9", "I10"]
    for each in found:
        assert (each["statutory"], each["stopped_since"], each["changes"]) == (False, None, [])
        assert each["how"]
    stranger = await story.client.get(f"{path}/clocks", given.prosecutor(given.NEIGHBOUR))
    assert stranger.status_code == 404
    with statements() as seen:
        first = await story.client.read(f"{path}/clocks", PROSECUTOR, limit=2)
    assert len([each for each in seen if each.startswith("SELECT")]) == 3, seen
    rest = await story.client.read(f"{path}/clocks", PROSECUTOR, limit=2, cursor=first["next"])
    assert [each["row"] for each in (*first["items"], *rest["items"])] == ["I1", "I9", "I10"]


async def test_a_lead_that_says_when_it_came_in_is_held_to_its_registration(story: Story) -> None:
    for days, late in ((3, False), (40, True)):
        lead = await story.lead(received_on=days_ago(days))
        assert lead["received_on"] == days_ago(days)
        met = await story.app.recorded("clock_met", UUID(lead["id"]))
        assert [(each.body["row"], each.body["late"]) for each in met] == [("I12", late)]
    body = a_lead(received_on=clock.today().isoformat(), occurred_on=days_ago(1))
    early = await story.client.post("/cases/v1/leads", body, by=PROSECUTOR)
    assert (early.status_code, early.json()["code"]) == (409, "DateOutOfOrder")
    assert (await story.lead())["received_on"] is None


async def test_the_proposal_to_open_is_made_in_the_form_that_the_law_names(story: Story) -> None:
    lead = await story.assessed()
    proposal = await story.proposed(f"/cases/v1/leads/{lead['id']}", "declining", {"reason": "不属管辖"})
    assert (proposal["form"], proposal["form_name"]) == ("filing_approval_form", "立案审批表")
    assert (await story.reviewed(proposal, by=HEAD))["form_name"] == "立案审批表"
    case = await story.investigated()
    said = {"ground": "other", "reason": "如文"}
    ending = await story.proposed(f"/cases/v1/cases/{case['id']}", "termination", said)
    assert (ending["form"], ending["form_name"]) == (None, None)
