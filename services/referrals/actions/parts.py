"""Splitting: the parts of a lead that `cases` split go on to their offices, each by an order of its own."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import events
from services.referrals.actions.issuing import Asked, issue_on
from services.referrals.errors import ModeUnknown
from services.referrals.rules.law import OURS
from services.referrals.rules.modes import mode_for
from services.referrals.rules.vocabulary import Mode
from services.referrals.tables import Part, Referral
from shared import journal
from shared.events import subject_of
from shared.problems import Refusal
from shared.standing import Standing

_SPLIT = OURS["the parts of a split lead go on as the split intends"]


async def send_part(
    session: AsyncSession, split_from: UUID, stands: Standing, addressee: str, mode: str, on: date
) -> None:
    """The part goes on as the approved split intends, by the office that holds it; else it is told why not.

    A refusal is raised before anything is written, so what others are sent by is untouched by it.
    """
    await journal.lock(session, subject_of(stands.matter_id))
    part = Part(matter_id=stands.matter_id, split_from=split_from, addressee=addressee, mode=mode)
    try:
        part.referral_id = (await _issue(session, stands, addressee, mode, on)).id
    except Refusal as refusal:
        part.reason = refusal.code()
        event = events.PartNotIssued(
            matter_id=part.matter_id,
            split_from=split_from,
            addressee=addressee,
            mode=mode,
            reason=part.reason,
        )
        await journal.record(session, subject_of(part.matter_id), event, basis=_SPLIT, occurred_on=on)
    session.add(part)


async def _issue(session: AsyncSession, stands: Standing, addressee: str, mode: str, on: date) -> Referral:
    """The decision to split was approved in `cases`: no role and no other writing is asked for here."""
    if mode not in set(Mode):
        raise ModeUnknown(mode=mode)
    asked = Asked(stands.matter_id, Mode(mode), addressee, stands.epoch, on)
    return await issue_on(session, stands.holder, mode_for(asked.mode, on), asked, stands, roles=None)
