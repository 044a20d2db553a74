"""What a lead states: facts that put flags up, an inquiry, that it is major; and what it may not."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.cases.rules.processors import CHARACTERS, check_character
from shared import clock
from shared.doorway import MOST_JSON_BYTES
from shared.ledger import Clock
from shared.samples import MOST_NUMBERS
from tests import given
from tests.cases.story import OFFICE, PROSECUTOR, Story, a_filing, a_lead, a_suggestion, days_ago
from tests.leaked import a_card, a_phone, an_identity

LEADS = "/cases/v1/leads"
Counting = Callable[[], AbstractContextManager[list[str]]]
ITEMS = [{"kind": "whereabouts", "count": 25}, {"kind": "health", "count": 250}]
ORGAN = {"name": "某局", "state_organ": True}


async def clocks(story: Story, lead_id: str) -> dict[str, tuple[str, str]]:
    """State and last day of each clock of a lead, by row."""
    async with story.app.reading() as session:
        rows = await session.scalars(select(Clock).where(Clock.matter_id == UUID(lead_id)))
        return {row.row: (row.state.value, row.due_on.isoformat()) for row in rows}


async def test_a_lead_shows_its_flags_with_article_and_reason_and_nothing_else_does(story: Story) -> None:
    lead = await story.lead(records_by_kind=ITEMS, insider=True, processors=[ORGAN], records=275)
    flags = {each["code"]: each for each in lead["flags"]}
    assert set(flags) == {"crime", "duty_or_discipline"}
    assert (flags["crime"]["article"], flags["crime"]["mark"]) == ("CR 5-6", "verified")
    assert (flags["duty_or_discipline"]["article"], flags["duty_or_discipline"]["mark"]) == (
        "R 31",
        "our_reading",
    )
    assert any("25 / 50" in reason for reason in flags["crime"]["reasons"])
    assert flags["crime"]["goes_by"] == "criminal_lead"
    assert lead["stage"] == "registered"
    item = (await story.client.read(LEADS, PROSECUTOR))["items"][0]
    assert "flags" not in item
    assert "crime" not in str([each.body for each in await story.app.recorded()])
    plain = await story.lead(persons=2_000_000, records=9_000_000)
    assert plain["flags"] == []


async def test_leads_are_found_by_the_flags_that_their_facts_put_up(story: Story) -> None:
    flagged, plain = await story.lead(records_by_kind=ITEMS), await story.lead(insider=True)

    async def found(**asked: Any) -> list[str]:
        return [each["id"] for each in (await story.client.read(LEADS, PROSECUTOR, **asked))["items"]]

    assert await found(flag="crime") == [flagged["id"]]
    assert await found(flag="crime", text="人脸") == [flagged["id"]]
    assert await found(flag="especially_serious") == await found(flag="duty_or_discipline") == []
    now: tuple[dict[str, Any], ...] = ({"records_by_kind": []}, {"processors": [ORGAN]})
    for lead, said in zip((flagged, plain), now, strict=True):
        await story.client.act(f"{LEADS}/{lead['id']}", "facts", said | {"reason": "核实"}, by=PROSECUTOR)
    assert await found(flag="crime") == []
    assert await found(flag="duty_or_discipline") == [plain["id"]]
    assert (await story.client.get(LEADS, PROSECUTOR, flag="guilty")).status_code == 422
    assert (await story.client.get("/cases/v1/cases", PROSECUTOR, flag="crime")).status_code == 422


async def test_flags_are_asked_without_a_case(story: Story) -> None:
    async def ask(**asked: Any) -> Any:
        answer = await story.client.post("/cases/v1/rules/flags", asked, by=PROSECUTOR, key=None)
        return answer.json() if answer.is_success else answer.status_code

    before = len(await story.app.recorded())
    assert (await ask(records_by_kind=ITEMS))["codes"] == ["crime"]
    assert (await ask(unlawful_gain=25_000, insider=True))["codes"] == ["crime", "especially_serious"]
    assert (await ask(insider=True, state_organ=True, on="2021-06-30"))["codes"] == []
    assert (await ask())["codes"] == []
    for wrong in (
        {"records_by_kind": [ITEMS[0], ITEMS[0]]},
        {"records_by_kind": [{"kind": "persons", "count": 1}]},
        {"records_by_kind": [{"kind": "credit", "count": -1}]},
        {"unlawful_gain": 1.5},
    ):
        assert await ask(**wrong) == 422, wrong
    assert len(await story.app.recorded()) == before


async def test_items_are_counted_apart_from_persons(story: Story) -> None:
    lead = await story.lead(persons=3, records_by_kind=[{"kind": "credit", "count": 50}])
    assert (lead["persons"], lead["records"]) == (3, None)
    assert [each["code"] for each in lead["flags"]] == ["crime"]
    more = await story.client.post(LEADS, a_lead(records=274, records_by_kind=ITEMS), by=PROSECUTOR)
    assert (more.status_code, more.json()["errors"][0]["kind"]) == (422, "more_than_all")


async def test_an_inquiry_that_is_needed_has_its_limit_until_it_is_reported(story: Story) -> None:
    lead = await story.lead(inquiry_needed=True, occurred_on="2026-03-02", late_reason="补录")
    assert await clocks(story, lead["id"]) == {
        "I1": ("running", "2026-04-01"),
        "I9": ("running", "2026-03-23"),
    }
    said = {"parts": {"truth": "属实", "checkability": "可查"}}
    await story.client.act(f"{LEADS}/{lead['id']}", "preliminary-inquiry", said, by=PROSECUTOR)
    assert (await clocks(story, lead["id"]))["I9"][0] == "met"


async def test_a_lead_assessed_without_the_inquiry_needs_none_any_more(story: Story) -> None:
    lead = await story.assessed(inquiry_needed=True)
    states = {row: state for row, (state, _) in (await clocks(story, lead["id"])).items()}
    assert states == {"I1": "met", "I2": "running", "I9": "ended"}
    assert "I9" not in await clocks(story, (await story.lead())["id"])


async def test_a_major_lead_is_reported_to_the_next_superior_for_record(story: Story) -> None:
    lead = await story.lead(major=True)
    assert lead["major"] is True
    assert (await clocks(story, lead["id"]))["I10"][0] == "running"
    started = [each.body for each in await story.app.recorded("clock_started", UUID(lead["id"]))]
    assert {each["row"]: each["about"] for each in started} == {"I1": lead["id"], "I10": lead["id"]}
    order = {
        "matter_id": lead["id"],
        "referral_id": str(uuid4()),
        "mode": "report_for_record",
        "issuer": OFFICE,
        "addressee": given.CITY,
        "basis_epoch": 0,
        "moves_custody": False,
        "grants_scope": "record",
        "about": lead["id"],
        "issued_on": clock.today().isoformat(),
    }
    await story.app.hear("referrals.referral_issued", UUID(lead["id"]), order)
    states = {row: state for row, (state, _) in (await clocks(story, lead["id"])).items()}
    assert states == {"I1": "running", "I10": "met"}


async def test_a_case_is_found_by_its_own_number_elsewhere_and_by_its_lead_s(story: Story) -> None:
    case = await story.case(external_ids=[{"system": "old", "number": "L-1"}])
    other = await story.case()
    path = f"/cases/v1/matters/{case['id']}"
    etag = await story.client.etag(f"/cases/v1/cases/{case['id']}", PROSECUTOR)
    theirs = {"system": "old", "number": "C-1"}

    async def add(said: dict[str, str], by: given.Person = PROSECUTOR) -> Any:
        return await story.client.post(f"{path}/external-ids", said, by=by, etag=etag)

    assert (await add(theirs)).json() == theirs
    assert (await add(theirs)).json()["code"] == "ExternalIdTaken"
    assert (await add(theirs, given.prosecutor(given.CITY))).json()["code"] == "NotYourMatter"
    assert (await add(theirs, given.prosecutor(given.NEIGHBOUR))).status_code == 404
    for number in ("L-1", "C-1"):
        found = await story.client.read(
            "/cases/v1/cases", PROSECUTOR, external_system="old", external_number=number
        )
        assert [each["id"] for each in found["items"]] == [case["id"]] != [other["id"]]
    assert (await story.read_case(case["id"]))["external_ids"] == [theirs]
    assert "C-1" not in str([each.body for each in await story.app.recorded()])
    for n in range(19):
        assert (await add({"system": "s", "number": str(n)})).status_code == 201
    assert (await add({"system": "s", "number": "20"})).json()["code"] == "TooManyNumbers"


# --- Bad input -----------------------------------------------------------------------------------------


def credit_code(body: str = "91330106MA27XL0X0") -> str:
    """A code with its right check character."""
    return body + check_character(body)


async def test_a_credit_code_with_any_wrong_check_character_is_refused(story: Story) -> None:
    right = credit_code()
    lead = await story.lead(processors=[{"name": "某公司", "credit_code": right}])
    assert lead["processors"][0]["credit_code"] == right
    for last in set(CHARACTERS + "IOSVZ") - {right[-1]}:
        body = a_lead(processors=[{"name": "某公司", "credit_code": right[:-1] + last}])
        refused = await story.client.post(LEADS, body, by=PROSECUTOR)
        assert (refused.status_code, refused.json()["code"]) == (422, "Malformed"), last
        assert refused.json()["errors"][0]["at"] == "body.processors.0.credit_code"
    assert len(await story.app.recorded("lead_registered")) == 1


async def test_ten_megabytes_of_json_are_refused_and_change_nothing(story: Story) -> None:
    before = len(await story.app.recorded())
    for body in (a_lead(summary="字" * 3_500_000), a_lead(places=["330110"] * 1_000_000)):
        answer = await story.client.post(LEADS, body, by=PROSECUTOR)
        assert (answer.status_code, answer.json()["code"]) == (413, "TooLarge")
    almost = await story.client.post(LEADS, a_lead(summary="x" * (MOST_JSON_BYTES - 1000)), by=PROSECUTOR)
    assert (almost.status_code, almost.json()["errors"][0]["at"]) == (422, "body.summary")
    assert len(await story.app.recorded()) == before


@pytest.mark.parametrize("made", [an_identity, a_phone, a_card], ids=lambda each: each.__name__)
async def test_a_leaked_data_set_has_no_place_in_a_lead(story: Story, made: Callable[[int], str]) -> None:
    rows = [f"张某 {made(n)} 杭州" for n in range(MOST_NUMBERS + 1)]
    before = len(await story.app.recorded())
    bodies: tuple[dict[str, Any], ...] = (
        {"summary": "\n".join(rows)},
        {"harm": "；".join(rows)},
        {"summary": "\n".join(rows[:3]), "harm": "\n".join(rows[3:])},
        {"processors": [{"name": row} for row in rows]},
        {"external_ids": [{"system": "s", "number": made(n)} for n in range(MOST_NUMBERS + 1)]},
        {"late_reason": " ".join(rows)},
    )
    for more in bodies:
        answer = await story.client.post(LEADS, a_lead(**more), by=PROSECUTOR)
        assert answer.status_code == 422, more
        (error,) = answer.json()["errors"]
        assert error["kind"] == "leaked_data"
        assert "不得粘贴泄露的数据" in error["problem"]
        assert "counts and samples only" in error["problem"]
        assert made(1) not in answer.text
    assert len(await story.app.recorded()) == before
    assert (await story.lead(summary="\n".join(rows[:MOST_NUMBERS])))["stage"] == "registered"


async def test_a_leaked_data_set_has_no_place_in_an_act_either(story: Story) -> None:
    pasted = "\n".join(an_identity(n) for n in range(300))
    case = await story.investigated()
    lead = await story.lead()
    sha256 = await story.document(case["id"])
    of_lead, of_case = f"{LEADS}/{lead['id']}", f"/cases/v1/cases/{case['id']}"
    assessed = {"truth": "likely", "checkable": True, "outcome": "to_file", "opinion": pasted}
    parts = a_suggestion(sha256)["parts"] | {"harm": pasted}
    asked: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (of_lead, "assessment", assessed),
        (of_lead, "declining", {"reason": pasted[:4900]}),
        (of_lead, "joining", {"into": lead["id"], "reason": pasted[:4900]}),
        (of_lead, "splitting", {"reason": "x", "parts_of_lead": [{"title": "a", "summary": pasted}] * 2}),
        (of_lead, "internal-transfer", {"direction": "to", "department": "criminal",
                                        "materials": [a_phone(n) for n in range(50)]}),
        (of_case, "hearing", {"participants": ["甲"], "opinion": pasted}),
        (of_case, "suggestions", a_suggestion(sha256, parts=parts)),
        (of_case, "termination", {"ground": "other", "reason": pasted[:4900]}),
    )  # fmt: skip
    before = len(await story.app.recorded())
    for thing, act, body in asked:
        etag = await story.client.etag(thing, PROSECUTOR)
        answer = await story.client.post(f"{thing}/{act}", body, by=PROSECUTOR, etag=etag)
        kinds = {each["kind"] for each in answer.json().get("errors", [])}
        assert (answer.status_code, kinds) == (422, {"leaked_data"}), (act, answer.text[:300])
        assert an_identity(1) not in answer.text
    assert len(await story.app.recorded()) == before


async def test_the_rules_of_a_later_day_need_a_reason(story: Story) -> None:
    for wrong in ({"as_if_on": "2021-07-01"}, {"as_if_reason": "试办"}):
        body = a_lead(occurred_on="2021-06-30", late_reason="补录", **wrong)
        answer = await story.client.post(LEADS, body, by=PROSECUTOR)
        assert (answer.status_code, answer.json()["errors"][0]["kind"]) == (422, "as_if")


async def test_a_date_before_its_basis_is_refused_at_every_step_of_a_lead(story: Story) -> None:
    lead = await story.assessed(occurred_on=days_ago(9))
    path = f"{LEADS}/{lead['id']}"
    await given.known_agency(story.app.app, "agency-1")
    early = {"occurred_on": days_ago(10)}
    for act, body in (
        ("filing", a_filing()),
        ("declining", {"reason": "不属实"}),
        ("splitting", {"reason": "x", "parts_of_lead": [{"title": "甲"}, {"title": "乙"}]}),
        ("internal-transfer", {"direction": "to", "department": "criminal", "materials": ["卷"]}),
    ):
        etag = await story.client.etag(path, PROSECUTOR)
        answer = await story.client.post(f"{path}/{act}", body | early, by=PROSECUTOR, etag=etag)
        assert (answer.status_code, answer.json()["code"]) == (409, "DateOutOfOrder"), act


async def test_reading_a_lead_costs_as_many_statements_with_flags_as_without(
    story: Story, statements: Counting
) -> None:
    plain, flagged = (
        await story.lead(),
        await story.lead(records_by_kind=ITEMS, insider=True, processors=[ORGAN]),
    )
    costs = []
    for lead in (plain, flagged):
        with statements() as seen:
            await story.client.read(f"{LEADS}/{lead['id']}", PROSECUTOR)
        costs.append(len(seen))
    assert costs[0] == costs[1]
