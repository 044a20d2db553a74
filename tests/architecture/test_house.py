"""The house checks itself: who may touch what, and how large a room may grow."""

import ast
from statistics import quantiles

import pytest

from tests.architecture.code import EVERYTHING, PRODUCT, Function, Source

# The rooms through which a service touches what is outside its database: files, keys, other servers.
OUTWARD = {"channels", "storage", "tickets"}
# Which rooms of its own service a room may use. A new kind of room enters here before it enters the code.
MAY_IMPORT: dict[str, set[str]] = {
    "rules": {"rules", "errors"},
    "errors": {"errors"},
    "events": {"events", "rules"},
    "settings": set(),
    "tables": {"tables", "rules"},
    "schemas": {"schemas", "rules"},
    "queries": {"queries", "tables", "rules", "errors"},
    "actions": {"actions", "queries", "tables", "rules", "errors", "events", "channels"},
    "router": {"router", "actions", "queries", "schemas", "tables", "errors", "events", "rules", *OUTWARD},
    "reactions": {"reactions", "actions", "queries", "rules", "events", "tables"},
    "duties": {"duties", "actions", "queries", "rules", "events", "tables", "storage"},
    "workers": {"workers", "actions", "queries", "rules", "errors", "tables", "channels", "storage"},
    "mailing": {"actions", "channels"},
    "reconciliation": {"queries", "rules", "tables"},
    **{room: {room, "rules", "errors", "settings"} for room in OUTWARD},
}
ALSO_NAMED = {"app", "migrations"}  # the first names all parts, the second only the frame
# What the law may lean on: citations, the calendar and the clocks, offices in memory, roles, refusals.
RULES_MAY_SHARE = {"citation", "calendar", "clocks", "organisations", "identity", "problems"}
RULES_NEVER = {
    "sqlalchemy",
    "fastapi",
    "starlette",
    "pydantic",
    "httpx",
    "aiohttp",
    "aio_pika",
    "asyncio",
    "os",
}
WEB = {"fastapi", "starlette"}
WRITES = {"add", "add_all", "delete", "flush", "merge", "insert", "update", "record"}

FUNCTION_LINES = 40
USUAL_FUNCTION_LINES = 15
FILE_LINES = 400
TEST_FILE_LINES = 500
# Longer than a screen, and why.
LONG: dict[str, dict[str, str]] = {}

ROOMS = [source for source in PRODUCT if source.room]


def named(sources: list[Source]) -> pytest.MarkDecorator:
    """One test per file, named after it."""
    return pytest.mark.parametrize("source", sources, ids=lambda source: source.name)


@named([source for source in PRODUCT if source.service])
def test_no_service_reaches_into_another(source: Source) -> None:
    for top, *rest in source.imports():
        if top == "services" and source.room:
            assert rest[:1] == [source.service], f"{source.name} imports services.{'.'.join(rest)}"


@named(ROOMS)
def test_a_file_imports_only_what_its_room_may(source: Source) -> None:
    if source.room in ALSO_NAMED:
        return
    assert source.room in MAY_IMPORT, f"{source.name}: a room of this name is not in the house"
    allowed = MAY_IMPORT[str(source.room)]
    for top, *rest in source.imports():
        if top == "services" and rest[0] == source.service and len(rest) > 1:
            assert rest[1] in allowed, f"{source.name}: {source.room} may not import {rest[1]}"


@named([source for source in PRODUCT if source.parts[0] == "shared"])
def test_the_frame_knows_no_service(source: Source) -> None:
    assert "services" not in {top for top, *_ in source.imports()}


@named([source for source in PRODUCT if source.room == "rules"])
def test_the_law_is_pure(source: Source) -> None:
    used = {top for top, *_ in source.imports()}
    shared = {rest[0] for top, *rest in source.imports() if top == "shared"}
    assert not used & RULES_NEVER, "rules do no input and output"
    assert shared <= RULES_MAY_SHARE, f"rules may share only {sorted(RULES_MAY_SHARE)}"
    assert not any(isinstance(node, ast.AsyncFunctionDef | ast.Await) for node in ast.walk(source.tree))
    assert not {"now", "today", "open"} & {name for name, _ in source.calls()}, "the day is an argument"


@named([source for source in ROOMS if source.room in {"actions", "queries", "tables", "events", "errors"}])
def test_only_the_router_speaks_http(source: Source) -> None:
    assert not WEB & {top for top, *_ in source.imports()}


@named([source for source in ROOMS if source.room == "router"])
def test_a_router_selects_nothing(source: Source) -> None:
    assert ("sqlalchemy", "select") not in set(source.imports())


@named([source for source in ROOMS if source.room == "queries"])
def test_queries_only_read(source: Source) -> None:
    found = [(name, line) for name, line in source.calls() if name in WRITES - {"add", "update"}]
    assert not found, "queries are the SELECTs; what writes is an action"


@named([source for source in PRODUCT if source.parts[0] != "shared"])
def test_nothing_outside_the_frame_commits(source: Source) -> None:
    found = [line for name, line in source.calls() if name in {"commit", "rollback", "begin_nested"}]
    assert not found, f"{source.name}:{found}: a door commits, nobody else"


@named(EVERYTHING)
def test_a_service_is_named_where_it_is_imported_from(source: Source) -> None:
    plain = [
        alias.name for node in ast.walk(source.tree) if isinstance(node, ast.Import) for alias in node.names
    ]
    assert not [name for name in plain if name.startswith("services.")], "use `from services.x import y`"


@named(EVERYTHING)
def test_a_file_is_no_larger_than_a_room(source: Source) -> None:
    most = TEST_FILE_LINES if source.parts[0] == "tests" else FILE_LINES
    assert len(source.lines) <= most, "a room that outgrows becomes a folder of the same name"


@named(EVERYTHING)
def test_a_function_fits_on_a_screen(source: Source) -> None:
    large = {node.name for node in source.functions() if _length(node) > FUNCTION_LINES}
    assert large == LONG.get(source.name, {}).keys()


def test_functions_are_usually_short() -> None:
    lengths = [_length(node) for source in PRODUCT for node in source.functions()]
    assert quantiles(lengths, n=10)[7] <= USUAL_FUNCTION_LINES, "four of five have at most so many lines"


def _length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@named(PRODUCT)
def test_what_is_public_says_what_is_true(source: Source) -> None:
    bare = [node.name for node in _public(source.tree) if not ast.get_docstring(node)]
    assert not bare, f"{source.name}: a sentence is missing on {', '.join(bare)}"


def _public(scope: ast.Module | ast.ClassDef) -> list[ast.ClassDef | Function]:
    """Public classes and functions of a module, and the methods of its public classes."""
    found: list[ast.ClassDef | Function] = []
    for node in scope.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            found += [node, *(_public(node) if not _is_protocol(node) else [])]
        elif isinstance(node, Function) and not node.name.startswith("_"):
            found.append(node)
    return found


def _is_protocol(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)


@named(PRODUCT)
def test_a_file_opens_with_what_it_is(source: Source) -> None:
    assert not source.tree.body or ast.get_docstring(source.tree), f"{source.name} does not say what it is"


@named(EVERYTHING)
def test_nothing_is_left_for_later(source: Source) -> None:
    words = ("TO" + "DO", "FIX" + "ME", "X" * 3, "raise NotImplemented" + "Error", "pytest." + "skip")
    assert not [line for line in source.lines if any(word in line for word in words)]
