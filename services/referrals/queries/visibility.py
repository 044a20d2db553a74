"""Who may see which referral and handoff: one predicate, so that what you may not see does not exist."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.errors import HandoffNotFound, ReferralNotFound
from services.referrals.rules.courses import BEFORE_DISPATCH
from services.referrals.rules.lifecycle import Stage
from services.referrals.rules.modes import Track
from services.referrals.tables import Handoff, Referral
from shared import standing
from shared.database import Database
from shared.identity import Actor
from shared.identity import Kind as ActorKind
from shared.standing import Standing, below, standing_of


def _not_barred(matter_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Neither recused nor below the matter's classification; a party to a referral is bound by both."""
    recused = exists().where(standing.recusals.c.matter_id == matter_id, standing.recusals.c.sub == actor.sub)
    cleared = exists().where(
        standing.matters.c.id == matter_id, standing.matters.c.classification <= actor.clearance
    )
    return and_(~recused, cleared)


def _in_line(path: Any, actor: Actor) -> ColumnElement[bool]:
    return below(path, actor.path)


def _party_or_permitted(matter_id: Any, actor: Actor, party: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(and_(party, _not_barred(matter_id, actor)), standing.permits(matter_id, actor))


def visible_referrals(actor: Actor) -> Select[Referral]:
    """The referrals an office may know of: by a party's line (also the one it takes from) or standing.

    An order that moves nothing is addressed to the holder as such, and read by it as long as it holds; one
    that goes to another office, as a call for its staff, is read by that office.
    """
    if actor.kind is not ActorKind.OFFICE:
        return select(Referral).where(false())
    as_holder = and_(Referral.track == Track.STANDING, Referral.addressee == Referral.held_by)
    addressed = and_(_in_line(Referral.addressee_path, actor), ~as_holder)
    held = and_(_in_line(Referral.held_by_path, actor), Referral.track != Track.STANDING)
    party = or_(_in_line(Referral.issuer_path, actor), addressed, held)
    return select(Referral).where(_party_or_permitted(Referral.matter_id, actor, party))


def visible_handoffs(actor: Actor) -> Select[Handoff]:
    """The handoffs one may know of: an agency its own, an office those sent to its line or of its matters.

    What has not left yet is known to our own side, and to the office that must send it on.
    """
    has_left = Handoff.stage.not_in(BEFORE_DISPATCH) & Handoff.dispatch_event.is_not(None)
    if actor.kind is ActorKind.AGENCY:
        theirs = or_(and_(Handoff.receiver == actor.org, has_left), Handoff.sender == actor.org)
        return select(Handoff).where(theirs)
    if actor.kind is not ActorKind.OFFICE:
        return select(Handoff).where(false())
    received = and_(_in_line(Handoff.receiver_path, actor), has_left)
    party = or_(received, _in_line(Handoff.forward_path, actor))
    return select(Handoff).where(_party_or_permitted(Handoff.matter_id, actor, party))


async def referral_for(session: AsyncSession, actor: Actor, referral_id: UUID) -> Referral:
    """That referral, if the actor may see it."""
    found = await session.scalar(visible_referrals(actor).where(Referral.id == referral_id))
    if found is None:
        raise ReferralNotFound(referral_id=str(referral_id))
    return found


async def handoff_for(session: AsyncSession, actor: Actor, handoff_id: UUID) -> Handoff:
    """That handoff, if the actor may see it."""
    found = await session.scalar(visible_handoffs(actor).where(Handoff.id == handoff_id))
    if found is None:
        raise HandoffNotFound(handoff_id=str(handoff_id))
    return found


async def matter_of_referral(session: AsyncSession, actor: Actor, referral_id: UUID) -> UUID:
    """The matter of a visible referral: whose head is locked before the row is read."""
    statement = visible_referrals(actor).where(Referral.id == referral_id)
    found: UUID | None = await session.scalar(statement.with_only_columns(Referral.matter_id))
    if found is None:
        raise ReferralNotFound(referral_id=str(referral_id))
    return found


async def matter_of_handoff(session: AsyncSession, actor: Actor, handoff_id: UUID) -> UUID:
    """The matter of a visible handoff: whose head is locked before the row is read."""
    statement = visible_handoffs(actor).where(Handoff.id == handoff_id)
    found: UUID | None = await session.scalar(statement.with_only_columns(Handoff.matter_id))
    if found is None:
        raise HandoffNotFound(handoff_id=str(handoff_id))
    return found


async def referral_is_visible(session: AsyncSession, actor: Actor, referral_id: UUID) -> bool:
    """Whether the actor may (still) see that referral."""
    statement = visible_referrals(actor).where(Referral.id == referral_id)
    return await session.scalar(statement.with_only_columns(Referral.id)) is not None


async def handoff_is_visible(session: AsyncSession, actor: Actor, handoff_id: UUID) -> bool:
    """Whether the actor may (still) see that handoff."""
    statement = visible_handoffs(actor).where(Handoff.id == handoff_id)
    return await session.scalar(statement.with_only_columns(Handoff.id)) is not None


async def awaits_confirmation(database: Database, actor: Actor, referral_id: UUID) -> bool:
    """Whether a visible order still waits for `cases` at this moment, in a look of its own."""
    statement = visible_referrals(actor).where(
        Referral.id == referral_id, Referral.moves_custody, Referral.stage == Stage.ISSUED
    )
    async with database.reading() as session:
        return await session.scalar(statement.with_only_columns(Referral.id)) is not None


async def known_matter(session: AsyncSession, actor: Actor, matter_id: UUID) -> Standing | None:
    """How a matter stands, if this service has heard of it and the actor may know of it."""
    permitted = select(standing.matters.c.id).where(
        standing.matters.c.id == matter_id, standing.permits(standing.matters.c.id, actor)
    )
    if await session.scalar(permitted) is None:
        return None
    return await standing_of(session, matter_id)
