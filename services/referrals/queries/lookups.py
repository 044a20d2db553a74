"""What acts and announcements look up about a matter that they already hold."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.rules.courses import OVER as HANDOFF_OVER
from services.referrals.rules.lifecycle import OPEN_STAGES, OVER, UNDECIDED, Act, Stage
from services.referrals.rules.modes import Track
from services.referrals.rules.vocabulary import Kind, Mode
from services.referrals.tables import (
    CaseLead,
    FiledDocument,
    Handoff,
    HandoffRecord,
    PackagePaper,
    Part,
    Referral,
    Statement,
)
from shared import standing
from shared.statements import among


async def order(session: AsyncSession, order_id: UUID) -> Referral | None:
    """The order that an announcement of `cases` names."""
    return await session.scalar(select(Referral).where(Referral.id == order_id))


async def open_order(session: AsyncSession, matter_id: UUID) -> UUID | None:
    """The order that is moving, or about to move, that matter."""
    return await session.scalar(
        select(Referral.id).where(
            Referral.matter_id == matter_id, Referral.moves_custody, Referral.stage.in_(OPEN_STAGES)
        )
    )


async def holder_of(session: AsyncSession, matter_id: UUID) -> str | None:
    """The office that handles the matter, as far as this service has heard."""
    return await session.scalar(select(standing.matters.c.holder).where(standing.matters.c.id == matter_id))


async def as_if_of(session: AsyncSession, matter_id: UUID) -> date | None:
    """The later day by whose rules the matter goes, if it does."""
    matter = standing.matters
    return await session.scalar(select(matter.c.as_if_on).where(matter.c.id == matter_id))


async def statements_of(
    session: AsyncSession, referral_id: UUID, act: Act | None = None
) -> Sequence[Statement]:
    """What offices said under a referral, in order; of one kind, if it is named."""
    statement = select(Statement).where(Statement.referral_id == referral_id)
    if act is not None:
        statement = statement.where(Statement.act == act)
    return (await session.scalars(statement.order_by(Statement.id))).all()


async def open_request(session: AsyncSession, matter_id: UUID, mode: Mode) -> UUID | None:
    """The request of that mode about that matter that is not decided yet."""
    return await session.scalar(
        select(Referral.id).where(
            Referral.matter_id == matter_id, Referral.mode == mode, Referral.stage.in_(UNDECIDED)
        )
    )


async def open_requests(session: AsyncSession, matter_id: UUID) -> Sequence[Referral]:
    """What is asked about a matter and not answered yet."""
    statement = select(Referral).where(
        Referral.matter_id == matter_id,
        Referral.track == Track.REQUEST,
        Referral.stage.in_(UNDECIDED),
    )
    return (await session.scalars(statement.order_by(Referral.id))).all()


async def came_by(session: AsyncSession, matter_id: UUID, holder: str) -> Mode | None:
    """By which mode the matter came last to the office that holds it, if by an order known here.

    A part of a split lead came as the whole had come, unless an order brought the part itself.
    """
    of: UUID | None = matter_id
    while of is not None:
        if mode := await _brought(session, of, holder):
            return mode
        of = await session.scalar(select(Part.split_from).where(Part.matter_id == of))
    return None


async def _brought(session: AsyncSession, matter_id: UUID, holder: str) -> Mode | None:
    statement = (
        select(Referral.mode)
        .where(
            Referral.matter_id == matter_id,
            Referral.addressee == holder,
            Referral.moves_custody,
            Referral.stage == Stage.IN_FORCE,
        )
        .order_by(Referral.epoch.desc())
        .limit(1)
    )
    return await session.scalar(statement)


async def procedure_of(session: AsyncSession, case_id: UUID) -> str | None:
    """In which procedure the case was opened, as far as this service has heard."""
    return await session.scalar(select(CaseLead.procedure).where(CaseLead.case_id == case_id))


async def papers_of(session: AsyncSession, handoff_id: UUID) -> Sequence[PackagePaper]:
    """The papers of a package, in order."""
    statement = select(PackagePaper).where(PackagePaper.handoff_id == handoff_id)
    return (await session.scalars(statement.order_by(PackagePaper.place))).all()


async def records_of(session: AsyncSession, handoff_id: UUID) -> Sequence[HandoffRecord]:
    """Every act on a handoff with its receipt, in order."""
    statement = select(HandoffRecord).where(HandoffRecord.handoff_id == handoff_id)
    return (await session.scalars(statement.order_by(HandoffRecord.id))).all()


async def handoff_dispatched_by(session: AsyncSession, event_id: UUID) -> Handoff | None:
    """The handoff whose dispatch is that event of our journal."""
    return await session.scalar(select(Handoff).where(Handoff.dispatch_event == event_id))


DISPATCHES = select(Handoff.dispatch_event).where(among(Handoff.dispatch_event, "events"))


async def known_dispatches(session: AsyncSession, event_ids: Collection[UUID]) -> set[UUID]:
    """Which of these events of our journal are the dispatch of a handoff."""
    found = await session.scalars(DISPATCHES, {"events": event_ids}) if event_ids else ()
    return {each for each in found if each is not None}


async def served_about(session: AsyncSession, matter_id: UUID, about: UUID) -> Handoff | None:
    """The suggestion's handoff, found by what it is about."""
    return await session.scalar(
        select(Handoff).where(
            Handoff.matter_id == matter_id, Handoff.about == about, Handoff.kind == Kind.SUGGESTION
        )
    )


async def open_handoffs(session: AsyncSession, matter_id: UUID) -> Sequence[Handoff]:
    """The handoffs of a matter that are not over."""
    statement = select(Handoff).where(Handoff.matter_id == matter_id, Handoff.stage.not_in(HANDOFF_OVER))
    return (await session.scalars(statement.order_by(Handoff.id))).all()


async def is_followed(session: AsyncSession, handoff_id: UUID) -> bool:
    """Whether another handoff goes on from that one."""
    return await session.scalar(select(Handoff.id).where(Handoff.follows == handoff_id).limit(1)) is not None


async def settled_by_order(session: AsyncSession, matter_id: UUID, office: str) -> bool:
    """Whether an order of a superior gave the matter, or the lead of the case, to that office."""
    lead = select(CaseLead.lead_id).where(CaseLead.case_id == matter_id).scalar_subquery()
    given = select(Referral.id).where(
        or_(Referral.matter_id == matter_id, Referral.matter_id == lead),
        Referral.addressee == office,
        Referral.mode.in_((Mode.ASSIGN, Mode.TAKE_UP, Mode.DESIGNATE)),
        Referral.stage == Stage.IN_FORCE,
    )
    return await session.scalar(given.limit(1)) is not None


async def opened_against(session: AsyncSession, case_id: UUID, agency: str) -> bool:
    """Whether the case was opened against that agency: the decision to open it goes, or went, to it."""
    decision = select(Handoff.id).where(
        Handoff.matter_id == case_id, Handoff.kind == Kind.FILING_DECISION, Handoff.receiver == agency
    )
    return await session.scalar(decision.limit(1)) is not None


async def standing_orders(session: AsyncSession, matter_id: UUID) -> Sequence[Referral]:
    """The orders that bind a matter without moving it, as far as they are not over."""
    statement = select(Referral).where(
        Referral.matter_id == matter_id, Referral.moves_custody.is_(False), Referral.stage.not_in(OVER)
    )
    return (await session.scalars(statement.order_by(Referral.id))).all()


async def unknown_documents(
    session: AsyncSession, matter_id: UUID, hashes: Sequence[str], clearance: int
) -> list[str]:
    """Which of these are not filed with the matter, nor with the lead it was opened on, or so high."""
    lead = select(CaseLead.lead_id).where(CaseLead.case_id == matter_id).scalar_subquery()
    filed = select(FiledDocument.sha256).where(
        or_(FiledDocument.matter_id == matter_id, FiledDocument.matter_id == lead),
        FiledDocument.sha256.in_(hashes),
        FiledDocument.classification <= clearance,
    )
    known = set(await session.scalars(filed)) if hashes else set()
    return sorted(set(hashes) - known)


async def filed_with(session: AsyncSession, matter_id: UUID, sha256: str) -> UUID:
    """Where a document of the matter is filed: with the matter itself, else with the lead of the case."""
    filed = select(CaseLead.lead_id).join(FiledDocument, FiledDocument.matter_id == CaseLead.lead_id)
    of_lead = await session.scalar(filed.where(CaseLead.case_id == matter_id, FiledDocument.sha256 == sha256))
    of_matter = await session.get(FiledDocument, (matter_id, sha256))
    return matter_id if of_lead is None or of_matter is not None else of_lead
