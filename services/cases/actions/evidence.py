"""Documents as evidence: what is said of where they come from, and how they are kept and checked."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.stepping import Matter, own, rule_day
from services.cases.errors import ProvenanceKnown
from services.cases.events import DocumentChecked, DocumentDescribed
from services.cases.rules.evidence import FOUND_WRONG, LEDGER, Custody, Form, Kind, basis_of, check_provenance
from services.cases.tables import CustodyEntry, Document
from shared import clock, journal
from shared.database import uuid7
from shared.events import subject_of
from shared.identity import Actor
from shared.problems import DateOutOfOrder


def enter(
    session: AsyncSession,
    document: Document,
    matter: Matter,
    entry: Custody,
    on: date,
    about: UUID | None = None,
) -> None:
    """The document's custody has one more entry, by whoever acts here."""
    session.add(CustodyEntry(**_row(session, document.id, matter, entry, on, about)))


def _row(
    session: AsyncSession, document_id: UUID, matter: Matter, entry: Custody, on: date, about: UUID | None
) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "document_id": document_id,
        "entry": entry,
        "office": matter.office,
        "epoch": matter.epoch,
        "about": about,
        "sub": session.info["origin"].actor.sub,
        "occurred_on": on,
        "at": clock.now(),
    }


def check_said(matter: Matter, kind: Kind, form: Form, said: dict[str, Any]) -> None:
    """Refuse a provenance that is not whole, or of a day that has not come."""
    today = clock.today()
    obtained_on = said.get("obtained_on")
    if obtained_on is not None and date.fromisoformat(obtained_on) > today:
        raise DateOutOfOrder(occurred_on=obtained_on, earliest=None, latest=today)
    check_provenance(kind, form, said, rule_day(matter, today))


async def describe(
    session: AsyncSession,
    actor: Actor,
    matter: Matter,
    document: Document,
    kind: Kind,
    form: Form,
    said: dict[str, Any],
) -> None:
    """Say once which evidence the document is and where it comes from; the same again changes nothing."""
    own(actor, matter)
    check_said(matter, kind, form, said)
    if document.evidence is not None:
        if (document.evidence, document.form, document.provenance) != (kind, form, said):
            raise ProvenanceKnown(sha256=document.sha256, evidence=document.evidence, form=document.form)
        return
    document.evidence, document.form, document.provenance = kind, form, said
    today = clock.today()
    enter(session, document, matter, Custody.DESCRIBED, today)
    event = DocumentDescribed(
        matter_id=matter.id, document_id=document.id, sha256=document.sha256, evidence=kind, form=form
    )
    basis = basis_of(kind, form, rule_day(matter, today))
    await journal.record(session, subject_of(matter.id), event, basis=basis, occurred_on=today)


async def moved(session: AsyncSession, matter: Matter, order_id: UUID, on: date) -> None:
    """Every document of the matter went to its new holder, and waits for its bytes to be checked."""
    documents = await queries.document_ids(session, matter.id)
    if not documents:
        return
    rows = [_row(session, each, matter, Custody.MOVED, on, order_id) for each in documents]
    await session.execute(insert(CustodyEntry), rows)
    await session.execute(update(Document).where(Document.matter_id == matter.id).values(check_for=order_id))


def ask_for_check(actor: Actor, matter: Matter, document: Document) -> None:
    """The document waits for its bytes to be checked, because somebody of its office asks."""
    own(actor, matter)
    document.check_for = uuid7()


async def note_check(session: AsyncSession, due: Document, sha256: str | None) -> None:
    """What a check found: the bytes as filed, others, or none; wrong, or right again, is announced."""
    await journal.lock(session, subject_of(due.matter_id))
    document = await session.get(Document, due.id, populate_existing=True)
    matter = await queries.matter_of(session, due.matter_id)
    if document is None or matter is None or document.check_for != due.check_for:
        return
    found = Custody.MISSING if sha256 is None else Custody.DAMAGED
    found = Custody.CHECKED if sha256 == document.sha256 else found
    today, before = clock.today(), document.found
    enter(session, document, matter, found, today, document.check_for)
    document.check_for = None
    same = Document.sha256 == document.sha256  # the same bytes, in whichever matters they are kept
    await session.execute(update(Document).where(same).values(found=found))
    if found in FOUND_WRONG or before in FOUND_WRONG:
        event = DocumentChecked(
            matter_id=matter.id,
            document_id=document.id,
            sha256=document.sha256,
            office=matter.office,
            outcome=found,
        )
        await journal.record(session, subject_of(matter.id), event, basis=LEDGER, occurred_on=today)
