"""Numbers that will not come, as a message names them: `2 5-9`."""

from collections.abc import Iterable


def listed(text: str) -> set[int]:
    """The numbers in such a text."""
    found: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def joined(text: str, more: Iterable[int]) -> str:
    """The text with these numbers too: in order, neighbours as a range."""
    runs: list[list[int]] = []
    for number in sorted(listed(text) | set(more)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return " ".join("-".join(map(str, run)) for run in runs)
