"""The source files as the architecture tests read them: never imported, only parsed."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("cases", "referrals", "notifications")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the product: where it lies and what it says."""

    path: Path

    @property
    def name(self) -> str:
        """Its path as a person writes it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def parts(self) -> tuple[str, ...]:
        """Its dotted name, in parts."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return parts[:-1] if parts[-1] == "__init__" else parts

    @property
    def service(self) -> str | None:
        """The service it belongs to, if it belongs to one."""
        return self.parts[1] if self.parts[0] == "services" and len(self.parts) > 1 else None

    @property
    def room(self) -> str | None:
        """The room of the service in which it stands; the service's own `__init__` stands in none."""
        return self.parts[2] if self.service in SERVICES and len(self.parts) > 2 else None

    @property
    def lines(self) -> list[str]:
        """Its text, line by line."""
        return self.path.read_text().splitlines()

    @property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return _parsed(self.path)

    def imports(self) -> Iterator[tuple[str, ...]]:
        """Every imported name, dotted and split; of `from a import b`, a.b."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                yield from (tuple(f"{node.module}.{alias.name}".split(".")) for alias in node.names)
            elif isinstance(node, ast.Import):
                yield from (tuple(alias.name.split(".")) for alias in node.names)

    def functions(self) -> Iterator[Function]:
        """Every function and method."""
        yield from (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def calls(self) -> Iterator[tuple[str, int]]:
        """The last name of everything called, and the line of the call."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                function = node.func
                if isinstance(function, ast.Attribute):
                    yield function.attr, node.lineno
                elif isinstance(function, ast.Name):
                    yield function.id, node.lineno


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def sources(*folders: str) -> list[Source]:
    """The Python files below these folders, migrations apart."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [Source(path) for path in found if "versions" not in path.parts]


PRODUCT = sources("services", "shared", "examples")
EVERYTHING = [*PRODUCT, *sources("tests")]
