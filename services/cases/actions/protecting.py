"""Protected reporters: sealed on arrival, read only by persons whom the chief has named, each reading kept.

Who the reporter is stands nowhere but in the sealed row: not in the journal or its details, in no answer that
is kept, and in no list.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import orjson
from cryptography.exceptions import InvalidTag
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases import queries
from services.cases.actions.stepping import own
from services.cases.errors import (
    IdentitiesNotKept,
    IdentityUnreadable,
    NobodyNamed,
    NotNamedToRead,
    ReporterIsKept,
)
from services.cases.events.leads import ReporterKept, ReporterReaderDecided
from services.cases.tables import Lead, Reporter, ReporterReader, ReporterReading
from shared import clock, journal
from shared.citation import OURS
from shared.database import uuid7
from shared.events import subject_of
from shared.identity import Actor
from shared.problems import DateOutOfOrder, NotFound
from shared.transactions import frame
from shared.vault import Vault

PROTECTED = OURS["a reporter's identity is sealed and read by named persons"]


def _vault(session: AsyncSession) -> Vault:
    vault = Vault.of(frame(session).settings.vault_keys)
    if vault is None:
        raise IdentitiesNotKept()
    return vault


async def keep_reporter(
    session: AsyncSession, actor: Actor, lead: Lead, identity: Mapping[str, Any]
) -> Reporter:
    """Seal who reported the lead; what is kept already is replaced only by a person who may read it."""
    own(actor, lead)
    vault = _vault(session)
    kept = await queries.reporter_of(session, lead.id)
    if kept is not None and not await queries.may_read_reporter(session, actor, lead):
        raise ReporterIsKept()
    row = kept or Reporter(lead_id=lead.id)
    row.vault_kid, row.sealed = vault.seal(orjson.dumps(dict(identity)), lead.id)
    row.kept_on, row.kept_by, row.at = clock.today(), actor.sub, clock.now()
    session.add(row)
    event = ReporterKept(lead_id=lead.id, office=lead.office, replaced=kept is not None)
    await journal.record(session, subject_of(lead.id), event, basis=PROTECTED)
    return row


async def decide_reader(
    session: AsyncSession,
    actor: Actor,
    lead: Lead,
    *,
    person: str,
    decided: Literal["granted", "withdrawn"],
    ends_on: date | None,
    reason: str,
) -> ReporterReader:
    """The chief names a person who may read it, until a day or until it is withdrawn or the lead moves."""
    own(actor, lead)
    today = clock.today()
    if ends_on is not None and ends_on < today:
        raise DateOutOfOrder(ends_on=ends_on, earliest=today)
    open_ = await queries.named_readers(session, lead, person)
    for each in open_:
        each.withdrawn_on = today
    if decided == "withdrawn" and not open_:
        raise NobodyNamed()
    row = open_[-1] if decided == "withdrawn" else _named(actor, lead, person, ends_on)
    session.add(row)
    event = ReporterReaderDecided(lead_id=lead.id, office=lead.office, granted=decided == "granted")
    details = {"person": person, "reason": reason}
    await journal.record(session, subject_of(lead.id), event, basis=PROTECTED, details=details)
    return row


def _named(actor: Actor, lead: Lead, person: str, ends_on: date | None) -> ReporterReader:
    return ReporterReader(
        id=uuid7(),
        lead_id=lead.id,
        person=person,
        epoch=lead.epoch,
        given_on=clock.today(),
        given_by=actor.sub,
        ends_on=ends_on,
    )


def _opened(vault: Vault, kept: Reporter) -> dict[str, Any]:
    try:
        identity: dict[str, Any] = orjson.loads(vault.open(kept.vault_kid, kept.sealed, kept.lead_id))
    except (KeyError, InvalidTag):
        raise IdentityUnreadable(kid=kept.vault_kid) from None
    return identity


async def read_reporter(session: AsyncSession, actor: Actor, lead: Lead) -> dict[str, Any]:
    """Who reported the lead, to a named person, and that it was read; whether one is kept, to nobody else."""
    if not await queries.may_read_reporter(session, actor, lead):
        raise NotNamedToRead()
    kept = await queries.reporter_of(session, lead.id)
    if kept is None:
        raise NotFound()
    identity = _opened(_vault(session), kept)
    session.add(ReporterReading(lead_id=lead.id, org=actor.org, sub=actor.sub))
    return {"lead_id": lead.id} | identity
