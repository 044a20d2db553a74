"""What has happened in a matter and what is due: the timeline, the acts, the clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.queries.matters import OF_MATTER
from services.cases.rules.deadlines import EXCLUDED, REPLY
from services.cases.rules.investigation import MEASURING
from services.cases.rules.vocabulary import Act, Stage
from services.cases.tables import Case, Heard, Lead, OfficialAct
from shared.clocks import Pause
from shared.events import subject_of
from shared.journal import journal
from shared.ledger import OPEN, Change, Clock, ClockChange

PLUMBING = "cases.standing_changed"  # stands beside the act's own entry and says no more than it


def timeline_of(*matter_ids: UUID) -> Any:
    """Everything recorded here and heard from others about these matters, as one table to page through."""
    subjects = [subject_of(matter_id) for matter_id in matter_ids]
    ours = select(
        journal.c.id,
        journal.c.at,
        journal.c.occurred_on,
        literal("cases").label("source"),
        journal.c.type,
        journal.c.basis,
        journal.c.org,
        journal.c.on_behalf_of,
        journal.c.event.label("body"),
    ).where(journal.c.subject.in_(subjects), journal.c.type != PLUMBING)
    theirs = select(
        Heard.id,
        Heard.at,
        Heard.occurred_on,
        Heard.source,
        Heard.type,
        Heard.basis,
        Heard.org,
        Heard.on_behalf_of,
        Heard.body,
    ).where(Heard.matter_id.in_(matter_ids))
    return union_all(ours, theirs).subquery("timeline")


def clocks_of(matter_id: UUID) -> Select[Any]:
    """Every clock of a matter."""
    return select(Clock).where(Clock.matter_id == matter_id)


async def changes_of(session: AsyncSession, clocks: Sequence[Clock]) -> dict[UUID, list[ClockChange]]:
    """What lengthened or stopped these clocks, in order."""
    found: dict[UUID, list[ClockChange]] = {clock.id: [] for clock in clocks}
    rows = select(ClockChange).where(ClockChange.clock_id.in_(found)).order_by(ClockChange.id)
    for change in await session.scalars(rows):
        found[change.clock_id].append(change)
    return found


async def open_clock(session: AsyncSession, matter_id: UUID, clock_id: UUID) -> Clock | None:
    """That clock, if it still runs or was breached in this matter."""
    found = select(Clock).where(Clock.id == clock_id, Clock.matter_id == matter_id, Clock.state.in_(OPEN))
    clock: Clock | None = await session.scalar(found)
    return clock


REPLIES = select(Clock.about, Clock.due_on).where(Clock.matter_id == OF_MATTER, Clock.row.in_(REPLY.values()))


async def replies_due(session: AsyncSession, case_id: UUID) -> dict[UUID, date]:
    """The last day for the reply to each suggestion of a case that was served."""
    found = await session.execute(REPLIES, {"matter_id": case_id})
    return {about: due_on for about, due_on in found if about is not None}


async def extensions_of(session: AsyncSession, clock_id: UUID) -> Sequence[ClockChange]:
    """The lengthenings of a clock, in order."""
    rows = select(ClockChange).where(ClockChange.clock_id == clock_id, ClockChange.kind == Change.EXTENSION)
    return (await session.scalars(rows.order_by(ClockChange.id))).all()


def acts_of(matter_id: UUID) -> Select[Any]:
    """Every official act done in a matter."""
    return select(OfficialAct).where(OfficialAct.matter_id == matter_id)


def measures_of(case_id: UUID) -> Select[Any]:
    """The acts of a case that are measures of its investigation."""
    return acts_of(case_id).where(OfficialAct.act.in_(MEASURING))


async def act_of(session: AsyncSession, matter_id: UUID, act_id: UUID) -> OfficialAct | None:
    """That act, if it was done in this matter."""
    found: OfficialAct | None = await session.scalar(acts_of(matter_id).where(OfficialAct.id == act_id))
    return found


async def acts_about(session: AsyncSession, matter_id: UUID, act: Act, about: UUID) -> Sequence[OfficialAct]:
    """The acts of that kind in a matter which are about that thing."""
    rows = acts_of(matter_id).where(OfficialAct.act == act, OfficialAct.about == about)
    return (await session.scalars(rows)).all()


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a review for suit stands still: of which kind, for which days, and about what it is."""

    kind: Change
    pause: Pause
    about: UUID


async def stops_of(session: AsyncSession, matter: Lead | Case, since: date) -> Sequence[Stop]:
    """The pauses of a matter with days after that one, by its acts, whether a limit ran then or not."""
    ends = (Act.RECEIVE_APPRAISAL, Act.END_APPRAISAL)
    told = OfficialAct.act.in_((Act.ENTRUST_APPRAISAL, *ends, Act.SUSPEND))
    acts = (await session.scalars(acts_of(matter.id).where(told).order_by(OfficialAct.id))).all()
    over = {act.about: act.occurred_on for act in reversed(acts) if act.act in ends}
    found = [
        Stop(Change.EXCLUSION, Pause(act.occurred_on, over.get(act.id), str(EXCLUDED)), act.id)
        for act in acts
        if act.act is Act.ENTRUST_APPRAISAL
    ]
    if matter.stage is Stage.SUSPENDED:
        last = [act for act in acts if act.act is Act.SUSPEND][-1]
        found.append(Stop(Change.SUSPENSION, Pause(last.occurred_on, None, last.basis), matter.id))
    return [stop for stop in found if stop.pause.ends_on is None or stop.pause.ends_on > since]
