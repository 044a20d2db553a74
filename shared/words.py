"""The words by which a text is found: where Chinese has no spaces, pairs of neighbouring characters.

Kept in a table of one row per word and thing, the same search works for two-character words on every
database, with an ordinary index and nothing to install.
"""

import re
import unicodedata
from itertools import pairwise

MOST_LETTERS = 40

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+")
_IS_HAN = re.compile(f"[{_HAN}]")


def words_in(*texts: str) -> list[str]:
    """Each word of these texts once, sorted: pairs of Chinese characters, other runs whole, in lower case.

    Width and case make no difference; a single Chinese character between other signs is no word.
    """
    found: set[str] = set()
    for text in texts:
        for run in _RUNS.findall(unicodedata.normalize("NFKC", text).casefold()):
            if _IS_HAN.match(run):
                found.update(one + other for one, other in pairwise(run))
            else:
                found.add(run[:MOST_LETTERS])
    return sorted(found)
