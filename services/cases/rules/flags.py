"""Which facts of a lead may be a crime (CR 5, 6), or a breach of duty or discipline (R 31).

A flag says that somebody should look, why, and where such a lead goes. It decides nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from services.cases.rules.law import CRIME_INTERPRETATION, HANDLING_RULES, RULES_SINCE
from shared.citation import Citation, Mark, in_force, living


class ItemKind(StrEnum):
    """Kinds of information as the criminal interpretation counts its items."""

    WHEREABOUTS = "whereabouts"
    COMMUNICATION_CONTENT = "communication_content"
    CREDIT = "credit"
    PROPERTY = "property"
    ACCOMMODATION = "accommodation"
    COMMUNICATION_RECORD = "communication_record"
    HEALTH = "health"
    TRANSACTION = "transaction"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Counted:
    """What the flags look at: items by kind (never persons), yuan, and who got at them."""

    items: Mapping[ItemKind, int] = field(default_factory=dict)
    unlawful_gain: int | None = None
    insider: bool = False
    state_organ: bool = False


@dataclass(frozen=True, slots=True)
class Quantity:
    """So many items of these kinds, or so many yuan where no kind is named, are serious."""

    code: str
    kinds: tuple[ItemKind, ...]
    enough: int
    zh: str
    en: str
    basis: Citation
    since: date
    until: date | None = None

    def share(self, counted: Counted) -> Fraction:
        """How much of it is reached: 1 is all."""
        if self.kinds:
            return Fraction(sum(counted.items.get(kind, 0) for kind in self.kinds), self.enough)
        return Fraction(counted.unlawful_gain or 0, self.enough)


@dataclass(frozen=True, slots=True)
class Scale:
    """By what the quantities are multiplied: `times` over `over`."""

    code: str
    times: int
    over: int
    zh: str
    en: str
    basis: Citation
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: when it is up, on which article, and by which kind of handoff such a lead goes on."""

    code: str
    zh: str
    en: str
    goes_by: str
    note: str
    basis: Citation
    since: date
    applies: Callable[[Counted, date], bool] = field(repr=False)
    until: date | None = None


_CR, _R = CRIME_INTERPRETATION, HANDLING_RULES
_SINCE = date(2017, 6, 1)
_K = ItemKind

QUANTITIES = (
    Quantity("fifty", (_K.WHEREABOUTS, _K.COMMUNICATION_CONTENT, _K.CREDIT, _K.PROPERTY), 50,
             "行踪轨迹、通信内容、征信、财产信息（条）",
             "items of whereabouts, communication contents, credit, property", _CR["5-6"], _SINCE),
    Quantity("five_hundred", (_K.ACCOMMODATION, _K.COMMUNICATION_RECORD, _K.HEALTH, _K.TRANSACTION), 500,
             "住宿、通信记录、健康生理、交易信息（条）",
             "items of accommodation, communication records, health, transactions", _CR["5-6"], _SINCE),
    Quantity("five_thousand", (_K.OTHER,), 5000,
             "其他个人信息（条）", "items of other personal information", _CR["5-6"], _SINCE),
    Quantity("unlawful_gain", (), 5000, "违法所得（元）", "yuan of unlawful gain", _CR["5-6"], _SINCE),
)  # fmt: skip
SCALES = (
    Scale("ordinary", 1, 1, "一般标准", "the ordinary measure", _CR["5-6"], _SINCE),
    Scale("insider", 1, 2, "履行职责或者提供服务过程中获得，标准减半",
          "got in duty or service: half the measure", _CR["5-6"], _SINCE),
    Scale("especially_serious", 10, 1, "标准的十倍", "ten times the measure", _CR["5-6"], _SINCE),
)  # fmt: skip

_COUNTING = (
    "仅为提示，不是认定；按 CR 11 计数：同一信息获取后又提供的不重复计算，向不同对象提供的累计计算，"
    "批量信息按查获数量认定，有证据证明不真实或者重复的除外"
    " / a hint, never a finding; counted by CR 11: an item got and then provided counts once, one provided to"
    " several counts for each, a batch counts as found unless shown false or double"
)
_BREACH = "仅为提示，不是认定 / a hint, never a finding"


def _in_force(rows: tuple[Quantity, ...], on: date) -> tuple[Quantity, ...]:
    return tuple(living(rows, on))


def _scale(code: str, on: date) -> Scale:
    return in_force([row for row in SCALES if row.code == code], on, f"scale {code}")


def measure(counted: Counted, on: date) -> Fraction:
    """How much of the quantity is reached: kinds added in proportion, or the gain, whichever is more."""
    rows = _in_force(QUANTITIES, on)
    items = sum((row.share(counted) for row in rows if row.kinds), Fraction(0))
    return max([items, *(row.share(counted) for row in rows if not row.kinds)])


def needed(counted: Counted, on: date, times: str = "ordinary") -> Fraction:
    """How much of it must be reached: all, half by insiders; ten times as much of either."""
    scales = [_scale("insider" if counted.insider else "ordinary", on), _scale(times, on)]
    return Fraction(scales[0].times * scales[1].times, scales[0].over * scales[1].over)


FLAGS = (
    Flag("crime", "达到情节严重的数量或者数额标准，可能涉嫌侵犯公民个人信息罪",
         "as much as is serious: may be the crime of infringing citizens' personal information",
         "criminal_lead", _COUNTING, _CR["5-6"], _SINCE,
         lambda counted, on: measure(counted, on) >= needed(counted, on)),
    Flag("especially_serious", "达到上述标准十倍以上，可能属于情节特别严重",
         "ten times as much or more: may be especially serious",
         "criminal_lead", _COUNTING, _CR["5-6"], _SINCE,
         lambda counted, on: measure(counted, on) >= needed(counted, on, "especially_serious")),
    Flag("duty_or_discipline", "国家机关工作人员可能违反职责或者纪律，应移送有关部门或者主管机关",
         "somebody of a state organ may have violated duty or discipline: a lead for the competent organ",
         "duty_violation_lead", _BREACH, _R[31].marked(Mark.OUR_READING), RULES_SINCE,
         lambda counted, _: counted.insider and counted.state_organ),
)  # fmt: skip


def flags_of(counted: Counted, on: date) -> tuple[Flag, ...]:
    """Every flag in force that day which the facts put up."""
    return tuple(flag for flag in living(FLAGS, on) if flag.applies(counted, on))


def reasons_for(flag: Flag, counted: Counted, on: date) -> tuple[str, ...]:
    """What puts the flag up: what was counted, of how many, by which scale."""
    if flag.basis.instrument is not CRIME_INTERPRETATION:
        return ("处理者为国家机关，且系内部人员 / the processor is a state organ, and an insider did it",)
    return tuple(_counting(counted, on))


def _counting(counted: Counted, on: date) -> Iterator[str]:
    rows = _in_force(QUANTITIES, on)
    for row in rows:
        if share := row.share(counted):
            yield f"{row.zh} {share * row.enough} / {row.enough} = {_percent(share)} / {row.en}"
    yield f"合计最高 {_percent(measure(counted, on))} / together, or the gain alone, whichever is more"
    if counted.insider:
        scale = _scale("insider", on)
        yield f"{scale.zh} / {scale.en}"


def _percent(share: Fraction) -> str:
    """Rounded down, so that 100% is never said of less."""
    return f"{share * 1000 // 1 / 10}%"
