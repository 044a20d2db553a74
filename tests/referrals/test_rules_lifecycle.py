"""Stages and steps: what is listed is open, whatever is not listed is refused."""

import itertools

import pytest

from services.referrals.errors import NotYourStep, StepNotOpen
from services.referrals.rules.lifecycle import (
    FIRST_STAGE,
    HANDOFF_STEPS,
    OPEN_STAGES,
    STEPS,
    Act,
    HandoffAct,
    HandoffStage,
    HandoffStep,
    Stage,
    Step,
    check_party,
    handoff_is_open,
    handoff_step_for,
    is_open,
    open_handoff_steps,
    open_steps,
    step_for,
)
from services.referrals.rules.modes import Track
from services.referrals.rules.vocabulary import Form, Party

LISTED = {(step.track, step.source, step.act) for step in STEPS}
LISTED_HANDOFF = {(step.form, step.source, step.act) for step in HANDOFF_STEPS}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.track}-{step.source}-{step.act}")
def test_a_listed_step_is_open(step: Step) -> None:
    assert step_for(step.track, step.source, step.act) is step
    assert is_open(step.track, step.source, step.act)


def test_every_other_step_is_refused_and_says_what_is_open() -> None:
    for track, stage, act in set(itertools.product(Track, Stage, Act)) - LISTED:
        assert not is_open(track, stage, act)
        with pytest.raises(StepNotOpen) as refused:
            step_for(track, stage, act)
        assert refused.value.data["open"] == [step.act for step in open_steps(track, stage)]


@pytest.mark.parametrize("step", HANDOFF_STEPS, ids=lambda step: f"{step.form}-{step.source}-{step.act}")
def test_a_listed_step_of_a_handoff_is_open(step: HandoffStep) -> None:
    assert handoff_step_for(step.form, step.source, step.act) is step
    assert handoff_is_open(step.form, step.source, step.act)


def test_every_other_step_of_a_handoff_is_refused() -> None:
    for form, stage, act in set(itertools.product(Form, HandoffStage, HandoffAct)) - LISTED_HANDOFF:
        assert not handoff_is_open(form, stage, act)
        with pytest.raises(StepNotOpen) as refused:
            handoff_step_for(form, stage, act)
        assert refused.value.data["open"] == [step.act for step in open_handoff_steps(form, stage)]


def test_no_step_is_listed_twice() -> None:
    assert len(LISTED) == len(STEPS)
    assert len(LISTED_HANDOFF) == len(HANDOFF_STEPS)


def reachable(track: Track) -> set[Stage]:
    seen, todo = set(), [FIRST_STAGE[track]]
    while todo:
        stage = todo.pop()
        if stage not in seen:
            seen.add(stage)
            todo += [step.target for step in open_steps(track, stage)]
    return seen


@pytest.mark.parametrize("track", Track)
def test_every_stage_of_a_track_can_be_reached(track: Track) -> None:
    assert {step.source for step in STEPS if step.track is track} <= reachable(track)


def test_custody_comes_into_force_only_through_arming_and_receipt() -> None:
    into = {
        (step.source, step.act)
        for step in STEPS
        if step.track is Track.CUSTODY and step.target is Stage.IN_FORCE and step.source is not Stage.IN_FORCE
    }
    assert into == {(Stage.RECEIVED, Act.ENTER_FORCE)}
    received = {
        step.source
        for step in STEPS
        if step.track is Track.CUSTODY and step.target is Stage.RECEIVED and step.source is not Stage.RECEIVED
    }
    assert received == {Stage.ARMED}


def test_a_moving_order_can_be_voided_until_it_is_in_force_and_withdrawn_until_received() -> None:
    for stage in OPEN_STAGES:
        assert is_open(Track.CUSTODY, stage, Act.VOID)
        assert is_open(Track.CUSTODY, stage, Act.WITHDRAW) is (stage is not Stage.RECEIVED)
    for stage in (Stage.IN_FORCE, Stage.VOIDED, Stage.WITHDRAWN):
        assert {step.act for step in open_steps(Track.CUSTODY, stage)} <= {Act.PAPERS, Act.DISAGREE}


def test_service_can_be_neither_returned_nor_withdrawn() -> None:
    acts = {step.act for step in HANDOFF_STEPS if step.form is Form.SERVICE}
    assert not acts & {HandoffAct.RETURN, HandoffAct.WITHDRAW, HandoffAct.ACKNOWLEDGE, HandoffAct.ACCEPT}


def test_a_reply_to_served_papers_counts_however_late() -> None:
    assert handoff_is_open(Form.SERVICE, HandoffStage.CONCLUDED, HandoffAct.REPLY)
    assert not handoff_is_open(Form.SERVICE, HandoffStage.DISPATCHED, HandoffAct.REPLY)


def test_a_step_belongs_to_its_parties() -> None:
    step = step_for(Track.CUSTODY, Stage.ARMED, Act.RECEIVE)
    check_party(step, {Party.ADDRESSEE, Party.HOLDER})
    for other in (Party.ISSUER, Party.HOLDER, Party.ISSUERS_SUPERIOR):
        with pytest.raises(NotYourStep):
            check_party(step, {other})


def test_offers_and_requests_are_withdrawn_only_before_the_answer() -> None:
    assert {s.source for s in HANDOFF_STEPS if s.act is HandoffAct.WITHDRAW} == {
        HandoffStage.DISPATCHED,
        HandoffStage.ACKNOWLEDGED,
    }
