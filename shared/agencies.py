"""Agencies and their registered keys: owned by `referrals`, kept as a projection by the others."""

from datetime import date
from typing import Any

from sqlalchemy import Column, Date, Index, String, Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.database import FRAME, Json, insert
from shared.events import Envelope, Heard
from shared.reactions import Reaction, react

agencies = Table(
    "agencies",
    FRAME,
    Column("code", String(40), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("name", String(120), nullable=False),
    Column("division", String(12), nullable=False),
    Column("superior", String(40)),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Index(None, "kind", "division"),
)

agency_keys = Table(
    "agency_keys",
    FRAME,
    Column("code", String(40), primary_key=True),
    Column("kid", String(80), primary_key=True),
    Column("jwk", Json, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
)


class AgencyChanged(Heard):
    """Our reading of referrals.agency_changed."""

    code: str
    kind: str
    agency_name: str
    division: str
    superior: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class AgencyKeyChanged(Heard):
    """Our reading of referrals.agency_key_changed."""

    code: str
    kid: str
    jwk: dict[str, Any]
    valid_from: date | None = None
    valid_to: date | None = None


async def keep(session: AsyncSession, heard: AgencyChanged) -> None:
    """The agency's row as announced."""
    row = heard.model_dump(exclude={"agency_name"}) | {"name": heard.agency_name}
    statement = insert(session, agencies).values(row)
    await session.execute(statement.on_conflict_do_update(index_elements=["code"], set_=row))


async def keep_key(session: AsyncSession, heard: AgencyKeyChanged) -> None:
    """The agency's key as announced."""
    row = heard.model_dump()
    statement = insert(session, agency_keys).values(row)
    await session.execute(statement.on_conflict_do_update(index_elements=["code", "kid"], set_=row))


async def agency(session: AsyncSession, code: str, on: date | None = None) -> Any | None:
    """The agency's row (all columns of `agencies`), if the agency exists on that day."""
    day = on or clock.today()
    row = (await session.execute(select(agencies).where(agencies.c.code == code))).one_or_none()
    return row if row is not None and _valid(row, day) else None


async def keys_in_force(session: AsyncSession, code: str) -> list[dict[str, Any]]:
    """The public keys with which the agency may sign today."""
    if await agency(session, code) is None:
        return []
    rows = await session.execute(select(agency_keys).where(agency_keys.c.code == code))
    return [row.jwk | {"kid": row.kid} for row in rows if _valid(row, clock.today())]


def _valid(row: Any, day: date) -> bool:
    begun = row.valid_from is None or row.valid_from <= day
    return begun and (row.valid_to is None or day <= row.valid_to)


async def _changed(session: AsyncSession, heard: AgencyChanged, _: Envelope) -> None:
    await keep(session, heard)


async def _key_changed(session: AsyncSession, heard: AgencyKeyChanged, _: Envelope) -> None:
    await keep_key(session, heard)


REACTIONS: tuple[Reaction, ...] = (
    react("referrals.agency_changed", AgencyChanged, _changed),
    react("referrals.agency_key_changed", AgencyKeyChanged, _key_changed),
)
