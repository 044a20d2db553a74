"""Authority between procuratorates: named conditions on the line between issuer, addressee and holder."""

from collections.abc import Callable
from dataclasses import dataclass

from services.referrals.rules.vocabulary import MatterKind
from shared.organisations import OfficeTree


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked: who would issue to whom, about a matter held by whom."""

    offices: OfficeTree
    issuer: str
    addressee: str
    holder: str
    matter: MatterKind


@dataclass(frozen=True, slots=True)
class Authority:
    """A named condition on the line between issuer, addressee and holder."""

    name: str
    zh: str
    en: str
    holds: Callable[[Order], bool]


def _issuer_is_above_holder(order: Order) -> bool:
    return order.offices.is_below(order.holder, order.issuer)


def _issuer_handles(order: Order) -> bool:
    return order.issuer == order.holder


def _to_the_next_superior(order: Order) -> bool:
    above = order.offices.superior_of(order.issuer)
    return above is not None and above.code == order.addressee


def _hands_down(order: Order) -> bool:
    return _issuer_handles(order) and order.offices.is_below(order.addressee, order.issuer)


def _takes_from_below(order: Order) -> bool:
    return order.addressee == order.issuer and _issuer_is_above_holder(order)


def _orders_the_holder_below(order: Order) -> bool:
    return order.addressee == order.holder and _issuer_is_above_holder(order)


def _is_above_both(order: Order) -> bool:
    return _issuer_is_above_holder(order) and order.offices.is_below(order.addressee, order.issuer)


def _passes_to_the_same_level(order: Order) -> bool:
    differs = order.addressee != order.issuer
    return _issuer_handles(order) and differs and order.offices.same_level(order.issuer, order.addressee)


def _passes_to_another(order: Order) -> bool:
    return _issuer_handles(order) and order.addressee != order.issuer


def _asks_the_next_superior(order: Order) -> bool:
    return _to_the_next_superior(order) and (_issuer_handles(order) or _issuer_is_above_holder(order))


def _holder_reports_up(order: Order) -> bool:
    return _issuer_handles(order) and _to_the_next_superior(order)


def _calls_staff_from_below(order: Order) -> bool:
    concerned = _issuer_handles(order) or _issuer_is_above_holder(order)
    elsewhere = order.addressee != order.holder
    return concerned and elsewhere and order.offices.is_below(order.addressee, order.issuer)


def _across_divisions(order: Order) -> bool:
    first, second = order.issuer, order.addressee
    in_line = order.offices.is_below(first, second) or order.offices.is_below(second, first)
    return first != second and not in_line


def _to_another(order: Order) -> bool:
    return order.addressee != order.holder


HANDS_DOWN = Authority(
    "hands_down", "承办的上级院交下级院", "the office that handles it, to an office below it", _hands_down
)
TAKES_FROM_BELOW = Authority(
    "takes_from_below",
    "承办院的上级院提归自办",
    "a superior of the handling office, to itself",
    _takes_from_below,
)
ORDERS_THE_HOLDER = Authority(
    "orders_the_holder_below",
    "上级院对承办院",
    "a superior of the handling office, to the handling office",
    _orders_the_holder_below,
)
IS_ABOVE_BOTH = Authority(
    "is_above_both",
    "承办院与被指定院的共同上级院",
    "an office above both the handling office and the one designated",
    _is_above_both,
)
PASSES_TO_SAME_LEVEL = Authority(
    "passes_to_the_same_level",
    "承办院移送同级院",
    "the handling office, to another office of its level",
    _passes_to_the_same_level,
)
PASSES_TO_ANOTHER = Authority(
    "passes_to_another", "承办院移送他院", "the handling office, to another office", _passes_to_another
)
ASKS_THE_NEXT_SUPERIOR = Authority(
    "asks_the_next_superior",
    "承办院或逐级上报院报上一级院",
    "the handling office or one above it, to its next superior",
    _asks_the_next_superior,
)
REPORTS_UP = Authority(
    "holder_reports_up", "承办院报上一级院", "the handling office, to its next superior", _holder_reports_up
)
CALLS_STAFF = Authority(
    "calls_staff_from_below",
    "承办院或其上级院调用辖区其他院检察人员",
    "the handling office or one above it, to another office below the caller",
    _calls_staff_from_below,
)
TO_ANOTHER = Authority(
    "to_another", "指定承办院以外的院", "to another office than the one that handles it", _to_another
)
ACROSS_DIVISIONS = Authority(
    "across_divisions",
    "跨行政区划，双方无上下级关系",
    "between offices of different divisions, neither above the other",
    _across_divisions,
)
