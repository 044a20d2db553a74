"""Which of the Notice's points of emphasis a lead meets, and why: emphasis for duty, never a bar."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date

from services.cases.rules.law import NOTICE, PIPL
from services.cases.rules.vocabulary import Group, InformationKind, Sector
from shared.citation import Citation, living

SENSITIVE_KINDS = frozenset(
    {
        InformationKind.BIOMETRIC,
        InformationKind.RELIGION,
        InformationKind.SPECIFIC_IDENTITY,
        InformationKind.MEDICAL,
        InformationKind.FINANCIAL_ACCOUNT,
        InformationKind.WHEREABOUTS,
    }
)
KEY_SECTORS = frozenset(
    {Sector.EDUCATION, Sector.MEDICAL, Sector.EMPLOYMENT, Sector.ELDERLY_CARE, Sector.CONSUMPTION}
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rows look at. `persons` counts persons, never records; None means unknown."""

    kinds: frozenset[InformationKind] = frozenset()
    groups: frozenset[Group] = frozenset()
    sector: Sector | None = None
    persons: int | None = None
    minors_under_14: bool = False
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Focus:
    """One point of emphasis: when it applies, on what it rests, what must be said with it."""

    code: str
    zh: str
    en: str
    basis: Citation
    since: date
    applies: Callable[[Facts], bool] = field(repr=False)
    until: date | None = None
    note: str = ""


_NOTICE = date(2021, 8, 21)
_PIPL = date(2021, 11, 1)

_SCALE = (
    "《通知》英文译本作“一万人以上”，中文报道均作“100万人以上”；同一规定的两种读法并列，不作取舍"
    " / the English text of the Notice says more than 10,000 persons, the Chinese digests 1,000,000 or more:"
    " two readings of one clause, both shown"
)
_SECTORS = (
    "见于中文报道，英文译本缺此项 / in the Chinese digests; missing from the English text of the Notice"
)

FOCUSES = (
    Focus("sensitive", "敏感个人信息，严格保护", "sensitive information: strict protection",
          NOTICE["priority 1"], _NOTICE, lambda f: bool(f.kinds & SENSITIVE_KINDS)),
    Focus("sensitive", "敏感个人信息", "sensitive information",
          PIPL[28], _PIPL, lambda f: bool(f.kinds & SENSITIVE_KINDS)),
    Focus("sensitive", "不满十四周岁未成年人的个人信息", "information of minors under 14",
          PIPL[28], _PIPL, lambda f: f.minors_under_14),
    Focus("group", "特殊群体，特别保护", "special groups: special protection",
          NOTICE["priority 2"], _NOTICE, lambda f: bool(f.groups)),
    Focus("sector", "重点领域，重点保护", "key fields: emphasised protection",
          NOTICE["priority 3"], _NOTICE, lambda f: f.sector in KEY_SECTORS, note=_SECTORS),
    Focus("over_10k", "大规模个人信息（超过1万人）", "large scale: more than 10,000 persons",
          NOTICE["priority 3 (English text)"], _NOTICE,
          lambda f: f.persons is not None and f.persons > 10_000, note=_SCALE),
    Focus("from_1m", "大规模个人信息（100万人以上）", "large scale: 1,000,000 persons or more",
          NOTICE["priority 3"], _NOTICE,
          lambda f: f.persons is not None and f.persons >= 1_000_000, note=_SCALE),
    Focus("linked", "因时间、空间等联结形成的特定对象，精准保护", "specific persons linked by time or space",
          NOTICE["priority 4"], _NOTICE, lambda f: f.linked),
)  # fmt: skip

CODES = tuple(dict.fromkeys(focus.code for focus in FOCUSES))


def focuses_of(facts: Facts, on: date) -> tuple[Focus, ...]:
    """Every row in force that day which the facts meet, in the order of the Notice."""
    return tuple(focus for focus in living(FOCUSES, on) if focus.applies(facts))


def codes_of(focuses: Collection[Focus]) -> list[str]:
    """The focuses met, each once: what lists and events carry."""
    met = {focus.code for focus in focuses}
    return [code for code in CODES if code in met]


def emphasis_of(focuses: Collection[Focus], muted: Collection[str] = ()) -> int:
    """How far up a worklist the matter stands: one for each focus met that the office has not muted.

    The two scale rows count each, so that the larger scale raises what the smaller has raised already.
    """
    return sum(code not in muted for code in codes_of(focuses))
