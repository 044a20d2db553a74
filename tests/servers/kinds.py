"""What both kinds of server have in common: how one is found, started, and known to be ready."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of server: the variable that names a running one, and the ways to get one."""

    name: str
    variable: str
    package: str
    url: str
    port: int
    container: tuple[str, ...]
    installed: Callable[[], Path | None]
    start: Callable[[Path], str]
    answers: Callable[[str, int], bool]
