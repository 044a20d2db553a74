"""The decision to sue hands the indictment to the registered court; what the court answers moves the case."""

from typing import Any

from tests.given import CITY, DISTRICT, Person
from tests.journeys.dated import Docket
from tests.journeys.test_a_civil_case_is_announced_and_sued import SUIT, announced
from tests.journeys.world import World

HANDOFFS = "/referrals/v1/handoffs"


async def sued(world: World) -> tuple[Docket, str, Person]:
    """A civil case in which suit was decided on 3 March 2025; its handoff, and the court's clerk."""
    clerk = await world.agency("court-hz", "court", CITY)
    case = await announced(world, "2025-01-10")
    await case.does("review-report", "2025-02-24", conclusion="没有适格主体起诉")
    sha256 = await world.document(case.id, b"indictment")
    await case.decides("suit", "2025-03-03", **SUIT, court_code="court-hz", document_sha256=sha256)
    asked = {"matter_id": case.id, "kind": "court_filing"}
    (handoff,) = (await world.read(HANDOFFS, case.prosecutor, **asked))["items"]
    assert (handoff["receiver"], handoff["dispatched_on"]) == ("court-hz", "2025-03-03")
    path = f"{HANDOFFS}/{handoff['id']}"
    package = await world.read(f"{path}/package", clerk)
    assert package["documents"] == [{"sha256": sha256, "paper": "indictment"}]
    return case, path, clerk


async def said(world: World, path: str, clerk: Person, act: str, day: str, **body: Any) -> None:
    """The court says something on that day."""
    await world.act(path, act, body | {"occurred_on": day}, clerk)


async def test_filed_judged_and_appealed_against_by_the_other_side(world: World) -> None:
    case, path, clerk = await sued(world)
    await said(world, path, clerk, "acknowledgement", "2025-03-04")
    assert await case.stage() == "lodged"
    assert await case.due("T22") == ["2025-03-11"]
    await said(world, path, clerk, "decision", "2025-03-10", outcome="filed", number="（示例）民初1号")
    assert await case.stage() == "in_trial"
    acts = [each for each in await case.acts() if each["act"] == "note_court_filing"]
    assert [each["article"] for each in acts] == ["CPL 126"]
    decided = [e for e in await world.timeline(await case.read(), case.prosecutor) if "decided" in e["type"]]
    assert decided[-1]["article"] == "CPL 126"
    await said(world, path, clerk, "reports", "2025-05-06", what="judgment", result="partly_upheld")
    assert await case.stage() == "judged"
    judged = (await case.acts())[-1]
    assert (judged["act"], judged["content"]) == ("note_judgment", {"outcome": "partly_upheld"})
    assert await case.due("T17", "T18") == ["2025-05-09", "2025-05-21"]
    await said(world, path, clerk, "reports", "2025-05-12", what="other_appeal")
    assert await case.stage() == "appealed"
    assert await case.due("T19") == ["2025-05-15"]


async def test_a_judgment_comes_with_its_result_and_nothing_else_does(world: World) -> None:
    case, path, clerk = await sued(world)
    await said(world, path, clerk, "acknowledgement", "2025-03-04")
    await said(world, path, clerk, "decision", "2025-03-10", outcome="filed")
    etag = await world.client.etag(path, clerk)
    wrong: tuple[dict[str, str], ...] = (
        {"what": "judgment"},
        {"what": "judgment", "result": "won"},
        {"what": "ruling", "result": "upheld"},
        {"result": "upheld"},
    )
    for body in wrong:
        refused = await world.client.post(f"{path}/reports", body, by=clerk, etag=etag)
        assert refused.status_code == 422
    assert await case.stage() == "in_trial"


async def test_refused_and_filed_after_it_was_lodged_again(world: World) -> None:
    case, path, clerk = await sued(world)
    await said(world, path, clerk, "acknowledgement", "2025-03-04")
    bare = await world.client.post(
        f"{path}/decision", {"outcome": "refused"}, by=clerk, etag=await world.client.etag(path, clerk)
    )
    assert bare.json()["code"] == "ReasonNeeded"
    await said(world, path, clerk, "decision", "2025-03-10", outcome="refused", reasons="管辖有误")
    assert await case.stage() == "suit_refused"
    assert await case.due("T18r") == ["2025-03-20"]
    await case.does("lodging", "2025-03-12")
    await said(world, path, clerk, "decision", "2025-03-18", outcome="filed")
    assert await case.stage() == "in_trial"
    await said(world, path, clerk, "reports", "2025-05-06", what="ruling")
    assert await case.due("T18r") == ["2025-05-16"]


async def test_nobody_posts_it_and_no_other_kind_of_agency_gets_it(world: World) -> None:
    await world.registered("wxb", "cyberspace", DISTRICT)
    case = await announced(world, "2025-01-10")
    await case.does("review-report", "2025-02-24", conclusion="没有适格主体起诉")
    for code in ("wxb", "nobody"):
        problem = await case.refused("suit", "2025-03-03", **SUIT, court_code=code)
        assert problem["code"] == "CourtUnknown"
    await world.registered("court-hz", "court", CITY)
    seen = await case.read()
    body = {"matter_id": case.id, "kind": "court_filing", "receiver": "court-hz", "title": "起诉书"}
    posted = await world.client.post(HANDOFFS, body | {"basis_epoch": seen["epoch"]}, by=case.prosecutor)
    assert posted.json()["code"] == "KindComesFromAnAct"
