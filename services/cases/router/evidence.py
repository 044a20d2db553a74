"""Documents as evidence over HTTP: where each comes from, what happened to it, and its check on demand."""

from typing import Annotated
from uuid import UUID

from fastapi import Path

from services.cases import queries
from services.cases.actions import evidence as actions
from services.cases.router.showing import REGISTRARS
from services.cases.schemas.evidence import CustodyOut, EvidenceOut, ProvenanceIn
from services.cases.schemas.told import DocumentOut
from services.cases.tables import Document
from shared import journal
from shared.events import subject_of
from shared.identity import Role
from shared.paging import Page, Paging, page
from shared.transactions import Call, CurrentActor, Reading, Transaction, anyone, door_router, roles

router = door_router(prefix="/v1/matters/{matter_id}/documents", tags=["documents"])

Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
MAY_FILE = (*REGISTRARS, Role.TECHNICIAN)


@router.get("", response_model=Page[DocumentOut], dependencies=[anyone()])
async def list_documents(
    matter_id: UUID, actor: CurrentActor, session: Reading, paging: Paging
) -> Page[DocumentOut]:
    """The documents of a lead or case that you may see, in the order in which they were filed."""
    matter = await queries.matter_for(session, actor, matter_id)
    statement = queries.visible_documents(actor, matter.id)
    found, after = await page(session, statement, (Document.id,), paging, descending=False)
    return Page(items=[DocumentOut.model_validate(each) for each in found], next=after)


@router.get("/{sha256}", response_model=EvidenceOut, dependencies=[anyone()])
async def read_evidence(
    matter_id: UUID, sha256: Digest, actor: CurrentActor, session: Reading
) -> EvidenceOut:
    """A document of a matter: which evidence it is, where it comes from, whether its bytes are as filed."""
    document = await queries.document_of(session, actor, matter_id, sha256)
    return EvidenceOut.model_validate(document)


@router.get("/{sha256}/custody", response_model=Page[CustodyOut], dependencies=[anyone()])
async def read_custody(
    matter_id: UUID, sha256: Digest, actor: CurrentActor, session: Reading, paging: Paging
) -> Page[CustodyOut]:
    """The custody of a document: filed, copied, described, moved, read by ticket, checked (保管记录)."""
    document = await queries.document_of(session, actor, matter_id, sha256)
    story = queries.custody_of(document)
    found, after = await page(session, story.select(), (story.c.at, story.c.id), paging, descending=False)
    return Page(items=[CustodyOut.model_validate(dict(row._mapping)) for row in found], next=after)


@router.post(
    "/{sha256}/provenance", status_code=201, response_model=EvidenceOut, dependencies=[roles(*MAY_FILE)]
)
async def describe_evidence(
    matter_id: UUID,
    sha256: Digest,
    body: ProvenanceIn,
    actor: CurrentActor,
    session: Transaction,
    call: Call,
) -> Document:
    """Say once which evidence a document is and where it comes from (R 34, 38, 39)."""
    await call.fresh()
    await journal.lock(session, subject_of(matter_id))
    matter = await queries.matter_for(session, actor, matter_id)
    document = await queries.document_of(session, actor, matter_id, sha256)
    await actions.describe(session, actor, matter, document, body.evidence, body.form, body.said())
    call.tag(document)
    return document


@router.post("/{sha256}/check", status_code=202, response_model=EvidenceOut, dependencies=[roles(*MAY_FILE)])
async def ask_for_check(
    matter_id: UUID, sha256: Digest, actor: CurrentActor, session: Transaction, call: Call
) -> Document:
    """Ask for the bytes to be counted anew, as after a restored backup; the custody says what was found."""
    await call.fresh()
    await journal.lock(session, subject_of(matter_id))
    matter = await queries.matter_for(session, actor, matter_id)
    document = await queries.document_of(session, actor, matter_id, sha256)
    actions.ask_for_check(actor, matter, document)
    call.tag(document)
    return document
