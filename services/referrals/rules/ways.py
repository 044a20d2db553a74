"""Across level or place: by whom a suggestion reaches an authority not beside the office (SUG 3)."""

from dataclasses import dataclass
from enum import StrEnum

from services.referrals.rules.law import HANDLING_RULES, SUGGESTION_RULES, Citation
from services.referrals.rules.recipients import division_prefix
from services.referrals.rules.vocabulary import OrganisationKind


class Relation(StrEnum):
    """Where an authority stands, seen from an office."""

    BESIDE = "beside"
    ABOVE = "above"
    BELOW = "below"
    ELSEWHERE = "elsewhere"
    GOVERNMENT_NEXT_BELOW = "government_next_below"


@dataclass(frozen=True, slots=True)
class Way:
    """How a suggestion goes to such an authority; `forwarded` means that the office beside it sends it on."""

    relation: Relation
    zh: str
    en: str
    forwarded: bool
    basis: Citation


WAYS = (
    Way(Relation.BESIDE, "直接送达", "served directly", False, SUGGESTION_RULES[3]),
    Way(Relation.ABOVE, "层报与该机关同级的检察院审查后转送",
        "reported up to the office beside the authority, which reviews and forwards it", True,
        SUGGESTION_RULES[3]),
    Way(Relation.BELOW, "指令对应的下级检察院送达", "the matching lower office is ordered to serve it", True,
        SUGGESTION_RULES[3]),
    Way(Relation.ELSEWHERE, "征求当地同级检察院意见后送达；意见不一致的，报共同上级院决定",
        "served after the office there was consulted; disagreement goes to the common superior", True,
        SUGGESTION_RULES[3]),
    Way(Relation.GOVERNMENT_NEXT_BELOW, "下一级人民政府，由上一级检察院管辖",
        "a people's government one level below is within the office's own jurisdiction", False,
        HANDLING_RULES[13]),
)  # fmt: skip
_WAYS = {way.relation: way for way in WAYS}


def way_to(office: str, division: str, kind: str) -> Way:
    """The way from an office to an authority of that kind there; a township counts as its county."""
    ours, theirs = division_prefix(office[:6]), division_prefix(division[:6])
    if ours == theirs:
        return _WAYS[Relation.BESIDE]
    if ours.startswith(theirs):
        return _WAYS[Relation.ABOVE]
    if not theirs.startswith(ours):
        return _WAYS[Relation.ELSEWHERE]
    next_below = len(theirs) - len(ours) == 2
    government = kind == OrganisationKind.GOVERNMENT
    return _WAYS[Relation.GOVERNMENT_NEXT_BELOW if government and next_below else Relation.BELOW]
