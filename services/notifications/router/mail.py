"""Letters by e-mail: where an office wants to be written to, and what became of each letter."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import mailing
from services.notifications.queries import inbox as queries
from services.notifications.rules.mail import MailState
from services.notifications.schemas.inbox import MailAddressIn, MailAddressOut, MailOut
from services.notifications.tables import Mail, MailAddress
from shared import journal
from shared.identity import Actor, Role
from shared.paging import Page, Paging, page
from shared.transactions import Call, CurrentActor, Reading, Transaction, door_router, roles

addresses = door_router(prefix="/v1/mail-addresses", tags=["mail"])
mails = door_router(prefix="/v1/mails", tags=["mail"])
ROUTERS = (addresses, mails)
KEEPERS = roles(Role.DEPARTMENT_HEAD, Role.CHIEF, Role.CLERK, Role.ADMIN)
READERS = roles(Role.DEPARTMENT_HEAD, Role.CHIEF, Role.CLERK, Role.ADMIN, Role.OVERSEER, Role.AUDITOR)


@addresses.post("", response_model=MailAddressOut, status_code=201, dependencies=[KEEPERS])
async def add_address(
    body: MailAddressIn, actor: CurrentActor, session: Transaction, call: Call
) -> MailAddress:
    """Have letters sent to an address of your office: numbers, dates and links, never facts of a matter."""
    await call.fresh(partial(_still_own, session, actor))
    address = await mailing.add(session, actor, body.address, body.role, body.topics)
    call.tag(address)
    return address


async def _still_own(session: AsyncSession, actor: Actor, address_id: UUID) -> bool:
    return (await queries.own_address(session, actor, address_id)).id == address_id


@addresses.get("", response_model=Page[MailAddressOut], dependencies=[READERS])
async def list_addresses(actor: CurrentActor, session: Reading, paging: Paging) -> Page[MailAddressOut]:
    """The addresses of your office (an overseer's: of those below too), newest first."""
    order = (MailAddress.at, MailAddress.id)
    rows, following = await page(session, queries.visible_addresses(actor), order, paging)
    return Page(items=[MailAddressOut.model_validate(row) for row in rows], next=following)


async def _locked(address_id: UUID, actor: CurrentActor, session: Transaction) -> MailAddress:
    await journal.lock(session, mailing.subject_of(address_id))
    return await queries.own_address(session, actor, address_id)


@addresses.post("/{address_id}/ending", response_model=MailAddressOut, dependencies=[KEEPERS])
async def end_address(
    address: Annotated[MailAddress, Depends(_locked, scope="function")], session: Transaction, call: Call
) -> MailAddress:
    """Nothing more is sent to this address; letters that have not left are dropped."""
    call.admit(address)
    return await mailing.end(session, address)


@mails.get("", response_model=Page[MailOut], dependencies=[READERS])
async def list_mails(
    actor: CurrentActor,
    session: Reading,
    paging: Paging,
    state: Annotated[MailState | None, Query()] = None,
) -> Page[MailOut]:
    """The letters to your office and what became of each, newest first."""
    rows, following = await page(session, queries.visible_mails(actor, state), (Mail.at, Mail.id), paging)
    return Page(items=[MailOut.model_validate(row) for row in rows], next=following)
