"""Two roles per service: migrations own the tables, the running service cannot change what was recorded."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy.engine import URL, make_url

from services import installation
from tests.running import blueprint
from tests.servers import Servers
from tests.servers.postgresql import installed
from tests.stage import connect

SQL = installation.ROOT / "deploy" / "postgres" / "services.sql"


@dataclass(frozen=True, slots=True)
class Place:
    """A server on which one service's database and roles have been made, and migrated by the owner."""

    server: URL
    name: str

    def url(self, role: str) -> str:
        """The service's database, for that role."""
        made = self.server.set(username=role, password=role, database=self.name)
        return made.render_as_string(hide_password=False)

    async def connect(self, role: str) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection as that role."""
        return await asyncpg.connect(self.url(role).replace("+asyncpg", ""))

    def lay_down(self) -> None:
        """What the server's first start does; may be done again."""
        told = {
            "SERVICE": self.name,
            "OWNER_PASSWORD": f"{self.name}_owner",
            "RUNTIME_PASSWORD": self.name,
        }
        plain = self.server.set(drivername="postgresql", database="postgres")
        words = [*_psql(told), "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        words += ["-d", plain.render_as_string(hide_password=False)]
        with SQL.open() as script:
            subprocess.run(
                words, stdin=script, env={**os.environ, **told}, check=True, capture_output=True, timeout=60
            )


def _psql(told: Mapping[str, str]) -> list[str]:
    """The machine's psql, or a container's where the servers run in containers too."""
    if found := shutil.which("psql"):
        return [found]
    if folder := installed():
        return [str(folder / "psql")]
    variables = [word for name in told for word in ("--env", name)]
    return ["docker", "run", "--rm", "--interactive", "--network", "host", *variables, "postgres:17", "psql"]


@pytest.fixture(params=["cases", "referrals", "notifications"])
async def place(request: pytest.FixtureRequest, servers: Callable[[], Servers]) -> AsyncIterator[Place]:
    """One service's place on the server, gone afterwards."""
    server = servers().database_url
    made = Place(make_url(server), f"{request.param}_{uuid4().hex[:8]}")
    await asyncio.to_thread(made.lay_down)
    await asyncio.to_thread(blueprint(request.param).migrate, made.url(f"{made.name}_owner"))
    yield made
    admin = await connect(server, "postgres")
    await admin.execute(f"DROP DATABASE {made.name} WITH (FORCE)")
    await admin.execute(f"DROP ROLE {made.name}; DROP ROLE {made.name}_owner")
    await admin.close()


@pytest.mark.parametrize("table", ["journal", "checkpoints"])
async def test_the_runtime_role_adds_to_the_record_and_never_changes_it(place: Place, table: str) -> None:
    runtime = await place.connect(place.name)
    await runtime.fetch(f"SELECT * FROM {table}")
    for statement in (f"UPDATE {table} SET at = at", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await runtime.execute(statement)
    assert await runtime.fetchval(f"SELECT has_table_privilege('{table}', 'INSERT')")
    await runtime.close()


async def test_the_runtime_role_may_do_the_rest_of_its_work_and_no_more(place: Place) -> None:
    runtime = await place.connect(place.name)
    rows = await runtime.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for table in {row["tablename"] for row in rows} - {"journal", "checkpoints", "alembic_version"}:
        for verb in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            assert await runtime.fetchval(f"SELECT has_table_privilege('{table}', '{verb}')"), (table, verb)
    for statement in (
        "ALTER TABLE journal DISABLE TRIGGER ALL",
        "UPDATE alembic_version SET version_num = ''",
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await runtime.execute(statement)
    await runtime.close()


async def test_a_service_cannot_reach_the_database_of_another(place: Place) -> None:
    other = Place(place.server, f"other_{uuid4().hex[:8]}")
    await asyncio.to_thread(other.lay_down)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await other.connect(place.name)
    finally:
        admin = await connect(place.server.render_as_string(hide_password=False), "postgres")
        await admin.execute(f"DROP DATABASE {other.name} WITH (FORCE)")
        await admin.execute(f"DROP ROLE {other.name}; DROP ROLE {other.name}_owner")
        await admin.close()


async def test_laying_it_down_again_changes_passwords_and_nothing_else(place: Place) -> None:
    await asyncio.to_thread(place.lay_down)
    runtime = await place.connect(place.name)
    assert not await runtime.fetchval("SELECT has_table_privilege('journal', 'UPDATE')")
    await runtime.close()
