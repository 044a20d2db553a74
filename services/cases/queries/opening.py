"""Which acts are open in a matter today, and what stands in the way of those that are not."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.queries.matters import OF_MATTER, pending_proposal
from services.cases.rules.deadlines import OWN_CHIEF, REVIEW, lengthening_by
from services.cases.rules.lifecycle import OpenAct, Situation, acts_open
from services.cases.rules.vocabulary import Act
from services.cases.tables import Case, Lead, OfficialAct
from shared import clock
from shared.ledger import OPEN, Change, Clock, ClockChange

# Which limits the conditions of steps look at, and as what.
LOOKED_AT = {
    "T7": "reply_due_on",
    "T8": "reply_due_on",
    "T10": "notice_ends_on",
    "T18": "appeal_until",
    "T18r": "appeal_until",
}
TOLD_TO_COURT = ("T20", "T21")
# What the acts of the file leave behind for later conditions, the newest having the last word.
_NO_APPEAL = {"we_appealed": False, "other_appealed": False}
LEAVES: Mapping[Act, Mapping[str, bool]] = {
    Act.SERVE: {"replied": False},
    Act.REPLY: {"replied": True},
    Act.NOTE_JUDGMENT: _NO_APPEAL,
    Act.NOTE_RULING: _NO_APPEAL,
    Act.NOTE_COURT_REFUSAL: _NO_APPEAL,
    Act.NOTE_REMAND: _NO_APPEAL,
    Act.APPEAL: {"we_appealed": True},
    Act.WITHDRAW_APPEAL: {"we_appealed": False},
    Act.NOTE_OTHER_APPEAL: {"other_appealed": True},
    Act.NOTE_OTHER_APPEAL_WITHDRAWAL: {"other_appealed": False},
    Act.MAKE_TYPICAL: {"typical": True},
    Act.WITHDRAW_TYPICAL: {"typical": False},
}
_APPRAISALS = (Act.ENTRUST_APPRAISAL, Act.RECEIVE_APPRAISAL, Act.END_APPRAISAL)
INTERNAL = 1


_LENGTHENED = (
    select(func.count())
    .where(ClockChange.clock_id == Clock.id, ClockChange.kind == Change.EXTENSION)
    .scalar_subquery()
)
LIMITS = (
    select(Clock.row, Clock.due_on, Clock.state, _LENGTHENED.label("times"))
    .where(Clock.matter_id == OF_MATTER, Clock.row.in_((*LOOKED_AT, *REVIEW, *TOLD_TO_COURT)))
    .order_by(Clock.id)
)
DONE = (
    select(OfficialAct.id, OfficialAct.act, OfficialAct.about)
    .where(OfficialAct.matter_id == OF_MATTER, OfficialAct.act.in_((*LEAVES, *_APPRAISALS)))
    .order_by(OfficialAct.id)
)


async def situation_of(session: AsyncSession, matter: Lead | Case, on: date) -> Situation:
    """What the conditions of steps look at, as the matter and its newest limits stand."""
    if isinstance(matter, Lead):
        return Situation(on)
    facts = {name: getattr(matter, name) for name in ("finding", "subject_sued_on", "indicted_on")}
    facts |= {"secret": matter.classification > INTERNAL}
    facts |= await _of_limits(session, matter, on) | await _of_acts(session, matter)
    return Situation(on, **facts)


async def _of_limits(session: AsyncSession, matter: Case, on: date) -> dict[str, Any]:
    """Last days, a newer in place of an older; what may be lengthened; what the court awaits."""
    found = (await session.execute(LIMITS, {"matter_id": matter.id})).all()
    running = [each for each in found if each.state in OPEN]
    rules_of = max(on, matter.as_if_on or on)
    facts: dict[str, Any] = {LOOKED_AT[each.row]: each.due_on for each in found if each.row in LOOKED_AT}
    facts["may_lengthen"] = any(_may_lengthen(each.row, each.times, rules_of) for each in running)
    facts["court_to_be_told"] = any(each.row in TOLD_TO_COURT for each in running)
    return facts


def _may_lengthen(row: str, times: int, on: date) -> bool:
    rule = lengthening_by(OWN_CHIEF, row, on)
    return rule is not None and (rule.most is None or times < rule.most)


async def _of_acts(session: AsyncSession, matter: Case) -> dict[str, bool]:
    """What the acts done so far leave behind."""
    acts = (await session.execute(DONE, {"matter_id": matter.id})).all()
    entrusted = {each.id for each in acts if each.act is Act.ENTRUST_APPRAISAL}
    come = {each.about for each in acts if each.act is Act.RECEIVE_APPRAISAL}
    over = {each.about for each in acts if each.act in _APPRAISALS[1:]}
    facts = {"result_awaited": bool(entrusted - come), "appraisal_open": bool(entrusted - over)}
    for each in acts:
        facts |= LEAVES.get(each.act, {})
    return facts


async def open_acts(session: AsyncSession, matter: Lead | Case) -> tuple[OpenAct, ...]:
    """Every act that the law knows at this stage, today."""
    today = clock.today()
    rules_of = max(today, matter.as_if_on or today)
    situation = await situation_of(session, matter, today)
    pending = await pending_proposal(session, matter.id) is not None
    return acts_open(matter.track, matter.stage, situation, rules_of, matter.moving is not None, pending)
