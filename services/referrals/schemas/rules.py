"""The tables of the law as this service believes it, for reading."""

import dataclasses
from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import BaseModel

from services.referrals.rules.authority import Authority
from services.referrals.rules.courses import HANDOFF_STEPS, HANDOFFS_AWAITED
from services.referrals.rules.deadlines import LIMITS
from services.referrals.rules.desk import AWAITED
from services.referrals.rules.kinds import KINDS
from services.referrals.rules.ladder import RUNGS
from services.referrals.rules.lifecycle import STEPS
from services.referrals.rules.modes import MODES
from services.referrals.rules.occasions import OCCASIONS
from services.referrals.rules.watched import HANDOFF_CLOCKS, LENGTHENINGS, WATCHED, When
from services.referrals.rules.ways import WAYS
from shared.citation import Citation


class CitationOut(BaseModel):
    """An article, and how sure the reading is."""

    article: str
    instrument_zh: str
    instrument_en: str
    mark: str


class RulesOut(BaseModel):
    """Every table, row by row, each row with its basis."""

    modes: list[dict[str, Any]]
    occasions: list[dict[str, Any]]
    awaited: list[dict[str, Any]]
    kinds: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    handoff_steps: list[dict[str, Any]]
    limits: list[dict[str, Any]]
    handoffs_awaited: list[dict[str, Any]]
    handoff_clocks: list[dict[str, Any]]
    lengthenings: list[dict[str, Any]]
    rungs: list[dict[str, Any]]
    ways: list[dict[str, Any]]


def rules() -> RulesOut:
    """The tables in force and to come, as they are."""
    return RulesOut(
        modes=_rows(MODES),
        occasions=_rows(OCCASIONS),
        awaited=_rows(AWAITED),
        kinds=_rows(KINDS),
        steps=_rows(STEPS),
        handoff_steps=_rows(HANDOFF_STEPS),
        limits=_rows((*LIMITS, *WATCHED)),
        handoffs_awaited=_rows(HANDOFFS_AWAITED),
        handoff_clocks=_rows(HANDOFF_CLOCKS),
        lengthenings=_rows(LENGTHENINGS),
        rungs=_rows(RUNGS),
        ways=_rows(WAYS),
    )


def _rows(table: Iterable[Any]) -> list[dict[str, Any]]:
    return [{f.name: _plain(getattr(row, f.name)) for f in dataclasses.fields(row)} for row in table]


def _plain(value: Any) -> Any:
    if isinstance(value, Citation):
        return CitationOut(
            article=str(value),
            instrument_zh=value.instrument.zh,
            instrument_en=value.instrument.en,
            mark=value.mark,
        ).model_dump()
    if isinstance(value, Authority):
        return {"name": value.name, "zh": value.zh, "en": value.en}
    if isinstance(value, When):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
