"""Agencies, their keys, the duty register and agreements: open to every office."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.errors import AgencyNotFound, DutyNotFound
from services.referrals.rules.recipients import DutyRow, division_prefix
from services.referrals.rules.vocabulary import OrganisationKind
from services.referrals.rules.ways import Way, way_to
from services.referrals.tables import Agreement, Duty
from shared.agencies import agencies, agency_keys


async def organisation_kind(session: AsyncSession, code: str, on: date) -> str | None:
    """What kind of agency that is, if there is one of that code on the day."""
    row = (await session.execute(select(agencies).where(agencies.c.code == code))).one_or_none()
    if row is None or (row.valid_from and on < row.valid_from) or (row.valid_to and row.valid_to < on):
        return None
    return str(row.kind)


async def agency_row(session: AsyncSession, code: str) -> Any:
    """The agency of that code, whatever the day."""
    row = (await session.execute(select(agencies).where(agencies.c.code == code))).one_or_none()
    if row is None:
        raise AgencyNotFound(agency=code)
    return row


async def agency_exists(session: AsyncSession, code: str) -> bool:
    """Whether an agency of that code was ever entered."""
    return await session.scalar(select(agencies.c.code).where(agencies.c.code == code)) is not None


def all_agencies(kind: OrganisationKind | None, division: str | None) -> Select[Any]:
    """Every agency, of that kind and division if they are named."""
    statement = select(agencies)
    if kind is not None:
        statement = statement.where(agencies.c.kind == kind)
    return statement.where(agencies.c.division == division) if division else statement


async def keys_of(session: AsyncSession, code: str) -> Sequence[Any]:
    """The registered keys of an agency with their dates."""
    statement = select(agency_keys).where(agency_keys.c.code == code).order_by(agency_keys.c.kid)
    return (await session.execute(statement)).all()


async def register(session: AsyncSession, place: str, on: date) -> tuple[DutyRow, ...]:
    """The lines of the duty register that may speak for a place on that day."""
    digits = division_prefix(place)
    prefixes = [digits[:length] for length in range(0, len(digits) + 1)]
    statement = (
        select(Duty, agencies.c.kind.label("agency_kind"))
        .join(agencies, agencies.c.code == Duty.agency)
        .where(
            Duty.place_prefix.in_(prefixes),
            Duty.valid_from <= on,
            or_(Duty.valid_to.is_(None), Duty.valid_to >= on),
            or_(agencies.c.valid_to.is_(None), agencies.c.valid_to >= on),
            or_(agencies.c.valid_from.is_(None), agencies.c.valid_from <= on),
        )
    )
    return tuple(_duty_row(row.Duty, row.agency_kind) for row in await session.execute(statement))


def _duty_row(duty: Duty, agency_kind: str) -> DutyRow:
    return DutyRow(
        id=str(duty.id),
        agency=duty.agency,
        agency_kind=agency_kind,
        kind=duty.kind,
        sector=duty.sector,
        subject=duty.subject,
        place=duty.place,
        valid_from=duty.valid_from,
        valid_to=duty.valid_to,
        basis=duty.basis,
    )


def all_duties(agency: str | None, place: str | None) -> Select[Duty]:
    """The duty register, of that agency and place if they are named."""
    statement = select(Duty)
    if agency:
        statement = statement.where(Duty.agency == agency)
    return statement.where(Duty.place_prefix == division_prefix(place)) if place else statement


def all_agreements(office: str | None, agency: str | None) -> Select[Agreement]:
    """The agreements, of that office and agency if they are named."""
    statement = select(Agreement)
    if office:
        statement = statement.where(Agreement.office == office)
    return statement.where(Agreement.agency == agency) if agency else statement


async def agreements_between(
    session: AsyncSession, offices: Sequence[str], agency: str
) -> Sequence[Agreement]:
    """What an office, or one above it, agreed with that agency."""
    statement = select(Agreement).where(Agreement.agency == agency, Agreement.office.in_(offices))
    return (await session.scalars(statement.order_by(Agreement.id))).all()


async def duty(session: AsyncSession, duty_id: UUID) -> Duty:
    """That line of the duty register."""
    found = await session.get(Duty, duty_id)
    if found is None:
        raise DutyNotFound(duty_id=str(duty_id))
    return found


async def agreement(session: AsyncSession, agreement_id: UUID) -> Agreement:
    """That agreement."""
    found = await session.get(Agreement, agreement_id)
    if found is None:
        raise DutyNotFound(agreement_id=str(agreement_id))
    return found


async def way_from(session: AsyncSession, office: str, agency: str) -> Way:
    """By which way a suggestion of that office reaches that agency."""
    row = await agency_row(session, agency)
    return way_to(office, row.division, row.kind)
