"""Every event that any service announces is told in words, or stands among those that nobody is told of."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest

from services.cases.rules.custody import SCOPES
from services.cases.rules.deadlines import PERIODS
from services.cases.rules.evidence import Custody
from services.notifications.actions.settling import EXHAUSTED
from services.notifications.rules.mail import PHRASES, Topic
from services.notifications.rules.recipients import NOTICES, notice_of
from services.notifications.rules.silent import SILENT, Silent
from services.notifications.rules.wording import DIGESTS, ORGANISATIONS, WORDINGS, Wording, say
from services.notifications.rules.words import WORDS, word_of
from services.referrals.actions.passing import EXPIRED
from services.referrals.actions.protocol import MATTER_ENDED
from services.referrals.rules.courses import HandoffAct
from services.referrals.rules.deadlines import LIMITS, Limit
from services.referrals.rules.lifecycle import STEPS, Act
from services.referrals.rules.modes import MODES
from services.referrals.rules.vocabulary import Mode
from services.referrals.rules.watched import WATCHED
from shared.events import Event
from shared.ledger.tables import Change
from tests.architecture.product import events

PUBLISHED: dict[str, type[Event]] = dict(events())
OF_THE_TABLES = (*PERIODS, *LIMITS, *WATCHED)
ROWS = {row.row for row in OF_THE_TABLES} | {Limit.AGREED_REPLY}
RECOUNTED = {*Change, "suspension_over", "exclusion_over", "calendar"}
ENDED = {row.ends_as for row in MODES} | {EXPIRED, MATTER_ENDED, "withdrawn", "custody_moved"}
# What `cases` answers to an order that it cannot carry out, and what ends one that waits.
VOIDED = {"unknown", "ended", "before_the_matter", "stale_epoch", "no_transfer_for_suit", "already_moving"}
VOIDED |= {"not_waiting_for_it", "not_the_holder", "operator", "custody_moved", "case_opened", MATTER_ENDED}

# Acts in a handoff that are announced by events of their own, not by `handoff_acted`.
TOLD_APART = {
    *(HandoffAct.DISPATCH, HandoffAct.APPROVE, HandoffAct.DECLINE, HandoffAct.FORWARD),
    *(HandoffAct.DISAGREE, HandoffAct.NAME_FORWARDER),
    *(HandoffAct.ACKNOWLEDGE, HandoffAct.ACCEPT, HandoffAct.RETURN, HandoffAct.REDIRECT),
    *(HandoffAct.DECIDE, HandoffAct.REVIEW, HandoffAct.SERVE, HandoffAct.REPLY),
    *(HandoffAct.JUDGE, HandoffAct.CONCLUDE, HandoffAct.WITHDRAW),
}

# Facts that stand in sentences: which words they may be, where their type does not say it. Codes and
# numbers are shown as they are.
VOCABULARY: dict[tuple[str, str], Iterable[str]] = {
    **{(f"{source}.clock_{name}", "row"): ROWS
       for source in ("cases", "referrals")
       for name in ("started", "met", "due_soon", "breached", "changed", "ended")},
    **{(f"{source}.clock_changed", "reason"): RECOUNTED for source in ("cases", "referrals")},
    ("cases.grant_given", "scope"): [row.code for row in SCOPES],
    ("cases.grant_ended", "reason"): ENDED,
    ("cases.document_checked", "outcome"): [Custody.CHECKED, Custody.DAMAGED, Custody.MISSING],
    ("referrals.referral_voided", "reason"): VOIDED,
    ("referrals.handoff_acted", "act"): set(HandoffAct) - TOLD_APART,
    ("referrals.part_not_issued", "mode"): list(Mode),
    ("notifications.delivery_blocked", "reason"): [EXHAUSTED],
}  # fmt: skip
# Numbers of ours, and the outcome that an agency gives in words of its own table.
AS_IT_IS = {"number", "sha256", ("referrals.handoff_decided", "outcome")}

each_wording = pytest.mark.parametrize("row", WORDINGS, ids=lambda row: row.event)


def test_every_event_is_told_in_words_or_stands_among_the_silent_ones() -> None:
    told, silent = [row.event for row in NOTICES], [row.event for row in SILENT]
    assert len(told) == len(set(told))
    assert len(silent) == len(set(silent))
    assert sorted([*told, *silent]) == sorted(PUBLISHED)
    assert {row.event for row in WORDINGS} == set(told)
    assert len({(row.event, row.modes) for row in WORDINGS}) == len(WORDINGS)


@pytest.mark.parametrize("row", SILENT, ids=lambda row: row.event)
def test_a_silent_event_says_why(row: Silent) -> None:
    assert len(row.why.split()) >= 3


@each_wording
def test_a_sentence_needs_only_what_the_event_has_and_the_inbox_keeps(row: Wording) -> None:
    notice = notice_of(row.event)
    assert notice is not None
    assert row.placeholders() <= set(notice.fields) <= set(PUBLISHED[row.event].model_fields)


def _kinds(annotation: Any) -> set[Any]:
    if get_origin(annotation) in (Union, UnionType):
        return set().union(*(_kinds(each) for each in get_args(annotation)))
    return {annotation}


@each_wording
def test_whatever_stands_in_a_sentence_has_a_word(row: Wording) -> None:
    for name in row.placeholders():
        for kind in _kinds(PUBLISHED[row.event].model_fields[name].annotation) - {type(None), date, int}:
            if (row.event, name) in VOCABULARY:
                values: Iterable[str] = VOCABULARY[row.event, name]
            elif kind is bool:
                values = ("True", "False")
            elif isinstance(kind, type) and issubclass(kind, StrEnum):
                values = list(kind)
            else:
                assert kind is str, f"{row.event}.{name} is a {kind}"
                assert name in ORGANISATIONS or {name, (row.event, name)} & AS_IT_IS, f"{row.event}.{name}"
                continue
            missing = [value for value in values if word_of(str(value), name) is None]
            assert not missing, f"{row.event}.{name}"


def test_every_text_of_the_table_above_still_stands_in_a_sentence() -> None:
    said = {(row.event, name) for row in WORDINGS for name in row.placeholders()}
    assert set(VOCABULARY) <= said


def test_a_word_stands_once_and_is_used_for_nothing_else() -> None:
    assert len({(row.fact, row.value) for row in WORDS}) == len(WORDS)
    assert all(row.zh and row.en for row in WORDS)


def test_a_limit_is_called_as_the_service_that_keeps_it_calls_it() -> None:
    for row in ROWS - {Limit.AGREED_REPLY}:
        word = word_of(row)
        assert word is not None
        assert (word.zh, word.en) in {(each.zh, each.en) for each in OF_THE_TABLES if each.row == row}


@pytest.mark.parametrize("row", WORDINGS, ids=lambda row: row.event)
def test_both_languages_say_the_same_facts(row: Wording) -> None:
    only_zh = {name for name in row.placeholders() if f"{{{name}}}" not in row.en}
    only_en = {name for name in row.placeholders() if f"{{{name}}}" not in row.zh}
    assert not only_zh | only_en


def test_nobody_is_asked_to_sign_for_what_is_decided_noted_or_binds_itself() -> None:
    signed = {
        row.mode.value
        for row in MODES
        if not row.binds_itself and any(step.act is Act.RECEIVE for step in STEPS if step.track is row.track)
    }
    for row in MODES:
        facts = {"issuer": "330100", "mode": row.mode.value}
        zh, en = (say("referrals.referral_issued", facts, str, english=english) for english in (False, True))
        assert ("请签收" in zh) == ("please receive" in en) == (row.mode.value in signed), row.mode


def test_a_digest_is_said_in_both_languages() -> None:
    facts = {"begins_on": "2026-11-02", "ends_on": "2026-11-08", "due": 3, "overdue": 1, "arrived": 0}
    facts |= {"awaiting": 2}
    assert say("digest.weekly", facts, lambda code: None, english=False) == (
        "2026-11-02至2026-11-08周报：到期3，超期1，新到0，待审批2"
    )
    assert say("digest.daily", facts, lambda code: None, english=True) == (
        "Day of 2026-11-02: 3 due, 1 overdue, 0 new, 2 waiting for approval"
    )
    assert {row.event for row in DIGESTS} == {"digest.daily", "digest.weekly"}


def test_letters_have_a_phrase_for_every_topic_that_is_no_digest() -> None:
    assert {row.topic for row in PHRASES} == set(Topic) - {Topic.DAILY, Topic.WEEKLY}
