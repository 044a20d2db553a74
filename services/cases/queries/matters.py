"""Leads, cases and what belongs to them, as the actor may see them; and, for announcements, as they are."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.errors import CaseNotFound, LeadNotFound
from services.cases.rules.custody import APPROVAL_TO_FILE, EFFECTS
from services.cases.rules.links import LinkKind
from services.cases.rules.vocabulary import OrderState, ProposalState
from services.cases.tables import Case, Document, ExternalId, Lead, Link, Order, Proposal, Suggestion
from shared import clock
from shared.identity import Actor
from shared.problems import NotFound
from shared.standing import ASKERS, matters, permits, ways

ThingT = TypeVar("ThingT", Lead, Case)
PENDING = (ProposalState.AWAITING_REVIEW, ProposalState.AWAITING_DECISION)
SHOWN_OF_A_PROPOSAL = (
    *("id", "matter_id", "kind", "act", "office", "state", "awaiting", "proposer_name", "proposed_on"),
    *("revision", "at"),
)
SETTLING = sorted({effect.mode.value for effect in EFFECTS if effect.settles})


@lru_cache(ASKERS)
def _seen(thing: type[Lead | Case], actor: Actor, _today: date) -> Select[Any]:
    return select(thing).where(thing.id == bindparam("thing_id"), permits(thing.id, actor))


async def _see(session: AsyncSession, thing: type[ThingT], actor: Actor, thing_id: UUID) -> ThingT | None:
    found: ThingT | None = await session.scalar(_seen(thing, actor, clock.today()), {"thing_id": thing_id})
    return found


async def lead_for(session: AsyncSession, actor: Actor, lead_id: UUID) -> Lead:
    """That lead, if the actor may see it."""
    lead = await _see(session, Lead, actor, lead_id)
    if lead is None:
        raise LeadNotFound(lead_id=lead_id)
    return lead


async def case_for(session: AsyncSession, actor: Actor, case_id: UUID) -> Case:
    """That case, if the actor may see it."""
    case = await _see(session, Case, actor, case_id)
    if case is None:
        raise CaseNotFound(case_id=case_id)
    return case


async def matter_for(session: AsyncSession, actor: Actor, matter_id: UUID) -> Lead | Case:
    """That lead or case, if the actor may see it."""
    case = await _see(session, Case, actor, matter_id)
    return case if case is not None else await lead_for(session, actor, matter_id)


async def matter_of(session: AsyncSession, matter_id: UUID) -> Lead | Case | None:
    """The lead or case that an announcement is about, whoever asks."""
    return await session.get(Case, matter_id) or await session.get(Lead, matter_id)


async def affair_of(session: AsyncSession, matter_id: UUID) -> Sequence[UUID]:
    """The matter, the lead it was opened on, the cases opened on it, what was joined: one affair."""
    found, new = {matter_id}, {matter_id}
    while new:
        opened = select(Case.id, Case.lead_id).where(or_(Case.id.in_(new), Case.lead_id.in_(new)))
        joined = select(Link.matter_id, Link.other_id).where(
            Link.matter_id.in_(new), Link.kind == LinkKind.MERGED
        )
        pairs = (await session.execute(union_all(opened, joined))).all()
        new = set().union(*pairs) - found
        found |= new
    return sorted(found)


async def heirs_of(session: AsyncSession, matter: Lead | Case) -> Sequence[Lead | Case]:
    """The matter, its parts, and the cases that they became: what an order's leave may have gone on to."""
    found: list[Lead | Case] = [matter]
    for each in found:
        if isinstance(each, Lead):
            found += await session.scalars(select(Lead).where(Lead.split_from == each.id).order_by(Lead.id))
            case = await session.get(Case, each.case_id) if each.case_id else None
            found += [case] if case is not None else []
    return found


async def order_of(session: AsyncSession, order_id: UUID) -> Order | None:
    """What is kept of an order between offices."""
    return await session.get(Order, order_id)


async def granting_orders(session: AsyncSession, matter: Lead | Case) -> Sequence[UUID]:
    """The orders that gave leave to know of the matter, or of the lead that it was opened on."""
    known = (matter.id, matter.lead_id) if isinstance(matter, Case) else (matter.id,)
    granted = select(Order.id).where(Order.matter_id.in_(known), Order.state == OrderState.GRANTED)
    return (await session.scalars(granted)).all()


async def settling_order(session: AsyncSession, office: str, *matter_ids: UUID) -> Order | None:
    """The latest order in force for the office that settles jurisdiction over one of these matters."""
    order: Order | None = await session.scalar(
        select(Order)
        .where(
            Order.matter_id.in_(matter_ids),
            Order.addressee == office,
            Order.mode.in_(SETTLING),
            Order.state.in_((OrderState.MOVED, OrderState.BASIS)),
        )
        .order_by(Order.id.desc())
        .limit(1)
    )
    return order


async def may_file(session: AsyncSession, lead_id: UUID) -> bool:
    """Whether a superior approved that a case is opened on the lead."""
    approved = select(Order.id).where(
        Order.matter_id == lead_id,
        Order.mode == APPROVAL_TO_FILE,
        Order.state == OrderState.BASIS,
    )
    return await session.scalar(approved.limit(1)) is not None


OF_MATTER = bindparam("matter_id", type_=Document.matter_id.type)
NAMED_ELSEWHERE = (
    select(ExternalId).where(ExternalId.matter_id == OF_MATTER).order_by(ExternalId.system, ExternalId.number)
)


async def named_elsewhere(session: AsyncSession, matter_id: UUID) -> Sequence[ExternalId]:
    """The numbers a matter carries in other systems."""
    return (await session.scalars(NAMED_ELSEWHERE, {"matter_id": matter_id})).all()


# -- proposals ---------------------------------------------------------------------------------------------


def visible_proposals(actor: Actor, **equal: Any) -> tuple[Select[Any], ...]:
    """The proposals in matters that the actor may know of, so narrowed; one select per way of knowing."""
    shown = [getattr(Proposal, name) for name in SHOWN_OF_A_PROPOSAL]
    statement = select(*shown).join(matters, matters.c.id == Proposal.matter_id)
    said = [getattr(Proposal, name) == value for name, value in equal.items() if value is not None]
    return tuple(statement.where(*said, way) for way in ways(actor, matters))


async def proposal_matters(session: AsyncSession, actor: Actor, proposal_id: UUID) -> Sequence[UUID]:
    """What to lock before a visible proposal is read: its matter, and the affair it would be joined with."""
    mine = select(Proposal.matter_id, Proposal.content).where(
        Proposal.id == proposal_id, permits(Proposal.matter_id, actor)
    )
    found = (await session.execute(mine)).one_or_none()
    if found is None:
        raise NotFound(proposal_id=proposal_id)
    into = found.content.get("into")
    return sorted({found.matter_id, *(await affair_of(session, UUID(into)) if into else ())})


async def proposal_for(session: AsyncSession, actor: Actor, proposal_id: UUID) -> Proposal:
    """That proposal, if the actor may see its matter."""
    mine = select(Proposal).where(Proposal.id == proposal_id, permits(Proposal.matter_id, actor))
    proposal: Proposal | None = await session.scalar(mine)
    if proposal is None:
        raise NotFound(proposal_id=proposal_id)
    return proposal


WAITING = select(Proposal).where(Proposal.matter_id == OF_MATTER, Proposal.state.in_(PENDING))


async def pending_proposal(session: AsyncSession, matter_id: UUID) -> Proposal | None:
    """The proposal of a matter that still waits; there is at most one."""
    found: Proposal | None = await session.scalar(WAITING, {"matter_id": matter_id})
    return found


# -- suggestions and documents -----------------------------------------------------------------------------


SUGGESTIONS = select(Suggestion).where(Suggestion.case_id == OF_MATTER).order_by(Suggestion.id)


async def suggestions_of(session: AsyncSession, case_id: UUID) -> Sequence[Suggestion]:
    """The suggestions of a case, in order."""
    return (await session.scalars(SUGGESTIONS, {"matter_id": case_id})).all()


async def suggestion_for(session: AsyncSession, case: Case, suggestion_id: UUID) -> Suggestion:
    """That suggestion of this case."""
    suggestion = await session.get(Suggestion, suggestion_id)
    if suggestion is None or suggestion.case_id != case.id:
        raise NotFound(suggestion_id=suggestion_id)
    return suggestion


async def suggestion_of(session: AsyncSession, suggestion_id: UUID | None) -> Suggestion | None:
    """The suggestion that an announcement is about, if it is about one."""
    return await session.get(Suggestion, suggestion_id) if suggestion_id else None


async def documents_of(session: AsyncSession, actor: Actor, matter_id: UUID) -> Sequence[Document]:
    """The documents of a matter that the actor may see, in order."""
    return (await session.scalars(_documents(actor, clock.today()), {"matter_id": matter_id})).all()


@lru_cache(ASKERS)
def _documents(actor: Actor, _today: date) -> Select[Any]:
    return select(Document).where(Document.matter_id == OF_MATTER, permitted(actor)).order_by(Document.id)


async def document_in(session: AsyncSession, sha256: str, *matter_ids: UUID) -> Document | None:
    """The document of that digest in one of these matters; the first named matter first."""
    rows = select(Document).where(Document.sha256 == sha256, Document.matter_id.in_(matter_ids))
    found = {document.matter_id: document for document in await session.scalars(rows)}
    return next((found[matter_id] for matter_id in matter_ids if matter_id in found), None)


async def document_for(session: AsyncSession, actor: Actor, sha256: str) -> Document:
    """The document of that digest in a matter that the actor may see, up to the actor's clearance."""
    rows = select(Document).where(Document.sha256 == sha256, permitted(actor))
    return await _the_document(session, rows, sha256)


def permitted(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor may know of a document: of its matter, up to its own classification."""
    return permits(Document.matter_id, actor, Document.classification)


async def document_by_ticket(session: AsyncSession, sha256: str, matter_id: UUID) -> Document:
    """The document that a ticket names, in the ticket's matter alone."""
    rows = select(Document).where(Document.sha256 == sha256, Document.matter_id == matter_id)
    return await _the_document(session, rows, sha256)


async def _the_document(session: AsyncSession, rows: Select[Any], sha256: str) -> Document:
    document: Document | None = await session.scalar(rows.order_by(Document.id).limit(1))
    if document is None:
        raise NotFound(sha256=sha256)
    return document
