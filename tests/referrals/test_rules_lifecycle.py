"""Stages and steps: what is listed is open, whatever is not listed is refused."""

import itertools

import pytest

from services.referrals.errors import NotYourStep, StepNotOpen
from services.referrals.rules.courses import (
    ANSWERED_BY,
    BEFORE_DISPATCH,
    HANDOFF_STEPS,
    HANDOFFS_AWAITED,
    HandoffAct,
    HandoffStage,
    HandoffStep,
    handoff_is_open,
    handoff_step_for,
    open_handoff_steps,
)
from services.referrals.rules.lifecycle import (
    FIRST_STAGE,
    OPEN_STAGES,
    STEPS,
    Act,
    Stage,
    Step,
    check_party,
    is_open,
    open_steps,
    step_for,
)
from services.referrals.rules.modes import Track
from services.referrals.rules.vocabulary import Course, Party

LISTED = {(step.track, step.source, step.act) for step in STEPS}
LISTED_HANDOFF = {(step.course, step.source, step.act) for step in HANDOFF_STEPS}


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


@pytest.mark.parametrize("step", HANDOFF_STEPS, ids=lambda step: f"{step.course}-{step.source}-{step.act}")
def test_a_listed_step_of_a_handoff_is_open(step: HandoffStep) -> None:
    assert handoff_step_for(step.course, step.source, step.act) is step
    assert handoff_is_open(step.course, step.source, step.act)


def test_every_other_step_of_a_handoff_is_refused() -> None:
    for course, stage, act in set(itertools.product(Course, HandoffStage, HandoffAct)) - LISTED_HANDOFF:
        assert not handoff_is_open(course, stage, act)
        with pytest.raises(StepNotOpen) as refused:
            handoff_step_for(course, stage, act)
        assert refused.value.data["open"] == [step.act for step in open_handoff_steps(course, stage)]


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


def test_what_is_served_comes_back_only_by_a_decision_of_the_office() -> None:
    acts = {step.act for step in HANDOFF_STEPS if step.course is Course.SERVICE}
    assert not acts & {HandoffAct.RETURN, HandoffAct.REDIRECT, HandoffAct.ACKNOWLEDGE, HandoffAct.ACCEPT}
    back = [s for s in HANDOFF_STEPS if s.course is Course.SERVICE and s.act is HandoffAct.WITHDRAW]
    assert {step.by for step in back} == {(Party.ANNOUNCEMENT,)}


def test_a_reply_to_served_papers_counts_however_late() -> None:
    assert handoff_is_open(Course.SERVICE, HandoffStage.CONCLUDED, HandoffAct.REPLY)
    assert not handoff_is_open(Course.SERVICE, HandoffStage.DISPATCHED, HandoffAct.REPLY)


def test_a_step_belongs_to_its_parties() -> None:
    step = step_for(Track.CUSTODY, Stage.ARMED, Act.RECEIVE)
    check_party(step, {Party.ADDRESSEE, Party.HOLDER})
    for other in (Party.ISSUER, Party.HOLDER, Party.ISSUERS_SUPERIOR):
        with pytest.raises(NotYourStep):
            check_party(step, {other})


def test_persons_withdraw_only_before_the_answer() -> None:
    persons = [s for s in HANDOFF_STEPS if s.act is HandoffAct.WITHDRAW and s.by != (Party.ANNOUNCEMENT,)]
    assert {step.source for step in persons} == {
        HandoffStage.HELD,
        HandoffStage.DISPATCHED,
        HandoffStage.ACKNOWLEDGED,
    }


def courses_from(course: Course, *first: HandoffStage) -> set[HandoffStage]:
    seen: set[HandoffStage] = set()
    todo = list(first)
    while todo:
        stage = todo.pop()
        if stage not in seen:
            seen.add(stage)
            todo += [step.target for step in open_handoff_steps(course, stage)]
    return seen


@pytest.mark.parametrize("course", Course)
def test_every_stage_of_a_course_can_be_reached_and_every_course_ends(course: Course) -> None:
    sources = {step.source for step in HANDOFF_STEPS if step.course is course}
    reached = courses_from(course, HandoffStage.DISPATCHED, *BEFORE_DISPATCH)
    assert sources <= reached
    for stage in sources - {HandoffStage.PROPOSED, HandoffStage.HELD}:
        ends = courses_from(course, stage) & {HandoffStage.CONCLUDED, HandoffStage.WITHDRAWN}
        assert ends, f"{course} has no way out of {stage}"


@pytest.mark.parametrize("course", Course)
def test_what_counts_as_an_answer_is_an_act_of_its_course(course: Course) -> None:
    acts = {step.act for step in HANDOFF_STEPS if step.course is course}
    assert set(ANSWERED_BY[course]) <= acts


def test_whose_turn_it_is_can_act_then() -> None:
    for row in HANDOFFS_AWAITED:
        mine = [s for s in open_handoff_steps(row.course, row.stage) if row.party in s.by]
        assert mine, f"{row.course} at {row.stage} waits for {row.party}, who can do nothing"
