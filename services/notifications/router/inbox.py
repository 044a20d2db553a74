"""The inbox of an office: what is due, what arrived, what one must know."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import queries
from services.notifications.actions.reading import mark_read
from services.notifications.rules.recipients import Category
from services.notifications.rules.wording import say
from services.notifications.schemas import LineOut
from services.notifications.tables import Line
from shared.paging import Page, Paging, page
from shared.problems import wants_english
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
    settled: Annotated[bool, Query(description="also lines that no longer need anything")] = False,
    unread: Annotated[bool, Query(description="only lines that you have not read")] = False,
    language: Language = "zh",
) -> Page[LineOut]:
    """Your office's lines for your roles, newest first; Chinese, or English by Accept-Language."""
    asked = queries.visible_lines(actor, category=category, matter_id=matter, settled=settled, unread=unread)
    rows, following = await page(session, asked, (Line.at, Line.id), paging)
    return Page(items=await _in_words(session, rows, language), next=following)


@router.post("/{line_id}/reading", response_model=LineOut, dependencies=[anyone()])
async def mark_line_read(
    line_id: UUID, actor: CurrentActor, session: Transaction, language: Language = "zh"
) -> LineOut:
    """You have read this line; others of your office have not. Saying it again changes nothing."""
    await mark_read(session, actor, await queries.line_for(session, actor, line_id))
    line = await queries.line_for(session, actor, line_id)
    return (await _in_words(session, [line], language))[0]


async def _in_words(session: AsyncSession, rows: Sequence[Any], language: str) -> list[LineOut]:
    names = await _names(session, [row.facts for row in rows])
    english = wants_english(language)
    return [_line(row, say(row.event_type, row.facts, names.get, english=english)) for row in rows]


def _line(row: Any, sentence: str) -> LineOut:
    facts = {name: value for name, value in row.facts.items() if name != "link"}
    kept = {name: getattr(row, name) for name in (*queries.LINE_COLUMNS, "read_at") if name != "facts"}
    return LineOut(**kept, facts=facts, sentence=sentence, link=row.facts["link"])


async def _names(session: AsyncSession, facts: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The names of every office and agency that these facts mention."""
    offices = frame(session).offices
    said = {str(value) for each in facts for name, value in each.items() if name in ORGANISATIONS}
    here = {code: offices.office(code).name for code in said if offices.exists(code)}
    return here | await queries.names_of(session, said - here.keys())


ORGANISATIONS = frozenset(
    {
        *("office", "org", "sender", "receiver", "issuer", "addressee", "from_office", "to_office"),
        *("agency", "owner"),
    }
)
