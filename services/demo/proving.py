"""The end of the walk: what arrived, who sees what, and the evidence of both."""

import base64

import orjson

from services.demo.people import ADDRESSEE, AT_DISTRICT, AT_PROVINCE, CYBERSPACE, POLICE, STRANGER, officer
from services.demo.story import Story, expect


async def inbox(story: Story) -> None:
    """The district's inbox shows what arrived and what is due, in words."""
    who = AT_DISTRICT["prosecutor"]
    found = await story.api.get(
        who, "/notifications/v1/inbox", matter=story.case["id"], settled=True, limit=100
    )
    lines = [f"{line['category']:<9} {line['sentence']}" for line in found["items"][:6]]
    expect(bool(lines), "the district's inbox is empty")
    story.say(
        who,
        f"looks into the office's inbox: {len(found['items'])} lines about this case, newest first",
        *lines,
    )


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
    for code in (POLICE, CYBERSPACE, ADDRESSEE):
        who = officer(code)

        async def all_delivered(who=who) -> list | None:  # type: ignore[no-untyped-def, type-arg]
            found = await story.api.get(
                who, "/notifications/v1/deliveries", matter=story.case["id"], limit=200
            )
            done = all(each["state"] == "delivered" for each in found["items"])
            return found["items"] if done and found["items"] else None

        items = await story.api.until(f"every delivery to {code} has arrived", all_delivered)
        numbers = sorted(each["number"] for each in items)
        expect(numbers == list(range(1, len(numbers) + 1)), f"the lane of {code} has gaps: {numbers}")
    story.say("Deliveries", "every webhook arrived; each lane is numbered without a gap")


async def receipts(story: Story) -> None:
    """Each answer left a signed receipt that can be checked without any server."""
    who = AT_DISTRICT["prosecutor"]
    told = []
    for handoff in (*story.handoffs, story.served):
        for receipt in await story.api.get(who, f"/referrals/v1/handoffs/{handoff['id']}/receipts"):  # type: ignore[call-overload]
            header = receipt["token"].split(".")[0]
            algorithm = orjson.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))["alg"]
            behalf = f", on behalf of {receipt['on_behalf_of']}" if receipt["on_behalf_of"] else ""
            told.append(
                f"{handoff['kind']:<20} {receipt['act']:<12} {receipt['proof']:<10} {algorithm}{behalf}"
            )
    expect(len(told) >= 8, f"there are only {len(told)} receipts")
    story.say("Receipts", "compact JWS, verifiable offline", *told)


async def timeline(story: Story) -> None:
    """Everything that happened, in the order it was recorded, with articles."""
    who, cursor, entries = AT_DISTRICT["prosecutor"], None, []
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = await story.api.get(who, f"{story.case_path}/timeline", limit=200, **more)
        entries += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    hidden = ("standing_changed",)
    shown = [e for e in entries if not e["type"].endswith(hidden)]
    lines = [f"{e['occurred_on']}  {e['type']:<34} {e['article']:<44} {e['who']}" for e in shown]
    story.say(who, f"reads the timeline: {len(shown)} entries", *lines)
    types = {entry["type"] for entry in entries}
    needed = {
        "cases.case_opened",
        "cases.custody_moved",
        "referrals.handoff_decided",
        "referrals.handoff_served",
    }
    needed |= {"referrals.handoff_replied", "cases.reply_judged", "notifications.message_delivered"}
    expect(needed <= types, f"the timeline misses {sorted(needed - types)}")
    expect(all(entry["article"] for entry in entries), "an entry of the timeline cites nothing")
