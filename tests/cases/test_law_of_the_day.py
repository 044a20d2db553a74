"""A row that the law replaces speaks until its last day; from the next day on its successor does."""

from dataclasses import replace
from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest

from services.cases.errors import GroundDoesNotFit, MeasureForbidden
from services.cases.rules import anonymity, custody, deadlines, documents, investigation, outward, suggestion
from services.cases.rules.vocabulary import Act, Finding, Ground, OrderMode, Stage, Track
from shared import clock
from shared.problems import NoRuleInForce
from tests.cases.story import PROSECUTOR, Story

LAST = date(2026, 3, 9)
NEXT = LAST + timedelta(1)


def until(monkeypatch: pytest.MonkeyPatch, module: ModuleType, table: str, day: date, **new: Any) -> None:
    """Every row of the table is in force until that day; then each has a successor, if it is said which."""
    rows = getattr(module, table)
    old = tuple(replace(row, until=day) for row in rows)
    then = tuple(replace(row, since=day + timedelta(1), **new) for row in rows) if new else ()
    monkeypatch.setattr(module, table, old + then)


def test_a_finding_and_an_ending_are_those_of_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    until(monkeypatch, suggestion, "FORMS", LAST, zh="新")
    assert suggestion.form_of(Finding.PERFORMED, LAST).zh == "已依法履职"
    assert suggestion.form_of(Finding.PERFORMED, NEXT).zh == "新"
    until(monkeypatch, suggestion, "ENDINGS", LAST, stages=(Stage.OPENED,))
    asked = (Ground.FULLY_RECTIFIED, Track.ADMINISTRATIVE, Stage.REVIEWED)
    assert suggestion.ending_for(*asked, LAST).ground is Ground.FULLY_RECTIFIED
    with pytest.raises(GroundDoesNotFit) as refused:
        suggestion.ending_for(*asked, NEXT)
    assert refused.value.data["open"] == []


def test_what_is_forbidden_is_what_is_forbidden_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    until(monkeypatch, investigation, "FORBIDDEN", LAST)
    with pytest.raises(MeasureForbidden):
        investigation.measure_for("seal", LAST)
    with pytest.raises(NoRuleInForce):  # no longer forbidden, and no measure of the law either
        investigation.measure_for("seal", NEXT)


def test_orders_answers_traces_and_lengthenings_are_those_of_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    until(monkeypatch, custody, "EFFECTS", LAST, settles=False)
    effects = [custody.effect_of(OrderMode.ASSIGN, None, day) for day in (LAST, NEXT)]
    assert [effect.settles for effect in effects if effect] == [True, False]
    until(monkeypatch, custody, "SCOPES", LAST)
    assert (custody.stays("supervision", LAST), custody.scope_of("supervision", NEXT)) == (True, None)
    until(monkeypatch, outward, "OUTWARD", LAST)
    assert outward.heard_act("appraisal", "dispatched", LAST) is Act.ENTRUST_APPRAISAL
    assert outward.heard_act("appraisal", "dispatched", NEXT) is None
    until(monkeypatch, anonymity, "TRACES", LAST)
    text = "联系人13812345678"
    assert [anonymity.traces_in(text, [], day) for day in (LAST, NEXT)] == [["mobile"], []]
    until(monkeypatch, deadlines, "LENGTHENINGS", LAST, most=2)
    rules = [deadlines.lengthening_by(deadlines.OWN_CHIEF, "T9", day) for day in (LAST, NEXT)]
    assert [rule.most for rule in rules if rule] == [1, 2]
    until(monkeypatch, deadlines, "RESTARTS", LAST)
    assert deadlines.restart_for("transfer_for_suit", None, LAST)
    assert deadlines.restart_for("transfer_for_suit", None, NEXT) is None


async def test_a_document_is_renamed_from_its_day_on(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a coming law may rename the suggestion; what was made before keeps its name."""
    day, rows = clock.today() - timedelta(1), documents.DOCUMENTS
    old = [replace(row, until=day) if row.code == "suggestion" else row for row in rows]
    (named,) = [row for row in rows if row.code == "suggestion"]
    renamed = replace(named, zh="检察意见书", since=day + timedelta(1))
    before = await story.backdated(days=10)
    monkeypatch.setattr(documents, "DOCUMENTS", (*old, renamed))
    earlier, later = await story.backdated(days=10), await story.suggested()
    names = []
    for case in (before, earlier, later):
        acts = await story.client.read(f"/cases/v1/matters/{case['id']}/acts", PROSECUTOR)
        names += [each["document_name"] for each in acts["items"] if each["document"] == "suggestion"]
    assert names == ["检察建议书", "检察建议书", "检察意见书"]
    shown = await story.investigated()
    (open_,) = [each for each in shown["open_acts"] if each["act"] == "suggest"]
    assert open_["document_name"] == "检察意见书"
