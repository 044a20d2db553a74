"""Each service's own lineage: from nothing to what the models say, on both databases."""

import asyncio
import sys
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import MetaData, pool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from shared import migrations
from shared.database import Database
from tests.running import SERVICES, alone, blueprint
from tests.shared.chains import note, some_matter
from tests.shared.conftest import MakeSample
from tests.shared.sample import service as sample
from tests.stage import Blueprint, Databases, Lane

EMPTY = Blueprint("empty", lambda url: _touch(url))


def _touch(url: str) -> None:
    async def connect() -> None:
        engine = create_async_engine(url, poolclass=pool.NullPool)
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
        await engine.dispose()

    asyncio.run(connect())


def lineage(name: str) -> tuple[Path, MetaData]:
    """A service's migrations and its models."""
    folder = Path(str(import_module(f"services.{name}").__file__)).parent / "migrations"
    metadata: MetaData = import_module(f"services.{name}.tables").Base.metadata
    return folder, metadata


@pytest.mark.parametrize("name", SERVICES)
async def test_from_nothing_the_lineage_leads_to_what_the_models_say(name: str, databases: Databases) -> None:
    folder, metadata = lineage(name)
    url = await databases.fresh(EMPTY)
    await asyncio.to_thread(migrations.upgrade, folder, url, metadata)
    await asyncio.to_thread(migrations.check, folder, url, metadata)


@pytest.mark.parametrize("name", SERVICES)
async def test_migrating_again_changes_nothing(name: str, databases: Databases) -> None:
    folder, metadata = lineage(name)
    url = await databases.fresh(blueprint(name))
    await asyncio.to_thread(migrations.upgrade, folder, url, metadata)
    assert await stands(url) == migrations.newest(folder, metadata)


async def stands(url: str) -> str | None:
    """The revision a database stands at."""
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        found = await connection.run_sync(migrations.revision_of)
    await engine.dispose()
    return found


MIGRATE = """
import sys
from shared import migrations
from tests.shared.sample.service import FOLDER, Base
migrations.upgrade(FOLDER, sys.argv[1], Base.metadata)
"""


@pytest.mark.parametrize("lane", [Lane.SERVERS], indirect=True, ids=str)
async def test_of_two_that_migrate_at_once_the_second_finds_it_done(databases: Databases) -> None:
    url = await databases.fresh(EMPTY)
    both = [await asyncio.create_subprocess_exec(sys.executable, "-c", MIGRATE, url) for _ in range(2)]
    assert [await each.wait() for each in both] == [0, 0]
    assert await stands(url) == "0001"


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("statement", ["UPDATE journal SET basis = ''", "DELETE FROM journal"])
async def test_after_every_migration_the_journal_still_refuses_change(
    name: str, statement: str, databases: Databases
) -> None:
    database = Database(await databases.fresh(blueprint(name)))
    await note(database, some_matter()[1])
    try:
        with pytest.raises(DBAPIError, match="append-only"):
            async with database.writing() as session:
                await session.execute(text(statement))
    finally:
        await database.close()


async def test_a_service_does_not_start_on_a_database_of_another_revision(
    databases: Databases, make_sample: MakeSample
) -> None:
    made = await make_sample("left", "memory://old", ("right",))
    engine = create_async_engine(made.settings.database_url, poolclass=pool.NullPool)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    await engine.dispose()
    with pytest.raises(RuntimeError, match="python -m services migrate"):
        async with alone(made):
            pass


def test_the_sample_is_a_lineage_like_any_other() -> None:
    assert migrations.newest(sample.FOLDER, sample.Base.metadata) == "0001"
