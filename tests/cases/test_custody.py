"""The case side of the custody protocol: lock, refuse, move, release; whatever comes twice or too late."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from shared import clock
from shared.journal import journal_details
from shared.standing import standing_of
from tests import given
from tests.cases.story import (
    AGENCY,
    CHIEF,
    HEAD,
    OFFICE,
    PROSECUTOR,
    Story,
    a_filing,
    a_suggestion,
    days_ago,
    types,
)

CITY_PROSECUTOR = given.prosecutor(given.CITY)


@dataclass
class Order:
    """An order as `referrals` announces it."""

    story: Story
    matter_id: str
    mode: str = "take_up"
    issuer: str = given.CITY
    addressee: str = given.CITY
    moves: bool = True
    scope: str | None = None
    occasion: str | None = None
    on: str = field(default_factory=lambda: clock.today().isoformat())
    id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def facts(self) -> dict[str, Any]:
        """What every event of it carries."""
        named = {"matter_id": self.matter_id, "referral_id": self.id, "mode": self.mode}
        return named | {"issuer": self.issuer, "addressee": self.addressee}

    async def issued(self, epoch: int = 0) -> "Order":
        """It is issued, on the epoch it saw."""
        more = {"basis_epoch": epoch, "moves_custody": self.moves, "grants_scope": self.scope}
        more |= {"about": None, "occasion": self.occasion}
        await self._said("referral_issued", **more, issued_on=self.on)
        return self

    async def received(self) -> "Order":
        """Its addressee signs for it."""
        await self._said("referral_received", received_on=self.on)
        return self

    async def happened(self, event: str, **more: Any) -> None:
        """Something else happens to it."""
        await self._said(event, **more)

    async def _said(self, event: str, **more: Any) -> None:
        await self.story.app.hear(f"referrals.{event}", UUID(self.matter_id), self.facts | more)


async def standing(story: Story, matter_id: str) -> Any:
    """How the matter stands."""
    async with story.app.reading() as session:
        found = await standing_of(session, UUID(matter_id))
    assert found is not None
    return found


async def last(story: Story, matter_id: str) -> tuple[str, dict[str, Any]]:
    """The last thing recorded of the matter."""
    event = (await story.app.recorded(about=UUID(matter_id)))[-1]
    return event.type.removeprefix("cases."), event.body


async def test_an_order_locks_the_matter_and_receipt_moves_it(story: Story) -> None:
    case = await story.case()
    order = await Order(story, case["id"], "assign", given.CITY, given.NEIGHBOUR).issued()
    assert await last(story, case["id"]) == (
        "custody_locked",
        {"matter_id": case["id"], "order_id": order.id, "epoch": 0},
    )
    assert (await story.read_case(case["id"]))["moving"] == order.id

    await order.received()
    assert await last(story, case["id"]) == (
        "custody_moved",
        {
            "matter_id": case["id"],
            "order_id": order.id,
            "from_office": OFFICE,
            "to_office": given.NEIGHBOUR,
            "epoch": 1,
        },
    )
    new = given.prosecutor(given.NEIGHBOUR)
    moved = await story.client.read(f"/cases/v1/cases/{case['id']}", new)
    assert (moved["office"], moved["epoch"], moved["moving"], moved["origin"]) == (
        given.NEIGHBOUR,
        1,
        None,
        "assigned",
    )
    assert moved["number"] == case["number"]
    assert (await story.client.get(f"/cases/v1/cases/{case['id']}", PROSECUTOR)).status_code == 404
    assert (await standing(story, case["id"])).holder == given.NEIGHBOUR
    clocks = await story.client.read(f"/cases/v1/cases/{case['id']}/clocks", new)
    assert {each["office"] for each in clocks["items"]} == {given.NEIGHBOUR}


async def test_the_old_holder_s_open_window_cannot_write_after_the_move(story: Story) -> None:
    case = await story.investigated()
    path = f"/cases/v1/cases/{case['id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    await (await Order(story, case["id"]).issued()).received()
    said = {"ground": "other", "reason": "无"}
    old = await story.client.post(f"{path}/termination", said, by=PROSECUTOR, etag=etag)
    assert old.status_code == 404
    stale = await story.client.post(f"{path}/termination", said, by=CITY_PROSECUTOR, etag=etag)
    assert (stale.status_code, stale.json()["code"]) == (412, "StaleEpoch")
    now = await story.client.etag(path, CITY_PROSECUTOR)
    done = await story.client.post(f"{path}/termination", said, by=CITY_PROSECUTOR, etag=now)
    assert done.status_code == 201


async def test_a_lead_moves_too_and_is_filed_by_its_new_holder(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.assessed()
    await (await Order(story, lead["id"]).issued()).received()
    path = f"/cases/v1/leads/{lead['id']}"
    proposal = await story.client.act(path, "filing", a_filing(), by=CITY_PROSECUTOR)
    review = {"agrees": True, "opinion": "同意"}
    where = f"/cases/v1/proposals/{proposal['id']}"
    await story.client.act(where, "review", review, by=given.department_head(given.CITY))
    done = await story.client.act(where, "decision", {"approved": True}, by=given.chief(given.CITY))
    case = await story.client.read(f"/cases/v1/cases/{done['result_id']}", CITY_PROSECUTOR)
    assert (case["epoch"], case["origin"], case["office"]) == (0, "taken_up", given.CITY)
    assert case["competence"]["article"] == "R 18"  # the order settles jurisdiction
    assert case["number"].startswith(f"{given.CITY}-C-")


@pytest.mark.parametrize(
    ("epoch", "before", "reason"),
    [
        (1, None, "stale_epoch"),
        (0, "locked", "already_moving"),
        (0, "ended", "ended"),
        (0, "gone", "unknown"),
    ],
)
async def test_an_order_that_cannot_move_the_matter_is_refused(
    story: Story, epoch: int, before: str | None, reason: str
) -> None:
    lead = await story.assessed()
    if before == "locked":
        await Order(story, lead["id"]).issued()
    if before == "ended":
        path = f"/cases/v1/leads/{lead['id']}"
        await story.approved(await story.proposed(path, "declining", {"reason": "不属实"}))
    matter_id = str(uuid4()) if before == "gone" else lead["id"]
    order = await Order(story, matter_id).issued(epoch)
    kind, body = await last(story, matter_id)
    assert (kind, body["order_id"], body["reason"]) == ("custody_refused", order.id, reason)


@pytest.mark.parametrize("how", ["withdrawn", "voided"])
async def test_an_order_that_is_over_releases_its_own_lock_only(story: Story, how: str) -> None:
    lead = await story.assessed()
    order = await Order(story, lead["id"]).issued()
    other = await Order(story, lead["id"]).issued()
    more = {} if how == "withdrawn" else {"reason": "custody_refused"}
    await other.happened(f"referral_{how}", **more)
    assert (await standing(story, lead["id"])).moving == UUID(order.id)
    await order.happened(f"referral_{how}", **more)
    assert (await standing(story, lead["id"])).moving is None
    assert (await last(story, lead["id"]))[0] == "custody_released"
    assert (await standing(story, lead["id"])).epoch == 0


async def test_a_receipt_after_the_lock_is_off_moves_nothing_and_is_told_so(story: Story) -> None:
    lead = await story.assessed()
    order = await Order(story, lead["id"]).issued()
    await order.happened("referral_withdrawn")
    await order.received()
    kind, body = await last(story, lead["id"])
    assert (kind, body["reason"]) == ("custody_refused", "not_waiting_for_it")
    assert (await standing(story, lead["id"])).holder == OFFICE
    assert (await standing(story, lead["id"])).epoch == 0


async def test_everything_delivered_twice_moves_once(story: Story) -> None:
    lead = await story.assessed()
    order = Order(story, lead["id"])
    day = clock.today().isoformat()
    issued = order.facts | {"basis_epoch": 0, "moves_custody": True, "grants_scope": None, "issued_on": day}
    matter = UUID(lead["id"])
    first = story.app.envelope("referrals.referral_issued", matter, issued)
    second = story.app.envelope("referrals.referral_received", matter, order.facts | {"received_on": day})
    for batch in ([first], [first, second], [second], [first, second]):
        await story.app.frame.inbox.take(batch)
    custody = [each for each in await types(story.app, lead["id"]) if each.startswith("custody")]
    assert custody == ["custody_locked", "custody_moved"]
    assert (await standing(story, lead["id"])).epoch == 1
    told = await story.client.read(f"/cases/v1/leads/{lead['id']}/timeline", CITY_PROSECUTOR)
    heard = [each["type"] for each in told["items"] if each["source"] == "referrals"]
    assert heard == ["referrals.referral_issued", "referrals.referral_received"]


async def test_a_second_receipt_after_the_move_is_not_refused(story: Story) -> None:
    lead = await story.assessed()
    order = await (await Order(story, lead["id"]).issued()).received()
    await order.received()
    assert (await last(story, lead["id"]))[0] == "custody_moved"


async def test_while_moving_acts_that_end_or_speak_outward_wait(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.assessed()
    await Order(story, lead["id"]).issued()
    path = f"/cases/v1/leads/{lead['id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    for act, body in (("filing", a_filing()), ("declining", {"reason": "无"})):
        response = await story.client.post(f"{path}/{act}", body, by=PROSECUTOR, etag=etag)
        assert (response.status_code, response.json()["code"]) == (409, "MatterIsMoving")
    shown = await story.client.read(path, PROSECUTOR)
    assert {act["act"] for act in shown["open_acts"] if act["blocked_by"] == ["matter_is_moving"]} == {
        "file",
        "decline",
        "merge",
        "split",
    }


async def test_while_moving_a_suggestion_waits_and_its_approval_too(story: Story) -> None:
    case = await story.investigated()
    sha256 = await story.document(case["id"])
    path = f"/cases/v1/cases/{case['id']}"
    proposal = await story.proposed(path, "suggestions", a_suggestion(sha256))
    await story.reviewed(proposal)
    order = await Order(story, case["id"]).issued()
    where = f"/cases/v1/proposals/{proposal['id']}"
    etag = await story.client.etag(where, CHIEF)
    waits = await story.client.post(f"{where}/decision", {"approved": True}, by=CHIEF, etag=etag)
    assert (waits.status_code, waits.json()["code"]) == (409, "MatterIsMoving")
    assert waits.json()["order_id"] == order.id
    await order.happened("referral_withdrawn")
    done = await story.client.post(f"{where}/decision", {"approved": True}, by=CHIEF, etag=etag)
    assert done.status_code == 200


async def test_everything_else_goes_on_while_moving(story: Story) -> None:
    lead = await story.lead()
    await Order(story, lead["id"]).issued()
    said = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "可查"}
    done = await story.client.act(f"/cases/v1/leads/{lead['id']}", "assessment", said, by=PROSECUTOR)
    assert done["stage"] == "assessed"
    assert (await story.upload(lead["id"])).status_code == 201


async def test_a_statutory_limit_that_would_expire_releases_the_lock(story: Story) -> None:
    case = await story.backdated(days=200)
    said = {"finding": "other", "opinion": "未整改"}
    path = f"/cases/v1/cases/{case['id']}"
    act = f"suggestions/{case['suggestions'][0]['id']}/judgement"
    await story.client.act(path, act, said, by=PROSECUTOR)
    await story.client.act(path, "review-report", {"conclusion": "审查终结"}, by=PROSECUTOR)
    order = await Order(story, case["id"]).issued()
    ending = {"ground": "interest_protected", "reason": "公益已得到保护"}
    proposal = await story.proposed(path, "termination", ending)  # T9 has run out meanwhile
    assert proposal["state"] == "awaiting_review"
    (released,) = await story.app.recorded("custody_released")
    assert released.body == {
        "matter_id": case["id"],
        "order_id": order.id,
        "reason": "limit_would_expire",
    }
    await order.received()
    assert (await last(story, case["id"]))[0] == "custody_refused"


WORDS = "接收院系统故障，无法签收"


async def release(story: Story, matter_id: str, by: given.Person, etag: str | None = None) -> Any:
    """The answer to an administrator who would take the lock off."""
    etag = etag or await story.client.etag(f"/cases/v1/cases/{matter_id}", PROSECUTOR)
    path = f"/cases/v1/matters/{matter_id}/lock-release"
    return await story.client.post(path, {"reason": WORDS}, by=by, etag=etag)


@pytest.mark.parametrize("office", [OFFICE, given.CITY, given.SUPREME])
async def test_an_administrator_releases_a_stuck_lock_and_says_why(story: Story, office: str) -> None:
    case = await story.case()
    order = await Order(story, case["id"]).issued()
    response = await release(story, case["id"], given.admin(office))
    assert (response.status_code, response.json()["moving"]) == (200, None), response.text
    assert await last(story, case["id"]) == (
        "custody_released",
        {"matter_id": case["id"], "order_id": order.id, "reason": "operator"},
    )
    assert (await standing(story, case["id"])).moving is None
    async with story.app.reading() as session:
        kept = [row.body for row in await session.execute(select(journal_details))]
    assert sum(WORDS in each for each in kept) == 1
    await order.received()
    assert (await standing(story, case["id"])).holder == OFFICE
    again = await release(story, case["id"], given.admin(office))
    assert (again.status_code, again.json()["code"]) == (409, "NothingMoving")


async def test_nobody_else_releases_a_lock(story: Story) -> None:
    case = await story.case()
    order = Order(story, case["id"], "supervise", given.OTHER_CITY, OFFICE, moves=False, scope="supervision")
    await order.issued()
    await Order(story, case["id"]).issued()
    for who, status, code in (
        (CHIEF, 403, "RoleRequired"),
        (given.overseer(given.PROVINCE), 403, "RoleRequired"),
        (given.admin(given.OTHER_CITY), 403, "NotYourMatter"),
        (given.admin(given.NEIGHBOUR), 404, "LeadNotFound"),
    ):
        response = await release(story, case["id"], who)
        assert (response.status_code, response.json()["code"]) == (status, code)
    stale = await release(story, case["id"], given.admin(), etag='"0.1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "ChangedMeanwhile")
    assert (await standing(story, case["id"])).moving is not None


async def test_a_move_cancels_what_was_proposed(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.assessed()
    proposal = await story.proposed(f"/cases/v1/leads/{lead['id']}", "filing", a_filing())
    await (await Order(story, lead["id"]).issued()).received()
    where = f"/cases/v1/proposals/{proposal['id']}"
    cancelled = await story.client.read(where, CITY_PROSECUTOR)
    assert (cancelled["state"], cancelled["approved"]) == ("cancelled", False)
    assert (await story.client.get(where, HEAD)).status_code == 404
    (decided,) = await story.app.recorded("step_decided")
    assert decided.body["approved"] is False
    again = await story.client.act(f"/cases/v1/leads/{lead['id']}", "filing", a_filing(), by=CITY_PROSECUTOR)
    assert again["state"] == "awaiting_review"


async def test_supervision_is_given_confirmed_kept_through_a_move_and_lifted(story: Story) -> None:
    case = await story.case()
    order = Order(story, case["id"], "supervise", given.PROVINCE, OFFICE, moves=False, scope="supervision")
    await order.issued()
    assert await last(story, case["id"]) == (
        "grant_given",
        {
            "matter_id": case["id"],
            "order_id": order.id,
            "org": given.PROVINCE,
            "scope": "supervision",
        },
    )
    record = Order(story, case["id"], "report_for_record", OFFICE, given.CITY, moves=False, scope="record")
    await record.issued()
    assert {grant.scope for grant in (await standing(story, case["id"])).grants} == {"supervision", "record"}

    move = Order(story, case["id"], "assign", given.CITY, given.NEIGHBOUR)
    await (await move.issued()).received()
    left = (await standing(story, case["id"])).grants
    assert [(grant.scope, grant.org) for grant in left] == [("supervision", given.PROVINCE)]
    (ended,) = await story.app.recorded("grant_ended")
    facts = {"matter_id": case["id"], "order_id": record.id, "org": given.CITY, "reason": "custody_moved"}
    assert ended.body == facts

    await order.happened("referral_ended", reason="lifted")
    assert (await standing(story, case["id"])).grants == ()
    lifted = (await last(story, case["id"]))[1]
    assert (lifted["org"], lifted["reason"]) == (given.PROVINCE, "lifted")


async def test_supervision_of_a_lead_stays_with_the_case_it_becomes(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.assessed()
    order = Order(story, lead["id"], "supervise", given.PROVINCE, OFFICE, moves=False, scope="supervision")
    await order.issued()
    path = f"/cases/v1/leads/{lead['id']}"
    done = await story.approved(await story.proposed(path, "filing", a_filing()))
    case_id = done["result_id"]
    assert [str(grant.id) for grant in (await standing(story, case_id)).grants] == [order.id]
    await order.happened("referral_ended", reason="lifted")
    assert (await standing(story, case_id)).grants == ()
    assert (await standing(story, lead["id"])).grants == ()


@pytest.mark.parametrize(("scope", "kind"), [("supervision", "grant_refused"), ("record", "grant_given")])
async def test_an_ended_matter_takes_no_supervision_but_can_be_reported(
    story: Story, scope: str, kind: str
) -> None:
    lead = await story.assessed()
    path = f"/cases/v1/leads/{lead['id']}"
    await story.approved(await story.proposed(path, "declining", {"reason": "不属实"}))
    issuer, addressee = (given.CITY, OFFICE) if scope == "supervision" else (OFFICE, given.CITY)
    await Order(story, lead["id"], "any", issuer, addressee, moves=False, scope=scope).issued()
    assert (await last(story, lead["id"]))[0] == kind


async def test_an_order_about_another_office_s_matter_gives_no_leave(story: Story) -> None:
    lead = await story.assessed()
    order = Order(story, lead["id"], "supervise", given.PROVINCE, given.NEIGHBOUR, moves=False)
    order.scope = "supervision"
    await order.issued()
    kind, body = await last(story, lead["id"])
    assert (kind, body["reason"]) == ("grant_refused", "not_the_holder")


async def test_a_designation_of_the_holder_is_a_basis_that_opens_the_act(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY, division=given.CITY)
    lead = await story.assessed()
    path = f"/cases/v1/leads/{lead['id']}"
    etag = await story.client.etag(path, PROSECUTOR)
    refused = await story.client.post(f"{path}/filing", a_filing(), by=PROSECUTOR, etag=etag)
    assert refused.json()["code"] == "NotCompetent"
    order = await Order(story, lead["id"], "designate", given.CITY, OFFICE, moves=False).issued()
    await order.happened("referral_in_force", epoch=None)
    done = await story.approved(await story.proposed(path, "filing", a_filing(order_id=order.id)))
    case = await story.read_case(done["result_id"])
    assert (case["competence"]["article"], case["origin"]) == ("R 17", "self_handled")


async def test_what_happens_to_an_unheard_order_changes_nothing(story: Story) -> None:
    lead = await story.assessed()
    before = await standing(story, lead["id"])
    order = Order(story, lead["id"])
    await order.received()
    await order.happened("referral_withdrawn")
    await order.happened("referral_ended", reason="lifted")
    await order.happened("referral_in_force", epoch=1)
    assert await standing(story, lead["id"]) == before


async def test_whoever_no_longer_holds_the_matter_gets_no_leave_by_an_order_to_it(story: Story) -> None:
    lead = await story.assessed()
    await (await Order(story, lead["id"]).issued()).received()
    late = Order(story, lead["id"], "supervise", given.CITY, OFFICE, moves=False, scope="supervision")
    await late.issued()
    kind, body = await last(story, lead["id"])
    assert (kind, body["reason"]) == ("grant_refused", "not_the_holder")
    assert (await story.client.get(f"/cases/v1/leads/{lead['id']}", PROSECUTOR)).status_code == 404


async def test_an_order_dated_before_the_matter_began_moves_nothing(story: Story) -> None:
    lead = await story.assessed()
    await Order(story, lead["id"], on=days_ago(1)).issued()
    kind, body = await last(story, lead["id"])
    assert (kind, body["reason"]) == ("custody_refused", "before_the_matter")
    assert (await standing(story, lead["id"])).moving is None


async def test_the_new_holder_did_nothing_before_its_receipt(story: Story) -> None:
    lead = await story.lead(occurred_on=days_ago(9))
    await (await Order(story, lead["id"], on=days_ago(4)).issued()).received()
    path = f"/cases/v1/leads/{lead['id']}"
    said = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": "可查"}
    etag = await story.client.etag(path, CITY_PROSECUTOR)
    early = said | {"occurred_on": days_ago(5)}
    refused = await story.client.post(f"{path}/assessment", early, by=CITY_PROSECUTOR, etag=etag)
    assert (refused.json()["code"], refused.json()["earliest"]) == ("DateOutOfOrder", days_ago(4))
    await story.client.act(path, "assessment", said | {"occurred_on": days_ago(4)}, by=CITY_PROSECUTOR)


async def test_an_order_also_answers_for_a_case_whose_agency_is_named_later(story: Story) -> None:
    await given.known_agency(story.app.app, AGENCY)
    lead = await story.assessed()
    await (await Order(story, lead["id"]).issued()).received()
    path, head, chief = f"/cases/v1/leads/{lead['id']}", given.department_head(given.CITY), CITY_CHIEF
    opened = await decided(story, await story.proposed(path, "filing", UNKNOWN, CITY_PROSECUTOR), head, chief)
    case = f"/cases/v1/cases/{opened['result_id']}"
    await story.client.act(case, "investigation-report", {"conclusion": "如文"}, by=CITY_PROSECUTOR)
    response = await story.upload(opened["result_id"], by=CITY_PROSECUTOR)
    body = a_suggestion(response.json()["sha256"])
    await decided(story, await story.proposed(case, "suggestions", body, CITY_PROSECUTOR), head, chief)
    assert (await story.client.read(case, CITY_PROSECUTOR))["agency"] == AGENCY


CITY_CHIEF = given.chief(given.CITY)
UNKNOWN = {"procedure": "administrative"}


async def decided(story: Story, proposal: Any, head: given.Person, chief: given.Person) -> Any:
    """The proposal, reviewed and approved by the persons of another office."""
    path = f"/cases/v1/proposals/{proposal['id']}"
    await story.client.act(path, "review", {"agrees": True, "opinion": "同意"}, by=head)
    return await story.client.act(path, "decision", {"approved": True}, by=chief)
