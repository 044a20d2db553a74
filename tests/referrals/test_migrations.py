"""The tables and the migrations say the same, on both databases."""

import asyncio

from services.referrals.app import MIGRATIONS
from services.referrals.tables import Base
from shared import migrations
from tests.running import blueprint
from tests.stage import Databases


async def test_models_and_migrations_agree(databases: Databases) -> None:
    url = await databases.fresh(blueprint("referrals"))
    await asyncio.to_thread(migrations.check, MIGRATIONS, url, Base.metadata)
