"""The inboxes of offices: what an event means for them, and the letters that go with a new line."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.rules.mail import is_for, topic_of
from services.notifications.rules.recipients import (
    ALL,
    Category,
    Notice,
    about_of,
    organisations,
    roles_for,
    thin,
)
from services.notifications.tables import Line, Mail, MailAddress
from shared.database import uuid7
from shared.events import Envelope
from shared.organisations import OfficeTree
from shared.transactions import frame

MOVED, CLOCKS = "cases.custody_moved", "cases.clock_%"


def superior_in(offices: OfficeTree) -> Callable[[str], str | None]:
    """Who is the next office above a code, in that tree."""

    def above(code: str) -> str | None:
        superior = offices.superior_of(code) if offices.exists(code) else None
        return superior.code if superior else None

    return above


async def note(
    session: AsyncSession, notice: Notice, envelope: Envelope, holder: str | None, now: datetime
) -> None:
    """The lines that this event settles are settled, and one stands in every inbox it belongs in."""
    about = about_of(notice, envelope.body)
    if notice.settles and about is not None:
        await _settle(session, notice, UUID(about), now)
    if envelope.type == MOVED:
        await _hand_over(session, envelope, now)
    await write(session, _lines(frame(session).offices, notice, envelope, holder, now))


async def _settle(session: AsyncSession, notice: Notice, about: UUID, now: datetime) -> None:
    """By what they are about alone: what was told of a lead may go on under the case that it became."""
    older = update(Line).where(Line.about == about, Line.settled_at.is_(None))
    if notice.settles != ALL:
        older = older.where(Line.event_type.in_(notice.settles))
    await session.execute(older.values(settled_at=now))


async def _hand_over(session: AsyncSession, envelope: Envelope, now: datetime) -> None:
    """What is due in the matter is due in its new holder's inbox, and only there; it may have watched it."""
    body, offices = envelope.body, frame(session).offices
    clocks = (
        Line.matter_id == envelope.matter_id,
        Line.event_type.like(CLOCKS),
        Line.settled_at.is_(None),
    )
    watched = update(Line).where(*clocks, Line.org == body["to_office"])
    await session.execute(watched.values(category=Category.DUE))
    due = (*clocks, Line.org == body["from_office"])
    there = Line.__table__.alias("there")
    told = exists().where(there.c.org == body["to_office"], there.c.event_id == Line.event_id)
    await session.execute(update(Line).where(*due, told).values(settled_at=now))
    path = offices.office(body["to_office"]).path
    await session.execute(update(Line).where(*due).values(org=body["to_office"], org_path=path))


def _lines(
    offices: OfficeTree, notice: Notice, envelope: Envelope, holder: str | None, now: datetime
) -> list[dict[str, Any]]:
    """One line per office, under the first reason that it has to read of it."""
    found: dict[str, dict[str, Any]] = {}
    reasons = [(party, notice.category) for party in notice.inbox]
    reasons += [(party, Category.KNOW) for party in notice.watch]
    for party, category in reasons:
        for code in organisations((party,), envelope.body, holder, superior_in(offices)):
            if not offices.exists(code):
                continue
            line = found.setdefault(code, _line(offices, notice, envelope, code, category, now))
            line["party"] = line["party"] or notice.is_party(party)
    return list(found.values())


def _line(
    offices: OfficeTree, notice: Notice, envelope: Envelope, org: str, category: Category, now: datetime
) -> dict[str, Any]:
    body, about = envelope.body, about_of(notice, envelope.body)
    due = None if body.get("stopped") else body.get("due_on") or body.get("respond_by")
    return {
        "id": uuid7(),
        "org": org,
        "org_path": offices.office(org).path,
        "roles": between_bars(roles_for(notice, body)),
        "category": category,
        "party": False,
        "matter_id": envelope.matter_id,
        "about": UUID(about) if about else None,
        "event_id": envelope.id,
        "event_type": envelope.type,
        "facts": thin(notice, body),
        "due_on": date.fromisoformat(due) if due else None,
        "at": now,
    }


def between_bars(roles: Sequence[str]) -> str:
    """Roles as a line keeps them."""
    return "|" + "|".join(roles) + "|"


async def write(session: AsyncSession, lines: Sequence[dict[str, Any]]) -> None:
    """These lines stand in their inboxes, and who asked for letters about such lines is written to."""
    if not lines:
        return
    await session.execute(plain_insert(Line), list(lines))
    if frame(session).settings.smtp_url is not None:
        await _post(session, lines)


async def _post(session: AsyncSession, lines: Sequence[dict[str, Any]]) -> None:
    there = [line for line in lines if topic_of(line["category"], line["event_type"])]
    if not there:
        return
    asked = select(MailAddress).where(MailAddress.ended_at.is_(None))
    if len(there) <= FEW:
        asked = asked.where(MailAddress.org.in_({line["org"] for line in there}))
    by_org: dict[str, list[MailAddress]] = {}
    for address in await session.scalars(asked):
        by_org.setdefault(address.org, []).append(address)
    rows = [_mail(line, each) for line in there for each in by_org.get(line["org"], ()) if _wants(each, line)]
    if rows:
        await session.execute(plain_insert(Mail), rows)


# Of more lines than this, as of the digests of all offices, every address is looked at.
FEW = 100


def _wants(address: MailAddress, line: dict[str, Any]) -> bool:
    topic = topic_of(line["category"], line["event_type"])
    return topic is not None and is_for(address.topics, address.role, topic, line["roles"])


def _mail(line: dict[str, Any], address: MailAddress) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "org": line["org"],
        "org_path": line["org_path"],
        "line_id": line["id"],
        "address_id": address.id,
        "due_at": line["at"],
        "at": line["at"],
    }
