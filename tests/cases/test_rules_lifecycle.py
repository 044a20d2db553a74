"""Every listed step is open, every other pair of stage and act is refused, on every track."""

import itertools
from datetime import date

import pytest

from services.cases.errors import ConditionNotMet, StepNotOpen
from services.cases.rules.deadlines import period_for
from services.cases.rules.documents import document_on
from services.cases.rules.lifecycle import ENDED, STEPS, Situation, Step, open_steps, require, step_for
from services.cases.rules.vocabulary import Act, Stage, Track
from shared.identity import Role
from shared.problems import NoRuleInForce

DAY = date(2026, 3, 10)
LISTED = [(track, source, step) for step in STEPS for track in step.tracks for source in step.sources]
LAWFUL = {(track, source, step.act) for track, source, step in LISTED}


@pytest.mark.parametrize(("track", "source", "step"), LISTED, ids=lambda x: getattr(x, "act", x))
def test_a_listed_step_is_open(track: Track, source: Stage | None, step: Step) -> None:
    assert step_for(track, source, step.act, DAY) is step


def test_no_two_rows_speak_of_the_same_act_at_the_same_stage() -> None:
    assert len(LISTED) == len(LAWFUL)


@pytest.mark.parametrize("track", Track)
def test_every_other_step_is_refused(track: Track) -> None:
    for stage, act in itertools.product([None, *Stage], Act):
        if (track, stage, act) in LAWFUL:
            continue
        with pytest.raises(StepNotOpen) as refused:
            step_for(track, stage, act, DAY)
        assert refused.value.data["open"] == [s.act for s in open_steps(track, stage, DAY)]


def test_no_step_is_open_before_its_rules_were_in_force() -> None:
    assert open_steps(Track.LEAD, Stage.ASSESSED, date(2021, 6, 30)) == ()
    with pytest.raises(NoRuleInForce):
        step_for(Track.LEAD, Stage.ASSESSED, Act.FILE, date(2021, 6, 30))
    assert step_for(Track.LEAD, Stage.ASSESSED, Act.FILE, date(2021, 7, 1))


@pytest.mark.parametrize("stage", sorted(ENDED))
def test_only_the_archive_and_typical_cases_are_open_at_an_end(stage: Stage) -> None:
    known = {Act.ARCHIVE, Act.MAKE_TYPICAL, Act.WITHDRAW_TYPICAL}
    assert {step.act for track in Track for step in open_steps(track, stage, DAY)} <= known


def test_every_stage_can_be_reached_and_left() -> None:
    for track in Track:
        targets = {step.target for t, _, step in LISTED if t is track and step.target}
        sources = {source for t, source, _ in LISTED if t is track and source}
        begins = {Stage.OPENED} if track is not Track.LEAD else set()
        assert sources <= targets | begins
        assert targets <= sources | ENDED


def test_what_goes_to_the_chief_is_reviewed_by_the_head_first() -> None:
    for step in STEPS:
        assert Role.CHIEF not in step.chain or step.chain == (Role.DEPARTMENT_HEAD, Role.CHIEF)


@pytest.mark.parametrize("act", list(Act))
def test_an_act_is_approved_by_a_chain_at_every_stage_or_at_none(act: Act) -> None:
    assert len({bool(step.chain) for step in STEPS if step.act is act}) == 1


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.act}-{step.tracks[0]}")
def test_a_step_names_a_document_and_clocks_that_are_rows(step: Step) -> None:
    assert document_on(step.document, DAY).zh
    for row in (*step.starts, *step.meets):
        for track in step.tracks:
            assert period_for(row, DAY, track)


@pytest.mark.parametrize("act", [Act.FILE, Act.DECLINE, Act.SUGGEST, Act.TERMINATE])
def test_acts_that_end_the_matter_or_speak_outward_need_the_chief_and_wait_for_a_move(act: Act) -> None:
    for step in STEPS:
        if step.act is act:
            assert step.chain
            assert step.waits


def test_no_reply_can_be_judged_only_after_the_period_has_run_out() -> None:
    step = step_for(Track.ADMINISTRATIVE, Stage.SUGGESTION_SERVED, Act.JUDGE_NOT_PERFORMED, DAY)
    for due in (DAY, None):
        with pytest.raises(ConditionNotMet, match="ConditionNotMet"):
            require(step, Situation(on=DAY, reply_due_on=due))
    require(step, Situation(on=DAY, reply_due_on=date(2026, 3, 9)))


def test_a_reply_can_be_judged_at_once() -> None:
    step = step_for(Track.ADMINISTRATIVE, Stage.REPLIED, Act.JUDGE_NOT_PERFORMED, DAY)
    require(step, Situation(on=DAY))


def test_a_late_reply_is_judged_again() -> None:
    assert step_for(Track.ADMINISTRATIVE, Stage.NOT_PERFORMED, Act.REPLY, DAY).target is Stage.REPLIED
