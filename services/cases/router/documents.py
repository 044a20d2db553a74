"""Documents over HTTP: streamed in before the transaction opens, streamed out after it has ended."""

import base64
import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Header, Query, Request
from fastapi import Path as PathParameter
from fastapi.responses import StreamingResponse
from pydantic import ValidationError

from services.cases import queries, storage, tickets
from services.cases.actions import documents as actions
from services.cases.actions.evidence import check_said, describe
from services.cases.actions.stepping import own
from services.cases.errors import DigestMismatch, DocumentDamaged, DocumentTooLarge, MediaTypeNotTaken
from services.cases.router.showing import REGISTRARS
from services.cases.rules.evidence import Custody
from services.cases.schemas.evidence import ProvenanceIn
from services.cases.schemas.sent import Classification
from services.cases.schemas.told import DocumentOut
from services.cases.tables import Document
from shared import journal
from shared.events import subject_of
from shared.identity import Kind, Role
from shared.problems import Malformed, Unavailable
from shared.service import Frame
from shared.transactions import Call, CurrentActor, Transaction, anyone, door_router, frame, roles

router = door_router(prefix="/v1", tags=["documents"])

MOST_SAID = 16_000
PROVENANCE = "base64 of the JSON that .../provenance takes: said at once with the upload"
_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):")


@dataclass(frozen=True, slots=True)
class Upload:
    """A document that has been received whole."""

    received: storage.Received
    media_type: str
    described: ProvenanceIn | None


async def _upload(
    request: Request,
    matter_id: UUID,
    actor: CurrentActor,
    content_type: Annotated[str, Header()] = "",
    content_digest: Annotated[str | None, Header()] = None,
    provenance: Annotated[str | None, Header(max_length=MOST_SAID, description=PROVENANCE)] = None,
) -> Upload:
    """The body, on disk under its digest, for a matter that the actor may file in."""
    around: Frame = request.app.state.frame
    described = _described(provenance)
    async with around.database.reading(frame=around) as session:
        matter = await queries.matter_for(session, actor, matter_id)
        own(actor, matter)
        if described is not None:
            check_said(matter, described.evidence, described.form, described.said())
    media_type = content_type.split(";")[0].strip().lower()
    if media_type not in around.settings.document_media_types:
        raise MediaTypeNotTaken(media_type=media_type, taken=around.settings.document_media_types)
    most, said = around.settings.document_max_bytes, _announced(content_digest)
    store = storage.store_of(around.settings)
    try:
        received = await store.receive(request.stream(), most, said)
    except storage.TooManyBytes:
        raise DocumentTooLarge(most_bytes=most) from None
    except storage.OtherBytes as exc:
        raise DigestMismatch(received_sha256=exc.sha256) from None
    return Upload(received, media_type, described)


def _described(header: str | None) -> ProvenanceIn | None:
    """The provenance in the header, if there is one; names have no place in an address, which is logged."""
    if header is None:
        return None
    try:
        return ProvenanceIn.model_validate_json(base64.b64decode(header, validate=True))
    except ValidationError as exc:
        said = exc.errors(include_input=False, include_url=False, include_context=False)
        errors = [
            {"at": ".".join(map(str, ("header.provenance", *each["loc"]))), "problem": each["msg"]}
            for each in said
        ]
    except ValueError:
        errors = [{"at": "header.provenance", "problem": "not base64"}]
    raise Malformed(errors=errors)


def _announced(content_digest: str | None) -> str | None:
    """The SHA-256 that the caller says the bytes have, in hex."""
    if content_digest is None:
        return None
    said = _DIGEST.search(content_digest)
    if said is None:
        raise Malformed(errors=[{"at": "header.content-digest", "problem": "no sha-256 in it"}])
    return base64.b64decode(said[1]).hex()


@router.post(
    "/matters/{matter_id}/documents",
    status_code=201,
    response_model=DocumentOut,
    dependencies=[roles(*REGISTRARS, Role.TECHNICIAN)],
)
async def file_document(
    upload: Annotated[Upload, Depends(_upload)],
    matter_id: UUID,
    actor: CurrentActor,
    session: Transaction,
    call: Call,
    name: Annotated[str, Query(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f/\\]+$")],
    classification: Annotated[Classification, Query()] = 1,
    occurred_on: date | None = None,
) -> Document:
    """File the request's body as a document; its SHA-256 is ours, and checked against Content-Digest."""
    await call.fresh()
    await journal.lock(session, subject_of(matter_id))
    matter = await queries.matter_for(session, actor, matter_id)
    document = await actions.file_document(
        session,
        actor,
        matter,
        sha256=upload.received.sha256,
        size=upload.received.size,
        media_type=upload.media_type,
        name=name,
        classification=classification,
        said_on=occurred_on,
    )
    if said := upload.described:
        await describe(session, actor, matter, document, said.evidence, said.form, said.said())
    call.tag(document)
    return document


BYTES = {"type": "string", "format": "binary"}
AS_FILED = "the bytes as they were filed, under their own media type"


@router.get(
    "/documents/{sha256}",
    response_class=StreamingResponse,
    responses={200: {"description": AS_FILED, "content": {"*/*": {"schema": BYTES}}}},
    dependencies=[anyone()],
)
async def read_document(
    sha256: Annotated[str, PathParameter(pattern=r"^[0-9a-f]{64}$")],
    actor: CurrentActor,
    session: Transaction,
    ticket: Annotated[str | None, Query(max_length=4000)] = None,
) -> StreamingResponse:
    """The document: staff read what they may see, an agency what its ticket names; it is recorded."""
    around = frame(session)
    handoff_id = None
    if actor.kind is Kind.AGENCY or ticket is not None:
        key = around.settings.service_key.get_secret_value()
        leave = tickets.read_ticket(ticket or "", key, sha256, actor.org)
        document = await queries.document_by_ticket(session, sha256, leave.matter_id)
        handoff_id = leave.handoff_id
    else:
        document = await queries.document_for(session, actor, sha256)
    if document.found is Custody.DAMAGED:
        raise DocumentDamaged(sha256=sha256)
    await actions.record_access(session, actor, document, handoff_id)
    return await _sent(storage.store_of(around.settings), document)


async def _sent(store: storage.Store, document: Document) -> StreamingResponse:
    size = await store.size_of(document.sha256)
    if size is None:
        raise Unavailable(document=document.sha256)
    digest = base64.b64encode(bytes.fromhex(document.sha256)).decode()
    headers = {
        "Content-Digest": f"sha-256=:{digest}:",
        "Content-Length": str(size),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(document.name, safe='')}",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(store.read(document.sha256), media_type=document.media_type, headers=headers)
