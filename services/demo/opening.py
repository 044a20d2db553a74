"""From the lead to the case in the district's hands: priority, competence, approval, and three orders."""

from services import local
from services.demo.api import Json
from services.demo.people import (
    ADDRESSEE,
    ADMIN,
    AGENCIES,
    AT_DISTRICT,
    AT_PRIMARY,
    AT_PROVINCE,
    DISTRICT,
    PRIMARY,
    PROVINCE,
    officer,
)
from services.demo.story import Story, article, expect

LEAD: Json = {
    "title": "某健身连锁企业强制采集人脸信息",
    "source": "report",
    "summary": "多家门店以人脸识别为唯一入场方式，未告知、未取得单独同意；会员信息疑似被内部人员出售。",
    "harm": "众多会员的生物识别信息被过度收集，存在泄露风险。",
    "processors": [{"name": "杭州某健身管理有限公司", "registered_place": "330110"}],
    "violations": ["26", "29"],
    "kinds": ["biometric"],
    "sector": "consumption",
    "places": ["330110", "330106"],
    "persons": 96000,
}
ENDPOINTS = "/notifications/v1/endpoints"
DECISION = "立案决定书\n（示例文书，不含个人信息）\n".encode()


async def prepare(story: Story) -> None:
    """The agencies are registered with their keys and duties, and each has an endpoint."""
    api = story.api
    duties = await api.get(ADMIN, "/referrals/v1/duties", limit=200)
    known = {duty["agency"] for duty in duties["items"]}
    for code, (kind, name, division, lead, basis) in AGENCIES.items():
        agency = {"code": code, "kind": kind, "name": name, "division": division}
        await api.post(ADMIN, "/referrals/v1/agencies", agency)
        jwk = local.agency_key(local.folder(), code).as_dict(private=False)
        await api.post(ADMIN, f"/referrals/v1/agencies/{code}/keys", {"jwk": jwk})
        if code not in known:
            duty = {"agency": code, "kind": lead, "place": division, "basis": basis}
            await api.post(ADMIN, "/referrals/v1/duties", duty | {"valid_from": "2021-11-01"})
    told = [f"{code}  {name}  ({kind})" for code, (kind, name, *_) in AGENCIES.items()]
    story.say(ADMIN, "registers agencies, their public keys, and what each is competent for", *told)
    for code in AGENCIES:
        await _endpoint(story, code)
    story.say(
        "The agencies", f"have an endpoint each at {story.receiver}", "each answered a signed challenge"
    )


async def _endpoint(story: Story, code: str) -> None:
    """The agency's one endpoint at the receiver, active; without a known receiver, the one it has."""
    who = officer(code)
    mine = await _endpoints(story, code)
    url = f"{story.receiver}/hooks/{code}" if story.receiver else mine[0]["url"] if mine else None
    expect(url is not None, "no sample receiver is known: start `make run`, or name one with --receiver")
    for each in mine:
        if each["url"] != url:
            why = {"reason": "its address has changed"}
            await story.api.act(who, f"{ENDPOINTS}/{each['id']}", "disabling", why)
    same = [each for each in mine if each["url"] == url]
    body = {"url": url, "purpose": "case coordination"}
    endpoint = same[0] if same else await story.api.post(who, ENDPOINTS, body)
    path = f"{ENDPOINTS}/{endpoint['id']}"
    await story.api.until_in(who, path, what=f"{code} answers the challenge at {url}", state="active")
    story.receiver = str(url).removesuffix(f"/hooks/{code}")


async def _endpoints(story: Story, code: str) -> list[Json]:
    """The agency's endpoints. Its key reaches the other services by an event, a moment later."""

    async def known_everywhere() -> list[Json] | None:
        if not (await story.api.call(officer(code), "GET", "/cases/v1/cases")).is_success:
            return None
        answer = await story.api.call(officer(code), "GET", ENDPOINTS, params={"limit": 200})
        return answer.json()["items"] if answer.is_success else None

    found = await story.api.until(f"{code} is known to every service", known_everywhere)
    return [each for each in found if each["state"] != "disabled"]


async def register(story: Story) -> None:
    """A lead arrives at a primary-level office; its priority comes with reasons."""
    who = AT_PRIMARY["prosecutor"]
    story.lead = await story.api.post(who, "/cases/v1/leads", story.dated(0, **LEAD))
    reasons = []
    for focus in story.lead["priority"]:
        reasons.append(f"{focus['code']:<9} {focus['zh']} ({article(focus)})")
        reasons += [f"          {focus['note']}"] if focus["note"] else []
    story.say(
        who, f"registers lead 线索 {story.lead['number']} (R 24, 25); priority, with reasons:", *reasons
    )
    codes = {focus["code"] for focus in story.lead["priority"]}
    expect(codes == {"over_10k", "sector", "sensitive"}, f"the priority of the lead is {sorted(codes)}")


async def assess_and_open(story: Story) -> None:
    """It is assessed, found within competence, and opened with the chief's approval."""
    api, who, path = story.api, AT_PRIMARY["prosecutor"], f"/cases/v1/leads/{story.lead['id']}"
    opinion = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "线索真实、可查。"}
    await api.act(who, path, "assessment", story.dated(2, **opinion))
    story.say(who, "assesses it: likely true, can be checked; a case should be opened (R 27)")
    document = await api.upload(
        who, f"/cases/v1/matters/{story.lead['id']}/documents", DECISION, "立案决定书.txt", "text/plain"
    )
    filing = {"procedure": "administrative", "agency": ADDRESSEE, "document_sha256": document["sha256"]}
    proposal = await api.act(who, path, "filing", story.dated(3, **filing))
    decided = await story.approved(AT_PRIMARY, proposal, 3)
    story.case = await api.get(who, f"/cases/v1/cases/{decided['result_id']}")
    competence = story.case["competence"]
    story.say(
        "Yuhang",
        f"opens case 案件 {story.case['number']} (立案): proposed, reviewed by the head, approved (R 7, 30)",
        f"competence: {competence['verdict']}, {competence['zh']} ({article(competence)})",
    )


async def serve_decision(story: Story) -> None:
    """The opening decision goes to the agency by itself; its service is proved (T4)."""
    clerk = AT_PRIMARY["prosecutor"]
    handoff = await story.handoff(clerk, "filing_decision")
    body = {"manner": "signature", "occurred_on": story.day(4)}
    await story.api.act(clerk, f"/referrals/v1/handoffs/{handoff['id']}", "service", body)
    clock = await story.clock(clerk, "T4", state="met")
    story.say(clerk, f"proves service of the opening decision on {ADDRESSEE} (R 70)", story.told(clock))


async def take_up(story: Story) -> None:
    """The province takes the case up: custody moves at once."""
    who = AT_PROVINCE["chief"]
    order = await _order(story, "take_up", PROVINCE, 5, "浙检公提〔示例〕1号")
    await story.api.until_in(who, _referral(order), what="the take-up is in force", stage="in_force")
    story.case = await story.api.get(who, story.case_path)
    expect(story.case["office"] == PROVINCE and story.case["epoch"] == 1, "the case is not with the province")
    story.say(who, f"takes the case up 提办 ({order['basis']})", "custody is the province's at once, epoch 1")


async def assign(story: Story) -> None:
    """The province assigns it to a district: custody moves at the district's receipt."""
    who, clerk = AT_PROVINCE["chief"], AT_DISTRICT["clerk"]
    order = await _order(story, "assign", DISTRICT, 6, "浙检公交〔示例〕2号")
    story.say(who, f"assigns it to Xihu 交办 ({order['basis']})", "nothing moves before Xihu signs")
    received = await story.api.act(clerk, _referral(order), "receipt", {"occurred_on": story.day(7)})
    await story.api.until_in(who, _referral(order), what="the assignment is in force", stage="in_force")
    prosecutor = AT_DISTRICT["prosecutor"]
    story.case = await story.api.until_in(prosecutor, story.case_path, what="Xihu holds it", epoch=2)
    gone = await story.api.call(AT_PRIMARY["prosecutor"], "GET", story.case_path)
    expect(gone.status_code == 404, "the former holder still reads the case")
    story.say(
        clerk,
        f"signs for it 签收 on {received['received_on']}",
        f"custody moved: {PROVINCE} -> {DISTRICT}, epoch 2; {PRIMARY} no longer sees the case",
    )


async def supervise(story: Story) -> None:
    """The province supervises it, with a report on a set day."""
    who = AT_PROVINCE["chief"]
    more = {"milestones": [story.day(50)], "instruction": "按期书面报告办理进展。"}
    order = await _order(story, "supervise", DISTRICT, 8, "浙检公督〔示例〕3号", **more)
    await story.api.act(AT_DISTRICT["clerk"], _referral(order), "receipt", {"occurred_on": story.day(8)})
    story.supervision = await story.api.until_in(
        who, _referral(order), what="the supervision is in force", stage="in_force"
    )
    story.say(who, f"supervises it 督办 ({order['basis']})", f"a report is due on {story.day(50)}")


async def _order(story: Story, mode: str, addressee: str, day: int, number: str, **more: object) -> Json:
    who = AT_PROVINCE["chief"]
    case = await story.api.get(who, story.case_path)
    body: Json = {
        "matter_id": case["id"],
        "mode": mode,
        "addressee": addressee,
        "basis_epoch": case["epoch"],
        "decision": {"number": number, "decided_on": story.day(day)},
        "occurred_on": story.day(day),
    }
    return await story.api.post(who, "/referrals/v1/referrals", body | more)


def _referral(order: Json) -> str:
    return f"/referrals/v1/referrals/{order['id']}"
