"""Where a matter stands and who may know of it: one projection and one SQL predicate for every service.

`cases` owns the truth and announces the whole standing of a matter whenever any of it changes; every service
(`cases` too) keeps it in these tables by `keep`, so the same predicate is right everywhere.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    String,
    Table,
    Uuid,
    and_,
    bindparam,
    delete,
    exists,
    false,
    or_,
    select,
    update,
)
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.database import FRAME, Path, insert_of
from shared.events import Envelope, Heard
from shared.identity import Actor, Kind
from shared.organisations import OfficeTree
from shared.reactions import Reaction, react

ASKERS = 1024  # predicates that are kept made, each of one person, column and day

matters = Table(
    "matters",
    FRAME,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("holder", String(20), nullable=False),
    Column("holder_path", Path, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("classification", Integer, nullable=False),
    Column("sector", String(40)),
    Column("place", String(12)),
    Column("origin", String(40), nullable=False),
    Column("moving", Uuid),
    Column("as_if_on", Date),
    Index(None, "holder_path"),
)

grants = Table(
    "grants",
    FRAME,
    Column("matter_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("org", String(20), primary_key=True),
    Column("sub", String(80)),
    Column("scope", String(40), nullable=False),
    Column("ceiling", Integer, nullable=False),
    Column("begins_on", Date, nullable=False),
    Column("ends_on", Date),
    Index(None, "org", "matter_id"),
)

recusals = Table(
    "recusals",
    FRAME,
    Column("matter_id", Uuid, primary_key=True),
    Column("sub", String(80), primary_key=True),
)


class Grant(Heard):
    """Leave for an office (or one person of it) to know of a matter, in a scope, up to a classification."""

    id: UUID
    org: str
    sub: str | None = None
    scope: str
    ceiling: int
    begins_on: date
    ends_on: date | None = None


class Standing(Heard):
    """Everything that decides who may know of a matter, as announced by cases.standing_changed."""

    matter_id: UUID
    kind: str
    holder: str
    epoch: int
    closed: bool
    classification: int
    sector: str | None = None
    place: str | None = None
    origin: str = ""
    moving: UUID | None = None
    as_if_on: date | None = None
    grants: tuple[Grant, ...] = ()
    recused: tuple[str, ...] = ()


@cache
def _kept(dialect: str) -> Any:
    new = insert_of(dialect, matters)
    said = {column.name: new.excluded[column.name] for column in matters.c if not column.primary_key}
    return new.on_conflict_do_update(index_elements=["id"], set_=said)


_OF = bindparam("of", type_=Uuid())
FORGOTTEN = tuple(delete(table).where(table.c.matter_id == _OF) for table in (grants, recusals))
STANDS = select(matters).where(matters.c.id == _OF)
GRANTED = select(grants).where(grants.c.matter_id == _OF).order_by(grants.c.id)
RECUSED = select(recusals.c.sub).where(recusals.c.matter_id == _OF)


async def keep(session: AsyncSession, standing: Standing, offices: OfficeTree) -> None:
    """The matter stands as said; what stood before is replaced."""
    row: dict[str, Any] = standing.model_dump(exclude={"matter_id", "grants", "recused"})
    row |= {"id": standing.matter_id, "holder_path": offices.office(standing.holder).path}
    await session.execute(_kept(session.get_bind().dialect.name), row)
    for gone in FORGOTTEN:
        await session.execute(gone, {"of": standing.matter_id})
    if standing.grants:
        rows = [{"matter_id": standing.matter_id} | grant.model_dump() for grant in standing.grants]
        await session.execute(plain_insert(grants), rows)
    if standing.recused:
        rows = [{"matter_id": standing.matter_id, "sub": sub} for sub in standing.recused]
        await session.execute(plain_insert(recusals), rows)


async def standing_of(session: AsyncSession, matter_id: UUID) -> Standing | None:
    """How the matter stands here, or None if this service has not heard of it."""
    row = (await session.execute(STANDS, {"of": matter_id})).one_or_none()
    if row is None:
        return None
    given = await session.execute(GRANTED, {"of": matter_id})
    recused = await session.scalars(RECUSED, {"of": matter_id})
    return Standing(
        matter_id=row.id,
        grants=tuple(Grant.model_validate(dict(grant._mapping)) for grant in given),
        recused=tuple(sorted(recused)),
        **{name: getattr(row, name) for name in Standing.model_fields if name not in _APART},
    )


_APART = ("matter_id", "grants", "recused")


def below(path_column: ColumnElement[str], path: str) -> ColumnElement[bool]:
    """Whether a stored path is that office's or lies below it, as one range on an index.

    Paths end in "/"; the range ends before the same path with its last "/" replaced by "0", the next
    character: right for the Supreme office, whose path is the root of all.
    """
    return and_(path_column >= path, path_column < path[:-1] + "0")


def ways(actor: Actor, stands: Any) -> tuple[ColumnElement[bool], ...]:
    """The ways in which the actor may know of a matter of that table, none meeting another: line, and leave.

    Together they are `permits`. A list looks along each way by itself: by line from the stored path or the
    list's own order, by leave from the office's grants; joined by OR, no index would serve either.
    """
    return _ways(actor, stands, clock.today())


@lru_cache(ASKERS)
def _ways(actor: Actor, stands: Any, today: date) -> tuple[ColumnElement[bool], ...]:
    if actor.kind is not Kind.OFFICE:
        return (false(),)
    levels = [stands.c.classification]
    in_line, common = below(stands.c.holder_path, actor.path), _common(actor, stands, levels)
    if _is_root(actor.path):  # all matters are in its line
        return (and_(in_line, *common),)
    # The grants of the office are looked at first; whether one reaches so high, for those matters only.
    granted = select(grants.c.matter_id).where(*_given(actor, today))
    by_leave = and_(~in_line, stands.c.id.in_(granted), _leave(actor, stands, levels, today), *common)
    return (and_(in_line, *common), by_leave)


def _is_root(path: str) -> bool:
    return path.count("/") == 2


def _given(actor: Actor, today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        grants.c.org == actor.org,
        or_(grants.c.sub.is_(None), grants.c.sub == actor.sub),
        grants.c.begins_on <= today,
        or_(grants.c.ends_on.is_(None), grants.c.ends_on >= today),
    )


def _leave(actor: Actor, stands: Any, levels: Sequence[Any], today: date) -> ColumnElement[bool]:
    high = (grants.c.ceiling >= level for level in levels)
    return exists().where(grants.c.matter_id == stands.c.id, *_given(actor, today), *high)


def _common(actor: Actor, stands: Any, levels: Sequence[Any]) -> list[ColumnElement[bool]]:
    recused = exists().where(recusals.c.matter_id == stands.c.id, recusals.c.sub == actor.sub)
    return [*(level <= actor.clearance for level in levels), ~recused]


def permits(matter_id: Any, actor: Actor, classification: Any = None) -> ColumnElement[bool]:
    """Whether the actor may know of the matter in that column, or of something in it so classified.

    The handling office and those above it in line, and whoever holds a grant in its time and up to its
    ceiling; never above the actor's clearance, never an agency, and never a recused person.
    """
    return _permits(matter_id, actor, classification, clock.today())


@lru_cache(ASKERS)
def _permits(matter_id: Any, actor: Actor, classification: Any, today: date) -> ColumnElement[bool]:
    if actor.kind is not Kind.OFFICE:
        return false()
    # Under a name of its own: the column asked about may be that of `matters` itself.
    stands = matters.alias("stands")
    levels = (
        [stands.c.classification] if classification is None else [stands.c.classification, classification]
    )
    known = or_(below(stands.c.holder_path, actor.path), _leave(actor, stands, levels, today))
    return exists().where(stands.c.id == matter_id, known, *_common(actor, stands, levels))


async def follow_the_tree(session: AsyncSession, offices: OfficeTree) -> int:
    """After the office tree changed: every stored path is the tree's own again; how many holders moved."""
    moved = 0
    for holder, path in (
        await session.execute(select(matters.c.holder, matters.c.holder_path).distinct())
    ).all():
        if offices.exists(holder) and offices.office(holder).path != path:
            new = offices.office(holder).path
            await session.execute(update(matters).where(matters.c.holder == holder).values(holder_path=new))
            moved += 1
    return moved


async def _changed(session: AsyncSession, heard: Standing, _: Envelope) -> None:
    from shared.transactions import frame

    await keep(session, heard, frame(session).offices)


REACTIONS: tuple[Reaction, ...] = (react("cases.standing_changed", Standing, _changed),)
