"""What is measured, in processes of their own: the service, and the bare endpoints it is compared with.

Both on the event loop that uvicorn takes by itself.

`python -m bench.serving service URL FOLDER PORT` or `... bare URL FOLDER PORT`.
"""

import pickle
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import uvicorn
import uvloop
from fastapi import FastAPI, Response

from services.serving import configured, spare_what_stays
from shared.service import Parts
from tests import given
from tests.running import alone, parts_of

RECORDED = "recorded.pickle"


def the_parts(url: str, folder: Path) -> Parts:
    """The service `cases` on that database, alone, with the keys in that folder."""
    files = {"issuers_file": folder / "issuers.json", "signing_key_file": folder / "signing-key.json"}
    settings = {"database_url": url, "bus_url": "memory://bench", "service_key": given.SERVICE_KEY}
    return parts_of("cases", settings | files, folder)


async def serve_service(url: str, folder: Path, port: int) -> None:
    """The service with its relay and duties, as it runs; its peers are silent."""
    async with alone(the_parts(url, folder)) as running:
        spare_what_stays()
        await uvicorn.Server(configured(running.app, port=port, lifespan="off")).serve()


def bare(url: str, folder: Path) -> FastAPI:
    """FastAPI and asyncpg with nothing between: the same statements, the rows as they come; and a hello."""
    recorded: dict[str, list[tuple[str, Any]]] = pickle.loads((folder / RECORDED).read_bytes())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(url.replace("+asyncpg", ""), min_size=1, max_size=4) as pool:
            app.state.pool = pool
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/hello")
    async def hello() -> dict[str, str]:
        return {"hello": "world"}

    @app.get("/bare/{name}")
    async def replay(name: str) -> Response:
        rows: list[Any] = []
        async with app.state.pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            for statement, parameters in recorded[name]:
                rows = await connection.fetch(statement, *parameters)
            await transaction.rollback()
        return Response(orjson.dumps([dict(row) for row in rows], default=str), media_type="application/json")

    return app


async def serve_bare(url: str, folder: Path, port: int) -> None:
    """The bare endpoints."""
    await uvicorn.Server(uvicorn.Config(bare(url, folder), port=port, log_level="warning")).serve()


if __name__ == "__main__":
    kind, database, keys, at = sys.argv[1:]
    uvloop.run({"service": serve_service, "bare": serve_bare}[kind](database, Path(keys), int(at)))
