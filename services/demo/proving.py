"""The end of the walk: what arrived, who sees what, and the evidence of both."""

import base64
from functools import partial
from typing import Any

import orjson

from services.demo.api import Json
from services.demo.people import ADDRESSEE, AT_DISTRICT, AT_PROVINCE, CYBERSPACE, POLICE, STRANGER, officer
from services.demo.story import Story, expect


async def inbox(story: Story) -> None:
    """The district's inbox shows what arrived and what is due, in words."""
    who, asked = AT_DISTRICT["prosecutor"], {"matter": story.case["id"], "settled": True, "limit": 100}
    found = await story.api.get(who, "/notifications/v1/inbox", **asked)
    lines = [f"{line['category']:<9} {line['sentence']}" for line in found["items"][:6]]
    expect(bool(lines), "the district's inbox is empty")
    story.say(who, f"looks into the office's inbox: {len(found['items'])} lines about this case", *lines)


async def who_sees_what(story: Story) -> None:
    """The holder and those above it see the case; a stranger and the agencies do not."""
    expected = {
        AT_DISTRICT["prosecutor"]: 200,
        AT_PROVINCE["chief"]: 200,
        STRANGER: 404,
        officer(POLICE): 404,
    }
    for who, status in expected.items():
        answer = await story.api.call(who, "GET", story.case_path)
        expect(answer.status_code == status, f"{who.title} gets {answer.status_code} for the case")
    for code, kinds in ((POLICE, {"criminal_lead"}), (CYBERSPACE, {"administrative_lead"})):
        mine = await story.api.get(officer(code), "/referrals/v1/handoffs", limit=200)
        seen = {each["kind"] for each in mine["items"]}
        expect(seen == kinds, f"{code} sees handoffs of kind {seen}")
    story.say("Visibility", "holder and superiors read the case; a stranger and the agencies get 404")


async def deliveries(story: Story) -> None:
    """Every webhook of the matter was delivered, in order, with its evidence."""
    total = 0
    for code in (POLICE, CYBERSPACE, ADDRESSEE):
        items = await story.api.until(f"all messages reach {code}", partial(_all_delivered, story, code))
        numbers = sorted(each["number"] for each in items)
        expect(numbers == list(range(1, len(numbers) + 1)), f"the lane of {code} has gaps: {numbers}")
        total += len(numbers)
    story.say("Deliveries", f"all {total} webhooks of this case arrived; each lane is numbered without a gap")


async def _all_delivered(story: Story, code: str) -> list[Json] | None:
    asked = {"matter": story.case["id"], "limit": 200}
    found = await story.api.get(officer(code), "/notifications/v1/deliveries", **asked)
    items: list[Json] = found["items"]
    return items if items and all(each["state"] == "delivered" for each in items) else None


async def receipts(story: Story) -> None:
    """Each answer left a signed receipt that can be checked without any server."""
    who, told = AT_DISTRICT["prosecutor"], []
    for handoff in (*story.handoffs, story.served):
        path = f"/referrals/v1/handoffs/{handoff['id']}/receipts"
        for receipt in (await story.api.call(who, "GET", path)).json():
            behalf = f", on behalf of {receipt['on_behalf_of']}" if receipt["on_behalf_of"] else ""
            how = f"{receipt['proof']:<10} {_algorithm(receipt['token'])}{behalf}"
            told.append(f"{handoff['kind']:<20} {receipt['act']:<12} {how}")
    expect(len(told) >= 8, f"there are only {len(told)} receipts")
    story.say("Receipts", "compact JWS, verifiable offline", *told)


def _algorithm(token: str) -> str:
    header = token.split(".")[0]
    found: str = orjson.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))["alg"]
    return found


NEEDED = {
    "cases.case_opened",
    "cases.custody_moved",
    "cases.reply_judged",
    "referrals.handoff_decided",
    "referrals.handoff_served",
    "referrals.handoff_replied",
    "notifications.message_delivered",
}


async def timeline(story: Story) -> None:
    """Everything that happened, in the order it was recorded, with articles."""
    entries = await _whole_timeline(story)
    shown = [entry for entry in entries if not entry["type"].endswith("standing_changed")]
    lines = [f"{e['occurred_on']}  {e['type']:<34} {e['article']:<48} {e['who']}" for e in shown]
    story.say(AT_DISTRICT["prosecutor"], f"reads the timeline: {len(shown)} entries, as recorded", *lines)
    missing = NEEDED - {entry["type"] for entry in entries}
    expect(not missing, f"the timeline misses {sorted(missing)}")
    expect(all(entry["article"] for entry in entries), "an entry of the timeline cites nothing")


async def _whole_timeline(story: Story) -> list[Json]:
    entries: list[Json] = []
    asked: dict[str, Any] = {"limit": 200}
    while True:
        page = await story.api.get(AT_DISTRICT["prosecutor"], f"{story.case_path}/timeline", **asked)
        entries += page["items"]
        if page["next"] is None:
            return entries
        asked["cursor"] = page["next"]
