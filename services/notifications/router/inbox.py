"""The inbox of an office: what is due, what arrived, what one must know."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import reading
from services.notifications.queries import inbox as queries
from services.notifications.queries.inbox import Asked
from services.notifications.rules.recipients import Category
from services.notifications.rules.wording import ORGANISATIONS, say
from services.notifications.schemas.inbox import LineOut, MarkOut
from services.notifications.tables import Line, ReadMark
from shared.identity import Role
from shared.paging import Page, Paging, page
from shared.problems import wants_english
from shared.schemas import Code
from shared.transactions import CurrentActor, Reading, Transaction, anyone, door_router, frame

router = door_router(prefix="/v1/inbox", tags=["inbox"])
Language = Annotated[str, Header(alias="Accept-Language")]


@router.get("", response_model=Page[LineOut], dependencies=[anyone()])
async def read_inbox(
    actor: CurrentActor,
    session: Reading,
    paging: Paging,
    category: Annotated[Category | None, Query()] = None,
    matter: Annotated[UUID | None, Query()] = None,
    role: Annotated[Role | None, Query(description="only lines that are for this role")] = None,
    office: Annotated[Code | None, Query(description="only lines of this office, yours or below")] = None,
    due_by: Annotated[date | None, Query(description="only lines due on that day or before")] = None,
    settled: Annotated[
        bool, Query(description="also lines that need nothing more, or nothing of you")
    ] = False,
    unread: Annotated[bool, Query(description="only lines that you have not read")] = False,
    language: Language = "zh",
) -> Page[LineOut]:
    """Your office's lines for your roles, newest first; Chinese, or English by Accept-Language."""
    asked = Asked(category, matter, role, office, due_by, unread, settled)
    found = queries.visible_lines(actor, asked)
    rows, following = await page(session, found, (Line.at, Line.id), paging)
    return Page(items=await _in_words(session, rows, language), next=following)


@router.get("/{line_id}", response_model=LineOut, dependencies=[anyone()])
async def read_line(
    line_id: UUID, actor: CurrentActor, session: Reading, language: Language = "zh"
) -> LineOut:
    """One line of the inbox; looking at it does not mark it read."""
    return (await _in_words(session, [await queries.line_for(session, actor, line_id)], language))[0]


@router.get("/{line_id}/marks", response_model=Page[MarkOut], dependencies=[anyone()])
async def read_marks(line_id: UUID, actor: CurrentActor, session: Reading, paging: Paging) -> Page[MarkOut]:
    """Who has read this line and who has done it, and when."""
    await queries.line_for(session, actor, line_id)
    rows, following = await page(
        session, queries.marks_on(line_id), (ReadMark.sub,), paging, descending=False
    )
    return Page(items=[MarkOut.model_validate(row) for row in rows], next=following)


@router.post("/{line_id}/reading", response_model=LineOut, dependencies=[anyone()])
async def mark_line_read(
    line_id: UUID, actor: CurrentActor, session: Transaction, language: Language = "zh"
) -> LineOut:
    """You have read this line; others of your office have not. Saying it again changes nothing."""
    await reading.mark_read(session, actor, await queries.line_for(session, actor, line_id))
    return (await _in_words(session, [await queries.line_for(session, actor, line_id)], language))[0]


@router.post("/{line_id}/completion", response_model=LineOut, dependencies=[anyone()])
async def mark_line_done(
    line_id: UUID, actor: CurrentActor, session: Transaction, language: Language = "zh"
) -> LineOut:
    """You have done what it asks of you: it leaves your list, not others'; it stays due until settled."""
    await reading.mark_done(session, actor, await queries.line_for(session, actor, line_id))
    return (await _in_words(session, [await queries.line_for(session, actor, line_id)], language))[0]


async def _in_words(session: AsyncSession, rows: Sequence[Any], language: str) -> list[LineOut]:
    names = await _names(session, [row.facts for row in rows])
    english = wants_english(language)
    return [_line(row, say(row.event_type, row.facts, names.get, english=english)) for row in rows]


def _line(row: Any, sentence: str) -> LineOut:
    facts = {name: value for name, value in row.facts.items() if name != "link"}
    kept = {
        name: getattr(row, name) for name in (*queries.LINE_COLUMNS, "read_at", "done_at") if name != "facts"
    }
    return LineOut(**kept, facts=facts, sentence=sentence, link=row.facts["link"])


async def _names(session: AsyncSession, facts: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The names of every office and agency that these facts mention."""
    offices = frame(session).offices
    said = {str(value) for each in facts for name, value in each.items() if name in ORGANISATIONS}
    here = {code: offices.office(code).name for code in said if offices.exists(code)}
    return here | await queries.names_of(session, said - here.keys())
