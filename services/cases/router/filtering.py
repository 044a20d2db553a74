"""The filters of lists, as callers name them in the query."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Query
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.queries import FLAG, FOCUS, Filters
from services.cases.rules.flags import FLAGS
from services.cases.rules.priority import CODES
from services.cases.rules.vocabulary import Origin, Procedure, Sector, Source, Stage
from shared.problems import Malformed
from shared.schemas import Code
from shared.transactions import Reading, frame
from shared.words import words_in

MOST_WORDS = 16

Text = Annotated[
    str | None, Query(max_length=60, description="words of title, summary, number, processors' names")
]
Focus = Annotated[str | None, Query(max_length=40, description="a point of emphasis that it meets")]


Flag = Annotated[str | None, Query(max_length=40, description="a flag that its facts put up (a hint)")]


class Sort(StrEnum):
    """In which order a list comes."""

    NEWEST = "newest"
    EMPHASIS = "emphasis"


def path_of(session: AsyncSession, code: str | None, parameter: str = "below") -> str | None:
    """The path of an office named in a filter; refused when there is no such office."""
    offices = frame(session).offices
    if code is not None and not offices.exists(code):
        raise Malformed(errors=[{"at": f"query.{parameter}", "problem": "no such office"}])
    return offices.office(code).path if code else None


def words_of(text: str | None, focus: str | None) -> list[str]:
    """What a thing must be found by; refused where a text holds no word, or too many, or a focus is none."""
    if focus is not None and focus not in CODES:
        problem = f"one of {', '.join(CODES)}"
        raise Malformed(errors=[{"at": "query.focus", "problem": problem}])
    words = words_in(text) if text is not None else []
    if text is not None and not 0 < len(words) <= MOST_WORDS:
        problem = f"two neighbouring Chinese characters at least, or a word; {MOST_WORDS} words at most"
        raise Malformed(errors=[{"at": "query.text", "problem": problem}])
    return [*words, *([f"{FOCUS}{focus}"] if focus else [])]


def _named(system: str | None, number: str | None) -> tuple[str, str] | None:
    """The number in another system named in a filter; both halves or none."""
    if (system is None) != (number is None):
        problem = "external_system and external_number go together"
        raise Malformed(errors=[{"at": "query.external_number", "problem": problem}])
    return (system, number) if system is not None and number is not None else None


async def _of_matters(
    session: Reading,
    stage: Stage | None = None,
    ended: Annotated[bool | None, Query(description="only what has ended, or only what has not")] = None,
    office: Code | None = None,
    below: Annotated[Code | None, Query(description="this office and every office under it")] = None,
    origin: Origin | None = None,
    sector: Sector | None = None,
    focus: Focus = None,
    text: Text = None,
    since: Annotated[date | None, Query(description="begun on that day or later")] = None,
    until: Annotated[date | None, Query(description="begun on that day or earlier")] = None,
    due_before: Annotated[date | None, Query(description="an open limit ends before that day")] = None,
    overdue: Annotated[bool | None, Query(description="whether an open limit has passed")] = None,
    external_system: Annotated[str | None, Query(max_length=40)] = None,
    external_number: Annotated[str | None, Query(max_length=80)] = None,
) -> dict[str, Any]:
    equal = {"stage": stage, "office": office, "origin": origin, "sector": sector}
    named = _named(external_system, external_number)
    said = {"ended": ended, "since": since, "until": until, "due_before": due_before, "overdue": overdue}
    path = path_of(session, below)
    return said | {"equal": equal, "path": path, "named": named, "words": words_of(text, focus)}


_OfMatters = Annotated[dict[str, Any], Depends(_of_matters)]


async def _of_leads(said: _OfMatters, source: Source | None = None, flag: Flag = None) -> Filters:
    known = [row.code for row in FLAGS]
    if flag is not None and flag not in known:
        problem = f"one of {', '.join(known)}"
        raise Malformed(errors=[{"at": "query.flag", "problem": problem}])
    words = [*said["words"], *([f"{FLAG}{flag}"] if flag else [])]
    return Filters(**(said | {"equal": said["equal"] | {"source": source}, "words": words}))


async def _of_cases(
    said: _OfMatters, procedure: Procedure | None = None, agency: Code | None = None
) -> Filters:
    more = {"procedure": procedure, "agency": agency}
    return Filters(**(said | {"equal": said["equal"] | more}))


LeadFilters = Annotated[Filters, Depends(_of_leads)]
CaseFilters = Annotated[Filters, Depends(_of_cases)]
