"""Structured logs: one JSON object a line, with the request id; never free text of users, never secrets."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog


def configure(level: str = "INFO", *, readable: bool = False) -> None:
    """Logs go to standard error as JSON lines (or coloured lines for a person at a terminal)."""
    renderer: Any = structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, _trace, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    for noisy in ("aio_pika", "aiormq", "httpx", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


# Whose words speak of the program, not of what somebody sent: a ValueError or a database would quote it.
_OURS = (OSError, RuntimeError, AssertionError, TypeError, AttributeError, NameError, ImportError)


def told(exc: BaseException) -> str:
    """The kind of an error, with its words only where these cannot quote a value."""
    name, state = type(exc).__name__, getattr(getattr(exc, "orig", exc), "sqlstate", None)
    if state:
        return f"{name}: SQLSTATE {state}"
    return f"{name}: {exc}" if isinstance(exc, _OURS) and not isinstance(exc, UnicodeError) else name


def _trace(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Where it happened, of the error and of those that caused it, without the values in their words."""
    exc = entry.pop("exc_info", None)
    exc = sys.exc_info()[1] if exc is True else exc
    parts: list[str] = []
    while isinstance(exc, BaseException):
        parts[:0] = [*traceback.format_tb(exc.__traceback__), told(exc)]
        exc = exc.__cause__ or (None if exc.__suppress_context__ else exc.__context__)
    if parts:
        entry["exception"] = "\n".join(part.rstrip() for part in parts)
    return entry
