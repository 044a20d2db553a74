"""The sample service: notes over HTTP, announced, heard, and counted."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import MetaData, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared import journal, migrations, standing
from shared.citation import OURS
from shared.database import NAMES, types, uuid7
from shared.events import Envelope, Event, Heard, subject_of
from shared.identity import Actor, Role
from shared.paging import Page, Paging, page
from shared.problems import NotFound, Refusal
from shared.reactions import NotYet, react
from shared.schemas import Body, Out, Text
from shared.service import Duty, Parts
from shared.settings import FrameSettings
from shared.standing import Standing
from shared.transactions import (
    Call,
    CurrentActor,
    Reading,
    Transaction,
    anyone,
    door_router,
    frame,
    roles,
    tag,
)
from tests.stage import Blueprint

FOLDER = Path(__file__).parent / "migrations"
NOTES = OURS["notes"]


class Base(DeclarativeBase):
    """The sample's rows."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = types()


class Note(Base):
    """A note on a matter."""

    __tablename__ = "notes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    matter_id: Mapped[UUID]
    words: Mapped[str] = mapped_column(String(200))
    epoch: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}

    @property
    def etag(self) -> str:
        """A matter's kind of version."""
        return f"{self.epoch}.{self.revision}"


class HeardNote(Base):
    """A note of the other service, in the order in which it took effect here."""

    __tablename__ = "heard"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    source: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    seq: Mapped[int]
    words: Mapped[str] = mapped_column(String(200))


class Noted(Event):
    """A note was written."""

    name: ClassVar[str] = "noted"

    note_id: UUID
    words: str


class NotedThere(Heard):
    """Our reading of the other's note."""

    words: str


class NoteIn(Body):
    """What a caller writes."""

    matter_id: UUID
    words: Annotated[str, Text(200)]


class WordsIn(Body):
    """Other words for a note."""

    words: Annotated[str, Text(200)]


class NoteOut(Out):
    """What a caller reads."""

    id: UUID
    matter_id: UUID
    words: str


class WordsForbidden(Refusal):
    """These words may not be noted."""

    zh = "不得使用此类文字"


router = door_router(prefix="/v1/notes", tags=["notes"])
WRITERS = roles(Role.PROSECUTOR, Role.CHIEF)


async def _visible(session: AsyncSession, actor: Actor, note_id: UUID) -> Note:
    seen = select(Note).where(Note.id == note_id, standing.permits(Note.matter_id, actor))
    note = await session.scalar(seen)
    if note is None:
        raise NotFound()
    return note


async def _this_note(note_id: UUID, session: Transaction, actor: CurrentActor) -> Note:
    note = await _visible(session, actor, note_id)
    await journal.lock(session, subject_of(note.matter_id))
    await session.refresh(note)
    return note


@router.post("", response_model=NoteOut, status_code=201, dependencies=[WRITERS])
async def write(said: NoteIn, actor: CurrentActor, session: Transaction, call: Call) -> Note:
    """Write a note; its matter is the writer's office's own from now on."""
    await call.fresh()
    if said.words == "forbidden":
        raise WordsForbidden(words=said.words)
    note = Note(id=uuid7(), matter_id=said.matter_id, words=said.words)
    session.add(note)
    mine = Standing(
        matter_id=said.matter_id, kind="case", holder=actor.org, epoch=0, closed=False, classification=1
    )
    await standing.keep(session, mine, frame(session).offices)
    await _announce(session, note)
    call.tag(note)
    return note


@router.get("", response_model=Page[NoteOut], dependencies=[anyone()])
async def notes(actor: CurrentActor, session: Reading, paging: Paging) -> Mapping[str, Any]:
    """The notes that the asker may see, newest first."""
    seen = select(Note).where(standing.permits(Note.matter_id, actor))
    rows, following = await page(session, seen, (Note.id,), paging)
    return {"items": rows, "next": following}


@router.get("/{note_id}", response_model=NoteOut, dependencies=[anyone()])
async def note(note_id: UUID, actor: CurrentActor, session: Reading, request: Request) -> Note:
    """One note."""
    found = await _visible(session, actor, note_id)
    tag(request, found)
    return found


@router.post("/{note_id}/wording", response_model=NoteOut, dependencies=[WRITERS])
async def reword(
    said: WordsIn, note: Annotated[Note, Depends(_this_note)], session: Transaction, call: Call
) -> Note:
    """Write the note anew."""
    call.admit(note)
    note.words = said.words
    await _announce(session, note)
    return note


async def _announce(session: AsyncSession, note: Note) -> None:
    event = Noted(note_id=note.id, words=note.words)
    await journal.record(session, subject_of(note.matter_id), event, basis=NOTES)


async def _hear(session: AsyncSession, heard: NotedThere, envelope: Envelope) -> None:
    if heard.words == "poison":
        raise ValueError("this cannot be swallowed")
    if heard.words.startswith("after ") and not await _noted(session, heard.words.removeprefix("after ")):
        raise NotYet(heard.words)
    here = {"source": envelope.source, "subject": envelope.subject, "seq": envelope.seq}
    session.add(HeardNote(**here, words=heard.words))


async def _noted(session: AsyncSession, words: str) -> bool:
    return await session.scalar(select(HeardNote.number).where(HeardNote.words == words)) is not None


async def _never(session: AsyncSession, _today: Any) -> int:
    return 0


def blueprint() -> Blueprint:
    """The sample's database."""
    return Blueprint("sample", lambda url: migrations.upgrade(FOLDER, url, Base.metadata))


def parts(
    name: str, settings: FrameSettings, hears: tuple[str, ...], tells: tuple[str, ...] | None = None
) -> Parts:
    """The sample under that name, hearing those others (and telling the same ones)."""
    return Parts(
        name=name,
        title=name,
        base=Base.metadata,
        migrations=FOLDER,
        settings=settings,
        routers=[router],
        reactions=[react(f"{other}.noted", NotedThere, _hear) for other in hears],
        duties=[Duty("nothing", 60, _never)],
        published=[Noted],
        announces_to=hears if tells is None else tells,
        listens_to=hears,
    )
