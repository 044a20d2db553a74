"""What every act on a referral shares: its one lawful step, what is said under it, what is announced."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import queries
from services.referrals.errors import DocumentUnknown
from services.referrals.rules.deadlines import OF_REFERRALS
from services.referrals.rules.lifecycle import Act, Step, check_party, step_for
from services.referrals.rules.vocabulary import Party
from services.referrals.tables import Handoff, Referral, Statement
from shared import journal, ledger
from shared.citation import later_rules
from shared.clocks import Period
from shared.database import uuid7
from shared.events import Event, subject_of

HIGHEST = 9  # above every classification
_NO_PERSONS = {Party.ANNOUNCEMENT, Party.ITSELF}


def facts(referral: Referral) -> dict[str, Any]:
    """What every event about a referral says."""
    return {
        "matter_id": referral.matter_id,
        "referral_id": referral.id,
        "mode": referral.mode,
        "issuer": referral.issuer,
        "addressee": referral.addressee,
    }


def take(referral: Referral, act: Act, parties: Collection[Party]) -> Step:
    """Move the referral one lawful step, by one of these parties. Nothing else sets a stage."""
    step = step_for(referral.track, referral.stage, act)
    check_party(step, parties)
    referral.stage = step.target
    if not set(parties) <= _NO_PERSONS:
        referral.revision += 1
    return step


async def tell(session: AsyncSession, referral: Referral, event: Event, basis: Any, on: date) -> None:
    """Record what happened to a referral in its matter's chain."""
    await journal.record(session, subject_of(referral.matter_id), event, basis=basis, occurred_on=on)


async def say(
    session: AsyncSession,
    referral: Referral,
    act: Act,
    office: str,
    on: date,
    words: str,
    *,
    agrees: bool | None = None,
    sha256: str | None = None,
) -> Statement:
    """Keep what an office said under a referral, as the next of its kind."""
    if sha256:
        await check_documents(session, referral.matter_id, [sha256])
    before = await queries.statements_of(session, referral.id)
    made = Statement(
        id=uuid7(),
        referral_id=referral.id,
        act=act,
        seq_no=1 + sum(each.act is act for each in before),
        office=office,
        said_on=on,
        summary=words,
        agrees=agrees,
        sha256=sha256,
    )
    session.add(made)
    return made


async def check_documents(
    session: AsyncSession, matter_id: Any, hashes: list[str], clearance: int = HIGHEST
) -> None:
    """Refuses documents that are not filed with the matter, as far as this service has heard.

    What leaves for an agency names the sender's clearance: a document above it is as good as not there. In
    an order or a report no document leaves: whoever reads it asks `cases` for the document as themselves.
    """
    if unknown := await queries.unknown_documents(session, matter_id, hashes, clearance):
        raise DocumentUnknown(unknown=unknown)


async def start_clock(
    session: AsyncSession, of: Referral | Handoff, limit: Period, on: date, office: str
) -> ledger.Clock:
    """A limit about it begins for that office; its trace says so where later rules are gone by."""
    note = later_rules(on, of.as_if_on)
    return await ledger.start(session, of.matter_id, limit, on, office=office, about=of.id, note=note)


async def end_clocks(session: AsyncSession, referral: Referral, reason: str) -> None:
    """No clock of a referral that is over goes on, and no report is due under it."""
    referral.report_due_on = None
    await ledger.end(session, referral.matter_id, OF_REFERRALS, reason, about=referral.id)
