"""The documents of a matter as evidence: which there are, what happened to each, which wait for a check."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, String, cast, literal, null, select, type_coerce, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.queries.matters import permitted
from services.cases.rules.evidence import Custody
from services.cases.tables import Access, CustodyEntry, Document
from shared.identity import Actor
from shared.problems import NotFound


def visible_documents(actor: Actor, matter_id: UUID) -> Select[Any]:
    """The documents of a matter that the actor may see."""
    return select(Document).where(Document.matter_id == matter_id, permitted(actor))


async def document_of(session: AsyncSession, actor: Actor, matter_id: UUID, sha256: str) -> Document:
    """That document of that matter, if the actor may see it."""
    statement = visible_documents(actor, matter_id).where(Document.sha256 == sha256)
    document: Document | None = await session.scalar(statement)
    if document is None:
        raise NotFound(sha256=sha256)
    return document


async def document_ids(session: AsyncSession, matter_id: UUID) -> Sequence[UUID]:
    """Every document of a matter, in order."""
    rows = select(Document.id).where(Document.matter_id == matter_id).order_by(Document.id)
    return (await session.scalars(rows)).all()


async def next_check(session: AsyncSession) -> Document | None:
    """The oldest document whose bytes wait to be checked."""
    rows = select(Document).where(Document.check_for.is_not(None)).order_by(Document.id).limit(1)
    found: Document | None = await session.scalar(rows)
    return found


def custody_of(document: Document) -> Any:
    """What happened to a document, the readings by ticket among it, as one table to page through."""
    kept = select(
        CustodyEntry.id,
        CustodyEntry.at,
        type_coerce(CustodyEntry.entry, String).label("entry"),
        CustodyEntry.office.label("org"),
        CustodyEntry.epoch,
        CustodyEntry.about,
    ).where(CustodyEntry.document_id == document.id)
    read = select(
        Access.id,
        Access.at,
        literal(Custody.READ.value, String).label("entry"),
        Access.org,
        cast(null(), Integer).label("epoch"),
        Access.handoff_id.label("about"),
    ).where(
        Access.matter_id == document.matter_id,
        Access.sha256 == document.sha256,
        Access.handoff_id.is_not(None),
    )
    return union_all(kept, read).subquery("custody")
