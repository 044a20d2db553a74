"""Documents: filing them in a matter, and recording who read them."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.evidence import enter
from services.cases.actions.stepping import Matter, legal_day, own
from services.cases.errors import ClearanceTooLow, DocumentUnknown
from services.cases.events import DocumentFiled
from services.cases.rules.evidence import Custody
from services.cases.tables import Access, Case, Document
from shared import journal
from shared.citation import OURS
from shared.database import uuid7
from shared.events import subject_of
from shared.identity import Actor

FILED = OURS["documents are kept under their SHA-256"]
INTERNAL = 1
_OF_THE_BYTES = ("sha256", "size", "media_type", "name", "classification", "filed_by", "found")
COPIED = (*_OF_THE_BYTES, "evidence", "form", "provenance")


async def file_document(
    session: AsyncSession,
    actor: Actor,
    matter: Matter,
    *,
    sha256: str,
    size: int,
    media_type: str,
    name: str,
    classification: int,
    said_on: date | None,
) -> Document:
    """File received bytes in a matter; the same bytes again are the document that is there."""
    own(actor, matter)
    if classification > actor.clearance:
        raise ClearanceTooLow(classification=classification, clearance=actor.clearance)
    on = await legal_day(session, said_on, None, "a document may be of any date")
    if there := await queries.document_in(session, sha256, matter.id):
        return there
    document = Document(
        id=uuid7(),
        matter_id=matter.id,
        sha256=sha256,
        size=size,
        media_type=media_type,
        name=name,
        classification=classification,
        filed_on=on,
        filed_by=actor.sub,
    )
    session.add(document)
    enter(session, document, matter, Custody.FILED, on)
    await _announce(session, document, on)
    return document


async def _announce(session: AsyncSession, document: Document, on: date) -> None:
    event = DocumentFiled(
        matter_id=document.matter_id,
        document_id=document.id,
        sha256=document.sha256,
        size=document.size,
        media_type=document.media_type,
        classification=document.classification,
    )
    await journal.record(session, subject_of(document.matter_id), event, basis=FILED, occurred_on=on)


async def kept_in(session: AsyncSession, sha256: str | None, *matters: UUID) -> None:
    """Refuse a named document that is kept in none of these matters."""
    if sha256 is not None and await queries.document_in(session, sha256, *matters) is None:
        raise DocumentUnknown(sha256=sha256)


async def copy_to(session: AsyncSession, lead_id: UUID, case: Case, sha256: str, on: date) -> None:
    """The lead's document is the case's too, so that it can go out in the case's name."""
    there = await queries.document_in(session, sha256, case.id, lead_id)
    if there is None:
        raise DocumentUnknown(sha256=sha256)
    if there.matter_id == case.id:
        return
    copied = Document(
        id=uuid7(), matter_id=case.id, filed_on=on, **{name: getattr(there, name) for name in COPIED}
    )
    session.add(copied)
    enter(session, copied, case, Custody.COPIED, on, about=there.id)
    await _announce(session, copied, on)


async def record_access(
    session: AsyncSession, actor: Actor, document: Document, handoff_id: UUID | None
) -> None:
    """Who read it: every agency, and every member of staff who reads above `internal`."""
    if handoff_id is None and document.classification <= INTERNAL:
        return
    session.add(
        Access(
            sha256=document.sha256,
            matter_id=document.matter_id,
            handoff_id=handoff_id,
            org=actor.org,
            sub=actor.sub,
        )
    )
