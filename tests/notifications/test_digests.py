"""Digests: each office, and each above it, is told once a day and once a week what there is to do."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import update

from services.notifications.rules.digests import Counts, Period, spans, summed
from services.notifications.tables import Line
from shared import clock
from tests import given
from tests.given import Person
from tests.notifications.conftest import AGENCY, OFFICE, Post

DIGESTS, INBOX = "/notifications/v1/digests", "/notifications/v1/inbox"
# The running service makes today's digests itself; what arrived today is new in tomorrow's.
TOMORROW = clock.today() + timedelta(days=1)
ZERO = {"due": 0, "overdue": 0, "arrived": 0, "awaiting": 0}


def test_a_week_begins_on_monday_and_looks_back_a_week() -> None:
    day, week = spans(date(2026, 11, 4))  # a Wednesday
    assert (day.period, day.begins_on, day.ends_on, day.since) == (
        Period.DAILY, date(2026, 11, 4), date(2026, 11, 4), date(2026, 11, 3),
    )  # fmt: skip
    assert (week.period, week.begins_on, week.ends_on, week.since) == (
        Period.WEEKLY, date(2026, 11, 2), date(2026, 11, 8), date(2026, 10, 26),
    )  # fmt: skip


def test_what_is_below_is_added_up_once_for_every_office_above() -> None:
    line = {"a": ("m", "s"), "b": ("m", "s"), "m": ("s",), "s": ()}
    own = {"a": Counts(1, 0, 2, 0), "b": Counts(0, 1, 0, 0), "m": Counts(0, 0, 0, 4)}
    below, whole = summed(own, lambda code: line[code])
    assert below == {"m": Counts(1, 1, 2, 0), "s": Counts(1, 1, 2, 4)}
    assert whole == {"a": own["a"], "b": own["b"], "m": Counts(1, 1, 2, 4), "s": Counts(1, 1, 2, 4)}


async def _limit(post: Post, office: str, due: date, name: str = "clock_started") -> None:
    matter = await post.matter(holder=office)
    body: dict[str, Any] = {"matter_id": str(matter), "clock_id": str(uuid4()), "row": "T7", "office": office}
    body |= {"basis_on": "2026-03-10", "due_on": due.isoformat(), "statutory": True, "about": None}
    await post.app.hear(f"cases.{name}", matter, body)


async def _proposal(post: Post, office: str) -> None:
    matter = await post.matter(holder=office)
    body = {"matter_id": str(matter), "proposal_id": str(uuid4()), "act": "file", "office": office}
    await post.app.hear("cases.step_proposed", matter, body | {"awaiting": "chief"})


async def _answer(post: Post, office: str) -> None:
    matter = await post.matter(holder=office)
    body = {"matter_id": str(matter), "handoff_id": str(uuid4()), "kind": "criminal_lead", "about": None}
    await post.app.hear("referrals.handoff_accepted", matter, body | {"sender": office, "receiver": AGENCY})


async def digests(post: Post, by: Person, **filters: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await post.app.client.read(DIGESTS, by, **filters))["items"]
    return items


async def test_an_office_and_those_above_it_are_told_what_is_due_overdue_new_and_awaited(post: Post) -> None:
    today = TOMORROW
    await _limit(post, OFFICE, today)
    await _limit(post, OFFICE, today - timedelta(days=3), "clock_breached")
    await _limit(post, given.NEIGHBOUR, today + timedelta(days=40))
    await _proposal(post, given.NEIGHBOUR)
    await _answer(post, OFFICE)
    assert await post.app.duty("make_digests", today) > 0
    (own,) = await digests(post, given.prosecutor(OFFICE), period="daily")
    assert {name: own[name] for name in ZERO} == {"due": 1, "overdue": 1, "arrived": 1, "awaiting": 0}
    assert (own["begins_on"], own["below"], own["offices"]) == (today.isoformat(), ZERO, [])
    (above,) = await digests(post, given.chief(given.CITY), period="daily")
    whole = {"due": 1, "overdue": 1, "arrived": 1, "awaiting": 1}
    assert {name: above[name] for name in ZERO} == ZERO  # a breach below is known, and counted below
    assert above["below"] == whole
    assert above["offices"] == [
        ZERO | {"office": given.NEIGHBOUR, "awaiting": 1},
        ZERO | {"office": OFFICE, "due": 1, "overdue": 1, "arrived": 1},
    ]
    for office, child in ((given.PROVINCE, given.CITY), (given.SUPREME, given.PROVINCE)):
        (higher,) = await digests(post, given.chief(office), period="daily")
        assert higher["offices"] == [whole | {"office": child}]
    assert await digests(post, given.chief(given.OTHER_PROVINCE)) == []
    assert await digests(post, post.agency) == []


async def test_a_digest_is_made_once_a_period_whoever_asks_again_and_replaces_the_one_before(
    post: Post,
) -> None:
    monday = clock.today() + timedelta(days=7 - clock.today().weekday())
    await _limit(post, OFFICE, monday + timedelta(days=6))
    who = given.prosecutor(OFFICE)
    made = []
    for day in (0, 0, 1, 1, 2):
        made.append(await post.app.duty("make_digests", monday + timedelta(days=day)))
    # the week's for four offices on the first day; the limit is not due on any of these days
    assert made == [4, 0, 0, 0, 0]
    assert len(await digests(post, who, period="weekly")) == 1
    await post.app.duty("make_digests", monday + timedelta(days=6))
    await post.app.duty("make_digests", monday + timedelta(days=7))
    assert [each["period"] for each in await digests(post, who)] == ["weekly", "daily", "daily", "weekly"]
    items = (await post.app.client.read(INBOX, who, category="digest"))["items"]
    assert [each["event_type"] for each in items] == ["digest.weekly", "digest.daily"]
    assert "超期1" in items[0]["sentence"]
    assert items[0]["matter_id"] is None


async def test_a_digest_that_was_missed_on_monday_is_made_later_in_the_week(post: Post) -> None:
    monday = clock.today() + timedelta(days=7 - clock.today().weekday())
    await _limit(post, OFFICE, monday + timedelta(days=6))
    await _limit(post, OFFICE, monday + timedelta(days=1))
    await post.app.duty("make_digests", monday + timedelta(days=2))
    (weekly,) = await digests(post, given.clerk(OFFICE), period="weekly")
    assert (weekly["begins_on"], weekly["due"], weekly["overdue"]) == (monday.isoformat(), 1, 1)


async def test_an_overseer_reads_the_digest_of_an_office_below_and_no_other(post: Post) -> None:
    await _limit(post, OFFICE, TOMORROW)
    await post.app.duty("make_digests", TOMORROW)
    overseer = given.overseer(given.CITY)
    assert {each["org"] for each in await digests(post, overseer, office=OFFICE)} == {OFFICE}
    assert {each["org"] for each in await digests(post, overseer)} == {given.CITY}
    assert await digests(post, given.chief(given.CITY), office=OFFICE) == []
    assert await digests(post, given.overseer(given.OTHER_CITY), office=OFFICE) == []
    inbox = (await post.app.client.read(INBOX, overseer, category="digest"))["items"]
    assert {each["org"] for each in inbox} == {given.CITY}  # those below are in its own


async def test_what_is_settled_is_not_counted(post: Post) -> None:
    await _limit(post, OFFICE, TOMORROW)
    async with post.app.writing() as session:
        await session.execute(update(Line).values(settled_at=clock.now()))
    assert await post.app.duty("make_digests", TOMORROW) == 0


async def test_digests_of_many_offices_cost_as_many_statements_as_of_one(post: Post, statements: Any) -> None:
    offices = [office.code for office in post.app.frame.offices.below(given.PROVINCE)]
    counts: list[int] = []
    for more in (offices[:2], offices[2:8]):
        day = TOMORROW + timedelta(weeks=1 + len(counts))  # each the first of its week that is asked for
        for office in more:
            await _limit(post, office, day)
        with statements() as seen:
            assert await post.app.duty("make_digests", day) > 0
        counts.append(len(seen))
        with statements() as seen:
            await digests(post, given.chief(given.PROVINCE))
        assert len(seen) <= 4
    assert counts[1] <= counts[0]
