"""Matters that belong together, and protected reporters: who may read them, and who has."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.rules.links import LinkKind
from services.cases.rules.vocabulary import Act
from services.cases.tables import (
    Case,
    Lead,
    Link,
    OfficialAct,
    Reporter,
    ReporterReader,
    ReporterReading,
)
from shared import clock
from shared.identity import Actor
from shared.standing import permits

ENDING = (Act.TERMINATE, Act.CONCLUDE)


def links_of(matter_id: UUID) -> Select[Any]:
    """Every link of a matter, from its side."""
    return select(Link).where(Link.matter_id == matter_id)


async def is_linked(session: AsyncSession, matter_id: UUID, other_id: UUID, kind: LinkKind) -> bool:
    """Whether the two are linked so, from whichever side."""
    same = links_of(matter_id).where(Link.other_id == other_id, Link.kind == kind)
    return await session.scalar(same) is not None


async def visible_numbers(session: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The numbers of those of these matters that the actor may know of."""
    numbers = [
        select(table.id, table.number).where(table.id.in_(ids), permits(table.id, actor))
        for table in (Lead, Case)
    ]
    return {row.id: row.number for row in await session.execute(union_all(*numbers))}


async def ended_on(session: AsyncSession, case: Case) -> date:
    """The day on which an ended case was terminated or closed; archiving comes after."""
    ending = (OfficialAct.matter_id == case.id, OfficialAct.act.in_(ENDING))
    found: date | None = await session.scalar(select(func.max(OfficialAct.occurred_on)).where(*ending))
    return found or case.last_act_on


async def reporter_of(session: AsyncSession, lead_id: UUID) -> Reporter | None:
    """What is kept, sealed, of the reporter of a lead."""
    return await session.get(Reporter, lead_id)


async def named_readers(session: AsyncSession, lead: Lead, person: str) -> Sequence[ReporterReader]:
    """The leave that this person has now to read who reported the lead."""
    rows = select(ReporterReader).where(
        ReporterReader.lead_id == lead.id,
        ReporterReader.person == person,
        ReporterReader.epoch == lead.epoch,
        ReporterReader.withdrawn_on.is_(None),
        or_(ReporterReader.ends_on.is_(None), ReporterReader.ends_on >= clock.today()),
    )
    return (await session.scalars(rows.order_by(ReporterReader.id))).all()


async def may_read_reporter(session: AsyncSession, actor: Actor, lead: Lead) -> bool:
    """Whether the chief of the office that has the lead now has named this person."""
    return bool(await named_readers(session, lead, actor.sub))


def readers_of(lead_id: UUID) -> Select[Any]:
    """Everybody who was ever named to read who reported the lead."""
    return select(ReporterReader).where(ReporterReader.lead_id == lead_id)


def readings_of(lead_id: UUID) -> Select[Any]:
    """Every reading of who reported the lead."""
    return select(ReporterReading).where(ReporterReading.lead_id == lead_id)
