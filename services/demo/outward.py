"""From the district outward: two leads to agencies, a suggestion, its service, its reply, the judgement."""

from services.demo.api import Json
from services.demo.people import (
    ADDRESSEE,
    AT_DISTRICT,
    AT_PROVINCE,
    CITY,
    CYBERSPACE,
    DISTRICT,
    POLICE,
)
from services.demo.story import Story, expect

LIST = "移送线索材料清单\n1. 线索情况说明\n2. 初步调查报告\n（示例文书，不含个人信息）\n".encode()
LETTER = "检察建议书\n（示例文书，不含个人信息）\n".encode()
DECISION = "终结案件决定书\n（示例文书，不含个人信息）\n".encode()
SCAN = "关于检察建议的书面回复（扫描件）\n（示例文书，不含个人信息）\n".encode()
PARTS = {
    "case_source": "群众举报，经省院提办后交办。",
    "harm": "众多消费者的人脸信息被强制采集。",
    "failure": "贵单位未依法对辖区健身场所处理人脸信息的行为履行监督管理职责。",
    "legal_basis": "个人信息保护法第二十六条、第二十九条、第六十条。",
    "content": "依法督促相关经营者整改，并开展专项检查。",
}


async def _upload(story: Story, content: bytes, name: str) -> Json:
    path = f"/cases/v1/matters/{story.case['id']}/documents"
    return await story.api.upload(AT_DISTRICT["prosecutor"], path, content, name, "text/plain")


async def file_list(story: Story) -> None:
    """A document is filed; `referrals` knows it by its hash, never its content."""
    story.list = await _upload(story, LIST, "材料清单.txt")
    digest = story.list["sha256"]
    story.say(AT_DISTRICT["prosecutor"], f"files the list of materials, SHA-256 {digest[:16]}…")


async def hand_over_to_police(story: Story) -> None:
    """A criminal lead goes to public security, chosen by the duty register."""
    await _hand_over(story, "criminal_lead", POLICE, "侵犯公民个人信息涉嫌犯罪线索")


async def hand_over_to_cyberspace(story: Story) -> None:
    """An administrative lead goes to the cyberspace administration, chosen by the duty register."""
    await _hand_over(story, "administrative_lead", CYBERSPACE, "违法处理人脸信息线索")


async def _hand_over(story: Story, kind: str, expected: str, title: str) -> None:
    who, facts = AT_DISTRICT["prosecutor"], {"kind": kind, "sector": "consumption", "place": DISTRICT}
    proposed = await story.api.post(who, "/referrals/v1/routing", facts)
    named = [each["agency"] for each in proposed["candidates"]]
    expect(expected in named, f"the duty register proposes {named or 'nobody'} for {kind}")
    chosen = proposed["candidates"][named.index(expected)]
    case = await story.api.get(who, story.case_path)
    body = facts | {
        "matter_id": case["id"],
        "basis_epoch": case["epoch"],
        "receiver": expected,
        "title": title,
        "summary": "详见随附材料。",
        "documents": [{"sha256": story.list["sha256"], "paper": "list_of_materials"}],
        "occurred_on": story.day(9),
    }
    if named[0] != expected:  # somebody entered duties of their own
        body["routing_reason"] = f"示例：由 {expected} 办理"
    handoff = await story.api.post(who, "/referrals/v1/handoffs", body)
    reasons = "; ".join(reason["en"] for reason in chosen["reasons"])
    story.say(
        who,
        f"hands {kind} {handoff['number']} to {expected} ({handoff['basis']})",
        f"the duty register {'proposed' if named[0] == expected else 'names'} it: {reasons}",
        "a signed webhook goes out: identifiers only, no content",
    )
    done = await story.api.until_in(
        who, f"/referrals/v1/handoffs/{handoff['id']}", what=f"{expected} decides", stage="decided"
    )
    expect(done["delivered_at"] is not None, "the webhook was not recorded as delivered")
    story.say(
        f"{expected} (by its own system)",
        "verified the signature, read the preview, acknowledged, accepted, fetched the package and",
        "the document by ticket, checked its SHA-256, and decided:",
        f"{done['outcome']}, its own number {done['counterpart_number']}",
    )
    story.handoffs.append(done)


async def suggest(story: Story) -> None:
    """A suggestion is proposed, reviewed, approved; its handoff follows by itself."""
    who, letter = AT_DISTRICT["prosecutor"], await _upload(story, LETTER, "检察建议书.txt")
    body = {"agency": ADDRESSEE, "pace": "ordinary", "rectify_by": story.day(73), "parts": PARTS}
    body |= {"document_sha256": letter["sha256"]}
    report = story.dated(10, conclusion="公共利益受到侵害，监管职责未依法履行。")
    await story.api.act(who, story.case_path, "investigation-report", report)
    proposal = await story.api.act(who, story.case_path, "suggestions", story.dated(10, **body))
    await story.approved(AT_DISTRICT, proposal, 10)
    story.case = await story.api.get(who, story.case_path)
    story.suggestion = story.case["suggestions"][0]
    clock = await story.clock(who, "T5")
    number = story.suggestion["number"]
    story.say(
        who, f"makes suggestion 检察建议 {number} to {ADDRESSEE} (R 75, eight parts)", story.told(clock)
    )


async def serve(story: Story) -> None:
    """It is served with proof, days ago: the periods run from the day of service."""
    who = AT_DISTRICT["prosecutor"]
    story.served = await story.handoff(who, "suggestion")
    path = f"/referrals/v1/handoffs/{story.served['id']}"
    await story.api.act(who, path, "service", {"manner": "signature", "occurred_on": story.day(11)})
    clocks = [
        await story.clock(who, "T5", state="met"),
        await story.clock(who, "T6"),
        await story.clock(who, "T7"),
    ]
    story.say(who, f"proves its service 送达回证 on {story.day(11)} (R 76)", *map(story.told, clocks))


async def report_for_record(story: Story) -> None:
    """The suggestion is reported to the next superior for record (T6)."""
    who = AT_DISTRICT["prosecutor"]
    case = await story.api.get(who, story.case_path)
    body = {"matter_id": case["id"], "mode": "report_for_record", "addressee": CITY, "occasion": "suggestion"}
    body |= {"basis_epoch": case["epoch"], "about": story.suggestion["id"], "occurred_on": story.day(13)}
    await story.api.post(who, "/referrals/v1/referrals", body)
    clock = await story.clock(who, "T6", state="met")
    story.say(who, "reports it to the next superior for record 备案 (R 75, SUG 21)", story.told(clock))


async def reply_on_paper(story: Story) -> None:
    """The agency answered on paper; the office records the reply on its behalf, for ever told apart."""
    who, scan = AT_DISTRICT["prosecutor"], await _upload(story, SCAN, "回复函扫描件.txt")
    body = {
        "on_behalf_of": ADDRESSEE,
        "manner": "paper",
        "number": "余网信函〔示例〕5号",
        "text": "已责令全部门店停止强制采集，并删除已采集的人脸信息。",
        "document_sha256": scan["sha256"],
        "occurred_on": story.day(60),
    }
    path = f"/referrals/v1/handoffs/{story.served['id']}"
    await story.api.act(who, path, "reply", body)
    clock = await story.clock(who, "T7", state="met")
    story.say(who, f"records the paper reply of {story.day(60)} on behalf of {ADDRESSEE}", story.told(clock))


async def judge(story: Story) -> None:
    """The reply is judged."""
    who = AT_DISTRICT["prosecutor"]
    act = f"suggestions/{story.suggestion['id']}/judgement"
    opinion = "经跟进调查，整改已全部落实。"
    await story.api.act(who, story.case_path, act, story.dated(70, finding="performed", opinion=opinion))
    await story.api.until_in(
        who,
        f"/referrals/v1/handoffs/{story.served['id']}",
        what="the handoff is concluded",
        stage="concluded",
    )
    story.say(who, "judges the reply after follow-up: performed (R 77, R 82)", "the handoff is concluded")


async def report_to_superior(story: Story) -> None:
    """The report under the supervision is made, and the supervision lifted."""
    path = f"/referrals/v1/referrals/{story.supervision['id']}"
    report = {"summary": "检察建议已获采纳，整改完成。", "occurred_on": story.day(70)}
    await story.api.act(AT_DISTRICT["prosecutor"], path, "reports", report)
    story.say(AT_DISTRICT["prosecutor"], "reports to the province under the supervision 督办")
    lifting = {"reason": "办理完毕。", "occurred_on": story.day(72)}
    await story.api.act(AT_PROVINCE["chief"], path, "lifting", lifting)
    story.say(AT_PROVINCE["chief"], "lifts the supervision")


async def end(story: Story) -> None:
    """The review ends with a report, the case is terminated, the agency is told, the file is archived."""
    who = AT_DISTRICT["prosecutor"]
    report = story.dated(72, conclusion="行政机关已依法全面履职。")
    await story.api.act(who, story.case_path, "review-report", report)
    document = await _upload(story, DECISION, "终结案件决定书.txt")
    ending = {"ground": "fully_rectified", "reason": "已全面整改。", "document_sha256": document["sha256"]}
    proposal = await story.api.act(who, story.case_path, "termination", story.dated(73, **ending))
    await story.approved(AT_DISTRICT, proposal, 73)
    clock = await story.clock(who, "T9", state="met")
    story.say(
        who, "terminates the case 终结案件 after the report of its review (R 74, 79)", story.told(clock)
    )
    told = await story.handoff(who, "termination_decision")
    served = {"manner": "signature", "occurred_on": story.day(74)}
    await story.api.act(who, f"/referrals/v1/handoffs/{told['id']}", "service", served)
    clock = await story.clock(who, "I7", state="met")
    await story.api.act(who, story.case_path, "archiving", story.dated(75, volumes=1))
    story.say(
        who, f"serves the decision on {ADDRESSEE} and archives the file 归档 (R 106)", story.told(clock)
    )
