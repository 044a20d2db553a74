"""What a case shows as open is open, what it does not show is refused, and a day before its basis as well."""

from typing import Any

import httpx

from services.cases.router.acts import CASE_DOORS, LEAD_DOORS, Door
from services.cases.rules.lifecycle import STEPS
from services.cases.rules.vocabulary import Act, Track
from shared import clock
from shared.identity import Role
from tests.cases.bodies import BODIES
from tests.cases.story import CHIEF, PROSECUTOR, Story, a_suggestion, days_ago

ALLROUND = PROSECUTOR.also(Role.DEPARTMENT_HEAD, Role.CHIEF)  # no role stands in the way
OF_THE_STATE = {"StepNotOpen", "ConditionNotMet", "NothingEntrusted", "ClockNotRunning", "ExtensionNotOpen"}
OF_THE_STATE |= {"NotTypical", "TypicalAlready"}
ON_THE_WAY = [step for step in STEPS if Track.ADMINISTRATIVE in step.tracks]
STAYS = {step.act for step in ON_THE_WAY} - {step.act for step in ON_THE_WAY if step.target}
CHAINED = {step.act for step in STEPS if step.chain}
CONDITIONAL = {step.act for step in STEPS if step.when}
BY_ACT = {door.act: door for door in CASE_DOORS}


async def posted(story: Story, path: str, door: Door, etag: str = "", **more: Any) -> httpx.Response:
    """The answer to an act in the present version of the matter, or in one that is known."""
    etag = etag or await story.client.etag(path, PROSECUTOR)
    body = BODIES.get(door.act, {}) | more
    return await story.client.post(f"{path}/{door.noun}", body, by=ALLROUND, etag=etag)


async def shut(story: Story, path: str, doors: tuple[Door, ...]) -> int:
    """Every act that is not shown at this stage is refused with those that are; how many there are."""
    thing = await story.client.read(path, PROSECUTOR)
    shown = [each["act"] for each in thing["open_acts"]]
    closed = [door for door in doors if door.act not in shown]
    for door in closed:
        answer = await posted(story, path, door, f'"{thing["etag"]}"')
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (409, "StepNotOpen"), (door.act, answer.text)
        assert problem["open"] == shown
    assert await story.client.read(path, PROSECUTOR) == thing
    return len(closed)


async def what_is_needed(story: Story, path: str, act: Act) -> dict[str, Any]:
    """What an act must name of this very matter."""
    case_id = path.rsplit("/", 1)[-1]
    if act is Act.EXTEND:
        clocks = (await story.client.read(f"{path}/clocks", PROSECUTOR))["items"]
        return {"clock_id": next(each["id"] for each in reversed(clocks) if each["row"] == "T9")}
    if act in (Act.RECEIVE_APPRAISAL, Act.END_APPRAISAL):
        return {"entrusted": (await posted(story, path, BY_ACT[Act.ENTRUST_APPRAISAL])).json()["done"]["id"]}
    if act in (Act.SUGGEST, Act.REPLACE_SUGGESTION):
        return a_suggestion(await story.document(case_id))
    return {}


async def tried(story: Story, path: str) -> set[str]:
    """Every act on a condition that is shown open is done or proposed; a proposal is then refused."""
    shown = (await story.client.read(path, PROSECUTOR))["open_acts"]
    acts = {Act(each["act"]): each["open"] for each in shown if each["act"] in BY_ACT}
    done = set()
    for act, is_open in acts.items():
        if not is_open or act not in CONDITIONAL & (STAYS | CHAINED):
            continue
        answer = await posted(story, path, BY_ACT[act], **await what_is_needed(story, path, act))
        assert answer.is_success or answer.json()["code"] not in OF_THE_STATE, (act, answer.text)
        if answer.status_code == 201:
            refusal = {"approved": False, "reason": "不同意"}
            await story.client.act(
                f"/cases/v1/proposals/{answer.json()['id']}", "decision", refusal, by=CHIEF
            )
        done.add(str(act))
    return done


JUDGED = "judgement"
WAY: tuple[Act | str, ...] = (
    *(Act.CONCLUDE_INVESTIGATION, Act.SUGGEST, "handoff_served", "handoff_replied", Act.SUSPEND, Act.RESUME),
    *(JUDGED, Act.CONCLUDE_REVIEW, Act.SUE, Act.LODGE, Act.NOTE_COURT_FILING, Act.CHANGE_CLAIMS),
    *(Act.NOTE_JUDGMENT, Act.APPEAL, Act.NOTE_SECOND_INSTANCE, Act.NOTE_FINAL_JUDGMENT, Act.CONCLUDE),
    Act.MAKE_TYPICAL,
)
DAYS = {"handoff_served": "served_on", "handoff_replied": "replied_on"}


async def onward(story: Story, path: str, step: Act | str) -> None:
    """What leads to the next stage: an act of the office, its judgement, or what the agency did."""
    case = await story.client.read(path, PROSECUTOR)
    if step in DAYS:
        await story.hear_of_handoff(case, step, **{DAYS[step]: clock.today(), "manner": "signature"})
        return
    if step == JUDGED:
        noun = f"suggestions/{case['suggestions'][0]['id']}/{JUDGED}"
        said = {"finding": "replied_without_performing", "opinion": "如文"}
        await story.client.act(path, noun, said, by=PROSECUTOR)
        return
    act = Act(step)
    body = BODIES.get(act, {}) | await what_is_needed(story, path, act)
    answer = await story.client.act(path, BY_ACT[act].noun, body, by=PROSECUTOR)
    if act in CHAINED:
        await story.approved(answer)


async def test_an_act_on_a_condition_is_open_where_it_is_shown_so(story: Story) -> None:
    case = await story.case()
    path = f"/cases/v1/cases/{case['id']}"
    assert await shut(story, path, CASE_DOORS) > 30
    assert (await posted(story, path, BY_ACT[Act.ENTRUST_APPRAISAL])).is_success
    seen = await tried(story, path)
    for step in WAY:
        await onward(story, path, step)
        seen |= await tried(story, path)
    assert await shut(story, path, CASE_DOORS) > 40
    assert seen >= {"extend", "receive_appraisal", "notify_court", "withdraw_appeal", "withdraw_typical"}


async def test_no_act_happens_before_its_basis(story: Story) -> None:
    lead, case = await story.lead(), await story.case()
    paths = ((f"/cases/v1/leads/{lead['id']}", LEAD_DOORS), (f"/cases/v1/cases/{case['id']}", CASE_DOORS))
    for path, doors in paths:
        before = await story.client.etag(path, PROSECUTOR)
        for door in doors:
            answer = await posted(story, path, door, before, occurred_on=days_ago(1))
            said = answer.json()
            assert (answer.status_code, said["code"]) == (409, "DateOutOfOrder"), (door.act, answer.text)
            assert said["earliest"] == clock.today().isoformat()
        assert await story.client.etag(path, PROSECUTOR) == before


async def test_an_act_that_a_lead_does_not_show_is_refused(story: Story) -> None:
    lead = await story.assessed()
    assert await shut(story, f"/cases/v1/leads/{lead['id']}", LEAD_DOORS) >= 3
