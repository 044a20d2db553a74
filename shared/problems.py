"""Refusals, and how each is told to the caller: RFC 9457 problem documents with a stable code.

A refusal is a class: its name is the code, the first line of its docstring the English title, `zh` the
Chinese one, `status` the HTTP status. The facts travel as data; nobody formats messages in actions.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"


class Refusal(Exception):
    """The request cannot be done as things stand."""

    status: ClassVar[int] = 409
    zh: ClassVar[str] = "当前状态下不能办理"
    headers: ClassVar[Mapping[str, str]] = {}

    def __init__(self, **data: Any) -> None:
        super().__init__(type(self).__name__)
        self.data = data

    @classmethod
    def code(cls) -> str:
        """The stable code: the name of the class."""
        return cls.__name__

    @classmethod
    def title(cls) -> str:
        """The English title: the first line of the docstring."""
        return (cls.__doc__ or cls.__name__).strip().splitlines()[0]


class NotAuthenticated(Refusal):
    """The request carries no token that this service accepts."""

    status = 401
    zh = "未通过身份认证"
    headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": "Bearer"}


class RoleRequired(Refusal):
    """Your role may not do this."""

    status = 403
    zh = "您的角色无权办理"


class NotFound(Refusal):
    """No such thing, or not one that you may see."""

    status = 404
    zh = "不存在或无权查看"


class MethodNotAllowed(Refusal):
    """This address does not take that method."""

    status = 405
    zh = "不支持该请求方法"


class NoRuleInForce(Refusal):
    """No rule was in force on that day."""

    zh = "该日期没有有效的规则"


class DateOutOfOrder(Refusal):
    """A legal date may not lie in the future, nor before the act it rests on."""

    zh = "日期不得晚于今日，也不得早于其依据行为的日期"


class PreconditionRequired(Refusal):
    """This act needs If-Match with the ETag you last saw."""

    status = 428
    zh = "须以 If-Match 携带最近一次的 ETag"


class StaleEpoch(Refusal):
    """The matter has moved to another office since you last read it."""

    status = 412
    zh = "案件的承办院已变更"


class ChangedMeanwhile(Refusal):
    """Somebody else changed this since you last read it."""

    status = 412
    zh = "内容已被他人更改"


class IdempotencyKeyRequired(Refusal):
    """An official act needs an Idempotency-Key header."""

    status = 428
    zh = "法定行为须携带 Idempotency-Key"


class IdempotencyKeyReused(Refusal):
    """This Idempotency-Key was already used for another request."""

    status = 422
    zh = "该 Idempotency-Key 已用于其他请求"


class Malformed(Refusal):
    """The request is not of the form this address takes."""

    status = 422
    zh = "请求格式不正确"


class UnknownParameter(Refusal):
    """The query names a parameter that this address does not know."""

    status = 422
    zh = "查询参数不存在"


class TooSlow(Refusal):
    """The body did not arrive in time."""

    status = 408
    zh = "请求体传输超时"


class TooLarge(Refusal):
    """The body is larger than this address takes."""

    status = 413
    zh = "请求体过大"


class UnsupportedMedia(Refusal):
    """This address takes another content type."""

    status = 415
    zh = "不支持的内容类型"


class Unavailable(Refusal):
    """A part that is needed for this does not answer; try again shortly."""

    status = 503
    zh = "所需组件暂时不可用，请稍后重试"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "2"}


class Unexpected(Refusal):
    """Something went wrong on our side; it has been recorded under the request id."""

    status = 500
    zh = "系统内部错误，已按请求编号记录"


_BY_STATUS: dict[int, type[Refusal]] = {
    401: NotAuthenticated,
    403: RoleRequired,
    404: NotFound,
    405: MethodNotAllowed,
    408: TooSlow,
    413: TooLarge,
    415: UnsupportedMedia,
}


def wants_english(accept_language: str) -> bool:
    """Whether English comes before Chinese in an Accept-Language header; Chinese is the default."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), place, tag.lower()))
        except ValueError:
            continue
    first = next((tag for _, _, tag in sorted(ranked) if tag[:2] in ("en", "zh")), "zh")
    return first.startswith("en")


def problem(request: Request, refusal: Refusal) -> Response:
    """The problem document of a refusal, in the language the caller asked for."""
    english = wants_english(request.headers.get("accept-language", ""))
    own = {
        "type": f"urn:casebridge:problem:{refusal.code()}",
        "title": refusal.title() if english else refusal.zh,
        "status": refusal.status,
        "code": refusal.code(),
        "instance": request.scope["path"],
        "request_id": getattr(request.state, "request_id", None),
    }
    more = {name: value for name, value in refusal.data.items() if name not in own}
    body = orjson.dumps(own | more, default=str)
    return Response(body, refusal.status, dict(refusal.headers), MEDIA_TYPE)


def _location(parts: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in parts)


async def _refused(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, Refusal)
    return problem(request, exc)


async def _malformed(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, RequestValidationError)
    errors = [{"at": _location(e["loc"]), "problem": e["msg"], "kind": e["type"]} for e in exc.errors()[:20]]
    return problem(request, Malformed(errors=errors))


async def _http(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    return problem_of(request, exc)


def problem_of(request: Request, exc: HTTPException) -> Response:
    """The problem document of an HTTP error that the framework or the doorway raised."""
    refusal = _BY_STATUS.get(exc.status_code, Malformed)()
    response = problem(request, refusal)
    for name, value in (exc.headers or {}).items():
        response.headers[name] = value
    return response


def out_of_reach(exc: BaseException) -> bool:
    """Whether an error means that the database is away, busy beyond its limit, or cut the connection."""
    if isinstance(exc, PoolTimeout | ConnectionError | TimeoutError | OSError):
        return True
    if not isinstance(exc, DBAPIError):  # the driver's own error, of a connection outside the pool
        return sqlstate(exc).startswith(_OPERATIONAL)
    return not isinstance(exc, IntegrityError) and _is_operational(exc)


# SQLSTATE classes and codes
_OPERATIONAL = ("08", "28", "3D", "53", "57", "58", "55P03", "40001", "40P01", "25P03")


def sqlstate(exc: BaseException) -> str:
    """The SQLSTATE of a database's error; empty for any other, and on SQLite."""
    return str(getattr(getattr(exc, "orig", exc), "sqlstate", None) or "")


def _is_operational(exc: DBAPIError) -> bool:
    if exc.connection_invalidated:
        return True
    if state := sqlstate(exc):
        return state.startswith(_OPERATIONAL)
    text = str(exc.orig).lower()
    return any(words in text for words in ("database is locked", "connection", "disk i/o", "timeout"))


def unexpected(exc: Exception) -> Refusal:
    """What a caller is told of an error that no refusal describes; it is logged with its trace."""
    if out_of_reach(exc):
        log.warning("a needed part is out of reach", error=type(exc).__name__)
        return Unavailable()
    log.error("unexpected error", error=type(exc).__name__, exc_info=exc)
    return Unexpected()


def install(app: FastAPI) -> None:
    """Every refusal of the app becomes a problem document; the doorway does the same for what is left."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
