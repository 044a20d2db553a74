"""What the machine says: processor time by process, load, and the spread of a list of times."""

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

TICK = os.sysconf("SC_CLK_TCK")


def load() -> str:
    """How many programs wanted to run in the last minute, and what a fixed piece of work costs meanwhile.

    Beside other programs the same work takes more processor time: caches and cores are shared.
    """
    began = time.process_time()
    sum(number * number for number in range(200_000))
    return f"load {os.getloadavg()[0]:.1f}, fixed work {(time.process_time() - began) * 1000:.0f} ms"


def family(pid: int) -> set[int]:
    """The process and all that descend from it."""
    found, new = {pid}, {pid}
    while new:
        new = {child for parent in new for child in _children(parent)} - found
        found |= new
    return found


def _children(pid: int) -> list[int]:
    read: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            read += map(int, task.read_text().split())
        except OSError:
            continue
    return read


def cpu_seconds(pid: int) -> float:
    """The processor time that a process and its descendants have used, ended ones included."""
    return sum(_cpu(each) for each in family(pid))


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICK


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle and the end of a list of seconds, shown in milliseconds."""

    count: int
    p50: float
    p99: float
    worst: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Spread":
        """The spread of these, of which there are at least two."""
        cuts = quantiles(seconds, n=100, method="inclusive")
        return cls(len(seconds), cuts[49], cuts[98], max(seconds))

    def __str__(self) -> str:
        ms = [f"{value * 1000:.0f}" for value in (self.p50, self.p99, self.worst)]
        return f"p50 {ms[0]} ms, p99 {ms[1]} ms, worst {ms[2]} ms ({self.count})"


class Meter:
    """Processor time by name between two moments."""

    def __init__(self, pids: dict[str, int]) -> None:
        self._pids = pids
        self._before = self._now()

    def _now(self) -> dict[str, float]:
        return {name: cpu_seconds(pid) for name, pid in self._pids.items()}

    def spent(self) -> dict[str, float]:
        """Seconds since this meter was made."""
        return {name: used - self._before[name] for name, used in self._now().items()}


def per(spent: dict[str, float], count: int, *, without: Iterable[str] = ()) -> str:
    """Milliseconds of processor time per operation: in all, and by process."""
    ours = {name: used / count * 1000 for name, used in spent.items() if name not in without}
    parts = ", ".join(f"{name} {used:.2f}" for name, used in ours.items())
    return f"{sum(ours.values()):.2f} ms CPU each ({parts})"
