"""Which clock runs for an order or a handoff, and whether it is law, agreed, or ours."""

from datetime import date

import pytest

from services.referrals.rules.deadlines import (
    LIMITS,
    Agreement,
    Limit,
    first_limit,
    limit_for,
    reply_limit,
    report_due,
)
from services.referrals.rules.kinds import KINDS, kind_for
from services.referrals.rules.modes import mode_for
from services.referrals.rules.vocabulary import Kind, Mode
from shared.clocks import Unit
from shared.problems import NoRuleInForce

DAY = date(2024, 5, 6)


def agreement(
    kind: str | None, length: int, begun: date = date(2023, 1, 1), until: date | None = None
) -> Agreement:
    return Agreement(f"a{length}", kind, length, Unit.WORKING_DAYS, "协作办法", begun, until)


def test_only_the_limits_that_the_law_states_are_statutory() -> None:
    assert {row.row for row in LIMITS if row.statutory} == {Limit.T3}
    assert all(row.basis.instrument.code == "casebridge" for row in LIMITS if not row.statutory)


def test_t3_is_thirty_days() -> None:
    assert (limit_for(Limit.T3, DAY).length, str(limit_for(Limit.T3, DAY).basis)) == (30, "R 43")
    assert limit_for(Limit.T3, DAY).rolls
    with pytest.raises(NoRuleInForce):
        limit_for(Limit.T3, date(2021, 6, 30))


def test_an_order_is_signed_for_within_an_internal_limit() -> None:
    due = first_limit(mode_for(Mode.ASSIGN, DAY), DAY)
    assert due is not None
    assert (due.row, due.statutory) == (Limit.INTERNAL_RECEIPT, False)
    papers = first_limit(mode_for(Mode.TAKE_UP, DAY), DAY)
    assert papers is not None
    assert papers.row == Limit.INTERNAL_PAPERS
    assert first_limit(mode_for(Mode.REPORT_FOR_RECORD, DAY), DAY) is None


def test_supervision_has_a_reporting_rhythm_unless_dates_are_set() -> None:
    supervise = mode_for(Mode.SUPERVISE, DAY)
    due = report_due(supervise, [], False, DAY, DAY)
    assert due is not None
    assert (due.row, due.length, due.unit, due.statutory) == (Limit.INTERNAL_REPORT, 1, Unit.MONTHS, False)
    dated = report_due(supervise, [date(2024, 5, 20), date(2024, 6, 20)], True, DAY, DAY)
    assert dated is not None
    assert (dated.row, dated.length, dated.unit, dated.rolls) == (Limit.INTERNAL_REPORT, 14, Unit.DAYS, False)
    assert report_due(supervise, [], True, DAY, DAY) is None
    assert report_due(mode_for(Mode.ASSIGN, DAY), [], False, DAY, DAY) is None


def test_a_handoff_is_answered_as_agreed_else_internally() -> None:
    lead = kind_for(Kind.CRIMINAL_LEAD, DAY)
    internal = reply_limit(lead, (), DAY, DAY)
    assert internal is not None
    assert (internal.row, internal.statutory) == (Limit.INTERNAL_OFFER, False)
    agreed = reply_limit(lead, (agreement(None, 10),), DAY, DAY)
    assert agreed is not None
    assert (agreed.row, agreed.length, agreed.unit, agreed.statutory) == (
        "agreed_reply",
        10,
        Unit.WORKING_DAYS,
        False,
    )


def test_an_agreement_about_this_very_kind_comes_first_then_the_latest() -> None:
    lead = kind_for(Kind.CRIMINAL_LEAD, DAY)
    general, special = agreement(None, 10, date(2024, 1, 1)), agreement("criminal_lead", 7)
    other, over = agreement("consultation", 2), agreement("criminal_lead", 1, until=date(2024, 5, 5))
    future = agreement("criminal_lead", 3, date(2024, 5, 7))
    found = reply_limit(lead, (general, special, other, over, future), DAY, DAY)
    assert found is not None
    assert found.length == 7
    later = reply_limit(lead, (general, agreement(None, 4, date(2024, 2, 1))), DAY, DAY)
    assert later is not None
    assert later.length == 4


def test_a_clock_runs_here_exactly_where_the_kind_says_so() -> None:
    running = {row.kind for row in KINDS if reply_limit(row, (), DAY, DAY) is not None}
    assert {
        Kind.CRIMINAL_LEAD,
        Kind.ADMINISTRATIVE_LEAD,
        Kind.CONSULTATION,
    } <= running
    assert not running & {Kind.SUGGESTION, Kind.FILING_DECISION, Kind.WORK_LETTER, Kind.PLAINTIFF_NOTICE}
