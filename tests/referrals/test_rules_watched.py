"""The limits between agencies and police, the report ladder, and the ways of SUG 3, as tables."""

from datetime import date
from typing import Any

import pytest

from services.referrals.errors import LengtheningNotOpen, RungMissing, WrongRung
from services.referrals.rules.courses import HandoffAct, HandoffStage, open_handoff_steps
from services.referrals.rules.ladder import RUNGS, check_rung, rung_for
from services.referrals.rules.vocabulary import Course, Ground, Rung
from services.referrals.rules.watched import (
    HANDOFF_CLOCKS,
    WATCHED,
    Began,
    Case,
    Watched,
    clocks_met,
    clocks_started,
    lengthening,
    watched_for,
)
from services.referrals.rules.ways import Relation, way_to
from shared.clocks import Unit

DAY = date(2024, 5, 6)
PLAIN, ECONOMIC = Case(False, None), Case(True, None)
A, B, S, W = HandoffAct, Began, HandoffStage, Watched

# As the table of limits between agency, police and procuratorate has them: length, unit, article.
LAW = [
    (W.L1, 3, Unit.DAYS, "TR 5"),
    (W.L2, 24, Unit.HOURS, "TR 5-6"),
    (W.L3, 24, Unit.HOURS, "TR 7"),
    (W.L4, 3, Unit.DAYS, "TR 8"),
    (W.L5_TOLD, 24, Unit.HOURS, "MPS 180"),
    (W.L5, 3, Unit.DAYS, "MPS 180"),
    (W.L6, 3, Unit.DAYS, "TR 9"),
    (W.L6_REVIEW, 3, Unit.DAYS, "MPS 181"),
    (W.L7, 3, Unit.DAYS, "TR 9"),
    (W.L8, 3, Unit.DAYS, "TR 12"),
    (W.L9, 7, Unit.DAYS, "MPS 182"),
    (W.L10, 15, Unit.DAYS, "MPS 182"),
    (W.L11, 3, Unit.DAYS, "EC 16"),
]


@pytest.mark.parametrize(("limit", "length", "unit", "article"), LAW)
def test_a_statutory_limit_is_as_the_law_has_it(
    limit: Watched, length: int, unit: Unit, article: str
) -> None:
    period = watched_for(limit, DAY)
    assert (period.length, period.unit, str(period.basis)) == (length, unit, article)
    assert period.statutory
    assert not period.rolls, "no row says that a rest day prolongs it"


def test_what_no_law_limits_is_internal_and_shown_as_such() -> None:
    ours = {row.row for row in WATCHED if not row.statutory}
    assert ours == {W.INTERNAL_SUPPLEMENT, W.INTERNAL_REEXAMINATION, W.INTERNAL_REVIEW}
    assert all(row.basis.instrument.code == "casebridge" for row in WATCHED if not row.statutory)
    assert {row.row for row in WATCHED} == {row.limit for row in HANDOFF_CLOCKS} == set(W)


@pytest.mark.parametrize(
    ("course", "by", "case", "started", "met"),
    [
        (Course.TRANSFER, B.REPORTED, PLAIN, {W.L1}, set()),
        (Course.TRANSFER, B.APPROVED, PLAIN, {W.L2}, {W.L1}),
        (Course.TRANSFER, A.DISPATCH, PLAIN, set(), {W.L2}),
        (Course.TRANSFER, A.ACKNOWLEDGE, PLAIN, {W.L4}, set()),
        (Course.TRANSFER, A.ACKNOWLEDGE, ECONOMIC, {W.L11}, set()),
        (Course.TRANSFER, B.FOUND_INCOMPLETE, PLAIN, {W.L5_TOLD}, set()),
        (Course.TRANSFER, A.ASK_PAPERS, PLAIN, {W.L5}, {W.L5_TOLD}),
        (Course.TRANSFER, A.SUPPLY, PLAIN, set(), {W.L5}),
        (Course.TRANSFER, A.DECIDE, Case(False, "filed"), set(), {W.L4, W.L11}),
        (Course.TRANSFER, B.INFORMED, Case(False, "filed"), {W.L8}, set()),
        (Course.TRANSFER, B.INFORMED, Case(False, "not_filed"), {W.L6}, set()),
        (Course.TRANSFER, A.ASK_REVIEW, Case(False, "not_filed"), {W.L6_REVIEW}, {W.L6}),
        (Course.TRANSFER, A.REVIEW, Case(False, "not_filed"), set(), {W.L6_REVIEW}),
        (Course.TRANSFER, B.INFORMED_AGAIN, Case(False, "not_filed"), {W.L7}, set()),
        (Course.TRANSFER, B.INFORMED_AGAIN, Case(False, "filed"), {W.L8}, set()),
        (Course.TRANSFER, A.PROPOSE_SUPERVISION, Case(False, "not_filed"), set(), {W.L7}),
        (Course.TRANSFER, A.HAND_OVER, Case(False, "filed"), set(), {W.L8}),
        (Course.TRANSFER, B.FOUND_ANOTHER, PLAIN, {W.L3}, set()),
        (Course.TRANSFER, A.REDIRECT, PLAIN, set(), {W.L3, W.L4, W.L11}),
        (Course.DEMAND, A.ACKNOWLEDGE, Case(False, None, S.ACKNOWLEDGED), {W.L9}, set()),
        (Course.DEMAND, A.ACKNOWLEDGE, Case(False, None, S.NOTICE_RECEIVED), {W.L10}, set()),
        (Course.DEMAND, A.REPLY, PLAIN, set(), {W.L9}),
        (Course.DEMAND, A.NOTIFY_TO_FILE, PLAIN, set(), set()),
        (Course.DEMAND, A.DECIDE, Case(False, "filed"), set(), {W.L10}),
        (Course.DEMAND, A.DECIDE, Case(False, "not_filed"), set(), set()),
        (Course.OFFER, A.ASK_PAPERS, PLAIN, {W.INTERNAL_SUPPLEMENT}, set()),
        (Course.OFFER, A.ACKNOWLEDGE, PLAIN, set(), set()),
        (Course.SERVICE, A.OBJECT, PLAIN, {W.INTERNAL_REEXAMINATION}, set()),
        (Course.SERVICE, A.SERVE, PLAIN, set(), set()),
    ],
)
def test_an_act_starts_and_meets_its_clocks(
    course: Course, by: HandoffAct | Began, case: Case, started: set[Watched], met: set[Watched]
) -> None:
    assert set(clocks_started(course, by, case)) == started
    assert set(clocks_met(course, by, case)) == met


def test_economic_crime_alone_has_l11() -> None:
    for row in HANDOFF_CLOCKS:
        assert (row.limit is W.L11) == (
            not row.applies_when.holds(PLAIN) and row.applies_when.holds(ECONOMIC)
        )


def test_every_clock_begins_and_ends_with_acts_of_its_course() -> None:
    for row in HANDOFF_CLOCKS:
        acts = {step.act for stage in HandoffStage for step in open_handoff_steps(row.course, stage)}
        for by in (*row.starts, *row.meets):
            assert isinstance(by, Began) or by is A.DISPATCH or by in acts, (row.limit, by)


@pytest.mark.parametrize(
    ("economic", "now", "to", "added"),
    [
        (True, 3, 10, 7),
        (True, 3, 30, 27),
        (True, 10, 30, 20),
        (True, 30, 60, 30),
        (True, 10, 10, None),
        (True, 3, 60, None),
        (True, 10, 60, None),
        (True, 30, 20, None),
        (True, 60, 90, None),
        (False, 3, 10, None),
    ],
)
def test_time_is_lengthened_by_the_steps_of_the_rules(
    economic: bool, now: int, to: int, added: int | None
) -> None:
    if added is None:
        with pytest.raises(LengtheningNotOpen):
            lengthening(economic, now, to)
        return
    assert lengthening(economic, now, to) == added


@pytest.mark.parametrize(
    ("ground", "rung", "receiver", "division", "concerning", "refused"),
    [
        ("obstruction", "congress", "congress", "330110", None, False),
        ("obstruction", "congress", "congress", "330100", None, True),
        ("obstruction", "congress", "government", "330110", None, True),
        ("obstruction", "discipline", "supervision_commission", "330110", None, False),
        ("obstruction", "agency_superior", "cyberspace", "330100", {"superior": "agency"}, False),
        ("obstruction", "agency_superior", "cyberspace", "330100", {"superior": "another"}, True),
        ("not_rectified", "agency_superior", "cyberspace", "330100", {"superior": None}, False),
        ("not_rectified", "government", "government", "330110", None, False),
        ("not_rectified", "government", "government", "330000", None, True),
        ("not_rectified", "party_committee", "party_committee", "330110", None, False),
        ("not_rectified", "industry_body", "trade_association", "110000", None, False),
        ("not_rectified", "industry_body", "enterprise", "330110", None, True),
    ],
)
def test_a_rung_names_its_receivers(
    ground: str, rung: str, receiver: str, division: str, concerning: dict[str, Any] | None, refused: bool
) -> None:
    row = rung_for(Ground(ground), Rung(rung), DAY)
    agency = {"code": "agency", "kind": receiver, "division": division}
    if refused:
        with pytest.raises(WrongRung):
            check_rung(row, "330110", agency, concerning)
        return
    check_rung(row, "330110", agency, concerning)


def test_a_report_names_its_ground_and_its_rung() -> None:
    superior = rung_for(Ground.OBSTRUCTION, Rung.AGENCY_SUPERIOR, DAY)
    agency = {"code": "agency", "kind": "cyberspace", "division": "330100"}
    with pytest.raises(RungMissing):
        check_rung(superior, "330110", agency, None)
    for ground, rung in ((None, Rung.CONGRESS), (Ground.OBSTRUCTION, None)):
        with pytest.raises(RungMissing):
            rung_for(ground, rung, DAY)
    with pytest.raises(WrongRung):
        rung_for(Ground.OBSTRUCTION, Rung.PARTY_COMMITTEE, DAY)
    assert {str(row.basis) for row in RUNGS} == {"R 45", "SUG 25"}
    assert [row.rung for row in RUNGS if row.by_superior] == [Rung.AGENCY_SUPERIOR]


@pytest.mark.parametrize(
    ("office", "division", "kind", "relation"),
    [
        ("330110", "330110", "cyberspace", Relation.BESIDE),
        ("330110", "330110003", "township", Relation.BESIDE),
        ("330110", "330100", "postal", Relation.ABOVE),
        ("330110", "330000", "industry_it", Relation.ABOVE),
        ("330110", "000000", "cyberspace", Relation.ABOVE),
        ("330110", "330106", "cyberspace", Relation.ELSEWHERE),
        ("330110", "110101", "cyberspace", Relation.ELSEWHERE),
        ("330100", "330110", "cyberspace", Relation.BELOW),
        ("330100", "330110", "government", Relation.GOVERNMENT_NEXT_BELOW),
        ("330000", "330110", "government", Relation.BELOW),
        ("330000", "330100", "government", Relation.GOVERNMENT_NEXT_BELOW),
        ("330100", "330100", "government", Relation.BESIDE),
        ("000000", "000000", "cyberspace", Relation.BESIDE),
        ("000000", "330110", "cyberspace", Relation.BELOW),
    ],
)
def test_a_suggestion_goes_its_way_across_level_and_place(
    office: str, division: str, kind: str, relation: Relation
) -> None:
    way = way_to(office, division, kind)
    assert way.relation is relation
    assert way.forwarded == (relation in (Relation.ABOVE, Relation.BELOW, Relation.ELSEWHERE))
    expected = "R 13" if relation is Relation.GOVERNMENT_NEXT_BELOW else "SUG 3"
    assert str(way.basis) == expected
