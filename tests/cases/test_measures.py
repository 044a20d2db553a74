"""Measures of the investigation: lawful kinds, enough people, documents with all their parts."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.cases.rules.documents import PARTS
from services.cases.rules.investigation import FORBIDDEN, MEASURES
from services.cases.rules.vocabulary import Act
from shared import clock
from tests import given
from tests.cases.story import CHIEF, CLERK, OFFICE, PROSECUTOR, Story, a_filing, a_suggestion, days_ago

Counting = Callable[[], AbstractContextManager[list[str]]]
WANG = {"sub": "wang", "rank": "prosecutor"}
LI = {"sub": "li", "rank": "clerk"}


def parts_for(document: str) -> dict[str, str]:
    """Every part that the document must have."""
    return {part.code: "如文" for part in PARTS if part.document == document and part.required}


def a_measure(kind: str = "question", **more: Any) -> dict[str, Any]:
    """The body of a measure with all that its kind needs."""
    document = next((row.document for row in MEASURES if row.kind == kind), "")
    said = {"kind": kind, "staff": [WANG, LI], "place": "某小区", "result": "已查明"}
    return said | {"parts": parts_for(document)} | more


async def post(story: Story, path: str, body: Any, noun: str = "measures") -> httpx.Response:
    """The answer to an act in the present version of a thing."""
    etag = await story.client.etag(path, PROSECUTOR)
    return await story.client.post(f"{path}/{noun}", body, by=PROSECUTOR, etag=etag)


async def test_each_measure_is_an_act_with_its_own_document_and_article(story: Story) -> None:
    case = await story.case()
    path = f"/cases/v1/cases/{case['id']}"
    own = [row for row in MEASURES if row.act is Act.INVESTIGATE]
    for row in own:
        answer = await post(story, path, a_measure(row.kind))
        assert answer.status_code == 200, answer.text
        done = answer.json()["done"]
        assert (done["document"], done["article"]) == (row.document, str(row.basis))
        assert answer.json()["stage"] == "opened"
    listed = await story.client.read(f"{path}/measures", CHIEF)
    assert [each["content"]["kind"] for each in listed["items"]] == [row.kind for row in own]
    events = await story.app.recorded("act_done", UUID(case["id"]))
    assert [event.body["document"] for event in events] == [row.document for row in own]
    assert events[-1].basis == "R 45"


async def test_who_took_part_by_which_means_and_at_what_cost_is_kept(story: Story) -> None:
    case = await story.case()
    sha256 = await story.document(case["id"])
    said = a_measure(
        "inspect",
        staff=[WANG, LI, {"sub": "zhao", "rank": "technician"}],
        means=["drone", "recorder"],
        present=[
            {"name": "某公证员", "presence": "notary"},
            {"name": "某监督员", "presence": "peoples_supervisor"},
        ],
        engaged=[{"name": "某检测中心", "cost": 12000}],
        document_sha256=sha256,
    )
    answer = await post(story, f"/cases/v1/cases/{case['id']}", said)
    done = answer.json()["done"]
    assert done["document_sha256"] == sha256
    assert {name: done["content"][name] for name in ("means", "engaged")} == {
        "means": ["drone", "recorder"],
        "engaged": [{"name": "某检测中心", "cost": 12000}],
    }
    assert [each["sub"] for each in done["content"]["staff"]] == ["wang", "li", "zhao"]
    assert "某公证员" not in str([event.body for event in await story.app.recorded("act_done")])


REFUSED: tuple[tuple[dict[str, Any], int, str], ...] = (
    *((a_measure(str(row.code)), 409, "MeasureForbidden") for row in FORBIDDEN),
    *((a_measure(row.kind), 409, "OwnActNeeded") for row in MEASURES if row.act is not Act.INVESTIGATE),
    (a_measure(staff=[WANG]), 409, "TwoInvestigatorsNeeded"),
    (a_measure(staff=[WANG, WANG]), 409, "TwoInvestigatorsNeeded"),
    (a_measure(staff=[WANG, {"sub": "zhao", "rank": "technician"}]), 409, "TwoInvestigatorsNeeded"),
    (a_measure(staff=[WANG, {"sub": "qian", "rank": "bailiff"}]), 409, "TwoInvestigatorsNeeded"),
    (a_measure("inspect", staff=[LI, {"sub": "sun", "rank": "assistant"}]), 409, "ProsecutorNeeded"),
    (a_measure("inspect", place=None), 409, "MeasureIncomplete"),
    (a_measure(staff=[WANG, LI | {"office": given.NEIGHBOUR}]), 409, "StaffNotOfCase"),
    (a_measure(parts=parts_for("questioning_record") | {"made_up": "x"}), 422, "PartUnknown"),
    (a_measure(parts={}), 409, "DocumentIncomplete"),
    (a_measure(document_sha256="0" * 64), 409, "DocumentUnknown"),
    (a_measure(occurred_on=days_ago(1)), 409, "DateOutOfOrder"),
    (a_measure(occurred_on=(clock.today() + timedelta(days=1)).isoformat()), 409, "DateOutOfOrder"),
    (a_measure("wiretap"), 422, "Malformed"),
    (a_measure(means=["wiretap"]), 422, "Malformed"),
    (a_measure(staff=[]), 422, "Malformed"),
    (a_measure(result="x" * 10_001), 422, "Malformed"),
)


async def test_what_is_no_lawful_measure_changes_nothing(story: Story) -> None:
    case = await story.case()
    path = f"/cases/v1/cases/{case['id']}"
    before = await story.client.etag(path, PROSECUTOR)
    for body, status, code in REFUSED:
        answer = await post(story, path, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (body, answer.text)
        if code == "MeasureForbidden":
            assert answer.json()["article"] == "R 35"
    assert await story.client.etag(path, PROSECUTOR) == before
    assert (await story.client.read(f"{path}/measures", PROSECUTOR))["items"] == []


async def test_a_called_up_person_takes_part_while_the_leave_lasts_and_a_recused_one_does_not(
    story: Story,
) -> None:
    case = await story.case()
    path, matter = f"/cases/v1/cases/{case['id']}", UUID(case["id"])
    guest = LI | {"office": given.NEIGHBOUR}
    order = {"matter_id": case["id"], "referral_id": str(uuid4()), "mode": "call_up", "issuer": OFFICE}
    order |= {"addressee": given.NEIGHBOUR, "basis_epoch": 0, "moves_custody": False}
    order |= {"grants_scope": "call_up", "issued_on": clock.today().isoformat()}
    await story.app.hear("referrals.referral_issued", matter, order)
    assert (await post(story, path, a_measure(staff=[WANG, guest]))).status_code == 200
    ended = {"matter_id": case["id"], "referral_id": order["referral_id"], "reason": "lifted"}
    await story.app.hear("referrals.referral_ended", matter, ended)
    refused = await post(story, path, a_measure(staff=[WANG, guest]))
    assert refused.json()["code"] == "StaffNotOfCase"
    recusal = {"person": "li", "person_role": "clerk", "decided": "recused", "ground": "亲属"}
    etag = await story.client.etag(path, CHIEF)
    decided = await story.client.post(
        f"/cases/v1/matters/{case['id']}/recusals", recusal, by=CHIEF, etag=etag
    )
    assert decided.status_code == 201, decided.text
    refused = await post(story, path, a_measure())
    assert (refused.json()["code"], refused.json()["staff"]) == ("StaffNotOfCase", "li")


async def test_a_measure_may_be_written_down_after_later_acts_but_is_no_older_than_the_case(
    story: Story,
) -> None:
    case = await story.backdated(10)
    path = f"/cases/v1/cases/{case['id']}"
    done = await post(story, path, a_measure(occurred_on=days_ago(2)))
    assert done.status_code == 200, done.text
    earlier = await post(story, path, a_measure(occurred_on=days_ago(9)))
    assert earlier.status_code == 200, earlier.text
    hearing = {"participants": ["某人"], "opinion": "如文", "occurred_on": days_ago(9)}
    assert (await post(story, path, hearing, "hearing")).json()["code"] == "DateOutOfOrder"
    assert (await post(story, path, a_measure(occurred_on=days_ago(11)))).json()["code"] == "DateOutOfOrder"


async def test_reading_measures_takes_as_many_statements_for_many_as_for_few(
    story: Story, statements: Counting
) -> None:
    case = await story.case()
    path = f"/cases/v1/cases/{case['id']}"
    counts = []
    for more in (1, 5):
        for _ in range(more):
            assert (await post(story, path, a_measure())).status_code == 200
        with statements() as seen:
            listed = await story.client.read(f"{path}/measures", PROSECUTOR, limit=200)
        counts.append(len(seen))
    assert len(listed["items"]) == 6
    assert counts[0] == counts[1] <= 6
    first = await story.client.read(f"{path}/measures", PROSECUTOR, limit=4)
    rest = await story.client.read(f"{path}/measures", PROSECUTOR, limit=4, cursor=first["next"])
    assert [each["id"] for each in (*first["items"], *rest["items"])] == [e["id"] for e in listed["items"]]
    assert (await story.client.get(f"{path}/measures", given.prosecutor(given.NEIGHBOUR))).status_code == 404
    assert (await story.client.get(f"{path}/measures", CLERK)).status_code == 200


def _bodies(document: str, parts: dict[str, str], sha256: str) -> tuple[str, str, dict[str, Any]]:
    """At which kind of thing, at which door and in which body a document with these parts is sent."""
    if document == "inquiry_report":
        return "lead", "preliminary-inquiry", {"parts": parts}
    if document == "investigation_plan":
        return "case", "investigation-plan", {"parts": parts}
    if document == "announcement":
        return "civil", "announcement", {"parts": parts}
    if document == "suggestion":
        return "investigated", "suggestions", a_suggestion(sha256) | {"parts": parts}
    if document == "typical_case":
        return "ended", "typical-case", {"title": "督促保护患者个人信息案", "parts": parts}
    (kind,) = [row.kind for row in MEASURES if row.document == document]
    return "case", "measures", a_measure(kind, parts=parts)


TYPICAL = "typical_case"  # written of an ended case only; its parts are asked for in a test of its own


async def test_every_document_that_has_parts_is_refused_without_any_of_them(story: Story) -> None:
    """Generated from the table of parts; two parts of a suggestion are said apart, by addressee and day."""
    civil = await story.investigated(a_filing(procedure="civil", agency=None))
    investigated, case, lead = await story.investigated(), await story.case(), await story.lead()
    sha256 = await story.document(investigated["id"])
    paths = {"lead": f"/cases/v1/leads/{lead['id']}", "civil": f"/cases/v1/cases/{civil['id']}"}
    ended = await story.investigated()
    said = {"ground": "no_unlawful_act", "reason": "查无违法行为"}
    paths |= {"ended": f"/cases/v1/cases/{ended['id']}"}
    await story.approved(await story.proposed(paths["ended"], "termination", said))
    paths |= {"case": f"/cases/v1/cases/{case['id']}"}
    paths |= {"investigated": f"/cases/v1/cases/{investigated['id']}"}
    before = {name: await story.client.etag(path, PROSECUTOR) for name, path in paths.items()}
    apart = {("suggestion", "agency"), ("suggestion", "rectification_period")}
    tried = 0
    for part in PARTS:
        if not part.required or (part.document, part.code) in apart or part.document == TYPICAL:
            continue
        needed = parts_for(part.document)
        needed = {code: words for code, words in needed.items() if (part.document, code) not in apart}
        for left in ({**needed, part.code: ""}, {c: w for c, w in needed.items() if c != part.code}):
            where, noun, body = _bodies(part.document, left, sha256)
            answer = await post(story, paths[where], body, noun)
            assert not answer.is_success, (part, answer.text)
            if part.code not in left:
                said = answer.json()
                assert (said["code"], said["missing"][0]["part"]) == ("DocumentIncomplete", part.code), said
            tried += 1
    assert tried >= 2 * 25
    assert {name: await story.client.etag(path, PROSECUTOR) for name, path in paths.items()} == before
