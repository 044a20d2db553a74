"""What every service answers beside its doors: health, metrics, its API pages, and what peers may ask.

None of it is the gateway's to show but the API pages; peers show the service key.
"""

import asyncio
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import fastapi_offline
from fastapi import APIRouter, FastAPI, Header, Query, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.staticfiles import StaticFiles
from prometheus_client import generate_latest
from sqlalchemy import select, text

from shared import journal
from shared.problems import NotAuthenticated

if TYPE_CHECKING:
    from shared.service import Frame

OFFLINE = Path(str(fastapi_offline.__file__)).parent / "static"
HEALTH_SECONDS = 3

router = APIRouter(include_in_schema=False)


@router.get("/health/live")
async def live(request: Request) -> Mapping[str, str]:
    """The process answers."""
    return {"service": request.app.state.parts.name, "status": "live"}


@router.get("/health")
async def health(request: Request, response: Response) -> Mapping[str, Any]:
    """Whether database and bus answer, what waits, and which background task last failed."""
    found = await _health(request.app.state.frame)
    response.status_code = 200 if found["status"] == "ok" else 503
    return found


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus metrics of this service."""
    return Response(generate_latest(request.app.state.frame.metrics.registry), media_type="text/plain")


@router.get("/internal/journal")
async def journal_of(
    request: Request,
    subject: Annotated[str, Query(max_length=80)],
    after: Annotated[int, Query(ge=0, lt=1 << 31)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
    x_service_key: Annotated[str, Header()] = "",
) -> list[str]:
    """The next rows of a chain, for a peer that missed them."""
    frame = _peer(request, x_service_key)
    async with frame.database.reading() as session:
        rows = await journal.read(session, frame.name, subject, after, limit)
    return [row.encode().decode() for row in rows]


@router.get("/internal/heads")
async def heads(
    request: Request,
    after: Annotated[str, Query(max_length=80)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    x_service_key: Annotated[str, Header()] = "",
) -> list[tuple[str, int]]:
    """Subjects and the number of their last row, for a peer that compares."""
    frame = _peer(request, x_service_key)
    async with frame.database.reading() as session:
        return list(await journal.heads_after(session, after, limit))


def _peer(request: Request, key: str) -> "Frame":
    frame: Frame = request.app.state.frame
    if not secrets.compare_digest(key.encode(), frame.settings.service_key.get_secret_value().encode()):
        raise NotAuthenticated(reason="not a peer service")
    return frame


async def _health(frame: "Frame") -> dict[str, Any]:
    database = await _answers(frame)
    now = time.monotonic()
    return {
        "service": frame.name,
        "status": "ok" if database and frame.bus.healthy() else "degraded",
        "database": database,
        "bus": frame.bus.healthy(),
        "relay_leads": frame.relay.leading,
        "parked": await frame.inbox.measure() if database else None,
        "seconds_since_success": {name: round(now - at, 1) for name, at in sorted(frame.succeeded.items())},
        "failing": dict(sorted(frame.failed.items())),
    }


async def _answers(frame: "Frame") -> bool:
    try:
        async with asyncio.timeout(HEALTH_SECONDS), frame.database.reading() as session:
            await session.execute(select(text("1")))
    except Exception:
        return False
    return True


def add_docs(app: FastAPI, prefix: str, title: str) -> None:
    """The API's pages, served from here alone: no address outside is asked."""
    app.mount(f"{prefix}/docs/assets", StaticFiles(directory=OFFLINE), name="docs-assets")

    @app.get(f"{prefix}/docs", include_in_schema=False)
    async def docs() -> Response:
        """The API's pages."""
        return get_swagger_ui_html(
            openapi_url=f"{prefix}/openapi.json",
            title=title,
            swagger_js_url=f"{prefix}/docs/assets/swagger-ui-bundle.js",
            swagger_css_url=f"{prefix}/docs/assets/swagger-ui.css",
            swagger_favicon_url=f"{prefix}/docs/assets/favicon.png",
        )
