"""The inbox, digests and letters as the actor may read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.queries import not_kept_from, own_or_below
from services.notifications.rules.digests import Period
from services.notifications.rules.mail import MailState
from services.notifications.rules.recipients import Category
from services.notifications.tables import Line, Mail, MailAddress, ReadMark
from shared.agencies import agencies
from shared.identity import Actor, Kind, Role
from shared.problems import NotFound
from shared.standing import below, permits

LINE_COLUMNS = (
    "id", "org", "category", "matter_id", "about", "event_id", "event_type", "facts", "due_on", "at",
    "settled_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines are asked for; nothing said asks for all that still need something of the reader."""

    category: Category | None = None
    matter_id: UUID | None = None
    role: Role | None = None
    office: str | None = None
    due_by: date | None = None
    unread: bool = False
    settled: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """What a line must be to be shown."""
        found: list[ColumnElement[bool]] = []
        if not self.settled:
            found += [Line.settled_at.is_(None), ReadMark.done_at.is_(None)]
        if self.category is not None:
            found.append(Line.category == self.category)
        if self.matter_id is not None:
            found.append(Line.matter_id == self.matter_id)
        if self.role is not None:
            found.append(_in_role(self.role))
        if self.office is not None:
            found.append(Line.org == self.office)
        if self.due_by is not None:
            found.append(Line.due_on <= self.due_by)
        if self.unread:
            found.append(ReadMark.at.is_(None))
        return found


def visible_lines(actor: Actor, asked: Asked) -> Select[Any]:
    """The inbox of the actor's office, in the actor's roles; an overseer also reads those below."""
    mark = and_(ReadMark.line_id == Line.id, ReadMark.sub == actor.sub)
    columns = [getattr(Line, name) for name in LINE_COLUMNS]
    return (
        select(*columns, ReadMark.at.label("read_at"), ReadMark.done_at.label("done_at"))
        .outerjoin(ReadMark, mark)
        .where(_addressed_to(actor), _readable(actor), *asked.conditions())
    )


def _in_role(role: Role) -> ColumnElement[bool]:
    return Line.roles.contains(f"|{role}|")


def _addressed_to(actor: Actor) -> ColumnElement[bool]:
    mine = and_(Line.org == actor.org, or_(*(_in_role(role) for role in sorted(actor.roles))))
    if actor.kind is not Kind.OFFICE or Role.OVERSEER not in actor.roles:
        return mine
    # What is below is added up in the overseer's own digests.
    theirs = and_(below(Line.org_path.expression, actor.path), Line.category != Category.DIGEST)
    return or_(mine, theirs)


def _readable(actor: Actor) -> ColumnElement[bool]:
    """As the matter is: its holder's line, and grants; to a party of an order or handoff it stays known.

    Recusal and classification beat both. A digest is about no matter.
    """
    matter = Line.matter_id
    by_standing = permits(matter, actor)
    as_party = and_(Line.party, not_kept_from(matter, actor))
    return or_(matter.is_(None), by_standing, as_party)


async def line_for(session: AsyncSession, actor: Actor, line_id: UUID) -> Any:
    """That line of the inbox, if the actor may read it."""
    everything = visible_lines(actor, Asked(settled=True))
    row = (await session.execute(everything.where(Line.id == line_id))).one_or_none()
    if row is None:
        raise NotFound(what="inbox line")
    return row


def marks_on(line_id: UUID) -> Select[Any]:
    """Who has read a line that the actor was found to read, and who has done it."""
    return select(ReadMark).where(ReadMark.line_id == line_id)


def visible_digests(actor: Actor, period: Period | None, office: str | None) -> Select[Any]:
    """The digests of the actor's office, or of one below it that an overseer names."""
    named = office or actor.org
    statement = select(Line.id, Line.org, Line.facts, Line.at).where(
        own_or_below(Line.org, Line.org_path, actor), Line.org == named, Line.category == Category.DIGEST
    )
    return statement.where(Line.event_type == f"digest.{period}") if period else statement


def visible_addresses(actor: Actor) -> Select[MailAddress]:
    """The mail addresses of the actor's office, and for an overseer of those below."""
    return select(MailAddress).where(own_or_below(MailAddress.org, MailAddress.org_path, actor))


async def own_address(session: AsyncSession, actor: Actor, address_id: UUID) -> MailAddress:
    """That address, if it is the actor's own office's."""
    own = select(MailAddress).where(MailAddress.org == actor.org, MailAddress.id == address_id)
    address = await session.scalar(own)
    if address is None:
        raise NotFound(what="mail address")
    return address


def visible_mails(actor: Actor, state: MailState | None) -> Select[Mail]:
    """The letters to the actor's office and what became of them, and for an overseer to those below."""
    statement = select(Mail).where(own_or_below(Mail.org, Mail.org_path, actor))
    return statement.where(Mail.state == state) if state else statement


async def names_of(session: AsyncSession, codes: Iterable[str]) -> dict[str, str]:
    """The names of those codes that are agencies'."""
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    named = select(agencies.c.code, agencies.c.name).where(agencies.c.code.in_(wanted))
    return {code: name for code, name in await session.execute(named)}
