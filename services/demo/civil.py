"""A second matter, civil, from its lead to the archive: announcement, suit, mediation, with every clock."""

from services.demo.api import Json
from services.demo.people import AT_PRIMARY
from services.demo.story import Story, article, expect

WHO = AT_PRIMARY["prosecutor"]
LEAD: Json = {
    "title": "某短视频应用违法处理儿童个人信息",
    "source": "case_work",
    "summary": "办理刑事案件中发现：未取得监护人同意收集儿童个人信息并向他人推送。",
    "harm": "众多不满十四周岁未成年人的个人信息权益受到侵害。",
    "violations": ["31"],
    "kinds": ["whereabouts"],
    "groups": ["children"],
    "minors_under_14": True,
    "persons": 78000,
    "places": ["330110"],
}
ANNOUNCED: Json = {
    "facts": "某公司未经监护人同意处理儿童个人信息。",
    "subjects": "法律规定的机关和有关组织可以就此提起诉讼。",
    "period": "三十日",
    "contact": "余杭区人民检察院公益诉讼检察部门",
    "issuer": "余杭区人民检察院",
}


async def handle(told: Story) -> None:
    """The whole matter, told after the first one."""
    story = Story(told.api, told.receiver)
    story.count = told.count
    for part in (_open, _announce, _sue, _in_court, _close):
        await part(story)
    told.count = story.count


async def _alone(story: Story, day: int, act: str, **body: object) -> Json:
    return await story.api.act(WHO, story.case_path, act, story.dated(day, **body))


async def _approved(story: Story, day: int, act: str, **body: object) -> Json:
    proposal = await _alone(story, day, act, **body)
    return await story.approved(AT_PRIMARY, proposal, day)


async def _open(story: Story) -> None:
    story.lead = await story.api.post(WHO, "/cases/v1/leads", story.dated(0, **LEAD))
    path = f"/cases/v1/leads/{story.lead['id']}"
    opinion = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "线索真实、可查。"}
    await story.api.act(WHO, path, "assessment", story.dated(2, **opinion))
    proposal = await story.api.act(WHO, path, "filing", story.dated(3, procedure="civil"))
    decided = await story.approved(AT_PRIMARY, proposal, 3)
    story.case = await story.api.get(WHO, f"/cases/v1/cases/{decided['result_id']}")
    competence = story.case["competence"]
    story.say(
        WHO,
        f"opens a second case, civil: {story.case['number']} 民事公益诉讼",
        f"competence: {competence['zh']} ({article(competence)}); {competence['remark']}",
    )


async def _announce(story: Story) -> None:
    await _alone(story, 10, "investigation-report", conclusion="存在损害公共利益的违法行为。")
    await _approved(story, 12, "announcement", parts=ANNOUNCED)
    await _alone(story, 13, "publication", medium="检察日报", national=True)
    clocks = [await story.clock(WHO, row) for row in ("T10", "T11")]
    story.say(WHO, "announces it 公告 to the proper subjects (R 91, five parts)", *map(story.told, clocks))


async def _sue(story: Story) -> None:
    await _alone(story, 55, "review-report", conclusion="公告期满，没有适格主体起诉，公益仍受损害。")
    reason = "互联网公益诉讼由互联网法院集中管辖。"
    suit = {"court": "杭州互联网法院", "court_reason": reason, "claims": ["cease", "compensate"]}
    await _approved(story, 56, "suit", **suit)
    clock = await story.clock(WHO, "T11", state="met")
    story.say(WHO, "decides to sue 起诉: nobody else did (R 96)", story.told(clock))
    await _alone(story, 57, "lodging", court_number="（示例）收1号")
    case = await story.api.get(WHO, story.case_path)
    record = {"matter_id": case["id"], "mode": "report_for_record", "addressee": "330100", "occasion": "suit"}
    acts = await story.api.get(WHO, f"/cases/v1/matters/{case['id']}/acts", limit=200)
    record |= {"basis_epoch": case["epoch"], "about": acts["items"][-1]["id"], "occurred_on": story.day(58)}
    await story.api.post(WHO, "/referrals/v1/referrals", record)
    clocks = [await story.clock(WHO, "T15", state="met"), await story.clock(WHO, "T22")]
    story.say(WHO, "serves the indictment on the court and reports it (R 46)", *map(story.told, clocks))


async def _in_court(story: Story) -> None:
    await _alone(story, 60, "court-filing", court_number="（示例）民初1号")
    await _alone(story, 61, "defendant-service")
    await _alone(story, 62, "appearance-notice")
    await _alone(story, 63, "appearance", persons=["检察官甲", "检察官乙"])
    await _alone(story, 66, "trial-record", persons=["检察官甲", "检察官乙"])
    clocks = [await story.clock(WHO, "T16", state="met"), await story.clock(WHO, "T24")]
    story.say(WHO, "appears in court 出庭 (R 49-57)", *map(story.told, clocks))
    await _approved(story, 68, "mediation", terms="停止侵害、赔偿损失、公开赔礼道歉。")
    story.case = await story.api.get(WHO, story.case_path)
    expect(story.case["stage"] == "final", f"after mediation the case is {story.case['stage']}")
    story.say(WHO, "settles before the court 调解; liability is not reduced (R 99)")


async def _close(story: Story) -> None:
    await _approved(story, 72, "closing", conclusion="调解协议已履行完毕。")
    await _alone(story, 74, "archiving", volumes=2)
    acts = await story.api.get(WHO, f"/cases/v1/matters/{story.case['id']}/acts", limit=200)
    lines = [
        f"{a['occurred_on']}  {a['document_name']:<12} {a['act']:<24} {article(a)}" for a in acts["items"]
    ]
    story.say(WHO, f"closes and archives it 归档 (R 106): {len(lines)} acts, each with its document", *lines)
