"""Letters by e-mail: of what, in which words, and how often one is tried. None of it is law.

A letter says numbers, dates and where to look; never what a matter is about, who is concerned, or a name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from services.notifications.rules.recipients import Category
from services.notifications.rules.wording import say
from shared.citation import OURS, Citation


class Topic(StrEnum):
    """Of what an address is written to."""

    DUE = "due"
    ARRIVED = "arrived"
    DAILY = "daily"
    WEEKLY = "weekly"


class MailState(StrEnum):
    """What became of a letter."""

    PENDING = "pending"
    SENT = "sent"  # the mail server took it
    FAILED = "failed"  # refused for good, or all tries are used up
    DROPPED = "dropped"  # its address ended before it left


@dataclass(frozen=True, slots=True)
class Pause:
    """How long a letter waits after that many tries."""

    tries: int
    wait: timedelta
    basis: Citation = OURS["when a letter is tried again"]


PAUSES = (
    Pause(1, timedelta(minutes=1)),
    Pause(2, timedelta(minutes=5)),
    Pause(3, timedelta(minutes=30)),
    Pause(4, timedelta(hours=2)),
    Pause(5, timedelta(hours=8)),
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a letter on one line says, in both languages; a digest has its own wording."""

    topic: Topic
    zh: str
    en: str
    basis: Citation = OURS["wording"]


PHRASES = (
    Phrase(Topic.DUE, "收件箱有待办事项，期限：{due_on}", "Something is to be done, until: {due_on}"),
    Phrase(Topic.ARRIVED, "收件箱有新到事项，期限：{due_on}", "Something arrived, to answer until: {due_on}"),
)

_BY_TOPIC = {row.topic: row for row in PHRASES}
_BY_CATEGORY = {Category.DUE: Topic.DUE, Category.ARRIVED: Topic.ARRIVED}


def topic_of(category: Category, event_type: str) -> Topic | None:
    """The topic of a line; of what one must only know nobody is written to."""
    if category is Category.DIGEST:
        return Topic(event_type.rsplit(".", 1)[-1])
    return _BY_CATEGORY.get(category)


def is_for(topics: Iterable[str], role: str | None, topic: Topic, roles: str) -> bool:
    """Whether an address with those topics, of an office or of one role in it, is written to of a line."""
    return topic in topics and (role is None or f"|{role}|" in roles)


def next_pause(tries: int) -> timedelta | None:
    """How long to wait after that many tries; None when they are used up."""
    return next((row.wait for row in PAUSES if row.tries == tries), None)


def letter(
    topic: Topic, event_type: str, facts: Mapping[str, Any], due_on: date | None, link: str
) -> tuple[str, str]:
    """The subject and the text: numbers, dates, and where to look; a digest's facts are numbers and dates."""
    if row := _BY_TOPIC.get(topic):
        zh, en = (text.format(due_on=due_on or "—") for text in (row.zh, row.en))
    else:
        zh, en = (say(event_type, facts, lambda code: None, english=english) for english in (False, True))
    return f"[Casebridge] {zh}", f"{zh}\n{en}\n\n{link}\n"
