"""Receipts are made and kept; tickets give a minute's leave to read one document."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import events, queries
from services.referrals.actions.acting import parties_to_handoff
from services.referrals.errors import DocumentNotInPackage, NotYourStep, PackageClosed
from services.referrals.rules.law import OURS
from services.referrals.rules.packages import package_is_open, reads_as_receiver
from services.referrals.rules.receipts import Claim, Proof, content_hash, sign, verify_statement
from services.referrals.rules.vocabulary import Party, Path
from services.referrals.tables import Handoff, HandoffRecord, PackagePaper
from shared import agencies, clock, journal
from shared.database import uuid7
from shared.events import subject_of
from shared.identity import Actor
from shared.transactions import frame

if TYPE_CHECKING:
    from services.referrals.actions.saying import Answer

TICKET_AUDIENCE = "casebridge-documents"
_READING = OURS["documents are read by ticket"]


async def own_signature(session: AsyncSession, owner: str, handoff: Handoff, given: "Answer") -> bool:
    """Whether that party signed this very act with its registered key; a wrong signature is refused."""
    if given.signature is None:
        return False
    keys = await agencies.keys_in_force(session, owner)
    content = content_hash(given.act, given.said)
    verify_statement(given.signature, keys, handoff.id, given.act, content)
    return True


async def keep_receipt(
    session: AsyncSession, actor: Actor, handoff: Handoff, given: "Answer", path: Path
) -> None:
    """The business receipt of an answer: what was said, by whom, by which way, under our signature."""
    record = await keep_claim(
        session,
        handoff,
        given.act,
        given.said,
        org=actor.org,
        on=given.on,
        path=path,
        on_behalf_of=given.on_behalf_of,
        manner=given.manner,
    )
    record.document_sha256 = given.document_sha256
    record.their_token = given.signature


async def keep_claim(
    session: AsyncSession,
    handoff: Handoff,
    act: str,
    said: dict[str, Any],
    *,
    org: str,
    on: date,
    path: Path,
    on_behalf_of: str | None = None,
    manner: str | None = None,
) -> HandoffRecord:
    """What somebody did with a handoff, kept with our receipt for it."""
    claim = Claim(
        proof=Proof.BUSINESS,
        matter=handoff.matter_id,
        handoff=handoff.id,
        act=act,
        content=content_hash(act, said),
        org=org,
        on=on,
        at=clock.now(),
        path=path,
        on_behalf_of=on_behalf_of,
        manner=manner,
    )
    return _record(session, handoff, claim, said)


@dataclass(frozen=True, slots=True)
class Taken:
    """What an endpoint took: which delivery, and the hash of its bytes, where it is known."""

    endpoint_id: UUID
    delivery_id: UUID
    body_sha256: str | None = None


async def keep_delivery(session: AsyncSession, handoff: Handoff, taken: Taken) -> None:
    """The transport receipt: the receiver's endpoint took these bytes; it says nothing about the business."""
    said = {name: str(value) for name, value in asdict(taken).items() if value is not None}
    claim = Claim(
        proof=Proof.TRANSPORT,
        matter=handoff.matter_id,
        handoff=handoff.id,
        act="deliver",
        content=taken.body_sha256 or content_hash("deliver", said),
        org=handoff.receiver,
        on=clock.today(),
        at=clock.now(),
        path=Path.TRANSPORT,
    )
    _record(session, handoff, claim, said)


def _record(session: AsyncSession, handoff: Handoff, claim: Claim, said: dict[str, Any]) -> HandoffRecord:
    record = HandoffRecord(
        id=uuid7(),
        handoff_id=handoff.id,
        act=claim.act,
        proof=claim.proof,
        org=claim.org,
        path=claim.path,
        on_behalf_of=claim.on_behalf_of,
        manner=claim.manner,
        occurred_on=claim.on,
        at=claim.at,
        said=said,
        content_sha256=claim.content,
        token=sign(claim, frame(session).signing_key),
    )
    session.add(record)
    return record


def may_read_package(actor: Actor, handoff: Handoff) -> bool:
    """Whether the actor may read the package: the sender's side always, the receiver once it is open."""
    as_receiver = reads_as_receiver(actor, handoff.sender, handoff.receiver_path, handoff.sender_path)
    return not as_receiver or package_is_open(handoff.kind, handoff.stage, handoff.rules_of)


async def package_papers(session: AsyncSession, actor: Actor, handoff: Handoff) -> Sequence[PackagePaper]:
    """The papers of a package that is open to the actor; PackageClosed otherwise."""
    if not may_read_package(actor, handoff):
        raise PackageClosed(stage=handoff.stage)
    return await queries.papers_of(session, handoff.id)


async def issue_ticket(session: AsyncSession, actor: Actor, handoff: Handoff, sha256: str) -> str:
    """A short-lived ticket with which the receiver reads one document of its open package from `cases`."""
    if Party.RECEIVER not in await parties_to_handoff(session, actor, handoff):
        raise NotYourStep(act="ticket", belongs_to=[Party.RECEIVER])
    papers = await package_papers(session, actor, handoff)
    if sha256 not in {paper.sha256 for paper in papers}:
        raise DocumentNotInPackage(sha256=sha256)
    event = events.DocumentTicketIssued(
        matter_id=handoff.matter_id, handoff_id=handoff.id, agency=actor.org, sha256=sha256
    )
    await journal.record(session, subject_of(handoff.matter_id), event, basis=_READING)
    filed_with = await queries.filed_with(session, handoff.matter_id, sha256)
    return _ticket(session, actor, handoff, sha256, filed_with)


def _ticket(session: AsyncSession, actor: Actor, handoff: Handoff, sha256: str, filed_with: UUID) -> str:
    settings = frame(session).settings
    issued = int(clock.now().timestamp())
    claims = {
        "aud": TICKET_AUDIENCE,
        "sha256": sha256,
        "handoff": str(handoff.id),
        "matter": str(filed_with),
        "agency": actor.org,
        "iat": issued,
        "exp": issued + settings.ticket_seconds,
    }
    key = OctKey.import_key(settings.service_key.get_secret_value())
    return jwt.encode({"alg": "HS256"}, claims, key, algorithms=["HS256"])
