"""Kinds of handoff: form, receivers, answers, and what a preview may show."""

from datetime import date

import pytest

from services.referrals.errors import (
    AnswerNotForeseen,
    KindComesFromAnAct,
    OutcomeNotForeseen,
    ReasonNeeded,
    WrongReceiver,
    WrongSender,
)
from services.referrals.rules.courses import HandoffAct, open_handoff_steps
from services.referrals.rules.courses import HandoffStage as Stage
from services.referrals.rules.kinds import (
    ENVELOPE,
    FORESEEN,
    KINDS,
    LETTER,
    Clock,
    Created,
    KindRow,
    Opens,
    Paper,
    check_answer,
    check_outcome,
    check_receiver,
    check_sender,
    foresees,
    kind_for,
    missing_papers,
    postable,
)
from services.referrals.rules.kinds.row import Answers
from services.referrals.rules.vocabulary import Form, Kind, OrganisationKind, Outcome
from shared.citation import Mark
from shared.problems import NoRuleInForce

DAY = date(2024, 5, 6)


def row(kind: str) -> KindRow:
    return kind_for(Kind(kind), DAY)


def test_every_kind_has_one_row_with_a_basis() -> None:
    assert sorted(each.kind for each in KINDS) == sorted(Kind)
    assert all(str(each.basis) for each in KINDS)


@pytest.mark.parametrize(
    ("kind", "receiver", "goes"),
    [
        ("suggestion", "cyberspace", True),
        ("suggestion", "government", True),
        ("suggestion", "procuratorate", False),
        ("filing_decision", "market_regulation", True),
        ("criminal_lead", "public_security", True),
        ("criminal_lead", "procuratorate", True),
        ("criminal_lead", "cyberspace", False),
        ("duty_violation_lead", "supervision_commission", True),
        ("duty_violation_lead", "public_security", False),
        ("administrative_lead", "cyberspace", True),
        ("administrative_lead", "health", True),
        ("administrative_lead", "court", False),
        ("consultation", "education", True),
        ("consultation", "trade_association", False),
        ("evidence_request", "enterprise", True),
        ("evidence_request", "procuratorate", False),
        ("technical_assistance", "public_security", True),
        ("technical_assistance", "institution", True),
        ("technical_assistance", "court", False),
        ("court_communication", "court", True),
        ("court_communication", "cyberspace", False),
        ("plaintiff_notice", "consumer_organisation", True),
        ("plaintiff_notice", "designated_organisation", True),
        ("plaintiff_notice", "education", False),
        ("work_letter", "trade_association", True),
        ("obstruction_report", "congress", True),
    ],
)
def test_a_kind_goes_to_those_it_is_for(kind: str, receiver: str, goes: bool) -> None:
    if goes:
        check_receiver(row(kind), receiver)
        return
    with pytest.raises(WrongReceiver):
        check_receiver(row(kind), receiver)


@pytest.mark.parametrize(
    ("kind", "sender", "comes"),
    [
        ("agency_lead", "cyberspace", True),
        ("agency_lead", "procuratorate", False),
        ("agency_lead", "court", True),
        ("agency_lead", "supervision_commission", True),
        ("agency_lead", "consumer_organisation", True),
        ("agency_lead", "enterprise", False),
        ("criminal_transfer", "market_regulation", True),
        ("criminal_transfer", "public_security", False),
        ("criminal_transfer", "procuratorate", False),
        ("criminal_lead", "procuratorate", True),
        ("criminal_lead", "cyberspace", False),
        ("work_letter", "enterprise", False),
    ],
)
def test_a_kind_comes_from_those_who_send_it(kind: str, sender: str, comes: bool) -> None:
    if comes:
        check_sender(row(kind), sender)
        return
    with pytest.raises(WrongSender):
        check_sender(row(kind), sender)


def test_what_follows_from_an_official_act_cannot_be_posted() -> None:
    for each in KINDS:
        if each.created is Created.BY_ACT:
            with pytest.raises(KindComesFromAnAct):
                postable(each)
        else:
            assert postable(each) is each


@pytest.mark.parametrize("each", KINDS, ids=lambda each: each.kind)
@pytest.mark.parametrize("act", HandoffAct)
def test_an_answer_is_open_exactly_where_the_kind_foresees_it(each: KindRow, act: HandoffAct) -> None:
    if act not in FORESEEN or FORESEEN[act] in each.answers:
        check_answer(each, act)
        return
    assert not foresees(each, act)
    with pytest.raises(AnswerNotForeseen):
        check_answer(each, act)


@pytest.mark.parametrize("each", KINDS, ids=lambda each: each.kind)
def test_every_answer_of_a_kind_is_a_step_of_its_course(each: KindRow) -> None:
    steps = {step.act for stage in Stage for step in open_handoff_steps(each.course, stage)}
    for answer in each.answers:
        assert {act for act, way in FORESEEN.items() if way is answer} & steps, answer


@pytest.mark.parametrize("each", KINDS, ids=lambda each: each.kind)
def test_a_kind_that_is_decided_knows_its_outcomes_and_a_refusal_gives_reasons(each: KindRow) -> None:
    assert (Answers.DECISION in each.answers) == bool(each.outcomes)
    assert set(each.refusals) <= set(each.outcomes)
    for outcome in Outcome:
        if outcome not in each.outcomes:
            with pytest.raises(OutcomeNotForeseen):
                check_outcome(each, outcome, "理由")
        elif outcome in each.refusals:
            with pytest.raises(ReasonNeeded):
                check_outcome(each, outcome, None)
            check_outcome(each, outcome, "理由")
        else:
            check_outcome(each, outcome, None)


def test_forms_decide_when_the_package_opens() -> None:
    for each in KINDS:
        if each.form is Form.SERVICE:
            assert each.package_at is Opens.DISPATCH, each.kind
            assert Answers.RETURN not in each.answers, each.kind
    assert row("criminal_lead").package_at is Opens.ACCEPTANCE
    assert row("agency_lead").package_at is Opens.ACCEPTANCE
    assert row("consultation").package_at is Opens.ACKNOWLEDGEMENT


def test_allow_lists_are_empty_unless_the_row_says_otherwise() -> None:
    fields = {name: info.default for name, info in KindRow.__dataclass_fields__.items()}
    assert (fields["preview"], fields["package"]) == ((), ())
    for each in KINDS:
        assert not set(each.preview) & set(LETTER), each.kind
        assert "matter_id" not in each.preview or each.kind is Kind.AGENCY_LEAD  # the lead is the receiver's
        assert set(each.package) <= set(LETTER), each.kind
    assert not set(ENVELOPE) & {*LETTER, "matter_id", "persons"}


def test_served_documents_run_no_clock_here() -> None:
    for each in KINDS:
        if each.form is Form.SERVICE:
            assert each.clock in (Clock.IN_THE_CASE, Clock.NONE)


def test_papers_are_advice() -> None:
    assert missing_papers(row("criminal_lead"), frozenset()) == (
        Paper.TRANSFER_LETTER,
        Paper.LIST_OF_MATERIALS,
    )
    assert missing_papers(row("criminal_lead"), frozenset({"transfer_letter"})) == (Paper.LIST_OF_MATERIALS,)
    assert missing_papers(row("work_letter"), frozenset({"letter", "other"})) == ()


def test_an_administrative_lead_rests_on_a_law_that_must_be_in_force() -> None:
    with pytest.raises(NoRuleInForce):
        kind_for(Kind.ADMINISTRATIVE_LEAD, date(2021, 10, 31))
    found = kind_for(Kind.ADMINISTRATIVE_LEAD, date(2021, 11, 1))
    assert (str(found.basis), found.basis.mark) == ("PIPL 65", Mark.OUR_READING)


def test_every_receiver_is_a_known_kind_of_organisation() -> None:
    for each in KINDS:
        assert each.receivers <= frozenset(OrganisationKind)
        assert each.senders <= frozenset(OrganisationKind)
