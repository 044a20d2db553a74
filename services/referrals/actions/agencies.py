"""Agencies, their keys, the duty register and agreements: entered by an administrator, announced to all."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import events, queries
from services.referrals.errors import CodeIsAnOffice, KeyIdTaken, KeyNotUsable, UnknownAgency, UnknownOffice
from services.referrals.rules.days import not_before
from services.referrals.rules.law import OURS
from services.referrals.rules.recipients import division_prefix
from services.referrals.rules.vocabulary import Kind, OrganisationKind
from services.referrals.tables import Agreement, Duty
from shared import agencies, journal
from shared.agencies import AgencyChanged, AgencyKeyChanged
from shared.clocks import Unit
from shared.database import uuid7
from shared.events import Event
from shared.transactions import frame

_SIGNING: dict[str, type[OKPKey] | type[ECKey]] = {"OKP": OKPKey, "EC": ECKey}
_ENTERED = OURS["entered by an administrator"]


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One line of the duty register as entered."""

    agency: str
    kind: Kind | None
    sector: str
    subject: str
    place: str
    basis: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement about answers as entered."""

    office: str
    agency: str
    kind: Kind | None
    length: int
    unit: Unit
    title: str
    valid_from: date
    valid_to: date | None


def agency_subject(code: str) -> str:
    """The journal subject of an agency: its entry, keys, duties and agreements stand in one chain."""
    return f"agency/{code}"


async def _tell(session: AsyncSession, code: str, event: Event) -> UUID:
    return await journal.record(session, agency_subject(code), event, basis=_ENTERED)


async def enter_agency(session: AsyncSession, said: AgencyChanged) -> Any:
    """The agency stands as entered; an entry under the same code changes it."""
    OrganisationKind(said.kind)
    if frame(session).offices.exists(said.code):
        raise CodeIsAnOffice(agency=said.code)
    await journal.lock(session, agency_subject(said.code))
    if said.superior is not None and said.superior != said.code:
        await _known(session, said.superior)
    if said.valid_from and said.valid_to:
        not_before(said.valid_to, said.valid_from)
    await agencies.keep(session, said)
    await _tell(session, said.code, events.AgencyChanged(**said.model_dump()))
    return await queries.agency_row(session, said.code)


async def _known(session: AsyncSession, code: str) -> None:
    if not await queries.agency_exists(session, code):
        raise UnknownAgency(agency=code)


async def register_key(
    session: AsyncSession, code: str, jwk: dict[str, Any], valid_from: date | None, valid_to: date | None
) -> AgencyKeyChanged:
    """The agency may sign with that public key within its dates; the key id names it for good."""
    await journal.lock(session, agency_subject(code))
    await queries.agency_row(session, code)
    public, kid = _public(jwk)
    taken = [each for each in await queries.keys_of(session, code) if each.kid == kid]
    if any(each.jwk.get("x") != public.get("x") for each in taken):
        raise KeyIdTaken(kid=kid)
    if valid_from and valid_to:
        not_before(valid_to, valid_from)
    said = AgencyKeyChanged(code=code, kid=kid, jwk=public, valid_from=valid_from, valid_to=valid_to)
    await agencies.keep_key(session, said)
    await _tell(session, code, events.AgencyKeyChanged(**said.model_dump()))
    return said


def _public(jwk: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The public key as it is kept, and its id (its thumbprint, if it names none)."""
    try:
        key = _SIGNING[jwk["kty"]].import_key(jwk)
        if key.is_private or key.curve_name not in ("Ed25519", "P-256"):
            raise KeyNotUsable()
        public = dict(key.as_dict(private=False))
    except (JoseError, ValueError, KeyError, TypeError):
        raise KeyNotUsable() from None
    kid = str(public.get("kid") or key.thumbprint())
    return public | {"kid": kid, "use": "sig"}, kid


async def enter_duty(session: AsyncSession, line: DutyLine) -> Duty:
    """The line stands in the register and proposes its agency from its first day on."""
    await journal.lock(session, agency_subject(line.agency))
    await _known(session, line.agency)
    if line.valid_to:
        not_before(line.valid_to, line.valid_from)
    duty = Duty(
        id=uuid7(),
        agency=line.agency,
        kind=line.kind,
        sector=line.sector,
        subject=line.subject,
        place=line.place,
        place_prefix=division_prefix(line.place),
        basis=line.basis,
        valid_from=line.valid_from,
        valid_to=line.valid_to,
    )
    session.add(duty)
    await _tell(session, duty.agency, _duty_changed(duty))
    return duty


async def end_duty(session: AsyncSession, duty_id: UUID, valid_to: date) -> Duty:
    """The line speaks for its agency until that day, and not beyond."""
    duty = await queries.duty(session, duty_id)
    await journal.lock(session, agency_subject(duty.agency))
    not_before(valid_to, duty.valid_from)
    duty.valid_to = valid_to
    await _tell(session, duty.agency, _duty_changed(duty))
    return duty


def _duty_changed(duty: Duty) -> Event:
    return events.DutyChanged(
        duty_id=duty.id,
        agency=duty.agency,
        kind=duty.kind,
        sector=duty.sector,
        subject=duty.subject,
        place=duty.place,
        valid_from=duty.valid_from,
        valid_to=duty.valid_to,
    )


async def enter_agreement(session: AsyncSession, agreed: Agreed) -> Agreement:
    """The agreement sets the reply clock of handoffs between these two, from its first day on."""
    await journal.lock(session, agency_subject(agreed.agency))
    await _known(session, agreed.agency)
    if not frame(session).offices.exists(agreed.office, agreed.valid_from):
        raise UnknownOffice(office=agreed.office, on=agreed.valid_from.isoformat())
    if agreed.valid_to:
        not_before(agreed.valid_to, agreed.valid_from)
    agreement = Agreement(
        id=uuid7(),
        office=agreed.office,
        agency=agreed.agency,
        kind=agreed.kind,
        length=agreed.length,
        unit=agreed.unit,
        title=agreed.title,
        valid_from=agreed.valid_from,
        valid_to=agreed.valid_to,
    )
    session.add(agreement)
    await _tell(session, agreement.agency, _agreement_changed(agreement))
    return agreement


async def end_agreement(session: AsyncSession, agreement_id: UUID, valid_to: date) -> Agreement:
    """The agreement sets clocks until that day, and none that begins later."""
    agreement = await queries.agreement(session, agreement_id)
    await journal.lock(session, agency_subject(agreement.agency))
    not_before(valid_to, agreement.valid_from)
    agreement.valid_to = valid_to
    await _tell(session, agreement.agency, _agreement_changed(agreement))
    return agreement


def _agreement_changed(agreement: Agreement) -> Event:
    return events.AgreementChanged(
        agreement_id=agreement.id,
        office=agreement.office,
        agency=agreement.agency,
        kind=agreement.kind,
        length=agreement.length,
        unit=agreement.unit,
        valid_from=agreement.valid_from,
        valid_to=agreement.valid_to,
    )
