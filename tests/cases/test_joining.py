"""Several agencies for one harm, one agency with several wrongs (R 69): splitting and joining leads."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared import clock
from shared.standing import standing_of
from tests import given
from tests.cases.story import CHIEF, HEAD, OFFICE, PROSECUTOR, Story, a_suggestion, types
from tests.concurrency.pressing import at_once, told, whole
from tests.given import Person

LEADS = "/cases/v1/leads"
PROVINCE = given.PROVINCE
WANG, HEAD_ABOVE, CHIEF_ABOVE = (
    given.prosecutor(PROVINCE),
    given.department_head(PROVINCE),
    given.chief(PROVINCE),
)
PARTS = (
    {"title": "杭州部分", "places": ["330100"], "addressee": given.CITY, "mode": "assign"},
    {"title": "宁波部分", "places": ["330200"], "addressee": given.OTHER_CITY, "mode": "assign"},
    {
        "title": "余杭部分",
        "places": [OFFICE],
        "addressee": OFFICE,
        "mode": "designate",
        "sector": "education",
    },
)


def splitting(*parts: dict[str, Any]) -> dict[str, Any]:
    """The body of a proposal to split."""
    return {"parts_of_lead": list(parts or PARTS), "reason": "涉及多个行政机关"}


async def reviewed(story: Story, lead: dict[str, Any], act: str, body: Any, by: Person = PROSECUTOR) -> str:
    """The path of a proposal that waits for the chief."""
    proposal = await story.proposed(f"{LEADS}/{lead['id']}", act, body, by=by)
    head = HEAD if by is PROSECUTOR else HEAD_ABOVE
    await story.reviewed(proposal, by=head)
    return f"/cases/v1/proposals/{proposal['id']}"


async def done(story: Story, lead: dict[str, Any], act: str, body: Any, by: Person = PROSECUTOR) -> Any:
    """The proposal, approved."""
    path = await reviewed(story, lead, act, body, by)
    chief = CHIEF if by is PROSECUTOR else CHIEF_ABOVE
    return await story.client.act(path, "decision", {"approved": True}, by=chief)


async def joining(story: Story, lead: dict[str, Any], into: str) -> httpx.Response:
    """The answer to a proposal to join."""
    path = f"{LEADS}/{lead['id']}"
    body = {"into": into, "reason": "同一行政机关的同类违法行为"}
    etag = await story.client.etag(path, PROSECUTOR)
    return await story.client.post(f"{path}/joining", body, by=PROSECUTOR, etag=etag)


async def recuse(story: Story, matter: dict[str, Any], person: str, office: str = OFFICE) -> None:
    """That person is recused from the matter."""
    said = {"person": person, "person_role": "prosecutor", "ground": "近亲属", "decided": "recused"}
    path = f"/cases/v1/matters/{matter['id']}/recusals"
    etag = f'"{matter["etag"]}"'
    answer = await story.client.post(path, said, by=given.chief(office), etag=etag)
    assert answer.status_code == 201, answer.text


async def test_a_provincial_lead_is_split_to_three_offices(story: Story) -> None:
    whole_ = await story.lead(
        by=WANG, kinds=["biometric"], persons=50_000, major=True, inquiry_needed=True, insider=True,
        records_by_kind=[{"kind": "credit", "count": 25}], harm="多地业主信息被收集",
    )  # fmt: skip
    await done(story, whole_, "splitting", splitting(), by=WANG)
    (said,) = await story.app.recorded("lead_split", UUID(whole_["id"]))
    announced = [(each["addressee"], each["mode"]) for each in said.body["parts"]]
    assert announced == [(part["addressee"], part["mode"]) for part in PARTS]
    assert said.basis == "R 69"
    parts = [await story.client.read(f"{LEADS}/{each['lead_id']}", WANG) for each in said.body["parts"]]
    year = clock.today().year
    assert [each["number"] for each in parts] == [f"{PROVINCE}-L-{year}-{n:05d}" for n in (2, 3, 4)]
    for each, meant in zip(parts, PARTS, strict=True):
        assert (each["title"], each["place"]) == (meant["title"], meant["places"][0])
        assert (each["stage"], each["office"], each["epoch"]) == ("registered", PROVINCE, 0)
        assert (each["split_from"], each["harm"]) == (whole_["id"], "多地业主信息被收集")
        assert (each["focuses"], each["persons"]) == (whole_["focuses"], 50_000)
        assert [flag["code"] for flag in each["flags"]] == ["crime"]
        assert (each["major"], each["inquiry_needed"]) == (True, False)
        assert await types(story.app, each["id"]) == ["lead_registered", "clock_started", "matters_linked"]
    assert [each["sector"] for each in parts] == [None, None, "education"]
    ended = await story.client.read(f"{LEADS}/{whole_['id']}", WANG)
    assert (ended["stage"], ended["open_acts"]) == ("split", [])
    linked = (await story.client.read(f"/cases/v1/matters/{whole_['id']}/links", WANG))["items"]
    assert [(each["kind"], each["begins"]) for each in linked] == [("split", True)] * 3
    assert [each["other_number"] for each in linked] == [each["number"] for each in parts]
    states = [each.type for each in await story.app.recorded(about=UUID(whole_["id"]))]
    assert states.count("cases.clock_met") == 1  # the assessment, I1
    assert states.count("cases.clock_ended") == 1  # the inquiry; the record of a major lead is still owed
    assert (await story.lead(by=WANG))["number"].endswith("00005")


async def test_recusals_and_grants_go_with_the_parts(story: Story) -> None:
    lead = await story.lead()
    order = {
        "matter_id": lead["id"], "referral_id": str(uuid4()), "mode": "supervise", "issuer": given.CITY,
        "addressee": OFFICE, "basis_epoch": 0, "moves_custody": False, "grants_scope": "supervision",
        "issued_on": clock.today().isoformat(),
    }  # fmt: skip
    await story.app.hear("referrals.referral_issued", UUID(lead["id"]), order)
    await recuse(story, lead, "prosecutor-b")
    await done(story, lead, "splitting", splitting({"title": "甲"}, {"title": "乙"}))
    (said,) = await story.app.recorded("lead_split")
    async with story.app.reading() as session:
        before = await standing_of(session, UUID(lead["id"]))
        for each in said.body["parts"]:
            part = await standing_of(session, UUID(each["lead_id"]))
            assert part
            assert before
            assert (part.grants, part.recused) == (before.grants, ("prosecutor-b",))
            assert len(part.grants) == 1
    for each in said.body["parts"]:
        kept_out = given.prosecutor(OFFICE, sub="prosecutor-b")
        assert (await story.client.get(f"{LEADS}/{each['lead_id']}", kept_out)).status_code == 404
    ended = {"matter_id": lead["id"], "referral_id": order["referral_id"], "reason": "lifted"}
    await story.app.hear("referrals.referral_ended", UUID(lead["id"]), ended)
    async with story.app.reading() as session:
        for each in said.body["parts"]:
            part = await standing_of(session, UUID(each["lead_id"]))
            assert part
            assert part.grants == ()


@pytest.mark.parametrize(
    ("addressee", "mode"),
    [
        (given.CITY, None),
        (None, "assign"),
        ("999999", "assign"),
        (OFFICE, "assign"),
        (given.CITY, "supervise"),
        (given.CITY, "report_for_record"),
    ],
)
async def test_a_part_goes_to_another_office_by_an_order_that_moves_it_or_stays(
    story: Story, addressee: str | None, mode: str | None
) -> None:
    lead = await story.lead()
    path = f"{LEADS}/{lead['id']}"
    body = splitting({"title": "甲"}, {"title": "乙", "addressee": addressee, "mode": mode})
    etag = await story.client.etag(path, PROSECUTOR)
    answer = await story.client.post(f"{path}/splitting", body, by=PROSECUTOR, etag=etag)
    assert (answer.status_code, answer.json()["code"]) == (409, "PartDoesNotGo")
    one = await story.client.post(f"{path}/splitting", splitting({"title": "甲"}), by=PROSECUTOR, etag=etag)
    assert one.status_code == 422


async def test_both_approvals_of_one_split_at_once_split_it_once(story: Story) -> None:
    lead = await story.lead()
    path = await reviewed(story, lead, "splitting", splitting({"title": "甲"}, {"title": "乙"}))
    etag = await story.client.etag(path, CHIEF)
    chiefs = (CHIEF, given.chief(OFFICE, sub="deputy"))
    answers = await at_once(
        *(
            story.client.post(f"{path}/decision", {"approved": True}, by=by, etag=etag)
            for by in (*chiefs, *chiefs)
        )
    )
    assert told(answers) == {"200": 1, "ChangedMeanwhile": 3}
    assert len(await story.app.recorded("lead_split")) == 1
    found = (await story.client.read(LEADS, PROSECUTOR))["items"]
    assert sorted(each["number"][-5:] for each in found) == ["00001", "00002", "00003"]
    await whole(story.app.frame)


async def test_a_split_that_is_refused_makes_nothing(story: Story) -> None:
    lead = await story.lead()
    path = await reviewed(story, lead, "splitting", splitting({"title": "甲"}, {"title": "乙"}))
    await story.client.act(path, "decision", {"approved": False, "reason": "无需分案"}, by=CHIEF)
    assert [each["id"] for each in (await story.client.read(LEADS, PROSECUTOR))["items"]] == [lead["id"]]
    assert (await story.lead())["number"].endswith("00002")


async def test_a_lead_is_joined_with_another_lead(story: Story) -> None:
    one, two = await story.lead(inquiry_needed=True), await story.lead()
    body = {"into": two["id"], "reason": "同一行政机关的同类违法行为"}
    proposal = await done(story, one, "joining", body)
    assert proposal["result_id"] == two["id"]
    joined = await story.client.read(f"{LEADS}/{one['id']}", PROSECUTOR)
    assert (joined["stage"], joined["case_id"]) == ("merged", None)
    (said,) = await story.app.recorded("lead_joined", UUID(two["id"]))
    assert (said.body["lead_id"], said.basis) == (one["id"], "R 69")
    (link,) = (await story.client.read(f"/cases/v1/matters/{two['id']}/links", PROSECUTOR))["items"]
    assert (link["kind"], link["begins"], link["other_number"]) == ("merged", False, one["number"])
    ended = [each.body["row"] for each in await story.app.recorded("clock_ended", UUID(one["id"]))]
    assert ended == ["I9"]


async def test_a_lead_joins_a_case_before_the_suggestion_goes_out_and_not_afterwards(story: Story) -> None:
    case = await story.investigated()
    first, second = await story.lead(), await story.lead()
    assert (await joining(story, first, case["id"])).status_code == 201
    proposal = (await story.client.read("/cases/v1/proposals", PROSECUTOR, matter_id=first["id"]))["items"][0]
    await story.approved(proposal)
    assert (await story.client.read(f"{LEADS}/{first['id']}", PROSECUTOR))["case_id"] == case["id"]
    assert [each.body["lead_id"] for each in await story.app.recorded("lead_joined", UUID(case["id"]))] == [
        first["id"]
    ]
    path = await reviewed(story, second, "joining", {"into": case["id"], "reason": "同类"})
    sha256 = await story.document(case["id"])
    await story.approved(
        await story.proposed(f"/cases/v1/cases/{case['id']}", "suggestions", a_suggestion(sha256))
    )
    etag = await story.client.etag(path, CHIEF)
    late = await story.client.post(f"{path}/decision", {"approved": True}, by=CHIEF, etag=etag)
    assert (late.status_code, late.json()["code"]) == (409, "LeadsDoNotJoin")
    assert late.json()["stage"] == "suggestion_made"
    assert (await story.client.read(f"{LEADS}/{second['id']}", PROSECUTOR))["stage"] == "registered"
    third = await joining(story, await story.lead(), case["id"])
    assert third.json()["code"] == "LeadsDoNotJoin"


async def test_what_one_may_not_see_cannot_be_joined_and_is_not_told_apart(story: Story) -> None:
    lead = await story.lead()
    theirs = await story.lead(by=given.prosecutor(given.NEIGHBOUR))
    above = PROSECUTOR.cleared(3)
    secret = await story.lead(by=above, classification=3)
    answers = [await joining(story, lead, into) for into in (theirs["id"], secret["id"], str(uuid4()))]
    for each in answers:
        assert (each.status_code, each.json()["code"]) == (409, "LeadsDoNotJoin")
        assert "stage" not in each.json()
    assert (await joining(story, lead, lead["id"])).json()["code"] == "LeadsDoNotJoin"


async def test_who_is_recused_from_a_lead_is_from_what_it_joins(story: Story) -> None:
    case, lead = await story.case(), await story.lead()
    await recuse(story, lead, "prosecutor-b")
    kept_out = given.prosecutor(OFFICE, sub="prosecutor-b")
    assert (await story.client.get(f"/cases/v1/cases/{case['id']}", kept_out)).status_code == 200
    await done(story, lead, "joining", {"into": case["id"], "reason": "同类"})
    for path in (f"/cases/v1/cases/{case['id']}", f"{LEADS}/{case['lead_id']}"):
        assert (await story.client.get(path, kept_out)).status_code == 404
    await recuse(story, await story.read_case(case["id"]), "prosecutor-c")
    later = given.prosecutor(OFFICE, sub="prosecutor-c")
    assert (await story.client.get(f"{LEADS}/{lead['id']}", later)).status_code == 404


async def test_two_leads_joined_with_each_other_at_once_leave_one_open(story: Story) -> None:
    one, two = await story.lead(), await story.lead()
    ways = ((one, two), (two, one))
    paths = [
        await reviewed(story, here, "joining", {"into": there["id"], "reason": "同类"})
        for here, there in ways
    ]
    etags = [await story.client.etag(path, CHIEF) for path in paths]
    answers = await at_once(
        *(
            story.client.post(f"{path}/decision", {"approved": True}, by=CHIEF, etag=etag)
            for path, etag in zip(paths, etags, strict=True)
        )
    )
    assert told(answers) == {"200": 1, "LeadsDoNotJoin": 1}
    found = (await story.client.read(LEADS, PROSECUTOR))["items"]
    assert sorted(each["stage"] for each in found) == ["merged", "registered"]
    await whole(story.app.frame)
