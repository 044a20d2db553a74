"""Every limit on worked dates; what a suggestion contains, how an answer is judged, why a case ends."""

from datetime import date

import pytest

from services.cases.errors import (
    DocumentIncomplete,
    FindingDoesNotFit,
    GroundDoesNotFit,
    PartUnknown,
    PeriodTooShort,
)
from services.cases.rules.book import BOOK, Row
from services.cases.rules.deadlines import PERIODS, period_for, reply_period
from services.cases.rules.documents import check_parts, parts_of
from services.cases.rules.suggestion import (
    ENDINGS,
    FORMS,
    check_rectification,
    ending_for,
    form_for,
)
from services.cases.rules.vocabulary import Finding, Ground, Pace, Stage, Track
from shared.calendar import load
from shared.citation import Mark
from shared.clocks import Pause, deadline
from shared.problems import NoRuleInForce

PLAN = load()
DAY = date(2026, 3, 10)
FULL = {part.code: "x" for part in parts_of("suggestion")}


@pytest.mark.parametrize(
    ("row", "basis_on", "due_on"),
    [
        ("T4", date(2023, 6, 28), date(2023, 7, 5)),
        ("T5", date(2023, 6, 30), date(2023, 7, 3)),
        ("T6", date(2023, 6, 30), date(2023, 7, 5)),
        ("T7", date(2023, 6, 30), date(2023, 8, 30)),
        ("T8", date(2023, 6, 30), date(2023, 7, 17)),
        ("T9", date(2023, 8, 30), date(2023, 10, 7)),
    ],
)
def test_a_limit_ends_on_its_day(row: str, basis_on: date, due_on: date) -> None:
    assert deadline(period_for(row, basis_on), basis_on, PLAN).due_on == due_on


WORKED = (
    ("T1", None, "2024-09-28", "2024-10-08"),  # a make-up Sunday before, the National Day week after
    ("T2", None, "2024-03-05", "2024-03-08"),
    ("T7", None, "2023-12-30", "2024-02-29"),  # there is no 30 February; 2024 is a leap year
    ("T9", None, "2024-01-31", "2024-02-29"),
    (
        "T10",
        None,
        "2024-01-12",
        "2024-02-18",
    ),  # ends in the Spring Festival; 18 February, a Sunday, is worked
    ("T11", "civil", "2023-11-30", "2024-02-29"),
    ("T11", "civil", "2025-04-10", "2025-07-10"),
    ("T15", None, "2024-04-29", "2024-05-06"),
    ("T16", None, "2024-10-09", "2024-10-12"),  # a make-up Saturday
    ("T17", None, "2024-12-30", "2025-01-02"),  # over the end of the year
    ("T18", "civil", "2025-01-20", "2025-02-05"),
    ("T18r", "administrative", "2024-05-07", "2024-05-17"),
    ("T18r", "civil", "2023-09-19", "2023-10-07"),
    ("T19", None, "2024-06-06", "2024-06-11"),
    ("T20", "administrative", "2024-04-02", "2024-04-07"),  # a Sunday that is worked
    ("T20", "civil", "2024-07-01", "2024-07-04"),
    ("T21", "civil", "2025-09-30", "2025-10-09"),
    ("T22", "civil", "2024-02-05", "2024-02-18"),
    ("T23", "administrative", "2024-09-10", "2024-09-18"),
    ("T24", "civil", "2024-02-01", "2024-02-18"),
    ("T25", "civil", "2023-08-31", "2024-02-29"),
    ("T25s", "administrative", "2023-11-30", "2024-02-29"),
    ("T26", None, "2023-12-31", "2024-02-29"),
    ("I11", None, "2024-01-12", "2024-02-18"),
    ("I12", None, "2024-04-30", "2024-05-06"),  # over Labour Day
)


@pytest.mark.parametrize(("row", "track", "basis", "due"), WORKED)
def test_a_limit_ends_on_its_worked_day(row: str, track: str | None, basis: str, due: str) -> None:
    basis_on = date.fromisoformat(basis)
    assert deadline(period_for(row, basis_on, track), basis_on, PLAN).due_on == date.fromisoformat(due)


def test_every_statutory_limit_has_a_worked_day() -> None:
    first = {"T4", "T5", "T6", "T8"}  # in the table above
    assert {p.row for p in PERIODS if p.statutory} <= {row for row, *_ in WORKED} | first


def test_only_the_review_for_suit_stops_for_appraisal_or_suspension() -> None:
    assert [p.row for p in PERIODS if p.excludes] == ["T9", "T11"]
    assert [p.row for p in PERIODS if p.suspends] == ["T9", "T11"]
    pause = Pause(date(2023, 7, 1), date(2023, 7, 20), "R 48")
    t7 = deadline(period_for("T7", date(2023, 6, 30)), date(2023, 6, 30), PLAN, exclusions=[pause])
    assert t7.due_on == date(2023, 8, 30)


def test_internal_limits_are_never_shown_as_statutory() -> None:
    for period in PERIODS:
        assert period.statutory is (period.basis.mark is not Mark.INTERNAL)


def test_the_pace_decides_the_reply_period() -> None:
    day = date(2026, 3, 10)
    assert (reply_period(Pace.ORDINARY, day).row, reply_period(Pace.URGENT, day).row) == ("T7", "T8")


def test_no_limit_where_no_rule_was_in_force() -> None:
    with pytest.raises(NoRuleInForce):
        period_for("T7", date(2020, 12, 31))
    with pytest.raises(NoRuleInForce):
        period_for("T4", date(2021, 6, 30))


def test_a_suggestion_needs_seven_parts_and_may_lack_the_eighth() -> None:
    day = date(2026, 3, 10)
    assert len(FULL) == 8
    check_parts("suggestion", FULL | {"other": ""}, day)
    with pytest.raises(DocumentIncomplete) as refused:
        check_parts("suggestion", FULL | {"harm": " ", "content": None}, day)
    assert [m["part"] for m in refused.value.data["missing"]] == ["harm", "content"]
    assert refused.value.data["article"] == "R 75"
    with pytest.raises(PartUnknown):
        check_parts("suggestion", FULL | {"ornament": "x"}, day)


def test_a_rectification_period_is_never_shorter_than_the_agency_s_own_time() -> None:
    decided = date(2023, 6, 30)
    check_rectification(Pace.ORDINARY, decided, decided, date(2023, 8, 30), PLAN)
    check_rectification(Pace.URGENT, decided, decided, date(2023, 7, 17), PLAN)
    with pytest.raises(PeriodTooShort) as refused:
        check_rectification(Pace.ORDINARY, decided, decided, date(2023, 8, 29), PLAN)
    assert refused.value.data["mark"] == Mark.INFERENCE


def test_there_are_seven_forms_of_not_performed_and_one_of_performed() -> None:
    assert {form.finding for form in FORMS} == set(Finding)
    assert [str(f.basis) for f in FORMS[1:]] == [f"R 82({n})" for n in range(1, 8)]


@pytest.mark.parametrize(
    ("finding", "replied", "fits"),
    [
        (Finding.NO_REPLY_NO_MEASURES, True, False),
        (Finding.NO_REPLY_NO_MEASURES, False, True),
        (Finding.REPLIED_WITHOUT_PERFORMING, False, False),
        (Finding.REPLIED_WITHOUT_PERFORMING, True, True),
        (Finding.PERFORMED, False, True),
        (Finding.OTHER, True, True),
    ],
)
def test_a_finding_must_fit_what_happened(finding: Finding, replied: bool, fits: bool) -> None:
    if fits:
        assert form_for(finding, replied, DAY).finding is finding
        return
    with pytest.raises(FindingDoesNotFit):
        form_for(finding, replied, DAY)


def test_a_case_ends_only_on_a_ground_open_to_it() -> None:
    assert str(ending_for(Ground.FULLY_RECTIFIED, Track.ADMINISTRATIVE, Stage.REVIEWED, DAY).basis) == "R 74"
    assert str(ending_for(Ground.OTHER_SUBJECT_SUED, Track.CIVIL, Stage.REVIEWED, DAY).basis) == "R 90"
    for ground, track, stage in (
        (Ground.NO_UNLAWFUL_ACT, Track.ADMINISTRATIVE, Stage.REVIEWED),
        (Ground.OTHER_SUBJECT_SUED, Track.ADMINISTRATIVE, Stage.INVESTIGATED),
        (Ground.FULLY_RECTIFIED, Track.CIVIL, Stage.INVESTIGATED),
    ):
        with pytest.raises(GroundDoesNotFit) as refused:
            ending_for(ground, track, stage, DAY)
        here = [e.ground for e in ENDINGS if track in e.tracks and stage in e.stages]
        assert refused.value.data["open"] == here


@pytest.mark.parametrize(("table", "row"), [(name, row) for name, rows in BOOK.items() for row in rows])
def test_every_row_cites_an_article_and_begins_no_earlier_than_its_instrument(table: str, row: Row) -> None:
    assert row.basis.article
    since = row.basis.instrument.since
    assert since is None or row.since >= since, f"{table}: {row}"
