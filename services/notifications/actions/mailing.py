"""Mail addresses of offices, and letters on their way: claimed for a while, sent, and settled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.channels.mail import Letter, Posted
from services.notifications.errors import MailAddressOver, MailNotSent, TooManyMailAddresses
from services.notifications.events import MailAddressAdded, MailAddressEnded
from services.notifications.rules.mail import MailState, letter, next_pause, topic_of
from services.notifications.rules.recipients import Category
from services.notifications.tables import Line, Mail, MailAddress
from shared import journal
from shared.citation import OURS
from shared.database import uuid7
from shared.identity import Actor
from shared.transactions import frame

MOST_ADDRESSES = 20
AT_ONCE = 20
LEASE = timedelta(minutes=10)  # longer than so many letters take, so a letter is with one process at a time
BASIS = OURS["mail addresses of an office"]


def subject_of(address_id: UUID) -> str:
    """The journal subject of a mail address."""
    return f"mail_address/{address_id}"


async def add(
    session: AsyncSession, actor: Actor, address: str, role: str | None, topics: Iterable[str]
) -> MailAddress:
    """Letters on those topics go to that address of the actor's office, if this installation sends any."""
    if frame(session).settings.smtp_url is None:
        raise MailNotSent
    made = MailAddress(
        id=uuid7(),
        org=actor.org,
        org_path=actor.path,
        role=role,
        address=address,
        topics=sorted(set(topics)),
        at=await frame(session).database.dialect.now(session),
    )
    await journal.lock(session, subject_of(made.id))
    living = (MailAddress.org == actor.org, MailAddress.ended_at.is_(None))
    count = await session.scalar(select(func.count()).select_from(MailAddress).where(*living))
    if (count or 0) >= MOST_ADDRESSES:
        raise TooManyMailAddresses(most=MOST_ADDRESSES, basis=str(BASIS))
    session.add(made)
    event = MailAddressAdded(address_id=made.id, office=actor.org)
    await journal.record(session, subject_of(made.id), event, basis=BASIS)
    return made


async def end(session: AsyncSession, address: MailAddress) -> MailAddress:
    """Nothing more is sent to that address."""
    if address.ended_at is not None:
        raise MailAddressOver
    address.ended_at = await frame(session).database.dialect.now(session)
    event = MailAddressEnded(address_id=address.id, office=address.org)
    await journal.record(session, subject_of(address.id), event, basis=BASIS)
    return address


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter that this process sends; `tries` says which try it is, and that nobody took it since."""

    letter: Letter
    tries: int


async def claim(session: AsyncSession, now: datetime, links: str) -> list[Claimed]:
    """The letters that are due, for this process alone until the lease ends; those to nobody are dropped."""
    due = (Mail.state == MailState.PENDING, Mail.due_at <= now)
    over = exists().where(MailAddress.id == Mail.address_id, MailAddress.ended_at.is_not(None))
    await session.execute(update(Mail).where(*due, over).values(state=MailState.DROPPED))
    found = select(Mail.id).where(*due).order_by(Mail.due_at).limit(AT_ONCE)
    ids = (await session.scalars(found.with_for_update(skip_locked=True))).all()
    if not ids:
        return []
    taken = update(Mail).where(Mail.id.in_(ids)).values(tries=Mail.tries + 1, due_at=now + LEASE)
    await session.execute(taken)
    columns = (Mail.id, Mail.tries, MailAddress.address, Line.category, Line.event_type, Line.facts)
    whole = (
        select(*columns, Line.due_on, Line.id.label("line_id"))
        .join(MailAddress, MailAddress.id == Mail.address_id)
        .join(Line, Line.id == Mail.line_id)
        .where(Mail.id.in_(ids))
    )
    return [Claimed(_letter(row, links), row.tries) for row in await session.execute(whole)]


def _letter(row: Any, links: str) -> Letter:
    subject, text = _words(row.category, row.event_type, row.facts, row.due_on, _link(row, links))
    return Letter(row.id, row.address, subject, text)


def _words(
    category: Category, event_type: str, facts: dict[str, Any], due_on: date | None, link: str
) -> tuple[str, str]:
    topic = topic_of(category, event_type)
    if topic is None:
        raise RuntimeError(f"nobody is written to of {event_type}")
    return letter(topic, event_type, facts, due_on, link)


def _link(row: Any, links: str) -> str:
    return f"{links.rstrip('/')}/notifications/v1/inbox/{row.line_id}"


async def settle(
    session: AsyncSession, claimed: Sequence[Claimed], posted: Sequence[Posted], now: datetime
) -> None:
    """What became of each letter; one that another process took meanwhile is that one's to settle."""
    for each, outcome in zip(claimed, posted, strict=True):
        mine = (Mail.id == each.letter.id, Mail.tries == each.tries, Mail.state == MailState.PENDING)
        await session.execute(update(Mail).where(*mine).values(_outcome(each.tries, outcome, now)))


def _outcome(tries: int, outcome: Posted, now: datetime) -> dict[str, Any]:
    said = {"code": outcome.code, "error": outcome.error}
    if outcome.taken:
        return said | {"state": MailState.SENT, "sent_at": now}
    wait = None if outcome.for_good else next_pause(tries)
    if wait is None:
        return said | {"state": MailState.FAILED}
    return said | {"due_at": now + wait}
