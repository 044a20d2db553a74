"""The inbox of an office: what is due, what arrived, who must know."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.notifications.tables import Line, Mail, ReadMark
from shared import clock
from shared.identity import Role
from shared.inbox import Why
from tests import given
from tests.given import Person
from tests.notifications.conftest import AGENCY, OFFICE, Post

INBOX = "/notifications/v1/inbox"


async def lines(post: Post, by: Person, **filters: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await post.app.client.read(INBOX, by, **filters))["items"]
    return items


async def clock_event(post: Post, matter: UUID, name: str, clock: str, **more: Any) -> None:
    body = {"matter_id": str(matter), "clock_id": clock, "row": "T7", "office": OFFICE}
    await post.app.hear(f"cases.{name}", matter, body | more)


async def test_a_time_limit_is_due_until_it_is_met(post: Post) -> None:
    matter, clock, who = await post.matter(), str(uuid4()), given.prosecutor(OFFICE)
    started = {"basis_on": "2026-03-10", "due_on": "2026-05-11", "statutory": True, "about": None}
    await clock_event(post, matter, "clock_started", clock, **started)
    (line,) = await lines(post, who)
    assert (line["category"], line["due_on"], line["about"]) == ("due", "2026-05-11", clock)
    assert line["sentence"] == "期限“行政机关履职并书面回复”自2026-03-10起算，2026-05-11届满"
    await clock_event(post, matter, "clock_due_soon", clock, due_on="2026-05-11", days=3)
    (line,) = await lines(post, who)
    assert line["sentence"] == "期限“行政机关履职并书面回复”还有3天，2026-05-11届满"
    await clock_event(post, matter, "clock_met", clock, met_on="2026-05-09", late=False)
    assert await lines(post, who) == []
    assert len(await lines(post, who, settled=True)) == 2


async def test_a_breach_goes_up_the_line(post: Post) -> None:
    matter = await post.matter()
    await clock_event(post, matter, "clock_breached", str(uuid4()), due_on="2026-05-11")
    name = post.app.frame.offices.office(OFFICE).name
    above = given.chief(given.CITY)
    for who, category in ((given.prosecutor(OFFICE), "due"), (given.chief(OFFICE), "due"), (above, "know")):
        (line,) = await lines(post, who)
        assert line["category"] == category
        assert line["sentence"] == f"{name}的期限“行政机关履职并书面回复”已于2026-05-11届满，尚未完成"
    assert await lines(post, given.chief(given.PROVINCE)) == []
    assert await lines(post, given.chief(given.NEIGHBOUR)) == []
    assert {line["org"] for line in await lines(post, given.overseer(given.PROVINCE))} == {OFFICE, given.CITY}


async def test_a_proposal_waits_for_the_role_it_names_and_for_nobody_else(post: Post) -> None:
    matter, proposal = await post.matter(), str(uuid4())
    body = {"matter_id": str(matter), "proposal_id": proposal, "act": "file", "office": OFFICE}
    await post.app.hear("cases.step_proposed", matter, body | {"awaiting": "department_head"})
    (line,) = await lines(post, given.department_head(OFFICE))
    assert (line["sentence"], line["link"]) == ("“立案”待部门负责人审批", f"/cases/v1/proposals/{proposal}")
    assert await lines(post, given.prosecutor(OFFICE)) == []
    await post.app.hear("cases.step_reviewed", matter, body | {"awaiting": "chief"})
    assert await lines(post, given.department_head(OFFICE)) == []
    assert len(await lines(post, given.chief(OFFICE))) == 1
    await post.app.hear("cases.step_decided", matter, body | {"approved": True})
    assert await lines(post, given.chief(OFFICE)) == []
    (line,) = await lines(post, given.prosecutor(OFFICE))
    assert line["sentence"] == "“立案”审批结果：同意"


async def test_an_order_arrives_in_the_addressees_inbox_although_the_matter_is_not_its_own_yet(
    post: Post,
) -> None:
    matter, order = await post.matter(holder=given.CITY), str(uuid4())
    body = {"matter_id": str(matter), "referral_id": order, "mode": "assign", "issuer": given.CITY}
    body |= {"addressee": OFFICE}
    issued = {"basis_epoch": 0, "moves_custody": True, "issued_on": "2026-11-03"}
    await post.app.hear("referrals.referral_issued", matter, body | issued)
    (line,) = await lines(post, given.clerk(OFFICE))
    assert (line["category"], line["link"]) == ("arrived", f"/referrals/v1/referrals/{order}")
    assert line["sentence"].endswith("发来交办，请签收")
    await post.app.hear("referrals.referral_received", matter, body | {"received_on": "2026-11-04"})
    assert await lines(post, given.clerk(OFFICE)) == []
    assert [each["category"] for each in await lines(post, given.clerk(given.CITY))] == ["know"]


async def test_an_agencys_answer_arrives_and_its_name_is_said(post: Post) -> None:
    matter, handoff = await post.matter(), str(uuid4())
    body = {"matter_id": str(matter), "handoff_id": handoff, "kind": "criminal_lead", "sender": OFFICE}
    await post.app.hear("referrals.handoff_accepted", matter, body | {"receiver": AGENCY, "about": None})
    (line,) = await lines(post, given.prosecutor(OFFICE))
    assert line["sentence"] == "机关 psb-330110已受理涉嫌犯罪线索"
    english = await post.app.client.http.get(
        INBOX, headers={**given.prosecutor(OFFICE).headers, "Accept-Language": "en"}
    )
    assert english.json()["items"][0]["sentence"] == "机关 psb-330110 accepted a criminal lead"
    assert await lines(post, post.agency) == []


async def test_reading_is_each_persons_own_and_may_be_said_twice(post: Post) -> None:
    matter = await post.matter()
    await clock_event(post, matter, "clock_breached", str(uuid4()), due_on="2026-05-11")
    first, second = given.prosecutor(OFFICE), given.prosecutor(OFFICE, sub="another")
    (line,) = await lines(post, first, unread=True)
    for _ in range(2):
        read = await post.app.client.post(f"{INBOX}/{line['id']}/reading", by=first)
        assert (read.status_code, read.json()["read_at"] is not None) == (200, True)
    assert await lines(post, first, unread=True) == []
    assert len(await lines(post, second, unread=True)) == 1
    stranger = given.prosecutor(given.NEIGHBOUR)
    assert (await post.app.client.post(f"{INBOX}/{line['id']}/reading", by=stranger)).status_code == 404


async def test_a_recused_person_and_one_without_clearance_read_nothing_of_the_matter(post: Post) -> None:
    matter = await post.matter(recused=["wang"], classification=3)
    await clock_event(post, matter, "clock_breached", str(uuid4()), due_on="2026-05-11")
    assert await lines(post, given.prosecutor(OFFICE, sub="wang").cleared(4)) == []
    assert await lines(post, given.prosecutor(OFFICE).cleared(2)) == []
    assert len(await lines(post, given.prosecutor(OFFICE).cleared(3))) == 1


async def test_what_is_said_of_a_matter_waits_until_the_matter_is_known(post: Post) -> None:
    matter = uuid4()
    body: dict[str, Any] = {"matter_id": str(matter), "handoff_id": str(uuid4()), "kind": "work_letter"}
    body |= {"sender": OFFICE, "receiver": AGENCY, "about": None, "replied_on": "2026-11-03"}
    await post.app.hear("referrals.handoff_replied", matter, body, becomes=Why.NOT_YET)
    await post.matter(matter)
    assert len(await lines(post, given.prosecutor(OFFICE))) == 1


async def test_lists_filter_by_category_and_matter(post: Post) -> None:
    first, second = await post.matter(), await post.matter()
    for matter in (first, second):
        await clock_event(post, matter, "clock_breached", str(uuid4()), due_on="2026-05-11")
    who = given.prosecutor(OFFICE)
    assert len(await lines(post, who, category="due")) == 2
    assert await lines(post, who, category="know") == []
    assert [each["matter_id"] for each in await lines(post, who, matter=str(first))] == [str(first)]


async def test_the_inbox_costs_the_same_however_long_it_is(post: Post, statements: Any) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            await clock_event(post, await post.matter(), "clock_breached", str(uuid4()), due_on="2026-05-11")
        with statements() as seen:
            await lines(post, given.prosecutor(OFFICE))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 4


async def test_after_a_move_an_answer_reaches_the_new_holder_and_not_the_office_that_sent(
    post: Post,
) -> None:
    matter = await post.matter()
    await post.matter(matter, holder=given.NEIGHBOUR, epoch=1)
    body = {"matter_id": str(matter), "handoff_id": str(uuid4()), "kind": "criminal_lead", "about": None}
    body |= {"sender": OFFICE, "receiver": AGENCY}
    await post.app.hear("referrals.handoff_accepted", matter, body)
    assert len(await lines(post, given.prosecutor(given.NEIGHBOUR))) == 1
    assert await lines(post, given.prosecutor(OFFICE)) == []


@pytest.mark.parametrize("to", [given.NEIGHBOUR, given.CITY])
async def test_after_a_move_what_is_due_stands_in_the_new_holders_inbox(post: Post, to: str) -> None:
    matter, clock = await post.matter(), str(uuid4())
    await clock_event(post, matter, "clock_breached", clock, due_on="2026-05-11")
    await post.matter(matter, holder=to, epoch=1)
    moved = {"matter_id": str(matter), "order_id": str(uuid4()), "from_office": OFFICE, "to_office": to}
    await post.app.hear("cases.custody_moved", matter, moved | {"epoch": 1})
    for office, due in ((OFFICE, 0), (to, 1)):
        assert len(await lines(post, given.chief(office), category="due")) == due, office


async def test_what_was_told_of_a_lead_is_settled_under_the_case_that_it_became(post: Post) -> None:
    lead, case, clock = await post.matter(), await post.matter(), str(uuid4())
    started = {"basis_on": "2026-03-10", "due_on": "2026-05-11", "statutory": False, "about": None}
    await clock_event(post, lead, "clock_started", clock, **started)
    assert len(await lines(post, given.prosecutor(OFFICE))) == 1
    await clock_event(post, case, "clock_met", clock, met_on="2026-05-09", late=False)
    assert await lines(post, given.prosecutor(OFFICE)) == []


async def test_what_is_done_leaves_the_list_of_the_one_who_did_it_and_nobody_elses(post: Post) -> None:
    matter = await post.matter()
    await clock_event(post, matter, "clock_breached", str(uuid4()), due_on="2026-05-11")
    first, second = given.prosecutor(OFFICE), given.chief(OFFICE)
    (line,) = await lines(post, first)
    path = f"{INBOX}/{line['id']}"
    done = (await post.app.client.post(f"{path}/completion", by=first)).json()
    assert done["done_at"] == done["read_at"] is not None
    assert (await post.app.client.post(f"{path}/completion", by=first)).json()["done_at"] == done["done_at"]
    assert await lines(post, first) == []
    assert [each["id"] for each in await lines(post, first, settled=True)] == [line["id"]]
    (other,) = await lines(post, second)
    assert (other["read_at"], other["done_at"]) == (None, None)
    await post.app.client.post(f"{path}/reading", by=second)
    marks = (await post.app.client.read(f"{path}/marks", second))["items"]
    assert [(each["sub"], each["done_at"] is not None) for each in marks] == [
        (second.sub, False),
        (first.sub, True),
    ]
    assert {each["name"] for each in marks} == {"某某"}
    for of in (path, f"{path}/marks"):
        refused = await post.app.client.http.get(of, headers=given.prosecutor(given.NEIGHBOUR).headers)
        assert refused.status_code == 404
    assert (await post.app.client.read(path, second))["sentence"] == line["sentence"]


async def test_the_marks_of_a_line_cost_the_same_however_many(post: Post, statements: Any) -> None:
    await clock_event(post, await post.matter(), "clock_breached", str(uuid4()), due_on="2026-05-11")
    (line,) = await lines(post, given.prosecutor(OFFICE))
    counts = []
    for number in range(3):
        reader = given.prosecutor(OFFICE, sub=f"reader-{number}")
        assert (await post.app.client.post(f"{INBOX}/{line['id']}/reading", by=reader)).is_success
        with statements() as seen:
            page = await post.app.client.read(f"{INBOX}/{line['id']}/marks", reader)
        assert len(page["items"]) == number + 1
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2] <= 4


async def test_lists_filter_by_role_office_and_day(post: Post) -> None:
    matter, who = await post.matter(), given.chief(OFFICE).also(Role.OVERSEER)
    for due in ("2026-05-11", "2026-06-12"):
        started = {"basis_on": "2026-03-10", "due_on": due, "statutory": True, "about": None}
        await clock_event(post, matter, "clock_started", str(uuid4()), **started)
    await clock_event(post, matter, "clock_breached", str(uuid4()), due_on="2026-06-12")
    assert [each["due_on"] for each in await lines(post, given.clerk(OFFICE), due_by="2026-06-11")] == [
        "2026-05-11"
    ]
    assert len(await lines(post, who)) == 3  # an overseer reads what its office has, in whatever role
    assert len(await lines(post, who, role="chief")) == 1
    assert len(await lines(post, who, role="prosecutor")) == 3
    assert len(await lines(post, given.clerk(OFFICE), role="chief")) == 1  # it is for clerks and chiefs
    assert await lines(post, given.clerk(OFFICE), role="committee") == []
    above = given.overseer(given.CITY)
    assert len(await lines(post, above, office=OFFICE)) == 3
    assert len(await lines(post, above, office=given.CITY)) == 1
    assert await lines(post, given.clerk(given.NEIGHBOUR), office=OFFICE) == []


async def test_after_a_move_what_the_former_holder_was_told_as_holder_is_closed_to_it(post: Post) -> None:
    matter, proposal = await post.matter(), str(uuid4())
    handoff: dict[str, Any] = {"matter_id": str(matter), "handoff_id": str(uuid4()), "kind": "work_letter"}
    handoff |= {"sender": OFFICE, "receiver": AGENCY, "about": None, "replied_on": "2026-11-03"}
    await post.app.hear("referrals.handoff_replied", matter, handoff)
    body = {"matter_id": str(matter), "proposal_id": proposal, "act": "file", "office": OFFICE}
    await post.app.hear("cases.step_proposed", matter, body | {"awaiting": "chief"})
    assert len(await lines(post, given.chief(OFFICE))) == 2
    await post.matter(matter, holder=given.NEIGHBOUR, epoch=1)
    moved = {"matter_id": str(matter), "order_id": str(uuid4()), "from_office": OFFICE}
    await post.app.hear("cases.custody_moved", matter, moved | {"to_office": given.NEIGHBOUR, "epoch": 1})
    assert [each["event_type"] for each in await lines(post, given.chief(OFFICE))] == ["cases.custody_moved"]


async def test_an_extended_limit_is_still_due_and_a_stopped_one_is_due_on_no_day(post: Post) -> None:
    matter, clock, who = await post.matter(), str(uuid4()), given.prosecutor(OFFICE)
    changed = {"old_due_on": "2026-05-11", "due_on": "2026-06-11", "reason": "extension"}
    await clock_event(post, matter, "clock_changed", clock, **changed, stopped=False)
    (line,) = await lines(post, who)
    assert (line["category"], line["due_on"]) == ("due", "2026-06-11")
    await clock_event(post, matter, "clock_changed", clock, **changed, stopped=True)
    (line,) = await lines(post, who)
    assert (line["category"], line["due_on"]) == ("due", None)


async def test_a_report_that_comes_settles_only_that_it_was_missed(post: Post) -> None:
    matter = await post.matter()
    order = {"matter_id": str(matter), "referral_id": str(uuid4()), "mode": "supervise"}
    order |= {"issuer": given.CITY, "addressee": OFFICE}
    await post.app.hear("referrals.referral_received", matter, order | {"received_on": "2026-11-03"})
    missed = {"office": OFFICE, "seq_no": 1, "due_on": "2026-11-20"}
    await post.app.hear("referrals.report_missed", matter, order | missed)
    (line,) = await lines(post, given.prosecutor(OFFICE))
    assert line["sentence"].endswith("应于2026-11-20前提交的督办第1次报告尚未收到")
    assert len(await lines(post, given.prosecutor(given.CITY))) == 2
    await post.app.hear(
        "referrals.referral_reported", matter, order | {"report_id": str(uuid4()), "seq_no": 1}
    )
    assert await lines(post, given.prosecutor(OFFICE)) == []
    told = [each["event_type"] for each in await lines(post, given.prosecutor(given.CITY))]
    assert told == ["referrals.referral_reported", "referrals.referral_received"]


async def test_without_a_mail_server_no_address_is_kept(post: Post) -> None:
    asked = {"address": "inbox@office.example"}
    key = {"Idempotency-Key": str(uuid4())}
    refused = await post.app.client.post(
        "/notifications/v1/mail-addresses", asked, by=given.clerk(OFFICE), headers=key
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "MailNotSent")


async def test_lines_that_ask_for_nothing_go_after_their_time_with_their_letters_and_marks(
    post: Post,
) -> None:
    open_one, over, known = [await post.matter() for _ in range(3)]
    for matter in (open_one, over):
        started = {"basis_on": "2026-03-10", "due_on": "2026-05-11", "statutory": True, "about": None}
        await clock_event(post, matter, "clock_started", str(matter), **started)
    await clock_event(post, over, "clock_met", str(over), met_on="2026-05-09", late=False)
    await clock_event(post, known, "clock_breached", str(known), due_on="2026-05-11")
    who, above = given.prosecutor(OFFICE), given.chief(given.CITY)
    for reader in (who, above):
        for line in await lines(post, reader, settled=True):
            await post.app.client.create(f"{INBOX}/{line['id']}/reading", {}, by=reader)
    async with post.app.writing() as session:
        for kept in (await session.scalars(select(Line))).all():
            mail = {"org": kept.org, "org_path": kept.org_path, "line_id": kept.id, "address_id": uuid4()}
            session.add(Mail(due_at=kept.at, at=kept.at, **mail))
    today = clock.today()
    assert await post.app.duty("forget_lines", today + timedelta(days=730)) == 0
    assert await post.app.duty("forget_lines", today + timedelta(days=732)) == 2
    async with post.app.reading() as session:
        left = {kept.id: kept.matter_id for kept in (await session.scalars(select(Line))).all()}
        assert set(left.values()) == {open_one, known}, "what is due stays, however old"
        for table in (Mail.line_id, ReadMark.line_id):
            assert set((await session.scalars(select(table))).all()) == set(left)
