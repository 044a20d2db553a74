"""Who acts on what: a row under its matter's lock, and which party the actor is to it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import queries
from services.referrals.errors import MatterNotYetKnown
from services.referrals.rules.vocabulary import Course, Party
from services.referrals.tables import Handoff, Referral
from shared import journal
from shared.events import subject_of
from shared.identity import Actor
from shared.problems import StaleEpoch
from shared.standing import Standing
from shared.transactions import frame


async def hold_referral(session: AsyncSession, actor: Actor, referral_id: UUID) -> Referral:
    """That referral, if visible, with its matter's head held until the transaction ends."""
    while True:
        matter_id = await queries.matter_of_referral(session, actor, referral_id)
        await journal.lock(session, subject_of(matter_id))
        referral = await queries.referral_for(session, actor, referral_id)
        if referral.matter_id == matter_id:  # a lead's referrals may have gone over to its case meanwhile
            return referral


async def hold_handoff(session: AsyncSession, actor: Actor, handoff_id: UUID) -> Handoff:
    """That handoff, if visible, with its matter's head held until the transaction ends."""
    while True:
        matter_id = await queries.matter_of_handoff(session, actor, handoff_id)
        await journal.lock(session, subject_of(matter_id))
        handoff = await queries.handoff_for(session, actor, handoff_id)
        if handoff.matter_id == matter_id:
            return handoff


async def hold_matter(session: AsyncSession, actor: Actor, matter_id: UUID, epoch: int) -> Standing:
    """How the matter stands, with its head held; refused where unknown, invisible, or of another epoch."""
    await journal.lock(session, subject_of(matter_id))
    found = await queries.known_matter(session, actor, matter_id)
    if found is None or found.epoch < epoch:
        raise MatterNotYetKnown(matter_id=str(matter_id), basis_epoch=epoch)
    if found.epoch > epoch:
        raise StaleEpoch(yours=epoch, current=found.epoch)
    return found


async def parties_to(session: AsyncSession, actor: Actor, referral: Referral) -> frozenset[Party]:
    """Which parties the actor's office is to a referral; none, for an office that only sees it."""
    superior = frame(session).offices.superior_of(referral.issuer)
    holder = await queries.holder_of(session, referral.matter_id)
    office = {
        Party.ISSUER: referral.issuer,
        Party.ISSUERS_SUPERIOR: superior.code if superior else None,
        Party.ADDRESSEE: referral.addressee,
        Party.HOLDER: holder,
        Party.FORMER_HOLDER: referral.held_by,
    }
    return frozenset(party for party, code in office.items() if code == actor.org)


async def parties_to_handoff(session: AsyncSession, actor: Actor, handoff: Handoff) -> frozenset[Party]:
    """Which parties the actor is to a handoff; our own part belongs to whoever handles the matter now.

    An office that sent it and no longer handles the matter is told so, instead of writing on.
    """
    holder = await queries.holder_of(session, handoff.matter_id)
    to_an_office = handoff.inbound and handoff.receiver_path is not None
    parties = {
        Party.SENDER: actor.org == (handoff.sender if handoff.inbound else holder),
        Party.RECEIVER: actor.org == (holder if to_an_office else handoff.receiver),
        Party.WATCHER: handoff.course is Course.TRANSFER and actor.org == holder,
        Party.FORWARDER: actor.org == handoff.forward_by,
    }
    mine = frozenset(party for party, is_mine in parties.items() if is_mine)
    if not mine and actor.org == handoff.sender:
        raise StaleEpoch(holder=holder)
    return mine
