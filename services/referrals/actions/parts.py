"""Splitting: the parts of a lead that `cases` split stay, or go on by an order of their own."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import events
from services.referrals.actions.issuing import Asked, issue_on
from services.referrals.errors import ModeUnknown
from services.referrals.rules.law import OURS
from services.referrals.rules.vocabulary import Mode
from services.referrals.tables import Part, Referral
from shared import journal
from shared.events import subject_of
from shared.problems import Refusal
from shared.standing import Standing

_SPLIT = OURS["the parts of a split lead go on as the split intends"]


async def keep_part(
    session: AsyncSession,
    split_from: UUID,
    stands: Standing,
    addressee: str | None,
    mode: str | None,
    on: date,
) -> None:
    """What it is a part of is known from now on; it stays, or goes on as the approved split intends."""
    part = Part(matter_id=stands.matter_id, split_from=split_from, addressee=addressee, mode=mode)
    session.add(part)
    await session.flush()
    if addressee is not None and mode is not None:
        await _send(session, part, stands, addressee, mode, on)


async def _send(
    session: AsyncSession, part: Part, stands: Standing, addressee: str, mode: str, on: date
) -> None:
    """It is sent by the office that holds it; else it is told why not.

    A refusal is raised before anything is written, so what others are sent by is untouched by it.
    """
    await journal.lock(session, subject_of(part.matter_id))
    try:
        part.referral_id = (await _issue(session, stands, addressee, mode, on)).id
    except Refusal as refusal:
        part.reason = refusal.code()
        facts = {"matter_id": part.matter_id, "split_from": part.split_from, "reason": part.reason}
        event = events.PartNotIssued(**facts, addressee=addressee, mode=mode)
        await journal.record(session, subject_of(part.matter_id), event, basis=_SPLIT, occurred_on=on)


async def _issue(session: AsyncSession, stands: Standing, addressee: str, mode: str, on: date) -> Referral:
    """The chief approved the split in `cases`, part by part: that is the writing, and its day stands here."""
    if mode not in set(Mode):
        raise ModeUnknown(mode=mode)
    asked = Asked(stands.matter_id, Mode(mode), addressee, stands.epoch, on, decided_on=on)
    return await issue_on(session, stands.holder, asked, stands, roles=None)
