"""Who may know of a matter: one predicate, tried on both databases with every kind of asker."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from shared import clock, standing
from shared.database import Database, uuid7
from shared.identity import Actor, Kind, Role
from shared.organisations import OfficeTree
from shared.standing import Grant, Standing

SUPREME, PROVINCE, CITY, DISTRICT = "000000", "330000", "330100", "330110"
NEIGHBOUR, OTHER_CITY, OTHER_PROVINCE = "330109", "330200", "110000"
OFFICES = OfficeTree.load()


def actor(org: str, sub: str = "somebody", clearance: int = 1, kind: Kind = Kind.OFFICE) -> Actor:
    """Somebody of that office (or agency)."""
    path = OFFICES.office(org).path if kind is Kind.OFFICE else ""
    return Actor(sub, "某某", org, kind, frozenset({Role.PROSECUTOR}), clearance, path=path)


def grant(org: str, **more: Any) -> Grant:
    """A grant to that office from today, unless said otherwise."""
    said = {"id": uuid7(), "scope": "share", "ceiling": 4, "begins_on": clock.today()} | more
    return Grant(org=org, **said)


async def stand(database: Database, holder: str = DISTRICT, **more: Any) -> UUID:
    """A matter of that office stands as said."""
    matter_id = uuid7()
    said = {"kind": "case", "epoch": 0, "closed": False, "classification": 1, "origin": "self_handled"} | more
    async with database.writing() as session:
        await standing.keep(session, Standing(matter_id=matter_id, holder=holder, **said), OFFICES)
    return matter_id


async def sees(database: Database, who: Actor, matter_id: UUID) -> bool:
    """Whether the predicate lets that actor know of the matter."""
    here = standing.matters.c.id
    statement = select(here).where(here == matter_id, standing.permits(here, who))
    async with database.reading() as session:
        return await session.scalar(statement) is not None


@pytest.mark.parametrize("org", [DISTRICT, CITY, PROVINCE, SUPREME])
async def test_the_holder_and_the_line_above_see_it(database: Database, org: str) -> None:
    assert await sees(database, actor(org), await stand(database))


@pytest.mark.parametrize("org", [NEIGHBOUR, OTHER_CITY, OTHER_PROVINCE])
async def test_offices_beside_the_line_do_not(database: Database, org: str) -> None:
    assert not await sees(database, actor(org), await stand(database))


@pytest.mark.parametrize("org", [CITY, DISTRICT, OTHER_PROVINCE])
async def test_offices_below_the_holder_do_not(database: Database, org: str) -> None:
    assert not await sees(database, actor(org), await stand(database, holder=PROVINCE))


async def test_what_the_supreme_office_holds_only_it_sees(database: Database) -> None:
    matter = await stand(database, holder=SUPREME)
    assert await sees(database, actor(SUPREME), matter)
    assert not await sees(database, actor(PROVINCE), matter)


async def test_an_agency_sees_no_matter_even_under_an_office_code(database: Database) -> None:
    assert not await sees(database, actor(DISTRICT, kind=Kind.AGENCY), await stand(database))
    assert not await sees(database, actor(DISTRICT, kind=Kind.SERVICE), await stand(database))


async def test_a_grant_opens_it_to_another_office(database: Database) -> None:
    matter = await stand(database, grants=(grant(OTHER_PROVINCE),))
    assert await sees(database, actor(OTHER_PROVINCE), matter)
    assert not await sees(database, actor(NEIGHBOUR), matter)


async def test_a_grant_to_one_person_is_for_that_person(database: Database) -> None:
    matter = await stand(database, grants=(grant(OTHER_PROVINCE, sub="li"),))
    assert await sees(database, actor(OTHER_PROVINCE, "li"), matter)
    assert not await sees(database, actor(OTHER_PROVINCE, "zhao"), matter)
    assert not await sees(database, actor(NEIGHBOUR, "li"), matter)


@pytest.mark.parametrize(
    ("begins", "ends", "open_"),
    [(0, None, True), (0, 0, True), (-5, 5, True), (1, None, False), (-5, -1, False)],
    ids=["from today", "today only", "meanwhile", "from tomorrow", "until yesterday"],
)
async def test_a_grant_has_its_time(database: Database, begins: int, ends: int | None, open_: bool) -> None:
    today = clock.today()
    until = None if ends is None else today + timedelta(days=ends)
    given = grant(OTHER_PROVINCE, begins_on=today + timedelta(days=begins), ends_on=until)
    assert await sees(database, actor(OTHER_PROVINCE), await stand(database, grants=(given,))) is open_


@pytest.mark.parametrize(("ceiling", "open_"), [(1, False), (2, True), (3, True)])
async def test_a_grant_reaches_up_to_its_ceiling(database: Database, ceiling: int, open_: bool) -> None:
    given = (grant(OTHER_PROVINCE, ceiling=ceiling),)
    matter = await stand(database, classification=2, grants=given)
    assert await sees(database, actor(OTHER_PROVINCE, clearance=4), matter) is open_


@pytest.mark.parametrize("org", [DISTRICT, SUPREME])
async def test_nobody_sees_above_their_clearance(database: Database, org: str) -> None:
    matter = await stand(database, classification=3)
    assert not await sees(database, actor(org, clearance=2), matter)
    assert await sees(database, actor(org, clearance=3), matter)


async def test_recusal_beats_holding_and_line_and_grant(database: Database) -> None:
    matter = await stand(database, grants=(grant(OTHER_PROVINCE, sub="li"), grant(DISTRICT)), recused=("li",))
    for org in (DISTRICT, SUPREME, OTHER_PROVINCE):
        assert not await sees(database, actor(org, "li", clearance=4), matter)
    assert await sees(database, actor(DISTRICT, "zhao"), matter)


async def test_a_matter_nobody_announced_is_seen_by_nobody(database: Database) -> None:
    assert not await sees(database, actor(SUPREME), uuid7())


async def test_what_is_kept_is_what_was_said_and_replaces_what_stood_before(database: Database) -> None:
    said = Standing(
        matter_id=uuid7(),
        kind="case",
        holder=DISTRICT,
        epoch=1,
        closed=False,
        classification=2,
        sector="medical",
        place="330110",
        origin="assigned",
        moving=uuid7(),
        grants=(grant(OTHER_PROVINCE, sub="li", ends_on=clock.today()), grant(CITY)),
        recused=("li", "wang"),
    )
    moved = said.model_copy(update={"holder": CITY, "epoch": 2, "moving": None, "grants": (), "recused": ()})
    for each in (said, moved):
        async with database.writing() as session:
            await standing.keep(session, each, OFFICES)
        async with database.reading() as session:
            kept = await standing.standing_of(session, said.matter_id)
        assert kept is not None
        assert set(kept.grants) == set(each.grants)
        assert kept.model_copy(update={"grants": ()}) == each.model_copy(update={"grants": ()})


async def test_a_new_office_tree_moves_what_is_seen_from_above(database: Database) -> None:
    matter = await stand(database)
    async with database.writing() as session:
        await session.execute(standing.matters.update().values(holder_path="/000000/110000/330110/"))
    assert not await sees(database, actor(PROVINCE), matter)
    async with database.writing() as session:
        assert await standing.follow_the_tree(session, OFFICES) == 1
    assert await sees(database, actor(PROVINCE), matter)
