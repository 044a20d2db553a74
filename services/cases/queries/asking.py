"""What the law says to a question, with nothing written: the tables, asked on a day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from services.cases.rules.book import BOOK, Row, told
from services.cases.rules.competence import Agency, Question, Rule, competence_of
from services.cases.rules.flags import Counted, Flag, flags_of, reasons_for
from services.cases.rules.priority import Facts, Focus, codes_of, emphasis_of, focuses_of
from shared import clock
from shared.calendar import Calendar
from shared.citation import Citation, living
from shared.clocks import Extension, Pause, Period, deadline
from shared.organisations import OfficeTree
from shared.problems import Malformed


def cited(basis: Citation) -> dict[str, Any]:
    """An article and its certainty, as data."""
    return {"article": str(basis), "mark": basis.mark}


def focus(row: Focus) -> dict[str, Any]:
    """A point of emphasis and why, as data."""
    return {"code": row.code, "zh": row.zh, "en": row.en, "note": row.note} | cited(row.basis)


def flag(row: Flag, counted: Counted, on: date) -> dict[str, Any]:
    """A flag and why it is up, as data."""
    said = {"code": row.code, "zh": row.zh, "en": row.en, "note": row.note, "goes_by": row.goes_by}
    return said | {"reasons": list(reasons_for(row, counted, on))} | cited(row.basis)


def flags(counted: Counted, on: date | None) -> dict[str, Any]:
    """Which flags the facts put up that day, and why."""
    day = on or clock.today()
    up = flags_of(counted, day)
    return {"codes": [row.code for row in up], "flags": [flag(row, counted, day) for row in up]}


def priority(facts: Facts, on: date | None, muted: Sequence[str]) -> dict[str, Any]:
    """Which focuses the facts meet that day, and how far that raises a matter."""
    met = focuses_of(facts, on or clock.today())
    codes, emphasis = codes_of(met), emphasis_of(met, muted)
    return {"codes": codes, "emphasis": emphasis, "reasons": [focus(row) for row in met]}


def competence(offices: OfficeTree, asked: Mapping[str, Any], own_office: str) -> dict[str, Any]:
    """Whether an office (the asker's own, if none is named) may file, and the ways out."""
    code = asked["office"] or own_office
    if not offices.exists(code):
        raise Malformed(errors=[{"at": "body.office", "problem": "no such office"}])
    division = asked["agency_division"]
    question = Question(
        procedure=asked["procedure"],
        office=code,
        level=offices.office(code).level,
        agency=Agency(division, asked["agency_is_government"]) if division else None,
        places=tuple(asked["places"]),
        online=asked["online"],
        registered_place=asked["registered_place"],
        major=asked["major"],
        crime_handled_here=asked["crime_handled_here"],
    )
    rule: Rule = competence_of(question, asked["on"] or clock.today())
    said = {"rule": rule.code, "zh": rule.zh, "en": rule.en, "remark": rule.remark}
    return {"verdict": rule.verdict, "ways_out": list(rule.ways)} | said | cited(rule.basis)


def last_day(
    calendar: Calendar, asked: Mapping[str, Any], period: Period, told: str | None
) -> dict[str, Any]:
    """When a time limit that rests on that day ends, by what steps; who set it comes first."""
    found = deadline(
        period,
        asked["basis_on"],
        calendar,
        extensions=[Extension(**each) for each in asked["extensions"]],
        suspensions=[Pause(**each) for each in asked["suspensions"]],
        exclusions=[Pause(**each) for each in asked["exclusions"]],
    )
    return {
        "row": period.row,
        "zh": period.zh,
        "en": period.en,
        "statutory": period.statutory,
        "basis_on": asked["basis_on"],
        "due_on": found.due_on,
        "stopped_since": found.stopped_since,
        "trace": [told, *found.trace] if told else list(found.trace),
        "warnings": list(found.warnings),
        "calendar_version": found.calendar_version,
    } | cited(period.basis)


def rows(table: str | None, on: date | None) -> Iterator[dict[str, Any]]:
    """Every row of every table (or one), in force on a day if one is given."""
    for name, each in BOOK.items():
        if table in (None, name):
            for row in each if on is None else living(each, on):
                yield _row(name, row)


def _row(table: str, row: Row) -> dict[str, Any]:
    instrument = row.basis.instrument
    dates = {"since": row.since, "until": row.until}
    names = {"instrument_zh": instrument.zh, "instrument_en": instrument.en}
    return {"table": table, "row": told(row)} | dates | names | cited(row.basis)
